//! The form in which the coordinator proposes to leave an application untreated.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use chrono::NaiveDate;

use super::{actions, form};
use crate::{
    app::App,
    applications::{self, Application},
    assessments::handling::CompletionRequest,
    audit::Stream,
    core::{answers::Answers, ids::ApplicationId},
    decisions::{address, store},
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        again::again,
        policy::Action,
        posted::Posted,
    },
    schemes::terms,
    texts::{dates::OnDay, filters, sentences},
    web::{forms::FormView, frame::Frame, html, parts::Tone},
};

const PATH: &str = "/aanvragen/{id}/buiten-behandeling";

/// The routes of this page.
pub fn routes() -> Vec<Route> {
    let propose_it = Access::May(Action::Propose);
    vec![
        Route::get(PATH, propose_it, show),
        Route::post(PATH, propose_it, propose),
        Route::post(
            "/aanvragen/{id}/besluit/vervallen",
            Access::May(Action::Notify),
            lapse,
        ),
    ]
}

#[derive(Template)]
#[template(path = "decisions/untreated.html")]
struct UntreatedPage {
    frame: Frame,
    form: FormView,
    application: Application,
    heading: store::Heading,
    request: Option<CompletionRequest>,
    until: Option<NaiveDate>,
    /// Why it cannot be proposed now.
    closed: Option<sentences::Said>,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
) -> Result<HttpResponse, AppError> {
    let page = page(&app, &who, path.into_inner(), None).await?;
    html::page(StatusCode::OK, &page)
}

async fn propose(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<ApplicationId>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let (id, version) = (path.into_inner(), posted.version()?);
    let (key, of) = (posted.key, id.clone());
    let done = match form::read(&posted.answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(reasons) => {
            app.store
                .write(&who.actor, move |tx| {
                    once(tx, &key, |tx| {
                        actions::propose(tx, &of, version, &reasons)?;
                        Ok(address(&of))
                    })
                })
                .await
        }
    };
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => come_back(&app, &who, id, posted.answers, err).await,
    }
}

async fn come_back(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
    answers: Answers,
    err: AppError,
) -> Result<HttpResponse, AppError> {
    let again = again(app, who, Stream::Application(&id), answers, err).await?;
    let page = page(app, who, id, Some(again.form)).await?;
    html::page(again.status, &page)
}

async fn lapse(
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
                actions::lapse(tx, &id)?;
                Ok(format!("/aanvragen/{id}/behandeling"))
            })
        })
        .await?;
    Ok(access::see_other(&location))
}

async fn page(
    app: &App,
    who: &SignedIn,
    id: ApplicationId,
    refused: Option<FormView>,
) -> Result<UntreatedPage, AppError> {
    let (actor, today) = (who.actor.clone(), app.store.now().dutch_day());
    let (application, heading, request) = app
        .store
        .read(move |conn| {
            let application = applications::store::visible(conn, &actor, &id)?;
            let heading = store::heading(conn, &actor, &id)?;
            let request = actions::unanswered(conn, &id)?;
            Ok((application, heading, request))
        })
        .await?;
    let may = match &request {
        Some(it) => terms::may_leave_untreated(it.due_on, today).map_err(AppError::from),
        None => Err(AppError::Stale),
    };
    let possible = application
        .state
        .next(applications::state::Event::ProposeNotTreated);
    let closed = may.and(possible.map_err(AppError::from)).err();
    let initial = || request.as_ref().map(form::initial).unwrap_or_default();
    Ok(UntreatedPage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(
                application.reference.as_str(),
                format!("/aanvragen/{}", application.id),
            )
            .crumb(
                "Behandeling",
                format!("/aanvragen/{}/behandeling", application.id),
            )
            .here("Buiten behandeling"),
        form: refused.unwrap_or_else(|| FormView::new(initial())),
        until: request.as_ref().map(|it| terms::untreated_until(it.due_on)),
        closed: closed.map(|it| sentences::said(&it)),
        application,
        heading,
        request,
    })
}
