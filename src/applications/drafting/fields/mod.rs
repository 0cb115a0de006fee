//! The fields of a section.
pub mod pages;
