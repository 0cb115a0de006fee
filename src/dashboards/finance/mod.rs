//! The state budget and the journal on screen.
pub mod entries;
pub mod pages;
pub mod question;
