//! How the room of one category is divided over its projects: one file per method.

#[cfg(test)]
mod axioms;
mod claims;
mod equal_awards;
mod equal_losses;
pub(super) mod exact;
mod pool;
mod pro_rata;
mod ranking;
mod talmud;

use std::collections::BTreeMap;

use super::{
    input::{Method, Year},
    line::{Line, OwnRooms},
};

/// The room of one category while it is divided.
pub(super) struct Envelope<'r, 'i> {
    /// Cents per year; a year that is not named is closed.
    pub rooms: BTreeMap<Year, i128>,
    /// What applicants may still get.
    pub own: &'r mut OwnRooms<'i>,
    /// The rounding unit in cents.
    pub unit: i128,
}

/// Divides the envelope over the lines of its category, which come in the order of the chain.
pub(super) fn divide<'i>(method: Method, lines: &mut [&mut Line<'i>], envelope: Envelope<'_, 'i>) {
    match method {
        Method::RankingSkip => ranking::divide(ranking::Unfit::Skip, lines, envelope),
        Method::RankingStop => ranking::divide(ranking::Unfit::Stop, lines, envelope),
        Method::RankingPartial => ranking::divide(ranking::Unfit::Partial, lines, envelope),
        Method::ProRata => claims::divide(method, pro_rata::formula, lines, envelope),
        Method::EqualAwards => claims::divide(method, equal_awards::formula, lines, envelope),
        Method::EqualLosses => claims::divide(method, equal_losses::formula, lines, envelope),
        Method::Talmud => claims::divide(method, talmud::formula, lines, envelope),
        // Divided with all others of this method at once (`exact::divide`), so never by itself.
        Method::Exact => {}
    }
}
