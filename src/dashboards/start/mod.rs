//! The start page: what each role has to do now.
mod coordinator;
mod ministry;
mod municipality;
pub mod pages;
mod partner;
pub mod store;
