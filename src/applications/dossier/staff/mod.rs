//! A dossier as staff read it: what was submitted, never what is being written.
pub mod pages;
