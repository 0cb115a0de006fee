//! Pages over several domains.
pub mod audit;
pub mod finance;
pub mod start;
