//! The page that says what closing a cycle does, and closes it.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::actions::{self, Look};
use crate::{
    app::App,
    audit::Stream,
    core::ids::CycleId,
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        again::again,
        policy::Action,
        posted::Posted,
    },
    texts::{filters, sentences},
    web::{forms::FormView, frame::Frame, html, parts::Tone},
};

const PATH: &str = "/inrichting/cycli/{id}/sluiting";

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    let setup = Access::May(Action::Setup);
    vec![
        Route::get(PATH, setup, show),
        Route::post(PATH, setup, close),
    ]
}

#[derive(Template)]
#[template(path = "schemes/closing.html")]
struct ClosingPage {
    frame: Frame,
    form: FormView,
    look: Look,
    /// Why it cannot be closed now.
    closed: Option<sentences::Said>,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CycleId>,
) -> Result<HttpResponse, AppError> {
    let page = page(&app, &who, id.into_inner(), FormView::default()).await?;
    html::page(StatusCode::OK, &page)
}

async fn close(
    app: web::Data<App>,
    who: SignedIn,
    id: web::Path<CycleId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, version) = (id.into_inner(), posted.version()?);
    let (cycle, key) = (id.clone(), posted.key);
    let done = app
        .store
        .write(&who.actor, move |tx| {
            once(tx, &key, |tx| {
                actions::close(tx, &cycle, version)?;
                Ok(format!("/inrichting/cycli/{cycle}"))
            })
        })
        .await;
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let about = Stream::Cycle(&id);
            let again = again(&app, &who, about, posted.answers, err).await?;
            let page = page(&app, &who, id, again.form).await?;
            html::page(again.status, &page)
        }
    }
}

async fn page(
    app: &App,
    who: &SignedIn,
    id: CycleId,
    form: FormView,
) -> Result<ClosingPage, AppError> {
    let now = app.store.now();
    let look = app
        .store
        .read(move |conn| actions::look(conn, &id, now))
        .await?;
    let cycle = &look.cycle;
    Ok(ClosingPage {
        frame: who
            .frame()
            .crumb("Overzicht", "/")
            .crumb("Inrichting", "/inrichting")
            .crumb(
                format!("Cyclus {}", cycle.name),
                format!("/inrichting/cycli/{}", cycle.id),
            )
            .here("Sluiten"),
        form,
        closed: look.check().err().map(|it| sentences::said(&it.into())),
        look,
    })
}
