//! Use cases of mailing. `address`, `claim` and `record` are the worker's.

use chrono::{NaiveDateTime, TimeDelta};

use super::{
    Failure, Mail, MailState, NewMail, Wish, address::is_address, store, store::Reader, timing,
};
use crate::{
    audit::{self, Fact, Stream},
    core::ids::{AccountId, MailId, MessageId},
    db::Tx,
    error::AppError,
    identity::policy::{self, Action},
    outbox::{self, Message, NewMessage},
};

/// How many messages are addressed, and mails claimed, in one transaction.
const AT_A_TIME: i64 = 50;
/// For how long a worker holds the mails that it claimed, in minutes.
const LEASE_MINUTES: i64 = 10;

/// Writes the mails of the messages that have none yet, some at a time: one for each person of the
/// municipality who has to be told or wants to, and one to the address that the application gives, where that
/// is told it, too. Answers how many messages were addressed.
pub fn address(tx: &mut Tx<'_>) -> Result<usize, AppError> {
    own_work(tx)?;
    let messages = store::unaddressed(tx.conn, AT_A_TIME)?;
    for message in &messages {
        address_one(tx, message)?;
        store::set_addressed(tx, &message.id)?;
    }
    Ok(messages.len())
}

fn address_one(tx: &mut Tx<'_>, message: &Message) -> Result<(), AppError> {
    let now = tx.now;
    let mail = |account, address| NewMail {
        account,
        address,
        subject: message.subject.clone(),
        body: body(message),
        path: format!("/berichten/{}", message.id),
        has_secret: false,
    };
    let readers = store::readers(tx.conn, &message.municipality_id)?;
    if let Some(address) = contact(tx, message, &readers)? {
        store::insert(tx, mail(None, address), Some(&message.id), false, now)?;
    }
    for reader in readers {
        let wish = match message.kind.is_obligatory() {
            true => Wish::AtOnce,
            false => reader.wish.unwrap_or(Wish::AtOnce),
        };
        let Some((is_digest, due_at)) = moment(wish, now) else {
            continue;
        };
        let mail = mail(Some(reader.account), reader.address);
        store::insert(tx, mail, Some(&message.id), is_digest, due_at)?;
    }
    Ok(())
}

/// The address that the application of a message gives, for what is told there; not if somebody is
/// mailed there already, or no mail can reach it.
fn contact(
    tx: &mut Tx<'_>,
    message: &Message,
    readers: &[Reader],
) -> Result<Option<String>, AppError> {
    let application = message.application_id.as_ref();
    let Some(id) = application.filter(|_| message.kind.is_for_contact()) else {
        return Ok(None);
    };
    let is_new = |address: &String| {
        let is_it = |it: &Reader| it.address.eq_ignore_ascii_case(address);
        is_address(address) && !readers.iter().any(is_it)
    };
    Ok(store::contact(tx.conn, id)?.filter(is_new))
}

fn body(message: &Message) -> String {
    if message.kind.is_quoted() {
        message.body.clone()
    } else {
        "Er staat een bericht voor uw gemeente klaar.".to_owned()
    }
}

/// Writes a message to a municipality of which only these people are mailed: at once, whatever they wish.
/// They may be of another organisation: `path` is where they read and act.
pub fn write_to(
    tx: &mut Tx<'_>,
    new: &NewMessage,
    people: &[AccountId],
    body: &str,
    path: &str,
) -> Result<(), AppError> {
    let now = tx.now;
    let message = outbox::store::insert(tx, new)?;
    store::set_addressed(tx, &message)?;
    for account in people {
        let Some(reader) = store::reader(tx.conn, account)? else {
            continue;
        };
        let mail = NewMail {
            account: Some(reader.account),
            address: reader.address,
            subject: new.subject.clone(),
            body: body.to_owned(),
            path: path.to_owned(),
            has_secret: false,
        };
        store::insert(tx, mail, Some(&message), false, now)?;
    }
    Ok(())
}

/// Writes a mail to somebody that tells about no message, such as an invitation.
pub fn write(tx: &mut Tx<'_>, new: NewMail) -> Result<MailId, AppError> {
    let now = tx.now;
    store::insert(tx, new, None, false, now)
}

/// Writes a mail to one person with an account about what we need not mail: as they wish.
pub fn write_as_wished(
    tx: &mut Tx<'_>,
    account: &AccountId,
    subject: String,
    body: String,
    path: String,
) -> Result<(), AppError> {
    let Some(reader) = store::reader(tx.conn, account)? else {
        return Ok(());
    };
    let Some((is_digest, due_at)) = moment(reader.wish.unwrap_or(Wish::AtOnce), tx.now) else {
        return Ok(());
    };
    let mail = NewMail {
        account: Some(reader.account),
        address: reader.address,
        subject,
        body,
        path,
        has_secret: false,
    };
    store::insert(tx, mail, None, is_digest, due_at).map(drop)
}

/// Whether a mail goes into that of the day and when it leaves; `None` if it is not wanted.
fn moment(wish: Wish, now: NaiveDateTime) -> Option<(bool, NaiveDateTime)> {
    match wish {
        Wish::AtOnce => Some((false, now)),
        Wish::Daily => Some((true, timing::next_digest(now))),
        Wish::Never => None,
    }
}

/// Keeps that the link of a mail was given this secret; each time it is handed over it gets another.
pub fn keep_secret(tx: &mut Tx<'_>, mail: &MailId, sha256: &str) -> Result<(), AppError> {
    own_work(tx)?;
    store::insert_secret(tx, mail, sha256)
}

/// Mails that are to be sent now; for some minutes no other worker gets them.
pub fn claim(tx: &mut Tx<'_>) -> Result<Vec<Mail>, AppError> {
    own_work(tx)?;
    let mails = store::due(tx.conn, tx.now, AT_A_TIME)?;
    let ids: Vec<MailId> = mails.iter().map(|it| it.id.clone()).collect();
    let until = tx
        .now
        .checked_add_signed(TimeDelta::minutes(LEASE_MINUTES))
        .unwrap_or(tx.now);
    store::lease(tx, &ids, until)?;
    Ok(mails)
}

/// Records what became of mails that were claimed. One that is given up is a fact.
pub fn record(
    tx: &mut Tx<'_>,
    ids: &[MailId],
    outcome: &Result<(), Failure>,
) -> Result<(), AppError> {
    own_work(tx)?;
    for id in ids {
        let mail = store::get(tx.conn, id)?;
        if mail.state != MailState::Waiting {
            continue;
        }
        let attempts = mail.attempts.saturating_add(1);
        let (state, due_at) = match outcome {
            Ok(()) => (MailState::Sent, mail.due_at),
            Err(failure) => timing::after_failure(attempts, failure, tx.now),
        };
        let mail = Mail {
            state,
            attempts,
            due_at,
            leased_until: None,
            sent_at: (state == MailState::Sent).then_some(tx.now),
            error: outcome.clone().err().map(|it| it.said).unwrap_or_default(),
            ..mail
        };
        store::set_outcome(tx, &mail)?;
        if state == MailState::Failed {
            let fact = Fact::MailGivenUp { mail: mail.id };
            audit::record(tx, Stream::Installation, &fact)?;
        }
    }
    Ok(())
}

/// Tries a mail that was given up once more, from now on. Answers the message that it tells about.
pub fn try_again(tx: &mut Tx<'_>, id: &MailId) -> Result<Option<MessageId>, AppError> {
    policy::require(&tx.actor, Action::ResendMail)?;
    let mail = store::get(tx.conn, id)?;
    let message = mail.message_id.clone();
    if mail.state != MailState::Failed {
        return Ok(message);
    }
    let mail = Mail {
        state: MailState::Waiting,
        attempts: 0,
        due_at: tx.now,
        leased_until: None,
        ..mail
    };
    store::set_outcome(tx, &mail)?;
    let fact = Fact::MailTriedAgain { mail: mail.id };
    audit::record(tx, Stream::Installation, &fact)?;
    Ok(message)
}

/// Keeps how the actor wants the mail that we need not send.
pub fn choose(tx: &mut Tx<'_>, wish: Wish) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::ChooseMail)?;
    store::set_wish(tx, wish)?;
    let account = tx.actor.id.clone();
    let fact = Fact::MailWishChosen {
        wish: wish.as_str().to_owned(),
    };
    audit::record(tx, Stream::Account(&account), &fact)
}

/// Of all that was told so far nobody needs mail any more: the people in a story that was told at
/// once have no mailbox.
pub fn silence(tx: &mut Tx<'_>) -> Result<(), AppError> {
    store::silence(tx)
}

/// What the program does in its own time, and nobody else.
fn own_work(tx: &Tx<'_>) -> Result<(), AppError> {
    if tx.actor.is_system() {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}
