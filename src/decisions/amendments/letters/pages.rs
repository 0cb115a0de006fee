//! The letter of a change on the screen and as PDF. The municipality sees it once it was decided;
//! before that the ministry sees what it would be.

use actix_web::{HttpResponse, web};

use crate::{
    app::App,
    applications::{self, Application},
    core::{actor::Actor, ids::AmendmentId},
    db::Conn,
    decisions::{
        self,
        amendments::{
            Amendment, AmendmentState as State, actions, address, letter::AmendmentLetter,
            letter_address, store,
        },
        letter::LetterView,
        letters::pages::{LetterPage, frame, sent, typeset},
    },
    error::AppError,
    identity::{
        access::{Access, Route, SignedIn},
        policy::{self, Action},
    },
    web::html,
};

/// The routes of these pages.
pub fn routes() -> Vec<Route> {
    let access = Access::May(Action::SeeApplications);
    vec![
        Route::get("/wijzigingen/{id}/brief", access, show),
        Route::get("/wijzigingen/{id}/brief/pdf", access, download),
    ]
}

async fn show(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<AmendmentId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id, now) = (who.actor.clone(), path.into_inner(), app.store.now());
    let (application, amendment, letter) = app
        .store
        .read(move |conn| {
            let (application, amendment) = visible(conn, &actor, &id)?;
            let letter = match kept(&amendment)? {
                Some(letter) => letter,
                None => draft(conn, &application, &amendment, now)?,
            };
            Ok((application, amendment, letter))
        })
        .await?;
    html::ok(&LetterPage {
        frame: frame(&who, &application)
            .crumb("Wijzigingen", address(&application.id))
            .here("Brief"),
        letter: LetterView::of_amendment(&letter).map_err(AppError::internal)?,
        application,
        pdf: format!("{}/pdf", letter_address(&amendment.id)),
        reference: amendment.reference,
        sent_at: amendment.decided_at,
        sha256: amendment.letter_sha256,
        changes: Vec::new(),
    })
}

/// Only what was sent: a draft that looks like a letter must not leave the house.
async fn download(
    app: web::Data<App>,
    who: SignedIn,
    path: web::Path<AmendmentId>,
) -> Result<HttpResponse, AppError> {
    let (actor, id) = (who.actor.clone(), path.into_inner());
    let letter = app
        .store
        .read(move |conn| {
            let (_, amendment) = visible(conn, &actor, &id)?;
            kept(&amendment)?.ok_or(AppError::NotFound)
        })
        .await?;
    let name = format!("{}.pdf", letter.reference);
    typeset(name, move || decisions::pdf_of_amendment(&letter)).await
}

/// A change with its application, if this person may know of it.
fn visible(
    conn: &mut Conn,
    actor: &Actor,
    id: &AmendmentId,
) -> Result<(Application, Amendment), AppError> {
    let amendment = store::get(conn, id)?;
    let application = applications::store::visible(conn, actor, &amendment.application_id)?;
    let is_inside = policy::may(actor, Action::SeeDecisions);
    if amendment.state != State::Decided && !is_inside {
        return Err(AppError::NotFound);
    }
    Ok((application, amendment))
}

fn kept(amendment: &Amendment) -> Result<Option<AmendmentLetter>, AppError> {
    sent(&amendment.letter, &amendment.letter_sha256)
}

/// What would be sent, of a change that waits for a decision; of any other there is no letter.
fn draft(
    conn: &mut Conn,
    application: &Application,
    amendment: &Amendment,
    now: chrono::NaiveDateTime,
) -> Result<AmendmentLetter, AppError> {
    if amendment.state != State::Open {
        return Err(AppError::NotFound);
    }
    let id = &amendment.id;
    let lines = store::lines_of(conn, std::slice::from_ref(id))?.remove(id);
    let signing = actions::Signing { by: None, now };
    let lines = lines.unwrap_or_default();
    actions::draft_letter(conn, application, amendment, &lines, &signing)
}
