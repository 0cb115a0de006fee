//! The municipality withdraws its application, until it is decided on, and can take it up again while its
//! window is open; or takes it back to correct it. Here and not with the application: a proposal that is open
//! gives its money back first.
pub mod actions;
pub mod pages;
