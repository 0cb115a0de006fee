//! What is frozen when an application is submitted: everything that was entered, and what it means.
//! Pure. The text is canonical JSON (RFC 8785), so that its SHA-256 can be checked by anybody.

use std::collections::BTreeMap;

use crate::{
    applications::{
        Head, Project, ProjectYear,
        attachments::list::{self, Listed},
        drafting::Draft,
        project::form,
        section::SectionName,
    },
    core::{
        answers::Answers,
        category::{Category, SubItem},
        ids::ProjectId,
        money::{Money, MoneyError},
    },
    error::AppError,
    schemes::{Municipality, WindowKind},
};

/// The shape of this file; raised when a field changes its meaning.
const FORMAT: u32 = 1;

/// A submitted version as a value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Content {
    /// The shape of the file.
    pub format: u32,
    /// The reference of the application.
    pub reference: String,
    /// The name of the cycle, such as `2027-2028`.
    pub cycle: String,
    /// The budget years that can be asked for.
    pub years: [i32; 2],
    /// The name of the window.
    pub window: String,
    /// What the window is for.
    pub window_kind: WindowKind,
    /// The region.
    pub region: String,
    /// Who applies.
    pub lead: Place,
    /// For whom is applied, the lead included.
    pub participants: Vec<Place>,
    /// What was typed per section.
    pub sections: BTreeMap<SectionName, Answers>,
    /// The projects, by their place.
    pub projects: Vec<FrozenProject>,
    /// What is asked in all years together, in euros.
    pub requested: Money,
}

/// A municipality.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// Its CBS code.
    pub cbs_code: String,
    /// Its name.
    pub name: String,
}

/// A project in a submitted version.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FrozenProject {
    /// Its id, the same in every version.
    pub id: ProjectId,
    /// Its place.
    pub position: i32,
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: Option<Category>,
    /// Its part.
    pub sub_item: Option<SubItem>,
    /// What was typed.
    pub answers: Answers,
    /// What it asks per year.
    pub years: Vec<FrozenYear>,
    /// For whom that is, per year; what was not divided is for the lead.
    #[serde(default)]
    pub shares: Vec<FrozenShare>,
}

/// What of a project is for which municipality in a year, in euros.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FrozenShare {
    /// The budget year.
    pub year: i32,
    /// The municipality.
    pub municipality: Place,
    /// Its part of what is asked.
    pub amount: Money,
}

/// The amounts of a project in a year, in euros.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FrozenYear {
    /// The budget year.
    pub year: i32,
    /// All costs.
    pub costs: Money,
    /// Paid by the municipalities themselves.
    pub own_contribution: Money,
    /// Paid by others.
    pub co_financing: Money,
    /// What is asked.
    pub requested: Money,
    /// With less than this the project cannot be done.
    pub minimum: Money,
}

impl Content {
    /// What would be frozen now. `members` are the municipalities of the region.
    pub fn of(
        head: &Head,
        draft: &Draft,
        participants: &[Municipality],
        members: &[Municipality],
    ) -> Result<Content, MoneyError> {
        let projects: Vec<FrozenProject> = draft
            .projects
            .iter()
            .map(|it| FrozenProject::of(head, members, &it.project, &it.answers))
            .collect();
        Ok(Content {
            format: FORMAT,
            reference: head.application.reference.clone(),
            cycle: head.cycle.name.clone(),
            years: head.cycle.years(),
            window: head.window.name.clone(),
            window_kind: head.window.kind,
            region: head.region.name.clone(),
            lead: Place::of(&head.lead),
            participants: participants.iter().map(Place::of).collect(),
            sections: draft
                .sections
                .iter()
                .map(|(name, section)| (*name, entered(*name, &section.answers)))
                .collect(),
            requested: Money::sum(
                projects
                    .iter()
                    .flat_map(|it| it.years.iter().map(|year| year.requested)),
            )?,
            projects,
        })
    }

    /// What was typed per project, with its place.
    pub fn typed(&self) -> Vec<(ProjectId, i32, Answers)> {
        let typed = |it: &FrozenProject| (it.id.clone(), it.position, it.answers.clone());
        self.projects.iter().map(typed).collect()
    }

    /// The canonical text.
    pub fn to_text(&self) -> Result<String, AppError> {
        Ok(serde_json_canonicalizer::to_string(self)?)
    }

    /// The value of a frozen text. The place of a project is where it stands in the list: an earlier text
    /// can number them with gaps, where a project was removed.
    pub fn parse(text: &str) -> Result<Content, AppError> {
        let mut content: Content = serde_json::from_str(text)?;
        for (place, it) in (1..).zip(&mut content.projects) {
            it.position = place;
        }
        Ok(content)
    }

    /// What was typed in a section; empty if nothing was.
    pub fn section(&self, name: SectionName) -> Answers {
        self.sections.get(&name).cloned().unwrap_or_default()
    }

    /// The files that were added.
    pub fn attachments(&self) -> Result<Vec<Listed>, AppError> {
        list::files(&self.section(SectionName::Attachments))
    }

    /// The sections in which these two differ.
    pub fn changed(&self, other: &Content) -> Vec<SectionName> {
        SectionName::ALL
            .iter()
            .copied()
            .filter(|it| match it {
                SectionName::Projects => self.projects != other.projects,
                SectionName::Region => {
                    self.participants != other.participants
                        || self.section(*it) != other.section(*it)
                }
                section => self.section(*section) != other.section(*section),
            })
            .collect()
    }
}

/// What of a section is frozen: all that was typed, and of files what they are.
fn entered(name: SectionName, answers: &Answers) -> Answers {
    match name {
        SectionName::Attachments => list::entered(answers),
        _ => answers.clone(),
    }
}

impl Place {
    fn of(it: &Municipality) -> Place {
        Place {
            cbs_code: it.cbs_code.clone(),
            name: it.name.clone(),
        }
    }
}

impl FrozenProject {
    fn of(
        head: &Head,
        members: &[Municipality],
        project: &Project,
        answers: &Answers,
    ) -> FrozenProject {
        FrozenProject {
            id: project.id.clone(),
            position: project.position,
            title: project.title.clone(),
            category: project.category,
            sub_item: project.sub_item,
            answers: answers.clone(),
            years: project.years.iter().map(FrozenYear::of).collect(),
            shares: shares(head, members, project, answers),
        }
    }

    /// What is asked in a year; nothing if the project does not run in it.
    pub fn requested(&self, year: i32) -> Money {
        self.years
            .iter()
            .find(|it| it.year == year)
            .map_or(Money::ZERO, |it| it.requested)
    }
}

/// For whom each year of a project is: every year sums to what is asked.
fn shares(
    head: &Head,
    members: &[Municipality],
    project: &Project,
    answers: &Answers,
) -> Vec<FrozenShare> {
    let (meaning, _) = form::read(answers, head.cycle.years(), head.window.kind);
    let mut shares = Vec::new();
    for year in &project.years {
        let divided: Vec<FrozenShare> = members
            .iter()
            .filter_map(|it| {
                let mut of_year = meaning
                    .shares
                    .iter()
                    .filter(|share| share.year == year.year);
                let share = of_year.find(|share| share.municipality == it.id)?;
                Some(FrozenShare {
                    year: year.year,
                    municipality: Place::of(it),
                    amount: share.amount,
                })
            })
            .collect();
        if divided.is_empty() && !year.requested.is_zero() {
            shares.push(FrozenShare {
                year: year.year,
                municipality: Place::of(&head.lead),
                amount: year.requested,
            });
        }
        shares.extend(divided);
    }
    shares
}

impl FrozenYear {
    fn of(it: &ProjectYear) -> FrozenYear {
        FrozenYear {
            year: it.year,
            costs: it.costs,
            own_contribution: it.own_contribution,
            co_financing: it.co_financing,
            requested: it.requested,
            minimum: it.minimum,
        }
    }
}
