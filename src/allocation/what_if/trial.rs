//! Dividing once more with one thing changed, and what that gives one project.

use std::{
    cell::{Cell, OnceCell},
    collections::BTreeMap,
};

use super::{Aim, Done, Subject, demands_a_least, is_ranking, sim::Sim};
use crate::{
    allocation::{
        Run,
        input::{Method, Project, Year},
        line::{Ask, Line, OwnRooms, cents},
        methods::{
            self,
            exact::{Effort, Proof},
        },
        score::Score,
        ties,
    },
    core::category::EnvelopeMode,
};

/// So many projects may be divided again, in all trials together. What is more than this is told with less precision.
pub(super) const MOST_TRIED: usize = 200_000;
/// So many steps of the search for the highest value may be taken, in all trials together.
const MOST_SEARCHED: usize = 4_000_000;

/// Cents per year.
pub(super) type Amounts = BTreeMap<Year, i128>;

/// What a trial gave a project.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// What was aimed for; `is_whole` if that is also all it asks, and its applicant's own limit took nothing off.
    Funded { is_whole: bool },
    /// Not; this much more room, per year, is the least that can help next.
    Short(Amounts),
    /// Not, and more money does not help.
    Never,
}

/// Everything that is tried on one finished division.
pub(super) struct Bench<'r, 'i> {
    pub done: Done<'r, 'i>,
    /// What everyone asks, per year.
    pub asked: Amounts,
    /// The highest score of all.
    pub highest: Score,
    categories: Vec<Category<'r, 'i>>,
    left_to_try: Cell<usize>,
    /// Steps that may still be spent on searching again.
    left_to_search: Cell<usize>,
}

/// One category and how it can be divided apart.
pub(super) struct Category<'r, 'i> {
    /// Its lines among all.
    lines: &'r [Line<'i>],
    /// The index of the first of them.
    start: usize,
    /// What it could spend.
    pub rooms: Amounts,
    /// What its projects ask.
    pub asked: Amounts,
    /// Whether more money for it reaches it, so that it can be divided apart from the others.
    is_apart: bool,
    /// Whether nothing after its own division can give its projects anything.
    is_final: bool,
    sim: OnceCell<Option<Sim>>,
}

/// How a category is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The short copy of the rankings.
    Short,
    /// The engine on one category.
    Apart,
    /// The engine on everything.
    Whole,
}

impl<'r, 'i> Bench<'r, 'i> {
    pub(super) fn new(done: Done<'r, 'i>, most_tried: usize) -> Bench<'r, 'i> {
        let demands = demands_a_least(done.input);
        let has_limits = |lines: &[Line<'_>]| {
            let rules = &done.input.applicants;
            let most = |it: &Line<'_>| rules.get(&it.project.applicant).map(|it| &it.at_most);
            lines.iter().filter_map(most).any(|it| !it.is_empty())
        };
        let mut start = 0;
        let mut categories = Vec::new();
        for (index, rule) in done.input.categories.iter().enumerate() {
            let rest = done.lines.get(start..).unwrap_or_default();
            let size = rest.partition_point(|it| it.category <= index);
            let lines = rest.get(..size).unwrap_or_default();
            let is_fenced = rule.mode == EnvelopeMode::RingFenced;
            let reaches = is_fenced
                || rule
                    .amounts
                    .keys()
                    .all(|it| nobody_before(done, index, *it));
            let in_year = |year: &Year| Some((*year, *done.rooms.get(&(index, *year))?));
            categories.push(Category {
                lines,
                start,
                asked: asked(lines),
                rooms: rule.amounts.keys().filter_map(in_year).collect(),
                is_apart: reaches && !demands && !has_limits(lines) && rule.method != Method::Exact,
                is_final: is_fenced || !done.input.leftover,
                sim: OnceCell::new(),
            });
            start += size;
        }
        Bench {
            done,
            asked: asked(done.lines),
            highest: done
                .lines
                .iter()
                .map(|it| it.project.score)
                .max()
                .unwrap_or_default(),
            categories,
            left_to_try: Cell::new(most_tried),
            left_to_search: Cell::new(MOST_SEARCHED),
        }
    }

    pub(super) fn category(&self, index: usize) -> Option<&Category<'r, 'i>> {
        self.categories.get(index)
    }

    /// The ways that can be tried for a category, the most certain first; with each whether it tells the last cent.
    pub(super) fn ways(&self, index: usize) -> Vec<(Way, bool)> {
        self.ways_where(index, false)
    }

    /// The same for more money for a subject. The leftover pass gives nothing to who has something, so of that the own
    /// division of the category tells the last cent.
    pub(super) fn ways_of_money(&self, subject: &Subject) -> Vec<(Way, bool)> {
        let Some(line) = self.done.lines.get(subject.line) else {
            return Vec::new();
        };
        self.ways_where(line.category, has_something(subject, line))
    }

    fn ways_where(&self, index: usize, has_something: bool) -> Vec<(Way, bool)> {
        let Some(category) = self.categories.get(index) else {
            return Vec::new();
        };
        let own = match (category.is_apart, self.sim(index)) {
            (false, _) => None,
            (true, Some(_)) => Some(Way::Short),
            (true, None) => Some(Way::Apart),
        };
        match own {
            Some(own) if category.is_final || has_something => vec![(own, true)],
            own => {
                let whole = self.can_be_repeated().then_some((Way::Whole, true));
                whole.into_iter().chain(own.map(|it| (it, false))).collect()
            }
        }
    }

    /// With more money for the subject's category. None if no more can be tried.
    pub(super) fn with_money(
        &self,
        way: Way,
        subject: &Subject,
        more: &Amounts,
    ) -> Option<Verdict> {
        let line = self.done.lines.get(subject.line)?;
        if way == Way::Short {
            let at = self.at(subject)?;
            return Some(self.sim(line.category)?.with_money(at, subject.from, more));
        }
        let lines = self.lines(way, line.category)?;
        self.spend(lines.len())?;
        let position = self.position(way, subject)?;
        let divided = self.divide(way, line.category, lines.to_vec(), more)?;
        let after = divided.as_ref().and_then(|it| it.get(position));
        let is_dropped = after.is_some_and(|it| !has_something(subject, it));
        if way == Way::Apart && is_dropped && has_something(subject, line) && !self.is_final(line) {
            // What comes after could give it something again.
            return None;
        }
        Some(verdict(subject, after))
    }

    /// Where projects are passed over: money for all up to and including the subject. None elsewhere.
    pub(super) fn enough(&self, subject: &Subject) -> Option<Amounts> {
        let line = self.done.lines.get(subject.line)?;
        let method = self.done.input.categories.get(line.category)?.method;
        let is_apart = self.category(line.category)?.is_apart && method == Method::RankingSkip;
        let at = self.at(subject)?;
        is_apart.then(|| self.sim(line.category)?.enough(at, subject.from))?
    }

    /// With another score or request of the subject's project. None if no more can be tried.
    pub(super) fn with_project(
        &self,
        way: Way,
        subject: &Subject,
        project: &Project,
    ) -> Option<Verdict> {
        let line = self.done.lines.get(subject.line)?;
        let unit = cents(self.done.input.rounding);
        let order = ties::changed_order(self.done.input, project, &line.order);
        let mine = self.category(line.category)?.lines;
        let at = self.at(subject)?;
        let to = mine
            .partition_point(|it| (&it.order.chain, &it.project.id) < (&order.chain, &project.id));
        let changed = Line::new(project, line.category, unit, order);
        if way == Way::Short {
            return Some(
                self.sim(line.category)?
                    .moved(to.min(at), subject, &changed),
            );
        }
        let all = self.lines(way, line.category)?;
        self.spend(all.len())?;
        let mut lines: Vec<Line<'_>> = all.to_vec();
        let offset = self.position(way, subject)? - at;
        let to = to - usize::from(at < to) + offset;
        lines.remove(at + offset);
        lines.insert(to, changed);
        let divided = self.divide(way, line.category, lines, &Amounts::new())?;
        Some(verdict(subject, divided.as_ref().and_then(|it| it.get(to))))
    }

    /// The lines with more money for one category, and only of that category unless all is divided. None if no more can be
    /// tried, `Some(None)` if there is no division then.
    pub(super) fn again(
        &self,
        way: Way,
        index: usize,
        more: &Amounts,
    ) -> Option<Option<Vec<Line<'i>>>> {
        let lines = self.lines(way, index)?;
        self.spend(lines.len())?;
        self.divide(way, index, lines.to_vec(), more)
    }

    /// The whole with more money for one category, where `exact` has to search again. None if the search was not
    /// settled to the last project before, or is not within the steps that are left; `Some(None)` if there is no division then.
    pub(super) fn searched(&self, index: usize, more: &Amounts) -> Option<Option<Vec<Line<'i>>>> {
        let settled = |it: &Proof| it.is_optimal() && it.is_settled;
        let left = self.left_to_search.get();
        // What one search took the next will take about as well.
        let before = self
            .done
            .proof
            .filter(|it| settled(it) && it.steps <= left)?;
        let mut lines: Vec<Line<'i>> = self.done.lines.iter().map(Line::afresh).collect();
        let mut run = self.raised(index, &lines, more)?;
        run.effort = Effort {
            search: left.min(before.steps.saturating_mul(4)),
            ties: left.min(before.steps.saturating_mul(4)),
        };
        let divided = run.divide(&mut lines);
        let spent = run.proof.as_ref().map_or(left, |it| it.steps);
        self.left_to_search.set(left.saturating_sub(spent));
        divided.ok()?;
        run.proof.as_ref().filter(|it| settled(it))?;
        let keeps = !demands_a_least(self.done.input) || run.keeps_leasts(&lines);
        Some(keeps.then_some(lines))
    }

    /// Everything before it is divided, with more money for one category.
    fn raised(&self, index: usize, lines: &[Line<'i>], more: &Amounts) -> Option<Run<'i>> {
        let category = self.done.input.categories.get(index)?;
        let mut run = Run::new(self.done.input, lines);
        for (year, by) in more {
            run.rooms.raise(index, category, *year, *by);
        }
        Some(run)
    }

    /// The lines that a way divides.
    pub(super) fn lines(&self, way: Way, index: usize) -> Option<&'r [Line<'i>]> {
        match way {
            Way::Whole => Some(self.done.lines),
            Way::Short | Way::Apart => Some(self.category(index)?.lines),
        }
    }

    /// Whether everything may be divided again for a single question: not where each division is a search.
    pub(super) fn can_be_repeated(&self) -> bool {
        let mut methods = self.done.input.categories.iter().map(|it| it.method);
        !methods.any(|it| it == Method::Exact)
    }

    /// Counts what will be divided. None if that is too much.
    fn spend(&self, lines: usize) -> Option<()> {
        let left = self.left_to_try.get().checked_sub(lines)?;
        self.left_to_try.set(left);
        Some(())
    }

    fn sim(&self, index: usize) -> Option<&Sim> {
        let category = self.category(index)?;
        let method = self.done.input.categories.get(index)?.method;
        let unit = cents(self.done.input.rounding);
        let sim = || {
            is_ranking(method)
                .then(|| Sim::new(method, category.lines, &category.rooms, unit))
                .flatten()
        };
        category.sim.get_or_init(sim).as_ref()
    }

    fn is_final(&self, line: &Line<'_>) -> bool {
        self.category(line.category).is_some_and(|it| it.is_final)
    }

    /// Where the subject's line stands in its category.
    fn at(&self, subject: &Subject) -> Option<usize> {
        let line = self.done.lines.get(subject.line)?;
        subject
            .line
            .checked_sub(self.category(line.category)?.start)
    }

    /// Where the subject's line stands among those that a way divides.
    fn position(&self, way: Way, subject: &Subject) -> Option<usize> {
        match way {
            Way::Whole => Some(subject.line),
            Way::Short | Way::Apart => self.at(subject),
        }
    }

    fn divide<'t>(
        &self,
        way: Way,
        index: usize,
        lines: Vec<Line<'t>>,
        more: &Amounts,
    ) -> Option<Option<Vec<Line<'t>>>>
    where
        'i: 't,
    {
        let mut lines: Vec<Line<'t>> = lines.iter().map(Line::afresh).collect();
        let category = self.done.input.categories.get(index)?;
        if way == Way::Whole {
            let mut run = Run::new(self.done.input, &lines);
            for (year, by) in more {
                run.rooms.raise(index, category, *year, *by);
            }
            run.divide(&mut lines).ok()?;
            let keeps = !demands_a_least(self.done.input) || run.keeps_leasts(&lines);
            return Some(keeps.then_some(lines));
        }
        let mut rooms = self.category(index)?.rooms.clone();
        for (year, by) in more {
            rooms.entry(*year).and_modify(|it| *it += by);
        }
        let mut own = OwnRooms::new();
        let envelope = methods::Envelope {
            rooms,
            own: &mut own,
            unit: cents(self.done.input.rounding),
        };
        let mut each: Vec<&mut Line<'t>> = lines.iter_mut().collect();
        methods::divide(category.method, &mut each, envelope);
        Some(Some(lines))
    }
}

/// Whether no earlier category takes what a higher ceiling of a year brings: each has all of its own amount.
fn nobody_before(done: Done<'_, '_>, index: usize, year: Year) -> bool {
    let earlier = done.input.categories.iter().enumerate().take(index);
    earlier
        .filter_map(|(other, it)| Some((other, it, *it.amounts.get(&year)?)))
        .all(|(other, it, amount)| {
            it.mode == EnvelopeMode::RingFenced
                || it.mode == EnvelopeMode::AtMost
                    && done.rooms.get(&(other, year)) == Some(&cents(amount))
        })
}

/// Whether it got something in each of its years.
fn has_something(subject: &Subject, line: &Line<'_>) -> bool {
    subject.asks(line).iter().all(|it| 0 < it.award)
}

fn asked(lines: &[Line<'_>]) -> Amounts {
    let mut asked = Amounts::new();
    for ask in lines.iter().flat_map(|it| &it.asks) {
        *asked.entry(ask.year).or_default() += ask.eligible;
    }
    asked
}

fn verdict(subject: &Subject, line: Option<&Line<'_>>) -> Verdict {
    let Some(asks) = line.map(|it| subject.asks(it)) else {
        return Verdict::Never;
    };
    let is_met = |it: &Ask| match subject.aim {
        Aim::Something => 0 < it.award,
        Aim::InFull => 0 < it.award && (it.award == it.most || it.short == 0),
    };
    if asks.iter().all(is_met) {
        let is_whole = asks.iter().all(|it| it.award == it.most);
        return Verdict::Funded { is_whole };
    }
    let of = |short: fn(&Ask) -> i128| -> Amounts {
        let years = asks.iter().map(|it| (it.year, short(it)));
        years.filter(|(_, it)| 0 < *it).collect()
    };
    let own = of(|it| it.short);
    let spare = of(|it| it.spare_short.unwrap_or_default());
    // Two steps can fund it; the nearer of the two is the next to try.
    let nearest = [own, spare]
        .into_iter()
        .filter(|it| !it.is_empty())
        .min_by_key(|it| it.values().sum::<i128>());
    nearest.map_or(Verdict::Never, Verdict::Short)
}
