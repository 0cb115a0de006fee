//! SQL about mails. No rules.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Mail, MailState, NewMail, Wish, timing::Tally};
use crate::{
    core::{
        answers::Answers,
        ids::{AccountId, ApplicationId, MailId, MessageId, MunicipalityId},
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, application_sections, mail_secrets, mail_wishes, mails, municipalities,
            outbox,
        },
    },
    error::AppError,
    outbox::Message,
};

/// Somebody of a municipality, with what they wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Their account.
    pub account: AccountId,
    /// Their address.
    pub address: String,
    /// What they wish; absent if they never chose.
    pub wish: Option<Wish>,
}

/// Messages whose mails are not written yet, the oldest first.
pub fn unaddressed(conn: &mut Conn, limit: i64) -> Result<Vec<Message>, AppError> {
    Ok(outbox::table
        .filter(outbox::addressed_at.is_null())
        .order((outbox::created_at, outbox::id))
        .limit(limit)
        .select(Message::as_select())
        .load(conn)?)
}

/// The people of a municipality who can sign in.
pub fn readers(conn: &mut Conn, municipality: &MunicipalityId) -> Result<Vec<Reader>, AppError> {
    let rows: Vec<(AccountId, String, Option<Wish>)> = accounts::table
        .left_join(mail_wishes::table)
        .filter(accounts::municipality_id.eq(municipality))
        .filter(accounts::disabled_at.is_null())
        .order(accounts::id)
        .limit(500)
        .select((accounts::id, accounts::email, mail_wishes::wish.nullable()))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(account, address, wish)| Reader {
            account,
            address,
            wish,
        })
        .collect())
}

/// The address that an application gives for what we have to tell, as it was last saved; it may be
/// anything that was typed.
pub fn contact(conn: &mut Conn, application: &ApplicationId) -> Result<Option<String>, AppError> {
    let typed: Option<String> = application_sections::table
        .find((application, "organisation"))
        .select(application_sections::answers)
        .first(conn)
        .optional()?;
    let answers: Option<Answers> = typed.map(|it| serde_json::from_str(&it)).transpose()?;
    Ok(answers.map(|it| it.get("email").trim().to_owned()))
}

/// Somebody with an account, if they can sign in.
pub fn reader(conn: &mut Conn, account: &AccountId) -> Result<Option<Reader>, AppError> {
    let row: Option<(String, Option<Wish>)> = accounts::table
        .left_join(mail_wishes::table)
        .filter(accounts::id.eq(account))
        .filter(accounts::disabled_at.is_null())
        .select((accounts::email, mail_wishes::wish.nullable()))
        .first(conn)
        .optional()?;
    Ok(row.map(|(address, wish)| Reader {
        account: account.clone(),
        address,
        wish,
    }))
}

/// Keeps the hash of the secret in the link of a mail.
pub fn insert_secret(tx: &mut Tx<'_>, mail: &MailId, sha256: &str) -> Result<(), AppError> {
    diesel::insert_into(mail_secrets::table)
        .values((
            mail_secrets::sha256.eq(sha256),
            mail_secrets::mail_id.eq(mail),
            mail_secrets::made_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Says that the mails of a message were written.
pub fn set_addressed(tx: &mut Tx<'_>, id: &MessageId) -> Result<(), AppError> {
    diesel::update(outbox::table.find(id))
        .set(outbox::addressed_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Says of all messages that their mails were written, without writing any.
pub fn silence(tx: &mut Tx<'_>) -> Result<(), AppError> {
    diesel::update(outbox::table.filter(outbox::addressed_at.is_null()))
        .set(outbox::addressed_at.eq(outbox::created_at.nullable()))
        .execute(tx.conn)?;
    Ok(())
}

/// Adds a mail that is tried from `due_at` on.
pub fn insert(
    tx: &mut Tx<'_>,
    new: NewMail,
    message: Option<&MessageId>,
    is_digest: bool,
    due_at: NaiveDateTime,
) -> Result<MailId, AppError> {
    let mail = Mail {
        id: tx.new_id(),
        message_id: message.cloned(),
        account_id: new.account,
        address: new.address,
        subject: new.subject,
        body: new.body,
        path: new.path,
        state: MailState::Waiting,
        is_digest,
        attempts: 0,
        due_at,
        leased_until: None,
        sent_at: None,
        error: String::new(),
        created_at: tx.now,
        has_secret: new.has_secret,
    };
    diesel::insert_into(mails::table)
        .values(&mail)
        .execute(tx.conn)?;
    Ok(mail.id)
}

/// Mails that can be tried now and that no worker holds, the longest waiting first.
pub fn due(conn: &mut Conn, now: NaiveDateTime, limit: i64) -> Result<Vec<Mail>, AppError> {
    Ok(mails::table
        .filter(mails::state.eq(MailState::Waiting))
        .filter(mails::due_at.le(now))
        .filter(
            mails::leased_until
                .is_null()
                .or(mails::leased_until.le(now)),
        )
        .order((mails::due_at, mails::id))
        .limit(limit)
        .select(Mail::as_select())
        .load(conn)?)
}

/// Keeps other workers off these mails.
pub fn lease(tx: &mut Tx<'_>, ids: &[MailId], until: NaiveDateTime) -> Result<(), AppError> {
    diesel::update(mails::table.filter(mails::id.eq_any(ids)))
        .set(mails::leased_until.eq(Some(until)))
        .execute(tx.conn)?;
    Ok(())
}

/// One mail.
pub fn get(conn: &mut Conn, id: &MailId) -> Result<Mail, AppError> {
    Ok(mails::table
        .find(id)
        .select(Mail::as_select())
        .first(conn)?)
}

/// Writes what became of a mail.
pub fn set_outcome(tx: &mut Tx<'_>, mail: &Mail) -> Result<(), AppError> {
    diesel::update(mails::table.find(&mail.id))
        .set((
            mails::state.eq(mail.state),
            mails::attempts.eq(mail.attempts),
            mails::due_at.eq(mail.due_at),
            mails::leased_until.eq(mail.leased_until),
            mails::sent_at.eq(mail.sent_at),
            mails::error.eq(&mail.error),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What somebody wishes; absent if they never chose.
pub fn wish(conn: &mut Conn, account: &AccountId) -> Result<Option<Wish>, AppError> {
    Ok(mail_wishes::table
        .find(account)
        .select(mail_wishes::wish)
        .first(conn)
        .optional()?)
}

/// Keeps what the actor wishes.
pub fn set_wish(tx: &mut Tx<'_>, wish: Wish) -> Result<(), AppError> {
    let changed = diesel::update(mail_wishes::table.find(&tx.actor.id))
        .set((
            mail_wishes::wish.eq(wish),
            mail_wishes::chosen_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(mail_wishes::table)
            .values((
                mail_wishes::account_id.eq(&tx.actor.id),
                mail_wishes::wish.eq(wish),
                mail_wishes::chosen_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// All messages with the name of their municipality, the newest first: one page.
pub fn messages(
    conn: &mut Conn,
    limit: i64,
    offset: i64,
) -> Result<Vec<(Message, String)>, AppError> {
    Ok(outbox::table
        .inner_join(municipalities::table)
        .order((outbox::created_at.desc(), outbox::id.desc()))
        .limit(limit)
        .offset(offset)
        .select((Message::as_select(), municipalities::name))
        .load(conn)?)
}

/// How many messages there are.
pub fn count_messages(conn: &mut Conn) -> Result<i64, AppError> {
    Ok(outbox::table.count().get_result(conn)?)
}

/// A message with the name of its municipality.
pub fn message(conn: &mut Conn, id: &MessageId) -> Result<(Message, String), AppError> {
    Ok(outbox::table
        .inner_join(municipalities::table)
        .filter(outbox::id.eq(id))
        .select((Message::as_select(), municipalities::name))
        .first(conn)?)
}

/// The mails of a message, by address.
pub fn of_message(conn: &mut Conn, id: &MessageId) -> Result<Vec<Mail>, AppError> {
    Ok(mails::table
        .filter(mails::message_id.eq(id))
        .order((mails::address, mails::id))
        .limit(500)
        .select(Mail::as_select())
        .load(conn)?)
}

/// Mails that were given up, the oldest first.
pub fn failed(conn: &mut Conn, limit: i64) -> Result<Vec<Mail>, AppError> {
    Ok(mails::table
        .filter(mails::state.eq(MailState::Failed))
        .order((mails::due_at, mails::id))
        .limit(limit)
        .select(Mail::as_select())
        .load(conn)?)
}

/// What is known of the mails of these messages.
pub fn tallies(conn: &mut Conn, ids: &[MessageId]) -> Result<BTreeMap<MessageId, Tally>, AppError> {
    type Row = (Option<MessageId>, MailState, Option<NaiveDateTime>);
    let rows: Vec<Row> = mails::table
        .filter(mails::message_id.eq_any(ids))
        .select((mails::message_id, mails::state, mails::sent_at))
        .load(conn)?;
    let mut tallies: BTreeMap<MessageId, Tally> = BTreeMap::new();
    for (message, state, sent_at) in rows {
        let Some(message) = message else { continue };
        tallies.entry(message).or_default().count(state, sent_at);
    }
    Ok(tallies)
}
