//! The small linear program behind the prices: which mix of known divisions is worth most within the limits.
//!
//! Revised simplex in fixed point (44 binary places). It need not be exact: its prices are only proposals, and
//! [`super::prices`] proves the bound at them in whole numbers.

use super::prices::{Column, Limit, Prices, SCALE};

const PLACES: u32 = 44;
const ONE: i128 = 1 << PLACES;
/// Less than this is nothing.
const NOTHING: i128 = 1 << 9;
/// What a unit outside the limits costs in the master, in the master's own measure.
const OUTSIDE: i128 = ONE << 6;

/// A column of the master in its own measure: each limit and the value are scaled to about one.
#[derive(Debug, Clone)]
struct Entry {
    value: i128,
    uses: Vec<i128>,
    /// Its index among the divisions; none for slack and for what is outside a limit.
    division: Option<usize>,
}

pub(super) struct Master<'p> {
    limits: &'p [Limit],
    /// What one stands for, per limit and of the value.
    measures: Vec<i128>,
    value_measure: i128,
    entries: Vec<Entry>,
    divisions: usize,
    basis: Vec<usize>,
    inverse: Vec<Vec<i128>>,
    rights: Vec<i128>,
    /// The solution per row of the basis.
    levels: Vec<i128>,
    /// The price per row.
    duals: Vec<i128>,
}

fn times(a: i128, b: i128) -> i128 {
    a.saturating_mul(b) >> PLACES
}

fn over(a: i128, b: i128) -> i128 {
    a.saturating_mul(ONE).checked_div(b).unwrap_or_default()
}

fn dot(a: &[i128], b: &[i128]) -> i128 {
    a.iter().zip(b).fold(0, |sum, (a, b)| sum.saturating_add(times(*a, *b)))
}

impl<'p> Master<'p> {
    /// One, in the measure of shares.
    pub(super) const ONE: i128 = ONE;

    pub(super) fn new(prices: &'p Prices<'_>) -> Master<'p> {
        let problem = prices.problem;
        let most = problem.sums(problem.vars.iter().map(|it| it.most));
        let measure = |it: &Limit| most.get(it.row).copied().unwrap_or_default().max(it.units).max(1);
        let value: i128 = problem.vars.iter().map(|it| it.weight * it.most).sum();
        let measures: Vec<i128> = prices.limits.iter().map(measure).collect();
        let rights = prices.limits.iter().zip(&measures).map(|(limit, it)| over(limit.units, *it));
        let rights: Vec<i128> = rights.chain(std::iter::once(ONE)).collect();
        let mut master = Master {
            limits: &prices.limits,
            measures,
            value_measure: value.max(1),
            entries: Vec::new(),
            divisions: 0,
            basis: Vec::new(),
            inverse: Vec::new(),
            rights,
            levels: Vec::new(),
            duals: Vec::new(),
        };
        master.slacks();
        master
    }

    fn size(&self) -> usize {
        self.rights.len()
    }

    /// Slack within each limit, and what goes outside it at a cost.
    fn slacks(&mut self) {
        let size = self.size();
        let unit = |row: usize, it: i128| -> Vec<i128> {
            (0..size).map(|at| if at == row { it } else { 0 }).collect()
        };
        for (row, limit) in self.limits.iter().enumerate() {
            let inside = if limit.is_most { ONE } else { -ONE };
            self.entries.push(Entry { value: 0, uses: unit(row, inside), division: None });
            self.entries.push(Entry { value: -OUTSIDE, uses: unit(row, -inside), division: None });
        }
        // Stands in for a first division.
        self.entries.push(Entry { value: -OUTSIDE * 64, uses: unit(size - 1, ONE), division: None });
        for (row, limit) in self.limits.iter().enumerate() {
            self.basis.push(if limit.is_most { 2 * row } else { 2 * row + 1 });
        }
        self.basis.push(2 * self.limits.len());
        self.inverse = (0..size).map(|row| unit(row, ONE)).collect();
        self.refresh();
    }

    pub(super) fn add(&mut self, column: &Column) {
        let entry = self.entry(column, self.divisions);
        self.entries.push(entry);
        self.divisions += 1;
    }

    fn entry(&self, column: &Column, division: usize) -> Entry {
        let uses = column.uses.iter().zip(&self.measures).map(|(uses, it)| over(*uses, *it));
        Entry {
            value: over(column.value, self.value_measure),
            uses: uses.chain(std::iter::once(ONE)).collect(),
            division: Some(division),
        }
    }

    /// Whether a division would raise the mix.
    pub(super) fn gains(&self, column: Option<&Column>) -> bool {
        column.is_some_and(|it| NOTHING < self.gain(&self.entry(it, 0)))
    }

    fn gain(&self, entry: &Entry) -> i128 {
        entry.value - dot(&self.duals, &entry.uses)
    }

    /// Levels and prices of the basis.
    fn refresh(&mut self) {
        self.levels = self.inverse.iter().map(|row| dot(row, &self.rights)).collect();
        let mut duals = vec![0_i128; self.size()];
        for (row, entry) in self.inverse.iter().zip(&self.basis) {
            let value = self.entries.get(*entry).map_or(0, |it| it.value);
            for (dual, it) in duals.iter_mut().zip(row) {
                *dual = dual.saturating_add(times(value, *it));
            }
        }
        self.duals = duals;
    }

    /// The best mix of what is known; a limit on the number of steps guards against going round.
    pub(super) fn solve(&mut self) {
        for _ in 0..50 * self.size() {
            let gains = self.entries.iter().enumerate().map(|(index, it)| (self.gain(it), index));
            let Some((gain, entering)) = gains.max_by_key(|(gain, index)| (*gain, std::cmp::Reverse(*index))) else {
                return;
            };
            if gain <= NOTHING || !self.enter(entering) {
                return;
            }
        }
    }

    fn enter(&mut self, entering: usize) -> bool {
        let Some(entry) = self.entries.get(entering) else { return false };
        let rates: Vec<i128> = self.inverse.iter().map(|row| dot(row, &entry.uses)).collect();
        let ratios = rates.iter().zip(&self.levels).enumerate().filter(|(_, (rate, _))| NOTHING < **rate);
        let leaving = ratios.min_by_key(|(_, (rate, level))| (over((**level).max(0), **rate), -**rate));
        let Some((leaving, (rate, _))) = leaving else { return false };
        let Some(pivot) = self.inverse.get(leaving) else { return false };
        let pivot: Vec<i128> = pivot.iter().map(|it| over(*it, *rate)).collect();
        for (index, (row, rate)) in self.inverse.iter_mut().zip(&rates).enumerate() {
            if index == leaving {
                row.clone_from(&pivot);
            } else {
                for (it, of_pivot) in row.iter_mut().zip(&pivot) {
                    *it = it.saturating_sub(times(*rate, *of_pivot));
                }
            }
        }
        if let Some(it) = self.basis.get_mut(leaving) {
            *it = entering;
        }
        self.refresh();
        true
    }

    /// What the mix is worth, times [`SCALE`], about.
    pub(super) fn value(&self) -> i128 {
        let of_basis = self.basis.iter().zip(&self.levels);
        let value = of_basis.fold(0_i128, |sum, (entry, level)| {
            sum.saturating_add(times(self.entries.get(*entry).map_or(0, |it| it.value), *level))
        });
        scaled(value, self.value_measure, 1)
    }

    /// The price of a unit of each limit, times [`SCALE`], with the sign that a bound needs.
    pub(super) fn prices(&self) -> Vec<i128> {
        let of_limits = self.duals.iter().zip(&self.measures).zip(self.limits);
        of_limits
            .map(|((dual, measure), limit)| {
                let price = scaled(*dual, self.value_measure, *measure);
                if limit.is_most { price.max(0) } else { price.min(0) }
            })
            .collect()
    }

    /// The divisions in the mix with their shares.
    pub(super) fn mix(&self) -> Vec<(usize, i128)> {
        let of_basis = self.basis.iter().zip(&self.levels);
        let shares = of_basis.filter_map(|(entry, level)| Some((self.entries.get(*entry)?.division?, *level)));
        shares.filter(|(_, share)| NOTHING < *share).collect()
    }
}

/// From the master's measure to prices times [`SCALE`], rounded to the nearest.
fn scaled(it: i128, value_measure: i128, measure: i128) -> i128 {
    // In two steps, so that no product passes 127 bits: first the ratio of the measures, then the rest.
    let ratio = value_measure.saturating_mul(SCALE) / measure;
    match it.checked_mul(ratio) {
        Some(product) => (product + ONE / 2) >> PLACES,
        None => (it >> (PLACES / 2)).saturating_mul(ratio >> (PLACES / 2)),
    }
}
