//! What whoever looks after the program sees of files in which something was found.
pub mod pages;
