//! The rule of the Talmud: up to half of all claims, equal awards on the half claims; above that everyone
//! keeps half and the other halves lose equally. R. Aumann and M. Maschler, "Game theoretic analysis
//! of a bankruptcy problem from the Talmud", Journal of Economic Theory 36 (1985).

use super::pool::{Formula, Pool};

/// Equal awards below half, equal losses above.
pub(super) fn formula(pool: &Pool) -> Formula {
    // Doubled, so that half a claim stays whole: min(c/2, L) = min(c, 2L)/2.
    if 2 * pool.estate <= pool.total {
        Formula::HalfUpTo {
            level: pool.level(2 * pool.estate),
        }
    } else {
        Formula::LessHalf {
            level: pool.level(2 * (pool.total - pool.estate)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::pool::exact_shares, *};

    #[track_caller]
    fn check(estate: i128, expected: [(i128, i128); 3]) {
        // Ketubot 93a: three wives with claims of 100, 200 and 300.
        let shares = exact_shares(formula, estate, &[100, 200, 300]);
        for ((n, d), (m, e)) in shares.into_iter().zip(expected) {
            assert_eq!(n * e, m * d, "estate {estate}: {n}/{d} is not {m}/{e}");
        }
    }

    #[test]
    fn the_three_estates_of_the_mishnah() {
        check(100, [(100, 3), (100, 3), (100, 3)]);
        check(200, [(50, 1), (75, 1), (75, 1)]);
        check(300, [(50, 1), (100, 1), (150, 1)]);
    }

    #[test]
    fn above_half_the_losses_are_equal() {
        // Shortage 150: 50, then 50 each.
        check(450, [(50, 1), (150, 1), (250, 1)]);
        check(500, [(200, 3), (500, 3), (800, 3)]);
    }
}
