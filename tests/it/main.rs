//! The tests that go through the whole program.
mod html;
mod look;
