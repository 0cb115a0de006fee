//! SQL about messages. No rules.

use diesel::prelude::*;

use super::NewMessage;
use crate::{
    core::ids::MessageId,
    db::{Tx, schema::outbox},
    error::AppError,
};

/// Puts a message in the outbox; it is sent after this transaction commits, or never.
pub fn insert(tx: &mut Tx<'_>, new: &NewMessage<'_>) -> Result<(), AppError> {
    let id: MessageId = tx.new_id();
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id),
            outbox::municipality_id.eq(new.municipality),
            outbox::application_id.eq(new.application),
            outbox::kind.eq(new.kind),
            outbox::subject.eq(new.subject),
            outbox::body.eq(new.body),
            outbox::created_at.eq(tx.now),
            outbox::attempts.eq(0),
        ))
        .execute(tx.conn)?;
    Ok(())
}
