//! What a decision can be. Pure.

use crate::{core::money::Money, db::columns::text_enum};

text_enum! {
    /// The outcome of a decision on an application.
    pub enum Outcome {
        /// Toegekend: everything that was asked, rounded down to the unit of the scheme.
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
    /// The outcome of an assessed application, from what was asked and what is given on each line
    /// (a project in a year) and the unit that the scheme rounds down to. What was found not
    /// eligible was asked and is not given, so that an award of all that is eligible can still be a
    /// partial one; what only rounding took away was not refused.
    pub fn of(lines: &[(Money, Money)], unit: Money) -> Outcome {
        if lines.iter().all(|(_, given)| given.is_zero()) {
            Outcome::Rejected
        } else if lines.iter().all(|it| is_in_full(*it, unit)) {
            Outcome::Awarded
        } else {
            Outcome::PartiallyAwarded
        }
    }

    /// Whether this outcome promises money.
    pub const fn is_award(self) -> bool {
        matches!(self, Outcome::Awarded | Outcome::PartiallyAwarded)
    }
}

/// Whether a line gets what was asked, but for what rounding down to the unit takes away.
pub fn is_in_full((asked, given): (Money, Money), unit: Money) -> bool {
    given == asked || given == asked.rounded_down(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cent_less_is_a_part_and_nothing_is_a_rejection() {
        let cents = Money::from_cents;
        let of = |awarded| Outcome::of(&[(cents(100), cents(awarded))], cents(1));
        assert_eq!(of(100), Outcome::Awarded);
        assert_eq!(of(99), Outcome::PartiallyAwarded);
        assert_eq!(of(0), Outcome::Rejected);
    }

    #[test]
    fn what_rounding_takes_away_is_not_refused() {
        let cents = Money::from_cents;
        let asked = cents(5_445_046);
        let of = |lines: &[(Money, Money)]| Outcome::of(lines, Money::from_euros(10));
        assert_eq!(of(&[(asked, cents(5_445_000))]), Outcome::Awarded);
        assert_eq!(of(&[(asked, asked)]), Outcome::Awarded);
        assert_eq!(of(&[(asked, cents(5_444_000))]), Outcome::PartiallyAwarded);
        // One line that is cut is a part, also when the sum would round to the same.
        let two = [(asked, cents(5_445_000)), (cents(2_000), cents(1_000))];
        assert_eq!(of(&two), Outcome::PartiallyAwarded);
        // Less than the unit was asked beside it: that line rounds to nothing.
        let small = [(asked, cents(5_445_000)), (cents(999), Money::ZERO)];
        assert_eq!(of(&small), Outcome::Awarded);
    }
}
