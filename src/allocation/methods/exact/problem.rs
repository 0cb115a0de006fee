//! The optimisation problem in whole units of the rounding: plain data, no names.

use std::ops::Range;

/// What is decided about a bundle during the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// Still both ways: nothing, or every year between its least and most.
    Open,
    /// Every year between its least and most.
    In,
    /// Nothing in every year.
    Out,
}

/// One year of one project.
#[derive(Debug, Clone)]
pub(super) struct Var {
    pub bundle: usize,
    /// The row of its applicant in its year.
    pub applicant: usize,
    /// The row of its category in its year.
    pub category: usize,
    /// Units that it gets at least if its bundle is in.
    pub least: i128,
    pub most: i128,
    /// What one unit adds to the value: the score in hundredths.
    pub weight: i128,
}

/// The sum of some variables lies between two bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub least: i128,
    pub most: i128,
    /// The row of the year that a category's row is part of.
    pub year_row: Option<usize>,
    /// Which year it belongs to; the flows of two years never meet.
    pub year: usize,
}

/// The years that stand or fall together.
#[derive(Debug, Clone)]
pub(super) struct Bundle {
    pub vars: Range<usize>,
    pub choice: Choice,
}

/// Maximise the sum of weight x units, with every row and every bundle as it should be. Variables come in the
/// order of the chain, those of one bundle next to each other.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub vars: Vec<Var>,
    pub bundles: Vec<Bundle>,
    pub rows: Vec<Row>,
}

impl Problem {
    /// The choices before the search.
    pub(super) fn choices(&self) -> Vec<Choice> {
        self.bundles.iter().map(|it| it.choice).collect()
    }

    /// The rows that a variable counts in.
    pub(super) fn rows_of<'p>(&'p self, var: &'p Var) -> impl Iterator<Item = usize> + 'p {
        let above = self.rows.get(var.category).and_then(|it| it.year_row);
        [var.applicant, var.category].into_iter().chain(above)
    }

    /// The sum in each row.
    pub(super) fn sums(&self, units: impl Iterator<Item = i128>) -> Vec<i128> {
        let mut sums = vec![0; self.rows.len()];
        for (var, units) in self.vars.iter().zip(units) {
            for row in self.rows_of(var) {
                add(&mut sums, row, units);
            }
        }
        sums
    }

    /// Weight x units.
    pub(super) fn value(&self, units: &[i128]) -> i128 {
        self.vars
            .iter()
            .zip(units)
            .map(|(var, it)| var.weight * it)
            .sum()
    }

    /// Every value is a multiple of this.
    pub(super) fn grain(&self) -> i128 {
        let mut grain = 0;
        for var in &self.vars {
            let mut other = var.weight;
            while other != 0 {
                (grain, other) = (other, grain % other);
            }
        }
        grain.max(1)
    }

    /// The bundle in which something is awarded, as choices.
    pub(super) fn pattern(&self, units: &[i128]) -> Vec<Choice> {
        let is_in = |it: &Bundle| {
            it.choice == Choice::In
                || units
                    .get(it.vars.clone())
                    .is_some_and(|of| of.iter().any(|it| 0 < *it))
        };
        self.bundles
            .iter()
            .map(|it| if is_in(it) { Choice::In } else { Choice::Out })
            .collect()
    }

    /// Whether every rule holds; the search trusts no answer of its own without this.
    pub(super) fn allows(&self, units: &[i128]) -> bool {
        let pattern = self.pattern(units);
        let bundles = self.bundles.iter().zip(&pattern).all(|(bundle, choice)| {
            let within = |(var, it): (&Var, &i128)| match choice {
                Choice::In => var.least <= *it && *it <= var.most,
                _ => *it == 0,
            };
            let vars = self.vars.get(bundle.vars.clone()).unwrap_or_default();
            let of = units.get(bundle.vars.clone()).unwrap_or_default();
            !(bundle.choice == Choice::Out && *choice == Choice::In)
                && vars.iter().zip(of).all(within)
        });
        let sums = self.sums(units.iter().copied());
        let rows = self
            .rows
            .iter()
            .zip(&sums)
            .all(|(row, sum)| row.least <= *sum && *sum <= row.most);
        units.len() == self.vars.len() && bundles && rows
    }
}

/// The number at an index; 0 outside.
pub(super) fn at(values: &[i128], index: usize) -> i128 {
    values.get(index).copied().unwrap_or_default()
}

/// Adds to the number at an index.
pub(super) fn add(values: &mut [i128], index: usize, amount: i128) {
    if let Some(it) = values.get_mut(index) {
        *it += amount;
    }
}
