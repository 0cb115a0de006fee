//! Two or three scenarios side by side.
pub mod pages;
