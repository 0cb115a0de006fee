//! The page on which one chooses what to begin with.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::actions;
use crate::{
    app::App,
    applications::{
        Head, drafting::store as drafts, section::SectionName, store as common,
        submission::content::FrozenProject,
    },
    core::ids::{ApplicationId, ProjectId},
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    texts::labels::Label,
    web::{forms::FormView, frame::Frame, html, parts::Choice},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let access = Access::May(Action::ArrangeProjects);
    vec![
        Route::get("/aanvragen/{id}/overname", access, show),
        Route::post("/aanvragen/{id}/overname", access, take_over),
    ]
}

#[derive(Template)]
#[template(path = "applications/copy.html")]
struct CopyPage {
    frame: Frame,
    head: Head,
    form: FormView,
    reference: String,
    cycle: String,
    /// What was not taken over yet.
    projects: Vec<Choice>,
    /// The names of the projects that were.
    taken: Vec<String>,
    /// The sections that are taken over, and those in which something is written: they stay as they are.
    empty: Vec<&'static str>,
    written: Vec<&'static str>,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(path.as_str()));
    let (head, offer, draft) = app
        .store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            head.require(&actor, Action::ArrangeProjects)?;
            let offer = actions::offer(conn, &head)?;
            Ok((head, offer, drafts::draft(conn, &id)?))
        })
        .await?;
    let is_taken = |it: &&FrozenProject| offer.pairs.values().any(|taken| *taken == it.id);
    let (taken, left): (Vec<&FrozenProject>, Vec<&FrozenProject>) =
        offer.content.projects.iter().partition(is_taken);
    let is_empty = |it: &&SectionName| super::is_empty(&draft.section(**it).answers);
    let (empty, written): (Vec<&SectionName>, Vec<&SectionName>) =
        super::SECTIONS.iter().partition(is_empty);
    html::ok(&CopyPage {
        frame: head.crumbs(who.frame()).here("Teksten overnemen"),
        // Nothing is chosen in advance: what is not wanted has to be removed project by project.
        form: FormView::default(),
        reference: offer.content.reference.clone(),
        cycle: offer.cycle.name,
        projects: left
            .iter()
            .map(|it| Choice::new(it.id.as_str(), it.title.as_str()))
            .collect(),
        taken: taken.iter().map(|it| it.title.clone()).collect(),
        empty: empty.iter().map(|it| it.label()).collect(),
        written: written.iter().map(|it| it.label()).collect(),
        head,
    })
}

async fn take_over(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = ApplicationId::from(path.as_str());
    let chosen: Vec<ProjectId> = posted
        .answers
        .starting_with("project.")
        .filter(|it| it.1 == "ja")
        .filter_map(|(name, _)| name.strip_prefix("project.").map(ProjectId::from))
        .collect();
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                actions::take_over(tx, &id, &chosen)?;
                Ok(format!("/aanvragen/{id}"))
            })
        })
        .await?;
    Ok(see_other(&location))
}
