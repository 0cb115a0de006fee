//! A change that was found, in Dutch.

use std::collections::BTreeMap;

use super::{Aim, AwardChange, Lever, Marginal, SmallestChange, Subject, trial::Amounts};
use crate::allocation::{
    figures::{category_label, euro, points},
    input::{Input, Year},
    line::{Line, cents, money},
    score::Score,
};

/// What was found for a project.
pub(super) struct Told {
    pub lever: Lever,
    pub amounts: Amounts,
    pub score: Option<Score>,
    pub is_least: bool,
    /// Whether it would have got all it asks, and not only what its applicant may still get.
    pub is_whole: bool,
}

/// With its sentence.
pub(super) fn change(
    input: &Input,
    line: &Line<'_>,
    subject: &Subject,
    told: Told,
) -> SmallestChange {
    let years: Vec<Year> = subject.asks(line).iter().map(|it| it.year).collect();
    let (verb, how) = outcome(subject, &told);
    let sentence = match told.lever {
        Lever::Money => format!(
            "Met {}{} voor {} {} dit project{} {}.",
            if told.is_least { "" } else { "ten hoogste " },
            per_year(&told.amounts, " meer"),
            category_label(&line.project.category),
            verb,
            in_years(input, &years, &told.amounts),
            how
        ),
        Lever::Score => format!(
            "Met een score van {} {} dit project{} {}{}.",
            told.score.map_or_else(String::new, points),
            verb,
            in_years(input, &years, &told.amounts),
            if told.is_least { "" } else { "zeker " },
            how
        ),
        Lever::Request => format!(
            "Bij een subsidiabel bedrag van {} in plaats van {} had dit project {} gekregen.",
            per_year(&told.amounts, ""),
            euro(eligible(line, &told.amounts)),
            if told.amounts.len() == 1 {
                "dat bedrag"
            } else {
                "die bedragen"
            }
        ),
    };
    let amounts = told.amounts.iter();
    SmallestChange {
        id: line.project.id.clone(),
        years,
        lever: told.lever,
        amounts: amounts.map(|(year, it)| (*year, money(*it))).collect(),
        score: told.score.map(|it| it.to_string()),
        is_least: told.is_least,
        sentence,
    }
}

/// One unit more for a category in a year.
pub(super) struct More<'m> {
    /// The id of the category.
    pub category: &'m str,
    pub year: Year,
    /// In cents.
    pub unit: i128,
    /// What would be another; none where it was not tried.
    pub changes: Option<&'m [AwardChange]>,
    pub marginal: Option<&'m Marginal>,
    /// Whether each trial is a search.
    pub is_search: bool,
}

/// The same in Dutch.
pub(super) fn one_more(of: &More<'_>) -> String {
    const SHOWN: usize = 5;
    let more = format!(
        "Met {} meer voor {} in {year}",
        euro(of.unit),
        category_label(of.category),
        year = of.year
    );
    let what = match of.changes {
        None => None,
        Some([]) => Some(format!("{more} verandert er niets.")),
        Some(changes) => {
            let each = |it: &AwardChange| {
                let by = cents(it.after) - cents(it.before);
                let how = if by < 0 { "minder" } else { "meer" };
                format!("'{}' in {} {} {how}", it.id, it.year, euro(by.abs()))
            };
            let mut list: Vec<String> = changes.iter().take(SHOWN).map(each).collect();
            if SHOWN < changes.len() {
                list.push(format!(
                    "en er veranderen nog {} bedragen",
                    changes.len() - SHOWN
                ));
            }
            Some(format!("{more} krijgt {}.", list.join(", ")))
        }
    };
    let first = of.marginal.map(|it| {
        format!(
            "Grensproject is '{}': met {} meer krijgt dat project het bedrag dat het nu niet krijgt.",
            it.id,
            euro(cents(it.amount))
        )
    });
    let sentences: Vec<String> = what.into_iter().chain(first).collect();
    if sentences.is_empty() {
        let why = if of.is_search {
            "elke verandering is hier een nieuwe zoektocht, en die past niet in het aantal stappen"
        } else {
            "er zijn te veel projecten"
        };
        format!("{more} is niet uitgerekend wat er verandert: {why}.")
    } else {
        sentences.join(" ")
    }
}

/// What the project would have been or had.
fn outcome(subject: &Subject, told: &Told) -> (&'static str, &'static str) {
    match subject.aim {
        Aim::Something => ("had", "wel geld gekregen"),
        Aim::InFull if told.is_whole => ("was", "volledig betaald"),
        Aim::InFull => ("had", "alles gekregen wat de aanvrager nog mag krijgen"),
    }
}

/// Only where not all of the project, or not its years, is said already.
fn in_years(input: &Input, years: &[Year], said: &Amounts) -> String {
    let is_said = years.iter().all(|it| said.contains_key(it));
    match years {
        [year] if !is_said && 1 < input.years.len() => format!(" in {year}"),
        _ => String::new(),
    }
}

fn per_year(amounts: &Amounts, more: &str) -> String {
    let each: Vec<String> = amounts
        .iter()
        .map(|(year, it)| format!("{}{more} in {year}", euro(*it)))
        .collect();
    each.join(" en ")
}

fn eligible(line: &Line<'_>, of: &BTreeMap<Year, i128>) -> i128 {
    let asks = line.asks.iter().filter(|it| of.contains_key(&it.year));
    asks.map(|it| it.eligible).sum()
}
