//! One project in a scenario: why this amount, and another amount by hand.
pub mod pages;
