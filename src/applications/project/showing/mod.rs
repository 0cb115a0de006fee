//! The pages of a project: what they need, and what stands on them.
pub mod pages;
