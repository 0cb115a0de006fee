//! Rounding by largest remainder (Hamilton): not a unit of the whole is lost.

/// One exact share, as a numerator over the common denominator of all shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The exact share is `numerator / denominator` units.
    pub numerator: i128,
    /// It gets no more units than this.
    pub most: i128,
}

/// Whole units that sum to `total`, or to the sum of all `most` if that is less.
///
/// Every share is first rounded down. The units that remain go one by one to the largest remainders
/// that have room; equal remainders in the order of `shares`. Because a share is only ever rounded
/// down or raised, a share of at least `n` units stays at least `n`: a minimum in whole units that
/// held before rounding holds after it.
///
/// The shares must sum to at least `total` units, up to rounding down; `denominator` is positive.
pub fn largest_remainder(shares: &[Share], denominator: i128, total: i128) -> Vec<i128> {
    let mut units: Vec<i128> = shares
        .iter()
        .map(|it| (it.numerator / denominator).min(it.most))
        .collect();
    let mut remaining = total - units.iter().sum::<i128>();
    let mut order: Vec<(usize, &Share)> = shares.iter().enumerate().collect();
    order.sort_by_key(|(index, it)| (-(it.numerator % denominator), *index));
    // One round is enough unless many shares stand at their most; then the rest goes round again.
    while 0 < remaining && !order.is_empty() {
        order.retain(|(index, it)| {
            let Some(unit) = units.get_mut(*index).filter(|unit| **unit < it.most) else {
                return false;
            };
            if 0 < remaining {
                *unit += 1;
                remaining -= 1;
            }
            true
        });
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(of: &[(i128, i128)]) -> Vec<Share> {
        of.iter()
            .map(|&(numerator, most)| Share { numerator, most })
            .collect()
    }

    #[test]
    fn the_largest_remainders_get_the_units_that_remain() {
        // 0.5, 2.3, 7.2 of 10: one unit remains and goes to the half.
        let parts = shares(&[(5, 9), (23, 9), (72, 9)]);
        assert_eq!(largest_remainder(&parts, 10, 10), [1, 2, 7]);
    }

    #[test]
    fn equal_remainders_go_by_the_order_given() {
        let parts = shares(&[(10, 9), (10, 9), (10, 9)]);
        assert_eq!(largest_remainder(&parts, 3, 10), [4, 3, 3]);
    }

    #[test]
    fn nobody_gets_more_than_the_most() {
        // 3.9 has the largest remainder and no room.
        let parts = shares(&[(39, 3), (31, 9), (30, 9)]);
        assert_eq!(largest_remainder(&parts, 10, 10), [3, 4, 3]);
        let full = shares(&[(39, 3), (31, 3), (30, 3)]);
        assert_eq!(largest_remainder(&full, 10, 10), [3, 3, 3]);
        let one_with_room = shares(&[(19, 1), (19, 1), (19, 1), (30, 9)]);
        assert_eq!(largest_remainder(&one_with_room, 10, 8), [1, 1, 1, 5]);
    }
}
