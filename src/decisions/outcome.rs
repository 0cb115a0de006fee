//! What a decision can be. Pure.

use crate::{core::money::Money, db::columns::text_enum};

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
    /// The outcome of an assessed application. What was found not eligible was asked and is not
    /// given, so that an award of all that is eligible can still be a partial one.
    pub fn of(requested: Money, awarded: Money) -> Outcome {
        if awarded.is_zero() {
            Outcome::Rejected
        } else if awarded < requested {
            Outcome::PartiallyAwarded
        } else {
            Outcome::Awarded
        }
    }

    /// Whether this outcome promises money.
    pub const fn is_award(self) -> bool {
        matches!(self, Outcome::Awarded | Outcome::PartiallyAwarded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cent_less_is_a_part_and_nothing_is_a_rejection() {
        let of = |awarded| Outcome::of(Money::from_cents(100), Money::from_cents(awarded));
        assert_eq!(of(100), Outcome::Awarded);
        assert_eq!(of(99), Outcome::PartiallyAwarded);
        assert_eq!(of(0), Outcome::Rejected);
    }
}
