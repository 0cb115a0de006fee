//! Among divisions of the same value, the one that the chain prefers: the first project of the chain gets as much as
//! it can get in any of them, its years in their order, then the second what it can get given that, and so on.

use super::{
    blocks,
    prices::{Prices, whole},
    problem::{Choice, Problem, at},
    search::{Best, Work, maximise},
};

/// Values above this many bits leave no room to tell divisions apart by one variable more.
const MOST_VALUE: i128 = 1 << 86;

/// Changes `best`, which is proven, to the division that the chain prefers. False if the work was spent before all
/// variables were settled; the value is the same then, and the first variables are settled.
pub(super) fn prefer(
    split: &Prices<'_>,
    best: &mut Best,
    prices: &[i128],
    work: &mut Work,
) -> bool {
    let mut settled: Problem = split.problem.clone();
    let worth = split.worth(prices);
    let Some(base) = split.answers(&split.problem.choices(), prices, work) else {
        return false;
    };
    let block_of = block_of_bundle(split);
    for index in 0..settled.vars.len() {
        if work.is_done() {
            return false;
        }
        let units = at(&best.units, index);
        let Some(var) = settled.vars.get(index) else {
            continue;
        };
        let (most, bundle) = (var.most, var.bundle);
        if units < most && is_open(&settled, bundle) {
            let raised = with(&settled, index, units + 1, most);
            let block = block_of.get(bundle).copied().flatten();
            let block = block.and_then(|it| Some((split.blocks.get(it)?, at(&base.of_blocks, it))));
            let can_rise = block.is_none_or(|(block, of_block)| {
                let answer = blocks::best(&raised, block, &raised.choices(), &worth, work);
                answer.is_some_and(|it| best.value <= whole(base.upper - of_block + it.upper))
            });
            if can_rise && !raise(split, &settled, best, prices, index, work) {
                return false;
            }
        }
        settled = with(
            &settled,
            index,
            at(&best.units, index),
            at(&best.units, index),
        );
    }
    true
}

fn is_open(problem: &Problem, bundle: usize) -> bool {
    problem
        .bundles
        .get(bundle)
        .is_some_and(|it| it.choice != Choice::Out)
}

/// Raises one variable as far as divisions of the same value allow. False if that was not settled.
fn raise(
    split: &Prices<'_>,
    settled: &Problem,
    best: &mut Best,
    prices: &[i128],
    index: usize,
    work: &mut Work,
) -> bool {
    let mut problem = settled.clone();
    let factor = problem.vars.get(index).map_or(1, |it| it.most + 1);
    let total: i128 = problem.vars.iter().map(|it| it.weight * it.most).sum();
    if total.checked_mul(factor).is_none_or(|it| MOST_VALUE < it) {
        return false;
    }
    problem.vars.iter_mut().for_each(|it| it.weight *= factor);
    if let Some(it) = problem.vars.get_mut(index) {
        it.weight += 1;
    }
    let start = Best {
        units: best.units.clone(),
        value: problem.value(&best.units),
    };
    let prices: Vec<i128> = prices.iter().map(|it| it * factor).collect();
    let found = maximise(split.of(&problem), Some(start), &prices, work);
    let is_proven = found.is_proven();
    if let Some(it) = found.best {
        best.units = it.units;
    }
    is_proven
}

/// The problem with other bounds for one variable; with none to give, its bundle is out.
fn with(problem: &Problem, index: usize, least: i128, most: i128) -> Problem {
    let mut problem = problem.clone();
    let Some(var) = problem.vars.get_mut(index) else {
        return problem;
    };
    (var.least, var.most) = (var.least.max(least).min(most), most);
    let bundle = var.bundle;
    if let Some(bundle) = problem.bundles.get_mut(bundle)
        && bundle.choice == Choice::Open
    {
        bundle.choice = if most == 0 { Choice::Out } else { Choice::In };
    }
    problem
}

fn block_of_bundle(split: &Prices<'_>) -> Vec<Option<usize>> {
    let mut of = vec![None; split.problem.bundles.len()];
    for (index, block) in split.blocks.iter().enumerate() {
        for bundle in &block.bundles {
            if let Some(it) = of.get_mut(*bundle) {
                *it = Some(index);
            }
        }
    }
    of
}
