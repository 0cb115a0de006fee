//! Values every domain shares: money, ids, categories, terms. No input or output here.
pub mod calendar;
pub mod category;
pub mod ids;
pub mod money;
