//! Forms that come back with who was first: see `web::again`.

use super::access::SignedIn;
use crate::{
    app::App,
    audit::{self, Stream},
    core::answers::Answers,
    error::AppError,
    web::again::{Again, Change},
};

/// The form of `answers` as it comes back for this error, with who last changed what it is about;
/// the error itself where no form helps.
pub async fn again(
    app: &App,
    who: &SignedIn,
    about: Stream<'_>,
    answers: Answers,
    err: AppError,
) -> Result<Again, AppError> {
    let changed = match err {
        AppError::Stale => last_change(app, who, about.to_string()).await?,
        _ => None,
    };
    Again::of(err, answers, changed.as_ref())
}

async fn last_change(
    app: &App,
    who: &SignedIn,
    stream: String,
) -> Result<Option<Change>, AppError> {
    let facts = app
        .store
        .read(move |conn| audit::store::latest_of_stream(conn, &stream, 1, 0))
        .await?;
    Ok(facts.into_iter().next().map(|it| Change {
        is_own: it.actor_id == who.actor.id.as_str(),
        by: it.actor_name,
        at: it.at,
    }))
}
