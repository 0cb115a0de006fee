//! Cycles on screen: drafted, footed, opened.
pub mod form;
pub mod pages;
