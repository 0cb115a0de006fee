//! SQL about messages. No rules but whose messages one can read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Answered, Message, NewMessage};
use crate::{
    core::{
        actor::Actor,
        ids::{AmendmentId, ApplicationId, MessageId, MunicipalityId},
    },
    db::{
        Conn, Tx,
        schema::{amendments, application_versions, outbox},
    },
    error::AppError,
};

/// Adds a message; it can be read at once, and its mails are written by the worker.
pub fn insert(tx: &mut Tx<'_>, new: &NewMessage) -> Result<MessageId, AppError> {
    let message = Message {
        id: tx.new_id(),
        municipality_id: new.municipality.clone(),
        application_id: new.application.clone(),
        kind: new.kind,
        subject: new.subject.clone(),
        body: new.body.clone(),
        created_at: tx.now,
        addressed_at: None,
    };
    diesel::insert_into(outbox::table)
        .values(&message)
        .execute(tx.conn)?;
    Ok(message.id)
}

/// The messages to a municipality, newest first: one page of them.
pub fn of_municipality(
    conn: &mut Conn,
    municipality: &MunicipalityId,
    limit: i64,
    offset: i64,
) -> Result<Vec<Message>, AppError> {
    Ok(outbox::table
        .filter(outbox::municipality_id.eq(municipality))
        .order((outbox::created_at.desc(), outbox::id.desc()))
        .limit(limit)
        .offset(offset)
        .select(Message::as_select())
        .load(conn)?)
}

/// How many messages a municipality has.
pub fn count(conn: &mut Conn, municipality: &MunicipalityId) -> Result<i64, AppError> {
    Ok(outbox::table
        .filter(outbox::municipality_id.eq(municipality))
        .count()
        .get_result(conn)?)
}

/// The number of the version that a message says was received: the one that was submitted with it.
pub fn version_received(conn: &mut Conn, message: &Message) -> Result<Option<i32>, AppError> {
    let Some(application) = &message.application_id else {
        return Ok(None);
    };
    Ok(application_versions::table
        .filter(application_versions::application_id.eq(application))
        .filter(application_versions::submitted_at.eq(message.created_at))
        .select(application_versions::number)
        .first(conn)
        .optional()?)
}

/// Which of these messages asked to submit and were answered, and with what.
pub fn answered(
    conn: &mut Conn,
    messages: &[Message],
) -> Result<BTreeMap<MessageId, Answered>, AppError> {
    let asking = || messages.iter().filter(|it| it.kind.asks_to_submit());
    let about: BTreeSet<&ApplicationId> = asking()
        .filter_map(|it| it.application_id.as_ref())
        .collect();
    let versions: Vec<(ApplicationId, i32, NaiveDateTime)> = application_versions::table
        .filter(application_versions::application_id.eq_any(about))
        .order(application_versions::number)
        .select((
            application_versions::application_id,
            application_versions::number,
            application_versions::submitted_at,
        ))
        .load(conn)?;
    let with = |message: &Message| {
        let (_, version, at) = versions.iter().find(|(application, _, at)| {
            Some(application) == message.application_id.as_ref() && message.created_at < *at
        })?;
        Some((
            message.id.clone(),
            Answered {
                version: *version,
                at: *at,
            },
        ))
    };
    Ok(asking().filter_map(with).collect())
}

/// The change of an award that a message tells of, if it has a letter: the one that was decided with
/// it.
pub fn letter_of_amendment(
    conn: &mut Conn,
    message: &Message,
) -> Result<Option<AmendmentId>, AppError> {
    let Some(application) = &message.application_id else {
        return Ok(None);
    };
    Ok(amendments::table
        .filter(amendments::application_id.eq(application))
        .filter(amendments::decided_at.eq(message.created_at))
        .filter(amendments::letter.is_not_null())
        .order(amendments::id)
        .select(amendments::id)
        .first(conn)
        .optional()?)
}

/// One message, if it is to this person's municipality; 404 otherwise.
pub fn visible(conn: &mut Conn, actor: &Actor, id: &MessageId) -> Result<Message, AppError> {
    let municipality = actor.municipality.as_ref().ok_or(AppError::NotFound)?;
    Ok(outbox::table
        .find(id)
        .filter(outbox::municipality_id.eq(municipality))
        .select(Message::as_select())
        .first(conn)?)
}
