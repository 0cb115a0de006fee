//! The method `exact`: equal to trying everything on small divisions, and proven within bounds on large ones.

use std::time::Duration;

use versterkingsgelden::allocation::{check, lottery_ticket};

use super::*;

/// Random numbers that are the same on every machine (SplitMix64, S. Vigna).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }

    /// From `low` to `high`, both included.
    fn roll(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap();
        low + i64::try_from(self.next() % span).unwrap()
    }

    fn is(&mut self, percent: i64) -> bool {
        self.roll(1, 100) <= percent
    }
}

const UNIT: i64 = 100;

/// Up to 14 projects of 3 applicants in 1 or 2 categories with every kind of rule, a reserve in a third and a leftover pass in
/// half of them; amounts of a few units and some cents.
fn a_small_division(seed: u64) -> Input {
    let mut dice = Dice(seed);
    let years: Vec<Year> = if dice.is(70) { vec![Y1, Y2] } else { vec![Y1] };
    let categories = dice.roll(1, 2);
    let count = dice.roll(1, 14);
    let mut input = a_division([0, 0]);
    input.years.clone_from(&years);
    input.rounding = Money::from_cents(UNIT);
    input.ties = match dice.roll(0, 3) {
        0 => vec![],
        1 => vec![TieKey::Score],
        2 => vec![TieKey::AmountAscending, TieKey::Score],
        _ => vec![TieKey::Lottery],
    };
    input.seed = format!("zaad {seed}");
    let units = |dice: &mut Dice, low, high| {
        Money::from_cents(dice.roll(low, high) * UNIT + dice.roll(0, UNIT - 1))
    };
    let mut fenced = BTreeMap::new();
    for index in 0..categories {
        let mode = *dice_choice(&mut dice, EnvelopeMode::ALL);
        let mut amounts = BTreeMap::new();
        for year in &years {
            if !dice.is(95) {
                continue;
            }
            let amount = match mode {
                EnvelopeMode::AtLeast => Money::from_cents(dice.roll(0, 3) * UNIT),
                _ => units(&mut dice, 1, 5),
            };
            if mode == EnvelopeMode::RingFenced {
                *fenced.entry(*year).or_insert(0) += amount.cents();
            }
            amounts.insert(*year, amount);
        }
        input.categories.push(CategoryRule {
            id: format!("C{index}"),
            mode,
            amounts,
            method: Method::Exact,
        });
    }
    let ceiling = |dice: &mut Dice, year: &Year| {
        Money::from_cents(units(dice, 2, 6).cents() + fenced.get(year).copied().unwrap_or(0))
    };
    input.ceilings = years
        .iter()
        .map(|it| (*it, ceiling(&mut dice, it)))
        .collect();
    for index in 0..count {
        let eligible: BTreeMap<Year, Money> = years
            .iter()
            .filter_map(|it| match dice.is(85) {
                true => Some((*it, units(&mut dice, 0, 3))),
                false => None,
            })
            .collect();
        let eligible = if eligible.is_empty() {
            BTreeMap::from([(Y1, units(&mut dice, 0, 3))])
        } else {
            eligible
        };
        let minimum: BTreeMap<Year, Money> = eligible
            .iter()
            .filter_map(|(year, it)| {
                let most = it.cents() / UNIT;
                match dice.roll(0, 2) {
                    0 => None,
                    1 => Some((*year, Money::from_cents(most * UNIT))),
                    _ => Some((
                        *year,
                        Money::from_cents((dice.roll(0, most) * UNIT - dice.roll(0, 30)).max(0)),
                    )),
                }
            })
            .collect();
        input.projects.push(Project {
            id: format!("P{:02}", (index * 5) % 17),
            applicant: format!("A{}", dice.roll(0, 2)),
            category: format!("C{}", dice.roll(0, categories - 1)),
            score: Score::from_hundredths(dice.roll(0, 4) * 50),
            coupled: dice.is(40),
            minimum,
            eligible,
        });
    }
    for applicant in ["A0", "A1", "A2"] {
        if !input.projects.iter().any(|it| it.applicant == applicant) {
            continue;
        }
        let mut rule = ApplicantRule::default();
        for year in &years {
            if dice.is(40) {
                rule.at_most.insert(*year, units(&mut dice, 1, 5));
            }
            if dice.is(25) {
                let least = units(&mut dice, 0, 1);
                if rule.at_most.get(year).is_none_or(|most| least <= *most) {
                    rule.at_least.insert(*year, least);
                }
            }
        }
        input.applicants.insert(applicant.to_owned(), rule);
    }
    input.leftover = dice.is(50);
    if dice.is(30) {
        add_reserve(&mut input, Money::from_cents(dice.roll(0, 3 * UNIT)));
    }
    input
}

/// A ring-fence that nobody asks anything of, on top of what there is in each year.
fn add_reserve(input: &mut Input, amount: Money) {
    for ceiling in input.ceilings.values_mut() {
        *ceiling = Money::from_cents(ceiling.cents() + amount.cents());
    }
    input.categories.push(CategoryRule {
        id: "reserve".to_owned(),
        mode: EnvelopeMode::RingFenced,
        amounts: input.years.iter().map(|it| (*it, amount)).collect(),
        method: Method::Exact,
    });
}

fn dice_choice<'a, T>(dice: &mut Dice, of: &'a [T]) -> &'a T {
    let last = i64::try_from(of.len()).unwrap() - 1;
    &of[usize::try_from(dice.roll(0, last)).unwrap()]
}

/// The projects in the order of the chain, written out once more.
fn chain(input: &Input) -> Vec<&Project> {
    let mut projects: Vec<&Project> = input.projects.iter().collect();
    projects.sort_by_cached_key(|it| {
        let keys: Vec<(i64, String)> = input
            .ties
            .iter()
            .map(|key| match key {
                TieKey::Score => (-it.score.hundredths(), String::new()),
                TieKey::AmountAscending => (
                    it.eligible.values().map(|it| it.cents()).sum(),
                    String::new(),
                ),
                TieKey::Lottery => (0, lottery_ticket(&input.seed, &it.id)),
            })
            .collect();
        (keys, it.id.clone())
    });
    projects
}

/// Units by project and year.
type Division = BTreeMap<(String, Year), i64>;

/// Every division there is, merged where sums are the same: the highest value, and of those the one that gives most to
/// the first of the chain, then the second; none if there is no division.
fn by_trying_everything(input: &Input) -> Option<(i64, Division)> {
    let chain = chain(input);
    let slots: BTreeMap<(&str, Year), u32> = chain
        .iter()
        .flat_map(|it| input.years.iter().map(move |year| (it.id.as_str(), *year)))
        .zip(0..)
        .collect();
    let place = |id: &str, year: Year| 4 * (31 - slots[&(id, year)]);
    // Sums: per year the applicant at hand, then each category.
    let years = &input.years;
    let width = 1 + input.categories.len();
    let mut states: BTreeMap<Vec<i64>, (i64, u128)> =
        BTreeMap::from([(vec![0; width * years.len()], (0, 0))]);
    for applicant in ["A0", "A1", "A2"] {
        for project in chain.iter().filter(|it| it.applicant == applicant) {
            let category = input
                .categories
                .iter()
                .position(|it| it.id == project.category)
                .unwrap();
            let options = options(input, project, category);
            let mut next: BTreeMap<Vec<i64>, (i64, u128)> = BTreeMap::new();
            for (sums, (value, given)) in &states {
                for option in &options {
                    let (mut sums, mut value, mut given) = (sums.clone(), *value, *given);
                    for (index, units) in option.iter().enumerate() {
                        sums[index * width] += units;
                        sums[index * width + 1 + category] += units;
                        value += units * project.score.hundredths();
                        given |=
                            u128::try_from(*units).unwrap() << place(&project.id, years[index]);
                    }
                    if is_within(input, applicant, &sums, width) {
                        let best = next.entry(sums).or_insert((value, given));
                        *best = (*best).max((value, given));
                    }
                }
            }
            states = next;
        }
        let rule = input.applicants.get(applicant);
        let mut settled: BTreeMap<Vec<i64>, (i64, u128)> = BTreeMap::new();
        for (mut sums, it) in states {
            let mut has_least = true;
            for (index, year) in years.iter().enumerate() {
                let least = rule
                    .and_then(|it| it.at_least.get(year))
                    .map_or(0, |it| it.cents());
                has_least &= least <= sums[index * width] * UNIT;
                sums[index * width] = 0;
            }
            if has_least {
                let best = settled.entry(sums).or_insert(it);
                *best = (*best).max(it);
            }
        }
        states = settled;
    }
    let reaches_floors = |sums: &[i64]| {
        input
            .categories
            .iter()
            .enumerate()
            .filter(|(_, it)| it.mode == EnvelopeMode::AtLeast)
            .all(|(at, category)| {
                years.iter().enumerate().all(|(index, year)| {
                    let asked: i64 = input
                        .projects
                        .iter()
                        .filter(|it| it.category == category.id)
                        .filter_map(|it| it.eligible.get(year))
                        .map(|it| it.cents() / UNIT)
                        .sum();
                    let amount = category.amounts.get(year).map_or(0, |it| it.cents() / UNIT);
                    amount.min(asked) <= sums[index * width + 1 + at]
                })
            })
    };
    let best = states
        .into_iter()
        .filter(|(sums, _)| reaches_floors(sums))
        .map(|(_, it)| it)
        .max();
    best.map(|(value, given)| {
        let of = |project: &&Project| {
            let id = project.id.clone();
            let units = |year: &Year| i64::try_from(given >> place(&id, *year) & 15).unwrap();
            project
                .eligible
                .keys()
                .map(|year| ((id.clone(), *year), units(year)))
                .collect::<Vec<_>>()
        };
        (value, chain.iter().flat_map(of).collect())
    })
}

/// All that a project can get, in units per year of the input.
fn options(input: &Input, project: &Project, category: usize) -> Vec<Vec<i64>> {
    let is_open = |year: &Year| input.categories[category].amounts.contains_key(year);
    let mut options: Vec<Vec<i64>> = vec![vec![]];
    for year in &input.years {
        let most = project.eligible.get(year).map_or(0, |it| it.cents()) / UNIT;
        let least = project.minimum.get(year).map_or(0, |it| it.cents());
        let amounts: Vec<i64> = (0..=most)
            .filter(|it| *it == 0 || (least <= it * UNIT && is_open(year)))
            .collect();
        options = options
            .iter()
            .flat_map(|it| {
                amounts
                    .iter()
                    .map(|units| [it.as_slice(), &[*units]].concat())
            })
            .collect();
    }
    let asks: Vec<bool> = input
        .years
        .iter()
        .map(|it| project.eligible.get(it).is_some_and(|it| !it.is_zero()))
        .collect();
    options.retain(|it| {
        let given = it
            .iter()
            .zip(&asks)
            .filter(|(_, asks)| **asks)
            .map(|(units, _)| 0 < *units);
        let given: Vec<bool> = given.collect();
        !project.coupled || given.iter().all(|it| *it) || !given.iter().any(|it| *it)
    });
    options
}

/// What the leftover pass adds, in the plainest way: by score, each in full if it fits in what is free of the year and in
/// what its applicant may get, nothing out of a ring-fence or into one.
fn with_leftover(input: &Input, mut division: Division) -> Division {
    let mut order = chain(input);
    order.sort_by_key(|it| -it.score.hundredths());
    order.retain(|_| input.leftover);
    let sum = |division: &Division, year: Year, is: &dyn Fn(&Project) -> bool| -> i64 {
        let of = |it: &&Project| is(it);
        let units = input.projects.iter().filter(of);
        let units = units.filter_map(|it| division.get(&(it.id.clone(), year)));
        units.sum::<i64>() * UNIT
    };
    for project in order {
        let category = input.categories.iter().find(|it| it.id == project.category);
        let category = category.unwrap();
        if category.mode == EnvelopeMode::RingFenced {
            continue;
        }
        let most = |year: &Year| project.eligible[year].cents() / UNIT;
        let fits = |division: &Division, year: &Year| {
            let fences = input.categories.iter();
            let fences = fences.filter(|it| it.mode == EnvelopeMode::RingFenced);
            let kept: i64 = fences
                .filter_map(|it| {
                    let spent = sum(division, *year, &|project| project.category == it.id);
                    Some(it.amounts.get(year)?.cents() - spent)
                })
                .sum();
            let free = input.ceilings[year].cents() - kept - sum(division, *year, &|_| true);
            let rule = input.applicants.get(&project.applicant);
            let own = rule.and_then(|it| it.at_most.get(year)).map(|it| {
                it.cents() - sum(division, *year, &|it| it.applicant == project.applicant)
            });
            let most = most(year) * UNIT;
            most != 0
                && category.amounts.contains_key(year)
                && most <= free
                && own.is_none_or(|own| most <= own)
        };
        let asking = project.eligible.iter().filter(|(_, it)| !it.is_zero());
        let years: Vec<Year> = asking.map(|(year, _)| *year).collect();
        let bundles: Vec<&[Year]> = if project.coupled {
            vec![&years]
        } else {
            years.chunks(1).collect()
        };
        for years in bundles {
            let key = |year: &Year| (project.id.clone(), *year);
            let has_nothing = years.iter().all(|it| division[&key(it)] == 0);
            if has_nothing && years.iter().all(|it| fits(&division, it)) {
                division.extend(years.iter().map(|it| (key(it), most(it))));
            }
        }
    }
    division
}

/// No sum above its ceiling, nothing of a ring-fence spent elsewhere.
fn is_within(input: &Input, applicant: &str, sums: &[i64], width: usize) -> bool {
    let rule = input.applicants.get(applicant);
    input.years.iter().enumerate().all(|(index, year)| {
        let sums = &sums[index * width..][..width];
        let own = rule
            .and_then(|it| it.at_most.get(year))
            .is_none_or(|it| sums[0] * UNIT <= it.cents());
        let mut total = 0;
        let mut is_within = true;
        for (sum, category) in sums[1..].iter().zip(&input.categories) {
            let amount = category.amounts.get(year).map_or(0, |it| it.cents());
            is_within &= category.mode == EnvelopeMode::AtLeast || sum * UNIT <= amount;
            total += if category.mode == EnvelopeMode::RingFenced {
                amount
            } else {
                sum * UNIT
            };
        }
        own && is_within && total <= input.ceilings[year].cents()
    })
}

#[track_caller]
fn check_against_everything(seed: u64) -> Status {
    let input = a_small_division(seed);
    let expected = by_trying_everything(&input);
    let outcome = divide(input.clone());
    let Some((value, expected)) = expected else {
        assert_eq!(
            outcome.status,
            Status::Infeasible,
            "seed {seed}: {outcome:#?}"
        );
        assert!(!outcome.conflict.is_empty(), "seed {seed}");
        return Status::Infeasible;
    };
    if let Some(reserve) = input.categories.iter().find(|it| it.id == "reserve") {
        for (year, amount) in &reserve.amounts {
            assert_eq!(outcome.left[year]["reserve"], *amount, "seed {seed}");
        }
    }
    assert_eq!(
        outcome.status,
        Status::Optimal,
        "seed {seed}: value {value} of {expected:?}\n{:#?}",
        outcome.conflict
    );
    let found: BTreeMap<(String, Year), i64> = outcome
        .awards
        .iter()
        .map(|it| ((it.id.clone(), it.year), it.amount.cents() / UNIT))
        .collect();
    let expected = with_leftover(&input, expected);
    assert_eq!(found, expected, "seed {seed}: among equals, the chain");
    assert!(check(&input, &outcome.awards).is_empty(), "seed {seed}");
    Status::Optimal
}

/// The same through the file, twice and with everything in another order: byte for byte.
#[test]
fn the_outcome_is_the_same_to_the_byte_whatever_the_order_of_the_projects() {
    for seed in 0..100 {
        let input = a_small_division(seed);
        let outcome = divide(input.clone());
        assert_eq!(
            outcome.json().unwrap(),
            divide(input.clone()).json().unwrap(),
            "seed {seed}"
        );
        let mut other = input;
        other.projects.reverse();
        let other = divide(other);
        assert_eq!(
            (outcome.status, outcome.awards, outcome.trace),
            (other.status, other.awards, other.trace),
            "seed {seed}"
        );
    }
}

/// What ranking cannot do: two smaller projects that together are worth more than the best one.
#[test]
fn it_takes_what_is_worth_most_together_and_says_why() {
    let mut input = a_division([100, 0]);
    input.categories = vec![a_category("c", EnvelopeMode::AtMost, &[100], Method::Exact)];
    input.projects = vec![
        whole(a_project("P1", "c", 9, &[60])),
        whole(a_project("P2", "c", 8, &[50])),
        whole(a_project("P3", "c", 8, &[50])),
    ];
    let outcome = divide(input);
    assert_eq!(outcome.status, Status::Optimal);
    let amounts: Vec<i64> = outcome
        .awards
        .iter()
        .map(|it| it.amount.cents() / 100)
        .collect();
    assert_eq!(amounts, [0, 50, 50]);
    assert_eq!(
        reason(&outcome, "P1", Y1),
        "Met score 9,00 past €\u{a0}60,00 niet in de verdeling met de hoogste som van score maal bedrag. Voor categorie 'c' is in 2027 nog €\u{a0}0,00 over. Het project heeft ten minste €\u{a0}60,00 nodig. De laagste score die in 2027 geld kreeg, was 8,00."
    );
    assert_eq!(
        reason(&outcome, "P2", Y1),
        "Volledig toegekend: met score 8,00 hoort €\u{a0}50,00 bij de verdeling met de hoogste som van score maal bedrag."
    );
    let proof = "De som van score maal bedrag is 800,00. Bewezen is dat geen verdeling hoger komt. Bij gelijke sommen besliste de afgesproken volgorde, project voor project.";
    assert!(
        outcome.trace.iter().any(|it| it == proof),
        "{:#?}",
        outcome.trace
    );
}

/// Categories with this method share the year: an earlier one does not go first.
#[test]
fn its_categories_are_divided_together() {
    let mut input = a_division([100, 0]);
    input.categories = vec![
        a_category("a", EnvelopeMode::AtMost, &[100], Method::Exact),
        a_category("b", EnvelopeMode::AtMost, &[70], Method::Exact),
    ];
    input.projects = vec![
        a_project("P1", "a", 5, &[100]),
        a_project("P2", "b", 8, &[90]),
    ];
    let outcome = divide(input);
    let amounts: Vec<i64> = outcome
        .awards
        .iter()
        .map(|it| it.amount.cents() / 100)
        .collect();
    assert_eq!(amounts, [30, 70]);
    assert_eq!(
        reason(&outcome, "P1", Y1),
        "Met score 5,00 krijgt dit project €\u{a0}30,00 van €\u{a0}100,00. Zo is de som van score maal bedrag over alle projecten het hoogst. Van het plafond van 2027 is voor categorie 'a' nog €\u{a0}0,00 over."
    );
    let binding: Vec<&str> = outcome.binding.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(binding, ["categories[1].amounts.2027", "ceilings.2027"]);
}

/// An earlier category by another method goes first, and counts for what its applicant must get.
#[test]
fn it_gets_its_turn_in_the_order_of_the_file() {
    let mut input = a_division([100, 0]);
    input.categories = vec![
        a_category("first", EnvelopeMode::AtMost, &[60], Method::RankingSkip),
        a_category(
            "fenced",
            EnvelopeMode::RingFenced,
            &[10],
            Method::RankingSkip,
        ),
        a_category("exact", EnvelopeMode::AtMost, &[100], Method::Exact),
    ];
    input.projects = vec![
        a_project("P1", "first", 1, &[60]),
        a_project("P2", "exact", 1, &[40]),
        a_project("P3", "exact", 9, &[40]),
    ];
    let rule = |input: &mut Input, id: &str, euros| {
        input
            .applicants
            .insert(format!("applicant of {id}"), least(&[euros]));
    };
    rule(&mut input, "P1", 60);
    rule(&mut input, "P2", 10);
    let outcome = divide(input.clone());
    let amounts: Vec<i64> = outcome
        .awards
        .iter()
        .map(|it| it.amount.cents() / 100)
        .collect();
    assert_eq!(amounts, [60, 10, 20]);
    // With more for P1 than the first category gave, nothing here can help.
    rule(&mut input, "P2", 31);
    assert_eq!(divide(input).status, Status::Infeasible);
}

/// What a later category will give is not known, so an applicant with a project there is not helped here.
#[test]
fn an_applicant_with_more_to_come_is_left_to_the_check_at_the_end() {
    let mut input = a_division([100, 0]);
    input.categories = vec![
        a_category("exact", EnvelopeMode::AtMost, &[50], Method::Exact),
        a_category("last", EnvelopeMode::AtMost, &[50], Method::RankingSkip),
    ];
    input.projects = vec![
        a_project("P1", "exact", 9, &[60]),
        a_project("P2", "exact", 1, &[60]),
        a_project("P3", "last", 1, &[50]),
    ];
    input.projects[2].applicant = "applicant of P2".to_owned();
    input
        .applicants
        .insert("applicant of P2".to_owned(), least(&[50]));
    let outcome = divide(input);
    let amounts: Vec<i64> = outcome
        .awards
        .iter()
        .map(|it| it.amount.cents() / 100)
        .collect();
    assert_eq!(amounts, [50, 0, 50]);
}

/// Beside other methods and before a leftover pass: every rule holds and everything is decided.
#[test]
fn it_keeps_every_rule_beside_other_methods() {
    let mut divided = 0;
    for seed in 0..150 {
        let mut input = a_small_division(seed);
        let mut dice = Dice(seed);
        input.leftover = true;
        let count = input.categories.len();
        let other = dice_choice(&mut dice, Method::ALL);
        input.categories[count - 1].method = *other;
        let outcome = divide(input.clone());
        if outcome.status == Status::Infeasible {
            assert!(!outcome.conflict.is_empty(), "seed {seed}");
            continue;
        }
        divided += 1;
        assert!(check(&input, &outcome.awards).is_empty(), "seed {seed}");
        let is_decided = |it: &str| !it.contains("niet verdeeld");
        assert!(outcome.awards.iter().all(|it| is_decided(&it.reason)));
    }
    assert!(45 < divided, "{divided} of 150");
}

#[track_caller]
fn check_conflict(input: Input, expected: &[&str]) {
    let outcome = divide(input);
    assert_eq!(outcome.status, Status::Infeasible);
    assert!(outcome.awards.is_empty());
    let found: Vec<String> = outcome
        .conflict
        .iter()
        .map(|it| format!("{}: {}", it.path, it.sentence))
        .collect();
    assert_eq!(found, expected);
}

/// Many rules, of which only some contradict each other: those are named and no other.
#[test]
fn rules_that_cannot_hold_together_are_the_smallest_set_found() {
    let mut input = a_division([100, 100]);
    input.categories = vec![
        a_category("a", EnvelopeMode::AtMost, &[50, 50], Method::Exact),
        a_category("b", EnvelopeMode::AtLeast, &[10, 10], Method::Exact),
    ];
    input.projects = vec![
        whole(a_project("P1", "a", 5, &[40, 40])),
        whole(a_project("P2", "a", 8, &[30, 30])),
        a_project("P3", "b", 8, &[90, 90]),
        whole(coupled(a_project("P4", "b", 8, &[20, 20]))),
    ];
    let rule = |input: &mut Input, id: &str, rule| {
        input.applicants.insert(format!("applicant of {id}"), rule)
    };
    rule(&mut input, "P1", least(&[1]));
    rule(&mut input, "P3", most(&[80, 80]));
    assert_eq!(divide(input.clone()).status, Status::Optimal);
    rule(&mut input, "P2", least(&[25]));
    check_conflict(
        input.clone(),
        &[
            "applicants.applicant of P1.at_least.2027: Aanvrager 'applicant of P1' krijgt in 2027 ten minste €\u{a0}1,00.",
            "applicants.applicant of P2.at_least.2027: Aanvrager 'applicant of P2' krijgt in 2027 ten minste €\u{a0}25,00.",
            "categories[0].amounts.2027: Voor categorie 'a' is in 2027 niet meer dan €\u{a0}50,00 beschikbaar.",
            "projects[0]: Project 'P1' krijgt niets, of ten minste zijn minimum in elk jaar dat bij elkaar hoort.",
        ],
    );
    // A floor that only a project can reach whose applicant may not get that much.
    input.applicants.clear();
    input.categories[1] = a_category("b", EnvelopeMode::AtLeast, &[95, 10], Method::Exact);
    rule(&mut input, "P3", most(&[70, 80]));
    check_conflict(
        input,
        &[
            "applicants.applicant of P3.at_most.2027: Aanvrager 'applicant of P3' krijgt in 2027 niet meer dan €\u{a0}70,00.",
            "categories[1].amounts.2027: Voor categorie 'b' is in 2027 ten minste €\u{a0}95,00 afgesproken.",
        ],
    );
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "slow without optimisation: tests/run runs it optimised"
)]
fn it_equals_trying_everything_on_1000_small_divisions() {
    let mut infeasible = 0;
    for seed in 0..1_000 {
        infeasible += usize::from(check_against_everything(seed) == Status::Infeasible);
    }
    assert!(
        (50..500).contains(&infeasible),
        "{infeasible} of 1,000 are infeasible"
    );
}

/// 12 projects for each applicant over two years with all rules: three categories of which one is ring-fenced and one a
/// floor, a most and a least per applicant, half of the projects coupled, a third all or nothing, a third with a minimum.
fn a_round(applicants: i64, seed: u64) -> Input {
    let mut dice = Dice(seed);
    let mut input = a_division([0, 0]);
    input.ties = vec![TieKey::Score, TieKey::AmountAscending, TieKey::Lottery];
    input.seed = "4711".to_owned();
    let mut asked: BTreeMap<(String, Year), i64> = BTreeMap::new();
    let mut own: BTreeMap<(String, Year), i64> = BTreeMap::new();
    for index in 0..applicants * 12 {
        let applicant = format!("GM{:04}", index / 12);
        let category =
            ["baseline", "prevention", "one_year"][usize::try_from(dice.roll(0, 9) / 4).unwrap()];
        let (mut eligible, mut minimum) = (BTreeMap::new(), BTreeMap::new());
        let kind = dice.roll(0, 2);
        for year in [Y1, Y2] {
            let euros = dice.roll(5_000, 300_000);
            *asked.entry((category.to_owned(), year)).or_default() += euros;
            *own.entry((applicant.clone(), year)).or_default() += euros;
            eligible.insert(year, Money::from_cents(euros * 100));
            let least = match kind {
                0 => euros,
                1 => euros * dice.roll(40, 80) / 100,
                _ => 0,
            };
            minimum.insert(year, Money::from_cents(least * 100));
        }
        input.projects.push(Project {
            id: format!("{applicant}-{:02}", index % 12 + 1),
            applicant,
            category: category.to_owned(),
            score: Score::from_hundredths(dice.roll(16, 40) * 25),
            coupled: dice.is(50),
            eligible,
            minimum,
        });
    }
    let modes = [
        EnvelopeMode::AtMost,
        EnvelopeMode::RingFenced,
        EnvelopeMode::AtLeast,
    ];
    for ((id, percent), mode) in [("baseline", 55), ("prevention", 60), ("one_year", 30)]
        .into_iter()
        .zip(modes)
    {
        let amount = |year: Year| {
            (
                year,
                Money::from_cents(asked[&(id.to_owned(), year)] * percent),
            )
        };
        let amounts = [Y1, Y2].map(amount).into_iter().collect();
        input.categories.push(CategoryRule {
            id: id.to_owned(),
            mode,
            amounts,
            method: Method::Exact,
        });
    }
    for year in [Y1, Y2] {
        let total: i64 = asked
            .iter()
            .filter(|((_, it), _)| *it == year)
            .map(|(_, it)| it)
            .sum();
        input.ceilings.insert(year, Money::from_cents(total * 52));
    }
    for ((applicant, year), euros) in own {
        let rule = input.applicants.entry(applicant).or_default();
        rule.at_most
            .insert(year, Money::from_cents(euros * dice.roll(55, 90)));
        rule.at_least
            .insert(year, Money::from_cents(euros * dice.roll(10, 30)));
    }
    input
}

/// Nanoseconds that this thread ran: what others do on the machine does not count.
fn cpu_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = told.split(' ').next().unwrap().parse().unwrap();
    Duration::from_nanos(nanoseconds)
}

/// The most memory that this process ever had.
fn most_memory_kib() -> u64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = told.lines().find(|it| it.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Divides a round: optimal, every rule kept, within the time of one core.
#[track_caller]
fn prove_round(applicants: i64, seed: u64, most: Duration) -> Outcome {
    let input = a_round(applicants, seed);
    let started = cpu_time();
    let outcome = divide(input.clone());
    let took = cpu_time() - started;
    assert!(
        check(&input, &outcome.awards).is_empty(),
        "{:?}",
        outcome.conflict
    );
    let proof = outcome
        .trace
        .iter()
        .find(|it| it.starts_with("De som van"))
        .unwrap();
    println!("{applicants} applicants, seed {seed}: {took:?}. {proof}");
    assert_eq!(outcome.status, Status::Optimal, "seed {seed}: {proof}");
    assert!(took < most, "seed {seed}: {took:?}");
    outcome
}

/// Of equal divisions the chain is followed to the end in nearly all.
#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "slow without optimisation: tests/run runs it optimised"
)]
fn a_round_of_19_applicants_is_proven_in_2_seconds() {
    let mut settled = 0;
    for seed in 1..=20 {
        let outcome = prove_round(19, seed, Duration::from_secs(2));
        let is_settled = |it: &String| it.contains("besliste de afgesproken volgorde");
        settled += usize::from(outcome.trace.iter().any(is_settled));
    }
    assert!(18 <= settled, "{settled} of 20");
}

#[test]
#[cfg_attr(
    debug_assertions,
    ignore = "slow without optimisation: tests/run runs it optimised"
)]
fn a_round_of_342_applicants_is_proven_in_30_seconds_within_a_gibibyte() {
    for seed in 1..=10 {
        prove_round(342, seed, Duration::from_secs(30));
    }
    let most = most_memory_kib();
    println!("at most {most} KiB");
    assert!(most < 1 << 20, "{most} KiB");
}
