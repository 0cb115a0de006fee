//! Values every domain shares: money, ids, categories, terms. No input or output here.
pub mod actor;
pub mod answers;
pub mod bsn;
pub mod calendar;
pub mod category;
pub mod findings;
pub mod hex;
pub mod ids;
pub mod money;
