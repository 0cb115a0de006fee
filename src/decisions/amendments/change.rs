//! Other amounts for an award as they are typed, and whether they can be. Pure.
#![deny(clippy::arithmetic_side_effects)]

use super::Line;
use crate::{
    core::{
        answers::{Answers, FieldErrors},
        category::{Category, EnvelopeKind},
        ids::{EnvelopeId, ProjectId},
        money::{Money, MoneyError},
    },
    decisions::{form::wrong, proposal},
    error::Refusal,
    texts::money,
};

/// The name of the field with the reason.
pub const REASON: &str = "reden";

/// What a project has of an envelope in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// The project.
    pub project: ProjectId,
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: Option<Category>,
    /// The budget year.
    pub year: i32,
    /// The envelope that pays.
    pub envelope: EnvelopeId,
    /// What that is for.
    pub kind: EnvelopeKind,
    /// The least that the project can do with in the year.
    pub minimum: Money,
    /// What was found eligible in the year.
    pub eligible: Option<Money>,
    /// What it has now.
    pub amount: Money,
    /// The part of that which was neither advanced nor paid, and so can be taken back.
    pub committed: Money,
    /// What is free in the envelope.
    pub free: Money,
}

/// The name of the field with the new amount of the award at this place, from 1.
pub fn field(place: usize) -> String {
    format!("bedrag.{place}")
}

/// What stands in the form at first: what the award is now.
pub fn initial(awards: &[Award]) -> Answers {
    let mut answers = Answers::default();
    for (place, award) in (1..).zip(awards) {
        answers.set(field(place), money::typed(award.amount));
    }
    answers
}

/// Reads what was typed: the lines that change, and the reason.
///
/// # Errors
/// The fields that are wrong, each with a sentence.
pub fn read(awards: &[Award], answers: &Answers) -> Result<(Vec<Line>, String), FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut after = Vec::new();
    for (place, award) in (1..).zip(awards) {
        match Money::parse_dutch(answers.get(&field(place))) {
            Ok(amount) => after.push((place, award, amount)),
            Err(err) => errors.push(field(place), wrong(err)),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    for of_year in after.chunk_by(|a, b| (&a.1.project, a.1.year) == (&b.1.project, b.1.year)) {
        check(of_year, &mut errors);
    }
    let lines: Vec<Line> = after
        .iter()
        .filter_map(|(_, it, to)| changed(it, *to))
        .collect();
    if lines.is_empty() && errors.is_empty() {
        errors.push(
            field(1),
            "Vul bij minstens één project een ander bedrag in.",
        );
    }
    let reason = answers.get(REASON).trim().to_owned();
    if reason.is_empty() {
        let sentence = "Vul in waarom de toekenning verandert. De gemeente leest dit.";
        errors.push(REASON, sentence);
    }
    if errors.is_empty() {
        Ok((lines, reason))
    } else {
        Err(errors)
    }
}

/// The line of an award that becomes this, if that is another amount.
pub fn changed(award: &Award, after: Money) -> Option<Line> {
    (after != award.amount).then(|| Line {
        project: award.project.clone(),
        title: award.title.clone(),
        category: award.category,
        year: award.year,
        envelope: award.envelope.clone(),
        kind: award.kind,
        before: award.amount,
        after,
    })
}

/// Checks what a project gets in a year, of all envelopes together, and that nothing is taken back
/// that was paid. What does not change is not asked about.
fn check(parts: &[(usize, &Award, Money)], errors: &mut FieldErrors) {
    let mut changed = None;
    for (place, award, after) in parts {
        if *after == award.amount {
            continue;
        }
        changed = Some((*place, *award));
        if let Ok(Some(least)) = paid(award).map(|paid| (*after < paid).then_some(paid)) {
            let paid = money::euros(least);
            errors.push(
                field(*place),
                format!(
                    "Hiervan is al {paid} betaald of als voorschot gegeven. Vul dat of meer in."
                ),
            );
        }
    }
    let Some((place, award)) = changed else {
        return;
    };
    match Money::sum(parts.iter().map(|(.., after)| *after)) {
        Ok(total) => {
            if proposal::check_amount(award.minimum, award.eligible, total).is_err() {
                errors.push(field(place), range(award));
            }
        }
        Err(err) => errors.push(field(place), wrong(err)),
    }
}

/// What of an award cannot be taken back.
fn paid(award: &Award) -> Result<Money, MoneyError> {
    award.amount.checked_sub(award.committed)
}

fn range(award: &Award) -> String {
    let eligible = award.eligible.unwrap_or(Money::ZERO);
    if eligible.is_zero() || eligible < award.minimum {
        return "Voor dit project kan in dit jaar niets worden toegekend. Vul 0 in.".to_owned();
    }
    format!(
        "Vul 0 in, of een bedrag waarmee het project in {} van {} tot en met {} krijgt.",
        award.year,
        money::euros(award.minimum),
        money::euros(eligible)
    )
}

/// Whether the award is still what a change was made from.
///
/// # Errors
/// [`Refusal::AwardMoved`] if it is not.
pub fn check_base(awards: &[Award], lines: &[Line]) -> Result<(), Refusal> {
    let is_same = |line: &Line| {
        awards.iter().any(|it| {
            it.project == line.project
                && it.year == line.year
                && it.envelope == line.envelope
                && it.amount == line.before
        })
    };
    if lines.iter().all(is_same) {
        Ok(())
    } else {
        Err(Refusal::AwardMoved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn award(envelope: &str, amount: i32, committed: i32) -> Award {
        Award {
            project: ProjectId::from("p"),
            title: "Weerbare wijk".to_owned(),
            category: Some(Category::Baseline),
            year: 2027,
            envelope: EnvelopeId::from(envelope),
            kind: EnvelopeKind::Baseline,
            minimum: Money::from_euros(40),
            eligible: Some(Money::from_euros(80)),
            amount: Money::from_euros(amount),
            committed: Money::from_euros(committed),
            free: Money::ZERO,
        }
    }

    fn typed(amounts: &[&str]) -> Answers {
        let mut answers = Answers::default().with(REASON, "De inzet is kleiner.");
        for (place, amount) in (1..).zip(amounts) {
            answers.set(field(place), *amount);
        }
        answers
    }

    #[test]
    fn only_what_changes_is_a_line() {
        let awards = [award("e", 60, 60), award("f", 10, 10)];
        let (lines, reason) = read(&awards, &typed(&["50,01", "10"])).unwrap();
        assert_eq!(reason, "De inzet is kleiner.");
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].before, Money::from_euros(60));
        assert_eq!(lines[0].after, Money::from_cents(5001));
        assert_eq!(lines[0].lowered(), Ok(Money::from_cents(999)));
        assert_eq!(lines[0].raised(), Ok(Money::ZERO));
        assert_eq!(check_base(&awards, &lines), Ok(()));
        let moved = [award("e", 61, 61), award("f", 10, 10)];
        assert_eq!(check_base(&moved, &lines), Err(Refusal::AwardMoved));
    }

    #[test]
    fn what_cannot_be_says_so_at_its_field() {
        let awards = [award("e", 60, 50), award("f", 10, 10)];
        for (amounts, at, start) in [
            (["60", "10"], "bedrag.1", "Vul bij minstens één project"),
            (["", "10"], "bedrag.1", "Vul een bedrag in."),
            (["60", "1.5"], "bedrag.2", "Gebruik een komma"),
            (
                ["60", "20,01"],
                "bedrag.2",
                "Vul 0 in, of een bedrag waarmee",
            ),
            (
                ["10", "29,99"],
                "bedrag.2",
                "Vul 0 in, of een bedrag waarmee",
            ),
            (
                ["9,99", "40"],
                "bedrag.1",
                "Hiervan is al €\u{a0}10,00 betaald",
            ),
        ] {
            let errors = read(&awards, &typed(&amounts)).unwrap_err();
            let sentence = errors.get(at).unwrap_or_default();
            assert!(sentence.starts_with(start), "{amounts:?}: {sentence}");
        }
        let unreasoned = typed(&["50", "10"]).with(REASON, " ");
        assert!(
            read(&awards, &unreasoned)
                .unwrap_err()
                .get(REASON)
                .is_some()
        );
    }
}
