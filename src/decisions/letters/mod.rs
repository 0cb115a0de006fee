//! The letter of a decision, to read and to keep.
pub mod pages;
