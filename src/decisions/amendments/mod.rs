//! Changes of an award after the decision on it was sent (wijziging): other amounts per project and
//! year. One person proposes, another decides, with SZW where prevention is among them; then it is
//! booked and made known with a letter. What one project gives up goes to another of the same change
//! first. What is asked beyond that is taken from what is free at that moment; what is left over
//! becomes released money, which a decision on the budget can make free again.
pub mod actions;
pub mod change;
pub mod letter;
pub(super) mod letter_text;
pub mod letters;
pub mod netting;
pub mod pages;
pub mod store;
pub mod writing;

use chrono::NaiveDateTime;

use crate::{
    core::{
        category::{Category, EnvelopeKind},
        ids::{AccountId, AmendmentId, ApplicationId, DecisionId, EnvelopeId, ProjectId},
        money::{Money, MoneyError},
    },
    db::{columns::text_enum, schema},
    decisions::{Verdict, proposal},
    texts::labels::Label,
};

text_enum! {
    /// Where it stands.
    pub enum AmendmentState {
        /// Proposed; waits for somebody else.
        Open => "open",
        /// Decided, booked and told to the municipality.
        Decided => "decided",
        /// Withdrawn before a decision.
        Withdrawn => "withdrawn",
    }
}

/// A change of an award, or the proposal for one.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::amendments, treat_none_as_default_value = false)]
pub struct Amendment {
    /// Its id.
    pub id: AmendmentId,
    /// What people call it by, such as `VG-2027-0503-W1`.
    pub reference: String,
    /// Of the award to this application.
    pub application_id: ApplicationId,
    /// The decision that made the award.
    pub decision_id: DecisionId,
    /// Where it stands.
    pub state: AmendmentState,
    /// Why; the municipality reads it.
    pub reason: String,
    /// When it was proposed (UTC).
    pub proposed_at: NaiveDateTime,
    /// By whom; somebody else decides.
    pub proposed_by: AccountId,
    /// What SZW says of it, once it has.
    pub szw_verdict: Option<Verdict>,
    /// Why SZW says so.
    pub szw_reason: String,
    /// Who spoke for SZW.
    pub szw_by: Option<AccountId>,
    /// When it was decided (UTC).
    pub decided_at: Option<NaiveDateTime>,
    /// By whom.
    pub decided_by: Option<AccountId>,
    /// The letter as canonical JSON (RFC 8785), once it was decided; absent where that was before
    /// there were letters.
    pub letter: Option<String>,
    /// The SHA-256 of the letter.
    pub letter_sha256: Option<String>,
    /// Counts changes.
    pub version: i32,
}

/// What a project gets of an envelope in a year, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The project.
    pub project: ProjectId,
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: Option<Category>,
    /// The budget year.
    pub year: i32,
    /// The envelope that pays.
    pub envelope: EnvelopeId,
    /// What that is for.
    pub kind: EnvelopeKind,
    /// What it got until then.
    pub before: Money,
    /// What it gets from then on.
    pub after: Money,
}

impl Line {
    /// How much more, if it is more.
    ///
    /// # Errors
    /// A difference that is too large.
    pub fn raised(&self) -> Result<Money, MoneyError> {
        Ok(self.after.checked_sub(self.before)?.max(Money::ZERO))
    }

    /// How much less, if it is less.
    ///
    /// # Errors
    /// A difference that is too large.
    pub fn lowered(&self) -> Result<Money, MoneyError> {
        Ok(self.before.checked_sub(self.after)?.max(Money::ZERO))
    }
}

/// Whether SZW decides with us on these lines.
pub fn needs_szw(lines: &[Line]) -> bool {
    lines.iter().any(|it| proposal::is_with_szw(it.category))
}

/// The address of the changes of the award to an application.
pub fn address(application: &ApplicationId) -> String {
    format!("/aanvragen/{application}/wijzigingen")
}

/// The address of the letter of a change.
pub fn letter_address(id: &AmendmentId) -> String {
    format!("/wijzigingen/{id}/brief")
}

impl Label for AmendmentState {
    fn label(self) -> &'static str {
        match self {
            AmendmentState::Open => "Te besluiten",
            AmendmentState::Decided => "Besloten",
            AmendmentState::Withdrawn => "Ingetrokken",
        }
    }
}
