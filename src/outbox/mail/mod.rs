//! Mail about messages: to whom, when, how often tried, and what became of it.
//!
//! A message is addressed once (a mail for each person of the municipality that wants it), by the
//! worker and not by whoever writes the message. A mail is claimed, sent and recorded; a worker that
//! dies in between leaves a lease that runs out, so that a mail may be sent twice and is never sent
//! not at all. Both carry the same `Message-ID`, by which a mailbox shows one.
pub mod actions;
pub mod address;
pub mod letters;
pub mod pages;
pub mod post;
pub mod store;
pub mod timing;

use chrono::NaiveDateTime;

use crate::{
    core::ids::{AccountId, MailId, MessageId},
    db::{columns::text_enum, schema},
    texts::labels::Label,
};

text_enum! {
    /// Where a mail stands.
    pub enum MailState {
        /// It will be tried, or tried again.
        Waiting => "waiting",
        /// The mail server took it.
        Sent => "sent",
        /// It is not tried any more.
        Failed => "failed",
    }
}

text_enum! {
    /// How somebody wants the mail that we need not send.
    pub enum Wish {
        /// As soon as there is something.
        AtOnce => "at_once",
        /// In one mail a day.
        Daily => "daily",
        /// Not at all.
        Never => "never",
    }
}

/// One mail to one person.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::mails, treat_none_as_default_value = false)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// The message that it tells about, if there is one.
    pub message_id: Option<MessageId>,
    /// To whom, if they have an account.
    pub account_id: Option<AccountId>,
    /// Their address.
    pub address: String,
    /// Its subject, in one line.
    pub subject: String,
    /// Its text; paragraphs are separated by an empty line.
    pub body: String,
    /// The page of ours that it leads to.
    pub path: String,
    /// Where it stands.
    pub state: MailState,
    /// Whether it goes into the one mail of the day.
    pub is_digest: bool,
    /// How often it was tried.
    pub attempts: i32,
    /// Not tried before this moment (UTC).
    pub due_at: NaiveDateTime,
    /// Until then another worker keeps off (UTC).
    pub leased_until: Option<NaiveDateTime>,
    /// When the mail server took it (UTC).
    pub sent_at: Option<NaiveDateTime>,
    /// What went wrong the last time; empty if nothing did.
    pub error: String,
    /// When it was written (UTC).
    pub created_at: NaiveDateTime,
    /// Whether the link ends in a secret that is made when it is handed over.
    pub has_secret: bool,
}

/// A mail that is about to be written, to somebody who may have no account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// The account, if there is one.
    pub account: Option<AccountId>,
    /// The address.
    pub address: String,
    /// Its subject, in one line.
    pub subject: String,
    /// Its text; paragraphs are separated by an empty line.
    pub body: String,
    /// The page of ours that it leads to.
    pub path: String,
    /// Whether the link ends in a secret that is made when it is handed over.
    pub has_secret: bool,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whether trying again is of no use: the address does not exist, say.
    pub is_permanent: bool,
    /// What the mail server said.
    pub said: String,
}

impl Label for MailState {
    fn label(self) -> &'static str {
        match self {
            MailState::Waiting => "Wacht op verzending",
            MailState::Sent => "Verzonden",
            MailState::Failed => "Niet verzonden",
        }
    }
}

impl Label for Wish {
    fn label(self) -> &'static str {
        match self {
            Wish::AtOnce => "Meteen een mail per bericht",
            Wish::Daily => "Eén mail per dag, om 7 uur",
            Wish::Never => "Geen mail",
        }
    }
}
