//! The state of the round, for the coordinator.
pub(super) mod pages;
