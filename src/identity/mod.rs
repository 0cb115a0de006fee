//! Who is who: accounts, roles, the access table, passwords, sessions.
pub mod access;
pub mod actions;
pub mod again;
pub mod attempts;
pub mod menu;
pub mod pages;
pub mod password;
pub mod people;
pub mod policy;
pub mod posted;
pub mod store;
