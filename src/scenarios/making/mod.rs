//! The form of a new scenario: its fields, and which of them are shown at once.
pub mod pages;
