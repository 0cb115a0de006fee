//! The theory of claims problems, tried on ten thousand random problems for each method. Names and results: W. Thomson, *How to Divide
//! When There Isn't Enough*, 2019; for the rule of the Talmud R. Aumann and M. Maschler, *Journal of Economic Theory* 36 (1985).
//!
//! Exact shares keep every axiom exactly. After rounding by largest remainder three keep within one unit, because the unit that
//! remains goes to one of those who are equal or nearly so: equal treatment, order preservation and, by the Alabama paradox, resource
//! monotonicity (M. Balinski and H. Young, *Fair Representation*, 1982). Efficiency and the bounds stay exact.

use super::{
    equal_awards, equal_losses,
    pool::{Formula, Pool},
    pro_rata, talmud,
};
use crate::allocation::{
    input::Method,
    random::Chance,
    rounding::{Share, largest_remainder},
};

const CASES: u64 = 10_000;

type Rule = fn(&Pool) -> Formula;

const RULES: [(Method, Rule); 4] = [
    (Method::ProRata, pro_rata::formula),
    (Method::EqualAwards, equal_awards::formula),
    (Method::EqualLosses, equal_losses::formula),
    (Method::Talmud, talmud::formula),
];

fn formula(rule: Rule, estate: i128, claims: &[i128]) -> Formula {
    let pool = Pool::new(estate, claims);
    if pool.is_enough() {
        Formula::InFull
    } else {
        rule(&pool)
    }
}

/// Exact shares as fractions.
fn exact(rule: Rule, estate: i128, claims: &[i128]) -> Vec<(i128, i128)> {
    let formula = formula(rule, estate, claims);
    let share = |it: &i128| (formula.numerator(*it), formula.denominator());
    claims.iter().map(share).collect()
}

/// What is awarded in units of one.
fn rounded(rule: Rule, estate: i128, claims: &[i128]) -> Vec<i128> {
    let formula = formula(rule, estate, claims);
    let share = |it: &i128| Share {
        numerator: formula.numerator(*it),
        most: *it,
    };
    let shares: Vec<Share> = claims.iter().map(share).collect();
    let total = estate.min(claims.iter().sum());
    largest_remainder(&shares, formula.denominator(), total)
}

fn is_at_most((n, d): (i128, i128), (m, e): (i128, i128)) -> bool {
    n * e <= m * d
}

fn is_equal(a: (i128, i128), b: (i128, i128)) -> bool {
    is_at_most(a, b) && is_at_most(b, a)
}

/// Claims above nothing, often equal, and an estate that is mostly not enough.
fn problem(chance: &mut Chance) -> (i128, Vec<i128>) {
    let end = chance.of(&[4, 30, 2_000]);
    let size = 1 + chance.below(9);
    let claims: Vec<i128> = (0..size)
        .map(|_| i128::from(1 + chance.below(end)))
        .collect();
    let total: i128 = claims.iter().sum();
    let estate = i128::from(chance.below(i64::try_from(total + total / 8).unwrap() + 1));
    (estate, claims)
}

fn each(test: impl Fn(&str, Method, Rule, &mut Chance, i128, &[i128])) {
    for seed in 0..CASES {
        for (method, rule) in RULES {
            let mut chance = Chance::new(seed);
            let (estate, claims) = problem(&mut chance);
            let case = format!("{method:?}({estate}; {claims:?})");
            test(&case, method, rule, &mut chance, estate, &claims);
        }
    }
}

#[test]
fn known_answers() {
    let check = |rule: Rule, estate, claims: &[i128], expected: &[(i128, i128)]| {
        let shares = exact(rule, estate, claims);
        for (share, expected) in shares.iter().zip(expected) {
            assert!(
                is_equal(*share, *expected),
                "{estate}; {claims:?}: {shares:?}"
            );
        }
    };
    // The example of the R package ClaimsProblems 1.0.0 for CEA and CEL.
    check(
        equal_awards::formula,
        10,
        &[2, 4, 7, 8],
        &[(2, 1), (8, 3), (8, 3), (8, 3)],
    );
    check(
        equal_losses::formula,
        10,
        &[2, 4, 7, 8],
        &[(0, 1), (1, 1), (4, 1), (5, 1)],
    );
    // Babylonian Talmud, Ketubot 93a, as in Aumann and Maschler 1985, table 1.
    let wives = &[100, 200, 300];
    check(talmud::formula, 100, wives, &[(100, 3); 3]);
    check(talmud::formula, 200, wives, &[(50, 1), (75, 1), (75, 1)]);
    check(talmud::formula, 300, wives, &[(50, 1), (100, 1), (150, 1)]);
    // The contested garment, Baba Metzia 2a: one claims all, the other half.
    check(talmud::formula, 100, &[100, 50], &[(75, 1), (25, 1)]);
}

/// Efficiency; nothing below nothing or above the claim; less than one unit from the exact share.
#[test]
fn all_of_the_estate_and_nobody_more_than_the_claim() {
    each(|case, _, rule, _, estate, claims| {
        let awards = rounded(rule, estate, claims);
        let total: i128 = claims.iter().sum();
        assert_eq!(awards.iter().sum::<i128>(), estate.min(total), "{case}");
        for ((award, claim), (n, d)) in awards.iter().zip(claims).zip(exact(rule, estate, claims)) {
            assert!((0..=*claim).contains(award), "{case}: {awards:?}");
            assert!(0 <= n && n <= claim * d, "{case}");
            assert!((award * d - n).abs() < d, "{case}: {award} for {n}/{d}");
        }
    });
}

/// Equal treatment of equals and order preservation, of awards and of losses.
#[test]
fn who_claims_no_less_gets_and_loses_no_less() {
    each(|case, _, rule, _, estate, claims| {
        let (awards, shares) = (rounded(rule, estate, claims), exact(rule, estate, claims));
        for (i, less) in claims.iter().enumerate() {
            for (j, more) in claims.iter().enumerate().filter(|(_, it)| less <= *it) {
                assert!(is_at_most(shares[i], shares[j]), "{case}: awards");
                let loss = |claim: &i128, (n, d): (i128, i128)| (claim * d - n, d);
                assert!(
                    is_at_most(loss(less, shares[i]), loss(more, shares[j])),
                    "{case}: losses"
                );
                // One unit: equals are told apart only by the order in which remainders are raised.
                assert!(awards[i] <= awards[j] + 1, "{case}: {awards:?}");
                assert!(
                    less - awards[i] <= more - awards[j] + 1,
                    "{case}: {awards:?}"
                );
            }
        }
    });
}

/// Resource monotonicity.
#[test]
fn more_to_divide_lowers_nobody() {
    each(|case, _, rule, chance, estate, claims| {
        let richer = estate + i128::from(1 + chance.below(20));
        for (before, after) in exact(rule, estate, claims)
            .into_iter()
            .zip(exact(rule, richer, claims))
        {
            assert!(is_at_most(before, after), "{case} to {richer}");
        }
        // One unit: the Alabama paradox of largest remainder.
        for (before, after) in rounded(rule, estate, claims)
            .iter()
            .zip(rounded(rule, richer, claims))
        {
            assert!(*before <= after + 1, "{case} to {richer}");
        }
    });
}

/// Population monotonicity: the walk that drops projects below their minimum rests on it.
#[test]
fn without_one_claim_nobody_else_gets_less() {
    each(|case, _, rule, _, estate, claims| {
        let (_, others) = claims.split_last().unwrap();
        let with = exact(rule, estate, claims);
        for (before, after) in with.into_iter().zip(exact(rule, estate, others)) {
            assert!(is_at_most(before, after), "{case}");
        }
    });
}

/// Consistency: who leaves with its exact share leaves the shares of the others as they were.
#[test]
fn one_who_is_settled_changes_nothing_for_the_others() {
    each(|case, _, rule, _, estate, claims| {
        let shares = exact(rule, estate, claims);
        let ((_, others), (gone, rest)) =
            (claims.split_last().unwrap(), shares.split_last().unwrap());
        // In the unit of the share that leaves, so that what remains is a whole number.
        let scaled: Vec<i128> = others.iter().map(|it| it * gone.1).collect();
        for (before, (n, d)) in rest
            .iter()
            .zip(exact(rule, estate * gone.1 - gone.0, &scaled))
        {
            assert!(is_equal(*before, (n, d * gone.1)), "{case}");
        }
    });
}

/// Duality: equal losses divides what is lost as equal awards would; pro rata and the Talmud are their own duals.
#[test]
fn what_is_lost_is_divided_as_the_dual_would() {
    each(|case, method, rule, _, estate, claims| {
        let total: i128 = claims.iter().sum();
        let dual = match method {
            Method::EqualAwards => equal_losses::formula,
            Method::EqualLosses => equal_awards::formula,
            _ => rule,
        };
        let estate = estate.min(total);
        let lost = exact(dual, total - estate, claims);
        for ((claim, (n, d)), lost) in claims.iter().zip(exact(rule, estate, claims)).zip(lost) {
            assert!(is_equal((claim * d - n, d), lost), "{case}");
        }
    });
}

/// Composition up: dividing a first part and then the rest over what is still claimed is dividing all at once. Composition down:
/// when there turns out to be less, the first awards can stand for the claims. Both hold for pro rata, equal awards and equal
/// losses, and not for the Talmud (Thomson 2019, chapter 6).
#[test]
fn in_two_steps_as_in_one() {
    let mut talmud_differs = 0;
    for seed in 0..CASES {
        let (estate, claims) = problem(&mut Chance::new(seed));
        let estate = estate.min(claims.iter().sum());
        let first = estate / 2;
        for (method, rule) in RULES {
            let case = format!("{method:?}({estate}, first {first}; {claims:?})");
            let whole = exact(rule, estate, &claims);
            let part = exact(rule, first, &claims);
            let d = part[0].1;
            let open: Vec<i128> = claims
                .iter()
                .zip(&part)
                .map(|(it, (n, _))| it * d - n)
                .collect();
            let positive: Vec<i128> = open.iter().copied().filter(|it| 0 < *it).collect();
            let rest = formula(rule, (estate - first) * d, &positive);
            let up = open
                .iter()
                .zip(&part)
                .zip(&whole)
                .all(|((open, (n, _)), whole)| {
                    let more = if *open == 0 { 0 } else { rest.numerator(*open) };
                    is_equal(
                        (n * rest.denominator() + more, d * rest.denominator()),
                        *whole,
                    )
                });
            let d = whole[0].1;
            let promised: Vec<i128> = whole.iter().map(|(n, _)| *n).collect();
            let positive: Vec<i128> = promised.iter().copied().filter(|it| 0 < *it).collect();
            let less = formula(rule, first * d, &positive);
            let down = promised.iter().zip(&part).all(|(promised, part)| {
                let share = if *promised == 0 {
                    0
                } else {
                    less.numerator(*promised)
                };
                is_equal((share, less.denominator() * d), *part)
            });
            if method == Method::Talmud {
                talmud_differs += u64::from(!up || !down);
            } else {
                assert!(up, "{case}: up");
                assert!(down, "{case}: down");
            }
        }
    }
    assert!(CASES / 10 < talmud_differs, "the test tells nothing apart");
}

/// The least estate for a share is what it says, and one less is not enough.
#[test]
fn the_least_estate_for_a_share() {
    each(|case, method, rule, chance, _, claims| {
        let pool = Pool::new(0, claims);
        let claim = claims[0];
        let share = 1 + i128::from(chance.below(i64::try_from(claim).unwrap()));
        let estate = pool.estate_for(method, claim, share);
        let of = |estate: i128| exact(rule, estate, claims)[0];
        assert!(
            is_at_most((share, 1), of(estate)),
            "{case}: {share} of {estate}"
        );
        assert!(
            !is_at_most((share, 1), of(estate - 1)),
            "{case}: {share} of {estate}"
        );
    });
}
