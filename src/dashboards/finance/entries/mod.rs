//! The lines behind a figure.
pub mod pages;
