//! SQL about what saves changed. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Save, Seen};
use crate::{
    core::{
        answers::Answers,
        ids::{AccountId, ApplicationId},
    },
    db::{
        Conn, Tx,
        schema::{accounts, draft_changes},
    },
    error::AppError,
};

/// The most saves that are looked back: somebody who types for a day.
const MOST: i64 = 5_000;

/// The saves of a part after this version, newest first.
pub fn since(
    conn: &mut Conn,
    id: &ApplicationId,
    part: &str,
    version: i32,
) -> Result<Vec<Save>, AppError> {
    type Row = (i32, String, NaiveDateTime, AccountId, String, String, i64);
    let rows: Vec<Row> = draft_changes::table
        .inner_join(accounts::table)
        .filter(draft_changes::application_id.eq(id))
        .filter(draft_changes::part.eq(part))
        .filter(draft_changes::version.gt(version))
        .order(draft_changes::version.desc())
        .limit(MOST)
        .select((
            draft_changes::version,
            draft_changes::changes,
            draft_changes::saved_at,
            accounts::id,
            accounts::name,
            draft_changes::form,
            draft_changes::sequence,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(version, changes, at, by, name, form, sequence)| {
            Ok(Save {
                version,
                fields: serde_json::from_str(&changes)?,
                at,
                by,
                name,
                form,
                sequence,
            })
        })
        .collect()
}

/// Keeps what a save changed.
pub fn insert(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    part: &str,
    version: i32,
    (before, after): (&Answers, &Answers),
    seen: &Seen,
    is_recorded: bool,
) -> Result<(), AppError> {
    diesel::insert_into(draft_changes::table)
        .values((
            draft_changes::application_id.eq(id),
            draft_changes::part.eq(part),
            draft_changes::version.eq(version),
            draft_changes::changes.eq(serde_json::to_string(&super::changes(before, after))?),
            draft_changes::saved_at.eq(tx.now),
            draft_changes::saved_by.eq(&tx.actor.id),
            draft_changes::form.eq(&seen.form),
            draft_changes::sequence.eq(seen.sequence),
            draft_changes::is_recorded.eq(is_recorded),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether the audit trail tells of a save of this part by the actor since `moment`.
pub fn was_recorded(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    part: &str,
    moment: NaiveDateTime,
) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        draft_changes::table
            .filter(draft_changes::application_id.eq(id))
            .filter(draft_changes::part.eq(part))
            .filter(draft_changes::saved_by.eq(&tx.actor.id))
            .filter(draft_changes::saved_at.gt(moment))
            .filter(draft_changes::is_recorded.eq(true)),
    ))
    .get_result(tx.conn)?)
}

/// Forgets what saves before this moment changed.
pub fn forget(tx: &mut Tx<'_>, id: &ApplicationId, before: NaiveDateTime) -> Result<(), AppError> {
    diesel::delete(
        draft_changes::table
            .filter(draft_changes::application_id.eq(id))
            .filter(draft_changes::saved_at.lt(before)),
    )
    .execute(tx.conn)?;
    Ok(())
}
