//! SQL about who has a part open. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Present;
use crate::{
    core::ids::{AccountId, ApplicationId},
    db::{
        Conn, Tx,
        schema::{accounts, presence},
    },
    error::AppError,
};

/// Who was seen in an application after this moment, the longest there first.
pub fn present(
    conn: &mut Conn,
    id: &ApplicationId,
    after: NaiveDateTime,
) -> Result<Vec<Present>, AppError> {
    let rows: Vec<(String, AccountId, String, NaiveDateTime)> = presence::table
        .inner_join(accounts::table)
        .filter(presence::application_id.eq(id))
        .filter(presence::seen_at.gt(after))
        .order((presence::since, presence::part, presence::account_id))
        .limit(200)
        .select((
            presence::part,
            accounts::id,
            accounts::name,
            presence::since,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(part, account, name, since)| Present {
            part,
            account,
            name,
            since,
        })
        .collect())
}

/// Notes that the actor was seen in a part at this moment; new if they were not there.
pub fn see(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    part: &str,
    at: NaiveDateTime,
) -> Result<(), AppError> {
    let actor = tx.actor.id.clone();
    let changed = diesel::update(presence::table.find((id, part, &actor)))
        .set(presence::seen_at.eq(at))
        .execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(presence::table)
            .values((
                presence::application_id.eq(id),
                presence::part.eq(part),
                presence::account_id.eq(&actor),
                presence::since.eq(at),
                presence::seen_at.eq(at),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Notes that the actor, if they were in a part, was seen there for the last time at this moment.
pub fn leave(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    part: &str,
    at: NaiveDateTime,
) -> Result<(), AppError> {
    let actor = tx.actor.id.clone();
    diesel::update(presence::table.find((id, part, &actor)))
        .set(presence::seen_at.eq(at))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets who was seen in an application before this moment.
pub fn forget(tx: &mut Tx<'_>, id: &ApplicationId, before: NaiveDateTime) -> Result<(), AppError> {
    diesel::delete(
        presence::table
            .filter(presence::application_id.eq(id))
            .filter(presence::seen_at.le(before)),
    )
    .execute(tx.conn)?;
    Ok(())
}
