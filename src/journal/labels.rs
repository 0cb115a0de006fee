//! The Dutch names of movements, stages and figures.

use super::{EntryKind, Stage, balance::Measure};
use crate::texts::labels::Label;

impl Label for EntryKind {
    fn label(self) -> &'static str {
        match self {
            EntryKind::Appropriation => "Plafond vastgesteld",
            EntryKind::Withdrawal => "Plafond verlaagd",
            EntryKind::Transfer => "Overheveling",
            EntryKind::Reservation => "Reservering",
            EntryKind::Release => "Vrijval",
            EntryKind::Commitment => "Verplichting",
            EntryKind::Payment => "Betaling",
        }
    }
}

impl Label for Stage {
    fn label(self) -> &'static str {
        match self {
            Stage::Budget => "Rijksbegroting",
            Stage::Free => "Vrij",
            Stage::Reserved => "Gereserveerd",
            Stage::Committed => "Toegekend",
            Stage::Paid => "Betaald",
        }
    }
}

impl Label for Measure {
    fn label(self) -> &'static str {
        match self {
            Measure::Ceiling => "Plafond",
            Measure::Reserved => "Gereserveerd",
            Measure::Awarded => "Toegekend",
            Measure::Paid => "Betaald",
            Measure::Free => "Vrij",
        }
    }
}
