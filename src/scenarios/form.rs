//! What is typed about a scenario, as values.
