//! Everything that keeps an application from being submitted, each point with its place. Pure.

use super::{
    Head,
    attachments::list,
    drafting::{Draft, DraftProject, form},
    project,
    section::SectionName,
};
use crate::{core::answers::FieldErrors, texts::labels::Label};

/// One thing to put right before submitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The section or project it is in.
    pub part: String,
    /// What to do, in a sentence.
    pub sentence: String,
    /// The page and the field where it is done.
    pub href: String,
    /// Whether nothing was filled in yet, rather than something that is not right.
    pub is_missing: bool,
}

/// All points of an application, in the order of its pages.
pub fn points(head: &Head, draft: &Draft) -> Vec<Point> {
    SectionName::ALL
        .iter()
        .flat_map(|it| match it {
            SectionName::Projects => of_projects(head, draft),
            SectionName::Attachments => of_attachments(head, draft),
            section => of_section(head, draft, *section),
        })
        .collect()
}

/// How many things are to be put right in a section.
pub fn count(head: &Head, draft: &Draft, section: SectionName) -> usize {
    match section {
        SectionName::Projects => of_projects(head, draft).len(),
        SectionName::Attachments => of_attachments(head, draft).len(),
        section => of_section(head, draft, section).len(),
    }
}

/// Everything that keeps one project from being submitted, by field of its page.
pub fn of_project(head: &Head, project: &DraftProject) -> FieldErrors {
    project::form::findings(&project.answers, head.cycle.years(), head.window.kind)
}

fn of_section(head: &Head, draft: &Draft, section: SectionName) -> Vec<Point> {
    let id = &head.application.id;
    let answers = &draft.section(section).answers;
    form::findings(section, answers)
        .iter()
        .map(|(field, sentence)| Point {
            part: section.label().to_owned(),
            sentence: sentence.to_owned(),
            href: format!("{}?controle=ja#{field}", section.href(id)),
            is_missing: answers.get(field).trim().is_empty(),
        })
        .collect()
}

fn of_attachments(head: &Head, draft: &Draft) -> Vec<Point> {
    let section = SectionName::Attachments;
    let page = section.href(&head.application.id);
    list::findings(&draft.section(section).answers)
        .into_iter()
        .map(|(anchor, sentence)| Point {
            part: section.label().to_owned(),
            sentence,
            href: format!("{page}#{anchor}"),
            is_missing: false,
        })
        .collect()
}

fn of_projects(head: &Head, draft: &Draft) -> Vec<Point> {
    let id = &head.application.id;
    if draft.projects.is_empty() {
        return vec![Point {
            part: SectionName::Projects.label().to_owned(),
            sentence: "Voeg ten minste één project toe.".to_owned(),
            href: format!("/aanvragen/{id}#projecten"),
            is_missing: true,
        }];
    }
    let mut points = Vec::new();
    for project in &draft.projects {
        for (field, sentence) in of_project(head, project).iter() {
            let page = format!("/aanvragen/{id}/projecten/{}", project.project.id);
            points.push(Point {
                part: project_name(project),
                sentence: sentence.to_owned(),
                href: match field {
                    "" => page,
                    field => format!("{page}?controle=ja#{field}"),
                },
                is_missing: project.answers.get(field).trim().is_empty(),
            });
        }
    }
    points
}

/// What a project is called in a list.
pub fn project_name(project: &DraftProject) -> String {
    let (position, title) = (project.project.position, project.project.title.trim());
    if title.is_empty() {
        format!("Project {position}")
    } else {
        format!("Project {position}: {title}")
    }
}
