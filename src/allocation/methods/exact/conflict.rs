//! Which rules stand in the way when no division keeps them all: each rule is left out in turn and stays out if
//! there is still no division without it. What is left cannot be made smaller by leaving out one more.

use super::{
    field::{Field, Origin, Stated},
    prices::Prices,
    problem::{Choice, Problem},
    search::{Work, maximise},
};
use crate::{
    allocation::{
        figures::{category_label, euro},
        line::cents,
        output::RuleLine,
    },
    core::category::EnvelopeMode,
};

/// Steps for one try. A try that ends without an answer leaves its rule in.
const STEPS: usize = 20_000_000;
/// Steps for all tries together.
const ALL_STEPS: usize = 200_000_000;

/// A rule that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Least(usize),
    Most(usize),
    /// The minimums of a bundle, and that its years go together.
    Bundle(usize),
}

/// The rules that stand in the way, in the order of their paths.
pub(super) fn find(field: &Field<'_, '_>, stated: &Stated<'_>, is_proven: bool) -> Vec<RuleLine> {
    if !is_proven {
        return unknown(field);
    }
    let mut rules: Vec<Rule> = (0..stated.problem.bundles.len())
        .map(Rule::Bundle)
        .collect();
    rules.extend((0..stated.problem.rows.len()).flat_map(|it| [Rule::Most(it), Rule::Least(it)]));
    let mut left = ALL_STEPS;
    let mut size = rules.len();
    while 0 < size {
        let mut start = 0;
        while start < rules.len() {
            let (head, rest) = rules.split_at(start);
            let without: Vec<Rule> = head.iter().chain(rest.iter().skip(size)).copied().collect();
            if is_impossible(&only(&stated.problem, &without), &mut left) {
                rules = without;
            } else {
                start += size;
            }
        }
        size /= 2;
    }
    let mut lines: Vec<RuleLine> = rules
        .iter()
        .filter_map(|it| line(field, stated, *it))
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

fn unknown(field: &Field<'_, '_>) -> Vec<RuleLine> {
    let mut categories: Vec<usize> = field.lines.iter().map(|it| it.category).collect();
    categories.sort_unstable();
    categories.dedup();
    let sentence = "Er is geen verdeling gevonden die alle afspraken nakomt. Of er een is, kon niet worden bepaald: het aantal rekenstappen was op.";
    categories
        .iter()
        .map(|it| RuleLine::new(format!("categories[{it}].method"), sentence))
        .collect()
}

/// The problem with only these rules; what is eligible is the most in any case.
fn only(problem: &Problem, rules: &[Rule]) -> Problem {
    let mut relaxed = problem.clone();
    relaxed
        .rows
        .iter_mut()
        .for_each(|it| (it.least, it.most) = (0, i128::from(i64::MAX)));
    relaxed
        .vars
        .iter_mut()
        .for_each(|it| (it.least, it.weight) = (0, 0));
    // Without its minimums a bundle is as if every year were a bundle that is in.
    relaxed
        .bundles
        .iter_mut()
        .for_each(|it| it.choice = Choice::In);
    for rule in rules {
        match *rule {
            Rule::Least(row) => {
                if let (Some(it), Some(of)) = (relaxed.rows.get_mut(row), problem.rows.get(row)) {
                    it.least = of.least;
                }
            }
            Rule::Most(row) => {
                if let (Some(it), Some(of)) = (relaxed.rows.get_mut(row), problem.rows.get(row)) {
                    it.most = of.most;
                }
            }
            Rule::Bundle(bundle) => {
                let Some(of) = problem.bundles.get(bundle) else {
                    continue;
                };
                if let Some(it) = relaxed.bundles.get_mut(bundle) {
                    it.choice = of.choice;
                }
                let vars = relaxed.vars.iter_mut().zip(&problem.vars).enumerate();
                for (_, (it, from)) in vars.filter(|(index, _)| of.vars.contains(index)) {
                    it.least = from.least;
                }
            }
        }
    }
    relaxed
}

fn is_impossible(problem: &Problem, left: &mut usize) -> bool {
    let steps = STEPS.min(*left);
    let mut work = Work::new(steps);
    work.spend(problem.vars.len());
    let found = maximise(Prices::new(problem), None, &[], &mut work);
    *left -= steps - work.left();
    found.best.is_none() && found.is_proven()
}

/// A rule as a sentence; none for what is no rule of the input.
fn line(field: &Field<'_, '_>, stated: &Stated<'_>, rule: Rule) -> Option<RuleLine> {
    let input = field.input;
    let origin = |row: usize| stated.origins.get(row).copied();
    match rule {
        Rule::Least(row) => match origin(row)? {
            Origin::Applicant(id, year) => {
                let least = cents(*input.applicants.get(id)?.at_least.get(&year)?);
                Some(RuleLine::new(
                    format!("applicants.{id}.at_least.{year}"),
                    format!(
                        "Aanvrager '{id}' krijgt in {year} ten minste {}.",
                        euro(least)
                    ),
                ))
            }
            Origin::Category(index, year) => {
                let category = input.categories.get(index)?;
                let amount = cents(*category.amounts.get(&year)?);
                Some(RuleLine::new(
                    format!("categories[{index}].amounts.{year}"),
                    format!(
                        "Voor {} is in {year} ten minste {} afgesproken.",
                        category_label(&category.id),
                        euro(amount)
                    ),
                ))
            }
            Origin::Year(_) => None,
        },
        Rule::Most(row) => match origin(row)? {
            Origin::Applicant(id, year) => {
                let most = cents(*input.applicants.get(id)?.at_most.get(&year)?);
                Some(RuleLine::new(
                    format!("applicants.{id}.at_most.{year}"),
                    format!(
                        "Aanvrager '{id}' krijgt in {year} niet meer dan {}.",
                        euro(most)
                    ),
                ))
            }
            Origin::Category(index, year) => {
                let category = input.categories.get(index)?;
                let room = field
                    .category_rooms
                    .get(&(index, year))
                    .copied()
                    .unwrap_or_default();
                let path = match category.mode {
                    EnvelopeMode::AtLeast => format!("ceilings.{year}"),
                    EnvelopeMode::AtMost | EnvelopeMode::RingFenced => {
                        format!("categories[{index}].amounts.{year}")
                    }
                };
                Some(RuleLine::new(
                    path,
                    format!(
                        "Voor {} is in {year} niet meer dan {} beschikbaar.",
                        category_label(&category.id),
                        euro(room)
                    ),
                ))
            }
            Origin::Year(year) => {
                let room = field.rooms.get(&year).copied().unwrap_or_default();
                let ceiling = input.ceilings.get(&year).copied().map_or(0, cents);
                Some(RuleLine::new(
                    format!("ceilings.{year}"),
                    format!(
                        "Het plafond van {year} is {}. Daarvan is {} te verdelen buiten wat geoormerkt, apart gehouden of al verdeeld is.",
                        euro(ceiling),
                        euro(room)
                    ),
                ))
            }
        },
        Rule::Bundle(bundle) => {
            let first = stated.problem.bundles.get(bundle)?.vars.start;
            let (line, _) = stated.asks.get(first)?;
            let project = field.lines.get(*line)?.project;
            let at = input.projects.iter().position(|it| it.id == project.id)?;
            Some(RuleLine::new(
                format!("projects[{at}]"),
                format!(
                    "Project '{}' krijgt niets, of ten minste zijn minimum in elk jaar dat bij elkaar hoort.",
                    project.id
                ),
            ))
        }
    }
}
