//! What a decision can be.

use crate::db::columns::text_enum;

text_enum! {
    /// The outcome of a decision on an application.
    pub enum Outcome {
        /// Toegekend: everything that was asked.
        Awarded => "awarded",
        /// Gedeeltelijk toegekend: something, and less than was asked.
        PartiallyAwarded => "partially_awarded",
        /// Afgewezen: assessed, and nothing.
        Rejected => "rejected",
        /// Buiten behandeling gesteld: not assessed (Awb 4:5).
        NotTreated => "not_treated",
    }
}

impl Outcome {
    /// Whether this outcome promises money.
    pub const fn is_award(self) -> bool {
        matches!(self, Outcome::Awarded | Outcome::PartiallyAwarded)
    }
}
