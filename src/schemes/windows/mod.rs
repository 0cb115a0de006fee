//! Application windows.
pub mod actions;
pub mod form;
pub mod pages;
