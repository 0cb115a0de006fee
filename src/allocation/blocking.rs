//! What keeps a floor or an applicant's least from being reached by the methods that were chosen: each limit is left out in turn and
//! stays out if the methods still do not get there without it. What is left cannot be made smaller by leaving out one more.

use std::collections::BTreeSet;

use super::{
    Award, Run,
    check::{ViolatedRule, Violation, check},
    figures::{category_label, euro},
    input::{CategoryRule, Input, Method, Project, Year},
    line::{cents, money},
    output::RuleLine,
    ranked_lines,
};
use crate::core::{category::EnvelopeMode, money::Money};

/// Projects that are divided again, over all tries; with more to try the limits are not told.
const MOST_WORK: usize = 200_000;

/// A limit that can be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Limit {
    /// The most that an applicant may get in a year.
    Most(String, Year),
    /// What is set apart for another category.
    Apart(usize, Year),
    /// The amount of a category that the rule depends on.
    Amount(usize, Year),
    /// The minimums of a project, and that its years go together.
    Whole(usize),
}

/// The broken rule, the methods it depends on, and the limits without which those would keep it; in the order of their paths.
pub(super) fn set(input: &Input, broken: &Violation) -> Vec<RuleLine> {
    let behind = behind(input, broken);
    let mut set = vec![RuleLine::new(broken.path.clone(), broken.sentence.clone())];
    set.extend(behind.iter().filter_map(|it| method(input, *it)));
    let limits = needed(input, broken, limits(input, &behind));
    set.extend(limits.iter().filter_map(|it| line(input, it)));
    set.sort();
    set.dedup();
    set
}

/// The categories that a floor or an applicant's least depends on.
pub(super) fn behind(input: &Input, broken: &Violation) -> BTreeSet<usize> {
    let subject = broken.subject.as_str();
    let year: Option<Year> = broken
        .path
        .rsplit('.')
        .next()
        .and_then(|it| it.parse().ok());
    let asks = |it: &&Project| {
        let eligible = year.and_then(|year| it.eligible.get(&year));
        it.applicant == subject && eligible.is_some_and(|it| !it.is_zero())
    };
    let theirs: BTreeSet<&str> = input
        .projects
        .iter()
        .filter(asks)
        .map(|it| it.category.as_str())
        .collect();
    let is_behind = |it: &CategoryRule| match broken.rule {
        ViolatedRule::ApplicantLeast => theirs.contains(it.id.as_str()),
        ViolatedRule::CategoryFloor => it.id == subject,
        _ => false,
    };
    let rules = input.categories.iter().enumerate();
    rules
        .filter(|(_, it)| is_behind(it))
        .map(|(index, _)| index)
        .collect()
}

fn limits(input: &Input, behind: &BTreeSet<usize>) -> Vec<Limit> {
    let mut limits = Vec::new();
    for (id, rule) in &input.applicants {
        limits.extend(
            rule.at_most
                .keys()
                .map(|year| Limit::Most(id.clone(), *year)),
        );
    }
    for (index, category) in input.categories.iter().enumerate() {
        for year in category.amounts.keys() {
            match (category.mode, behind.contains(&index)) {
                (EnvelopeMode::AtLeast, true) | (EnvelopeMode::AtMost, false) => {}
                (_, true) => limits.push(Limit::Amount(index, *year)),
                (_, false) => limits.push(Limit::Apart(index, *year)),
            }
        }
    }
    let is_whole = |it: &Project| it.coupled || it.minimum.values().any(|it| !it.is_zero());
    let projects = input.projects.iter().enumerate();
    limits.extend(
        projects
            .filter(|(_, it)| is_whole(it))
            .map(|(index, _)| Limit::Whole(index)),
    );
    limits
}

/// The limits without any of which the rule would be kept.
fn needed(input: &Input, broken: &Violation, mut limits: Vec<Limit>) -> Vec<Limit> {
    let tries = limits.len().saturating_mul(2);
    let is_searched = input.categories.iter().any(|it| it.method == Method::Exact);
    if is_searched || MOST_WORK < tries.saturating_mul(input.projects.len()) {
        return Vec::new();
    }
    let mut out: Vec<Limit> = Vec::new();
    let mut size = limits.len();
    while 0 < size {
        let mut start = 0;
        while start < limits.len() {
            let (head, rest) = limits.split_at(start);
            let (tried, tail) = rest.split_at(size.min(rest.len()));
            let without: Vec<Limit> = out.iter().chain(tried).cloned().collect();
            if is_broken(&relaxed(input, &without), broken) {
                limits = head.iter().chain(tail).cloned().collect();
                out = without;
            } else {
                start += size;
            }
        }
        size /= 2;
    }
    limits
}

/// The input without some limits.
fn relaxed(input: &Input, out: &[Limit]) -> Input {
    let mut relaxed = input.clone();
    for limit in out {
        match limit {
            Limit::Most(id, year) => {
                if let Some(it) = relaxed.applicants.get_mut(id) {
                    it.at_most.remove(year);
                }
            }
            Limit::Apart(index, year) => {
                // Of one year only: the mode is of all years.
                if let Some(it) = relaxed.categories.get_mut(*index) {
                    it.amounts.insert(*year, Money::ZERO);
                }
            }
            Limit::Amount(index, year) => {
                let ceiling = relaxed.ceilings.get(year).copied();
                if let (Some(it), Some(ceiling)) = (relaxed.categories.get_mut(*index), ceiling) {
                    it.amounts.insert(*year, ceiling);
                }
            }
            Limit::Whole(index) => {
                if let Some(it) = relaxed.projects.get_mut(*index) {
                    it.coupled = false;
                    it.minimum.clear();
                }
            }
        }
    }
    relaxed
}

/// Whether the methods still do not keep the rule.
fn is_broken(input: &Input, broken: &Violation) -> bool {
    let mut ranked = ranked_lines(input);
    if Run::new(input, &ranked.lines)
        .divide(&mut ranked.lines)
        .is_err()
    {
        return true;
    }
    let awards = ranked.lines.iter().flat_map(|line| {
        line.asks.iter().map(|ask| Award {
            id: line.project.id.clone(),
            year: ask.year,
            amount: money(ask.award),
            reason: String::new(),
        })
    });
    let awards: Vec<Award> = awards.collect();
    let mut violations = check(input, &awards).into_iter();
    violations.any(|it| it.rule == broken.rule && it.path == broken.path)
}

fn method(input: &Input, index: usize) -> Option<RuleLine> {
    let category = input.categories.get(index)?;
    Some(RuleLine::new(
        format!("categories[{index}].method"),
        format!(
            "{} wordt verdeeld met de methode '{}'. Die komt niet op het afgesproken bedrag uit.",
            capitalised(&category_label(&category.id)),
            category.method.as_str()
        ),
    ))
}

fn line(input: &Input, limit: &Limit) -> Option<RuleLine> {
    Some(match limit {
        Limit::Most(id, year) => {
            let most = cents(*input.applicants.get(id)?.at_most.get(year)?);
            RuleLine::new(
                format!("applicants.{id}.at_most.{year}"),
                format!(
                    "Aanvrager '{id}' krijgt in {year} niet meer dan {}.",
                    euro(most)
                ),
            )
        }
        Limit::Apart(index, year) => {
            let category = input.categories.get(*index)?;
            let amount = cents(*category.amounts.get(year)?);
            let how = match category.mode {
                EnvelopeMode::RingFenced => "geoormerkt",
                EnvelopeMode::AtLeast | EnvelopeMode::AtMost => "afgesproken als ondergrens",
            };
            RuleLine::new(
                format!("categories[{index}].amounts.{year}"),
                format!(
                    "Voor {} is in {year} {} {how}.",
                    category_label(&category.id),
                    euro(amount)
                ),
            )
        }
        Limit::Amount(index, year) => {
            let category = input.categories.get(*index)?;
            let amount = cents(*category.amounts.get(year)?);
            RuleLine::new(
                format!("categories[{index}].amounts.{year}"),
                format!(
                    "Voor {} is in {year} niet meer dan {} beschikbaar.",
                    category_label(&category.id),
                    euro(amount)
                ),
            )
        }
        Limit::Whole(index) => {
            let project = input.projects.get(*index)?;
            RuleLine::new(
                format!("projects[{index}]"),
                format!(
                    "Project '{}' krijgt niets, of ten minste zijn minimum in elk jaar dat bij elkaar hoort.",
                    project.id
                ),
            )
        }
    })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |it| it.to_uppercase().chain(chars).collect())
}
