//! The page on which one looks back what stood in a section or project.
pub mod pages;
