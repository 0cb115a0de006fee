//! The theory of claims problems, tried on whole divisions: through [`allocate`], with a rounding unit. `methods/axioms.rs` tries
//! it on the exact shares, where every axiom holds exactly.
//!
//! Rounding by largest remainder gives the units that remain to some of those who are equal or nearly so, and for another amount or
//! another set of claims to others. So five hold within *one unit*, which each test names: equal treatment, order
//! preservation, resource monotonicity (the Alabama paradox), consistency and duality (M. Balinski and H. Young, *Fair Representation*,
//! 1982). Efficiency and the bounds hold exactly, and so does everything for the rankings.

use super::{random::Chance, *};

/// Random problems for each method. Without optimisation a fiftieth of them; `tests/run` runs all.
const CASES: u64 = if cfg!(debug_assertions) { 200 } else { 10_000 };
/// The same for `exact`, which searches.
const EXACT_CASES: u64 = CASES / 5;

const CLAIMS: [Method; 4] = [
    Method::ProRata,
    Method::EqualAwards,
    Method::EqualLosses,
    Method::Talmud,
];
const RANKINGS: [Method; 3] = [
    Method::RankingSkip,
    Method::RankingStop,
    Method::RankingPartial,
];
const YEAR: Year = 2027;

/// Amounts in units of the rounding.
#[derive(Debug, Clone)]
struct Problem {
    method: Method,
    unit: i64,
    room: i64,
    /// Score and claim of each project, in the order of their ids.
    claims: Vec<(i64, i64)>,
}

impl Problem {
    fn random(seed: u64, method: Method) -> (Problem, Chance) {
        let mut chance = Chance::new(seed);
        let unit = chance.of(&[1, 7, 100, 1_000]);
        let end = chance.of(&[4, 30, 2_000]);
        let size = 1 + chance.below(9);
        let claims: Vec<(i64, i64)> = (0..size)
            .map(|_| (chance.below(9), 1 + chance.below(end)))
            .collect();
        let total: i64 = claims.iter().map(|it| it.1).sum();
        let room = chance.below(total + total / 8 + 1);
        let problem = Problem {
            method,
            unit,
            room,
            claims,
        };
        (problem, chance)
    }

    fn total(&self) -> i64 {
        self.claims.iter().map(|it| it.1).sum()
    }

    /// What each project gets, in units.
    fn awards(&self) -> Vec<i64> {
        let money = |units: i64| BTreeMap::from([(YEAR, Money::from_cents(units * self.unit))]);
        let project = |(index, (score, claim)): (usize, &(i64, i64))| Project {
            id: format!("P{index:02}"),
            applicant: format!("A{index:02}"),
            category: "c".to_owned(),
            score: Score::from_hundredths(*score),
            coupled: false,
            eligible: money(*claim),
            minimum: BTreeMap::new(),
        };
        let input = Input {
            version: 1,
            years: vec![YEAR],
            ceilings: money(self.room),
            categories: vec![CategoryRule {
                id: "c".to_owned(),
                mode: EnvelopeMode::AtMost,
                amounts: money(self.room),
                method: self.method,
            }],
            projects: self.claims.iter().enumerate().map(project).collect(),
            applicants: BTreeMap::new(),
            rounding: Money::from_cents(self.unit),
            leftover: false,
            ties: vec![TieKey::Score],
            seed: String::new(),
        };
        let outcome = allocate(&FrozenInput::new(input).expect("an input without findings"));
        assert_ne!(outcome.status, Status::Infeasible, "{self:?}");
        let awards = outcome.awards.iter();
        awards
            .map(|it| {
                assert_eq!(it.amount.cents() % self.unit, 0, "{self:?}");
                it.amount.cents() / self.unit
            })
            .collect()
    }

    /// Without the last project and what it was awarded.
    fn without_last(&self, awards: &[i64]) -> Problem {
        let mut rest = self.clone();
        rest.claims.pop();
        rest.room -= awards[awards.len() - 1];
        rest
    }

    fn value(&self, awards: &[i64]) -> i64 {
        let claims = self.claims.iter().zip(awards);
        claims.map(|((score, _), award)| score * award).sum()
    }
}

fn each(methods: &[Method], cases: u64, test: impl Fn(&Problem, &[i64], &mut Chance)) {
    for method in methods {
        for seed in 0..cases {
            let (problem, mut chance) = Problem::random(seed, *method);
            test(&problem, &problem.awards(), &mut chance);
        }
    }
}

/// Efficiency; nothing below nothing or above the claim.
#[test]
fn all_is_given_out_and_nobody_gets_more_than_the_claim() {
    let all = [CLAIMS.as_slice(), &[Method::RankingPartial]].concat();
    each(&all, CASES, |problem, awards, _| {
        let given: i64 = awards.iter().sum();
        assert_eq!(given, problem.room.min(problem.total()), "{problem:?}");
        let mut both = problem.claims.iter().zip(awards);
        assert!(both.all(|(claim, it)| (0..=claim.1).contains(it)));
    });
}

/// Equal treatment and order preservation, of awards and of losses, within one unit: among equal remainders the chain decides.
#[test]
fn who_claims_no_less_gets_and_loses_no_less_but_for_one_unit() {
    each(&CLAIMS, CASES, |problem, awards, _| {
        for ((_, less), of_less) in problem.claims.iter().zip(awards) {
            for ((_, more), of_more) in problem.claims.iter().zip(awards) {
                if less <= more {
                    assert!(*of_less <= of_more + 1, "{problem:?}: {awards:?}");
                    let (loss, other) = (less - of_less, more - of_more);
                    assert!(loss <= other + 1, "{problem:?}: {awards:?}");
                }
            }
        }
    });
}

/// Resource monotonicity, within one unit: the Alabama paradox.
#[test]
fn more_to_divide_lowers_nobody_by_more_than_one_unit() {
    each(&CLAIMS, CASES, |problem, awards, chance| {
        let mut richer = problem.clone();
        richer.room += 1 + chance.below(20);
        let after = richer.awards();
        let mut both = awards.iter().zip(&after);
        assert!(
            both.all(|(before, after)| *before <= after + 1),
            "{problem:?}: {awards:?}, then {after:?}"
        );
    });
}

/// Consistency, within one unit: who leaves takes a rounded award along, so that the others share up to a unit more or less.
#[test]
fn one_who_is_settled_changes_nothing_for_the_others_but_one_unit() {
    each(&CLAIMS, CASES, |problem, awards, _| {
        let after = problem.without_last(awards).awards();
        let mut both = awards.iter().zip(&after);
        assert!(
            both.all(|(before, after)| (before - after).abs() <= 1),
            "{problem:?}: {awards:?}, then {after:?}"
        );
    });
}

/// Duality, within one unit: the remainders of losses come in another order than those of awards.
#[test]
fn what_is_lost_is_divided_as_the_dual_would_but_for_one_unit() {
    each(&CLAIMS, CASES, |problem, awards, _| {
        let mut dual = problem.clone();
        dual.room = (problem.total() - problem.room).max(0);
        dual.method = match problem.method {
            Method::EqualAwards => Method::EqualLosses,
            Method::EqualLosses => Method::EqualAwards,
            own => own,
        };
        let lost = dual.awards();
        for ((claim, award), lost) in problem.claims.iter().zip(awards).zip(&lost) {
            let off = claim.1 - award - lost;
            assert!(off.abs() <= 1, "{problem:?}: {awards:?}, lost {lost:?}");
        }
    });
}

/// Rankings: more money takes nothing from anybody where the ranking ends at what does not fit. (Passing over has no such
/// property: with more money a larger project fits and the smaller ones after it do not.)
#[test]
fn more_to_divide_lowers_nobody_in_a_ranking_that_ends() {
    each(&RANKINGS[1..], CASES, |problem, awards, chance| {
        let mut richer = problem.clone();
        richer.room += 1 + chance.below(20);
        let after = richer.awards();
        let mut both = awards.iter().zip(&after);
        assert!(both.all(|(before, after)| before <= after), "{problem:?}");
    });
}

/// Rankings: who leaves with its award changes nothing for the others, exactly.
#[test]
fn one_who_is_ranked_and_leaves_changes_nothing_for_the_others() {
    each(&RANKINGS, CASES, |problem, awards, _| {
        let (last, others) = awards.split_last().expect("a project");
        // Who got nothing may have ended the ranking.
        if 0 < *last && *last == problem.claims[others.len()].1 {
            let after = problem.without_last(awards).awards();
            assert_eq!(after, others, "{problem:?}");
        }
    });
}

/// `exact`: all is given out where any amount helps, more money never lowers the sum, and the others of a best division
/// are a best division of what is left.
#[test]
fn the_best_division_is_efficient_monotonic_and_consistent() {
    each(&[Method::Exact], EXACT_CASES, |problem, awards, chance| {
        let given: i64 = awards.iter().sum();
        assert_eq!(given, problem.room.min(problem.total()), "{problem:?}");
        let mut richer = problem.clone();
        richer.room += 1 + chance.below(20);
        assert!(problem.value(awards) <= richer.value(&richer.awards()));
        let rest = problem.without_last(awards);
        assert_eq!(rest.awards(), awards[..awards.len() - 1], "{problem:?}");
    });
}
