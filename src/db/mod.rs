//! Plumbing to the two databases.
pub mod columns;
