//! A complete, valid application, made through the use cases.

use versterkingsgelden::{
    applications::{
        self, Application, drafting, project, section::SectionName, state::State, submission,
    },
    core::{
        answers::Answers,
        category::Category,
        ids::{ApplicationId, MunicipalityId, ProjectId, RegionId, WindowId},
    },
    db::Tx,
    error::AppError,
};

use super::{TestApp, Who, World, projects};

/// An application to be made: `AnApplication::of(Who::Delft).with(3).submitted().make(&app, &world)`.
#[derive(Debug, Clone)]
pub struct AnApplication {
    who: Who,
    projects: Vec<AProject>,
    is_submitted: bool,
    window: Option<WindowId>,
}

/// A project of such an application.
#[derive(Debug, Clone)]
pub struct AProject {
    /// Its title.
    pub title: String,
    /// Its category; the first part of it is taken.
    pub category: Category,
    /// What is asked per year, in whole euros.
    pub asked: Vec<(i32, i32)>,
    /// The smallest workable amount per year, in whole euros.
    pub minimum: i32,
}

impl AProject {
    /// A project of this category that asks this much a year, in whole euros: 2027 and 2028, or 2027
    /// alone if it is a one-year project.
    pub fn new(title: &str, category: Category, asked: i32) -> AProject {
        let years = if category.is_one_year() {
            vec![(2027, asked)]
        } else {
            vec![(2027, asked), (2028, asked)]
        };
        AProject {
            title: title.to_owned(),
            category,
            asked: years,
            minimum: 0,
        }
    }

    /// In these years, with these amounts in whole euros.
    pub fn in_years(mut self, asked: &[(i32, i32)]) -> AProject {
        self.asked = asked.to_vec();
        self
    }
}

impl AnApplication {
    /// Of the municipality of this person, who drafts and signs; with one project of basis op orde
    /// that asks 100,000 euros a year.
    pub fn of(who: Who) -> AnApplication {
        AnApplication {
            who,
            projects: vec![AProject::new(
                "Analyse en regie",
                Category::Baseline,
                100_000,
            )],
            is_submitted: false,
            window: None,
        }
    }

    /// With this many projects, of all categories in turn; the n-th asks n times 10,000 a year.
    pub fn with(mut self, projects: usize) -> AnApplication {
        self.projects = (0..projects)
            .zip(Category::ALL.iter().cycle())
            .map(|(at, category)| {
                let asked = 10_000 * i32::try_from(at + 1).unwrap();
                AProject::new(&format!("Project nummer {}", at + 1), *category, asked)
            })
            .collect();
        self
    }

    /// With exactly these projects.
    pub fn with_projects(mut self, projects: Vec<AProject>) -> AnApplication {
        self.projects = projects;
        self
    }

    /// Submitted too.
    pub fn submitted(mut self) -> AnApplication {
        self.is_submitted = true;
        self
    }

    /// In another window than the main one.
    pub fn in_window(mut self, window: &WindowId) -> AnApplication {
        self.window = Some(window.clone());
        self
    }

    /// Makes it.
    pub async fn make(self, app: &TestApp, world: &World) -> ApplicationId {
        let actor = world.actor(self.who).clone();
        let window = self.window.clone().unwrap_or_else(|| world.window.clone());
        app.act(&actor, move |tx| {
            let id = applications::actions::start(tx, &window)?;
            let sections = drafting::store::sections(tx.conn, &id)?;
            for section in SectionName::FORMS {
                let seen = sections.get(&section).map_or(0, |it| it.version);
                let answers = section_answers(section);
                drafting::actions::save_section(tx, &id, section, &answers, seen)?;
            }
            for project in &self.projects {
                add_project(tx, &id, project)?;
            }
            if self.is_submitted {
                submission::actions::submit(tx, &id)?;
            }
            Ok(id)
        })
        .await
    }
}

/// A draft as it is stored, made past the use cases: of this region and lead in this window.
pub fn a_row(
    tx: &mut Tx<'_>,
    reference: &str,
    window: &WindowId,
    (region, lead): (&RegionId, &MunicipalityId),
) -> Application {
    Application {
        id: tx.new_id(),
        reference: reference.to_owned(),
        window_id: window.clone(),
        region_id: region.clone(),
        lead_municipality_id: lead.clone(),
        parent_id: None,
        signing_id: None,
        copied_from: None,
        state: State::Draft,
        latest_version: 0,
        submitted_at: None,
        created_at: tx.now,
        updated_at: tx.now,
        version: 1,
    }
}

/// A section, filled in.
pub fn section_answers(section: SectionName) -> Answers {
    match section {
        SectionName::Organisation => Answers::default()
            .with("contactpersoon", "Joris van Dam")
            .with("functie", "Adviseur veiligheid")
            .with("email", "veiligheid@example.nl")
            .with("telefoon", "")
            .with("ondertekenaar", "De burgemeester"),
        SectionName::Region => Answers::default()
            .with(
                "samenwerking",
                "De gemeenten overleggen elke maand met de politie.",
            )
            .with("afstemming", "")
            // As the projects of `support::projects`.
            .with("deelnemer.delft", "ja"),
        SectionName::Analysis => Answers::default()
            .with(
                "dreiging",
                "Jongeren komen online in aanraking met extremisme.",
            )
            .with(
                "behoefte",
                "Er zijn te weinig jongerenwerkers die online werken.",
            )
            .with(
                "weerbaarheid",
                "Het netwerk is jong en leunt op enkele mensen.",
            )
            .with("geleerd", ""),
        SectionName::Projects | SectionName::Attachments => Answers::default(),
        SectionName::Statements => Answers::default()
            .with("juridisch", "ja")
            .with("deelnemers_akkoord", "ja")
            .with("waarheid", "ja")
            .with("opmerking", ""),
    }
}

fn add_project(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    project: &AProject,
) -> Result<ProjectId, AppError> {
    let texts: Vec<(i32, String)> = project
        .asked
        .iter()
        .map(|(year, asked)| (*year, format!("{asked},00")))
        .collect();
    let costs: Vec<(i32, &str)> = texts.iter().map(|it| (it.0, it.1.as_str())).collect();
    let part = project.category.sub_items()[0].as_str();
    let category = project.category.as_str();
    let mut fields = projects::project(category, part, &project.title, &costs);
    if 0 < project.minimum {
        for (year, _) in &project.asked {
            fields.push((format!("minimum.{year}"), format!("{},00", project.minimum)));
        }
    }
    let answers = Answers::from_pairs(fields).unwrap();
    let id = project::actions::add(tx, application)?;
    let saved = project::actions::save(tx, &id, 1, &answers)?;
    assert!(saved.findings.is_empty(), "{:?}", saved.findings);
    Ok(id)
}
