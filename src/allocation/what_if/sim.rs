//! The rankings once more, in short: only what fits, in flat integers, so that it can be run for each of thousands of
//! projects. A test holds it against the engine.

use std::collections::BTreeMap;

use super::{
    Subject,
    trial::{Amounts, Verdict},
};
use crate::allocation::{
    input::{Method, Year},
    line::{Ask, Line},
};

/// One category that is divided by rank and in which no applicant has a limit of its own.
#[derive(Debug)]
pub(super) struct Sim {
    method: Method,
    unit: i128,
    slots: BTreeMap<Year, usize>,
    bundles: Vec<Bundle>,
    /// Per line, the index of its first bundle.
    first_of: Vec<usize>,
    start: State,
    /// How things stood before each bundle.
    before: Vec<State>,
}

/// Years that stand or fall together.
#[derive(Debug)]
struct Bundle {
    /// Index of its first ask in its line.
    from: usize,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    slot: usize,
    most: i128,
    least: i128,
}

/// Per slot.
#[derive(Debug, Clone)]
struct State(Vec<Slot>);

#[derive(Debug, Clone, Copy)]
struct Slot {
    room: i128,
    /// After the ranking ended: how much more room all since then would have needed.
    short: Option<i128>,
}

impl Sim {
    /// None if the category has a project that is refused in one of several coupled years for another reason than money.
    pub(super) fn new(
        method: Method,
        lines: &[Line<'_>],
        rooms: &Amounts,
        unit: i128,
    ) -> Option<Sim> {
        let slots: BTreeMap<Year, usize> = rooms.keys().copied().zip(0..).collect();
        let start = rooms.values().map(|it| Slot {
            room: *it,
            short: None,
        });
        let mut sim = Sim {
            method,
            unit,
            slots,
            bundles: Vec::new(),
            first_of: Vec::new(),
            start: State(start.collect()),
            before: Vec::new(),
        };
        for line in lines {
            sim.first_of.push(sim.bundles.len());
            for (at, asks) in line.asks.chunks(line.bundle_size()).enumerate() {
                let parts = sim.parts(asks);
                if parts.is_none() && 1 < asks.len() {
                    return None;
                }
                sim.bundles.push(Bundle {
                    from: at * line.bundle_size(),
                    parts: parts.unwrap_or_default(),
                });
            }
        }
        let mut state = sim.start.clone();
        for bundle in &sim.bundles {
            sim.before.push(state.clone());
            sim.offer(&mut state, &bundle.parts);
        }
        sim.before.push(state);
        Some(sim)
    }

    /// What the bundle gets with more money.
    pub(super) fn with_money(&self, line: usize, from: usize, more: &Amounts) -> Verdict {
        let Some(at) = self.bundle_of(line, from) else {
            return Verdict::Never;
        };
        let mut state = self.start.clone();
        for (year, by) in more {
            if let Some(slot) = self.slots.get(year).and_then(|it| state.0.get_mut(*it)) {
                slot.room += by;
            }
        }
        for bundle in self.bundles.iter().take(at) {
            self.offer(&mut state, &bundle.parts);
        }
        let Some(bundle) = self.bundles.get(at) else {
            return Verdict::Never;
        };
        let short = |part: &Part| -> Option<(Year, i128)> {
            let slot = state.0.get(part.slot)?;
            let short = slot
                .short
                .map_or(part.most - slot.room, |it| it + part.most);
            let year = self.slots.iter().find(|(_, it)| **it == part.slot)?.0;
            (slot.short.is_some() || 0 < short).then_some((*year, short.max(0)))
        };
        let shorts: Amounts = bundle.parts.iter().filter_map(short).collect();
        if shorts.is_empty() {
            Verdict::Funded { is_whole: true }
        } else if shorts.values().all(|it| *it == 0) {
            Verdict::Never
        } else {
            Verdict::Short(shorts)
        }
    }

    /// More money with which everyone up to and including the bundle fits, in its years.
    pub(super) fn enough(&self, line: usize, from: usize) -> Option<Amounts> {
        let at = self.bundle_of(line, from)?;
        let mut more = Amounts::new();
        for mine in &self.bundles.get(at)?.parts {
            let upto = self.bundles.iter().take(at + 1).flat_map(|it| &it.parts);
            let most: i128 = upto
                .filter(|it| it.slot == mine.slot)
                .map(|it| it.most)
                .sum();
            let short = most - self.start.0.get(mine.slot)?.room;
            let year = self.slots.iter().find(|(_, it)| **it == mine.slot)?.0;
            if 0 < short {
                more.insert(*year, short);
            }
        }
        (!more.is_empty()).then_some(more)
    }

    /// Whether the changed project gets everything when it comes before this line, which is not after its own place.
    pub(super) fn moved(&self, to: usize, subject: &Subject, changed: &Line<'_>) -> Verdict {
        let state = self.first_of.get(to).and_then(|it| self.before.get(*it));
        let parts = self.parts(subject.asks(changed));
        let (Some(state), Some(parts)) = (state, parts) else {
            return Verdict::Never;
        };
        if state.fits(&parts) {
            Verdict::Funded { is_whole: true }
        } else {
            Verdict::Never
        }
    }

    fn bundle_of(&self, line: usize, from: usize) -> Option<usize> {
        let first = *self.first_of.get(line)?;
        let later = self.bundles.get(first..)?.iter();
        Some(first + later.take_while(|it| it.from < from).count())
    }

    /// None if one of the years is closed or asks less than a unit.
    fn parts(&self, asks: &[Ask]) -> Option<Vec<Part>> {
        let part = |ask: &Ask| {
            let slot = *self.slots.get(&ask.year)?;
            let part = Part {
                slot,
                most: ask.most,
                least: ask.least,
            };
            (0 < ask.most).then_some(part)
        };
        asks.iter().map(part).collect()
    }

    fn offer(&self, state: &mut State, parts: &[Part]) {
        if state.fits(parts) {
            state.each(parts, |slot, part| slot.room -= part.most);
        } else if self.method == Method::RankingPartial
            && parts.iter().all(|it| state.gives_part(it, self.unit))
        {
            state.each(parts, |slot, part| {
                let award = part.most.min(slot.room - slot.room % self.unit);
                if award < part.most {
                    slot.short = Some(part.most - slot.room);
                }
                slot.room -= award;
            });
        } else if self.method != Method::RankingSkip {
            state.each(parts, |slot, part| {
                slot.short = Some(
                    slot.short
                        .map_or(part.most - slot.room, |it| it + part.most),
                );
            });
        }
    }
}

impl State {
    fn fits(&self, parts: &[Part]) -> bool {
        parts.iter().all(|part| {
            let slot = self.0.get(part.slot);
            slot.is_some_and(|it| it.short.is_none() && part.most <= it.room)
        })
    }

    fn gives_part(&self, part: &Part, unit: i128) -> bool {
        let slot = self.0.get(part.slot).filter(|it| it.short.is_none());
        let rest = slot.map_or(0, |it| part.most.min(it.room - it.room % unit));
        0 < rest && part.least <= rest
    }

    fn each(&mut self, parts: &[Part], change: impl Fn(&mut Slot, &Part)) {
        for part in parts {
            if let Some(slot) = self.0.get_mut(part.slot) {
                change(slot, part);
            }
        }
    }
}
