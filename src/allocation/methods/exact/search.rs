//! Branch and bound over the bundles: what is open is tried in and out, and what cannot be worth more than the best
//! division found is left. Ends with a proof, or when the work is spent with a bound on what was left.

use super::{
    blocks, flow,
    master::Master,
    prices::{Bound, Column, Prices, whole},
    problem::{Bundle, Choice, at},
};

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

    pub(super) const fn is_done(&self) -> bool {
        self.left == 0
    }

    pub(super) const fn left(&self) -> usize {
        self.left
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
    prices: Vec<i128>,
    upper: Option<i128>,
}

/// The division with the highest value. `start` is one that is known; `prices` are any to begin with.
pub(super) fn maximise(split: Prices<'_>, start: Option<Best>, prices: &[i128], work: &mut Work) -> Found {
    let problem = split.problem;
    let mut zeros = prices.to_vec();
    zeros.resize(split.limits.len(), 0);
    let mut search = Search { grain: problem.grain(), split, pool: Vec::new(), best: start, root: None };
    if let Some(best) = &search.best {
        search.pool.push(search.split.column(best.units.clone()));
    }
    let mut nodes = vec![Node { choices: problem.choices(), prices: zeros, upper: None }];
    while !work.is_done() {
        let Some(node) = nodes.pop() else { break };
        if node.upper.is_some_and(|it| search.is_no_better(it)) {
            continue;
        }
        nodes.extend(search.visit(node, work));
    }
    let left = nodes.iter().filter_map(|it| it.upper.or(search.root.as_ref().map(|it| it.0)));
    let value = search.best.as_ref().map(|it| it.value);
    let upper = left.max().max(value);
    // Stopped before the first bound: everything in full is one as well.
    let everything = problem.vars.iter().map(|it| it.weight * it.most).sum();
    let is_unbounded = !nodes.is_empty() && search.root.is_none();
    Found {
        upper: if is_unbounded { Some(everything) } else { upper },
        best: search.best,
        prices: search.root.map(|it| it.1).unwrap_or_default(),
    }
}

struct Search<'p> {
    grain: i128,
    split: Prices<'p>,
    pool: Vec<Column>,
    best: Option<Best>,
    /// Bound and prices of the whole.
    root: Option<(i128, Vec<i128>)>,
}

impl Search<'_> {
    fn is_no_better(&self, upper: i128) -> bool {
        self.best.as_ref().is_some_and(|it| upper.div_euclid(self.grain) * self.grain <= it.value)
    }

    /// Bounds a node, tries divisions near its bound, and gives the nodes that are left of it.
    fn visit(&mut self, node: Node, work: &mut Work) -> Vec<Node> {
        let Node { mut choices, prices, upper } = node;
        // A bound at most this is no better.
        let cutoff = self.best.as_ref().map(|it| it.value + self.grain - 1);
        let bound = self.split.bound(&choices, &prices, cutoff, &mut self.pool, work);
        let Some(mut bound) = bound else { return Vec::new() };
        bound.upper = upper.map_or(bound.upper, |it| it.min(bound.upper));
        if self.root.is_none() {
            self.root = Some((bound.upper, bound.prices.clone()));
        }
        if std::env::var("DBG").is_ok() {eprintln!("node open {} upper {} best {:?} pool {} work {} ", choices.iter().filter(|it| **it==Choice::Open).count(), bound.upper, self.best.as_ref().map(|it| it.value), self.pool.len(), work.left());}
        if self.is_no_better(bound.upper) {
            return Vec::new();
        }
        let shares = self.shares(&bound);
        self.try_near(&choices, &shares, &bound, work);
        if self.is_no_better(bound.upper) || !self.decide(&mut choices, &bound, work) {
            return Vec::new();
        }
        let Some(branch) = self.branch(&choices, &shares) else {
            self.try_pattern(&choices, work);
            return Vec::new();
        };
        // The likelier side last, so that it is visited first.
        let is_in = Master::ONE <= 2 * at(&shares, branch);
        let order = if is_in { [Choice::Out, Choice::In] } else { [Choice::In, Choice::Out] };
        let child = |choice: Choice| {
            let mut choices = choices.clone();
            if let Some(it) = choices.get_mut(branch) {
                *it = choice;
            }
            Node { choices, prices: bound.prices.clone(), upper: Some(bound.upper) }
        };
        order.map(child).into()
    }

    /// Per bundle, the share of the mix in which it is in.
    fn shares(&self, bound: &Bound) -> Vec<i128> {
        let bundles = &self.split.problem.bundles;
        let mut shares = vec![0; bundles.len()];
        for (column, share) in &bound.mix {
            let Some(column) = self.pool.get(*column) else { continue };
            for (it, bundle) in shares.iter_mut().zip(bundles) {
                if is_in(bundle, &column.units) {
                    *it += share;
                }
            }
        }
        shares
    }

    /// The open bundle on which the mix is most divided.
    fn branch(&self, choices: &[Choice], shares: &[i128]) -> Option<usize> {
        let open = choices.iter().enumerate().filter(|(_, it)| **it == Choice::Open).map(|(index, _)| index);
        open.min_by_key(|it| ((2 * at(shares, *it) - Master::ONE).abs(), *it))
    }

    /// Divisions near the mix: its rounding, and each of its parts.
    fn try_near(&mut self, choices: &[Choice], shares: &[i128], bound: &Bound, work: &mut Work) {
        let rounded = |half: i128| -> Vec<Choice> {
            let sides = choices.iter().zip(shares);
            sides
                .map(|(choice, share)| match choice {
                    Choice::Open if half < *share => Choice::In,
                    Choice::Open => Choice::Out,
                    decided => *decided,
                })
                .collect()
        };
        for half in [Master::ONE / 2, Master::ONE - Master::ONE / 64, Master::ONE / 64] {
            self.try_pattern(&rounded(half), work);
        }
        let largest = bound.mix.iter().max_by_key(|(index, share)| (*share, *index));
        if let Some(column) = largest.and_then(|(index, _)| self.pool.get(*index)) {
            let pattern = self.split.problem.pattern(&column.units);
            self.try_pattern(&pattern, work);
        }
    }

    fn try_pattern(&mut self, choices: &[Choice], work: &mut Work) {
        let problem = self.split.problem;
        let Some(units) = flow::best(problem, choices, work) else { return };
        let value = problem.value(&units);
        if self.best.as_ref().is_none_or(|it| it.value < value) && problem.allows(&units) {
            self.pool.push(self.split.column(units.clone()));
            self.best = Some(Best { units, value });
        }
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
    units.get(bundle.vars.clone()).is_some_and(|of| of.iter().any(|it| 0 < *it))
}
