//! The Dutch names of outcomes, proposals and verdicts.

use super::{ProposalState, Verdict, outcome::Outcome};
use crate::texts::labels::Label;

impl Label for Outcome {
    fn label(self) -> &'static str {
        match self {
            Outcome::Awarded => "Toegekend",
            Outcome::PartiallyAwarded => "Gedeeltelijk toegekend",
            Outcome::Rejected => "Afgewezen",
            Outcome::NotTreated => "Buiten behandeling",
        }
    }
}

impl Label for ProposalState {
    fn label(self) -> &'static str {
        match self {
            ProposalState::Open => "Open",
            ProposalState::Decided => "Besloten",
            ProposalState::Withdrawn => "Ingetrokken",
        }
    }
}

impl Label for Verdict {
    fn label(self) -> &'static str {
        match self {
            Verdict::Agreed => "SZW stemt in",
            Verdict::Refused => "SZW stemt niet in",
        }
    }
}
