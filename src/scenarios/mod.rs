//! Scenarios: divisions of a window that are compared, edited and adopted.
pub mod pages;
