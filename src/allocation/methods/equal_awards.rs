//! Constrained equal awards (CEA, max-min, water-filling): everyone the same amount L, nobody more than
//! the claim: `min(claim, L)` with L such that the sum is the room. W. Thomson, "How to Divide When
//! There Isn't Enough", 2019.

use super::pool::{Formula, Pool};

/// The same amount for everyone.
pub(super) fn formula(pool: &Pool) -> Formula {
    Formula::UpTo {
        level: pool.level(pool.estate),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::pool::exact_shares, *};

    #[test]
    fn small_claims_are_met_and_the_rest_is_equal() {
        // CEA(10; 2, 4, 7, 8) = 2, 8/3, 8/3, 8/3.
        assert_eq!(
            exact_shares(formula, 10, &[2, 4, 7, 8]),
            [(6, 3), (8, 3), (8, 3), (8, 3)]
        );
        assert_eq!(
            exact_shares(formula, 300, &[100, 200, 300]),
            [(200, 2), (200, 2), (200, 2)]
        );
    }
}
