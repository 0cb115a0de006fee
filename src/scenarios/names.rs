//! What ids are called: the engine names projects and applicants by id, people by title and region.

use std::collections::BTreeMap;

use crate::{
    allocation::Method,
    texts::{labels::Label, money::with_signs},
};

/// A project as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectName {
    /// Its title.
    pub title: String,
    /// The region it belongs to.
    pub region: String,
    /// Whether the reader declared a conflict of interest in its dossier: then it stays closed.
    pub is_closed: bool,
}

/// The names of the projects and applicants of a window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// By project id.
    pub projects: BTreeMap<String, ProjectName>,
    /// The region, by applicant (CBS code).
    pub applicants: BTreeMap<String, String>,
}

impl Names {
    /// The title of a project.
    pub fn title<'n>(&'n self, project: &'n str) -> &'n str {
        match self.projects.get(project) {
            Some(it) if it.is_closed => "Gesloten: u hebt in dit dossier een belang gemeld",
            Some(it) => &it.title,
            None => project,
        }
    }

    /// The region of a project.
    pub fn region_of<'n>(&'n self, project: &str) -> &'n str {
        self.projects.get(project).map_or("", |it| &it.region)
    }

    /// The region of an applicant.
    pub fn applicant<'n>(&'n self, id: &'n str) -> &'n str {
        self.applicants.get(id).map_or(id, String::as_str)
    }

    /// Whether a project's dossier is closed to the reader.
    pub fn is_closed(&self, project: &str) -> bool {
        self.projects.get(project).is_some_and(|it| it.is_closed)
    }

    /// A sentence of the engine with names in place of the ids of projects, applicants and methods, which stand in it between
    /// apostrophes, and with a euro sign before each amount.
    pub fn in_sentence(&self, sentence: &str) -> String {
        let mut text = String::with_capacity(sentence.len());
        let mut after_name = true;
        for part in sentence.split('\'') {
            let name = self.name(part);
            if !after_name && name.is_none() {
                text.push('\'');
            }
            text.push_str(&name.clone().unwrap_or_else(|| with_signs(part)));
            after_name = name.is_some();
        }
        text
    }

    fn name(&self, id: &str) -> Option<String> {
        if self.projects.contains_key(id) {
            return Some(format!("“{}” ({})", self.title(id), self.region_of(id)));
        }
        if let Some(it) = self.applicants.get(id) {
            return Some(format!("“{it}”"));
        }
        Method::parse(id).ok().map(|it| format!("“{}”", it.label()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_names_and_other_quotes_stay() {
        let mut names = Names::default();
        let name = ProjectName {
            title: "Jongeren ’s avonds".to_owned(),
            region: "Delft".to_owned(),
            is_closed: false,
        };
        names.projects.insert("p1".to_owned(), name);
        names
            .applicants
            .insert("GM0503".to_owned(), "Delft en omgeving".to_owned());
        assert_eq!(
            names.in_sentence("Grensproject is 'p1', niet 'p2' van 'GM0503'."),
            "Grensproject is “Jongeren ’s avonds” (Delft), niet 'p2' van “Delft en omgeving”."
        );
        assert_eq!(names.in_sentence("Met 'pro_rata'."), "Met “Evenredig”.");
        assert_eq!(names.in_sentence("'p1'"), "“Jongeren ’s avonds” (Delft)");
        assert_eq!(names.in_sentence("Niets, 's avonds."), "Niets, 's avonds.");
    }
}
