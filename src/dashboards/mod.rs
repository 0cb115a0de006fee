//! Pages over several domains.
pub mod about;
pub mod audit;
pub mod finance;
pub mod start;
