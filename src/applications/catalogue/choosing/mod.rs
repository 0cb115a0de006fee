//! Choosing an indicator from the catalogue for a project.
pub mod actions;
pub mod pages;
