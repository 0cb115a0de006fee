//! What holds for every division, tried on random ones. The rules are written out here once more, apart from
//! `check`, so that a mistake in one of the two shows.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use versterkingsgelden::allocation::check;

use super::*;

const DIVIDING: [Method; 7] = [
    Method::RankingSkip,
    Method::RankingStop,
    Method::RankingPartial,
    Method::ProRata,
    Method::EqualAwards,
    Method::EqualLosses,
    Method::Talmud,
];
const CLAIMS: [Method; 4] = [
    Method::ProRata,
    Method::EqualAwards,
    Method::EqualLosses,
    Method::Talmud,
];

fn cents(it: i64) -> Money {
    Money::from_cents(it)
}

prop_compose! {
    /// Small numbers, so that ties and exact fits happen often. `least` is the part of the eligible amount, in
    /// halves, that the project needs.
    fn any_project(categories: usize)(
        category in 0..categories,
        applicant in 0..4_u8,
        score in 0..4_i64,
        coupled in any::<bool>(),
        first in 0..40_i64,
        second in prop::option::of(0..40_i64),
        least in 0..3_i64
    ) -> Project {
        let of = |it: i64| cents(it * 333);
        let mut eligible = BTreeMap::from([(Y1, of(first))]);
        eligible.extend(second.map(|it| (Y2, of(it))));
        Project {
            id: String::new(),
            applicant: format!("A{applicant}"),
            category: format!("C{category}"),
            score: Score::from_hundredths(score),
            coupled,
            minimum: eligible.iter().map(|(year, it)| (*year, cents(it.cents() * least / 2))).collect(),
            eligible,
        }
    }
}

prop_compose! {
    /// Ceilings and ring-fences, no floors and no leasts: those may be impossible, these never are.
    fn any_input()(
        methods in prop::collection::vec((prop::sample::select(&DIVIDING), any::<bool>(), 0..60_i64, 0..60_i64), 1..4_usize),
        ceilings in (0..150_i64, 0..150_i64),
        unit in prop::sample::select(vec![1, 100, 1_000_i64]),
        leftover in any::<bool>(),
        ties in prop::sample::select(vec![
            vec![], vec![TieKey::Score], vec![TieKey::Score, TieKey::AmountAscending], vec![TieKey::Lottery],
        ]),
        most in prop::option::of(0..90_i64)
    )(
        projects in prop::collection::vec(any_project(methods.len()), 1..14),
        methods in Just(methods), ceilings in Just(ceilings), unit in Just(unit), leftover in Just(leftover),
        ties in Just(ties), most in Just(most)
    ) -> Input {
        let mut input = a_division([0, 0]);
        let fenced = |year: usize| -> i64 {
            methods.iter().filter(|it| it.1).map(|it| [it.2, it.3][year]).sum()
        };
        input.ceilings = BTreeMap::from([
            (Y1, cents((ceilings.0 + fenced(0)) * 333)), (Y2, cents((ceilings.1 + fenced(1)) * 333)),
        ]);
        input.categories = methods.iter().enumerate().map(|(index, (method, is_fenced, first, second))| CategoryRule {
            id: format!("C{index}"),
            mode: if *is_fenced { EnvelopeMode::RingFenced } else { EnvelopeMode::AtMost },
            amounts: BTreeMap::from([(Y1, cents(first * 333)), (Y2, cents(second * 333))]),
            method: *method,
        }).collect();
        input.rounding = cents(unit);
        input.leftover = leftover;
        input.ties = ties;
        input.seed = "4711".to_owned();
        input.projects = projects;
        for (index, project) in input.projects.iter_mut().enumerate() {
            project.id = format!("P{index:02}");
            let eligible = project.eligible.clone();
            // A minimum above the last whole unit is a finding.
            project.minimum.retain(|year, it| it.cents() <= eligible[year].cents() / unit * unit);
        }
        let knows_a0 = input.projects.iter().any(|it| it.applicant == "A0");
        if let Some(it) = most.filter(|_| knows_a0) {
            let rule = ApplicantRule { at_most: BTreeMap::from([(Y1, cents(it * 333))]), ..ApplicantRule::default() };
            input.applicants.insert("A0".to_owned(), rule);
        }
        input
    }
}

/// One category of one year, claims without minimum, a chain that ends at the id.
fn claims_problem(method: Method, room: i64, claims: &[i64], unit: i64) -> Input {
    let mut input = a_division([0, 0]);
    input.ceilings.insert(Y1, cents(room));
    input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[0], method)];
    input.categories[0].amounts.insert(Y1, cents(room));
    input.rounding = cents(unit);
    let project = |(index, claim): (usize, &i64)| {
        let mut project = a_project(&format!("P{index:02}"), "c", 7, &[]);
        project.eligible.insert(Y1, cents(*claim));
        project
    };
    input.projects = claims.iter().enumerate().map(project).collect();
    input
}

fn divided(input: Input) -> Vec<i64> {
    divide(input)
        .awards
        .iter()
        .map(|it| it.amount.cents())
        .collect()
}

fn sum_where(outcome: &Outcome, input: &Input, year: Year, is: impl Fn(&Project) -> bool) -> i64 {
    let counts = |id: &str| input.projects.iter().any(|it| it.id == id && is(it));
    let awards = outcome
        .awards
        .iter()
        .filter(|it| it.year == year && counts(&it.id));
    awards.map(|it| it.amount.cents()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_division_keeps_every_rule(input in any_input()) {
        let outcome = divide(input.clone());
        prop_assert_eq!(outcome.status, Status::Feasible, "{:?}", outcome.conflict);
        prop_assert!(check(&input, &outcome.awards).is_empty());
        let unit = input.rounding.cents();
        for project in &input.projects {
            let of = |year: &Year| outcome.awards.iter().find(|it| it.id == project.id && it.year == *year).unwrap();
            for (year, eligible) in &project.eligible {
                let award = of(year).amount.cents();
                prop_assert!(0 <= award && award <= eligible.cents());
                prop_assert!(award == 0 || project.minimum.get(year).is_none_or(|it| it.cents() <= award));
                prop_assert_eq!(award % unit, 0);
                prop_assert!(!of(year).reason.contains("niet verdeeld"));
            }
            if project.coupled {
                let asking = project.eligible.iter().filter(|(_, it)| !it.is_zero());
                let zero: Vec<bool> = asking.map(|(year, _)| of(year).amount.is_zero()).collect();
                prop_assert!(zero.iter().all(|it| *it) || !zero.iter().any(|it| *it));
            }
        }
        for (year, ceiling) in &input.ceilings {
            let mut fenced = 0;
            for category in &input.categories {
                let spent = sum_where(&outcome, &input, *year, |it| it.category == category.id);
                if category.mode == EnvelopeMode::RingFenced || !input.leftover {
                    prop_assert!(spent <= category.amounts[year].cents());
                }
                if category.mode == EnvelopeMode::RingFenced {
                    fenced += category.amounts[year].cents() - spent;
                }
            }
            let total = sum_where(&outcome, &input, *year, |_| true);
            prop_assert!(total + fenced <= ceiling.cents());
            prop_assert_eq!(outcome.left[year]["total"].cents(), ceiling.cents() - total);
        }
        if let Some(rule) = input.applicants.get("A0") {
            prop_assert!(sum_where(&outcome, &input, Y1, |it| it.applicant == "A0") <= rule.at_most[&Y1].cents());
        }
    }

    #[test]
    fn the_order_of_the_projects_never_matters(input in any_input()) {
        let mut other = input.clone();
        other.projects.reverse();
        prop_assert_eq!(divide(input).awards, divide(other).awards);
    }

    /// Skipping leaves nothing that would still fit.
    #[test]
    fn after_skipping_no_refused_project_fits(mut input in any_input()) {
        input.categories.iter_mut().for_each(|it| it.method = Method::RankingSkip);
        input.projects.iter_mut().for_each(|it| it.coupled = false);
        input.applicants.clear();
        input.leftover = false;
        let unit = input.rounding.cents();
        let outcome = divide(input.clone());
        for award in outcome.awards.iter().filter(|it| it.amount.is_zero()) {
            let project = input.projects.iter().find(|it| it.id == award.id).unwrap();
            let most = project.eligible[&award.year].cents() / unit * unit;
            let left = &outcome.left[&award.year];
            let fences: i64 = input.categories.iter()
                .filter(|it| it.mode == EnvelopeMode::RingFenced && it.id != project.category)
                .map(|it| left[&it.id].cents()).sum();
            let room = left[&project.category].cents().min(left["total"].cents() - fences);
            prop_assert!(most == 0 || room < most, "{} still fits: {most} in {room}", award.id);
        }
    }

    /// The axioms of claims problems (Thomson 2019), up to one unit of rounding.
    #[test]
    fn the_claims_methods_are_efficient_and_fair(
        method in prop::sample::select(&CLAIMS),
        claims in prop::collection::vec(1..2_000_i64, 1..12),
        room in 0..12_000_i64,
        more in 0..500_i64,
    ) {
        let awards = divided(claims_problem(method, room, &claims, 1));
        prop_assert_eq!(awards.iter().sum::<i64>(), room.min(claims.iter().sum()), "efficiency");
        for (claim, award) in claims.iter().zip(&awards) {
            for (other_claim, other) in claims.iter().zip(&awards) {
                if claim == other_claim {
                    prop_assert!((award - other).abs() <= 1, "equal treatment");
                }
                if claim <= other_claim {
                    prop_assert!(*award <= other + 1, "order of awards");
                    prop_assert!(claim - award <= other_claim - other + 1, "order of losses");
                }
            }
        }
        let richer = divided(claims_problem(method, room + more, &claims, 1));
        for (before, after) in awards.iter().zip(&richer) {
            prop_assert!(*before <= after + 1, "resource monotonicity");
        }
    }

    #[test]
    fn a_larger_unit_loses_less_than_one_unit(
        method in prop::sample::select(&CLAIMS),
        claims in prop::collection::vec((1..200_i64).prop_map(|it| it * 100), 1..12),
        room in 0..120_000_i64,
    ) {
        let sum: i64 = divided(claims_problem(method, room, &claims, 100)).iter().sum();
        prop_assert_eq!(sum, room.min(claims.iter().sum()) / 100 * 100);
    }
}

/// 20,000 projects of 4,000 applicants over 50 envelopes, with minimums and limits to drop thousands by.
#[test]
fn a_large_round_takes_no_quadratic_time() {
    let mut input = a_division([50_000_000, 50_000_000]);
    input.leftover = true;
    input.ties = vec![TieKey::Score, TieKey::AmountAscending, TieKey::Lottery];
    input.seed = "4711".to_owned();
    input.categories = (0..50)
        .map(|it| {
            a_category(
                &format!("C{it}"),
                EnvelopeMode::AtMost,
                &[1_000_000, 1_000_000],
                DIVIDING[it % 7],
            )
        })
        .collect();
    input.projects = (0..20_000_i32)
        .map(|it| {
            let euros = 1_000 + it * 7_919 % 9_000;
            let mut project = a_project(
                &format!("P{it:05}"),
                &format!("C{}", it % 50),
                i64::from(it % 97),
                &[euros, euros],
            );
            project.applicant = format!("A{}", it % 4_000);
            project.coupled = it % 2 == 0;
            project.minimum = amounts(&[euros * (it % 11) / 10, 0].map(|least| least.min(euros)));
            project
        })
        .collect();
    input
        .applicants
        .insert("A1".to_owned(), most(&[10_000, 10_000]));
    let started = Instant::now();
    let outcome = divide(input);
    let took = started.elapsed();
    assert_eq!(
        outcome.status,
        Status::Feasible,
        "{:?}",
        outcome.conflict.first()
    );
    assert_eq!(outcome.awards.len(), 40_000);
    assert!(
        outcome
            .awards
            .iter()
            .filter(|it| it.amount.is_zero())
            .count()
            > 5_000
    );
    println!("{took:?}");
    // Unoptimised, on a busy machine; anything quadratic takes minutes.
    assert!(took < Duration::from_secs(90), "{took:?}");
}
