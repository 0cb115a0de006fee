//! Handing in: the check list, the frozen version with its receipt, and withdrawing.
pub mod actions;
pub mod content;
pub mod store;

use chrono::NaiveDateTime;

use crate::core::money::Money;

/// A submitted version, frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Counts the versions of an application, from 1.
    pub number: i32,
    /// When it was submitted.
    pub submitted_at: NaiveDateTime,
    /// The name of who submitted it.
    pub submitted_by: String,
    /// Canonical JSON of everything that was entered; see [`content::Content`].
    pub content: String,
    /// The SHA-256 of `content`.
    pub sha256: String,
    /// What is asked in all years together.
    pub requested: Money,
}
