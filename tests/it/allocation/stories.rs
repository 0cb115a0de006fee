//! Small divisions with an answer that can be done by hand.

use super::*;
use versterkingsgelden::allocation::{Award, ViolatedRule, check, is_in_full, lottery_ticket};

/// What 19 applicants ask: the total that the ministry named, EUR 9,767,961.
const REQUESTS: [i32; 19] = [
    404_700, 264_600, 659_000, 641_150, 467_340, 1_372_400, 260_050, 545_200, 211_100, 187_700,
    222_400, 676_800, 281_400, 749_100, 955_200, 287_700, 354_100, 927_300, 300_721,
];

fn nineteen(rounding: Money) -> Input {
    let mut input = a_division([7_000_000, 0]);
    input.categories = vec![a_category(
        "all",
        EnvelopeMode::AtMost,
        &[7_000_000],
        Method::ProRata,
    )];
    input.projects = REQUESTS
        .iter()
        .enumerate()
        .map(|(index, it)| a_project(&format!("P{index:02}"), "all", 7, &[*it]))
        .collect();
    input.rounding = rounding;
    input
}

#[test]
fn seven_million_is_divided_over_the_requests_to_the_cent_and_to_the_euro() {
    assert_eq!(REQUESTS.iter().sum::<i32>(), 9_767_961);
    for unit in [1, 100, 1_000] {
        let outcome = divide(nineteen(Money::from_cents(unit)));
        let total = Money::sum(outcome.awards.iter().map(|it| it.amount));
        assert_eq!(
            total,
            Ok(Money::from_euros(7_000_000)),
            "in units of {unit} cents"
        );
        for (award, asked) in outcome.awards.iter().zip(REQUESTS) {
            let (award, asked) = (i128::from(award.amount.cents()), i128::from(asked));
            // |award - asked x 7,000,000 / 9,767,961| is less than one unit.
            let off = (award * 9_767_961 - asked * 100 * 7_000_000).abs();
            assert!(off < i128::from(unit) * 9_767_961, "{award} of {asked}");
        }
    }
    let outcome = divide(nineteen(Money::from_cents(1)));
    // Computed apart from this program, in exact fractions.
    let expected = [
        29_001_959, 18_961_992, 47_225_823, 45_946_641, 33_490_920, 98_350_106, 18_635_926,
        39_070_590, 15_128_029, 13_451_119, 15_937_820, 48_501_422, 20_165_928, 53_682_647,
        68_452_362, 20_617_404, 25_375_818, 66_452_968, 21_550_526,
    ];
    let cents: Vec<i64> = outcome.awards.iter().map(|it| it.amount.cents()).collect();
    assert_eq!(cents, expected);
    assert_eq!(
        reason(&outcome, "P00", Y1),
        "Naar rato: €\u{a0}7.000.000,00 / €\u{a0}9.767.961,00 = 71,66 % van €\u{a0}404.700,00, dat is €\u{a0}290.019,58. Afgerond op €\u{a0}0,01: €\u{a0}290.019,59."
    );
    assert_eq!(outcome.binding[0].path, "categories[0].amounts.2027");
}

#[test]
fn the_three_rankings_differ_at_the_first_project_that_does_not_fit() {
    let divide_by = |method, minimum| {
        let mut input = a_division([100, 0]);
        input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[100], method)];
        input.projects = vec![
            a_project("a", "c", 9, &[60]),
            a_project("b", "c", 8, &[50]),
            a_project("c", "c", 7, &[30]),
        ];
        input.projects[1].minimum = amounts(&[minimum]);
        first_year(input)
    };
    assert_eq!(divide_by(Method::RankingSkip, 0), [60, 0, 30]);
    assert_eq!(divide_by(Method::RankingStop, 0), [60, 0, 0]);
    assert_eq!(divide_by(Method::RankingPartial, 0), [60, 40, 0]);
    // Below its minimum it gets nothing, and the ranking ends all the same.
    assert_eq!(divide_by(Method::RankingPartial, 41), [60, 0, 0]);
}

#[test]
fn a_refusal_says_what_was_short_and_what_the_lowest_funded_score_was() {
    let mut input = a_division([100, 0]);
    input.categories = vec![a_category(
        "prevention",
        EnvelopeMode::RingFenced,
        &[100],
        Method::RankingSkip,
    )];
    input.projects = vec![
        a_project("a", "prevention", 9, &[60]),
        a_project("b", "prevention", 8, &[50]),
        a_project("c", "prevention", 7, &[30]),
    ];
    let outcome = divide(input);
    assert_eq!(
        reason(&outcome, "b", Y1),
        "Plaats 2 van 3 met score 8,00: €\u{a0}50,00 past niet in de €\u{a0}40,00 die nog over was voor preventie. Er was €\u{a0}10,00 te weinig. De laagste score die in 2027 geld kreeg, was 7,00."
    );
    assert!(
        outcome
            .trace
            .iter()
            .any(|it| it.starts_with("Grensproject is 'b' op plaats 2: met €\u{a0}10,00 meer"))
    );
}

#[test]
fn at_equal_scores_a_refusal_says_what_decided() {
    let refused = |ties: &[TieKey], method, projects: [(&str, i64, i32); 3], id: &str| {
        let mut input = a_division([100, 0]);
        input.ties = ties.to_vec();
        input.seed = "trekking 4711".to_owned();
        input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[100], method)];
        input.projects = projects
            .iter()
            .map(|(id, score, euros)| whole(a_project(id, "c", *score, &[*euros])))
            .collect();
        let outcome = divide(input);
        let reason = reason(&outcome, id, Y1);
        reason.split_once("kreeg, was 7,00.").unwrap().1.to_owned()
    };
    let (score, amount, lottery) = (TieKey::Score, TieKey::AmountAscending, TieKey::Lottery);
    let skip = Method::RankingSkip;
    let same = [("a", 7, 60), ("b", 7, 30), ("c", 7, 50)];
    assert_eq!(
        refused(&[score, amount, lottery], skip, same, "a"),
        " Bij gelijke score ging het laagste subsidiabele bedrag voor."
    );
    // Who wins the lottery is for the seed to say; only one of the two fits.
    let equal = [("a", 7, 60), ("b", 7, 60), ("c", 8, 30)];
    let of = |ties: &[TieKey]| {
        let by_lot = lottery_ticket("trekking 4711", "a") < lottery_ticket("trekking 4711", "b");
        refused(ties, skip, equal, if by_lot { "b" } else { "a" })
    };
    assert_eq!(
        of(&[score, amount, lottery]),
        " Bij gelijke score en gelijk bedrag besliste de loting met zaad “trekking 4711”."
    );
    assert_eq!(
        of(&[score, lottery]),
        " Bij gelijke score besliste de loting met zaad “trekking 4711”."
    );
    assert_eq!(
        refused(&[score], skip, equal, "b"),
        " Bij gelijke score bepaalde het kenmerk (id) van het project de volgorde."
    );
    let later = [("a", 8, 60), ("b", 7, 50), ("c", 7, 30)];
    assert_eq!(
        refused(&[score], skip, later, "b"),
        " Een ander project met die score paste wel in wat daarna nog over was."
    );
    assert_eq!(
        refused(
            &[score],
            Method::Exact,
            [("a", 7, 60), ("b", 7, 60), ("c", 7, 40)],
            "b"
        ),
        " Een ander project met die score past wel in deze verdeling."
    );
}

#[test]
fn a_place_is_that_among_those_that_ask_in_the_year() {
    let mut input = a_division([100, 10]);
    input.categories = vec![a_category(
        "c",
        EnvelopeMode::AtMost,
        &[100, 10],
        Method::RankingStop,
    )];
    input.projects = vec![
        a_project("a", "c", 9, &[60]),
        a_project("b", "c", 8, &[30]),
        a_project("d", "c", 7, &[0, 50]),
        a_project("e", "c", 6, &[50, 50]),
    ];
    let outcome = divide(input);
    assert!(reason(&outcome, "d", Y2).starts_with("Plaats 1 van 2 met score 7,00"));
    assert!(reason(&outcome, "e", Y1).starts_with("Plaats 3 van 3 met score 6,00"));
    let after = reason(&outcome, "e", Y2);
    assert!(after.starts_with("Plaats 2 van 2"), "{after}");
    assert!(after.contains("stopte in 2028 bij plaats 1"), "{after}");
    let told = |it: &str| outcome.trace.iter().any(|line| line.contains(it));
    assert!(
        told("Grensproject is 'd' op plaats 1:"),
        "{:?}",
        outcome.trace
    );
}

#[test]
fn what_a_project_needs_is_said_as_it_was_asked() {
    let needs = |room: i32| {
        let mut input = a_division([50_000, 0]);
        input.rounding = Money::from_euros(10);
        input.categories = vec![a_category(
            "c",
            EnvelopeMode::AtMost,
            &[50_000],
            Method::RankingPartial,
        )];
        input.projects = vec![
            a_project("a", "c", 9, &[50_000 - room]),
            a_project("b", "c", 8, &[20_000]),
        ];
        input.projects[1].minimum = amounts(&[12_126]);
        reason(&divide(input), "b", Y1)
    };
    let short = needs(12_000);
    assert!(
        short.contains("Het project heeft ten minste €\u{a0}12.126,00 nodig, naar boven afgerond op €\u{a0}10,00: €\u{a0}12.130,00."),
        "{short}"
    );
    assert!(!needs(12_130).contains("nodig"));
}

/// Where all have a share, the leftover pass gives nobody more: the least more money is known to the cent, however many
/// projects would have to be divided again otherwise.
#[test]
fn with_shares_the_least_more_money_is_exact_also_with_a_leftover_pass() {
    let mut input = a_division([1_000_000, 1_000_000]);
    input.leftover = true;
    input.rounding = Money::from_euros(10);
    input.categories = vec![
        a_category(
            "a",
            EnvelopeMode::AtMost,
            &[600_000, 600_000],
            Method::ProRata,
        ),
        a_category(
            "z",
            EnvelopeMode::AtMost,
            &[400_000, 400_000],
            Method::RankingSkip,
        ),
    ];
    input.projects = (0..40)
        .map(|it| {
            let asked = 20_003 + it * 137;
            let category = if it % 2 == 0 { "a" } else { "z" };
            coupled(a_project(
                &format!("P{it:02}"),
                category,
                7,
                &[asked * 2, asked * 2],
            ))
        })
        .collect();
    let outcome = divide(input);
    let shares = outcome.what_if.projects.iter().filter(|it| {
        let project: i32 = it.id.trim_start_matches('P').parse().unwrap();
        project % 2 == 0
    });
    let (all, exact): (Vec<bool>, Vec<bool>) = shares.map(|it| (true, it.is_least)).unzip();
    assert_eq!(all.len(), 20);
    assert!(exact.iter().all(|it| *it), "{exact:?}");
}

#[test]
fn a_coupled_project_gets_something_in_all_its_years_or_nothing() {
    for (method, expected) in [
        (Method::RankingSkip, [(50, 0), (40, 40)]),
        (Method::RankingStop, [(0, 0), (0, 0)]),
    ] {
        let mut input = a_division([100, 45]);
        input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[100, 45], method)];
        input.projects = vec![
            coupled(whole(a_project("a", "c", 9, &[50, 50]))),
            a_project("b", "c", 8, &[50]),
            coupled(whole(a_project("d", "c", 7, &[40, 40]))),
        ];
        let awards = awards(input);
        let of = |id: &str, year| awards[&(id.to_owned(), year)];
        assert_eq!((of("a", Y1), of("a", Y2)), (0, 0));
        assert_eq!([(of("b", Y1), 0), (of("d", Y1), of("d", Y2))], expected);
    }
}

#[test]
fn pro_rata_drops_the_last_in_the_chain_that_falls_below_its_minimum() {
    let mut input = a_division([100, 0]);
    input.categories = vec![a_category(
        "c",
        EnvelopeMode::AtMost,
        &[100],
        Method::ProRata,
    )];
    // Two thirds each; both b and c need more. Without c, everything fits.
    input.projects = vec![
        a_project("a", "c", 5, &[50]),
        whole(a_project("b", "c", 9, &[50])),
        whole(a_project("c", "c", 8, &[50])),
    ];
    assert_eq!(first_year(input.clone()), [50, 50, 0]);
    let outcome = divide(input);
    assert_eq!(
        reason(&outcome, "c", Y1),
        "Naar rato: €\u{a0}100,00 / €\u{a0}150,00 = 66,66 % van €\u{a0}50,00, dat is €\u{a0}33,33. Dat is te weinig. Het project heeft ten minste €\u{a0}50,00 nodig. Daarom krijgt het niets."
    );
}

#[test]
fn a_ring_fence_is_closed_in_both_directions() {
    let mut input = a_division([100, 0]);
    input.leftover = true;
    input.categories = vec![
        a_category("open", EnvelopeMode::AtMost, &[100], Method::RankingSkip),
        a_category(
            "fence",
            EnvelopeMode::RingFenced,
            &[40],
            Method::RankingSkip,
        ),
    ];
    input.projects = vec![
        a_project("a", "open", 9, &[50]),
        a_project("b", "open", 8, &[20]),
        a_project("c", "fence", 9, &[30]),
        a_project("d", "fence", 8, &[15]),
    ];
    // a takes 50 of the 60 outside the fence; b does not fit in the other 10 although 10 are idle in the
    // fence; d does not fit in the fence although 10 are idle outside.
    assert_eq!(first_year(input.clone()), [50, 0, 30, 0]);
    let outcome = divide(input);
    assert_eq!(outcome.left[&Y1]["fence"], Money::from_euros(10));
    assert_eq!(outcome.left[&Y1]["total"], Money::from_euros(20));
}

#[test]
fn the_years_ceiling_binds_in_the_order_of_the_categories() {
    let mut input = a_division([100, 0]);
    input.categories = vec![
        a_category("first", EnvelopeMode::AtMost, &[80], Method::ProRata),
        a_category("second", EnvelopeMode::AtMost, &[80], Method::ProRata),
    ];
    input.projects = vec![
        a_project("a", "first", 1, &[90]),
        a_project("b", "second", 9, &[90]),
    ];
    assert_eq!(first_year(input.clone()), [80, 20]);
    let paths: Vec<String> = divide(input)
        .binding
        .into_iter()
        .map(|it| it.path)
        .collect();
    assert_eq!(paths, ["categories[0].amounts.2027", "ceilings.2027"]);
}

#[test]
fn the_years_ceiling_binds_after_the_leftover_pass_only_for_whom_did_not_fit() {
    // Both categories have 50, and 100 of the year's 200 are left for the pass.
    let mut input = a_division([200, 0]);
    input.leftover = true;
    input.categories = vec![
        a_category("shared", EnvelopeMode::AtMost, &[50], Method::ProRata),
        a_category("ranked", EnvelopeMode::AtMost, &[50], Method::RankingSkip),
    ];
    input.projects = vec![
        a_project("a", "shared", 1, &[90]),
        a_project("b", "ranked", 9, &[50]),
        a_project("c", "ranked", 8, &[100]),
    ];
    let paths = |input: Input| -> Vec<String> {
        let binding = divide(input).binding.into_iter();
        binding.map(|it| it.path).collect()
    };
    // a has something, so the pass passes it by; c is funded.
    assert_eq!(first_year(input.clone()), [50, 50, 100]);
    assert_eq!(paths(input.clone()), ["categories[0].amounts.2027"]);
    input.projects[2] = a_project("c", "ranked", 8, &[101]);
    assert_eq!(first_year(input.clone()), [50, 50, 0]);
    let both = [
        "categories[0].amounts.2027",
        "categories[1].amounts.2027",
        "ceilings.2027",
    ];
    assert_eq!(paths(input), both);
}

#[test]
fn a_floor_is_set_apart_as_far_as_it_was_asked() {
    let mut input = a_division([100, 0]);
    input.categories = vec![
        a_category("first", EnvelopeMode::AtMost, &[100], Method::ProRata),
        a_category("floor", EnvelopeMode::AtLeast, &[40], Method::ProRata),
    ];
    input.projects = vec![
        a_project("a", "first", 1, &[200]),
        a_project("b", "floor", 9, &[30]),
    ];
    assert_eq!(first_year(input), [70, 30]);
}

#[test]
fn an_applicant_gets_no_more_than_it_may_and_the_others_share_the_rest() {
    for (method, expected) in [
        (Method::RankingSkip, [30, 0, 60]),
        (Method::RankingPartial, [30, 5, 60]),
        (Method::ProRata, [30, 5, 60]),
    ] {
        let mut input = a_division([100, 0]);
        input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[100], method)];
        input.projects = vec![
            a_project("a", "c", 9, &[30]),
            a_project("b", "c", 8, &[30]),
            a_project("d", "c", 7, &[60]),
        ];
        input.projects[1].applicant = input.projects[0].applicant.clone();
        let applicant = input.projects[0].applicant.clone();
        input.applicants.insert(applicant, most(&[35]));
        assert_eq!(first_year(input.clone()), expected, "{method:?}");
        let binding = divide(input).binding;
        assert_eq!(
            binding[0].path, "applicants.applicant of a.at_most.2027",
            "{method:?}"
        );
    }
}

#[test]
fn equal_awards_protects_small_requests_and_equal_losses_large_ones() {
    let divide_by = |method, room: i32| {
        let mut input = a_division([room, 0]);
        input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[room], method)];
        input.projects = [100, 200, 300]
            .map(|it| a_project(&it.to_string(), "c", i64::from(it), &[it]))
            .into();
        first_year(input)
    };
    assert_eq!(divide_by(Method::EqualAwards, 300), [100, 100, 100]);
    assert_eq!(divide_by(Method::EqualLosses, 300), [0, 100, 200]);
    assert_eq!(divide_by(Method::Talmud, 100), [33, 33, 34]);
    assert_eq!(divide_by(Method::Talmud, 200), [50, 75, 75]);
    assert_eq!(divide_by(Method::Talmud, 300), [50, 100, 150]);
}

#[test]
fn the_chain_decides_and_the_trace_says_when_only_the_id_was_left() {
    let tied = |ties: Vec<TieKey>, seed: &str| {
        let mut input = a_division([10, 0]);
        input.ties = ties;
        input.seed = seed.to_owned();
        input.categories = vec![a_category(
            "c",
            EnvelopeMode::AtMost,
            &[10],
            Method::RankingSkip,
        )];
        input.projects = ["a", "b", "d"]
            .map(|it| a_project(it, "c", 7, &[10]))
            .into();
        input.projects[0].eligible = amounts(&[9]);
        input
    };
    // By id a is first; the smaller amount makes a first as well, so ask for the others.
    let by_id = divide(tied(vec![TieKey::Score], ""));
    assert!(
        by_id
            .trace
            .iter()
            .any(|it| it.contains("'a', 'b', 'd'. Hun kenmerk (id)")),
        "{:?}",
        by_id.trace
    );
    let by_amount = divide(tied(vec![TieKey::Score, TieKey::AmountAscending], ""));
    assert!(
        by_amount
            .trace
            .iter()
            .any(|it| it.contains("'b', 'd'. Hun kenmerk (id)"))
    );
    for seed in ["4711", "4712", "4713", "4714", "4715"] {
        let lot = divide(tied(vec![TieKey::Score, TieKey::Lottery], seed));
        assert!(!lot.trace.iter().any(|it| it.contains("kenmerk")));
        let winner = ["a", "b", "d"]
            .into_iter()
            .min_by_key(|it| lottery_ticket(seed, it))
            .unwrap();
        let funded: Vec<&str> = lot
            .awards
            .iter()
            .filter(|it| !it.amount.is_zero())
            .map(|it| it.id.as_str())
            .collect();
        assert_eq!(funded, [winner]);
    }
}

#[test]
fn rules_that_contradict_each_other_are_named_and_nobody_gets_anything() {
    let mut input = a_division([100, 0]);
    input.categories = vec![
        a_category("a", EnvelopeMode::AtLeast, &[60], Method::ProRata),
        a_category("b", EnvelopeMode::AtLeast, &[50], Method::ProRata),
        a_category("d", EnvelopeMode::AtLeast, &[10], Method::ProRata),
    ];
    input.projects = ["a", "b", "d"].map(|it| a_project(it, it, 7, &[90])).into();
    let outcome = divide(input);
    assert_eq!(outcome.status, Status::Infeasible);
    assert_eq!(outcome.awards, []);
    let paths: Vec<&str> = outcome.conflict.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "ceilings.2027",
            "categories[0].amounts.2027",
            "categories[1].amounts.2027"
        ]
    );
}

#[test]
fn a_least_that_the_method_does_not_reach_is_said_and_not_bent() {
    let mut input = a_division([100, 0]);
    input.categories = vec![a_category(
        "c",
        EnvelopeMode::AtMost,
        &[100],
        Method::ProRata,
    )];
    input.projects = vec![
        a_project("a", "c", 9, &[100]),
        a_project("b", "c", 8, &[100]),
    ];
    input
        .applicants
        .insert(input.projects[1].applicant.clone(), least(&[50]));
    assert_eq!(first_year(input.clone()), [50, 50]);
    input
        .applicants
        .insert(input.projects[1].applicant.clone(), least(&[51]));
    let outcome = divide(input.clone());
    assert_eq!(outcome.status, Status::Infeasible);
    let paths: Vec<&str> = outcome.conflict.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "applicants.applicant of b.at_least.2027",
            "categories[0].method"
        ]
    );
    // More than it asks cannot be had by any method.
    input
        .applicants
        .insert(input.projects[1].applicant.clone(), least(&[101]));
    let paths = |input: Input| -> Vec<String> {
        divide(input)
            .conflict
            .into_iter()
            .map(|it| it.path)
            .collect()
    };
    input.ceilings = amounts(&[200, 0]);
    assert_eq!(
        paths(input.clone()),
        ["applicants.applicant of b.at_least.2027", "projects"]
    );
    input.ceilings = amounts(&[100, 0]);
    assert_eq!(
        paths(input),
        ["ceilings.2027", "applicants.applicant of b.at_least.2027"]
    );
}

#[track_caller]
fn check_conflict(input: Input, expected: &[&str]) {
    let outcome = divide(input);
    assert_eq!(outcome.status, Status::Infeasible);
    let paths: Vec<&str> = outcome.conflict.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, expected, "{:#?}", outcome.conflict);
}

/// Of many rules those are named that stand in the way and no other, whether the methods are at fault or not.
#[test]
fn what_keeps_a_method_from_a_least_is_the_smallest_set_found() {
    let mut input = a_division([100, 100]);
    input.categories = vec![
        a_category("a", EnvelopeMode::AtMost, &[100, 60], Method::RankingSkip),
        a_category("b", EnvelopeMode::RingFenced, &[40, 40], Method::ProRata),
    ];
    input.projects = vec![
        a_project("P1", "a", 9, &[50, 50]),
        whole(a_project("P2", "a", 5, &[30, 30])),
        coupled(a_project("P3", "b", 5, &[40, 40])),
        a_project("P4", "a", 1, &[10, 10]),
    ];
    let rule = |input: &mut Input, id: &str, rule| {
        input.applicants.insert(format!("applicant of {id}"), rule);
    };
    rule(&mut input, "P3", most(&[10, 10]));
    rule(&mut input, "P4", most(&[90, 90]));
    // Without the ring-fence there is room for P2, too. Nothing else that is left out gets it there.
    rule(&mut input, "P2", least(&[5]));
    check_conflict(
        input.clone(),
        &[
            "applicants.applicant of P2.at_least.2027",
            "categories[0].method",
            "categories[1].amounts.2027",
        ],
    );
    // The method does get there when P1 may not have more than 30.
    rule(&mut input, "P1", most(&[30]));
    assert_eq!(divide(input.clone()).status, Status::Feasible);
    // Whatever the methods: both leasts do not fit beside the ring-fence, as P2 takes 30 or nothing.
    rule(&mut input, "P1", least(&[31]));
    let outcome = divide(input);
    assert_eq!(outcome.status, Status::Infeasible);
    let paths: Vec<&str> = outcome.conflict.iter().map(|it| it.path.as_str()).collect();
    for path in [
        "applicants.applicant of P1.at_least.2027",
        "applicants.applicant of P2.at_least.2027",
        "projects[1]",
    ] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
    // And the room of the year or of the category, which is the same; no method is to blame.
    assert_eq!(paths.len(), 4, "{paths:?}");
    assert!(!paths.iter().any(|it| it.ends_with(".method")), "{paths:?}");
}

/// Every rule of `check` is broken once, and only that rule is named.
#[test]
fn the_check_finds_each_broken_rule() {
    let mut input = a_division([100, 100]);
    input.categories = vec![
        a_category("open", EnvelopeMode::AtMost, &[60], Method::ProRata),
        a_category(
            "fence",
            EnvelopeMode::RingFenced,
            &[30, 30],
            Method::ProRata,
        ),
        a_category("floor", EnvelopeMode::AtLeast, &[5], Method::ProRata),
    ];
    input.projects = vec![
        a_project("a", "open", 9, &[70, 40]),
        coupled(a_project("b", "fence", 9, &[40, 40])),
        a_project("c", "floor", 9, &[60]),
    ];
    input.projects[2].minimum = amounts(&[4]);
    input
        .applicants
        .insert(input.projects[0].applicant.clone(), most(&[65]));
    input
        .applicants
        .insert(input.projects[1].applicant.clone(), least(&[10]));
    let good = [
        ("a", Y1, 5_000),
        ("a", Y2, 0),
        ("b", Y1, 2_000),
        ("b", Y2, 2_000),
        ("c", Y1, 500),
    ];
    let awards = |change: &[(usize, i64)]| -> Vec<Award> {
        let mut cents = good;
        change.iter().for_each(|(index, it)| cents[*index].2 = *it);
        cents
            .into_iter()
            .map(|(id, year, cents)| Award {
                id: id.to_owned(),
                year,
                amount: Money::from_cents(cents),
                reason: String::new(),
            })
            .collect()
    };
    let broken = |input: &Input, awards: &[Award]| -> Vec<ViolatedRule> {
        check(input, awards).into_iter().map(|it| it.rule).collect()
    };
    assert_eq!(broken(&input, &awards(&[])), []);
    for (change, expected) in [
        (&[(4, 6_100), (0, 0)][..], vec![ViolatedRule::Eligible]),
        (
            &[(4, -100)],
            vec![ViolatedRule::Eligible, ViolatedRule::CategoryFloor],
        ),
        (
            &[(4, 300)],
            vec![ViolatedRule::Minimum, ViolatedRule::CategoryFloor],
        ),
        (&[(0, 5_050)], vec![ViolatedRule::Rounding]),
        (&[(3, 0)], vec![ViolatedRule::Coupling]),
        (&[(0, 6_000), (4, 2_100)], vec![ViolatedRule::YearCeiling]),
        (&[(0, 6_100)], vec![ViolatedRule::CategoryCeiling]),
        (&[(2, 3_100)], vec![ViolatedRule::CategoryCeiling]),
        (&[(1, 100)], vec![ViolatedRule::ClosedCategory]),
        (&[(4, 2_100)], vec![ViolatedRule::RingFence]),
        (&[(4, 0)], vec![ViolatedRule::CategoryFloor]),
        (
            &[(0, 6_600)],
            vec![
                ViolatedRule::CategoryCeiling,
                ViolatedRule::RingFence,
                ViolatedRule::ApplicantMost,
            ],
        ),
        (&[(2, 900)], vec![ViolatedRule::ApplicantLeast]),
    ] {
        assert_eq!(broken(&input, &awards(change)), expected, "{change:?}");
    }
    assert_eq!(
        broken(&input, &awards(&[])[1..]),
        [ViolatedRule::OneAwardEach]
    );
    let twice = [awards(&[]), awards(&[])[..1].to_vec()].concat();
    assert_eq!(broken(&input, &twice), [ViolatedRule::OneAwardEach]);
    let mut unknown = awards(&[]);
    unknown[4].year = Y2;
    assert!(broken(&input, &unknown).contains(&ViolatedRule::OneAwardEach));
    // The leftover pass may go over a ceiling of a category, not over a ring-fence.
    input.leftover = true;
    assert_eq!(broken(&input, &awards(&[(0, 6_100)])), []);
    assert_eq!(
        broken(&input, &awards(&[(2, 3_100)])),
        [ViolatedRule::CategoryCeiling]
    );
}

/// EUR 54,450.46 in units of EUR 10 is EUR 54,450: in full, and no cut.
#[test]
fn what_only_the_rounding_takes_off_is_no_cut() {
    for (method, amount) in [(Method::RankingSkip, 60_000), (Method::ProRata, 60_000)] {
        let mut input = a_division([amount, 0]);
        input.rounding = Money::from_euros(10);
        input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[amount], method)];
        input.projects = vec![a_project("a", "c", 9, &[0])];
        let eligible = Money::from_cents(5_445_046);
        input.projects[0].eligible.insert(Y1, eligible);
        let rounding = input.rounding;
        let outcome = divide(input);
        let award = outcome.awards[0].amount;
        assert_eq!(award, Money::from_euros(54_450));
        assert!(is_in_full(award, eligible, rounding));
        let told = reason(&outcome, "a", Y1);
        assert!(
            told.ends_with(
                "Dat is volledig, naar beneden afgerond op €\u{a0}10,00: €\u{a0}54.450,00."
            ),
            "{told}"
        );
        assert_eq!(outcome.what_if.projects, []);
    }
    let (euros, unit) = (Money::from_euros, Money::from_euros(10));
    assert!(!is_in_full(
        euros(54_440),
        Money::from_cents(5_445_046),
        unit
    ));
    assert!(!is_in_full(euros(0), euros(5), unit));
}

#[test]
fn a_refusal_says_what_would_have_funded_the_project() {
    let mut input = a_division([100, 0]);
    input.categories = vec![a_category(
        "prevention",
        EnvelopeMode::RingFenced,
        &[100],
        Method::RankingSkip,
    )];
    input.projects = vec![
        a_project("a", "prevention", 9, &[60]),
        a_project("b", "prevention", 8, &[50]),
        a_project("c", "prevention", 7, &[30]),
    ];
    let what_if = divide(input).what_if;
    let told: Vec<&str> = what_if
        .projects
        .iter()
        .map(|it| it.sentence.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "Met €\u{a0}10,00 meer in 2027 voor preventie was dit project volledig betaald.",
            "Met een score van 9,01 was dit project in 2027 volledig betaald.",
            "Bij een subsidiabel bedrag van €\u{a0}40,00 in 2027 in plaats van €\u{a0}50,00 had dit project dat bedrag gekregen.",
        ]
    );
    assert_eq!(
        what_if.envelopes[0].sentence,
        "Met €\u{a0}1,00 meer voor preventie in 2027 verandert er niets. Grensproject is 'b': met €\u{a0}10,00 meer krijgt dat project het bedrag dat het nu niet krijgt."
    );
}
