//! Who did what: per section and project who changed it how often, and who did so last. Taken from the
//! saves that are kept to merge what people type; nothing is recorded for it.
pub mod pages;
pub mod store;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::{applications::section::SectionName, core::ids::ProjectId, texts::labels::Label};

/// What one person did in one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The name of a section, or the id of a project.
    pub part: String,
    /// Who.
    pub name: String,
    /// How often they saved something new.
    pub changes: i64,
    /// When they did so last (UTC).
    pub last_at: NaiveDateTime,
}

/// A part with all that was done in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartWork {
    /// What people call it.
    pub name: String,
    /// Who saved it last and when (UTC); absent if it never was.
    pub last: Option<(String, NaiveDateTime)>,
    /// Who changed it how often, who did so most first.
    pub by: Vec<(String, i64)>,
}

/// The parts of an application in their order, with what was done in each. `projects` are those that
/// there are, with their names.
pub fn by_part(done: &[Done], projects: &[(ProjectId, String)]) -> Vec<PartWork> {
    let mut per_part: BTreeMap<&str, Vec<&Done>> = BTreeMap::new();
    for it in done {
        per_part.entry(&it.part).or_default().push(it);
    }
    let sections = SectionName::FORMS
        .iter()
        .map(|it| (it.as_str().to_owned(), it.label().to_owned()));
    let projects = projects
        .iter()
        .map(|(id, name)| (id.as_str().to_owned(), name.clone()));
    sections
        .chain(projects)
        .map(|(part, name)| {
            let mut of = per_part.remove(part.as_str()).unwrap_or_default();
            of.sort_by(|a, b| (b.changes, &a.name).cmp(&(a.changes, &b.name)));
            let last = of.iter().max_by_key(|it| it.last_at);
            PartWork {
                name,
                last: last.map(|it| (it.name.clone(), it.last_at)),
                by: of.iter().map(|it| (it.name.clone(), it.changes)).collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_says_who_did_what() {
        let done = |part: &str, name: &str, changes, at: &str| Done {
            part: part.to_owned(),
            name: name.to_owned(),
            changes,
            last_at: at.parse().unwrap(),
        };
        let all = [
            done("analysis", "Anna", 2, "2026-09-15T08:00:00"),
            done("analysis", "Bram", 7, "2026-09-14T08:00:00"),
            done("p1", "Cas", 1, "2026-09-15T08:00:00"),
            done("removed", "Cas", 9, "2026-09-15T08:00:00"),
        ];
        let parts = by_part(&all, &[("p1".into(), "Project 1".to_owned())]);
        let analysis = parts.iter().find(|it| it.by.len() == 2).unwrap();
        assert_eq!(analysis.name, "Analyse van de situatie");
        assert_eq!(analysis.last.as_ref().unwrap().0, "Anna");
        assert_eq!(analysis.by[0], ("Bram".to_owned(), 7));
        let last = parts.last().unwrap();
        assert_eq!((last.name.as_str(), last.by.len()), ("Project 1", 1));
        assert!(parts[0].last.is_none());
    }
}
