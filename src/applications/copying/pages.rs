//! The page on which one chooses what to begin with.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::actions;
use crate::{
    app::App,
    applications::{
        Head, store as common,
        submission::{content::Content, store as versions},
    },
    core::{
        answers::Answers,
        ids::{ApplicationId, ProjectId},
    },
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    texts::filters,
    web::{forms::FormView, frame::Frame, html, parts::Choice},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    let access = Access::May(Action::EditApplication);
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
    projects: Vec<Choice>,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), ApplicationId::from(path.as_str()));
    let (head, cycle, content) = app
        .store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            let (earlier, cycle) = actions::source(conn, &head)?.ok_or(AppError::NotFound)?;
            let version = versions::version(conn, &earlier.id, earlier.latest_version)?;
            Ok((head, cycle, Content::parse(&version.content)?))
        })
        .await?;
    let mut answers = Answers::default();
    for it in &content.projects {
        answers.set(format!("project.{}", it.id), "ja");
    }
    html::ok(&CopyPage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(
                head.application.reference.clone(),
                format!("/aanvragen/{}", head.application.id),
            )
            .here("Teksten overnemen"),
        form: FormView::new(answers),
        reference: content.reference,
        cycle: cycle.name,
        projects: content
            .projects
            .iter()
            .map(|it| Choice::new(it.id.as_str(), it.title.as_str()))
            .collect(),
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
