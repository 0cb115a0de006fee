//! The start page of who was invited to applications of others.
pub mod pages;
