//! Applications: what a region asks for, and its life until it is decided and sent.
pub mod state;
