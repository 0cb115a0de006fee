//! The integration tests: one binary, so one PostgreSQL cluster and one link.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod licences;
mod support;
