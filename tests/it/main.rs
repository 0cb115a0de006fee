//! The integration tests: one binary, so one PostgreSQL cluster and one link.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;
