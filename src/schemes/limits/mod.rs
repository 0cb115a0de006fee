//! What applicants get of a year at least and at most, set by the coordinator.
pub mod actions;
pub mod form;
pub mod pages;

use crate::core::{
    ids::{CycleId, MunicipalityId},
    money::Money,
};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLimit {
    /// The cycle.
    pub cycle: CycleId,
    /// The budget year.
    pub year: i32,
    /// The lead municipality.
    pub municipality: MunicipalityId,
    /// At least this, as far as it asks that.
    pub at_least: Money,
    /// At most this; absent if there is no such limit.
    pub at_most: Option<Money>,
}
