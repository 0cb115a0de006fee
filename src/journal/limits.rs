//! What an applicant gets of a year at least and at most, over all envelopes. Pure.
#![deny(clippy::arithmetic_side_effects)]
pub mod store;

use crate::{
    core::{
        ids::{BudgetYearId, CycleId, MunicipalityId},
        money::{Money, MoneyError},
    },
    error::{AppError, Refusal},
};

/// The limits of one applicant in one year, with what it was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The cycle.
    pub cycle: CycleId,
    /// The budget year.
    pub budget_year: BudgetYearId,
    /// The calendar year.
    pub year: i32,
    /// The lead municipality.
    pub municipality: MunicipalityId,
    /// At least this, as far as it asks that.
    pub at_least: Money,
    /// At most this; absent if there is no such limit.
    pub at_most: Option<Money>,
    /// What it was promised: reserved, decided, paid or accounted for.
    pub promised: Money,
    /// Counts changes.
    pub version: i32,
}

impl Limit {
    /// What more can be promised; absent if there is no limit.
    pub fn room(&self) -> Result<Option<Money>, MoneyError> {
        let left = self.at_most.map(|it| it.checked_sub(self.promised));
        Ok(left.transpose()?.map(|it| it.max(Money::ZERO)))
    }

    /// Checks that this much more can be promised, or says how much room there is.
    pub fn check_most(&self, asked: Money) -> Result<(), AppError> {
        match self.room()? {
            Some(room) if room < asked => Err(Refusal::AboveApplicantLimit {
                year: self.year,
                asked,
                room,
            }
            .into()),
            _ => Ok(()),
        }
    }

    /// Checks that an application gives its applicant enough: what is missing to the least, or else
    /// all that is eligible. `own` is what the application holds already.
    pub fn check_least(
        &self,
        own: Money,
        proposed: Money,
        eligible: Money,
    ) -> Result<(), AppError> {
        let others = self.promised.checked_sub(own)?;
        let least = self.at_least.checked_sub(others)?.min(eligible);
        if least <= proposed {
            return Ok(());
        }
        Err(Refusal::BelowApplicantLimit {
            year: self.year,
            asked: proposed,
            least,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(it: i32) -> Money {
        Money::from_euros(it)
    }

    fn limit(least: i32, most: Option<i32>, promised: i32) -> Limit {
        Limit {
            cycle: CycleId::from("c"),
            budget_year: BudgetYearId::from("y"),
            year: 2027,
            municipality: MunicipalityId::from("m"),
            at_least: euros(least),
            at_most: most.map(euros),
            promised: euros(promised),
            version: 1,
        }
    }

    #[test]
    fn the_last_euro_can_be_promised_and_not_one_more() {
        let it = limit(0, Some(100), 70);
        assert!(it.check_most(euros(30)).is_ok());
        assert!(matches!(
            it.check_most(euros(31)),
            Err(AppError::Refused(Refusal::AboveApplicantLimit { room, .. })) if room == euros(30)
        ));
        assert!(limit(0, None, 70).check_most(euros(1_000_000)).is_ok());
    }

    #[test]
    fn the_least_is_what_is_missing_or_all_that_is_asked() {
        // At least 100, others hold 40: this one needs 60, or all it asks.
        for (own, proposed, eligible, is_enough) in [
            (0, 60, 90, true),
            (0, 59, 90, false),
            (0, 50, 50, true),
            (0, 49, 50, false),
            (0, 0, 0, true),
            (25, 60, 90, true),
            (25, 59, 90, false),
        ] {
            let it = limit(100, None, 40 + own);
            let done = it.check_least(euros(own), euros(proposed), euros(eligible));
            assert_eq!(done.is_ok(), is_enough, "{own} {proposed} {eligible}");
        }
        let met = limit(100, None, 100);
        assert!(met.check_least(Money::ZERO, Money::ZERO, euros(90)).is_ok());
    }
}
