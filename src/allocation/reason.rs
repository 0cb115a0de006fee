//! Why a project gets what it gets in one year: the data behind the sentence.

use super::input::{Method, Year};

/// The reason of one award, with the numbers that decided. Amounts in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// Not divided yet.
    Undecided,
    /// The eligible amount is less than the rounding unit.
    BelowUnit,
    /// The category has no amount in this year.
    Closed,
    /// Ranked and fits: the room before it.
    Ranked { room: i128 },
    /// Ranked, does not fit, and gets what was left.
    Remainder { room: i128 },
    /// Ranked and gets what its applicant may still get.
    RemainderOfOwn { own: i128 },
    /// Ranked and does not fit.
    NoRoom { room: i128 },
    /// The ranking ended before it, at this place.
    AfterStop { place: usize },
    /// Its applicant may not get more.
    OwnMost { own: i128 },
    /// It gets nothing in this year because it gets nothing in that one.
    Coupled { year: Year },
    /// There is enough for everyone.
    Enough { asked: i128, room: i128 },
    /// The same as [`Reason::Enough`], for what its applicant may still get.
    EnoughOfOwn { claim: i128 },
    /// A share by a claims method.
    Share(Shared),
    /// A share by a claims method that stays below the minimum.
    BelowMinimum { shared: Shared, least: i128 },
    /// What it has in the division with the highest value.
    BestTotal { tight: Tight },
    /// Funded from what was left of the year's ceiling.
    Leftover { room: i128 },
}

/// Which limit leaves too little to give a project more, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tight {
    /// None: it has its most, or more for it would cost others more.
    Nothing,
    /// Its applicant's own most.
    Applicant { left: i128 },
    /// The amount of its category.
    Category { left: i128 },
    /// The ceiling of the year.
    Year { left: i128 },
}

/// How a claims method came to an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shared {
    pub method: Method,
    /// What is divided.
    pub part: i128,
    /// The sum of all claims.
    pub whole: i128,
    /// The project's own claim: its eligible amount, or less if its applicant may not get more.
    pub claim: i128,
    /// The outcome before rounding to the unit, rounded down to the cent.
    pub exact: i128,
    /// The equal award or equal loss, rounded down to the cent; 0 for pro rata.
    pub level: i128,
}

impl Reason {
    /// Whether more money in the category or the year would have given this project more.
    pub(super) fn is_for_want_of_money(&self) -> bool {
        match self {
            Reason::Remainder { .. }
            | Reason::NoRoom { .. }
            | Reason::AfterStop { .. }
            | Reason::Share(_)
            | Reason::BelowMinimum { .. }
            | Reason::BestTotal {
                tight: Tight::Category { .. } | Tight::Year { .. },
            } => true,
            Reason::Undecided
            | Reason::BelowUnit
            | Reason::Closed
            | Reason::Ranked { .. }
            | Reason::RemainderOfOwn { .. }
            | Reason::OwnMost { .. }
            | Reason::Coupled { .. }
            | Reason::Enough { .. }
            | Reason::EnoughOfOwn { .. }
            | Reason::BestTotal { .. }
            | Reason::Leftover { .. } => false,
        }
    }
}
