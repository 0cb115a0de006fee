//! Constrained equal losses (CEL): everyone loses the same amount L, nobody ends below nothing:
//! `max(0, claim - L)`. It is the dual of equal awards: what is lost is divided as equal awards would,
//! so `claim - min(claim, L)` with the sum of `min(claim, L)` equal to the shortage.

use super::pool::{Formula, Pool};

/// The same loss for everyone.
pub(super) fn formula(pool: &Pool) -> Formula {
    Formula::Less {
        level: pool.level(pool.total - pool.estate),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{equal_awards, pool::exact_shares},
        *,
    };

    #[test]
    fn everyone_loses_the_same_and_nobody_ends_below_nothing() {
        // CEL(10; 2, 4, 7, 8): the shortage is 11, of which the smallest can bear only 2.
        assert_eq!(
            exact_shares(formula, 10, &[2, 4, 7, 8]),
            [(0, 3), (3, 3), (12, 3), (15, 3)]
        );
        assert_eq!(
            exact_shares(formula, 100, &[100, 200, 300]),
            [(0, 1), (0, 1), (100, 1)]
        );
    }

    #[test]
    fn it_is_the_dual_of_equal_awards() {
        let claims = [2, 4, 7, 8, 8, 30];
        let total: i128 = claims.iter().sum();
        for estate in 1..total {
            let kept = exact_shares(formula, estate, &claims);
            let lost = exact_shares(equal_awards::formula, total - estate, &claims);
            for ((claim, (kept, d)), (lost, e)) in claims.iter().zip(kept).zip(lost) {
                assert_eq!(
                    kept * e + lost * d,
                    claim * d * e,
                    "estate {estate}, claim {claim}"
                );
            }
        }
    }
}
