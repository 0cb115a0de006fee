//! What holds for every division, tried on random ones. The rules are written out here once more, apart from `check`.

use super::{
    random::{Chance, divided, input},
    *,
};

const CASES: u64 = 10_000;

/// No ceiling is passed, nothing leaves a ring-fence, every award is nothing or a multiple of the unit within its bounds, coupled
/// years stand or fall together, nobody gets more than it may, what is awarded and what is left make the ceiling, and the
/// order of the projects in the file has no meaning.
#[test]
fn every_division_keeps_every_rule() {
    let mut funded = 0;
    for seed in 0..CASES {
        let input = input(&mut Chance::new(seed), false);
        let awards = divided(&input).unwrap_or_else(|| panic!("{seed}: no division"));
        let unit = input.rounding.cents();
        let of = |project: &Project, year: &Year| awards[&(project.id.clone(), *year)];
        let mut years: BTreeMap<Year, i64> = BTreeMap::new();
        let mut categories: BTreeMap<(&str, Year), i64> = BTreeMap::new();
        let mut applicants: BTreeMap<(&str, Year), i64> = BTreeMap::new();
        for project in &input.projects {
            for (year, eligible) in &project.eligible {
                let award = of(project, year);
                let least = project.minimum[year].cents();
                assert!(
                    award == 0 || least <= award && award <= eligible.cents(),
                    "{seed}"
                );
                assert_eq!(award % unit, 0, "{seed}");
                *years.entry(*year).or_default() += award;
                *categories.entry((&project.category, *year)).or_default() += award;
                *applicants.entry((&project.applicant, *year)).or_default() += award;
                funded += i64::from(0 < award);
            }
            if project.coupled {
                let asking = project.eligible.iter().filter(|(_, it)| !it.is_zero());
                let nothing: Vec<bool> = asking.map(|(year, _)| of(project, year) == 0).collect();
                assert!(nothing.windows(2).all(|it| it[0] == it[1]), "{seed}");
            }
        }
        for (year, ceiling) in &input.ceilings {
            let mut kept = 0;
            for category in &input.categories {
                let key = (category.id.as_str(), *year);
                let spent = categories.get(&key).copied().unwrap_or_default();
                let amount = category.amounts[year].cents();
                let is_fenced = category.mode == EnvelopeMode::RingFenced;
                assert!(spent <= amount || input.leftover && !is_fenced, "{seed}");
                kept += if is_fenced { amount - spent } else { 0 };
            }
            let spent = years.get(year).copied().unwrap_or_default();
            assert!(spent + kept <= ceiling.cents(), "{seed}");
        }
        for (id, rule) in &input.applicants {
            for (year, most) in &rule.at_most {
                let got = applicants.get(&(id.as_str(), *year)).copied();
                assert!(got.unwrap_or_default() <= most.cents(), "{seed}");
            }
        }
        let mut reversed = input.clone();
        reversed.projects.reverse();
        assert_eq!(divided(&reversed), Some(awards), "{seed}: order");
    }
    assert!(10_000 < funded, "only {funded}: the inputs say little");
}

/// With floors and leasts: what is given out keeps them, what cannot be given names a rule; `left` foots; the same bytes twice.
#[test]
fn every_outcome_foots_and_is_the_same_twice() {
    let mut infeasible = 0;
    for seed in 0..CASES / 10 {
        let input = input(&mut Chance::new(seed), true);
        let Ok(input) = FrozenInput::new(input) else {
            continue;
        };
        let outcome = allocate(&input);
        assert_eq!(
            outcome.json().unwrap(),
            allocate(&input).json().unwrap(),
            "{seed}"
        );
        assert_eq!(
            outcome.status == Status::Infeasible,
            !outcome.conflict.is_empty(),
            "{seed}"
        );
        infeasible += u64::from(outcome.status == Status::Infeasible);
        let mut spent: BTreeMap<Year, i64> = BTreeMap::new();
        for award in &outcome.awards {
            *spent.entry(award.year).or_default() += award.amount.cents();
        }
        for (year, ceiling) in &input.ceilings {
            let spent = spent.get(year).copied().unwrap_or_default();
            assert_eq!(
                outcome.left[year]["total"].cents(),
                ceiling.cents() - spent,
                "{seed}"
            );
        }
        for floor in input
            .categories
            .iter()
            .filter(|it| it.mode == EnvelopeMode::AtLeast)
        {
            for (year, amount) in floor.amounts.iter().filter(|_| !outcome.awards.is_empty()) {
                let unit = input.rounding.cents();
                let mine = input.projects.iter().filter(|it| it.category == floor.id);
                let (mut asked, mut got) = (0, 0);
                for project in mine {
                    asked += project
                        .eligible
                        .get(year)
                        .map_or(0, |it| it.cents() / unit * unit);
                    let awards = outcome.awards.iter();
                    let own = awards.filter(|it| it.id == project.id && it.year == *year);
                    got += own.map(|it| it.amount.cents()).sum::<i64>();
                }
                assert!((amount.cents() / unit * unit).min(asked) <= got, "{seed}");
            }
        }
    }
    assert!((50..900).contains(&infeasible), "{infeasible}");
}

/// The leftover pass only adds, and leaves nothing that would still fit.
#[test]
fn the_leftover_pass_only_adds_and_leaves_nothing_that_fits() {
    for seed in 0..CASES {
        let mut input = input(&mut Chance::new(seed), false);
        input.applicants.clear();
        input.leftover = false;
        let before = divided(&input).unwrap();
        input.leftover = true;
        let after = divided(&input).unwrap();
        let unit = input.rounding.cents();
        for (key, award) in &before {
            assert!(award <= &after[key], "{seed}");
            assert!(
                *award == 0 || *award == after[key],
                "{seed}: a part is not raised"
            );
        }
        let free = |year: Year| {
            let of = |it: &Project| after.get(&(it.id.clone(), year)).copied();
            let spent: i64 = input.projects.iter().filter_map(of).sum();
            let fences = input
                .categories
                .iter()
                .filter(|it| it.mode == EnvelopeMode::RingFenced);
            let kept = fences.map(|fence| {
                let mine = input.projects.iter().filter(|it| it.category == fence.id);
                fence.amounts[&year].cents() - mine.filter_map(of).sum::<i64>()
            });
            input.ceilings[&year].cents() - spent - kept.sum::<i64>()
        };
        for project in input.projects.iter().filter(|it| !it.coupled) {
            let of = |it: &&CategoryRule| it.id == project.category;
            if input.categories.iter().find(of).unwrap().mode == EnvelopeMode::RingFenced {
                continue;
            }
            for (year, eligible) in &project.eligible {
                let most = eligible.cents() / unit * unit;
                let fits = most != 0 && most <= free(*year);
                assert!(!fits || after[&(project.id.clone(), *year)] != 0, "{seed}");
            }
        }
    }
}

/// One category of one year: the rankings as their definitions say, worked out in the plainest way.
#[test]
fn the_rankings_are_what_they_are_called() {
    for seed in 0..CASES {
        let mut input = input(&mut Chance::new(seed), false);
        input.applicants.clear();
        input.leftover = false;
        input.ties = vec![TieKey::Score];
        input.categories.truncate(1);
        input.categories[0].method = [
            Method::RankingSkip,
            Method::RankingStop,
            Method::RankingPartial,
        ][usize::try_from(seed % 3).unwrap()];
        for project in &mut input.projects {
            project.category = "C0".to_owned();
            project.coupled = false;
        }
        let awards = divided(&input).unwrap();
        let mut order: Vec<&Project> = input.projects.iter().collect();
        order.sort_by_key(|it| (-it.score.hundredths(), it.id.clone()));
        let unit = input.rounding.cents();
        for year in &input.years {
            let mut room = input.categories[0].amounts[year]
                .min(input.ceilings[year])
                .cents();
            let mut ended = false;
            for project in order.iter().filter(|it| it.eligible.contains_key(year)) {
                let most = project.eligible[year].cents() / unit * unit;
                let mut expected = 0;
                if !ended && most <= room {
                    expected = most;
                } else if !ended && input.categories[0].method != Method::RankingSkip {
                    ended = true;
                    let rest = room / unit * unit;
                    if input.categories[0].method == Method::RankingPartial
                        && project.minimum[year].cents() <= rest
                    {
                        expected = rest;
                    }
                }
                room -= expected;
                assert_eq!(awards[&(project.id.clone(), *year)], expected, "{seed}");
            }
        }
    }
}
