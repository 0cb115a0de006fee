//! Another ceiling for an envelope of an open cycle.
pub mod form;
pub mod pages;
