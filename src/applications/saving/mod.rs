//! Saving what is typed, by hand and while one types, alone and with others: nobody overwrites
//! anybody, and nothing typed is lost.
//!
//! Each save of a part (a section, or a project) makes a version and leaves what it changed
//! ([`Save`]), so that the text that a form was made from is known however old the form is. A form says
//! which version it [`Seen`]; [`merge::merge`] makes one of what was typed and what was saved meanwhile.
//!
//! # Saving while one types
//!
//! A form of a part is `<form data-bewaren>`; `assets/saving.js` posts it to its own address a moment
//! after the last key with `Accept: application/json`, and puts in it how often it did so
//! (`volgnummer`). The answer is an [`Answer`]:
//!
//! ```json
//! {
//!   "versie": 7,
//!   "opgeslagen": "Opgeslagen om 14.03 uur",
//!   "velden": { "doelgroep": "Jongeren van 14 tot 20 jaar" },
//!   "verplaatst": { "regel.4.": "regel.5." },
//!   "meldingen": ["Anna heeft ook “Doelgroep” gewijzigd. Dat staat er nu ook in."],
//!   "botsingen": [{ "veld": "titel", "naam": "Naam van het project", "wie": "Anna", "wanneer": "14.02 uur", "hun": "..." }],
//!   "uitkomsten": { "kosten-2027": "52.800,00" },
//!   "bevindingen": { "regel.1.aantal.2027": "Uren: het aantal voor 2027 is “2*12”. Dat is een som. Vul de uitkomst in: 24." },
//!   "stand": { "toon": "busy", "woorden": "Nog 1 punt" }
//! }
//! ```
//!
//! - `velden` are the stored texts that differ from what was posted; the script fills them in where
//!   nobody is typing. A field that the page does not have (a row that somebody else added) makes the
//!   script ask for the page again and put it in place of the form.
//! - `uitkomsten` are what the program computes, as people read it, by the id of an element of the page:
//!   who adds a figure to a page gives the element an id and adds a line to the function that makes
//!   these (`project::outputs`). Nothing is computed in the browser.
//! - `bevindingen` are what still stands in the way of submitting, by field. What the page says of a field
//!   goes away once it is mended; what cannot be read as a number is said as soon as one has left its field;
//!   what is only empty yet is said by a button. `stand` is how the part stands in the list of parts.
//! - A conflict is not stored: the other's text stays until somebody chooses; all else is stored.
//! - 409 with `{"reden": "..."}`: the part cannot be changed any more. 401: sign in first. 409 with a
//!   page: the token against forgery is an earlier session's; the page of the form has the new one.
//!   Anything else, or no answer: the text is kept in the browser and sent again.
//!
//! Numbers of rows are names: a save must never number rows again.
pub mod actions;
pub mod delta;
pub mod earlier;
pub mod history;
pub mod merge;
pub mod pages;
pub mod store;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::core::{answers::Answers, ids::AccountId};
use delta::Delta;
use merge::{Merged, Rows, Stored};

/// The field in which a script counts how often it saved a form.
pub const SEQUENCE_FIELD: &str = "volgnummer";

/// What a form says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The version of the part that it was made from.
    pub version: i32,
    /// SHA-256 of its key, where a script saves it again and again: what such a form saved itself is no
    /// surprise to it. Empty for any other post.
    pub form: String,
    /// How often the script saved it; 0 for any other post.
    pub sequence: i64,
    /// Whether somebody pressed a button: that is recorded each time.
    pub is_deliberate: bool,
}

impl Seen {
    /// A form without a script, made from this version.
    pub fn version(version: i32) -> Seen {
        Seen {
            version,
            form: String::new(),
            sequence: 0,
            is_deliberate: true,
        }
    }
}

/// One save of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// The version that it made.
    pub version: i32,
    /// What it changed, by field: the way back.
    pub fields: BTreeMap<String, Delta>,
    /// When.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: AccountId,
    /// Their name.
    pub name: String,
    /// See [`Seen::form`].
    pub form: String,
    /// See [`Seen::sequence`].
    pub sequence: i64,
}

impl Save {
    /// Whether it was made by this form, that a script saves.
    pub fn is_of(&self, seen: &Seen) -> bool {
        !seen.form.is_empty() && self.form == seen.form
    }
}

/// What changed from one text to the next, by field; a field that came or went counts.
pub fn changes(before: &Answers, after: &Answers) -> BTreeMap<String, Delta> {
    let has = |it: &Answers, name: &str| it.iter().any(|(other, _)| other == name);
    let gone = before.iter().filter(|(name, _)| !has(after, name));
    after
        .iter()
        .filter(|(name, text)| !has(before, name) || before.get(name) != *text)
        .chain(gone)
        .map(|(name, _)| {
            let delta = Delta::between(before.get(name), after.get(name));
            (name.to_owned(), delta)
        })
        .collect()
}

/// What the script is told; see the top of this file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Answer {
    /// The version now.
    #[serde(rename = "versie")]
    pub version: i32,
    /// When it was saved, as people read it.
    #[serde(rename = "opgeslagen")]
    pub saved: String,
    /// What is stored, where that is not what was posted.
    #[serde(rename = "velden")]
    pub fields: BTreeMap<String, String>,
    /// Rows that got another number.
    #[serde(rename = "verplaatst")]
    pub moved: BTreeMap<String, String>,
    /// What others changed, in sentences.
    #[serde(rename = "meldingen")]
    pub notices: Vec<String>,
    /// Where both wrote something else.
    #[serde(rename = "botsingen")]
    pub conflicts: Vec<Clash>,
    /// What the program computes, by the id of an element.
    #[serde(rename = "uitkomsten")]
    pub outputs: BTreeMap<String, String>,
    /// What still stands in the way of submitting, by field.
    #[serde(rename = "bevindingen")]
    pub findings: BTreeMap<String, String>,
    /// How the part stands.
    #[serde(rename = "stand")]
    pub state: Shown,
}

/// A state as the list of parts shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// The word in its style class.
    #[serde(rename = "toon")]
    pub tone: &'static str,
    /// The words.
    #[serde(rename = "woorden")]
    pub text: String,
}

/// A field in which two people wrote something else.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Clash {
    /// The field.
    #[serde(rename = "veld")]
    pub field: String,
    /// What people call it.
    #[serde(rename = "naam")]
    pub label: String,
    /// Who wrote the other text.
    #[serde(rename = "wie")]
    pub by: String,
    /// When.
    #[serde(rename = "wanneer")]
    pub at: String,
    /// The other text, as it stands in the field.
    #[serde(rename = "hun")]
    pub theirs: String,
    /// The other text, as people read it.
    #[serde(rename = "hunLeesbaar")]
    pub theirs_read: String,
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The version now.
    pub version: i32,
    /// What was merged.
    pub merged: Merged,
}

/// As [`merge::merge`]; a form that comes too late changes nothing.
pub fn taken_in(stored: Stored<'_>, typed: &Answers, seen: &Seen, rows: &[Rows]) -> Merged {
    merge::merge(stored, typed, seen, rows).unwrap_or_else(|| Merged {
        answers: stored.answers.clone(),
        mine: stored.answers.clone(),
        conflicts: Vec::new(),
        taken: Vec::new(),
        moved: BTreeMap::new(),
    })
}

/// The names of the fields that say something else in these two.
pub fn differing<'a>(one: &'a Answers, other: &'a Answers) -> impl Iterator<Item = &'a str> {
    let names: std::collections::BTreeSet<&str> =
        one.iter().chain(other.iter()).map(|it| it.0).collect();
    names.into_iter().filter(|it| one.get(it) != other.get(it))
}
