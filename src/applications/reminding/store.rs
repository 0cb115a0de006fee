//! SQL about reminders. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    applications::Application,
    core::ids::{RegionId, WindowId},
    db::{
        Conn, Tx,
        schema::{applications, closing_reminders},
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
