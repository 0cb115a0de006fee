//! What was reached: actuals of indicators per project and year.
pub mod pages;
