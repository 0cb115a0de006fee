//! SQL about requests to sign. No rules.

use diesel::prelude::*;

use super::{Answer, SigningRequest};
use crate::{
    applications::Application,
    core::ids::{AccountId, ApplicationId, SigningId},
    db::{
        Conn, Tx,
        schema::{accounts, applications, signing_requests},
    },
    error::AppError,
};

/// The last request to sign an application, also if it was answered.
pub fn latest(conn: &mut Conn, id: &ApplicationId) -> Result<Option<SigningRequest>, AppError> {
    type Row = (
        SigningId,
        chrono::NaiveDateTime,
        (AccountId, String),
        String,
        Option<Answer>,
        String,
        Option<chrono::NaiveDateTime>,
    );
    let row: Option<Row> = signing_requests::table
        .inner_join(accounts::table.on(accounts::id.eq(signing_requests::asked_by)))
        .filter(signing_requests::application_id.eq(id))
        .order((
            signing_requests::asked_at.desc(),
            signing_requests::id.desc(),
        ))
        .select((
            signing_requests::id,
            signing_requests::asked_at,
            (accounts::id, accounts::name),
            signing_requests::content,
            signing_requests::answer,
            signing_requests::remark,
            signing_requests::answered_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(
        |(id, asked_at, (asker, asked_by), content, answer, remark, answered_at)| SigningRequest {
            id,
            asked_at,
            asker,
            asked_by,
            content,
            answer,
            remark,
            answered_at,
        },
    ))
}

/// Who asked.
pub fn asked_by(conn: &mut Conn, id: &SigningId) -> Result<AccountId, AppError> {
    Ok(signing_requests::table
        .find(id)
        .select(signing_requests::asked_by)
        .first(conn)?)
}

/// Adds a request with what is written now, and makes it the one that waits.
pub fn insert(
    tx: &mut Tx<'_>,
    application: &Application,
    content: &str,
    sha256: &str,
) -> Result<SigningId, AppError> {
    let id: SigningId = tx.new_id();
    diesel::insert_into(signing_requests::table)
        .values((
            signing_requests::id.eq(&id),
            signing_requests::application_id.eq(&application.id),
            signing_requests::asked_at.eq(tx.now),
            signing_requests::asked_by.eq(&tx.actor.id),
            signing_requests::content.eq(content),
            signing_requests::sha256.eq(sha256),
            signing_requests::remark.eq(""),
        ))
        .execute(tx.conn)?;
    set(tx, &application.id, Some(&id))?;
    Ok(id)
}

/// Answers the request that waits; none waits then.
pub fn answer(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    id: &SigningId,
    answer: Answer,
    remark: &str,
) -> Result<(), AppError> {
    diesel::update(signing_requests::table.find(id))
        .set((
            signing_requests::answer.eq(Some(answer)),
            signing_requests::remark.eq(remark),
            signing_requests::answered_at.eq(Some(tx.now)),
            signing_requests::answered_by.eq(Some(&tx.actor.id)),
        ))
        .execute(tx.conn)?;
    set(tx, application, None)
}

fn set(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    id: Option<&SigningId>,
) -> Result<(), AppError> {
    diesel::update(applications::table.find(application))
        .set(applications::signing_id.eq(id))
        .execute(tx.conn)?;
    Ok(())
}
