//! Branch and bound over the bundles: what is open is tried in and out, and what cannot be worth more than the best
//! division found is left. Ends with a proof, or when the work is spent with a bound on what was left.

use std::collections::BTreeMap;

use super::{
    blocks, flow,
    master::Master,
    near::Near,
    prices::{Bound, Column, Prices, whole},
    problem::{Bundle, Choice, at},
};

/// Divisions of earlier nodes that are kept for the next.
const MOST_KNOWN: usize = 100;

/// Steps that may still be taken. Counted, never timed: the same input stops at the same step everywhere.
#[derive(Debug)]
pub(super) struct Work {
    left: usize,
}

impl Work {
    pub(super) const fn new(steps: usize) -> Work {
        Work { left: steps }
    }

    pub(super) const fn spend(&mut self, steps: usize) {
        self.left = self.left.saturating_sub(steps);
    }

    pub(super) const fn left(&self) -> usize {
        self.left
    }

    pub(super) const fn is_done(&self) -> bool {
        self.left == 0
    }
}

/// A division that keeps every rule.
#[derive(Debug, Clone)]
pub(super) struct Best {
    pub units: Vec<i128>,
    pub value: i128,
}

/// How a search ended.
#[derive(Debug)]
pub(super) struct Found {
    /// The best division; none if there is none, or none was found.
    pub best: Option<Best>,
    /// No division is worth more; none if there is no division at all.
    pub upper: Option<i128>,
    /// Prices at which the bound of the whole stands.
    pub prices: Vec<i128>,
}

impl Found {
    /// Whether nothing better exists, or nothing at all.
    pub(super) fn is_proven(&self) -> bool {
        self.upper == self.best.as_ref().map(|it| it.value)
    }
}

struct Node {
    choices: Vec<Choice>,
    /// The bundle that was decided last, and how.
    decided: Option<(usize, Choice)>,
    prices: Vec<i128>,
    upper: Option<i128>,
}

/// The division with the highest value. `start` is one that is known; `prices` are any to begin with.
pub(super) fn maximise(
    split: Prices<'_>,
    start: Option<Best>,
    prices: &[i128],
    work: &mut Work,
) -> Found {
    let problem = split.problem;
    let mut zeros = prices.to_vec();
    zeros.resize(split.limits.len(), 0);
    let mut search = Search {
        grain: problem.grain(),
        split,
        pool: Vec::new(),
        best: start,
        gains: BTreeMap::new(),
        root: None,
    };
    if let Some(best) = &search.best {
        search.pool.push(search.split.column(best.units.clone()));
    }
    let mut nodes = vec![Node {
        choices: problem.choices(),
        decided: None,
        prices: zeros,
        upper: None,
    }];
    while !work.is_done() {
        let Some(node) = nodes.pop() else { break };
        if node.upper.is_some_and(|it| search.is_no_better(it)) {
            continue;
        }
        nodes.extend(search.visit(node, work));
    }
    let left = nodes
        .iter()
        .filter_map(|it| it.upper.or(search.root.as_ref().map(|it| it.0)));
    let value = search.best.as_ref().map(|it| it.value);
    let upper = left.max().max(value);
    // Stopped before the first bound: everything in full is one as well.
    let everything = problem.vars.iter().map(|it| it.weight * it.most).sum();
    let is_unbounded = !nodes.is_empty() && search.root.is_none();
    Found {
        upper: if is_unbounded {
            Some(everything)
        } else {
            upper
        },
        best: search.best,
        prices: search.root.map(|it| it.1).unwrap_or_default(),
    }
}

/// By how much bounds fell when a bundle was decided, in all and how often.
#[derive(Debug, Clone, Copy, Default)]
struct Gain {
    sum: i128,
    count: i128,
}

#[derive(Debug, Clone, Copy, Default)]
struct Gains {
    is_in: Gain,
    is_out: Gain,
}

impl Gain {
    fn mean(self) -> i128 {
        self.sum / self.count.max(1)
    }
}

struct Search<'p> {
    grain: i128,
    split: Prices<'p>,
    pool: Vec<Column>,
    best: Option<Best>,
    /// Per bundle that was decided.
    gains: BTreeMap<usize, Gains>,
    /// Bound and prices of the whole.
    root: Option<(i128, Vec<i128>)>,
}

impl Search<'_> {
    fn is_no_better(&self, upper: i128) -> bool {
        self.best
            .as_ref()
            .is_some_and(|it| upper.div_euclid(self.grain) * self.grain <= it.value)
    }

    /// Bounds a node, tries divisions near its bound, and gives the nodes that are left of it.
    fn visit(&mut self, node: Node, work: &mut Work) -> Vec<Node> {
        let Node {
            mut choices,
            decided,
            prices,
            upper,
        } = node;
        let too_many = self.pool.len().saturating_sub(MOST_KNOWN);
        self.pool.drain(..too_many);
        // A bound at most this is no better.
        let cutoff = self.best.as_ref().map(|it| it.value + self.grain - 1);
        let bound = self
            .split
            .bound(&choices, &prices, cutoff, &mut self.pool, work);
        if let (Some(decided), Some(before)) = (decided, upper) {
            // Where there is no division everything is gained: down to the best that is known, or to nothing.
            let after = bound.as_ref().map(|it| it.upper);
            let floor = self.best.as_ref().map_or(0, |it| it.value);
            self.learn(
                decided,
                before - after.unwrap_or(floor).clamp(floor.min(before), before),
            );
        }
        let Some(mut bound) = bound else {
            return Vec::new();
        };
        bound.upper = upper.map_or(bound.upper, |it| it.min(bound.upper));
        let is_root = self.root.is_none();
        if is_root {
            self.root = Some((bound.upper, bound.prices.clone()));
        }
        if self.is_no_better(bound.upper) {
            return Vec::new();
        }
        let shares = self.shares(&bound);
        let near = self.try_near(&choices, &shares, &bound, work);
        if self.is_no_better(bound.upper) || !self.decide(&mut choices, &bound, work) {
            return Vec::new();
        }
        if is_root {
            bound.upper = bound.upper.min(self.look_near(&choices, &bound, work));
            if self.is_no_better(bound.upper) {
                return Vec::new();
            }
        }
        let losses = self.losses(&bound, near.as_deref());
        let Some(branch) = self.branch(&choices, &shares, &losses) else {
            self.try_pattern(&choices, work);
            return Vec::new();
        };
        // The likelier side last, so that it is visited first.
        let is_in = Master::ONE <= 2 * at(&shares, branch);
        let order = if is_in {
            [Choice::Out, Choice::In]
        } else {
            [Choice::In, Choice::Out]
        };
        let child = |choice: Choice| {
            let mut choices = choices.clone();
            if let Some(it) = choices.get_mut(branch) {
                *it = choice;
            }
            Node {
                choices,
                decided: Some((branch, choice)),
                prices: bound.prices.clone(),
                upper: Some(bound.upper),
            }
        };
        order.map(child).into()
    }

    /// Looks at all that is near the bound. No division of the node is worth more than what this gives.
    fn look_near(&mut self, choices: &[Choice], bound: &Bound, work: &mut Work) -> i128 {
        let Some(best) = self.best.clone() else {
            return bound.upper;
        };
        let before = best.value;
        let mut near = Near::new(&self.split, choices, bound, self.grain, best);
        let mut own = Work::new(work.left() / 2);
        let steps = own.left();
        let upper = near.search(&mut own);
        work.spend(steps - own.left());
        if before < near.best.value {
            self.pool.push(self.split.column(near.best.units.clone()));
            self.best = Some(near.best);
        }
        upper
    }

    /// Notes by how much a bound fell when a bundle was decided.
    fn learn(&mut self, (bundle, choice): (usize, Choice), gain: i128) {
        let gains = self.gains.entry(bundle).or_default();
        let side = match choice {
            Choice::In => &mut gains.is_in,
            _ => &mut gains.is_out,
        };
        side.sum += gain;
        side.count += 1;
    }

    /// What deciding a bundle was worth so far; what helps on both sides counts most.
    fn gain(&self, bundle: usize) -> i128 {
        let gains = self.gains.get(&bundle).copied().unwrap_or_default();
        let (is_in, is_out) = (gains.is_in.mean(), gains.is_out.mean());
        3 * is_in.min(is_out) + is_in.max(is_out)
    }

    /// Per bundle, the share of the mix in which it is in.
    fn shares(&self, bound: &Bound) -> Vec<i128> {
        let bundles = &self.split.problem.bundles;
        let mut shares = vec![0; bundles.len()];
        for (column, share) in &bound.mix {
            let Some(column) = self.pool.get(*column) else {
                continue;
            };
            for (it, bundle) in shares.iter_mut().zip(bundles) {
                if is_in(bundle, &column.units) {
                    *it += share;
                }
            }
        }
        shares
    }

    /// Per bundle, how much a division near the bound falls short of the bound in its block. Where nothing is lost, the
    /// mix is divided only between equals.
    fn losses(&self, bound: &Bound, near: Option<&[i128]>) -> Vec<i128> {
        let mut losses = vec![0; self.split.problem.bundles.len()];
        let Some(near) = near.or(self.best.as_ref().map(|it| it.units.as_slice())) else {
            return losses;
        };
        let worth = self.split.worth(&bound.prices);
        for (block, of_block) in self.split.blocks.iter().zip(&bound.answers.of_blocks) {
            let value: i128 = block
                .vars
                .iter()
                .map(|it| at(&worth, *it) * at(near, *it))
                .sum();
            for bundle in &block.bundles {
                if let Some(it) = losses.get_mut(*bundle) {
                    *it = whole(of_block - value);
                }
            }
        }
        losses
    }

    /// The open bundle to decide next: where deciding helped before, then where the mix is divided and something is lost by that, then where it is most
    /// divided.
    fn branch(&self, choices: &[Choice], shares: &[i128], losses: &[i128]) -> Option<usize> {
        let open = choices
            .iter()
            .enumerate()
            .filter(|(_, it)| **it == Choice::Open)
            .map(|(index, _)| index);
        open.min_by_key(|it| {
            let off = (2 * at(shares, *it) - Master::ONE).abs();
            let is_divided = off < Master::ONE - (Master::ONE >> 20);
            (
                std::cmp::Reverse(self.gain(*it)),
                std::cmp::Reverse(if is_divided { at(losses, *it) } else { 0 }),
                off,
                *it,
            )
        })
    }

    /// Tries divisions near the mix: its rounding, and its largest part. The rounding, if it is a division.
    fn try_near(
        &mut self,
        choices: &[Choice],
        shares: &[i128],
        bound: &Bound,
        work: &mut Work,
    ) -> Option<Vec<i128>> {
        let sides = choices.iter().zip(shares);
        let rounded = sides.map(|(choice, share)| match choice {
            Choice::Open if Master::ONE < 2 * share => Choice::In,
            Choice::Open => Choice::Out,
            decided => *decided,
        });
        let near = self.try_pattern(&rounded.collect::<Vec<_>>(), work);
        let largest = bound
            .mix
            .iter()
            .max_by_key(|(index, share)| (*share, *index));
        if let Some(column) = largest.and_then(|(index, _)| self.pool.get(*index)) {
            let pattern = self.split.problem.pattern(&column.units);
            self.try_pattern(&pattern, work);
        }
        near
    }

    /// The best division with these bundles in; kept if it is the best so far.
    fn try_pattern(&mut self, choices: &[Choice], work: &mut Work) -> Option<Vec<i128>> {
        let problem = self.split.problem;
        let units = flow::best(problem, choices, work)?;
        let value = problem.value(&units);
        if self.best.as_ref().is_none_or(|it| it.value < value) && problem.allows(&units) {
            self.pool.push(self.split.column(units.clone()));
            self.best = Some(Best {
                units: units.clone(),
                value,
            });
        }
        Some(units)
    }

    /// Decides every bundle of which one side cannot be better. False if neither side of one can.
    fn decide(&self, choices: &mut [Choice], bound: &Bound, work: &mut Work) -> bool {
        let worth = self.split.worth(&bound.prices);
        for (block, of_block) in self.split.blocks.iter().zip(&bound.answers.of_blocks) {
            for bundle in &block.bundles {
                if choices.get(*bundle) != Some(&Choice::Open) || work.is_done() {
                    continue;
                }
                let mut possible = Vec::with_capacity(2);
                for choice in [Choice::In, Choice::Out] {
                    if let Some(it) = choices.get_mut(*bundle) {
                        *it = choice;
                    }
                    let answer = blocks::best(self.split.problem, block, choices, &worth, work);
                    let upper = answer.map(|it| whole(bound.answers.upper - of_block + it.upper));
                    if upper.is_some_and(|it| !self.is_no_better(it)) {
                        possible.push(choice);
                    }
                }
                if let Some(it) = choices.get_mut(*bundle) {
                    *it = match possible.as_slice() {
                        [] => return false,
                        [only] => *only,
                        _ => Choice::Open,
                    };
                }
            }
        }
        true
    }
}

fn is_in(bundle: &Bundle, units: &[i128]) -> bool {
    units
        .get(bundle.vars.clone())
        .is_some_and(|of| of.iter().any(|it| 0 < *it))
}

#[cfg(test)]
mod tests {
    use super::{
        super::problem::{Problem, Row, Var},
        *,
    };

    /// 12 all-or-nothing bundles of 2 years in a room of half of what they ask.
    fn a_problem(seed: i128) -> Problem {
        let roll =
            |at: i128, most: i128| (seed * 7_919 + at * 104_729 + at * at * 1_299_709) % most;
        let var = |at: i128| Var {
            bundle: usize::try_from(at / 2).unwrap(),
            applicant: usize::try_from(at % 2).unwrap(),
            category: 2 + usize::try_from(at % 2).unwrap(),
            least: 11 + roll(at, 90),
            most: 11 + roll(at, 90),
            weight: 100 + roll(at / 2, 300),
        };
        let vars: Vec<Var> = (0..24).map(var).collect();
        let row = |year: usize, most| Row {
            least: 0,
            most,
            year_row: None,
            year,
        };
        let bundle = |at: usize| Bundle {
            vars: 2 * at..2 * at + 2,
            choice: Choice::Open,
        };
        Problem {
            rows: vec![row(0, 9_999), row(1, 9_999), row(0, 300), row(1, 300)],
            bundles: (0..12).map(bundle).collect(),
            vars,
        }
    }

    #[test]
    fn a_search_that_stops_early_tells_a_bound_that_holds() {
        let mut stopped = 0;
        for seed in 0..20 {
            let problem = a_problem(seed);
            let solve = |steps| maximise(Prices::new(&problem), None, &[], &mut Work::new(steps));
            let whole = solve(100_000_000);
            assert!(whole.is_proven());
            let best = whole.best.unwrap().value;
            assert_eq!(whole.upper, Some(best));
            for steps in [0, 1, 100, 1_000, 5_000, 20_000] {
                let part = solve(steps);
                assert!(best <= part.upper.unwrap(), "seed {seed}, {steps} steps");
                let found = part.best.as_ref().map_or(0, |it| it.value);
                assert!(found <= best);
                assert!(!part.is_proven() || found == best);
                stopped += usize::from(!part.is_proven());
            }
        }
        assert!(40 < stopped, "{stopped} of 120 were stopped");
    }
}
