//! Everything that keeps an application from being submitted, each point with its place. Pure.

use std::collections::BTreeMap;

use super::{
    Head,
    attachments::list,
    drafting::{Draft, DraftProject, form},
    project::{self, shares},
    section::SectionName,
};
use crate::{
    core::answers::{Answers, FieldErrors},
    texts::labels::Label,
};

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
    /// Where it can be put right instead: what it is called, and its page and field.
    pub also: Vec<(String, String)>,
}

/// The names of municipalities by their ids. Who only counts points gives none.
pub use super::project::shares::Names;

/// All points of an application, in the order of its pages.
pub fn points(head: &Head, draft: &Draft, names: &Names) -> Vec<Point> {
    SectionName::ALL
        .iter()
        .flat_map(|it| match it {
            SectionName::Projects => of_projects(head, draft, names),
            SectionName::Attachments => of_attachments(head, draft),
            SectionName::Region => {
                let mut points = of_section(head, draft, *it);
                points.extend(of_participants(head, draft, names));
                points
            }
            section => of_section(head, draft, *section),
        })
        .collect()
}

/// How many things are to be put right in a section.
pub fn count(head: &Head, draft: &Draft, section: SectionName) -> usize {
    match section {
        SectionName::Projects => of_projects(head, draft, &Names::new()).len(),
        SectionName::Attachments => of_attachments(head, draft).len(),
        SectionName::Region => of_section(head, draft, section)
            .len()
            .saturating_add(left_out(head, draft).len()),
        section => of_section(head, draft, section).len(),
    }
}

/// What is wrong in a section, by field of its page.
pub fn findings(head: &Head, draft: &Draft, section: SectionName, names: &Names) -> FieldErrors {
    let mut errors = form::findings(section, &draft.section(section).answers);
    if section == SectionName::Region {
        for point in of_participants(head, draft, names) {
            errors.push(PARTICIPANTS, point.sentence);
        }
    }
    errors
}

/// Everything that keeps one project from being submitted, by field of its page.
pub fn of_project(head: &Head, project: &DraftProject, names: &Names) -> FieldErrors {
    let (years, window) = (head.cycle.years(), head.window.kind);
    project::form::findings(&project.answers, years, window, names)
}

/// Whether projects are for municipalities that the application is not for: the point about it names them.
pub fn contradicts_itself(head: &Head, draft: &Draft) -> bool {
    !left_out(head, draft).is_empty()
}

/// The field of the region in which municipalities are ticked, and that of a project.
const PARTICIPANTS: &str = "deelnemer";

/// The municipalities that projects are for and the application is not, each with those projects: what is
/// submitted would contradict itself.
fn left_out<'a>(head: &Head, draft: &'a Draft) -> BTreeMap<String, Vec<&'a DraftProject>> {
    let region = draft.section(SectionName::Region).answers;
    let mut left_out: BTreeMap<String, Vec<&DraftProject>> = BTreeMap::new();
    for project in &draft.projects {
        for (field, _) in project.answers.starting_with(shares::PARTICIPANT_PREFIX) {
            let id = field
                .strip_prefix(shares::PARTICIPANT_PREFIX)
                .unwrap_or_default();
            let is_for = |answers: &Answers| answers.get(field) == "ja";
            if is_for(&project.answers) && !is_for(&region) && id != head.lead.id.as_str() {
                left_out.entry(id.to_owned()).or_default().push(project);
            }
        }
    }
    left_out
}

fn of_participants(head: &Head, draft: &Draft, names: &Names) -> Vec<Point> {
    let section = SectionName::Region;
    let id = &head.application.id;
    let point = |(municipality, projects): (String, Vec<&DraftProject>)| {
        let name = names.get(&municipality);
        let name = name.map_or("Een gemeente buiten uw regio", String::as_str);
        let titles: Vec<String> = projects.iter().map(|it| project_name(it)).collect();
        let (many, there) = match projects.len() {
            1 => ("dit project", "het project"),
            _ => ("deze projecten", "de projecten"),
        };
        Point {
            part: section.label().to_owned(),
            sentence: format!(
                "{name} is hier niet aangevinkt, maar doet wel mee in {many}: {}. Vink {name} hier aan, of haal het vinkje weg in {there}.",
                titles.join("; ")
            ),
            href: format!("{}?controle=ja#{PARTICIPANTS}", section.href(id)),
            is_missing: false,
            also: projects
                .iter()
                .map(|it| {
                    let page = format!("/aanvragen/{id}/projecten/{}", it.project.id);
                    (project_name(it), format!("{page}#{PARTICIPANTS}"))
                })
                .collect(),
        }
    };
    left_out(head, draft).into_iter().map(point).collect()
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
            also: Vec::new(),
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
            also: Vec::new(),
        })
        .collect()
}

fn of_projects(head: &Head, draft: &Draft, names: &Names) -> Vec<Point> {
    let id = &head.application.id;
    if draft.projects.is_empty() {
        return vec![Point {
            part: SectionName::Projects.label().to_owned(),
            sentence: "Voeg ten minste één project toe.".to_owned(),
            href: format!("/aanvragen/{id}#projecten"),
            is_missing: true,
            also: Vec::new(),
        }];
    }
    let mut points = Vec::new();
    for project in &draft.projects {
        for (field, sentence) in of_project(head, project, names).iter() {
            let page = format!("/aanvragen/{id}/projecten/{}", project.project.id);
            points.push(Point {
                part: project_name(project),
                sentence: sentence.to_owned(),
                href: match field {
                    "" => page,
                    field => format!("{page}?controle=ja#{field}"),
                },
                is_missing: project.answers.get(field).trim().is_empty(),
                also: Vec::new(),
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
