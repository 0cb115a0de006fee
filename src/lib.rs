//! Versterkingsgelden: applications, assessment, division, decisions, ledger and accounts of one
//! specific-purpose grant. `ARCHITECTURE.md` is the map.
pub mod allocation;
pub mod app;
pub mod applications;
pub mod assessments;
pub mod audit;
pub mod cli;
pub mod core;
pub mod dashboards;
pub mod db;
pub mod decisions;
pub mod error;
pub mod exports;
pub mod identity;
pub mod journal;
pub mod outbox;
pub mod scenarios;
pub mod schemes;
pub mod texts;
pub mod typeset;
pub mod web;
