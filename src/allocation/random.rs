//! Random inputs for the tests: the same ones in every run.

use super::*;
use crate::core::category::EnvelopeMode;

/// Xorshift64*: numbers that look random and are the same everywhere. S. Vigna, "An experimental exploration of Marsaglia's
/// xorshift generators, scrambled", ACM Transactions on Mathematical Software 42 (2016).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// From 0 up to and not including `end`.
    pub(super) fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        i64::try_from(drawn).unwrap() % end
    }

    pub(super) fn one_in(&mut self, times: i64) -> bool {
        self.below(times) == 0
    }

    pub(super) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.below(i64::try_from(list.len()).unwrap())).unwrap()]
    }
}

pub(super) const DIVIDING: [Method; 7] = [
    Method::RankingSkip,
    Method::RankingStop,
    Method::RankingPartial,
    Method::ProRata,
    Method::EqualAwards,
    Method::EqualLosses,
    Method::Talmud,
];
pub(super) const YEARS: [Year; 2] = [2027, 2028];

/// Small numbers, so that ties and exact fits happen often. Floors and leasts only `with_leasts`: those may be impossible.
pub(super) fn input(chance: &mut Chance, with_leasts: bool) -> Input {
    let unit = chance.of(&[1, 100, 1_000]);
    let step = chance.of(&[1, 37, 333]);
    let amount = |chance: &mut Chance, end: i64| Money::from_cents(chance.below(end) * step);
    let amounts = |chance: &mut Chance, end: i64| -> BTreeMap<Year, Money> {
        YEARS.map(|year| (year, amount(chance, end))).into()
    };
    let count = 1 + chance.below(3);
    let categories: Vec<CategoryRule> = (0..count)
        .map(|index| CategoryRule {
            id: format!("C{index}"),
            mode: match chance.below(if with_leasts { 4 } else { 3 }) {
                0 => EnvelopeMode::RingFenced,
                3 => EnvelopeMode::AtLeast,
                _ => EnvelopeMode::AtMost,
            },
            amounts: amounts(chance, 70),
            method: chance.of(&DIVIDING),
        })
        .collect();
    let fenced = |year: &Year| -> i64 {
        let fences = categories.iter();
        fences
            .filter(|it| it.mode == EnvelopeMode::RingFenced)
            .map(|it| it.amounts[year].cents())
            .sum()
    };
    let mut ceilings = amounts(chance, 160);
    for (year, it) in &mut ceilings {
        *it = Money::from_cents(it.cents() + fenced(year));
    }
    let size = 1 + chance.below(9);
    let projects: Vec<Project> = (0..size)
        .map(|index| project(chance, index, count, unit, step))
        .collect();
    let mut applicants = BTreeMap::new();
    if chance.one_in(3) {
        let mut rule = ApplicantRule {
            at_most: BTreeMap::from([(YEARS[0], amount(chance, 90))]),
            ..ApplicantRule::default()
        };
        if with_leasts && chance.one_in(3) {
            let least = Money::from_cents(rule.at_most[&YEARS[0]].cents() / 3);
            rule.at_least = BTreeMap::from([(YEARS[0], least)]);
        }
        applicants.insert(projects[0].applicant.clone(), rule);
    }
    Input {
        version: 1,
        years: YEARS.into(),
        ceilings,
        categories,
        projects,
        applicants,
        rounding: Money::from_cents(unit),
        leftover: chance.one_in(2),
        ties: match chance.below(5) {
            0 => vec![],
            1 => vec![TieKey::Lottery],
            2 => vec![TieKey::AmountAscending, TieKey::Score],
            3 => vec![TieKey::Score],
            _ => vec![TieKey::Score, TieKey::AmountAscending, TieKey::Lottery],
        },
        seed: "4711".to_owned(),
    }
}

fn project(chance: &mut Chance, index: i64, categories: i64, unit: i64, step: i64) -> Project {
    let mut eligible = BTreeMap::new();
    for year in YEARS {
        if year == YEARS[0] || chance.one_in(2) {
            eligible.insert(year, Money::from_cents(chance.below(45) * step));
        }
    }
    let part = chance.below(5);
    let minimum = eligible.iter().map(|(year, it)| {
        // Above the last whole unit it is a finding.
        let most = it.cents() / unit * unit;
        (*year, Money::from_cents((it.cents() * part / 4).min(most)))
    });
    Project {
        id: format!("P{index:02}"),
        applicant: format!("A{}", chance.below(5)),
        category: format!("C{}", chance.below(categories)),
        score: Score::from_hundredths(chance.below(6)),
        coupled: chance.one_in(2),
        minimum: minimum.collect(),
        eligible,
    }
}

/// The awards in cents by project and year, without anything told; none if there is no division.
pub(super) fn divided(input: &Input) -> Option<BTreeMap<(String, Year), i64>> {
    if !conflict::contradictions(input).is_empty() {
        return None;
    }
    let mut ranked = ranked_lines(input);
    assert_eq!(
        Run::new(input, &ranked.lines).divide(&mut ranked.lines),
        Ok(())
    );
    let mut awards: BTreeMap<(String, Year), i64> = BTreeMap::new();
    for project in &input.projects {
        for year in project.eligible.keys() {
            awards.insert((project.id.clone(), *year), 0);
        }
    }
    for line in &ranked.lines {
        for ask in &line.asks {
            let award = i64::try_from(ask.award).unwrap();
            awards.insert((line.project.id.clone(), ask.year), award);
        }
    }
    let told: Vec<Award> = awards
        .iter()
        .map(|((id, year), cents)| Award {
            id: id.clone(),
            year: *year,
            amount: Money::from_cents(*cents),
            reason: String::new(),
        })
        .collect();
    check(input, &told).is_empty().then_some(awards)
}
