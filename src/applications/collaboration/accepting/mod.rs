//! Accepting an invitation: the page that the link in the mail leads to, for who may have no account.
pub mod actions;
pub mod form;
pub mod pages;
