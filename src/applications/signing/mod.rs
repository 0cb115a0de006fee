//! Signing: somebody who may not submit asks a signatory, who submits or gives it back.
pub mod actions;
pub mod pages;
pub mod store;

use chrono::NaiveDateTime;

use crate::{
    core::ids::{AccountId, SigningId},
    db::columns::text_enum,
};

text_enum! {
    /// What became of a request to sign.
    pub enum Answer {
        /// The signatory submitted.
        Submitted => "submitted",
        /// The signatory gave it back with a remark.
        Returned => "returned",
        /// The application was withdrawn.
        Withdrawn => "withdrawn",
    }
}

/// A request to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningRequest {
    /// Its id.
    pub id: SigningId,
    /// When it was asked (UTC).
    pub asked_at: NaiveDateTime,
    /// Who asked.
    pub asker: AccountId,
    /// Their name.
    pub asked_by: String,
    /// Canonical JSON of what was written then.
    pub content: String,
    /// What became of it; absent while it waits.
    pub answer: Option<Answer>,
    /// Why it was given back; empty otherwise.
    pub remark: String,
    /// When it was answered (UTC).
    pub answered_at: Option<NaiveDateTime>,
}
