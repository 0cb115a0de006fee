//! Who asks how much for what: the published sizes of the regions, scaled to what was asked in a
//! year. Pure.

use super::{project::Ask, seeds::ProjectSeed, setting::Place};
use crate::core::{category::Category, money::Money};

/// What is asked in a round, over all regions.
#[derive(Debug, Clone)]
pub struct Demand {
    /// The budget years.
    pub years: [i32; 2],
    /// Whole euros per year, over all categories.
    pub total: i64,
    /// How many projects of each category a region asks at the most: basis op orde, preventie,
    /// eenjarig flexibel.
    pub projects: [usize; 3],
}

/// The parts of what is asked that go to basis op orde, preventie and eenjarig flexibel, in
/// hundredths.
const SHARES: [(Category, i64); 3] = [
    (Category::Baseline, 64),
    (Category::Prevention, 29),
    (Category::OneYear, 7),
];

/// What one region asks. Amounts are multiples of ten euros, as most published awards are.
pub fn of_region(
    demand: &Demand,
    place: &Place,
    places: &[Place],
    seeds: &[ProjectSeed],
) -> Vec<Ask> {
    let sizes = places
        .iter()
        .fold(0_i64, |sum, it| sum.saturating_add(it.size));
    let mut asks = Vec::new();
    for ((category, share), most) in SHARES.into_iter().zip(demand.projects) {
        let kinds: Vec<&ProjectSeed> = seeds
            .iter()
            .filter(|it| it.category == category)
            .take(most)
            .collect();
        let weights = kinds
            .iter()
            .fold(0_i64, |sum, it| sum.saturating_add(it.weight));
        for (index, seed) in kinds.into_iter().enumerate() {
            let part = |total: i64| {
                ten_euros(
                    total,
                    &[place.size, share, seed.weight],
                    &[sizes, 100, weights],
                )
            };
            let years = if category.is_one_year() {
                // All of a region's one-year money of that year, in one project per year.
                let year = demand.years.get(index % 2).copied().unwrap_or_default();
                vec![(
                    year,
                    ten_euros(demand.total, &[place.size, share], &[sizes, 100]),
                )]
            } else {
                // A little more in the second year.
                let [first, second] = demand.years;
                vec![
                    (first, part(demand.total)),
                    (
                        second,
                        part(
                            demand
                                .total
                                .saturating_mul(102)
                                .checked_div(100)
                                .unwrap_or(0),
                        ),
                    ),
                ]
            };
            asks.push(Ask {
                seed: seed.clone(),
                place: place.clone(),
                years,
            });
        }
    }
    asks
}

/// `total` times the factors over the divisors, down to ten euros, and at least EUR 500.
fn ten_euros(total: i64, factors: &[i64], divisors: &[i64]) -> Money {
    let up = factors.iter().fold(i128::from(total), |it, by| {
        it.saturating_mul(i128::from(*by))
    });
    let down = divisors
        .iter()
        .fold(10_i128, |it, by| it.saturating_mul(i128::from(*by)));
    let tens = up.checked_div(down).unwrap_or(0).max(50);
    Money::from_cents(i64::try_from(tens.saturating_mul(1000)).unwrap_or(i64::MAX))
}
