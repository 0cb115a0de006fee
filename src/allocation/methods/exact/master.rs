//! The small linear program behind the prices: which mix of known divisions is worth most within the limits.
//!
//! Revised simplex. The inverse of the basis is in fixed point (44 binary places), but prices are mended against the
//! whole numbers of the divisions until they fit to the last place. They need not be right: they are only
//! proposals, and [`super::prices`] proves the bound at them in whole numbers.

use super::{
    prices::{Column, Limit, Prices, SCALE},
    search::Work,
};

const PLACES: u32 = 44;
const ONE: i128 = 1 << PLACES;
/// Less than this is nothing, in fixed point.
const NOTHING: i128 = 1 << 9;
/// Going outside a limit by as much as it is about costs this many times what there is to gain.
const OUTSIDE: i128 = 64;
/// Times that prices are mended.
const MENDS: usize = 4;

/// A column of the master.
#[derive(Debug, Clone)]
struct Entry {
    value: i128,
    /// Units of each limit, and at last 1 for a division.
    uses: Vec<i128>,
    /// The same in fixed point, each limit in its own measure.
    scaled: Vec<i128>,
    /// Its index among the divisions; none for slack and for what is outside a limit.
    division: Option<usize>,
}

pub(super) struct Master<'p> {
    limits: &'p [Limit],
    /// What one in fixed point stands for, per limit and at last for the shares.
    measures: Vec<i128>,
    /// More than everything together is worth.
    everything: i128,
    no_gain: i128,
    entries: Vec<Entry>,
    divisions: usize,
    basis: Vec<usize>,
    inverse: Vec<Vec<i128>>,
    rights: Vec<i128>,
    /// The solution per row of the basis.
    levels: Vec<i128>,
    /// The price per row, times [`SCALE`]; the last is that of a share.
    prices: Vec<i128>,
}

/// The product of a number and one in fixed point.
fn times(a: i128, b: i128) -> i128 {
    match a.checked_mul(b) {
        Some(product) => product >> PLACES,
        None => (a >> 32).saturating_mul(b) >> (PLACES - 32),
    }
}

fn over(a: i128, b: i128) -> i128 {
    a.saturating_mul(ONE).checked_div(b).unwrap_or_default()
}

fn dot(a: &[i128], b: &[i128]) -> i128 {
    a.iter()
        .zip(b)
        .fold(0, |sum, (a, b)| sum.saturating_add(times(*a, *b)))
}

/// What units cost. Prices of a basis that is nearly singular can be beyond 128 bits; they are no good proposals then, and
/// [`Prices`] keeps what it uses of them within bounds.
fn priced(units: impl Iterator<Item = i128>, prices: &[i128]) -> i128 {
    units.zip(prices).fold(0_i128, |sum, (units, price)| {
        sum.saturating_add(units.saturating_mul(*price))
    })
}

impl<'p> Master<'p> {
    /// One, in the measure of shares.
    pub(super) const ONE: i128 = ONE;

    pub(super) fn new(prices: &'p Prices<'_>) -> Master<'p> {
        let problem = prices.problem;
        let most = problem.sums(problem.vars.iter().map(|it| it.most));
        let measure = |it: &Limit| {
            most.get(it.row)
                .copied()
                .unwrap_or_default()
                .max(it.units)
                .max(1)
        };
        let heaviest = problem
            .vars
            .iter()
            .map(|it| it.weight)
            .max()
            .unwrap_or_default();
        let value = heaviest * problem.vars.iter().map(|it| it.most).sum::<i128>();
        let measures = prices.limits.iter().map(measure).chain(std::iter::once(1));
        let measures: Vec<i128> = measures.collect();
        let rights = prices
            .limits
            .iter()
            .zip(&measures)
            .map(|(limit, it)| over(limit.units, *it));
        let rights: Vec<i128> = rights.chain(std::iter::once(ONE)).collect();
        let mut master = Master {
            limits: &prices.limits,
            prices: vec![0; rights.len()],
            measures,
            everything: value.max(1),
            no_gain: SCALE / 16 + most.iter().sum::<i128>(),
            entries: Vec::new(),
            divisions: 0,
            basis: Vec::new(),
            inverse: Vec::new(),
            rights,
            levels: Vec::new(),
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
        let outside = self.everything * OUTSIDE;
        for (row, (limit, measure)) in self.limits.iter().zip(&self.measures).enumerate() {
            let sign = if limit.is_most { 1 } else { -1 };
            for (value, sign) in [(0, sign), (-outside, -sign)] {
                let (uses, scaled) = (unit(row, sign * measure), unit(row, sign * ONE));
                self.entries.push(Entry {
                    value,
                    uses,
                    scaled,
                    division: None,
                });
            }
            self.basis
                .push(if limit.is_most { 2 * row } else { 2 * row + 1 });
        }
        // Stands in for a first division.
        let (uses, scaled) = (unit(size - 1, 1), unit(size - 1, ONE));
        self.basis.push(self.entries.len());
        self.entries.push(Entry {
            value: -4 * outside,
            uses,
            scaled,
            division: None,
        });
        self.inverse = (0..size).map(|row| unit(row, ONE)).collect();
        self.refresh();
    }

    pub(super) fn add(&mut self, column: &Column) {
        let entry = self.entry(column, self.divisions);
        self.entries.push(entry);
        self.divisions += 1;
    }

    fn entry(&self, column: &Column, division: usize) -> Entry {
        let uses = column.uses.iter().copied().chain(std::iter::once(1));
        let uses: Vec<i128> = uses.collect();
        Entry {
            value: column.value,
            scaled: uses
                .iter()
                .zip(&self.measures)
                .map(|(it, measure)| over(*it, *measure))
                .collect(),
            uses,
            division: Some(division),
        }
    }

    /// Whether a division would raise the mix.
    pub(super) fn gains(&self, column: &Column) -> bool {
        self.no_gain < self.gain(&self.entry(column, 0))
    }

    /// A gain of at most this is none, in value times [`SCALE`]: prices are rounded, by up to half for each unit.
    pub(super) const fn no_gain(&self) -> i128 {
        self.no_gain
    }

    /// What a column is worth beyond the prices of what it uses, times [`SCALE`].
    fn gain(&self, entry: &Entry) -> i128 {
        let uses = entry.uses.iter().copied();
        (entry.value * SCALE).saturating_sub(priced(uses, &self.prices))
    }

    /// Levels and prices of the basis. At its prices no column of the basis gains; what one seems to gain is an
    /// error in the prices that the inverse tells how to mend.
    fn refresh(&mut self) {
        self.levels = self
            .inverse
            .iter()
            .map(|row| dot(row, &self.rights))
            .collect();
        for _ in 0..MENDS {
            let basis = self.basis.iter().filter_map(|it| self.entries.get(*it));
            let errors: Vec<i128> = basis.map(|it| self.gain(it)).collect();
            let mut mends = vec![0_i128; self.size()];
            for (row, error) in self.inverse.iter().zip(&errors).filter(|(_, it)| **it != 0) {
                for (mend, it) in mends.iter_mut().zip(row) {
                    *mend = mend.saturating_add(times(*error, *it));
                }
            }
            for ((price, mend), measure) in self.prices.iter_mut().zip(mends).zip(&self.measures) {
                let mend = mend.saturating_add(measure / 2).div_euclid(*measure);
                *price = price.saturating_add(mend);
            }
        }
    }

    /// What one step of the simplex costs.
    pub(super) fn effort(&self) -> usize {
        self.size() * (MENDS * self.size() + self.entries.len())
    }

    /// The best mix of what is known; a limit on the number of steps guards against going round.
    pub(super) fn solve(&mut self, work: &mut Work) {
        for _ in 0..50 * self.size() {
            work.spend(self.effort());
            if work.is_done() {
                return;
            }
            let gains = self
                .entries
                .iter()
                .enumerate()
                .map(|(index, it)| (self.gain(it), index));
            let Some((gain, entering)) =
                gains.max_by_key(|(gain, index)| (*gain, std::cmp::Reverse(*index)))
            else {
                return;
            };
            if gain <= self.no_gain || !self.enter(entering) {
                return;
            }
        }
    }

    fn enter(&mut self, entering: usize) -> bool {
        let Some(entry) = self.entries.get(entering) else {
            return false;
        };
        let rates: Vec<i128> = self
            .inverse
            .iter()
            .map(|row| dot(row, &entry.scaled))
            .collect();
        let ratios = rates
            .iter()
            .zip(&self.levels)
            .enumerate()
            .filter(|(_, (rate, _))| NOTHING < **rate);
        let leaving =
            ratios.min_by_key(|(_, (rate, level))| (over((**level).max(0), **rate), -**rate));
        let Some((leaving, (rate, _))) = leaving else {
            return false;
        };
        let Some(pivot) = self.inverse.get(leaving) else {
            return false;
        };
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

    /// What the mix is worth, times [`SCALE`], about: the limits at their prices.
    pub(super) fn value(&self) -> i128 {
        let limits = self
            .limits
            .iter()
            .map(|it| it.units)
            .chain(std::iter::once(1));
        priced(limits, &self.prices)
    }

    /// The price of a unit of each limit, times [`SCALE`], with the sign that a bound needs.
    pub(super) fn prices(&self) -> Vec<i128> {
        let of_limits = self.prices.iter().zip(self.limits);
        of_limits
            .map(|(price, limit)| {
                if limit.is_most {
                    (*price).max(0)
                } else {
                    (*price).min(0)
                }
            })
            .collect()
    }

    /// The divisions in the mix with their shares.
    pub(super) fn mix(&self) -> Vec<(usize, i128)> {
        let of_basis = self.basis.iter().zip(&self.levels);
        let shares = of_basis
            .filter_map(|(entry, level)| Some((self.entries.get(*entry)?.division?, *level)));
        shares.filter(|(_, share)| NOTHING < *share).collect()
    }
}
