//! The audit trail on screen, and its verification.
pub mod pages;
