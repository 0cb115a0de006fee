//! The form to invite somebody.
pub mod pages;
