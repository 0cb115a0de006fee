//! The page that says who did what.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{PartWork, by_part, store};
use crate::{
    app::App,
    applications::{Head, collaboration::pages::frame, store as common},
    core::ids::ApplicationId,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::Action,
    },
    texts::filters,
    web::{frame::Frame, html},
};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![Route::get(
        "/aanvragen/{id}/samenwerken/werk",
        Access::May(Action::InvitePartners),
        show,
    )]
}

#[derive(Template)]
#[template(path = "applications/collaboration/work.html")]
struct WorkPage {
    frame: Frame,
    head: Head,
    parts: Vec<PartWork>,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), path.into_inner());
    let (head, done, projects) = app
        .store
        .read(move |conn| {
            let head = common::head(conn, &actor, &id)?;
            head.require(&actor, Action::InvitePartners)?;
            Ok((head, store::done(conn, &id)?, store::projects(conn, &id)?))
        })
        .await?;
    let projects: Vec<_> = projects
        .into_iter()
        .map(|(id, position, title)| match title.trim() {
            "" => (id, format!("Project {position}")),
            title => (id, format!("Project {position}: {title}")),
        })
        .collect();
    html::ok(&WorkPage {
        frame: frame(&who, &head).here("Wie deed wat"),
        parts: by_part(&done, &projects),
        head,
    })
}
