//! The question whether to withdraw, the answer, and the way back; and whether to correct.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDateTime;

use super::actions;
use crate::{
    app::App,
    applications::{
        self, Head,
        drafting::Opening,
        state::{Event, NotPossible, State},
    },
    core::ids::ApplicationId,
    db::Tx,
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
        Route::get("/aanvragen/{id}/verbetering", withdraw, ask_to_correct),
        Route::post("/aanvragen/{id}/verbetering", withdraw, correct),
        Route::post(
            "/aanvragen/{id}/hervatting",
            Access::May(Action::StartApplication),
            resume,
        ),
    ]
}

#[derive(Template)]
#[template(path = "applications/withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    head: Head,
    /// Until when it can be taken up again, if it can.
    until: Option<NaiveDateTime>,
    /// Whether it can be corrected instead.
    can_correct: bool,
}

#[derive(Template)]
#[template(path = "applications/correct.html")]
struct CorrectPage {
    frame: Frame,
    head: Head,
    /// Until when it has to be submitted again.
    until: NaiveDateTime,
}

async fn ask(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let head = withdrawable(&app, &who, path.into_inner()).await?;
    let (state, event) = (head.application.state, Event::Withdraw);
    if !state.can_be_withdrawn() {
        return Err(NotPossible { state, event }.into());
    }
    let (opening, now) = (Opening::of(&head), app.store.now());
    let resumable = opening.may_resume(State::Withdrawn, now);
    html::ok(&WithdrawPage {
        frame: head.crumbs(who.frame()).here("Intrekken"),
        until: resumable.is_ok().then_some(head.window.closes_at),
        can_correct: opening.may_correct(state, now).is_ok(),
        head,
    })
}

async fn ask_to_correct(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let head = withdrawable(&app, &who, path.into_inner()).await?;
    let until = Opening::of(&head).may_correct(head.application.state, app.store.now())?;
    html::ok(&CorrectPage {
        frame: head.crumbs(who.frame()).here("Verbeteren"),
        until,
        head,
    })
}

/// An application that who looks may withdraw, as far as their rights go.
async fn withdrawable(app: &App, who: &SignedIn, id: ApplicationId) -> Result<Head, AppError> {
    let actor = who.actor.clone();
    let head = app
        .store
        .read(move |conn| applications::store::head(conn, &actor, &id))
        .await?;
    head.require(&who.actor, Action::WithdrawApplication)?;
    Ok(head)
}

async fn correct(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    change(&app, &who, path.into_inner(), posted.key, actions::correct).await
}

async fn take_back(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    change(&app, &who, path.into_inner(), posted.key, actions::withdraw).await
}

async fn resume(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    change(&app, &who, path.into_inner(), posted.key, actions::resume).await
}

/// Does one of the three, once, and goes back to the application.
async fn change(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
    key: String,
    f: fn(&mut Tx<'_>, &ApplicationId) -> Result<(), AppError>,
) -> Result<HttpResponse, AppError> {
    let location = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                f(tx, &id)?;
                Ok(format!("/aanvragen/{id}"))
            })
        })
        .await?;
    Ok(see_other(&location))
}
