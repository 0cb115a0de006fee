//! Regions, with their municipalities and leads.
pub mod actions;
pub mod form;
pub mod pages;
pub mod store;
