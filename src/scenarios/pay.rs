//! Which envelope pays for which line. Pure.
//!
//! A line is paid whole from one envelope: that of its category. Where the leftover pass gave a
//! category more than its envelope has, other lines' envelopes that have money left pay for what does
//! not fit. Ring-fences stay closed both ways.

use std::collections::BTreeMap;

use super::{division::Line, pots::Pot};
use crate::{
    core::{
        category::{EnvelopeKind, EnvelopeMode},
        ids::EnvelopeId,
        money::Money,
    },
    error::Refusal,
    schemes::WindowKind,
};

/// Per project and year, the envelope that pays.
pub type Payers = BTreeMap<(String, i32), EnvelopeId>;

/// Finds the envelope of each line.
///
/// # Errors
/// [`Refusal::OverCeiling`] if a category gets more than its envelope has, and no other has room
/// for a whole line: then money has to be transferred first.
pub fn payers(lines: &[Line], pots: &[Pot], window: WindowKind) -> Result<Payers, Refusal> {
    let mut rooms: BTreeMap<EnvelopeId, Money> = pots
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
            payers.insert((line.project.clone(), line.year), own.clone());
        } else {
            homeless.push((line, pot));
        }
    }
    for (line, pot) in homeless {
        let elsewhere = others(pot, line.year, pots).find(|it| take(&mut rooms, it, line.amount));
        let Some(envelope) = elsewhere else {
            return Err(over(line, pot, lines, window));
        };
        payers.insert((line.project.clone(), line.year), envelope.clone());
    }
    Ok(payers)
}

fn home<'p>(line: &Line, pots: &'p [Pot]) -> Option<(&'p Pot, &'p EnvelopeId)> {
    let pot = pots
        .iter()
        .find(|it| it.category.as_str() == line.category)?;
    pot.years.get(&line.year).map(|(own, _)| (pot, own))
}

fn take(rooms: &mut BTreeMap<EnvelopeId, Money>, from: &EnvelopeId, amount: Money) -> bool {
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
    use crate::{allocation::Method, core::category::Category};

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

    fn envelopes(of: &Payers) -> Vec<(&str, &str)> {
        of.iter()
            .map(|(it, by)| (it.0.as_str(), by.as_str()))
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
            [("a", "baseline"), ("b", "one_year"), ("c", "baseline")]
        );
    }

    #[test]
    fn a_ring_fence_pays_for_its_own_and_a_line_is_not_split() {
        let pots = [
            pot(Category::Prevention, EnvelopeMode::RingFenced, 100),
            pot(Category::OneYear, EnvelopeMode::AtMost, 50),
        ];
        let lines = [line("b", Category::OneYear, 60)];
        assert_eq!(
            payers(&lines, &pots, WindowKind::Main),
            Err(Refusal::OverCeiling {
                year: 2027,
                envelope: EnvelopeKind::OneYear,
                asked: Money::from_euros(60),
                room: Money::from_euros(50),
            })
        );
    }
}
