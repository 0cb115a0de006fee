//! The claims on one year's room, and the exact share that a formula gives each of them.

use crate::allocation::input::Method;

/// The claims that take part, with their sums at hand: a claim is taken out, and a level found, in
/// logarithmic time, so that dropping projects one by one does not become quadratic.
#[derive(Debug)]
pub(super) struct Pool {
    /// What is divided, in cents.
    pub estate: i128,
    /// The sum of the claims, in cents.
    pub total: i128,
    /// All claims it was made of, ascending and each value once.
    values: Vec<i128>,
    /// Fenwick tree over `values`: how many claims, and their sum.
    tree: Vec<(i128, i128)>,
    count: i128,
}

impl Pool {
    /// A pool of these claims, each above 0.
    pub(super) fn new(estate: i128, claims: &[i128]) -> Pool {
        let mut values = claims.to_vec();
        values.sort_unstable();
        values.dedup();
        let tree = vec![(0, 0); values.len()];
        let mut pool = Pool {
            estate,
            total: 0,
            values,
            tree,
            count: 0,
        };
        for claim in claims {
            pool.add(*claim, 1);
        }
        pool
    }

    /// Takes one claim of this amount out.
    pub(super) fn remove(&mut self, claim: i128) {
        self.add(claim, -1);
    }

    /// Whether there is enough for everyone.
    pub(super) fn is_enough(&self) -> bool {
        self.total <= self.estate
    }

    /// The level L with `sum of min(claim, L) = amount`, as a fraction; 0 <= amount <= total.
    pub(super) fn level(&self, amount: i128) -> (i128, i128) {
        let paid_in_full = self
            .values
            .partition_point(|value| self.cost(*value) <= amount);
        let (count, sum) = self.below(paid_in_full);
        if count == self.count {
            // Everyone in full: any level from the largest claim up.
            return (self.values.last().copied().unwrap_or_default(), 1);
        }
        (amount - sum, self.count - count)
    }

    /// The least estate of which the exact share of this claim, one of the pool's, is at least `share`; 0 < share <= claim.
    pub(super) fn estate_for(&self, method: Method, claim: i128, share: i128) -> i128 {
        let half_up = |it: i128| it.div_euclid(2) + it.rem_euclid(2);
        let up_to_half = 2 * share <= claim;
        match method {
            Method::EqualAwards => self.cost(share),
            Method::EqualLosses => self.total - self.cost(claim - share),
            Method::Talmud if up_to_half => half_up(self.cost(2 * share)),
            Method::Talmud => self.total - self.cost(2 * (claim - share)).div_euclid(2),
            // Pro rata; the others are no formula.
            _ => -(-share * self.total).div_euclid(claim),
        }
    }

    /// The sum of min(claim, value).
    fn cost(&self, value: i128) -> i128 {
        let (count, sum) = self.below(self.values.partition_point(|it| *it <= value));
        sum + (self.count - count) * value
    }

    fn add(&mut self, claim: i128, times: i128) {
        self.total += claim * times;
        self.count += times;
        let mut at = self.values.partition_point(|it| *it < claim) + 1;
        while let Some(node) = self.tree.get_mut(at - 1) {
            node.0 += times;
            node.1 += claim * times;
            at += at & at.wrapping_neg();
        }
    }

    /// How many claims the first `values` stand for, and their sum.
    fn below(&self, mut values: usize) -> (i128, i128) {
        let mut found = (0, 0);
        while let Some(node) = values.checked_sub(1).and_then(|it| self.tree.get(it)) {
            found = (found.0 + node.0, found.1 + node.1);
            values &= values - 1;
        }
        found
    }
}

/// The exact share of a claim, as a fraction with one denominator for all claims of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Formula {
    /// The claim.
    InFull,
    /// claim x part / whole.
    Share { part: i128, whole: i128 },
    /// min(claim, level).
    UpTo { level: (i128, i128) },
    /// claim - min(claim, level).
    Less { level: (i128, i128) },
    /// min(claim, level) / 2.
    HalfUpTo { level: (i128, i128) },
    /// claim - min(claim, level) / 2.
    LessHalf { level: (i128, i128) },
}

impl Formula {
    /// The share of a claim: this over [`Formula::denominator`].
    pub(super) fn numerator(self, claim: i128) -> i128 {
        let up_to = |(numerator, denominator): (i128, i128)| (claim * denominator).min(numerator);
        match self {
            Formula::InFull => claim,
            Formula::Share { part, .. } => claim * part,
            Formula::UpTo { level } | Formula::HalfUpTo { level } => up_to(level),
            Formula::Less { level } => claim * level.1 - up_to(level),
            Formula::LessHalf { level } => 2 * claim * level.1 - up_to(level),
        }
    }

    /// Above 0.
    pub(super) fn denominator(self) -> i128 {
        match self {
            Formula::InFull => 1,
            Formula::Share { whole, .. } => whole,
            Formula::UpTo { level } | Formula::Less { level } => level.1,
            Formula::HalfUpTo { level } | Formula::LessHalf { level } => 2 * level.1,
        }
    }

    /// The equal award or the equal loss, rounded down to the cent; 0 where there is none.
    pub(super) fn level(self) -> i128 {
        match self {
            Formula::InFull | Formula::Share { .. } => 0,
            Formula::UpTo { level } | Formula::Less { level } => level.0 / level.1,
            Formula::HalfUpTo { level } | Formula::LessHalf { level } => level.0 / (2 * level.1),
        }
    }
}

/// For the tests of the methods: the exact shares as (numerator, denominator).
#[cfg(test)]
pub(super) fn exact_shares(
    formula: fn(&Pool) -> Formula,
    estate: i128,
    claims: &[i128],
) -> Vec<(i128, i128)> {
    let formula = formula(&Pool::new(estate, claims));
    claims
        .iter()
        .map(|it| (formula.numerator(*it), formula.denominator()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_the_same_after_removing_as_without_the_claim() {
        let claims = [5, 3, 9, 9, 1, 20, 14];
        for (index, gone) in claims.iter().enumerate() {
            let rest: Vec<i128> = claims
                .iter()
                .enumerate()
                .filter(|(it, _)| *it != index)
                .map(|(_, it)| *it)
                .collect();
            let mut pool = Pool::new(17, &claims);
            pool.remove(*gone);
            let fresh = Pool::new(17, &rest);
            assert_eq!(pool.total, fresh.total);
            for amount in 1..fresh.total {
                let (a, b) = (pool.level(amount), fresh.level(amount));
                assert_eq!(a.0 * b.1, b.0 * a.1, "without {gone}, amount {amount}");
                let sum: i128 = rest.iter().map(|it| (it * a.1).min(a.0)).sum();
                assert_eq!(sum, amount * a.1, "level {a:?}");
            }
        }
    }
}
