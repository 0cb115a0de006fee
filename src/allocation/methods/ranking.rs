//! Ranking: the projects in the order of the chain, each in full as long as it fits.
//!
//! A project *fits* in a year if its eligible amount, rounded down to the unit, is at most what is left of
//! the category and at most what its applicant may still get. A coupled project fits if it fits in all
//! its years. The three methods differ in what happens at one that does not fit:
//!
//! - `ranking_skip`: it gets nothing; the ranking goes on. Pabulib's rule `greedy`.
//! - `ranking_stop`: it gets nothing, and so does everyone after it in that year. Pabulib's `greedy-no-skip`.
//! - `ranking_partial`: it gets what is left, rounded down to the unit, if that is at least its minimum; then
//!   the ranking ends in that year, whether or not it got something.
//!
//! A project that only its applicant's own limit holds back does not end the ranking: for the others
//! there is no shortage. A coupled project that gets nothing ends the ranking in all its years.

use std::collections::BTreeMap;

use super::Envelope;
use crate::allocation::{
    input::Year,
    line::{Ask, Line, refuse},
    reason::Reason,
};

/// What happens at a project that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    Skip,
    Stop,
    Partial,
}

/// Divides in the order of `lines`.
pub(super) fn divide<'i>(unfit: Unfit, lines: &mut [&mut Line<'i>], envelope: Envelope<'_, 'i>) {
    let mut ranking = Ranking {
        unfit,
        envelope,
        ended: BTreeMap::new(),
        short: BTreeMap::new(),
    };
    for line in lines {
        let (applicant, place) = (line.project.applicant.as_str(), line.place);
        for bundle in line.bundles() {
            ranking.offer(applicant, place, bundle);
        }
    }
}

struct Ranking<'r, 'i> {
    unfit: Unfit,
    envelope: Envelope<'r, 'i>,
    /// Per year, the place at which the ranking ended.
    ended: BTreeMap<Year, usize>,
    /// Per year in which it ended, how much more room everyone since then would have needed.
    short: BTreeMap<Year, i128>,
}

impl<'i> Ranking<'_, 'i> {
    fn offer(&mut self, applicant: &'i str, place: usize, bundle: &mut [Ask]) {
        let offers: Vec<Result<(i128, Reason), Reason>> = bundle
            .iter()
            .map(|ask| self.weigh(applicant, ask))
            .collect();
        let reasons = offers.iter().map(|it| match it {
            Ok((_, reason)) | Err(reason) => reason,
        });
        let shorts: Vec<i128> = bundle
            .iter()
            .zip(reasons)
            .map(|(ask, reason)| self.short(ask, reason))
            .collect();
        for (ask, short) in bundle.iter_mut().zip(shorts) {
            ask.short = short;
        }
        if offers.iter().any(Result::is_err) {
            let refusals: Vec<Option<Reason>> = offers.into_iter().map(Result::err).collect();
            if refusals.iter().flatten().any(Reason::is_for_want_of_money) {
                bundle.iter().for_each(|ask| self.end(ask, place));
            }
            refuse(bundle, refusals);
            return;
        }
        for (ask, (amount, reason)) in bundle.iter_mut().zip(offers.into_iter().flatten()) {
            if reason.is_for_want_of_money() {
                self.end(ask, place);
            }
            self.award(applicant, ask, amount, reason);
        }
    }

    /// Ends the ranking in a year, unless what does not fit is passed over.
    fn end(&mut self, ask: &Ask, place: usize) {
        if self.unfit != Unfit::Skip {
            let room = self.envelope.rooms.get(&ask.year).copied();
            let from = if self.ended.contains_key(&ask.year) {
                0
            } else {
                room.unwrap_or_default()
            };
            self.ended.entry(ask.year).or_insert(place);
            *self.short.entry(ask.year).or_default() += ask.most - from;
        }
    }

    /// What more room a year of a project would have needed: after the end also for all that came in between.
    fn short(&self, ask: &Ask, reason: &Reason) -> i128 {
        match reason {
            Reason::NoRoom { room } | Reason::Remainder { room } => ask.most - room,
            Reason::AfterStop { .. } => {
                let before = self.short.get(&ask.year).copied();
                (before.unwrap_or_default() + ask.most).max(0)
            }
            _ => 0,
        }
    }

    /// What one year of a project could get now, or why it can get nothing.
    fn weigh(&self, applicant: &'i str, ask: &Ask) -> Result<(i128, Reason), Reason> {
        if ask.most == 0 {
            return Err(Reason::BelowUnit);
        }
        let room = *self.envelope.rooms.get(&ask.year).ok_or(Reason::Closed)?;
        if let Some(place) = self.ended.get(&ask.year) {
            return Err(Reason::AfterStop { place: *place });
        }
        let own = self.envelope.own.get(&(applicant, ask.year)).copied();
        let limit = own.map_or(room, |own| own.min(room));
        if ask.most <= limit {
            return Ok((ask.most, Reason::Ranked { room }));
        }
        let own = own.filter(|own| *own < room);
        let rest = limit - limit % self.envelope.unit;
        if self.unfit == Unfit::Partial && 0 < rest && ask.least <= rest {
            let reason = own.map_or(Reason::Remainder { room }, |own| Reason::RemainderOfOwn {
                own,
            });
            return Ok((rest, reason));
        }
        Err(own.map_or(Reason::NoRoom { room }, |own| Reason::OwnMost { own }))
    }

    fn award(&mut self, applicant: &'i str, ask: &mut Ask, amount: i128, reason: Reason) {
        ask.award = amount;
        ask.reason = reason;
        if let Some(room) = self.envelope.rooms.get_mut(&ask.year) {
            *room -= amount;
        }
        if let Some(own) = self.envelope.own.get_mut(&(applicant, ask.year)) {
            *own -= amount;
        }
    }
}
