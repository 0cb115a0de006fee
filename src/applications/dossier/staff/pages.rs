//! The page that staff see of an application.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use askama::Template;

use crate::{
    app::App,
    applications::{
        Head, Project,
        attachments::list::Listed,
        dossier::{
            pages::{facts, past, titles},
            store, tag,
            totals::{self, Pivot, Totals},
        },
        store as common,
        submission::{ShownSection, Version, content::Content, shown, store as submitted_versions},
        versions,
    },
    audit::store::FactRow,
    core::{
        actor::Actor,
        category::Category,
        ids::{ApplicationId, ProjectId},
        money::Money,
    },
    db::Conn,
    error::AppError,
    identity::{
        access::SignedIn,
        policy::{self, Action},
    },
    journal::{self, balance::Measure},
    texts::filters,
    web::{
        frame::Frame,
        html,
        parts::{Event, Tab, Tag},
    },
};

#[derive(Template)]
#[template(path = "applications/dossier.html")]
struct DossierPage {
    frame: Frame,
    head: Head,
    tag: Tag,
    tabs: Vec<Tab>,
    version: Version,
    content: Content,
    files: Vec<Listed>,
    has_scanner: bool,
    sections: Vec<ShownSection>,
    totals: Totals,
    lines: Vec<Line>,
    has_awards: bool,
    /// Whether the award was changed after its decision.
    is_amended: bool,
    partners: Pivot,
    events: Vec<Event>,
    versions: Vec<i32>,
}

/// A project in a year, as staff see it.
struct Line {
    title: String,
    category: Option<Category>,
    year: i32,
    requested: Money,
    eligible: Option<Money>,
    awarded: Option<Money>,
    /// The lines of the journal behind what is awarded, for who may see them.
    lines: String,
}

/// The page of a dossier for somebody who sees what was submitted.
pub(in crate::applications::dossier) async fn submitted(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
) -> Result<HttpResponse, AppError> {
    let actor = who.actor.clone();
    let it = app
        .store
        .read(move |conn| load_submitted(conn, &actor, &id))
        .await?;
    let application = &it.head.application;
    let content = Content::parse(&it.version.content)?;
    let page = DossierPage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .here(application.reference.clone()),
        tag: tag(application.state, false),
        tabs: tabs(&who.actor, &application.id),
        sections: shown(&content),
        files: content.attachments()?,
        has_scanner: app.files.scanner.is_some(),
        totals: versions::totals(&content)?,
        lines: lines(&who.actor, &content, &it),
        has_awards: !it.awarded.is_empty(),
        is_amended: it.facts.iter().any(|it| it.kind == "amendment_decided"),
        partners: partners(&content)?,
        events: past(&it.facts, &titles(&it.projects), false)?,
        versions: (1..=application.latest_version).rev().collect(),
        content,
        version: it.version,
        head: it.head,
    };
    html::ok(&page)
}

struct Submitted {
    head: Head,
    version: Version,
    projects: Vec<Project>,
    awarded: BTreeMap<(ProjectId, i32), Money>,
    facts: Vec<FactRow>,
}

fn load_submitted(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
) -> Result<Submitted, AppError> {
    let head = common::head(conn, actor, id)?;
    Ok(Submitted {
        version: submitted_versions::version(conn, id, head.application.latest_version)?,
        projects: common::projects_of(conn, id)?,
        awarded: store::awarded(conn, id)?,
        facts: facts(conn, id)?,
        head,
    })
}

fn lines(actor: &Actor, content: &Content, it: &Submitted) -> Vec<Line> {
    let (projects, awarded) = (&it.projects, &it.awarded);
    let (cycle, application) = (&it.head.window.cycle_id, &it.head.application.id);
    let may = policy::may(actor, Action::SeeFinance);
    let behind = |project: &ProjectId, year: i32| match may {
        false => String::new(),
        true => format!(
            "{}{}&aanvraag={application}&project={project}",
            journal::lines::address(cycle, Some(year), None),
            Measure::Awarded.as_str()
        ),
    };
    let eligible = |id: &ProjectId, year: i32| {
        let project = projects.iter().find(|it| it.id == *id)?;
        project.years.iter().find(|it| it.year == year)?.eligible
    };
    content
        .projects
        .iter()
        .flat_map(|project| project.years.iter().map(move |year| (project, year)))
        .map(|(project, year)| Line {
            title: project.title.clone(),
            category: project.category,
            year: year.year,
            requested: year.requested,
            eligible: eligible(&project.id, year.year),
            awarded: awarded.get(&(project.id.clone(), year.year)).copied(),
            lines: behind(&project.id, year.year),
        })
        .collect()
}

/// What each municipality gets of all projects together.
fn partners(content: &Content) -> Result<Pivot, AppError> {
    let shares = content.projects.iter().flat_map(|it| &it.shares);
    let amounts: Vec<(String, i32, Money)> = shares
        .map(|it| (it.municipality.name.clone(), it.year, it.amount))
        .collect();
    Ok(totals::pivot(&content.years, &amounts)?)
}

fn tabs(actor: &Actor, id: &ApplicationId) -> Vec<Tab> {
    let mut tabs = vec![Tab::new("Aanvraag", format!("/aanvragen/{id}"), true)];
    if policy::may(actor, Action::SeeAssessments) {
        tabs.push(Tab::new(
            "Behandeling",
            format!("/aanvragen/{id}/behandeling"),
            false,
        ));
    }
    if policy::may(actor, Action::SeeDecisions) {
        tabs.push(Tab::new(
            "Besluit",
            format!("/aanvragen/{id}/besluit"),
            false,
        ));
    }
    tabs
}
