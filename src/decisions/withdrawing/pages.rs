//! The question whether to withdraw, and the answer.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::actions;
use crate::{
    app::App,
    applications::{
        self, Head,
        state::{Event, NotPossible},
    },
    core::ids::ApplicationId,
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn, see_other},
        actions::once,
        policy::Action,
        posted::Posted,
    },
    texts::filters,
    web::{frame::Frame, html},
};

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    let withdraw = Access::May(Action::WithdrawApplication);
    vec![
        Route::get("/aanvragen/{id}/intrekking", withdraw, ask),
        Route::post("/aanvragen/{id}/intrekking", withdraw, take_back),
    ]
}

#[derive(Template)]
#[template(path = "applications/withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    head: Head,
}

async fn ask(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), path.into_inner());
    let head = app
        .store
        .read(move |conn| applications::store::head(conn, &actor, &id))
        .await?;
    head.require(&who.actor, Action::WithdrawApplication)?;
    let (state, event) = (head.application.state, Event::Withdraw);
    if !state.can_be_withdrawn() {
        return Err(NotPossible { state, event }.into());
    }
    let of = &head.application;
    let frame = who
        .frame()
        .crumb("Aanvragen", "/aanvragen")
        .crumb(of.reference.clone(), format!("/aanvragen/{}", of.id))
        .here("Intrekken");
    html::ok(&WithdrawPage { frame, head })
}

async fn take_back(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = path.into_inner();
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &posted.key, |tx| {
                actions::withdraw(tx, &id)?;
                Ok(format!("/aanvragen/{id}"))
            })
        })
        .await?;
    Ok(see_other(&location))
}
