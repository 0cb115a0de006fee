//! Applications: what a region asks for, and its life until it is decided and sent.
pub mod core;
pub mod pages;
pub mod progress;
pub mod project;
pub mod state;
pub mod store;

pub use core::{Application, Project, ProjectYear};
