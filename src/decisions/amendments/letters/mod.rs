//! The letter of a change of an award, to read and to keep.
pub mod pages;
