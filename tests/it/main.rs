//! The tests that go through the whole program.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that meets what it does not expect fails, and that is what it is for"
)]
mod html;
mod look;
