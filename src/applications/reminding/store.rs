//! SQL about reminders. No rules.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use crate::{
    applications::{Application, state::State},
    core::ids::{CompletionRequestId, RegionId, WindowId},
    db::{
        Conn, Tx,
        schema::{applications, closing_reminders, completion_requests},
    },
    error::AppError,
};

/// What a region was already reminded of: a window, when it closes and how many days before.
pub fn sent(
    conn: &mut Conn,
    region: &RegionId,
) -> Result<Vec<(WindowId, NaiveDateTime, i32)>, AppError> {
    Ok(closing_reminders::table
        .filter(closing_reminders::region_id.eq(region))
        .order(closing_reminders::reminded_at.desc())
        .limit(500)
        .select((
            closing_reminders::window_id,
            closing_reminders::closes_at,
            closing_reminders::days,
        ))
        .load(conn)?)
}

/// What a region made in a window, if it began.
pub fn application(
    conn: &mut Conn,
    window: &WindowId,
    region: &RegionId,
) -> Result<Option<Application>, AppError> {
    Ok(applications::table
        .filter(applications::window_id.eq(window))
        .filter(applications::region_id.eq(region))
        .select(Application::as_select())
        .first(conn)
        .optional()?)
}

/// Keeps that a region was reminded.
pub fn insert(
    tx: &mut Tx<'_>,
    (window, region): (&WindowId, &RegionId),
    closes_at: NaiveDateTime,
    days: i32,
) -> Result<(), AppError> {
    diesel::insert_into(closing_reminders::table)
        .values((
            closing_reminders::window_id.eq(window),
            closing_reminders::region_id.eq(region),
            closing_reminders::closes_at.eq(closes_at),
            closing_reminders::days.eq(days),
            closing_reminders::reminded_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The requests for completion that were not answered, of which the last day is one of these, that were
/// made before this moment and of which nobody was reminded.
pub fn completions(
    conn: &mut Conn,
    (first, last): (NaiveDate, NaiveDate),
    asked_before: NaiveDateTime,
    limit: i64,
) -> Result<Vec<(CompletionRequestId, NaiveDate, Application)>, AppError> {
    Ok(completion_requests::table
        .inner_join(applications::table)
        .filter(completion_requests::answered_at.is_null())
        .filter(completion_requests::reminded_at.is_null())
        .filter(completion_requests::due_on.between(first, last))
        .filter(completion_requests::requested_at.le(asked_before))
        .filter(applications::state.eq(State::CompletionRequested))
        .order((completion_requests::due_on, completion_requests::id))
        .limit(limit)
        .select((
            completion_requests::id,
            completion_requests::due_on,
            Application::as_select(),
        ))
        .load(conn)?)
}

/// Keeps that the applicant was reminded of a request.
pub fn set_completion_reminded(tx: &mut Tx<'_>, id: &CompletionRequestId) -> Result<(), AppError> {
    diesel::update(completion_requests::table.find(id))
        .set(completion_requests::reminded_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}
