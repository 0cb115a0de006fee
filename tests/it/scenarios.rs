//! Scenarios: made, edited, adopted.
