//! How assessments are named and written on the screen.

use super::Advice;
use crate::texts::labels::Label;

impl Label for Advice {
    fn label(self) -> &'static str {
        match self {
            Advice::Fund => "Honoreren",
            Advice::FundConditionally => "Honoreren met voorwaarde",
            Advice::Reject => "Afwijzen",
        }
    }
}
