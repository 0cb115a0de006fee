//! What a little more would have changed: for every envelope one rounding unit more, and for every project that was refused
//! or cut the smallest change that would have funded it.
//!
//! Nothing here is estimated. Each change was tried (`trial`): with the engine itself where the projects are few enough or the
//! envelope can be divided apart from all others, and with a short copy of the rankings (`sim`) where thousands of projects ask for
//! it. How much may be tried is counted in projects divided, not in time, so that the same input tells the same. What was not tried to the
//! last cent says "ten hoogste".
//!
//! Where a category goes by the highest value (`exact`) every trial is a search. There one unit more for each envelope is tried
//! within a number of steps; the smallest change for a project is not looked for.
//!
//! *More money* is new money for one category in one year: the year's ceiling and the category's own amount (a floor stays what it is)
//! are that much higher. *Smallest* means: one cent, a hundredth of a point, or one unit of the request less far-reaching is not enough.

mod envelopes;
mod levers;
mod sim;
#[cfg(test)]
mod tests;
mod told;
mod trial;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    input::{Input, Method, Year},
    line::{Ask, Line, cents},
    methods::exact::Proof,
    reason::Reason,
};
use crate::{
    core::{category::EnvelopeMode, money::Money},
    db::columns::text_enum,
};

text_enum! {
    /// What would have had to be different.
    pub enum Lever {
        /// More money for its category.
        Money => "money",
        /// A higher score.
        Score => "score",
        /// A lower eligible amount.
        Request => "request",
    }
}

/// What a little more would have changed. Empty for an outcome that was stored before this existed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    /// One per category and year in which anyone asks, in the order of the file.
    pub envelopes: Vec<OneMore>,
    /// By project and first year; money before score before request.
    pub projects: Vec<SmallestChange>,
}

/// What one rounding unit more for a category in a year would have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneMore {
    /// Where the envelope stands in the input.
    pub path: String,
    /// The id of the category.
    pub category: String,
    /// The budget year.
    pub year: Year,
    /// The rounding unit.
    pub by: Money,
    /// Every award that would be another, by project and year; nothing where it was not tried.
    pub changes: Option<Vec<AwardChange>>,
    /// The project that the least more money would have funded.
    pub marginal: Option<Marginal>,
    /// The same in Dutch.
    pub sentence: String,
}

/// An award that would be another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwardChange {
    /// The project.
    pub id: String,
    /// The budget year.
    pub year: Year,
    /// What it gets.
    pub before: Money,
    /// What it would get.
    pub after: Money,
}

/// The marginal project (grensproject) of an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marginal {
    /// The project.
    pub id: String,
    /// How much more money would have funded it.
    pub amount: Money,
}

/// A change that would have funded a project that was refused, or a project in full that was cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallestChange {
    /// The project.
    pub id: String,
    /// The years that it is about: all of a coupled project, else one.
    pub years: Vec<Year>,
    /// What would have to be different.
    pub lever: Lever,
    /// For money: how much more per year. For a request: the eligible amount per year. For a score: nothing.
    pub amounts: BTreeMap<Year, Money>,
    /// For a score: the score, as `7.50`.
    pub score: Option<String>,
    /// Whether a hair less was tried and is not enough; else this is enough, and less may be, too.
    pub is_least: bool,
    /// The same in Dutch, to be used word for word in a letter.
    pub sentence: String,
}

/// A finished division, for which is tried what would have changed it.
#[derive(Clone, Copy)]
pub(super) struct Done<'r, 'i> {
    pub input: &'i Input,
    /// Per category, by the chain.
    pub lines: &'r [Line<'i>],
    /// What each category could spend when its turn came.
    pub rooms: &'r BTreeMap<(usize, Year), i128>,
    /// How good the division of the categories with `exact` is.
    pub proof: Option<&'r Proof>,
}

/// Years of a project that stand or fall together and did not get all they could.
#[derive(Debug, Clone, Copy)]
struct Subject {
    /// Index of the line.
    line: usize,
    /// Index of the first ask.
    from: usize,
    /// How many asks.
    count: usize,
    aim: Aim,
    /// Whether its applicant's own limit makes its claim smaller.
    is_held: bool,
}

/// When a change has worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// Everything it asks, as far as its applicant may get it.
    InFull,
    /// Anything: it was below its minimum.
    Something,
}

/// What a little more would have changed.
pub(super) fn what_if(done: Done<'_, '_>) -> WhatIf {
    within(done, trial::MOST_TRIED)
}

/// The same, with so many projects divided again at most.
fn within(done: Done<'_, '_>, most_tried: usize) -> WhatIf {
    let subjects = subjects(done);
    let bench = trial::Bench::new(done, most_tried);
    // The envelopes first where they are a small part of what may be tried; else the letters, which need money most.
    let count: usize = done
        .input
        .categories
        .iter()
        .map(|it| it.amounts.len())
        .sum();
    let is_small = done.lines.len().saturating_mul(count) <= most_tried / 4;
    let early = is_small.then(|| envelopes::tried(&bench));
    let mut projects: Vec<SmallestChange> = Vec::new();
    for lever in [levers::money, levers::score, levers::request] {
        projects.extend(subjects.iter().filter_map(|it| lever(&bench, it)));
    }
    projects.sort_by(|a, b| (&a.id, &a.years, a.lever).cmp(&(&b.id, &b.years, b.lever)));
    let tried = early.unwrap_or_else(|| envelopes::tried(&bench));
    WhatIf {
        envelopes: envelopes::one_more(&bench, tried, &projects),
        projects,
    }
}

fn subjects(done: Done<'_, '_>) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for (index, line) in done.lines.iter().enumerate() {
        let Some(category) = done.input.categories.get(line.category) else {
            continue;
        };
        if category.method == Method::Exact {
            continue;
        }
        let size = line.bundle_size();
        for (at, bundle) in line.asks.chunks(size).enumerate() {
            let hopeless = |it: &Ask| {
                matches!(
                    it.reason,
                    Reason::BelowUnit | Reason::Closed | Reason::Undecided
                )
            };
            if bundle.iter().all(|it| it.award == it.most) || bundle.iter().any(hopeless) {
                continue;
            }
            let is_refused = bundle.iter().all(|it| it.award == 0);
            let aim = if is_refused && !is_ranking(category.method) {
                Aim::Something
            } else {
                Aim::InFull
            };
            subjects.push(Subject {
                line: index,
                from: at * size,
                count: bundle.len(),
                aim,
                is_held: bundle.iter().any(Ask::is_held_by_applicant),
            });
        }
    }
    subjects
}

impl Subject {
    fn asks<'l>(&self, line: &'l Line<'_>) -> &'l [Ask] {
        line.asks
            .get(self.from..self.from + self.count)
            .unwrap_or_default()
    }
}

/// Whether the method goes by rank.
fn is_ranking(method: Method) -> bool {
    matches!(
        method,
        Method::RankingSkip | Method::RankingStop | Method::RankingPartial
    )
}

/// Whether an input has a rule that demands a least: then more for one can be too little for another, and only the
/// whole division tells.
fn demands_a_least(input: &Input) -> bool {
    let has_floor = input
        .categories
        .iter()
        .any(|it| it.mode == EnvelopeMode::AtLeast);
    let mut leasts = input
        .applicants
        .values()
        .flat_map(|it| it.at_least.values());
    has_floor || leasts.any(|it| 0 < cents(*it))
}
