//! Transfers between envelopes, on screen.
pub mod form;
pub mod pages;
