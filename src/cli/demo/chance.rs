//! Chance that is the same every time: a number drawn from a name, by SHA-256, so that it does not
//! change with a release of some generator.

use sha2::{Digest, Sha256};

/// A source of chance.
#[derive(Debug, Clone, Copy)]
pub struct Chance {
    seed: u64,
    round: u32,
}

impl Chance {
    /// The same seed gives the same draws.
    pub const fn new(seed: u64) -> Chance {
        Chance { seed, round: 0 }
    }

    /// Other draws for the same names: each round has its own, whatever its years are.
    #[must_use]
    pub const fn of_round(self, round: u32) -> Chance {
        Chance { round, ..self }
    }

    /// A number from 0 up to (not including) `below`, drawn for `name`; 0 if `below` is 0.
    pub fn below(self, name: &str, below: u64) -> u64 {
        let hash = Sha256::digest(format!("{}/{}/{name}", self.seed, self.round));
        let number = hash
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        number.checked_rem(below).unwrap_or(0)
    }

    /// A number from `low` up to and including `high`, drawn for `name`.
    pub fn between(self, name: &str, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0);
        let drawn = self.below(name, span.saturating_add(1));
        low.saturating_add(i64::try_from(drawn).unwrap_or(0))
    }

    /// One of these, drawn for `name`.
    pub fn pick<'a, T>(self, name: &str, from: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(from.len()).unwrap_or(0);
        from.get(usize::try_from(self.below(name, count)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_draws_the_same_number() {
        let chance = Chance::new(7);
        assert_eq!(chance.below("a", 1000), chance.below("a", 1000));
        assert_ne!(
            (0..20)
                .map(|it| chance.below(&it.to_string(), 1000))
                .collect::<Vec<_>>(),
            (0..20)
                .map(|it| Chance::new(8).below(&it.to_string(), 1000))
                .collect::<Vec<_>>()
        );
        assert_eq!(chance.of_round(0).below("a", 1000), chance.below("a", 1000));
        assert_ne!(
            chance.of_round(1).below("a", 1_000_000),
            chance.below("a", 1_000_000)
        );
        for it in 0..1000 {
            assert!((3..=5).contains(&chance.between(&it.to_string(), 3, 5)));
        }
    }
}
