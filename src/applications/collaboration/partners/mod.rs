//! What somebody who accepted an invitation was given, to change or to take back.
pub mod pages;
