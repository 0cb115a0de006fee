//! All that is near the bound: the ways to decide each block that lose little at the prices of the whole, and every
//! combination of them that loses little together. Where many projects are divided the bound is close to the best,
//! so that few combinations are left to tell apart; trying them one by one in the tree would compute all
//! blocks again for each.
//!
//! What is in and out being decided, the best amounts are a linear program, so that for some prices the bound is their
//! value. A set of prices (a *cut*) therefore bounds every combination, and one more cut sees to each
//! combination that the cuts so far rate too high (J. Benders, "Partitioning procedures for solving mixed-variables programming
//! problems", *Numerische Mathematik* 4, 1962).

use super::{
    blocks, flow,
    prices::{Bound, Prices, SCALE},
    problem::Choice,
    search::{Best, Work},
};

/// Ways to decide one block; with more, nothing is listed.
const MOST_PATTERNS: usize = 2_000;
/// Sets of prices that combinations are bounded by.
const MOST_CUTS: usize = 200;
/// Steps to look for a combination that is rated still higher than the first found.
const MORE_STEPS: usize = 200_000;
/// The first look reaches this part of the way from the bound to the best division that is known.
const FIRST_REACH: i128 = 256;

/// A way to decide a block.
#[derive(Debug, Clone)]
struct Pattern {
    choices: Vec<Choice>,
    /// Whether the best division that is known has it.
    is_known: bool,
    /// What it is worth in each cut, times [`SCALE`].
    worth: Vec<i128>,
}

/// The search near the bound of one node.
pub(super) struct Near<'s, 'p> {
    split: &'s Prices<'p>,
    choices: &'s [Choice],
    bound: &'s Bound,
    grain: i128,
    pub best: Best,
    /// Prices; the first are those of the bound.
    cuts: Vec<Vec<i128>>,
    /// Per block.
    patterns: Vec<Vec<Pattern>>,
}

impl<'s, 'p> Near<'s, 'p> {
    pub(super) fn new(
        split: &'s Prices<'p>,
        choices: &'s [Choice],
        bound: &'s Bound,
        grain: i128,
        best: Best,
    ) -> Near<'s, 'p> {
        Near {
            split,
            choices,
            bound,
            grain,
            best,
            cuts: vec![bound.prices.clone()],
            patterns: Vec::new(),
        }
    }

    /// Looks at what loses little, then at what loses twice as much, and so on. Gives a bound on all divisions: the value
    /// of the best if that is proven.
    pub(super) fn search(&mut self, work: &mut Work) -> i128 {
        let mut upper = self.bound.upper;
        let known = self.split.problem.pattern(&self.best.units);
        let start = self.bound.prices.as_slice();
        let of_known = self.split.bound(&known, start, None, &mut Vec::new(), work);
        self.cuts.extend(of_known.map(|it| it.prices));
        let mut reach = ((upper - self.best.value) / FIRST_REACH).max(self.grain);
        loop {
            reach = reach.min(self.bound.upper - self.best.value);
            let whole = self.within(reach, work);
            if whole.is_none() {
                return upper;
            }
            upper = (self.bound.upper - reach).max(self.best.value);
            if upper < self.best.value + self.grain {
                return self.best.value;
            }
            reach *= 2;
        }
    }

    /// Looks at all combinations that lose at most `reach`. None if that was not done.
    fn within(&mut self, reach: i128, work: &mut Work) -> Option<()> {
        self.list(reach, work)?;
        let least = self.bound.answers.upper - reach * SCALE;
        loop {
            let better = (self.best.value + self.grain) * SCALE;
            let mut tree = Tree::new(self.of_limits(), &self.patterns, least.max(better), work);
            tree.search(work);
            if work.is_done() {
                return None;
            }
            match tree.highest {
                None => return Some(()),
                Some(it) => {
                    if self.look_at(&it, work)? {
                        self.list(reach, work)?;
                    }
                }
            }
        }
    }

    /// Lists the patterns of every block that lose at most `reach`, with what they are worth in each cut.
    fn list(&mut self, reach: i128, work: &mut Work) -> Option<()> {
        let problem = self.split.problem;
        let worths: Vec<Vec<i128>> = self.cuts.iter().map(|it| self.split.worth(it)).collect();
        let known = problem.pattern(&self.best.units);
        self.patterns.clear();
        for (block, of_block) in self.split.blocks.iter().zip(&self.bound.answers.of_blocks) {
            let limits = (of_block - reach * SCALE, MOST_PATTERNS);
            let first = worths.first()?;
            let found = blocks::patterns(problem, block, self.choices, first, limits, work)?;
            // The bound of a block that was not searched to the end can be above all its patterns.
            let mut patterns = (!found.is_empty()).then(|| Vec::with_capacity(found.len()))?;
            for choices in found {
                let worth = worths
                    .iter()
                    .map(|it| blocks::value(problem, block, &choices, it, work));
                let worth = worth.collect::<Option<_>>()?;
                let of_block = block.bundles.iter();
                let known: Vec<_> = of_block.filter_map(|it| known.get(*it).copied()).collect();
                let is_known = known == choices;
                patterns.push(Pattern {
                    choices,
                    is_known,
                    worth,
                });
            }
            self.patterns.push(patterns);
            if work.is_done() {
                return None;
            }
        }
        Some(())
    }

    /// What the limits are worth in each cut.
    fn of_limits(&self) -> Vec<i128> {
        let of = |prices: &Vec<i128>| {
            let limits = self.split.limits.iter().zip(prices);
            limits.map(|(limit, price)| limit.units * price).sum()
        };
        self.cuts.iter().map(of).collect()
    }

    /// Finds what a combination is really worth, and the prices that say so. None if those were not found.
    fn look_at(&mut self, combination: &[usize], work: &mut Work) -> Option<bool> {
        let problem = self.split.problem;
        let mut choices = self.choices.to_vec();
        let patterns = self.patterns.iter().zip(combination);
        for (block, (patterns, index)) in self.split.blocks.iter().zip(patterns) {
            let of_block = &patterns.get(*index)?.choices;
            for (bundle, choice) in block.bundles.iter().zip(of_block) {
                *choices.get_mut(*bundle)? = *choice;
            }
        }
        let cutoff = self.best.value + self.grain - 1;
        let start = self.bound.prices.as_slice();
        let bound = self
            .split
            .bound(&choices, start, None, &mut Vec::new(), work)?;
        let mut is_better = false;
        if cutoff < bound.upper {
            let units = flow::best(problem, &choices, work)?;
            let value = problem.value(&units);
            if self.best.value < value && problem.allows(&units) {
                self.best = Best { units, value };
                self.cuts.truncate(1);
                is_better = true;
            }
        }
        let is_told = bound.upper < self.best.value + self.grain;
        (is_told && self.cuts.len() < MOST_CUTS).then_some(())?;
        if is_better {
            self.cuts.push(bound.prices);
            return Some(true);
        }
        let worth = self.split.worth(&bound.prices);
        for (block, patterns) in self.split.blocks.iter().zip(&mut self.patterns) {
            for pattern in patterns {
                let value = blocks::value(problem, block, &pattern.choices, &worth, work)?;
                pattern.worth.push(value);
            }
        }
        self.cuts.push(bound.prices);
        Some(false)
    }
}

/// One block in the tree. Worth is counted from its first pattern.
struct Part {
    block: usize,
    /// The other patterns: index, and what each is worth more in each cut.
    others: Vec<(usize, Vec<i128>)>,
}

/// The search for the combination that the cuts rate highest.
struct Tree {
    /// The first patterns of all blocks.
    first: Vec<usize>,
    parts: Vec<Part>,
    /// Per cut and part: the most that this part and all after it can add.
    to_come: Vec<Vec<i128>>,
    /// What all first patterns are worth in each cut.
    start: Vec<i128>,
    least: i128,
    highest: Option<Vec<usize>>,
    current: Vec<usize>,
    /// With this many steps left the highest so far will do.
    stop_at: Option<usize>,
}

impl Tree {
    fn new(mut start: Vec<i128>, patterns: &[Vec<Pattern>], least: i128, work: &mut Work) -> Tree {
        let mut first = Vec::with_capacity(patterns.len());
        let mut parts = Vec::new();
        for (block, patterns) in patterns.iter().enumerate() {
            let kept = not_below(patterns, work);
            let known = kept
                .iter()
                .find(|it| patterns.get(**it).is_some_and(|it| it.is_known));
            let best = known.or(kept.first()).copied().unwrap_or_default();
            first.push(best);
            let Some(of_best) = patterns.get(best) else {
                continue;
            };
            start
                .iter_mut()
                .zip(&of_best.worth)
                .for_each(|(it, of)| *it += of);
            let others = kept.iter().filter(|it| **it != best).filter_map(|index| {
                let worth = patterns.get(*index)?.worth.iter().zip(&of_best.worth);
                Some((*index, worth.map(|(it, of)| it - of).collect()))
            });
            let others: Vec<_> = others.collect();
            if !others.is_empty() {
                parts.push(Part { block, others });
            }
        }
        parts.sort_by_key(|it| {
            let most = it.others.iter().flat_map(|(_, more)| more).max();
            (std::cmp::Reverse(most.copied()), it.block)
        });
        let to_come = (0..start.len()).map(|cut| {
            let mut sum = 0;
            let mut sums: Vec<i128> = Vec::with_capacity(parts.len() + 1);
            sums.push(0);
            for part in parts.iter().rev() {
                let more = part.others.iter().filter_map(|(_, it)| it.get(cut)).max();
                sum += more.copied().unwrap_or_default().max(0);
                sums.push(sum);
            }
            sums.reverse();
            sums
        });
        Tree {
            to_come: to_come.collect(),
            current: first.clone(),
            first,
            parts,
            start,
            least,
            highest: None,
            stop_at: None,
        }
    }

    fn is_over(&self, work: &Work) -> bool {
        work.left() <= self.stop_at.unwrap_or_default()
    }

    fn search(&mut self, work: &mut Work) {
        let start = self.start.clone();
        let parts = std::mem::take(&mut self.parts);
        self.descend(&parts, 0, &start, work);
        self.parts = parts;
    }

    fn descend(&mut self, parts: &[Part], from: usize, sums: &[i128], work: &mut Work) {
        if let Some(lowest) = sums.iter().min().filter(|it| self.least <= **it) {
            self.least = lowest + 1;
            self.highest = Some(self.current.clone());
            self.stop_at = self
                .stop_at
                .or(Some(work.left().saturating_sub(MORE_STEPS)));
        }
        for (place, part) in parts.iter().enumerate().skip(from) {
            work.spend(sums.len() / 8 + 1);
            if self.is_over(work) || !self.can_reach(sums, place) {
                return;
            }
            for (index, more) in &part.others {
                work.spend(1);
                let sums: Vec<i128> = sums.iter().zip(more).map(|(it, more)| it + more).collect();
                if !self.can_reach(&sums, place + 1) {
                    continue;
                }
                self.choose(part.block, *index);
                self.descend(parts, place + 1, &sums, work);
                let first = self.first.get(part.block).copied().unwrap_or_default();
                self.choose(part.block, first);
            }
        }
    }

    fn choose(&mut self, block: usize, pattern: usize) {
        if let Some(it) = self.current.get_mut(block) {
            *it = pattern;
        }
    }

    /// Whether parts from a place on can bring every cut high enough.
    fn can_reach(&self, sums: &[i128], place: usize) -> bool {
        let mut cuts = sums.iter().zip(&self.to_come);
        cuts.all(|(sum, to_come)| {
            self.least <= sum + to_come.get(place).copied().unwrap_or_default()
        })
    }
}

/// The patterns that no other is at least as good as in all cuts, the best in the first cut first.
fn not_below(patterns: &[Pattern], work: &mut Work) -> Vec<usize> {
    let mut order: Vec<usize> = (0..patterns.len()).collect();
    order.sort_by_key(|it| std::cmp::Reverse(patterns.get(*it).map(|it| (&it.worth, it.is_known))));
    let mut kept: Vec<usize> = Vec::new();
    for index in order {
        let Some(own) = patterns.get(index) else {
            continue;
        };
        work.spend(kept.len() / 8);
        let is_below = kept.iter().filter_map(|it| patterns.get(*it)).any(|other| {
            own.worth
                .iter()
                .zip(&other.worth)
                .all(|(own, other)| own <= other)
        });
        if !is_below {
            kept.push(index);
        }
    }
    kept
}
