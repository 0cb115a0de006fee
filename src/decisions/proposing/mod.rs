//! Proposing amounts by hand.
pub mod pages;
