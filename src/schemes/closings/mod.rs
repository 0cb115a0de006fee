//! The register of why windows close later: outages, for all, and extensions, for one region.
pub mod actions;
pub mod form;
pub mod pages;
