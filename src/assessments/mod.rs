//! Assessment: completeness, assignment, interests, scores and advice, and their outcome per project.
pub mod pages;
