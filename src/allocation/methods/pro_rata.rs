//! Pro rata (evenredig, naar rato): every claim gets `claim x room / sum of claims`.

use super::pool::{Formula, Pool};

/// The same share for everyone.
pub(super) fn formula(pool: &Pool) -> Formula {
    Formula::Share {
        part: pool.estate,
        whole: pool.total,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::pool::exact_shares, *};

    #[test]
    fn everyone_gets_the_same_share() {
        assert_eq!(
            exact_shares(formula, 300, &[100, 200, 300]),
            [(30_000, 600), (60_000, 600), (90_000, 600)]
        );
    }
}
