//! How values are stored.

#[path = "../../src/db/columns.rs"]
pub mod columns;
