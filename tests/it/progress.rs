//! What was reached on indicators.
