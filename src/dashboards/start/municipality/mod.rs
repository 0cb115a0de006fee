//! One's own applications, money and messages, for a municipality.
pub(super) mod pages;
