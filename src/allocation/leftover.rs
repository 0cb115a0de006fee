//! The leftover pass: what is left of a year's ceiling funds further projects, by score.
//!
//! As Amsterdam's neighbourhood budgets do ("fund additional projects that fit within leftover budget
//! ordered by score", Pabulib, Netherlands_Amsterdam_285). A project takes part in the years in which it has
//! nothing; it gets its full eligible amount if that fits, else nothing; a coupled project only in all its
//! years. Ceilings per category do not count any more. Ring-fences do: no money leaves one, and no
//! project of a ring-fenced category gets money from outside.

use super::{
    input::{Input, Year},
    line::{Ask, Line, Rooms},
    reason::Reason,
};
use crate::core::category::EnvelopeMode;

/// Funds further projects, in order of score, then the rest of the chain, then id.
pub(super) fn divide<'i>(input: &Input, lines: &mut [Line<'i>], rooms: &mut Rooms<'i>) {
    let mut order: Vec<&mut Line<'i>> = lines
        .iter_mut()
        .filter(|it| it.asks.iter().any(|ask| ask.award == 0))
        .collect();
    order.sort_by(|a, b| {
        (&a.order.by_score, &a.project.id).cmp(&(&b.order.by_score, &b.project.id))
    });
    for line in order {
        let Some(category) = input.categories.get(line.category) else {
            continue;
        };
        if category.mode == EnvelopeMode::RingFenced {
            continue;
        }
        let applicant = line.project.applicant.as_str();
        for bundle in line
            .bundles()
            .filter(|it| it.iter().all(|ask| ask.award == 0))
        {
            let fits = |ask: &Ask| {
                0 < ask.most
                    && category.amounts.contains_key(&ask.year)
                    && ask.most <= room(rooms, applicant, ask.year)
            };
            if bundle.iter().all(fits) {
                bundle
                    .iter_mut()
                    .for_each(|ask| award(rooms, applicant, ask));
            } else {
                bundle.iter_mut().for_each(|ask| {
                    ask.spare_short = Some((ask.most - rooms.free(ask.year)).max(0))
                });
            }
        }
    }
}

fn room(rooms: &Rooms<'_>, applicant: &str, year: Year) -> i128 {
    let own = rooms.own.get(&(applicant, year)).copied();
    own.map_or(rooms.free(year), |own| own.min(rooms.free(year)))
}

fn award<'i>(rooms: &mut Rooms<'i>, applicant: &'i str, ask: &mut Ask) {
    ask.award = ask.most;
    ask.reason = Reason::Leftover {
        room: rooms.free(ask.year),
    };
    rooms.spend(ask.year, ask.most);
    if let Some(own) = rooms.own.get_mut(&(applicant, ask.year)) {
        *own -= ask.most;
    }
}
