//! Application windows on screen.
pub mod form;
pub mod pages;
