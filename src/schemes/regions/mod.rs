//! Regions on screen, with their municipalities and leads.
pub mod form;
pub mod pages;
