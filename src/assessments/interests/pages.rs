//! Declaring interests in a dossier.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Declaration, actions, form, store};
use crate::{
    app::App,
    applications::Application,
    assessments,
    core::{actor::Actor, ids::ApplicationId},
    db::Conn,
    error::AppError,
    identity::{
        access::{self, Access, Route, SignedIn},
        actions::once,
        policy::{self, Action},
        posted::Posted,
    },
    texts::filters,
    web::{again::Again, forms::FormView, frame::Frame, html, parts::Choice},
};

const PATH: &str = "/aanvragen/{id}/belangen";
/// The hidden field with the page to go on to.
const NEXT: &str = "naar";

/// The routes of declarations.
pub fn routes() -> Vec<Route> {
    let access = Access::May(Action::DeclareInterests);
    vec![
        Route::get(PATH, access, show),
        Route::post(PATH, access, declare),
    ]
}

#[derive(Template)]
#[template(path = "assessments/interests.html")]
struct InterestsPage {
    frame: Frame,
    dossier: assessments::Dossier,
    declaration: Option<Declaration>,
    choices: Vec<Choice>,
    form: FormView,
    next: String,
}

#[derive(serde::Deserialize)]
struct Where {
    #[serde(default)]
    naar: String,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    query: web::Query<Where>,
) -> Result<HttpResponse, AppError> {
    let next = query.into_inner().naar;
    let page = page(&app, &who, &path, FormView::default(), next).await?;
    html::ok(&page)
}

async fn declare(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<String>,
    posted: Posted,
) -> Result<HttpResponse, AppError> {
    let id = ApplicationId::from(path.as_str());
    let next = posted.answers.get(NEXT).to_owned();
    let (key, then) = (posted.key, next.clone());
    let done = match form::read(&posted.answers) {
        Err(errors) => Err(AppError::Invalid(errors)),
        Ok(declared) => {
            app.store
                .write(&who.actor, move |tx| {
                    once(tx, &key, |tx| {
                        actions::declare(tx, &id, &declared)?;
                        Ok(after(&tx.actor, &id, declared.has_conflict, &then))
                    })
                })
                .await
        }
    };
    match done {
        Ok(location) => Ok(access::see_other(&location)),
        Err(err) => {
            let again = Again::of(err, posted.answers, None)?;
            let page = page(&app, &who, &path, again.form, next).await?;
            html::page(again.status, &page)
        }
    }
}

/// Whoever has an interest cannot go back into the dossier.
fn after(actor: &Actor, id: &ApplicationId, has_conflict: bool, next: &str) -> String {
    match (has_conflict, policy::may(actor, Action::Assess)) {
        (true, true) => "/beoordelen".to_owned(),
        (true, false) => "/".to_owned(),
        (false, _) => form::next_page(next, &format!("/aanvragen/{id}/behandeling")).to_owned(),
    }
}

async fn page(
    app: &App,
    who: &SignedIn,
    id: &str,
    form: FormView,
    next: String,
) -> Result<InterestsPage, AppError> {
    let (id, actor) = (ApplicationId::from(id), who.actor.clone());
    let (dossier, declaration) = app
        .store
        .read(move |conn: &mut Conn| {
            Ok((
                assessments::store::dossier(conn, &actor, &id)?,
                store::declaration(conn, &actor, &id)?,
            ))
        })
        .await?;
    let Application { id, reference, .. } = &dossier.application;
    Ok(InterestsPage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(reference.as_str(), format!("/aanvragen/{id}"))
            .here("Uw belangen"),
        declaration,
        choices: vec![
            Choice::new(form::NONE, "Ik heb geen belang bij deze aanvraag."),
            Choice::new(form::CONFLICT, "Ik heb wel een belang bij deze aanvraag.")
                .with_help("U ziet dit dossier daarna niet meer. Een ander neemt het over."),
        ],
        form,
        next,
        dossier,
    })
}
