//! The letter of a decision on the screen and as PDF. The municipality sees it once it was sent;
//! before that the ministry sees what it would be.

use actix_web::{
    HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    web,
};
use askama::Template;

use crate::{
    app::App,
    applications::{self, Application},
    core::{actor::Actor, ids::DecisionId},
    db::Conn,
    decisions::{
        self, Decision, LetterError, actions, address,
        letter::{self, Letter, LetterView},
        store,
    },
    error::{AppError, Refusal},
    identity::{
        access::{Access, Route, SignedIn},
        policy::{self, Action},
    },
    texts::filters,
    web::{frame::Frame, html},
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let access = Access::May(Action::SeeApplications);
    vec![
        Route::get("/besluiten/{id}/brief", access, show),
        Route::get("/besluiten/{id}/brief/pdf", access, download),
    ]
}

#[derive(Template)]
#[template(path = "decisions/letter.html")]
struct LetterPage {
    frame: Frame,
    application: Application,
    decision: Decision,
    letter: LetterView,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<DecisionId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id, now) = (who.actor.clone(), path.into_inner(), app.store.now());
    let (application, decision, letter) = app
        .store
        .read(move |conn| {
            let (application, decision) = visible(conn, &actor, &id)?;
            let letter = match sent(&decision)? {
                Some(letter) => letter,
                None => actions::draft_letter(conn, &application, &decision, now)?,
            };
            Ok((application, decision, letter))
        })
        .await?;
    html::ok(&LetterPage {
        frame: who
            .frame()
            .crumb("Aanvragen", "/aanvragen")
            .crumb(
                application.reference.as_str(),
                format!("/aanvragen/{}", application.id),
            )
            .crumb("Besluit", address(&application.id))
            .here("Brief"),
        letter: LetterView::of(&letter).map_err(AppError::internal)?,
        application,
        decision,
    })
}

/// Only what was sent: a draft that looks like a letter must not leave the house.
async fn download(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<DecisionId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), path.into_inner());
    let letter = app
        .store
        .read(move |conn| {
            let (_, decision) = visible(conn, &actor, &id)?;
            sent(&decision)?.ok_or(AppError::NotFound)
        })
        .await?;
    let name = format!("{}.pdf", letter.reference);
    let bytes = web::block(move || decisions::pdf(&letter))
        .await
        .map_err(AppError::internal)?
        .map_err(|err| match err {
            LetterError::NotBuilt => Refusal::NoPdf.into(),
            err => AppError::internal(err),
        })?;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(name)],
        })
        .body(bytes))
}

/// A decision with its application, if this person may know of it.
fn visible(
    conn: &mut Conn,
    actor: &Actor,
    id: &DecisionId,
) -> Result<(Application, Decision), AppError> {
    let decision = store::decision(conn, id)?;
    let application = applications::store::visible(conn, actor, &decision.application_id)?;
    let is_inside = policy::may(actor, Action::SeeDecisions);
    if decision.notified_at.is_none() && !is_inside {
        return Err(AppError::NotFound);
    }
    Ok((application, decision))
}

/// The letter as it was sent. That it is the same is proven by its hash.
fn sent(decision: &Decision) -> Result<Option<Letter>, AppError> {
    let Some(stored) = &decision.letter else {
        return Ok(None);
    };
    let letter: Letter = serde_json::from_str(stored)?;
    let sha256 = letter::sha256(&letter).map_err(AppError::internal)?;
    if decision.letter_sha256.as_ref() != Some(&sha256) {
        return Err(AppError::internal(
            "the stored letter is not the one that was sent",
        ));
    }
    Ok(Some(letter))
}
