//! Taking files in, piece by piece as they come.
pub mod pages;
