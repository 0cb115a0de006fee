//! The integration tests: one binary, so one PostgreSQL cluster and one link.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod access;
mod allocation;
mod amendments;
mod applications;
mod architecture;
mod assessments;
mod attachments;
mod audit;
mod budget;
mod catalogue;
mod ceilings;
mod collaboration;
mod command;
mod constraints;
mod dashboards;
mod decisions;
mod demo;
mod editors;
mod exports;
mod finance;
mod headers;
mod html;
mod identity;
mod input;
mod kept;
mod killed;
mod ledger;
mod licences;
mod limits;
mod look;
mod mail;
mod migrations;
mod model;
mod progress;
mod projects;
mod reminding;
mod saving;
mod scale;
mod scenario_rules;
mod scenarios;
mod scenarios_adopted;
mod scenarios_explained;
mod schemes;
mod setup;
mod states;
mod store;
mod support;
mod typed;
mod versions;
mod workbook;
