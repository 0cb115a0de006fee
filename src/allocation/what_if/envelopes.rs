//! What one rounding unit more for a category would change.

use std::collections::BTreeMap;

use super::{
    AwardChange, Lever, Marginal, OneMore, SmallestChange, told,
    trial::{Amounts, Bench, Way},
};
use crate::{
    allocation::{
        input::Year,
        line::{Line, cents, money},
    },
    core::category::EnvelopeMode,
};

/// What one unit more for each category and year in which anyone asks changes; nothing where it cannot be tried.
pub(super) type Tried = BTreeMap<(usize, Year), Option<Vec<AwardChange>>>;

/// Tries every category and year in which anyone asks.
pub(super) fn tried(bench: &Bench<'_, '_>) -> Tried {
    let unit = cents(bench.done.input.rounding);
    let mut tried = Tried::new();
    for (index, rule) in bench.done.input.categories.iter().enumerate() {
        for year in rule.amounts.keys() {
            let asks = bench.category(index).and_then(|it| it.asked.get(year));
            if asks.is_some_and(|it| *it != 0) {
                tried.insert((index, *year), changes(bench, index, *year, unit));
            }
        }
    }
    tried
}

/// The same with the marginal projects and in words, in the order of the file.
pub(super) fn one_more(
    bench: &Bench<'_, '_>,
    tried: Tried,
    projects: &[SmallestChange],
) -> Vec<OneMore> {
    let marginals = marginals(bench, projects);
    let unit = cents(bench.done.input.rounding);
    let line = |((index, year), changes): ((usize, Year), Option<Vec<AwardChange>>)| {
        let rule = bench.done.input.categories.get(index)?;
        let marginal = marginals.get(&(index, year)).cloned();
        let sentence = told::one_more(&told::More {
            category: &rule.id,
            year,
            unit,
            changes: changes.as_deref(),
            marginal: marginal.as_ref(),
            is_search: !bench.can_be_repeated(),
        });
        Some(OneMore {
            path: format!("categories[{index}].amounts.{year}"),
            category: rule.id.clone(),
            year,
            by: money(unit),
            changes,
            marginal,
            sentence,
        })
    };
    tried.into_iter().filter_map(line).collect()
}

/// None if it cannot be tried.
fn changes(
    bench: &Bench<'_, '_>,
    index: usize,
    year: Year,
    unit: i128,
) -> Option<Vec<AwardChange>> {
    let ways = bench.ways(index);
    let is_apart = ways.iter().any(|(way, _)| *way != Way::Whole);
    let is_fenced = bench.done.input.categories.get(index)?.mode == EnvelopeMode::RingFenced;
    if is_apart {
        let changes = divided_apart(bench, index, year, unit)?;
        let spent: i128 = changes
            .iter()
            .map(|it| cents(it.after) - cents(it.before))
            .sum();
        // What it does not spend itself goes on to others.
        if is_fenced || spent == unit {
            return Some(changes);
        }
    }
    let more = Amounts::from([(year, unit)]);
    let after = if bench.can_be_repeated() {
        bench.again(Way::Whole, index, &more)??
    } else {
        bench.searched(index, &more)??
    };
    Some(differences(bench.done.lines, &after))
}

fn divided_apart(
    bench: &Bench<'_, '_>,
    index: usize,
    year: Year,
    unit: i128,
) -> Option<Vec<AwardChange>> {
    let more = Amounts::from([(year, unit)]);
    let after = bench.again(Way::Apart, index, &more)??;
    Some(differences(bench.lines(Way::Apart, index)?, &after))
}

/// Every award that is another, by project and year.
fn differences(before: &[Line<'_>], after: &[Line<'_>]) -> Vec<AwardChange> {
    let mut changes = Vec::new();
    for (before, after) in before.iter().zip(after) {
        for (was, is) in before.asks.iter().zip(&after.asks) {
            if was.award != is.award {
                changes.push(AwardChange {
                    id: before.project.id.clone(),
                    year: was.year,
                    before: money(was.award),
                    after: money(is.award),
                });
            }
        }
    }
    changes.sort_by(|a, b| (&a.id, a.year).cmp(&(&b.id, b.year)));
    changes
}

/// Of each envelope the project that the least more money would have funded; of equals the first by id.
fn marginals(
    bench: &Bench<'_, '_>,
    projects: &[SmallestChange],
) -> BTreeMap<(usize, Year), Marginal> {
    let category_of: BTreeMap<&str, usize> = bench
        .done
        .lines
        .iter()
        .map(|it| (it.project.id.as_str(), it.category))
        .collect();
    let mut marginals: BTreeMap<(usize, Year), Marginal> = BTreeMap::new();
    for change in projects
        .iter()
        .filter(|it| it.lever == Lever::Money && it.is_least)
    {
        let (Some(category), Some((year, amount)), 1) = (
            category_of.get(change.id.as_str()),
            change.amounts.first_key_value(),
            change.amounts.len(),
        ) else {
            continue;
        };
        let marginal = Marginal {
            id: change.id.clone(),
            amount: *amount,
        };
        let nearest = marginals
            .entry((*category, *year))
            .or_insert_with(|| marginal.clone());
        if marginal.amount < nearest.amount {
            *nearest = marginal;
        }
    }
    marginals
}
