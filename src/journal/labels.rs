//! The Dutch names of movements, stages and figures.

use super::{CauseKind, EntryKind, Stage, balance::Measure};
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
            EntryKind::Shift => "Verschuiving",
            EntryKind::Advance => "Voorschot",
            EntryKind::Payment => "Betaling",
            EntryKind::Acceptance => "Verantwoording",
            EntryKind::Determination => "Vaststelling",
            EntryKind::Recovery => "Terugvordering",
            EntryKind::SetOff => "Verrekening",
            EntryKind::Reuse => "Herbestemming",
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
            Stage::Advanced => "Bevoorschot",
            Stage::Paid => "Betaald",
            Stage::Accepted => "Verantwoord",
            Stage::Determined => "Vastgesteld",
            Stage::Released => "Vrijgevallen",
            Stage::Recovered => "Teruggevorderd",
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
            Measure::Advanced => "Bevoorschot",
            Measure::Accepted => "Verantwoord",
            Measure::Determined => "Vastgesteld",
            Measure::Released => "Vrijgevallen",
            Measure::Recovered => "Teruggevorderd",
            Measure::Promised => "Beloofd",
        }
    }
}

impl Label for CauseKind {
    fn label(self) -> &'static str {
        match self {
            CauseKind::Cycle => "Cyclus",
            CauseKind::Proposal => "Voorstel",
            CauseKind::Decision => "Besluit",
            CauseKind::BudgetDecision => "Begrotingsbesluit",
            CauseKind::Amendment => "Wijziging van een besluit",
            CauseKind::Advance => "Voorschot",
            CauseKind::Payment => "Betaling",
            CauseKind::Accountability => "Verantwoording",
            CauseKind::Determination => "Vaststelling",
            CauseKind::Recovery => "Terugvordering",
        }
    }
}
