//! From projects and rules to the problem in whole units.

use std::collections::BTreeMap;

use super::{
    Effort,
    problem::{Bundle, Choice, Problem, Row, Var},
};
use crate::{
    allocation::{
        input::{Input, Year},
        line::{Line, OwnRooms, cents, refuse},
        reason::Reason,
    },
    core::category::EnvelopeMode,
};

/// What the method may divide, and the rules that it keeps to.
pub(in crate::allocation) struct Field<'r, 'i> {
    pub input: &'i Input,
    /// All lines of the categories with this method.
    pub lines: Vec<&'r mut Line<'i>>,
    /// Per year, what categories that are not ring-fenced can spend together.
    pub rooms: BTreeMap<Year, i128>,
    /// What each of the categories can spend in the years that it is open.
    pub category_rooms: BTreeMap<(usize, Year), i128>,
    /// What applicants may still get.
    pub own: OwnRooms<'i>,
    /// What applicants must still get, of those who can get it nowhere else.
    pub leasts: BTreeMap<(&'i str, Year), i128>,
    /// How many steps it may take.
    pub effort: Effort,
}

/// The rule that a row or a bound of it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin<'i> {
    Applicant(&'i str, Year),
    Category(usize, Year),
    Year(Year),
}

/// The problem, and what its parts stand for.
pub(super) struct Stated<'i> {
    pub problem: Problem,
    pub origins: Vec<Origin<'i>>,
    /// Per variable, its line and the ask in it.
    pub asks: Vec<(usize, usize)>,
}

/// States the problem. Asks that can get nothing whatever happens get their reason here.
pub(super) fn state<'i>(field: &mut Field<'_, 'i>) -> Stated<'i> {
    let unit = cents(field.input.rounding);
    let mut rows = Rows {
        unit,
        years: field.rooms.keys().copied().collect(),
        ..Rows::default()
    };
    for (year, room) in &field.rooms {
        rows.add(Origin::Year(*year), *year, 0, *room, None);
    }
    let (categories, asked) = (&field.input.categories, asked(&field.lines));
    for (key, room) in &field.category_rooms {
        let Some(rule) = categories.get(key.0) else {
            continue;
        };
        let amount = rule.amounts.get(&key.1).copied().map_or(0, cents);
        let asked = asked.get(key).copied().unwrap_or_default();
        let least = if rule.mode == EnvelopeMode::AtLeast {
            (amount - amount % unit).min(asked)
        } else {
            0
        };
        let year_row = if rule.mode == EnvelopeMode::RingFenced {
            None
        } else {
            rows.find(Origin::Year(key.1))
        };
        rows.add(
            Origin::Category(key.0, key.1),
            key.1,
            least,
            *room,
            year_row,
        );
    }
    let mut order: Vec<usize> = (0..field.lines.len()).collect();
    order.sort_by_key(|it| {
        field
            .lines
            .get(*it)
            .map(|it| (&it.order.chain, &it.project.id))
    });
    let mut stated = Stated {
        problem: Problem {
            vars: Vec::new(),
            bundles: Vec::new(),
            rows: Vec::new(),
        },
        origins: Vec::new(),
        asks: Vec::new(),
    };
    for index in order {
        let Some(line) = field.lines.get_mut(index) else {
            continue;
        };
        let (applicant, category) = (line.project.applicant.as_str(), line.category);
        let weight = i128::from(line.project.score.hundredths());
        let mut at_ask = 0;
        for bundle in line.bundles() {
            let refusals: Vec<Option<Reason>> = bundle
                .iter()
                .map(|ask| match ask.most {
                    0 => Some(Reason::BelowUnit),
                    _ => rows
                        .find(Origin::Category(category, ask.year))
                        .is_none()
                        .then_some(Reason::Closed),
                })
                .collect();
            let first_ask = at_ask;
            at_ask += bundle.len();
            if refusals.iter().any(Option::is_some) {
                refuse(bundle, refusals);
                continue;
            }
            let problem = &mut stated.problem;
            let first = problem.vars.len();
            // One year that may be one unit as well as nothing is no choice.
            let is_free = bundle.len() == 1 && bundle.iter().all(|it| it.least <= unit);
            for (offset, ask) in bundle.iter().enumerate() {
                let own = Origin::Applicant(applicant, ask.year);
                let may = field.own.get(&(applicant, ask.year)).copied();
                let must = field
                    .leasts
                    .get(&(applicant, ask.year))
                    .copied()
                    .unwrap_or_default();
                let Some(category) = rows.find(Origin::Category(category, ask.year)) else {
                    continue;
                };
                problem.vars.push(Var {
                    bundle: problem.bundles.len(),
                    applicant: rows.find(own).unwrap_or_else(|| {
                        rows.add(
                            own,
                            ask.year,
                            must,
                            may.unwrap_or(i128::from(i64::MAX)),
                            None,
                        )
                    }),
                    category,
                    least: if is_free { 0 } else { ask.least / unit },
                    most: ask.most / unit,
                    weight,
                });
                stated.asks.push((index, first_ask + offset));
            }
            let choice = if is_free { Choice::In } else { Choice::Open };
            problem.bundles.push(Bundle {
                vars: first..problem.vars.len(),
                choice,
            });
        }
    }
    // An applicant that must get something and asks nothing that can be given is a contradiction of its own.
    for ((applicant, year), must) in &field.leasts {
        let origin = Origin::Applicant(applicant, *year);
        if 0 < *must && rows.find(origin).is_none() {
            rows.add(origin, *year, *must, *must + unit, None);
        }
    }
    stated.problem.rows = rows.rows;
    stated.origins = rows.origins;
    stated
}

fn asked(lines: &[&mut Line<'_>]) -> BTreeMap<(usize, Year), i128> {
    let mut asked = BTreeMap::new();
    for line in lines {
        for ask in &line.asks {
            *asked.entry((line.category, ask.year)).or_default() += ask.most;
        }
    }
    asked
}

#[derive(Default)]
struct Rows<'i> {
    unit: i128,
    years: Vec<Year>,
    rows: Vec<Row>,
    origins: Vec<Origin<'i>>,
    places: BTreeMap<Origin<'i>, usize>,
}

impl<'i> Rows<'i> {
    fn find(&self, origin: Origin<'i>) -> Option<usize> {
        self.places.get(&origin).copied()
    }

    /// A row of whole units: its least rounded up, its most rounded down.
    fn add(
        &mut self,
        origin: Origin<'i>,
        year: Year,
        least: i128,
        most: i128,
        year_row: Option<usize>,
    ) -> usize {
        let place = self.rows.len();
        let least = least.max(0);
        self.rows.push(Row {
            least: least / self.unit + i128::from(least % self.unit != 0),
            most: most.max(0) / self.unit,
            year_row,
            year: self
                .years
                .iter()
                .position(|it| *it == year)
                .unwrap_or_default(),
        });
        self.origins.push(origin);
        self.places.insert(origin, place);
        place
    }
}
