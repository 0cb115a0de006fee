//! Pages over several domains: what each role has to do now.
pub mod pages;
