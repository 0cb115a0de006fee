//! The letter of a decision on the screen and as PDF. The municipality sees it once it was sent;
//! before that the ministry sees what it would be.

use actix_web::{
    HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    web,
};
use askama::Template;
use chrono::NaiveDateTime;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    app::App,
    applications::{self, Application},
    core::{actor::Actor, ids::DecisionId},
    db::Conn,
    decisions::{
        self, Decision, LetterError, actions, address,
        amendments::{self, Amendment},
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

/// A letter as a page: of a decision, or of a change of an award.
#[derive(Template)]
#[template(path = "decisions/letter.html")]
pub(in crate::decisions) struct LetterPage {
    pub frame: Frame,
    pub application: Application,
    /// Its reference.
    pub reference: String,
    /// When it was sent (UTC); a draft if it was not.
    pub sent_at: Option<NaiveDateTime>,
    /// The SHA-256 of what was sent.
    pub sha256: Option<String>,
    /// Where it stands as PDF.
    pub pdf: String,
    /// The changes of the award since, the newest first.
    pub changes: Vec<Amendment>,
    pub letter: LetterView,
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<DecisionId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id, now) = (who.actor.clone(), path.into_inner(), app.store.now());
    let (application, decision, letter, changes) = app
        .store
        .read(move |conn| {
            let (application, decision) = visible(conn, &actor, &id)?;
            let letter = match sent(&decision.letter, &decision.letter_sha256)? {
                Some(letter) => letter,
                None => actions::draft_letter(conn, &application, &decision, now)?,
            };
            let changes = amendments::store::decided_of(conn, &decision)?;
            Ok((application, decision, letter, changes))
        })
        .await?;
    html::ok(&LetterPage {
        frame: frame(&who, &application).here("Brief"),
        letter: LetterView::of(&letter).map_err(AppError::internal)?,
        application,
        pdf: format!("/besluiten/{}/brief/pdf", decision.id),
        reference: decision.reference,
        sent_at: decision.notified_at,
        sha256: decision.letter_sha256,
        changes,
    })
}

/// The way to a letter of an application.
pub(in crate::decisions) fn frame(who: &SignedIn, application: &Application) -> Frame {
    who.frame()
        .crumb("Aanvragen", "/aanvragen")
        .crumb(
            application.reference.as_str(),
            format!("/aanvragen/{}", application.id),
        )
        .crumb("Besluit", address(&application.id))
}

/// Only what was sent: a draft that looks like a letter must not leave the house.
async fn download(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<DecisionId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), path.into_inner());
    let letter: Letter = app
        .store
        .read(move |conn| {
            let (_, decision) = visible(conn, &actor, &id)?;
            let kept = sent(&decision.letter, &decision.letter_sha256)?;
            kept.ok_or(AppError::NotFound)
        })
        .await?;
    let name = format!("{}.pdf", letter.reference);
    typeset(name, move || decisions::pdf(&letter)).await
}

/// Typesets a letter, away from the threads that answer others, and hands it out.
pub(in crate::decisions) async fn typeset(
    name: String,
    letter: impl FnOnce() -> Result<Vec<u8>, LetterError> + Send + 'static,
) -> Result<HttpResponse, AppError> {
    let bytes = web::block(letter)
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

/// A letter as it was sent. That it is the same is proven by its hash.
pub(in crate::decisions) fn sent<L: Serialize + DeserializeOwned>(
    letter: &Option<String>,
    sha256: &Option<String>,
) -> Result<Option<L>, AppError> {
    let Some(stored) = letter else {
        return Ok(None);
    };
    let letter: L = serde_json::from_str(stored)?;
    let found = letter::sha256(&letter).map_err(AppError::internal)?;
    if sha256.as_ref() != Some(&found) {
        return Err(AppError::internal(
            "the stored letter is not the one that was sent",
        ));
    }
    Ok(Some(letter))
}
