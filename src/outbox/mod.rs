//! Messages to municipalities: written in the same transaction as what they tell about, and so read
//! in the portal from the same moment. [`mail`] tells the people of the municipality about them.
pub mod mail;
pub mod pages;
pub mod store;

use chrono::NaiveDateTime;

use crate::{
    core::ids::{ApplicationId, MessageId, MunicipalityId},
    db::{columns::text_enum, schema},
};

text_enum! {
    /// What a message is about.
    pub enum MessageKind {
        /// The application was received (Awb 4:3a).
        ApplicationReceived => "application_received",
        /// The application was withdrawn.
        ApplicationWithdrawn => "application_withdrawn",
        /// What was withdrawn was taken up again.
        ApplicationResumed => "application_resumed",
        /// Something is missing in the application (Awb 4:5).
        CompletionRequested => "completion_requested",
        /// A window closes later: after an outage, or for this region alone (Awb 2:21).
        WindowClosesLater => "window_closes_later",
        /// A window closes soon, and the region did not submit yet.
        WindowClosesSoon => "window_closes_soon",
        /// The last day for a completion is near, and it was not submitted yet.
        CompletionDueSoon => "completion_due_soon",
        /// A colleague asks who may sign to submit, or the signatory gives it back. Only whom it is for
        /// is mailed: see `mail::actions::write_to`.
        Signing => "signing",
        /// Something was found in a file, which is held.
        AttachmentHeld => "attachment_held",
        /// The decision was made known (Awb 3:41).
        DecisionSent => "decision_sent",
        /// An award was changed (Awb 3:41).
        AwardAmended => "award_amended",
    }
}

impl MessageKind {
    /// Whether we have to mail about it, whatever somebody wishes: what we make known (Awb 2:10: within 48
    /// hours), and what has to be done before a day of the law passes. What the municipality did itself a
    /// moment ago is not among these.
    pub fn is_obligatory(self) -> bool {
        match self {
            MessageKind::ApplicationReceived
            | MessageKind::CompletionRequested
            | MessageKind::CompletionDueSoon
            | MessageKind::Signing
            | MessageKind::WindowClosesLater
            | MessageKind::AttachmentHeld
            | MessageKind::DecisionSent
            | MessageKind::AwardAmended => true,
            MessageKind::ApplicationWithdrawn
            | MessageKind::ApplicationResumed
            | MessageKind::WindowClosesSoon => false,
        }
    }

    /// Whether the address that the application gives is mailed besides: what we have to tell, and that the
    /// application was withdrawn or taken up again, as it was told there that we received it.
    pub fn is_for_contact(self) -> bool {
        let is_undone = matches!(
            self,
            MessageKind::ApplicationWithdrawn | MessageKind::ApplicationResumed
        );
        self.is_obligatory() || is_undone
    }

    /// Whether it asks the municipality to submit: done with once a version is submitted after it.
    pub fn asks_to_submit(self) -> bool {
        matches!(
            self,
            MessageKind::CompletionRequested
                | MessageKind::CompletionDueSoon
                | MessageKind::WindowClosesSoon
                | MessageKind::Signing
        )
    }

    /// Whether the mail repeats the text of the message. Only what the municipality may keep as its
    /// proof does; what we write about a dossier is read in the portal, not in the post.
    pub fn is_quoted(self) -> bool {
        match self {
            MessageKind::ApplicationReceived
            | MessageKind::ApplicationWithdrawn
            | MessageKind::ApplicationResumed => true,
            MessageKind::CompletionRequested
            | MessageKind::WindowClosesLater
            | MessageKind::WindowClosesSoon
            | MessageKind::CompletionDueSoon
            | MessageKind::Signing
            | MessageKind::AttachmentHeld
            | MessageKind::DecisionSent
            | MessageKind::AwardAmended => false,
        }
    }
}

/// The paragraphs of a text in which an empty line separates them.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n")
        .map(str::trim)
        .filter(|it| !it.is_empty())
}

/// A message that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// To whom: everybody who works for this municipality.
    pub municipality: MunicipalityId,
    /// About this application.
    pub application: Option<ApplicationId>,
    /// What it is about.
    pub kind: MessageKind,
    /// Its subject, a line without a full stop.
    pub subject: String,
    /// Its text; paragraphs are separated by an empty line.
    pub body: String,
}

/// What a message that asks to submit was answered with: the first version after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The number of the version.
    pub version: i32,
    /// When it was submitted (UTC).
    pub at: NaiveDateTime,
}

/// A message as it is kept.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::outbox, treat_none_as_default_value = false)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// To whom.
    pub municipality_id: MunicipalityId,
    /// About this application.
    pub application_id: Option<ApplicationId>,
    /// What it is about.
    pub kind: MessageKind,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// When it was written, and could be read in the portal (UTC).
    pub created_at: NaiveDateTime,
    /// When its mails were written (UTC).
    pub addressed_at: Option<NaiveDateTime>,
}
