//! What anybody may read about the program: help, accessibility, privacy.
pub mod pages;
