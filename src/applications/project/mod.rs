//! A project of an application: what is typed, what it means, what is wrong with it.
pub mod pages;
