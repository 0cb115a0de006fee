//! What must be true of a letter before it is printed: complete by law, and its amounts foot.

use super::{
    letter::{Letter, TEMPLATE_VERSION, YearAmount},
    outcome::{self, Outcome},
};
use crate::core::money::{Money, MoneyError};

/// Why a letter cannot be printed.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// Made with a wording this program does not have.
    #[error("no template of version {0}")]
    UnknownTemplate(u16),
    /// The law asks for something that is empty; the field is named.
    #[error("the letter lacks {0}")]
    Incomplete(&'static str),
    /// A project, the totals or the payments do not fit the years, or more is awarded than asked.
    #[error("the amounts of the letter do not foot: {0}")]
    DoesNotFoot(&'static str),
    /// The outcome says something else than the amounts.
    #[error("the outcome {0:?} contradicts the amounts")]
    Contradicts(Outcome),
    /// A sum is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The letter cannot be written as canonical JSON.
    #[error("the letter cannot be written as canonical JSON")]
    Canonical(#[from] serde_json::Error),
    /// The typesetter refused; its messages.
    #[error("the letter cannot be typeset: {0}")]
    Typesetting(String),
    /// This program was built without the feature `pdf`.
    #[error("this program was built without PDF")]
    NotBuilt,
}

impl Letter {
    /// Checks what a letter must hold by law (Awb 3:45-3:47, 10:10) and that its amounts foot and
    /// agree with its outcome. A letter that fails is a fault in what made it: it is not printed.
    pub fn check(&self) -> Result<(), LetterError> {
        if self.template_version != TEMPLATE_VERSION {
            return Err(LetterError::UnknownTemplate(self.template_version));
        }
        self.check_contents()?;
        self.check_amounts()?;
        self.check_outcome()
    }

    /// The sum over the years of one kind of amount.
    pub(super) fn total(&self, of: impl Fn(&YearAmount) -> Money) -> Result<Money, MoneyError> {
        Money::sum(self.totals.iter().map(of))
    }

    fn check_contents(&self) -> Result<(), LetterError> {
        let blank = |it: &str| it.trim().is_empty();
        let missing = [
            ("reference", blank(&self.reference)),
            ("subject", blank(&self.subject)),
            ("addressee", blank(&self.addressee.municipality)),
            ("scheme", blank(&self.scheme.title)),
            ("gazette", blank(&self.scheme.gazette)),
            ("reasons", self.reasons.iter().all(|it| blank(it))),
            ("objection", self.objection.address.is_empty()),
            (
                "objection term",
                self.objection.last_day <= self.letter_date,
            ),
            ("minister", blank(&self.mandate.minister)),
            ("signatory", blank(&self.mandate.name)),
        ];
        let project = self.projects.iter().find(|it| blank(&it.reason));
        match missing.iter().find(|(_, missing)| *missing) {
            Some((field, _)) => Err(LetterError::Incomplete(field)),
            None if project.is_some() => Err(LetterError::Incomplete("reason of a project")),
            None => Ok(()),
        }
    }

    fn check_amounts(&self) -> Result<(), LetterError> {
        if !matches!(self.years.len(), 1 | 2) || self.totals.len() != self.years.len() {
            return Err(LetterError::DoesNotFoot("years"));
        }
        for project in &self.projects {
            let over = |it: &YearAmount| it.requested < it.awarded;
            if project.amounts.len() != self.years.len() || project.amounts.iter().any(over) {
                return Err(LetterError::DoesNotFoot("project"));
            }
        }
        for (year, total) in self.totals.iter().enumerate() {
            let amounts = || {
                self.projects
                    .iter()
                    .filter_map(move |it| it.amounts.get(year))
            };
            if Money::sum(amounts().map(|it| it.requested))? != total.requested
                || Money::sum(amounts().map(|it| it.awarded))? != total.awarded
            {
                return Err(LetterError::DoesNotFoot("totals"));
            }
        }
        let paid = Money::sum(self.payments.iter().map(|it| it.amount))?;
        if self.total(|it| it.awarded)? < paid {
            return Err(LetterError::DoesNotFoot("payments"));
        }
        Ok(())
    }

    fn check_outcome(&self) -> Result<(), LetterError> {
        let (requested, awarded) = (self.total(|it| it.requested)?, self.total(|it| it.awarded)?);
        let unit = self.rounded_to.unwrap_or_default();
        let amounts = self.projects.iter().flat_map(|it| &it.amounts);
        let is_in_full = |it: &YearAmount| outcome::is_in_full((it.requested, it.awarded), unit);
        let agrees = match self.outcome {
            Outcome::Awarded => {
                let is_rounded = awarded < requested;
                !awarded.is_zero()
                    && amounts.clone().all(is_in_full)
                    && is_rounded == self.rounded_to.is_some()
            }
            Outcome::PartiallyAwarded => {
                !awarded.is_zero() && awarded < requested && self.rounded_to.is_none()
            }
            Outcome::Rejected | Outcome::NotTreated => awarded.is_zero(),
        };
        if agrees {
            Ok(())
        } else {
            Err(LetterError::Contradicts(self.outcome))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decisions::letter::tests::{partial_award, samples};

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Letter)) -> String {
        let mut letter = partial_award();
        letter.check().unwrap();
        change(&mut letter);
        letter.check().unwrap_err().to_string()
    }

    #[test]
    fn what_the_law_asks_for_cannot_be_left_out() {
        for (error, field) in [
            (refused(|it| it.reasons.clear()), "reasons"),
            (refused(|it| it.scheme.gazette.clear()), "gazette"),
            (refused(|it| it.objection.address.clear()), "objection"),
            (
                refused(|it| it.objection.last_day = it.letter_date),
                "objection term",
            ),
            (refused(|it| it.mandate.minister.clear()), "minister"),
            (refused(|it| it.mandate.name = " ".to_owned()), "signatory"),
            (
                refused(|it| it.projects[3].reason.clear()),
                "reason of a project",
            ),
        ] {
            assert_eq!(error, format!("the letter lacks {field}"));
        }
        assert_eq!(
            refused(|it| it.template_version = 2),
            "no template of version 2"
        );
    }

    #[test]
    fn a_letter_that_does_not_foot_is_refused() {
        let cent = |it: Money| Money::from_cents(it.cents() + 1);
        for (error, what) in [
            (refused(|it| it.totals[1].awarded = Money::ZERO), "totals"),
            (refused(|it| it.totals[0].requested = Money::ZERO), "totals"),
            (
                refused(|it| it.payments[0].amount = cent(it.payments[0].amount)),
                "payments",
            ),
            (
                refused(|it| {
                    it.projects[0].amounts[0].awarded = cent(it.projects[0].amounts[0].requested)
                }),
                "project",
            ),
            (refused(|it| it.projects[0].amounts.truncate(1)), "project"),
            (refused(|it| it.years.push(2029)), "years"),
        ] {
            assert_eq!(
                error,
                format!("the amounts of the letter do not foot: {what}")
            );
        }
    }

    #[test]
    fn an_award_that_only_rounding_made_less_is_in_full() {
        let mut letter = samples().swap_remove(0);
        letter.check().unwrap();
        let cent = Money::from_cents(1);
        for total in &mut letter.totals {
            total.requested = total.requested.checked_add(cent).unwrap();
        }
        for amount in &mut letter.projects[0].amounts {
            amount.requested = amount.requested.checked_add(cent).unwrap();
        }
        assert!(letter.check().is_err());
        letter.rounded_to = Some(Money::from_euros(10));
        letter.check().unwrap();
        letter.outcome = Outcome::PartiallyAwarded;
        assert!(letter.check().is_err());
    }

    #[test]
    fn the_outcome_agrees_with_the_amounts() {
        for mut letter in samples() {
            let right = letter.outcome;
            for outcome in Outcome::ALL {
                letter.outcome = *outcome;
                let agrees = *outcome == right || !(outcome.is_award() || right.is_award());
                assert_eq!(letter.check().is_ok(), agrees, "{right:?} as {outcome:?}");
            }
        }
    }
}
