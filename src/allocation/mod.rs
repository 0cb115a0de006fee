//! Who gets how much: the engine. A pure function of a frozen input; no clock, no database, no floats.
//!
//! # The order of the steps
//!
//! 0. **Refuse.** An input with a finding is not divided ([`FrozenInput`] cannot be made of it). Rules that
//!    contradict each other whatever the method are looked for first (`conflict`); if there are, the outcome
//!    is `infeasible` and there are no awards.
//! 1. **Order.** Within each category the projects are put in order by the chain (`ties`), at last by id. The
//!    order of the projects in the file has no meaning.
//! 2. **Set apart.** Of every year's ceiling, each ring-fence is set apart whole, and each floor as far as it
//!    was asked. Nothing that is set apart for one category can be spent by another.
//! 3. **Categories**, in the order of the file. A category's room in a year is what the year's ceiling still
//!    has, without what is set apart for others, and not more than its own amount (a floor has no such
//!    limit). So an earlier category goes first where the ceiling is less than the sum of the amounts. Its
//!    method divides the room (`methods`), in multiples of the rounding unit (`rounding`). All categories with
//!    `exact` are divided together at the turn of the first (`methods::exact`).
//!    What is left of a floor is free again; what is left in a ring-fence stays there.
//! 4. **Leftover**, if the input says so: all projects that have nothing yet, in order of score, each in full if
//!    it fits in what is free of the year's ceiling (`leftover`). Ring-fences stay closed in both directions.
//! 5. **Check.** [`check`] tests every rule on the awards as they are, without knowing the method. An outcome that
//!    breaks one is `infeasible`, with the rule in `conflict` and without awards.
//!
//! `docs/verdelen.md` has the definitions of the methods and what this engine does not do.

mod blocking;
mod check;
mod conflict;
#[cfg(test)]
mod fairness;
mod figures;
mod input;
mod json;
mod leftover;
mod line;
mod methods;
mod output;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod random;
mod reading;
mod reason;
pub mod rounding;
mod score;
mod sentences;
mod ties;
mod trace;
mod validation;
mod what_if;

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

pub use check::{ViolatedRule, Violation, check};
pub use figures::{amount, euro};
pub use input::{
    ApplicantRule, CategoryRule, FORMAT_VERSION, Finding, FrozenInput, Input, Method, Project,
    Refused, TieKey, Year,
};
pub use output::{Award, ENGINE, Outcome, RuleLine, Status, is_in_full};
pub use score::{Score, ScoreError};
pub use ties::lottery_ticket;
pub use validation::{MAX_CATEGORIES, MAX_ID_LENGTH, MAX_PROJECTS, MAX_SEED_LENGTH, MAX_YEARS};
pub use what_if::{AwardChange, Lever, Marginal, OneMore, SmallestChange, WhatIf};

use crate::core::{category::EnvelopeMode, money::Money};
use line::{Line, Rooms, cents, money};
use methods::exact::{Effort, Proof};

/// Divides the money. Always gives an outcome; the same one, to the byte, for the same input.
pub fn allocate(input: &FrozenInput) -> Outcome {
    let conflict = conflict::contradictions(input);
    if !conflict.is_empty() {
        return infeasible(input, conflict);
    }
    let mut ranked = ranked_lines(input);
    let mut run = Run::new(input, &ranked.lines);
    if let Err(conflict) = run.divide(&mut ranked.lines) {
        return infeasible(input, conflict);
    }
    let awards = awards(input, &ranked.lines, &run.category_rooms);
    let violations = check(input, &awards);
    if !violations.is_empty() {
        let conflict = conflict::of_violations(input, &violations);
        return infeasible(input, conflict);
    }
    let story = trace::Story {
        input,
        lines: &ranked.lines,
        rooms: &run.category_rooms,
        decided_by_id: &ranked.decided_by_id,
        proof: run.proof.as_ref(),
    };
    let (left, binding, trace) = (left(input, &awards), story.binding(), story.trace());
    let status = match &run.proof {
        Some(proof) if proof.is_optimal() => Status::Optimal,
        _ => Status::Feasible,
    };
    Outcome {
        awards,
        left,
        binding,
        trace,
        what_if: what_if::what_if(what_if::Done {
            input,
            lines: &ranked.lines,
            rooms: &run.category_rooms,
            proof: run.proof.as_ref(),
        }),
        ..outcome(input, status)
    }
}

/// The rules that no division can keep together, whatever the methods; none if there is such a division, or if that was not settled.
/// With a leftover pass the amounts of categories are no limits, so nothing is said.
fn free_of_methods(input: &Input) -> Option<Vec<RuleLine>> {
    if input.leftover {
        return None;
    }
    let mut free = input.clone();
    free.categories
        .iter_mut()
        .for_each(|it| it.method = Method::Exact);
    // Any division will do.
    free.projects
        .iter_mut()
        .for_each(|it| it.score = Score::default());
    let mut ranked = ranked_lines(&free);
    let mut run = Run::new(&free, &ranked.lines);
    let mut to_divide: ToDivide<'_, '_> = BTreeMap::new();
    for line in &mut ranked.lines {
        to_divide.entry(line.category).or_default().push(line);
    }
    let (_, mut field) = run.field(&mut to_divide);
    methods::exact::contradiction(&mut field)
}

fn outcome(input: &FrozenInput, status: Status) -> Outcome {
    Outcome {
        version: FORMAT_VERSION,
        input_sha256: input.sha256().to_owned(),
        engine: ENGINE.to_owned(),
        status,
        awards: Vec::new(),
        left: BTreeMap::new(),
        binding: Vec::new(),
        trace: Vec::new(),
        conflict: Vec::new(),
        what_if: WhatIf::default(),
    }
}

fn infeasible(input: &FrozenInput, conflict: Vec<RuleLine>) -> Outcome {
    Outcome {
        left: left(input, &[]),
        trace: vec![trace::no_division().to_owned()],
        conflict,
        ..outcome(input, Status::Infeasible)
    }
}

/// The projects per category and within it by the chain.
struct Ranked<'i> {
    lines: Vec<Line<'i>>,
    /// Per category, the projects that only their id put in order.
    decided_by_id: BTreeMap<usize, Vec<&'i str>>,
}

fn ranked_lines(input: &Input) -> Ranked<'_> {
    let unit = cents(input.rounding);
    let category_of: BTreeMap<&str, usize> = input
        .categories
        .iter()
        .enumerate()
        .map(|(index, it)| (it.id.as_str(), index))
        .collect();
    let mut placed: Vec<(usize, Rc<ties::Order>, &Project)> = input
        .projects
        .iter()
        .filter_map(|it| {
            Some((
                *category_of.get(it.category.as_str())?,
                ties::order(input, it),
                it,
            ))
        })
        .collect();
    placed.sort_by(|a, b| (a.0, &a.1.chain, &a.2.id).cmp(&(b.0, &b.1.chain, &b.2.id)));

    let mut decided_by_id: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for equal in placed
        .chunk_by(|a, b| (a.0, &a.1.chain) == (b.0, &b.1.chain))
        .filter(|it| 1 < it.len())
    {
        for (category, _, project) in equal {
            decided_by_id
                .entry(*category)
                .or_default()
                .push(&project.id);
        }
    }
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    let lines = placed.into_iter().map(|(category, order, project)| {
        let place = places.entry(category).or_default();
        *place += 1;
        Line {
            place: *place,
            ..Line::new(project, category, unit, order)
        }
    });
    Ranked {
        lines: lines.collect(),
        decided_by_id,
    }
}

struct Run<'i> {
    input: &'i Input,
    rooms: Rooms<'i>,
    /// What each category could spend per year when its turn came.
    category_rooms: BTreeMap<(usize, Year), i128>,
    /// What applicants were awarded so far.
    awarded: BTreeMap<(&'i str, Year), i128>,
    /// How good the division of the categories with `exact` is.
    proof: Option<Proof>,
    /// How many steps the categories with `exact` may take.
    effort: Effort,
}

/// The lines of each category that is still to be divided.
type ToDivide<'r, 'i> = BTreeMap<usize, Vec<&'r mut Line<'i>>>;

impl<'i> Run<'i> {
    fn new(input: &'i Input, lines: &[Line<'i>]) -> Run<'i> {
        let mut asked: BTreeMap<(usize, Year), i128> = BTreeMap::new();
        for line in lines {
            for ask in &line.asks {
                *asked.entry((line.category, ask.year)).or_default() += ask.most;
            }
        }
        Run {
            input,
            rooms: Rooms::new(input, &asked),
            category_rooms: BTreeMap::new(),
            awarded: BTreeMap::new(),
            proof: None,
            effort: Effort::FULL,
        }
    }

    /// All steps that award; the error is what keeps the money from being divided at all.
    fn divide(&mut self, lines: &mut [Line<'i>]) -> Result<(), Vec<RuleLine>> {
        self.divide_categories(lines)?;
        if self.input.leftover {
            leftover::divide(self.input, lines, &mut self.rooms);
        }
        Ok(())
    }

    /// Lines come per category in the order of the file. All categories with `exact` are divided at the turn
    /// of the first.
    fn divide_categories(&mut self, lines: &mut [Line<'i>]) -> Result<(), Vec<RuleLine>> {
        let mut to_divide: ToDivide<'_, 'i> = BTreeMap::new();
        for line in lines {
            to_divide.entry(line.category).or_default().push(line);
        }
        for (index, category) in self.input.categories.iter().enumerate() {
            match category.method {
                Method::Exact if self.proof.is_none() => self.divide_exact(&mut to_divide)?,
                Method::Exact => {}
                method => {
                    let mut lines = to_divide.remove(&index).unwrap_or_default();
                    self.divide_one(index, category, method, &mut lines);
                }
            }
        }
        Ok(())
    }

    fn divide_one(
        &mut self,
        index: usize,
        category: &CategoryRule,
        method: Method,
        lines: &mut [&mut Line<'i>],
    ) {
        let rooms = self.rooms.of(index, category);
        self.category_rooms
            .extend(rooms.iter().map(|(year, room)| ((index, *year), *room)));
        let envelope = methods::Envelope {
            rooms,
            own: &mut self.rooms.own,
            unit: cents(self.input.rounding),
        };
        methods::divide(method, lines, envelope);
        self.settle(index, category, lines.iter().map(|it| &**it));
    }

    fn divide_exact(&mut self, to_divide: &mut ToDivide<'_, 'i>) -> Result<(), Vec<RuleLine>> {
        let (exact, mut field) = self.field(to_divide);
        let proof = methods::exact::divide(&mut field)?;
        let methods::exact::Field { lines, own, .. } = field;
        self.proof = Some(proof);
        self.rooms.own = own;
        for (index, category) in exact {
            let lines = lines.iter().map(|it| &**it);
            self.settle(index, category, lines.filter(|it| it.category == index));
        }
        Ok(())
    }

    /// The categories with `exact`, and what they may divide together.
    fn field<'r>(
        &mut self,
        to_divide: &mut ToDivide<'r, 'i>,
    ) -> (
        Vec<(usize, &'i CategoryRule)>,
        methods::exact::Field<'r, 'i>,
    ) {
        let all = self.input.categories.iter().enumerate();
        let exact: Vec<(usize, &'i CategoryRule)> =
            all.filter(|(_, it)| it.method == Method::Exact).collect();
        let mut lines: Vec<&'r mut Line<'i>> = Vec::new();
        for (index, _) in &exact {
            lines.extend(to_divide.remove(index).unwrap_or_default());
        }
        let shared = exact
            .iter()
            .filter(|(_, it)| it.mode != EnvelopeMode::RingFenced);
        let years = self.input.years.iter();
        let rooms: BTreeMap<Year, i128> = years
            .map(|year| {
                (
                    *year,
                    self.rooms.together(*year, shared.clone().map(|it| it.0)),
                )
            })
            .collect();
        let mut category_rooms = BTreeMap::new();
        for (index, category) in &exact {
            for (year, amount) in &category.amounts {
                let room = rooms.get(year).copied().unwrap_or_default();
                let room = match category.mode {
                    EnvelopeMode::AtLeast => room,
                    EnvelopeMode::AtMost => room.min(self.rooms.amount(*index, *year, *amount)),
                    EnvelopeMode::RingFenced => self.rooms.amount(*index, *year, *amount),
                };
                category_rooms.insert((*index, *year), room);
            }
        }
        self.category_rooms
            .extend(category_rooms.iter().map(|(key, room)| (*key, *room)));
        let leasts = self.leasts(to_divide);
        let field = methods::exact::Field {
            input: self.input,
            lines,
            rooms,
            category_rooms,
            own: std::mem::take(&mut self.rooms.own),
            leasts,
            effort: self.effort,
        };
        (exact, field)
    }

    /// What applicants must still get, of those that have nothing in a category that is yet to come.
    fn leasts(&self, to_divide: &ToDivide<'_, 'i>) -> BTreeMap<(&'i str, Year), i128> {
        let later = to_divide.values().flatten();
        let later: BTreeSet<&str> = later.map(|it| it.project.applicant.as_str()).collect();
        let rules = self.input.applicants.iter();
        rules
            .filter(|(id, _)| !later.contains(id.as_str()))
            .flat_map(|(id, rule)| {
                rule.at_least.iter().map(|(year, least)| {
                    let key = (id.as_str(), *year);
                    let awarded = self.awarded.get(&key).copied().unwrap_or_default();
                    (key, cents(*least) - awarded)
                })
            })
            .collect()
    }

    /// Books what was awarded to these lines, which are all of one category.
    fn settle<'r>(
        &mut self,
        index: usize,
        category: &CategoryRule,
        lines: impl Iterator<Item = &'r Line<'i>>,
    ) where
        'i: 'r,
    {
        let mut awarded: BTreeMap<Year, i128> = BTreeMap::new();
        for line in lines {
            for ask in &line.asks {
                *awarded.entry(ask.year).or_default() += ask.award;
                let key = (line.project.applicant.as_str(), ask.year);
                *self.awarded.entry(key).or_default() += ask.award;
            }
        }
        self.rooms.settle(index, category, &awarded);
    }

    /// Whether every floor and every applicant's least is reached.
    fn keeps_leasts(&self, lines: &[Line<'_>]) -> bool {
        let mut of_category: BTreeMap<(usize, Year), (i128, i128)> = BTreeMap::new();
        let mut of_applicant: BTreeMap<(&str, Year), i128> = BTreeMap::new();
        for line in lines {
            for ask in &line.asks {
                let (asked, awarded) = of_category.entry((line.category, ask.year)).or_default();
                *asked += ask.most;
                *awarded += ask.award;
                *of_applicant
                    .entry((&line.project.applicant, ask.year))
                    .or_default() += ask.award;
            }
        }
        let unit = cents(self.input.rounding);
        let mut floors = self
            .input
            .categories
            .iter()
            .enumerate()
            .flat_map(|(index, it)| {
                let is_floor = it.mode == EnvelopeMode::AtLeast;
                let amounts = it.amounts.iter().filter(move |_| is_floor);
                amounts.map(move |(year, amount)| ((index, *year), cents(*amount) / unit * unit))
            });
        let mut leasts = self.input.applicants.iter().flat_map(|(id, it)| {
            let amounts = it.at_least.iter();
            amounts.map(move |(year, amount)| ((id.as_str(), *year), cents(*amount)))
        });
        floors.all(|(key, floor)| {
            let (asked, awarded) = of_category.get(&key).copied().unwrap_or_default();
            floor.min(asked) <= awarded
        }) && leasts
            .all(|(key, least)| least <= of_applicant.get(&key).copied().unwrap_or_default())
    }
}

/// One award per eligible amount, by id and year.
fn awards(input: &Input, lines: &[Line<'_>], rooms: &BTreeMap<(usize, Year), i128>) -> Vec<Award> {
    let sentences = sentences::Sentences::new(input, lines, rooms);
    let mut awards: Vec<Award> = lines
        .iter()
        .flat_map(|line| sentences.awards(line))
        .collect();
    awards.sort_by(|a, b| (&a.id, a.year).cmp(&(&b.id, b.year)));
    awards
}

/// What is left of each category's amount and of the year's ceiling. A category that the leftover pass
/// brought over its amount has nothing left.
fn left(input: &Input, awards: &[Award]) -> BTreeMap<Year, BTreeMap<String, Money>> {
    let category_of: BTreeMap<&str, &str> = input
        .projects
        .iter()
        .map(|it| (it.id.as_str(), it.category.as_str()))
        .collect();
    let mut spent: BTreeMap<(&str, Year), i128> = BTreeMap::new();
    for award in awards {
        let category = category_of
            .get(award.id.as_str())
            .copied()
            .unwrap_or_default();
        for key in [category, "total"] {
            *spent.entry((key, award.year)).or_default() += cents(award.amount);
        }
    }
    let rest = |key: &str, year: Year, amount: Money| {
        let spent = spent.get(&(key, year)).copied().unwrap_or_default();
        (key.to_owned(), money((cents(amount) - spent).max(0)))
    };
    input
        .ceilings
        .iter()
        .map(|(year, ceiling)| {
            let categories = input
                .categories
                .iter()
                .filter_map(|it| Some(rest(&it.id, *year, *it.amounts.get(year)?)));
            let total = std::iter::once(rest("total", *year, *ceiling));
            (*year, categories.chain(total).collect())
        })
        .collect()
}
