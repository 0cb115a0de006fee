//! What waits for reviewers, decision makers, finance, the auditor and the administrator.
pub(super) mod pages;
