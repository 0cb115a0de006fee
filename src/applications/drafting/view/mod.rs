//! The fields of a section as its page shows them, with the other text beside mine where two people
//! wrote something else.

use super::form;
use crate::{
    applications::{
        copying::Copied,
        saving::{
            self,
            merge::{Merged, Theirs},
        },
        section::{Kind, SectionName},
    },
    core::ids::AccountId,
    schemes::Municipality,
    texts::dates,
    web::{forms::FormView, parts::Choice},
};

/// A field as the page shows it.
pub(super) struct FieldView {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) label: String,
    /// The label alone, without whether it has to be filled in.
    pub(super) bare_label: &'static str,
    pub(super) help: String,
    pub(super) options: Vec<Choice>,
    pub(super) has_bsn: bool,
    /// From which cycle the text comes, if it still says what it said then.
    pub(super) copied: Option<String>,
    /// From which cycle a text came that was changed since, and what it said.
    pub(super) then: Option<(String, String)>,
    pub(super) theirs: Vec<OtherText>,
}

/// What somebody else made of a field, and the choice between the two.
pub(super) struct OtherText {
    pub(super) choice: String,
    pub(super) legend: String,
    pub(super) text: String,
    pub(super) options: Vec<Choice>,
}

/// What is needed to show a conflict.
#[derive(Clone, Copy)]
pub(super) struct Conflict<'a> {
    /// Who looks.
    pub(super) me: &'a AccountId,
    /// What was merged; the stored text is in `answers`.
    pub(super) merged: &'a Merged,
}

/// The fields of a section; `others` are the municipalities that can take part.
pub(super) fn fields(
    section: SectionName,
    form: &mut FormView,
    others: &[Municipality],
    copied: Option<&Copied>,
    conflict: Option<Conflict<'_>>,
) -> Vec<FieldView> {
    let with_bsn = form::with_bsn(&form.answers);
    let choice = |other: &Municipality| Choice::new(other.id.as_str(), other.name.as_str());
    section
        .fields()
        .iter()
        .map(|field| FieldView {
            name: field.name,
            kind: field.kind,
            label: field.full_label(),
            bare_label: field.label,
            help: field.full_help(),
            options: match field.kind {
                Kind::Participants => others.iter().map(choice).collect(),
                _ => Vec::new(),
            },
            has_bsn: with_bsn.iter().any(|it| it == field.name),
            copied: copied
                .filter(|it| it.is_unchanged(section, field.name, &form.answers))
                .map(|it| it.cycle.clone()),
            then: copied.and_then(|it| {
                let then = it.was(section, field.name, &form.answers)?;
                Some((it.cycle.clone(), then))
            }),
            theirs: conflict
                .into_iter()
                .flat_map(|it| it.merged.conflicts.iter().map(move |of| (it, of)))
                .filter(|(_, of)| is_of(field.name, field.kind, &of.field))
                .map(|(it, of)| other_text(form, it, of, others))
                .collect(),
        })
        .collect()
}

/// What people call a field of a section.
pub(super) fn label(section: SectionName, name: &str) -> String {
    section
        .fields()
        .iter()
        .find(|it| is_of(it.name, it.kind, name))
        .map_or_else(|| name.to_owned(), |it| it.label.to_owned())
}

/// What stands in a field, as people read it.
pub(super) fn read(name: &str, text: &str, others: &[Municipality]) -> String {
    let other = others
        .iter()
        .find(|other| form::participant_field(other.id.as_str()) == name);
    match (other, text) {
        (Some(other), "ja") => format!("{} doet mee", other.name),
        (Some(other), _) => format!("{} doet niet mee", other.name),
        (None, "ja") => "Aangevinkt".to_owned(),
        (None, "") => "(leeg)".to_owned(),
        (None, text) => text.to_owned(),
    }
}

fn is_of(field: &str, kind: Kind, name: &str) -> bool {
    match kind {
        Kind::Participants => name.starts_with(&form::participant_field("")),
        _ => field == name,
    }
}

fn other_text(
    form: &mut FormView,
    conflict: Conflict<'_>,
    of: &Theirs,
    others: &[Municipality],
) -> OtherText {
    let choice = format!("{}{}", form::CHOICE, of.field);
    form.answers.set(choice.as_str(), form::MINE);
    let who = saving::pages::name(conflict.me, of);
    OtherText {
        choice,
        legend: format!("{who} schreef hier om {} iets anders", dates::time(of.at)),
        text: read(&of.field, conflict.merged.answers.get(&of.field), others),
        options: vec![
            Choice::new(form::MINE, "Mijn antwoord hierboven blijft"),
            Choice::new(form::THEIRS, "Het andere antwoord blijft"),
        ],
    }
}
