//! Versions of the scheme, on screen: made, copied and read; never changed.
pub mod form;
pub mod pages;
