//! Leaving an application untreated because it was not completed in time (Awb 4:5): proposed by one,
//! decided by another, made known within four weeks. No money moves. When the four weeks have
//! passed, it is treated after all.
pub mod actions;
pub mod form;
pub mod pages;
