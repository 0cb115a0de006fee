//! The smallest change of one kind that would have funded a project.

use std::cell::RefCell;

use super::{
    Aim, Lever, SmallestChange, Subject, is_ranking,
    told::{self, Told},
    trial::{Amounts, Bench, Verdict, Way},
};
use crate::allocation::{
    input::{Project, TieKey},
    line::{Ask, Line, cents, money as as_money},
    reason::Reason,
    score::Score,
};

/// More trials than this for one project are given up.
const MOST_STEPS: usize = 12;

/// The least more money.
pub(super) fn money(bench: &Bench<'_, '_>, subject: &Subject) -> Option<SmallestChange> {
    let line = bench.done.lines.get(subject.line)?;
    let goes_by_rank = is_ranking(bench.done.input.categories.get(line.category)?.method);
    let ways = bench.ways_of_money(subject);
    let (amounts, is_least, is_whole) = first_that_answers(ways, |way, is_last_cent| {
        let Some(amounts) = least_money(bench, way, subject)? else {
            return Some(None);
        };
        let verdict = bench.with_money(way, subject, &amounts)?;
        let is_whole = verdict == Verdict::Funded { is_whole: true };
        // A ranking that gives what an applicant may still get rounds that down: a few cents less can give the same.
        let is_rounded = goes_by_rank && !is_whole;
        if is_rounded && subject.asks(line).iter().any(|it| 0 < it.award) {
            return Some(None);
        }
        let is_least = is_last_cent && !is_rounded;
        Some(Some((amounts, is_least, is_whole)))
    })
    .or_else(|| Some((bench.enough(subject)?, false, true)))
    .or_else(|| Some((enough_for_all(bench, subject)?, false, true)))?;
    Some(told::change(
        bench.done.input,
        line,
        subject,
        Told {
            lever: Lever::Money,
            amounts,
            score: None,
            is_least,
            is_whole,
        },
    ))
}

/// The lowest higher score.
pub(super) fn score(bench: &Bench<'_, '_>, subject: &Subject) -> Option<SmallestChange> {
    let line = bench.done.lines.get(subject.line)?;
    let input = bench.done.input;
    let method = input.categories.get(line.category)?.method;
    let counts = input.ties.contains(&TieKey::Score) || input.leftover;
    let asks = subject.asks(line);
    let is_refused = asks.iter().all(|it| it.award == 0);
    if !counts || subject.is_held || !(is_ranking(method) || is_refused) {
        return None;
    }
    let top = (bench.highest.hundredths() + 1).min(Score::MAX.hundredths());
    let project = RefCell::new(Project::clone(line.project));
    let with = |way: Way, hundredths: i64| {
        project.borrow_mut().score = Score::from_hundredths(hundredths);
        let verdict = bench.with_project(way, subject, &project.borrow())?;
        Some(match verdict {
            Verdict::Funded { is_whole } => is_whole || subject.aim == Aim::Something,
            Verdict::Short(_) | Verdict::Never => false,
        })
    };
    let (hundredths, is_least) =
        first_that_answers(bench.ways(line.category), |way, is_last_cent| {
            let now = line.project.score.hundredths();
            if top <= now || !with(way, top)? {
                return Some(None);
            }
            let found = border(i128::from(now), i128::from(top), |it| {
                with(way, i64::try_from(it).ok()?)
            })?;
            Some(Some((i64::try_from(found).ok()?, is_last_cent)))
        })?;
    Some(told::change(
        input,
        line,
        subject,
        Told {
            lever: Lever::Score,
            amounts: Amounts::new(),
            score: Some(Score::from_hundredths(hundredths)),
            is_least,
            is_whole: true,
        },
    ))
}

/// The highest lower request, where the project can do with less.
pub(super) fn request(bench: &Bench<'_, '_>, subject: &Subject) -> Option<SmallestChange> {
    let line = bench.done.lines.get(subject.line)?;
    let method = bench.done.input.categories.get(line.category)?.method;
    let asks = subject.asks(line);
    let is_refused = asks.iter().all(|it| it.award == 0);
    if !is_ranking(method) || !is_refused {
        return None;
    }
    let (amounts, is_least) =
        first_that_answers(bench.ways(line.category), |way, is_last_cent| {
            Some(highest_request(bench, way, subject, line)?.map(|it| (it, is_last_cent)))
        })?;
    Some(told::change(
        bench.done.input,
        line,
        subject,
        Told {
            lever: Lever::Request,
            amounts,
            score: None,
            is_least,
            is_whole: true,
        },
    ))
}

/// Goes along the ways until one could be tried: the answer may be that there is none.
fn first_that_answers<T>(
    ways: Vec<(Way, bool)>,
    answer: impl Fn(Way, bool) -> Option<Option<T>>,
) -> Option<T> {
    ways.into_iter()
        .find_map(|(way, is_last_cent)| answer(way, is_last_cent))?
}

/// None if not enough could be tried.
fn least_money(bench: &Bench<'_, '_>, way: Way, subject: &Subject) -> Option<Option<Amounts>> {
    let mut more = Amounts::new();
    let mut steps = 0..MOST_STEPS;
    loop {
        steps.next()?;
        match bench.with_money(way, subject, &more)? {
            Verdict::Funded { .. } => break,
            Verdict::Never => return Some(None),
            // Nothing less can help, so that the first that does is the least: a project with more room before it leaves
            // at most that much more.
            Verdict::Short(short) => {
                if !may_help(bench, subject, &more) {
                    return Some(None);
                }
                short
                    .into_iter()
                    .for_each(|(year, by)| *more.entry(year).or_default() += by);
            }
        }
    }
    if more.values().all(|it| *it == 0) {
        return Some(None);
    }
    lowered(bench, way, subject, more).map(Some)
}

/// Where shares are rounded, and where years are coupled, a little less can do as well.
fn lowered(
    bench: &Bench<'_, '_>,
    way: Way,
    subject: &Subject,
    mut more: Amounts,
) -> Option<Amounts> {
    for _ in 0..4 {
        let before = more.clone();
        for (year, by) in &before {
            let with = |by: i128| {
                let mut other = more.clone();
                other.insert(*year, by);
                let verdict = bench.with_money(way, subject, &other)?;
                Some(matches!(verdict, Verdict::Funded { .. }))
            };
            if *by == 0 || !with(by - 1)? {
                continue;
            }
            let least = if with(0)? {
                0
            } else {
                border(0, by - 1, with)?
            };
            more.insert(*year, least);
        }
        if more == before {
            more.retain(|_, it| *it != 0);
            return Some(more);
        }
    }
    None
}

/// More than everyone asks together helps nobody.
fn may_help(bench: &Bench<'_, '_>, subject: &Subject, more: &Amounts) -> bool {
    let Some(line) = bench.done.lines.get(subject.line) else {
        return false;
    };
    let years = subject.asks(line).iter().map(|it| it.year);
    let mut tried = years.filter_map(|year| Some((more.get(&year)?, bench.asked.get(&year)?)));
    more.is_empty() || tried.any(|(more, asked)| more <= asked)
}

/// With shares: what is short for everyone together.
fn enough_for_all(bench: &Bench<'_, '_>, subject: &Subject) -> Option<Amounts> {
    let line = bench.done.lines.get(subject.line)?;
    let method = bench.done.input.categories.get(line.category)?.method;
    let ways = bench.ways(line.category);
    let reaches = ways.iter().any(|(way, _)| *way == Way::Apart);
    let asks = subject.asks(line);
    let has_money = |it: &Ask| matches!(it.reason, Reason::OwnMost { .. });
    if is_ranking(method) || !reaches || subject.is_held || asks.iter().any(has_money) {
        return None;
    }
    let category = bench.category(line.category)?;
    let mut short = Amounts::new();
    for ask in asks {
        let room = category.rooms.get(&ask.year)?;
        let by = category.asked.get(&ask.year)? - room;
        if 0 < by {
            short.insert(ask.year, by);
        }
    }
    (!short.is_empty()).then_some(short)
}

/// None if not enough could be tried.
fn highest_request(
    bench: &Bench<'_, '_>,
    way: Way,
    subject: &Subject,
    line: &Line<'_>,
) -> Option<Option<Amounts>> {
    let unit = cents(bench.done.input.rounding);
    let asks = subject.asks(line);
    let project = RefCell::new(Project::clone(line.project));
    let with = |amounts: &Amounts| {
        for (year, eligible) in &mut project.borrow_mut().eligible {
            let before = line.project.eligible.get(year).copied();
            let changed = amounts.get(year).map(|it| as_money(*it));
            *eligible = changed.or(before).unwrap_or_default();
        }
        let verdict = bench.with_project(way, subject, &project.borrow())?;
        Some(verdict == Verdict::Funded { is_whole: true })
    };
    let lowest = |ask: &Ask| ask.least.max(unit);
    let short = |it: &&Ask| 0 < it.short || 1 == asks.len();
    // Each year as low as it may be where it was short: the rest is raised again from there.
    let mut amounts: Amounts = asks
        .iter()
        .filter(short)
        .map(|it| (it.year, lowest(it)))
        .collect();
    if asks
        .iter()
        .any(|it| it.most <= lowest(it) && amounts.contains_key(&it.year))
    {
        return Some(None);
    }
    if amounts.is_empty() || !with(&amounts)? {
        return Some(None);
    }
    for ask in asks.iter().filter(short) {
        let mut others = amounts.clone();
        others.remove(&ask.year);
        if !others.is_empty() && with(&others)? {
            amounts = others;
            continue;
        }
        let lowest = lowest(ask);
        let units = (ask.most - lowest) / unit;
        // What it asks above the last whole unit can be too much as well: the chain may prefer the lower amount.
        let asked = if ask.most < ask.eligible { -1 } else { 0 };
        let steps_down = border(asked, units, |down| {
            let mut other = amounts.clone();
            other.insert(ask.year, ask.most - down * unit);
            with(&other)
        })?;
        amounts.insert(ask.year, ask.most - steps_down * unit);
    }
    Some(Some(amounts))
}

/// The least number above `no` that works, where `yes` is known to work; exactly one step less does not. None if not
/// enough could be tried.
fn border(mut no: i128, mut yes: i128, works: impl Fn(i128) -> Option<bool>) -> Option<i128> {
    while no + 1 < yes {
        let middle = no + (yes - no) / 2;
        if works(middle)? {
            yes = middle;
        } else {
            no = middle;
        }
    }
    Some(yes)
}
