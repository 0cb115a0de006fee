//! The letter of a change of an award (wijzigingsbesluit) as data: everything it says, nothing it
//! has to look up. It is made once and kept as it is, as the letter of a decision is.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    core::{
        category::Category,
        money::{Money, MoneyError},
    },
    decisions::{
        LetterError,
        letter::{
            Addressee, ApplicationReference, BudgetProviso, Mandate, ObjectionClause,
            SchemeCitation, Sender, TEMPLATE_VERSION,
        },
    },
};

/// One letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendmentLetter {
    /// The version of the wording; always [`TEMPLATE_VERSION`] in a new letter.
    pub template_version: u16,
    /// Whether the letter belongs to an invented scheme; then every page says so.
    pub example: bool,
    /// Our reference (kenmerk).
    pub reference: String,
    /// The date the letter bears (dagtekening).
    pub letter_date: NaiveDate,
    /// Who writes.
    pub sender: Sender,
    /// Who is written to.
    pub addressee: Addressee,
    /// What the letter is about; its title.
    pub subject: String,
    /// The application that was decided on.
    pub application: ApplicationReference,
    /// The decision that is changed.
    pub amends: AmendedDecision,
    /// What the change rests on (Awb 3:47).
    pub scheme: SchemeCitation,
    /// The budget years, one or two, ascending.
    pub years: Vec<u16>,
    /// All projects of the award, in the order of the application.
    pub projects: Vec<AmendedProject>,
    /// The sums of the projects, one per year.
    pub totals: Vec<Change>,
    /// Why, a paragraph each (Awb 3:46).
    pub reasons: Vec<String>,
    /// The condition that the budget of a coming year brings the money (begrotingsvoorbehoud).
    pub budget_proviso: Option<BudgetProviso>,
    /// How to object (Awb 3:45).
    pub objection: ObjectionClause,
    /// On whose behalf the letter is signed, and by whom (Awb 10:10).
    pub mandate: Mandate,
}

/// The decision that is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendedDecision {
    /// Its reference.
    pub reference: String,
    /// The day it was made known.
    pub sent_on: NaiveDate,
}

/// One project: what it had and what it gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendedProject {
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: Category,
    /// One per year of [`AmendmentLetter::years`].
    pub amounts: Vec<Change>,
}

/// What there was and what it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Until now.
    pub before: Money,
    /// From now on.
    pub after: Money,
}

impl AmendmentLetter {
    /// Checks what a letter must hold by law (Awb 3:45-3:47, 10:10), that its amounts foot and that
    /// something changes. A letter that fails is a fault in what made it: it is not printed.
    ///
    /// # Errors
    /// What is missing or does not add up.
    pub fn check(&self) -> Result<(), LetterError> {
        if self.template_version != TEMPLATE_VERSION {
            return Err(LetterError::UnknownTemplate(self.template_version));
        }
        self.check_contents()?;
        self.check_amounts()
    }

    /// The sum over the years.
    pub(super) fn total(&self, of: impl Fn(&Change) -> Money) -> Result<Money, MoneyError> {
        Money::sum(self.totals.iter().map(of))
    }

    fn check_contents(&self) -> Result<(), LetterError> {
        let blank = |it: &str| it.trim().is_empty();
        let missing = [
            ("reference", blank(&self.reference)),
            ("subject", blank(&self.subject)),
            ("addressee", blank(&self.addressee.municipality)),
            ("decision", blank(&self.amends.reference)),
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
        match missing.iter().find(|(_, missing)| *missing) {
            Some((field, _)) => Err(LetterError::Incomplete(field)),
            None => Ok(()),
        }
    }

    fn check_amounts(&self) -> Result<(), LetterError> {
        if !matches!(self.years.len(), 1 | 2) || self.totals.len() != self.years.len() {
            return Err(LetterError::DoesNotFoot("years"));
        }
        let is_of_years = |it: &AmendedProject| it.amounts.len() == self.years.len();
        if !self.projects.iter().all(is_of_years) {
            return Err(LetterError::DoesNotFoot("project"));
        }
        for (year, total) in self.totals.iter().enumerate() {
            let amounts = || {
                self.projects
                    .iter()
                    .filter_map(move |it| it.amounts.get(year))
            };
            if Money::sum(amounts().map(|it| it.before))? != total.before
                || Money::sum(amounts().map(|it| it.after))? != total.after
            {
                return Err(LetterError::DoesNotFoot("totals"));
            }
        }
        let mut amounts = self.projects.iter().flat_map(|it| &it.amounts);
        if amounts.all(|it| it.before == it.after) {
            return Err(LetterError::DoesNotFoot("nothing changes"));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(in crate::decisions) mod tests {
    use super::*;

    /// The stored letter that the tests print.
    pub(in crate::decisions) fn sample() -> AmendmentLetter {
        serde_json::from_str(include_str!("../../../tests/data/letters/amended.json")).unwrap()
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut AmendmentLetter)) -> String {
        let mut letter = sample();
        letter.check().unwrap();
        change(&mut letter);
        letter.check().unwrap_err().to_string()
    }

    #[test]
    fn what_the_law_asks_for_cannot_be_left_out() {
        for (error, field) in [
            (refused(|it| it.reasons.clear()), "reasons"),
            (refused(|it| it.amends.reference.clear()), "decision"),
            (refused(|it| it.scheme.gazette.clear()), "gazette"),
            (refused(|it| it.objection.address.clear()), "objection"),
            (
                refused(|it| it.objection.last_day = it.letter_date),
                "objection term",
            ),
            (refused(|it| it.mandate.minister.clear()), "minister"),
            (refused(|it| it.mandate.name.clear()), "signatory"),
        ] {
            assert_eq!(error, format!("the letter lacks {field}"));
        }
    }

    #[test]
    fn a_letter_that_does_not_foot_or_changes_nothing_is_refused() {
        for (error, what) in [
            (refused(|it| it.totals[0].after = Money::ZERO), "totals"),
            (refused(|it| it.totals[0].before = Money::ZERO), "totals"),
            (refused(|it| it.projects[0].amounts.clear()), "project"),
            (refused(|it| it.years.push(2029)), "years"),
            (
                refused(|it| {
                    let all = it.projects.iter_mut().flat_map(|it| &mut it.amounts);
                    all.chain(&mut it.totals)
                        .for_each(|it| it.after = it.before);
                }),
                "nothing changes",
            ),
        ] {
            assert_eq!(
                error,
                format!("the amounts of the letter do not foot: {what}")
            );
        }
    }
}
