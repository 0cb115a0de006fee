//! The pages of this domain: collected from the folders below, and the start of an application.

use actix_web::{HttpResponse, web};

use super::{
    actions, attachments, budget, collaboration, copying, dossier, drafting, overview, presence,
    saving, signing, submission, versions,
};
use crate::{
    app::App,
    core::ids::WindowId,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
};

/// The routes of this domain.
pub fn routes() -> Vec<Route> {
    let mut routes = overview::pages::routes();
    routes.push(Route::post(
        "/aanvragen",
        Access::May(Action::StartApplication),
        start,
    ));
    routes.extend(dossier::pages::routes());
    routes.extend(drafting::pages::routes());
    routes.extend(presence::pages::routes());
    routes.extend(saving::earlier::pages::routes());
    routes.extend(submission::pages::routes());
    routes.extend(versions::pages::routes());
    routes.extend(signing::pages::routes());
    routes.extend(collaboration::pages::routes());
    routes.extend(copying::pages::routes());
    routes.extend(budget::pages::routes());
    routes.extend(attachments::pages::routes());
    routes.extend(attachments::held::pages::routes());
    routes
}

async fn start(
    app: web::Data<App>,
    who: SignedIn,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let window = WindowId::from(posted.answers.get("tijdvak"));
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                let id = actions::start(tx, &window)?;
                Ok(format!("/aanvragen/{id}"))
            })
        })
        .await?;
    Ok(see_other(&location))
}
