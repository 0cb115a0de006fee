//! The state budget and the journal on screen.
pub mod pages;
