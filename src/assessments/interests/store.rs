//! SQL about declarations of interests. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Declaration;
use crate::{
    core::{actor::Actor, ids::ApplicationId},
    db::{Conn, Tx, schema::interest_declarations},
    error::AppError,
};

/// What somebody declared about a dossier.
pub fn declaration(
    conn: &mut Conn,
    actor: &Actor,
    application: &ApplicationId,
) -> Result<Option<Declaration>, AppError> {
    let row: Option<(bool, String, NaiveDateTime)> = interest_declarations::table
        .find((application, &actor.id))
        .select((
            interest_declarations::has_conflict,
            interest_declarations::note,
            interest_declarations::declared_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(has_conflict, note, declared_at)| Declaration {
        has_conflict,
        note,
        declared_at,
    }))
}

/// Keeps what the actor declared, in place of what they declared before.
pub fn put(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    has_conflict: bool,
    note: &str,
) -> Result<(), AppError> {
    let of = interest_declarations::table.find((application, &tx.actor.id));
    diesel::delete(of).execute(tx.conn)?;
    diesel::insert_into(interest_declarations::table)
        .values((
            interest_declarations::application_id.eq(application),
            interest_declarations::account_id.eq(&tx.actor.id),
            interest_declarations::has_conflict.eq(has_conflict),
            interest_declarations::note.eq(note),
            interest_declarations::declared_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
