//! Handing in: the check list, the frozen version with its receipt, withdrawing, and what comes next.
pub mod actions;
pub mod content;
pub mod next;
pub mod pages;
pub mod store;

use chrono::{NaiveDate, NaiveDateTime};

use super::section::{Kind, SectionName};
use crate::{
    core::money::Money,
    schemes::{Scheme, terms},
    texts::{dates::OnDay, labels::Label},
};

/// A submitted version, frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Counts the versions of an application, from 1.
    pub number: i32,
    /// When it was submitted.
    pub submitted_at: NaiveDateTime,
    /// The name of who submitted it.
    pub submitted_by: String,
    /// Canonical JSON of everything that was entered; see [`content::Content`].
    pub content: String,
    /// The SHA-256 of `content`.
    pub sha256: String,
    /// What is asked in all years together.
    pub requested: Money,
}

/// The last day to decide, if nothing more is asked after a version that was submitted at `at`, when the
/// term `begins` with it; that of a completion began before.
pub fn decide_by(begins: bool, at: NaiveDateTime, scheme: &Scheme) -> Option<NaiveDate> {
    let day = at.dutch_day();
    let term = terms::decision_term(day, scheme.decision_term_weeks, &[], day);
    begins.then_some(term.last_day)
}

/// A section of a submitted version as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSection {
    /// Its name.
    pub title: String,
    /// What was asked, and what was answered.
    pub rows: Vec<(String, String)>,
}

/// The sections of a version with the names of their fields, in the order of the pages.
pub fn shown(content: &content::Content) -> Vec<ShownSection> {
    SectionName::FORMS
        .iter()
        .map(|it| section(*it, content))
        .collect()
}

fn section(name: SectionName, content: &content::Content) -> ShownSection {
    let answers = content.section(name);
    let rows = name.fields().iter().map(|field| {
        let text = match (field.kind, answers.get(field.name)) {
            (Kind::Participants, _) => names(&content.participants),
            (Kind::Agree, "ja") => "Ja".to_owned(),
            (Kind::Agree, _) => "Nee".to_owned(),
            (_, text) => text.to_owned(),
        };
        (field.label.to_owned(), text)
    });
    ShownSection {
        title: name.label().to_owned(),
        rows: rows.collect(),
    }
}

fn names(places: &[content::Place]) -> String {
    let names: Vec<&str> = places.iter().map(|it| it.name.as_str()).collect();
    names.join(", ")
}
