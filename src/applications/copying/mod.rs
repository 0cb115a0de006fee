//! Beginning with the texts of an earlier application. Pure, but for the folders below.
//!
//! Taken over are the sections and the chosen projects; amounts and targets are left empty, years
//! move on with the cycle, and what was declared is never taken over.
pub mod actions;
pub mod pages;
pub mod store;

use std::collections::BTreeMap;

use super::{
    project::{MOST_INDICATORS, MOST_LINES, budget, indicators, typed},
    section::SectionName,
    submission::content::{Content, FrozenProject},
};
use crate::core::{answers::Answers, ids::ProjectId};

/// What was taken over from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The name of the cycle it came from, such as `2025-2026`.
    pub cycle: String,
    /// What was submitted then.
    pub content: Content,
    /// Project of now -> project of then.
    pub projects: BTreeMap<ProjectId, ProjectId>,
}

/// The sections that are taken over: not what was declared.
pub const SECTIONS: [SectionName; 3] = [
    SectionName::Organisation,
    SectionName::Region,
    SectionName::Analysis,
];

impl Copied {
    fn then(&self, project: &ProjectId) -> Option<&FrozenProject> {
        let source = self.projects.get(project)?;
        self.content.projects.iter().find(|it| it.id == *source)
    }

    /// Whether a field of a section still says what it said then.
    pub fn is_unchanged(&self, section: SectionName, field: &str, now: &Answers) -> bool {
        SECTIONS.contains(&section) && is_same(&self.content.section(section), now, field)
    }

    /// What a field of a section said then, if that is something and it says something else now.
    pub fn was(&self, section: SectionName, field: &str, now: &Answers) -> Option<String> {
        let then = self.content.section(section);
        let text = then.get(field).trim();
        let is_other = SECTIONS.contains(&section) && !is_same(&then, now, field);
        (is_other && !text.is_empty()).then(|| text.to_owned())
    }

    /// Whether a text of a project still says what it said then.
    pub fn is_unchanged_in(&self, project: &ProjectId, field: &str, now: &Answers) -> bool {
        is_text(field)
            && self
                .then(project)
                .is_some_and(|it| is_same(&it.answers, now, field))
    }

    /// The fields of a project that still say what they said then.
    pub fn unchanged_in(&self, project: &ProjectId, now: &Answers) -> Vec<String> {
        now.iter()
            .filter(|(field, _)| self.is_unchanged_in(project, field, now))
            .map(|(field, _)| field.to_owned())
            .collect()
    }

    /// The targets of a project that are those of the cycle before; `first_year` is of now.
    pub fn same_targets(
        &self,
        project: &ProjectId,
        now: &Answers,
        first_year: i32,
    ) -> Vec<(String, String)> {
        let Some(then) = self.then(project) else {
            return Vec::new();
        };
        let [first_then, _] = self.content.years;
        let later = first_year.saturating_sub(first_then);
        let mut found = Vec::new();
        for (field, text) in now.starting_with(indicators::PREFIX) {
            let Some((row, year)) = field.rsplit_once(".doel.") else {
                continue;
            };
            let before = year.parse().ok().map(|it: i32| it.saturating_sub(later));
            let old = before.map(|it| then.answers.get(&format!("{row}.doel.{it}")));
            if !typed::is_blank(text) && old.is_some_and(|it| it.trim() == text.trim()) {
                let name = now.get(&format!("{row}.naam"));
                let sentence = format!(
                    "Het doel van “{}” in {year} is hetzelfde als in de vorige cyclus.",
                    typed::line(name, 60)
                );
                found.push((field.to_owned(), sentence));
            }
        }
        found
    }
}

fn is_same(then: &Answers, now: &Answers, field: &str) -> bool {
    let text = now.get(field);
    !typed::is_blank(text) && super::versions::words::are_same(text, then.get(field))
}

/// Fields that hold a text that ages: not a choice, and not who takes part.
fn is_text(field: &str) -> bool {
    let choices = ["categorie", "onderdeel", "jaar", "evaluatie", "titel"];
    let first = field.split('.').next().unwrap_or_default();
    !choices.contains(&field) && !["deelnemer", "regel", "indicator"].contains(&first)
}

/// Whether nothing is written in a section, so that earlier texts take the place of none.
pub fn is_empty(written: &Answers) -> bool {
    written.iter().all(|(_, text)| typed::is_blank(text))
}

/// What a section starts with.
pub fn section(content: &Content, name: SectionName) -> Answers {
    content.section(name)
}

/// What a project starts with: its texts and choices, without amounts and targets. `later` is how
/// many years the cycles lie apart.
pub fn project(then: &Answers, later: i32) -> Answers {
    let mut now = Answers::default();
    for (field, text) in then.iter() {
        if is_taken_over(field) {
            now.set(field, text);
        }
    }
    if let Ok(year) = then.get("jaar").trim().parse::<i32>() {
        now.set("jaar", year.saturating_add(later).to_string());
    }
    now
}

/// Not what has a year in its name (quantities, rates, contributions, minimums, targets), and not
/// where an indicator stood.
fn is_taken_over(field: &str) -> bool {
    let last = field.rsplit('.').next().unwrap_or_default();
    let has_year = last.len() == 4 && last.bytes().all(|it| it.is_ascii_digit());
    let is_row = |prefix: &str, most: u32| {
        let rest = field.strip_prefix(prefix).and_then(|it| it.split_once('.'));
        rest.is_none_or(|(row, _)| row.parse().is_ok_and(|it: u32| 0 < it && it <= most))
    };
    !has_year
        && !["beginstand", "geen-beginstand"].contains(&last)
        && is_row(budget::PREFIX, MOST_LINES)
        && is_row(indicators::PREFIX, MOST_INDICATORS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn then() -> Answers {
        [
            ("titel", "Online"),
            ("jaar", "2025"),
            ("doel-kort", "Jongeren in gesprek."),
            ("deelnemer.delft", "ja"),
            ("regel.1.omschrijving", "Uren"),
            ("regel.1.aantal.2025", "10"),
            ("regel.1.tarief.2025", "100,00"),
            ("eigen-bijdrage.2025", "5,00"),
            ("minimum.2025", "500,00"),
            ("indicator.1.naam", "Gesprekken"),
            ("indicator.1.beginstand", "52"),
            ("indicator.1.doel.2025", "60"),
        ]
        .into_iter()
        .fold(Answers::default(), |it, (name, text)| it.with(name, text))
    }

    #[test]
    fn texts_come_along_and_amounts_and_targets_do_not() {
        let now = project(&then(), 2);
        let fields: Vec<(&str, &str)> = now.iter().collect();
        assert_eq!(
            fields,
            [
                ("deelnemer.delft", "ja"),
                ("doel-kort", "Jongeren in gesprek."),
                ("indicator.1.naam", "Gesprekken"),
                ("jaar", "2027"),
                ("regel.1.omschrijving", "Uren"),
                ("titel", "Online"),
            ]
        );
    }

    #[test]
    fn what_was_declared_is_never_taken_over() {
        assert!(!SECTIONS.contains(&SectionName::Statements));
    }
}
