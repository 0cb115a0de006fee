//! One scenario on the screen.
pub mod pages;
mod project;
pub mod view;
