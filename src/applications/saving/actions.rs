//! What every save of a part does: merge with what was saved meanwhile, and keep what it changed.

use chrono::{NaiveDateTime, TimeDelta};

use super::{
    Seen,
    merge::{Merged, Rows, Stored},
    store,
};
use crate::{
    core::{answers::Answers, ids::ApplicationId},
    db::{Conn, Tx},
    error::AppError,
};

/// While somebody types, the audit trail tells of it when they begin, and again after this many
/// minutes.
const RECORDED_MINUTES: i64 = 15;
/// For how many days after it was made a form can still be merged once the application was submitted.
const FORMS_LIVE_DAYS: i64 = 30;

/// A part of an application, as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// The application.
    pub application: &'a ApplicationId,
    /// The name of a section, or the id of a project.
    pub name: &'a str,
    /// What is stored.
    pub answers: &'a Answers,
    /// Its version.
    pub version: i32,
}

/// What was typed, made one with what was saved since the form was made.
pub fn merge(
    conn: &mut Conn,
    part: Part<'_>,
    typed: &Answers,
    seen: &Seen,
    rows: &[Rows],
) -> Result<Merged, AppError> {
    let saves = if part.version == seen.version {
        Vec::new()
    } else {
        store::since(conn, part.application, part.name, seen.version)?
    };
    let stored = Stored {
        answers: part.answers,
        version: part.version,
        saves: &saves,
    };
    Ok(super::taken_in(stored, typed, seen, rows))
}

/// Keeps what a save changed. Whether it is to be recorded for the audit: always if somebody pressed
/// a button, now and then while they type.
pub fn keep(
    tx: &mut Tx<'_>,
    part: Part<'_>,
    after: &Answers,
    seen: &Seen,
) -> Result<bool, AppError> {
    let since = before(tx.now, TimeDelta::minutes(RECORDED_MINUTES));
    let is_recorded =
        seen.is_deliberate || !store::was_recorded(tx, part.application, part.name, since)?;
    let version = part.version.saturating_add(1);
    let change = (part.answers, after);
    store::insert(
        tx,
        part.application,
        part.name,
        version,
        change,
        seen,
        is_recorded,
    )?;
    Ok(is_recorded)
}

/// Forgets what no form can need any more, when an application is submitted: what is written then
/// stands in the frozen version.
pub fn forget_old(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let limit = before(tx.now, TimeDelta::days(FORMS_LIVE_DAYS));
    store::forget(tx, id, limit)
}

fn before(now: NaiveDateTime, span: TimeDelta) -> NaiveDateTime {
    now.checked_sub_signed(span).unwrap_or(now)
}
