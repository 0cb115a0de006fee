//! To whom the money of an envelope is promised: what stands in the way of a lower ceiling.
pub mod store;

use crate::core::{
    ids::{ApplicationId, ProjectId},
    money::Money,
};

/// What one project holds of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// For whom; absent where the dossier is closed to who asks.
    pub whom: Option<Whom>,
    /// Proposed.
    pub reserved: Money,
    /// Promised by a decision, paid or not.
    pub awarded: Money,
}

/// A project of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whom {
    /// The application.
    pub application: ApplicationId,
    /// What people call it by.
    pub reference: String,
    /// The project.
    pub id: ProjectId,
    /// Its title.
    pub project: String,
}

/// The largest promises of an envelope, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promises {
    /// The largest first, at most [`MOST`].
    pub largest: Vec<Promise>,
    /// How many projects hold something.
    pub count: i64,
}

impl Promises {
    /// Whether all of them are told.
    pub fn is_all(&self) -> bool {
        usize::try_from(self.count) == Ok(self.largest.len())
    }
}

/// How many promises are told at once.
pub const MOST: usize = 50;
