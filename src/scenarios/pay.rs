//! Which envelope pays for which line. Pure.
//!
//! A line is paid whole from the envelope of its category where that has room. Where the leftover pass gave a
//! category more than its envelope has, another envelope that has money left pays for the lines that do not fit: whole
//! if one can, else each a part. Ring-fences stay closed both ways. So whatever the engine may divide can be paid.

use std::collections::BTreeMap;

use super::{division::Line, pots::Pot};
use crate::{
    core::{
        category::{Category, EnvelopeKind, EnvelopeMode},
        ids::EnvelopeId,
        money::{Money, MoneyError},
    },
    error::Refusal,
    schemes::WindowKind,
};

/// Per project and year, the envelopes that pay with how much each; nearly always one.
pub type Payers = BTreeMap<(String, i32), Vec<(EnvelopeId, Money)>>;

type Rooms = BTreeMap<EnvelopeId, Money>;

/// Finds the envelopes of each line.
///
/// # Errors
/// [`Refusal::OverCeiling`] if a category gets more than there is for it in all envelopes that may pay: then money
/// has to be transferred first.
pub fn payers(lines: &[Line], pots: &[Pot], window: WindowKind) -> Result<Payers, Refusal> {
    let paid = paid(lines, pots);
    match paid.short.first() {
        None => Ok(paid.payers),
        Some((line, pot, _)) => Err(over(line, pot, lines, window)),
    }
}

/// How far the envelopes can pay.
struct Paid<'l> {
    payers: Payers,
    /// What they leave.
    rooms: Rooms,
    /// The lines that are not paid whole, and what is short.
    short: Vec<(&'l Line, &'l Pot, Money)>,
}

fn paid<'l>(lines: &'l [Line], pots: &'l [Pot]) -> Paid<'l> {
    let mut rooms: Rooms = pots
        .iter()
        .flat_map(|it| it.years.values().cloned())
        .collect();
    let mut payers = Payers::new();
    let mut homeless = Vec::new();
    // The largest first: what does not fit then is small, and finds room elsewhere sooner.
    let mut by_size: Vec<&Line> = lines.iter().collect();
    by_size.sort_by(|a, b| (b.amount, &a.project, a.year).cmp(&(a.amount, &b.project, b.year)));
    for line in by_size {
        let Some((pot, own)) = home(line, pots) else {
            continue;
        };
        if take(&mut rooms, own, line.amount) {
            let whole = vec![(own.clone(), line.amount)];
            payers.insert((line.project.clone(), line.year), whole);
        } else {
            homeless.push((line, pot, own));
        }
    }
    let mut short = Vec::new();
    for (line, pot, own) in homeless {
        let (parts, left) = elsewhere(line, pot, own, pots, &mut rooms);
        if !left.is_zero() {
            short.push((line, pot, left));
        }
        payers.insert((line.project.clone(), line.year), parts);
    }
    Paid {
        payers,
        rooms,
        short,
    }
}

/// What is left in each envelope, by year and category.
pub fn left(lines: &[Line], pots: &[Pot]) -> Vec<(i32, Category, Money)> {
    let rooms = paid(lines, pots).rooms;
    let of = |pot: &Pot| {
        let years = pot.years.iter();
        let left = years.map(|(year, (id, _))| (*year, rooms.get(id).copied().unwrap_or_default()));
        left.collect::<Vec<_>>()
    };
    let all = pots.iter().flat_map(|pot| {
        of(pot)
            .into_iter()
            .map(|(year, left)| (year, pot.category, left))
    });
    let mut all: Vec<(i32, Category, Money)> = all.collect();
    all.sort_by_key(|(year, _, _)| *year);
    all
}

/// What no envelope that may pay can pay of a category in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// The category.
    pub category: Category,
    /// The budget year.
    pub year: i32,
    /// How much.
    pub short: Money,
    /// Whether the other envelopes of that year that are not ring-fenced have it: then it can be transferred.
    pub is_elsewhere: bool,
}

/// What has to be transferred before these lines can be paid; by year and category.
///
/// # Errors
/// A sum that is too large.
pub fn shortages(lines: &[Line], pots: &[Pot]) -> Result<Vec<Shortage>, MoneyError> {
    let paid = paid(lines, pots);
    let mut sums: BTreeMap<(i32, Category), Money> = BTreeMap::new();
    for (line, pot, short) in &paid.short {
        let sum = sums.entry((line.year, pot.category)).or_default();
        *sum = sum.checked_add(*short)?;
    }
    let shortage = |((year, category), short): ((i32, Category), Money)| {
        let others = pots
            .iter()
            .filter(|it| it.category != category && it.mode != EnvelopeMode::RingFenced);
        let envelopes = others.filter_map(|it| it.years.get(&year));
        let there = Money::sum(envelopes.filter_map(|(id, _)| paid.rooms.get(id).copied()))?;
        Ok(Shortage {
            category,
            year,
            short,
            is_elsewhere: short <= there,
        })
    };
    sums.into_iter().map(shortage).collect()
}

/// Another envelope that pays the whole line, or else parts: its own envelope first. With what nobody pays.
fn elsewhere(
    line: &Line,
    pot: &Pot,
    own: &EnvelopeId,
    pots: &[Pot],
    rooms: &mut Rooms,
) -> (Vec<(EnvelopeId, Money)>, Money) {
    if let Some(whole) = others(pot, line.year, pots).find(|it| take(rooms, it, line.amount)) {
        return (vec![(whole.clone(), line.amount)], Money::ZERO);
    }
    let mut parts = Vec::new();
    let mut left = line.amount;
    for envelope in std::iter::once(own).chain(others(pot, line.year, pots)) {
        let room = rooms.get(envelope).copied().unwrap_or_default();
        let part = room.min(left);
        if !part.is_zero() && take(rooms, envelope, part) {
            parts.push((envelope.clone(), part));
            left = left.checked_sub(part).unwrap_or_default();
        }
    }
    (parts, left)
}

fn home<'p>(line: &Line, pots: &'p [Pot]) -> Option<(&'p Pot, &'p EnvelopeId)> {
    let pot = pots
        .iter()
        .find(|it| it.category.as_str() == line.category)?;
    pot.years.get(&line.year).map(|(own, _)| (pot, own))
}

fn take(rooms: &mut Rooms, from: &EnvelopeId, amount: Money) -> bool {
    let Some(room) = rooms.get_mut(from) else {
        return false;
    };
    match room.checked_sub(amount) {
        Ok(left) if Money::ZERO <= left => {
            *room = left;
            true
        }
        _ => false,
    }
}

fn others<'p>(own: &'p Pot, year: i32, pots: &'p [Pot]) -> impl Iterator<Item = &'p EnvelopeId> {
    let is_open = |it: &Pot| it.mode != EnvelopeMode::RingFenced;
    pots.iter()
        .filter(move |it| is_open(own) && is_open(it) && it.category != own.category)
        .filter_map(move |it| it.years.get(&year).map(|(envelope, _)| envelope))
}

fn over(line: &Line, pot: &Pot, lines: &[Line], window: WindowKind) -> Refusal {
    let same = |it: &&Line| it.category == line.category && it.year == line.year;
    Refusal::OverCeiling {
        year: line.year,
        envelope: match window {
            WindowKind::Main => pot.category.envelope(),
            WindowKind::TopUp => EnvelopeKind::Reserve,
        },
        asked: Money::sum(lines.iter().filter(same).map(|it| it.amount)).unwrap_or(Money::MAX),
        room: pot
            .years
            .get(&line.year)
            .map_or(Money::ZERO, |(_, free)| *free),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::Method;

    fn pot(category: Category, mode: EnvelopeMode, free: i32) -> Pot {
        let own = (EnvelopeId::from(category.as_str()), Money::from_euros(free));
        Pot {
            category,
            mode,
            method: Method::ProRata,
            years: [(2027, own)].into_iter().collect(),
        }
    }

    fn line(project: &str, category: Category, amount: i32) -> Line {
        Line {
            project: project.to_owned(),
            year: 2027,
            applicant: "GM0503".to_owned(),
            category: category.as_str().to_owned(),
            score: "4.00".to_owned(),
            eligible: Money::from_euros(amount),
            minimum: Money::ZERO,
            computed: Money::from_euros(amount),
            amount: Money::from_euros(amount),
            reason: "x".to_owned(),
            is_edited: false,
        }
    }

    fn envelopes(of: &Payers) -> Vec<(&str, Vec<(&str, i64)>)> {
        of.iter()
            .map(|(it, by)| {
                let by = by.iter().map(|(id, it)| (id.as_str(), it.cents() / 100));
                (it.0.as_str(), by.collect())
            })
            .collect()
    }

    #[test]
    fn what_is_left_over_is_paid_by_the_envelope_that_left_it() {
        let pots = [
            pot(Category::Baseline, EnvelopeMode::AtMost, 100),
            pot(Category::Prevention, EnvelopeMode::RingFenced, 100),
            pot(Category::OneYear, EnvelopeMode::AtMost, 50),
        ];
        let lines = [
            line("a", Category::Baseline, 60),
            line("b", Category::OneYear, 50),
            line("c", Category::OneYear, 40),
        ];
        let paid = payers(&lines, &pots, WindowKind::Main).unwrap();
        assert_eq!(
            envelopes(&paid),
            [
                ("a", vec![("baseline", 60)]),
                ("b", vec![("one_year", 50)]),
                ("c", vec![("baseline", 40)])
            ]
        );
    }

    #[test]
    fn a_line_that_fits_nowhere_whole_is_paid_in_parts() {
        let pots = [
            pot(Category::Baseline, EnvelopeMode::AtMost, 100),
            pot(Category::OneYear, EnvelopeMode::AtMost, 50),
        ];
        let lines = [
            line("a", Category::Baseline, 60),
            line("b", Category::OneYear, 85),
            line("c", Category::OneYear, 5),
        ];
        let paid = payers(&lines, &pots, WindowKind::Main).unwrap();
        assert_eq!(
            envelopes(&paid),
            [
                ("a", vec![("baseline", 60)]),
                ("b", vec![("one_year", 45), ("baseline", 40)]),
                ("c", vec![("one_year", 5)])
            ]
        );
    }

    /// Whatever fits in what is open together is paid, to the cent, and no envelope pays more than it has.
    #[test]
    fn everything_that_fits_together_is_paid() {
        for seed in 0_i32..2_000 {
            let of = |at: i32, most: i32| (seed * 31 + at * at * 17 + seed / 7 * at) % most;
            let pots = [
                pot(Category::Baseline, EnvelopeMode::AtMost, of(1, 90)),
                pot(Category::OneYear, EnvelopeMode::AtMost, of(2, 90)),
            ];
            let lines: Vec<Line> = (3..9)
                .map(|at| {
                    let category =
                        [Category::Baseline, Category::OneYear][usize::from(at % 2 == 0)];
                    line(&format!("p{at}"), category, of(at, 40))
                })
                .collect();
            let room: i32 = of(1, 90) + of(2, 90);
            let asked: i32 = (3..9).map(|at| of(at, 40)).sum();
            let paid = payers(&lines, &pots, WindowKind::Main);
            assert_eq!(paid.is_ok(), asked <= room, "{seed}");
            let mut spent: Rooms = Rooms::new();
            for line in lines.iter().filter(|_| paid.is_ok()) {
                let parts = &paid.as_ref().unwrap()[&(line.project.clone(), 2027)];
                let sum = Money::sum(parts.iter().map(|it| it.1)).unwrap();
                assert_eq!(sum, line.amount, "{seed}");
                for (envelope, part) in parts {
                    let all = spent.entry(envelope.clone()).or_default();
                    *all = all.checked_add(*part).unwrap();
                }
            }
            for pot in &pots {
                let (id, free) = &pot.years[&2027];
                assert!(
                    spent.get(id).copied().unwrap_or_default() <= *free,
                    "{seed}"
                );
            }
        }
    }

    #[test]
    fn a_ring_fence_neither_pays_for_others_nor_gets_from_them() {
        let pots = [
            pot(Category::Prevention, EnvelopeMode::RingFenced, 100),
            pot(Category::OneYear, EnvelopeMode::AtMost, 50),
        ];
        let over = |category: Category, asked, room| {
            Err(Refusal::OverCeiling {
                year: 2027,
                envelope: category.envelope(),
                asked: Money::from_euros(asked),
                room: Money::from_euros(room),
            })
        };
        let lines = [line("b", Category::OneYear, 60)];
        let paid = payers(&lines, &pots, WindowKind::Main);
        assert_eq!(paid, over(Category::OneYear, 60, 50));
        let lines = [line("b", Category::Prevention, 110)];
        let paid = payers(&lines, &pots, WindowKind::Main);
        assert_eq!(paid, over(Category::Prevention, 110, 100));
    }
}
