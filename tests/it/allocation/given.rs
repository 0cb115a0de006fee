//! What the tests of the engine divide. `fuzz/tests/engine.rs` includes it, too.

pub use std::collections::BTreeMap;

pub use serde_json::{Value, json};
pub use versterkingsgelden::allocation::{
    ApplicantRule, CategoryRule, FrozenInput, Input, Method, Outcome, Project, Score, Status,
    TieKey, Year, allocate,
};
pub use versterkingsgelden::core::{category::EnvelopeMode, money::Money};

pub const Y1: Year = 2027;
pub const Y2: Year = 2028;

/// Euros in both years, or only in the first if the second is left out.
pub fn amounts(euros: &[i32]) -> BTreeMap<Year, Money> {
    [Y1, Y2]
        .into_iter()
        .zip(euros.iter().map(|it| Money::from_euros(*it)))
        .collect()
}

/// An empty division of two years under these ceilings, in whole euros, by score.
pub fn a_division(ceilings: [i32; 2]) -> Input {
    Input {
        version: 1,
        years: vec![Y1, Y2],
        ceilings: amounts(&ceilings),
        categories: Vec::new(),
        projects: Vec::new(),
        applicants: BTreeMap::new(),
        rounding: Money::from_euros(1),
        leftover: false,
        ties: vec![TieKey::Score],
        seed: String::new(),
    }
}

pub fn a_category(id: &str, mode: EnvelopeMode, euros: &[i32], method: Method) -> CategoryRule {
    CategoryRule {
        id: id.to_owned(),
        mode,
        amounts: amounts(euros),
        method,
    }
}

/// A project of its own applicant that takes any amount, its years apart.
pub fn a_project(id: &str, category: &str, score: i64, euros: &[i32]) -> Project {
    Project {
        id: id.to_owned(),
        applicant: format!("applicant of {id}"),
        category: category.to_owned(),
        score: Score::from_hundredths(score * 100),
        coupled: false,
        eligible: amounts(euros),
        minimum: BTreeMap::new(),
    }
}

/// The same, all or nothing in each year.
pub fn whole(mut project: Project) -> Project {
    project.minimum = project.eligible.clone();
    project
}

pub fn coupled(mut project: Project) -> Project {
    project.coupled = true;
    project
}

#[track_caller]
pub fn divide(input: Input) -> Outcome {
    allocate(&FrozenInput::new(input).expect("an input without findings"))
}

/// Euros by id and year; the division must be feasible.
#[track_caller]
pub fn awards(input: Input) -> BTreeMap<(String, Year), i64> {
    let outcome = divide(input);
    assert_eq!(outcome.status, Status::Feasible, "{:#?}", outcome.conflict);
    outcome
        .awards
        .into_iter()
        .map(|it| ((it.id, it.year), it.amount.cents() / 100))
        .collect()
}

/// Euros in the first year, in the order of the ids.
#[track_caller]
pub fn first_year(input: Input) -> Vec<i64> {
    awards(input)
        .into_iter()
        .filter(|((_, year), _)| *year == Y1)
        .map(|(_, it)| it)
        .collect()
}

#[track_caller]
pub fn reason(outcome: &Outcome, id: &str, year: Year) -> String {
    let award = outcome
        .awards
        .iter()
        .find(|it| it.id == id && it.year == year);
    award.expect("an award line").reason.clone()
}

pub fn least(euros: &[i32]) -> ApplicantRule {
    ApplicantRule {
        at_least: amounts(euros),
        at_most: BTreeMap::new(),
    }
}

pub fn most(euros: &[i32]) -> ApplicantRule {
    ApplicantRule {
        at_least: BTreeMap::new(),
        at_most: amounts(euros),
    }
}

/// The example of the contract, as a file.
pub fn a_file() -> Value {
    json!({
        "version": 1,
        "years": [2027, 2028],
        "ceilings": { "2027": "7000000.00", "2028": "6250000.00" },
        "categories": [
            { "id": "baseline", "mode": "at_most", "amounts": {"2027": "4670000.00", "2028": "4670000.00"}, "method": "pro_rata" },
            { "id": "prevention", "mode": "ring_fenced", "amounts": {"2027": "2000000.00", "2028": "2000000.00"}, "method": "ranking_partial" },
            { "id": "one_year", "mode": "at_most", "amounts": {"2027": "330000.00"}, "method": "ranking_skip" }
        ],
        "projects": [
            { "id": "GM0518-1", "applicant": "GM0518", "category": "prevention", "score": "7.50", "coupled": true,
              "eligible": {"2027": "120000.00", "2028": "120000.00"}, "minimum": {"2027": "80000.00", "2028": "80000.00"} }
        ],
        "applicants": { "GM0518": { "at_least": {"2027": "0.00"}, "at_most": {"2027": "1500000.00"} } },
        "rounding": "1.00",
        "leftover": true,
        "ties": ["score", "amount_ascending", "lottery"],
        "seed": "2026-12-01 10:00 trekking notaris 4711"
    })
}
