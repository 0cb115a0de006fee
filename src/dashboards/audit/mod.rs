//! The audit trail on screen, and its verification.
pub mod checks;
pub mod pages;
pub mod sentences;
mod store;
