//! Among divisions of the same value, the one that the chain prefers: the first project of the chain gets as much as
//! it can get in any of them, its years in their order, then the second what it can get given that, and so on.

use super::{
    blocks,
    prices::{Prices, whole},
    problem::{Choice, Problem, Var, at},
    search::{Best, Work, maximise},
};

/// Values above this leave no room in 128 bits to tell divisions apart by one variable more.
const MOST_VALUE: i128 = 1 << 80;

/// Changes `best`, which is proven, to the division that the chain prefers. False if the work was spent before all
/// variables were settled; the value is the same then, and the first variables are settled.
pub(super) fn prefer(
    split: &Prices<'_>,
    best: &mut Best,
    prices: &[i128],
    work: &mut Work,
) -> bool {
    let mut settled: Problem = split.problem.clone();
    let mut choices = settled.choices();
    let worth = split.worth(prices);
    let Some(base) = split.answers(&choices, prices, work) else {
        return false;
    };
    let block_of = block_of_bundle(split);
    for index in 0..settled.vars.len() {
        if work.is_done() {
            return false;
        }
        let units = at(&best.units, index);
        let Some(Var { bundle, most, .. }) = settled.vars.get(index).cloned() else {
            continue;
        };
        if units < most && choices.get(bundle) != Some(&Choice::Out) {
            let (var, choice) = bound(&mut settled, &mut choices, index, units + 1, most);
            let block = block_of.get(bundle).copied().flatten();
            let block = block.and_then(|it| Some((split.blocks.get(it)?, at(&base.of_blocks, it))));
            let can_rise = block.is_none_or(|(block, of_block)| {
                let answer = blocks::best(&settled, block, &choices, &worth, work);
                answer.is_some_and(|it| best.value <= whole(base.upper - of_block + it.upper))
            });
            restore(&mut settled, &mut choices, index, var, choice);
            if can_rise && !raise(split, &settled, best, prices, index, work) {
                return false;
            }
        }
        let units = at(&best.units, index);
        bound(&mut settled, &mut choices, index, units, units);
    }
    true
}

/// Gives one variable other bounds; its bundle is in then, or out if it can get nothing. What it was before.
fn bound(
    problem: &mut Problem,
    choices: &mut [Choice],
    index: usize,
    least: i128,
    most: i128,
) -> (Option<Var>, Choice) {
    let Some(var) = problem.vars.get_mut(index) else {
        return (None, Choice::Open);
    };
    let before = var.clone();
    (var.least, var.most) = (var.least.max(least).min(most), most);
    let choice = choices.get(before.bundle).copied().unwrap_or(Choice::Open);
    if choice == Choice::Open {
        let decided = if most == 0 { Choice::Out } else { Choice::In };
        choose(problem, choices, before.bundle, decided);
    }
    (Some(before), choice)
}

fn restore(
    problem: &mut Problem,
    choices: &mut [Choice],
    index: usize,
    var: Option<Var>,
    choice: Choice,
) {
    let Some(var) = var else { return };
    choose(problem, choices, var.bundle, choice);
    if let Some(it) = problem.vars.get_mut(index) {
        *it = var;
    }
}

fn choose(problem: &mut Problem, choices: &mut [Choice], bundle: usize, choice: Choice) {
    if let Some(it) = problem.bundles.get_mut(bundle) {
        it.choice = choice;
    }
    if let Some(it) = choices.get_mut(bundle) {
        *it = choice;
    }
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
    let heaviest = problem.vars.iter().map(|it| it.weight).max();
    let units: i128 = problem.vars.iter().map(|it| it.most).sum();
    let value = (heaviest.unwrap_or_default() + 1).checked_mul(factor * units);
    if value.is_none_or(|it| MOST_VALUE < it) {
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
