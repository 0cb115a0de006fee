//! What the values of this domain are called.

use super::{CycleState, DistributionMethod, WindowKind};
use crate::texts::labels::Label;

impl Label for DistributionMethod {
    fn label(self) -> &'static str {
        match self {
            DistributionMethod::RankingSkip => "Rangorde, wie niet past wordt overgeslagen",
            DistributionMethod::RankingStop => "Rangorde, stopt bij wie niet past",
            DistributionMethod::RankingPartial => "Rangorde, de laatste krijgt wat over is",
            DistributionMethod::ProRata => "Naar rato: iedereen hetzelfde deel",
            DistributionMethod::EqualAwards => "Gelijke bedragen, hoogstens wat nodig is",
            DistributionMethod::EqualLosses => "Gelijke tekorten",
            DistributionMethod::Talmud => "Talmoedregel",
            DistributionMethod::Exact => "Hoogste totaal aan score",
        }
    }
}

impl Label for CycleState {
    fn label(self) -> &'static str {
        match self {
            CycleState::Draft => "Concept",
            CycleState::Open => "Geopend",
            CycleState::Closed => "Gesloten",
        }
    }
}

impl Label for WindowKind {
    fn label(self) -> &'static str {
        match self {
            WindowKind::Main => "Hoofdronde",
            WindowKind::TopUp => "Aanvullende ronde",
        }
    }
}
