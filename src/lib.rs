//! Versterkingsgelden: applications, assessment, division, decisions, ledger and accounts of one
//! specific-purpose grant. `ARCHITECTURE.md` is the map.
pub mod allocation;
pub mod cli;
pub mod core;
pub mod db;
