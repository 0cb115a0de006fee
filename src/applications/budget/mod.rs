//! The budget of an application as a whole: its totals, what they come up against, and the workbook
//! in which it can be filled in.
pub mod hints;
pub mod overview;
pub mod pages;
pub mod store;
pub mod workbook;

use crate::core::{category::EnvelopeKind, money::Money};

/// What there is for one purpose in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// The budget year.
    pub year: i32,
    /// What it is for.
    pub kind: EnvelopeKind,
    /// All of it.
    pub total: Money,
    /// What is not promised to anybody yet.
    pub free: Money,
}

/// What the region was awarded in the cycle before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The name of that cycle.
    pub cycle: String,
    /// In its two years together.
    pub awarded: Money,
}

/// What an applicant gets of a year at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtMost {
    /// The budget year.
    pub year: i32,
    /// At most this, over all envelopes.
    pub most: Money,
    /// What it was promised of that already.
    pub promised: Money,
}

/// What the budget of an application comes up against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Per year and envelope what there is.
    pub rooms: Vec<Room>,
    /// What the region was awarded in the cycle before, if it was.
    pub before: Option<Before>,
    /// Whether nothing in one year means nothing in both.
    pub coupled: bool,
    /// What the applicant gets at most, in the years that have such a limit.
    pub at_most: Vec<AtMost>,
}

impl Limits {
    /// What there is for this purpose in this year; nothing if it has no envelope.
    pub fn room(&self, kind: EnvelopeKind, year: i32) -> Room {
        let found = self
            .rooms
            .iter()
            .find(|it| it.kind == kind && it.year == year);
        found.copied().unwrap_or(Room {
            year,
            kind,
            total: Money::ZERO,
            free: Money::ZERO,
        })
    }
}
