//! What is typed about a scenario, as values. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{assemble::Changes, division::Line, pots::Pot};
use crate::{
    allocation::Method,
    core::{
        answers::{Answers, FieldErrors},
        money::Money,
    },
    texts::money::typed,
};

/// What a new scenario's form says before anybody typed: the scheme's own rules. `seed` is that of
/// the scenario before it, so that two scenarios of a window draw the same lots.
pub(super) fn standard(pots: &[Pot], leftover: bool, seed: &str) -> Answers {
    let mut answers = Answers::default().with("zaad", seed);
    if leftover {
        answers.set("overschot", "ja");
    }
    for pot in pots {
        let category = pot.category.as_str();
        answers.set(format!("methode-{category}"), pot.method.as_str());
        for (year, (_, free)) in &pot.years {
            answers.set(format!("bedrag-{category}-{year}"), typed(*free));
        }
    }
    answers
}

/// What is changed of the scheme's rules. An amount that is left empty is all that is free.
pub(super) fn changes(
    answers: &Answers,
    pots: &[Pot],
    applicants: &BTreeSet<String>,
) -> Result<Changes, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut changes = Changes {
        leftover: Some(answers.get("overschot") == "ja"),
        seed: answers.get("zaad").trim().to_owned(),
        ..Changes::default()
    };
    for pot in pots {
        let category = pot.category.as_str();
        let field = format!("methode-{category}");
        match Method::parse(answers.get(&field)) {
            Ok(it) => drop(changes.methods.insert(pot.category, it)),
            Err(_) => errors.push(field, "Kies hoe dit geld wordt verdeeld."),
        }
        for year in pot.years.keys() {
            let field = format!("bedrag-{category}-{year}");
            if let Some(it) = amount(answers, &field, &mut errors) {
                changes.amounts.insert((pot.category, *year), it);
            }
        }
    }
    let years: BTreeSet<i32> = pots
        .iter()
        .flat_map(|it| it.years.keys().copied())
        .collect();
    for year in years {
        if let Some(most) = amount(answers, &format!("hoogste-{year}"), &mut errors) {
            for applicant in applicants {
                let own = changes.most.entry(applicant.clone()).or_default();
                own.insert(year, most);
            }
        }
    }
    if errors.is_empty() {
        Ok(changes)
    } else {
        Err(errors)
    }
}

/// What the form of a hand edit says before anybody typed: the amounts as they stand.
pub(super) fn standing(lines: &[&Line]) -> Answers {
    lines.iter().fold(Answers::default(), |answers, it| {
        answers.with(format!("bedrag-{}", it.year), typed(it.amount))
    })
}

/// The amounts of a hand edit. A field that is left empty keeps its amount.
pub(super) fn amounts(
    answers: &Answers,
    years: impl Iterator<Item = i32>,
) -> Result<BTreeMap<i32, Money>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut amounts = BTreeMap::new();
    for year in years {
        if let Some(it) = amount(answers, &format!("bedrag-{year}"), &mut errors) {
            amounts.insert(year, it);
        }
    }
    if errors.is_empty() {
        Ok(amounts)
    } else {
        Err(errors)
    }
}

fn amount(answers: &Answers, field: &str, errors: &mut FieldErrors) -> Option<Money> {
    let text = answers.get(field);
    if text.trim().is_empty() {
        return None;
    }
    match Money::parse_dutch(text) {
        Ok(it) => Some(it),
        Err(_) => {
            errors.push(
                field,
                format!(
                    "“{text}” is geen bedrag. Vul een bedrag in euro in, bijvoorbeeld 12.500,00."
                ),
            );
            None
        }
    }
}
