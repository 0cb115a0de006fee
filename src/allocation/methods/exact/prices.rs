//! Prices on the money of years and categories. With a price on each limit that applicants share, the problem falls
//! into blocks, and the sum of their best is a bound on the whole for *any* prices (Lagrange; H. Everett,
//! "Generalized Lagrange multiplier method", *Operations Research* 11, 1963). So the bound is proven in
//! integers however the prices were found.
//!
//! They are found by mixing divisions (G. Dantzig and P. Wolfe, "Decomposition principle for linear programs",
//! *Operations Research* 8, 1960): the master keeps the divisions that blocks gave so far, its simplex gives the
//! prices at which the best mix of them stands, the blocks answer those prices with a new division.

use super::{
    blocks::{self, Answer, Block},
    master::Master,
    problem::{Choice, Problem, add, at},
    search::Work,
};

/// A price of 1 stands for this many.
pub(super) const SCALE: i128 = 1 << 30;
/// Rounds of prices in one node of the search.
const MOST_ROUNDS: usize = 400;

/// With more shared limits than this their prices stay what they were: the bound holds, but is weak.
const MOST_LIMITS: usize = 200;

/// One limit with a price.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    pub row: usize,
    /// The row's most, with a price from 0 up; else its least, with a price from 0 down.
    pub is_most: bool,
    pub units: i128,
}

/// A division that the blocks gave: every rule holds but the priced limits.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub units: Vec<i128>,
    pub value: i128,
    /// What it uses of each limit.
    pub uses: Vec<i128>,
}

/// The problem cut into blocks by prices.
pub(super) struct Prices<'p> {
    pub problem: &'p Problem,
    pub blocks: Vec<Block>,
    pub limits: Vec<Limit>,
}

/// What the blocks answer at some prices.
#[derive(Debug, Clone)]
pub(super) struct Answers {
    /// The bound, times [`SCALE`].
    pub upper: i128,
    pub of_blocks: Vec<i128>,
    /// A division of all blocks; none if a block gave only a bound.
    column: Option<Column>,
}

/// What is known at a node of the search.
pub(super) struct Bound {
    /// No division of the node is worth more.
    pub upper: i128,
    pub answers: Answers,
    pub prices: Vec<i128>,
    /// The mix of divisions (index in the pool, share in parts of [`Master::ONE`]) that the bound stands at.
    pub mix: Vec<(usize, i128)>,
}

impl<'p> Prices<'p> {
    pub(super) fn new(problem: &'p Problem) -> Prices<'p> {
        let (blocks, rows) = blocks::split(problem);
        let most = problem.sums(problem.vars.iter().map(|it| it.most));
        let limits = rows
            .into_iter()
            .filter_map(|row| Some((row, problem.rows.get(row)?)))
            .flat_map(|(index, row)| {
                let upper = (row.most < at(&most, index)).then_some(Limit {
                    row: index,
                    is_most: true,
                    units: row.most,
                });
                let lower = (0 < row.least).then_some(Limit {
                    row: index,
                    is_most: false,
                    units: row.least,
                });
                upper.into_iter().chain(lower)
            });
        Prices {
            problem,
            blocks,
            limits: limits.collect(),
        }
    }

    /// The same blocks and limits for a problem that differs only in weights or in narrower bounds.
    pub(super) fn of<'q>(&self, problem: &'q Problem) -> Prices<'q> {
        Prices {
            problem,
            blocks: self.blocks.clone(),
            limits: self.limits.clone(),
        }
    }

    /// What a unit of each variable is worth after the prices, times [`SCALE`].
    pub(super) fn worth(&self, prices: &[i128]) -> Vec<i128> {
        let mut of_rows = vec![0; self.problem.rows.len()];
        for (limit, price) in self.limits.iter().zip(prices) {
            add(&mut of_rows, limit.row, *price);
        }
        let vars = self.problem.vars.iter();
        vars.map(|var| {
            var.weight * SCALE
                - self
                    .problem
                    .rows_of(var)
                    .map(|row| at(&of_rows, row))
                    .sum::<i128>()
        })
        .collect()
    }

    /// The answers of all blocks; none if a block has no division at all.
    pub(super) fn answers(
        &self,
        choices: &[Choice],
        prices: &[i128],
        work: &mut Work,
    ) -> Option<Answers> {
        let worth = self.worth(prices);
        let mut units = vec![0; self.problem.vars.len()];
        let mut of_blocks = Vec::with_capacity(self.blocks.len());
        let mut is_whole = true;
        for block in &self.blocks {
            let answer: Answer = blocks::best(self.problem, block, choices, &worth, work)?;
            of_blocks.push(answer.upper);
            is_whole &= answer.units.len() == block.vars.len();
            for (var, of_var) in block.vars.iter().zip(answer.units) {
                add(&mut units, *var, of_var);
            }
        }
        let of_limits: i128 = self
            .limits
            .iter()
            .zip(prices)
            .map(|(limit, price)| limit.units * price)
            .sum();
        Some(Answers {
            upper: of_limits + of_blocks.iter().sum::<i128>(),
            of_blocks,
            column: is_whole.then(|| self.column(units)),
        })
    }

    /// A division as a column of the master.
    pub(super) fn column(&self, units: Vec<i128>) -> Column {
        let sums = self.problem.sums(units.iter().copied());
        Column {
            value: self.problem.value(&units),
            uses: self.limits.iter().map(|it| at(&sums, it.row)).collect(),
            units,
        }
    }

    /// Prices so high that nothing is bought serve no purpose, and would leave 128 bits.
    fn within(&self, prices: Vec<i128>) -> Vec<i128> {
        let heaviest = self
            .problem
            .vars
            .iter()
            .map(|it| it.weight)
            .max()
            .unwrap_or_default();
        let most = heaviest.max(1) * SCALE * 64;
        prices.into_iter().map(|it| it.clamp(-most, most)).collect()
    }

    /// Whether a division keeps to the choices of a node.
    fn keeps(&self, column: &Column, choices: &[Choice]) -> bool {
        let mut bundles = self.problem.bundles.iter().zip(choices);
        bundles.all(|(bundle, choice)| {
            let units = column.units.get(bundle.vars.clone()).unwrap_or_default();
            match choice {
                Choice::Open => true,
                Choice::Out => units.iter().all(|it| *it == 0),
                Choice::In => {
                    let vars = self
                        .problem
                        .vars
                        .get(bundle.vars.clone())
                        .unwrap_or_default();
                    vars.iter().zip(units).all(|(var, it)| var.least <= *it)
                }
            }
        })
    }

    /// The lowest bound that some rounds of prices give; none if the node has no division. Stops as soon as the bound
    /// is not above `cutoff`.
    pub(super) fn bound(
        &self,
        choices: &[Choice],
        start: &[i128],
        cutoff: Option<i128>,
        pool: &mut Vec<Column>,
        work: &mut Work,
    ) -> Option<Bound> {
        let answers = self.answers(choices, start, work)?;
        let mut bound = Bound {
            upper: whole(answers.upper),
            answers,
            prices: start.to_vec(),
            mix: Vec::new(),
        };
        if self.limits.is_empty() || MOST_LIMITS < self.limits.len() {
            if let Some(column) = bound.answers.column.clone() {
                bound.mix = vec![(pool.len(), Master::ONE)];
                pool.push(column);
            }
            return Some(bound);
        }
        let kept = pool
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, it)| self.keeps(it, choices));
        let mut usable: Vec<usize> = kept.map(|(index, _)| index).collect();
        let mut master = Master::new(self);
        for index in &usable {
            if let Some(column) = pool.get(*index) {
                master.add(column);
            }
        }
        let mut newest = bound.answers.column.clone();
        for _ in 0..MOST_ROUNDS {
            if work.is_done() || cutoff.is_some_and(|it| bound.upper <= it) {
                break;
            }
            let Some(column) = newest.take() else { break };
            master.add(&column);
            usable.push(pool.len());
            pool.push(column);
            master.solve(work);
            // The mix cannot be worth more than the bound: where they meet, no prices do better.
            if bound.answers.upper - master.no_gain() <= master.value() {
                break;
            }
            let prices = self.within(master.prices());
            let answers = self.answers(choices, &prices, work)?;
            let is_new = answers.column.as_ref().is_some_and(|column| {
                let mut known = usable.iter().filter_map(|it| pool.get(*it));
                master.gains(column) && !known.any(|it| it.units == column.units)
            });
            newest.clone_from(&answers.column);
            if answers.upper < bound.answers.upper {
                bound.upper = whole(answers.upper);
                bound.prices = prices;
                bound.answers = answers;
            }
            if !is_new {
                break;
            }
        }
        bound.mix = master
            .mix()
            .into_iter()
            .filter_map(|(at, share)| Some((*usable.get(at)?, share)))
            .collect();
        Some(bound)
    }
}

/// A scaled bound as a whole value: values are whole, so what is above the floor cannot be reached.
pub(super) fn whole(scaled: i128) -> i128 {
    scaled.div_euclid(SCALE)
}
