//! From proposal to decision: what is proposed, what SZW says of it, what is decided, and the
//! letter that says so.
pub mod actions;
pub mod amendments;
pub mod closing;
pub mod dossier;
pub mod form;
pub mod labels;
pub mod letter;
mod letter_check;
mod letter_pdf;
mod letter_text;
pub mod letters;
pub mod outcome;
pub mod pages;
pub mod proposal;
pub mod proposing;
pub mod store;
pub mod untreated;
pub mod withdrawing;
pub mod worklist;
pub mod writing;

pub use letter_check::LetterError;
pub use letter_pdf::{pdf, pdf_of_amendment};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use crate::{
    core::{
        ids::{
            AccountId, ApplicationId, DecisionId, EnvelopeId, ProjectId, ProposalId, ScenarioId,
        },
        money::Money,
    },
    db::{columns::text_enum, schema},
    texts::dates::OnDay,
};
use outcome::Outcome;

/// The address of the page of a proposal and its decision.
pub fn address(id: &ApplicationId) -> String {
    format!("/aanvragen/{id}/besluit")
}

text_enum! {
    /// Where a proposal stands.
    pub enum ProposalState {
        /// Waits for a decision.
        Open => "open",
        /// Decided on.
        Decided => "decided",
        /// Withdrawn before a decision.
        Withdrawn => "withdrawn",
    }
}

text_enum! {
    /// What SZW says of the prevention projects of a proposal.
    pub enum Verdict {
        /// Agrees.
        Agreed => "agreed",
        /// Does not; then a new proposal is needed.
        Refused => "refused",
    }
}

/// What is proposed for one application.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::proposals, treat_none_as_default_value = false)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// For this application.
    pub application_id: ApplicationId,
    /// The scenario it comes from; absent when it was made by hand.
    pub scenario_id: Option<ScenarioId>,
    /// Where it stands.
    pub state: ProposalState,
    /// Whether the journal holds a reservation for it now.
    pub is_reserved: bool,
    /// Until when its money is kept, or was kept if that has expired (UTC).
    pub reserved_until: Option<NaiveDateTime>,
    /// Why, for the application as a whole.
    pub reasons: String,
    /// When it was made (UTC).
    pub proposed_at: NaiveDateTime,
    /// By whom; somebody else decides.
    pub proposed_by: AccountId,
    /// What SZW says of it, once it has.
    pub szw_verdict: Option<Verdict>,
    /// Why SZW says so.
    pub szw_reason: String,
    /// When SZW spoke (UTC).
    pub szw_at: Option<NaiveDateTime>,
    /// Who spoke for SZW.
    pub szw_by: Option<AccountId>,
    /// Counts changes; begins above the versions of the proposals before it for the same application.
    pub version: i32,
    /// Who gave it back instead of deciding; it is withdrawn then.
    pub returned_by: Option<AccountId>,
    /// When (UTC).
    pub returned_at: Option<NaiveDateTime>,
    /// Why; who proposed reads this, the municipality does not.
    pub returned_reason: Option<String>,
}

impl Proposal {
    /// The last day on which its money is kept, if it is.
    pub fn kept_until(&self) -> Option<NaiveDate> {
        let end = self.reserved_until.filter(|_| self.is_reserved)?;
        Some(end.checked_sub_signed(TimeDelta::seconds(1))?.dutch_day())
    }

    /// Since when its money is no longer kept because its time has passed.
    pub fn expired_at(&self) -> Option<NaiveDateTime> {
        self.reserved_until.filter(|_| !self.is_reserved)
    }
}

/// What a project gets in a year from one envelope, as proposed or as decided. Nearly always one envelope pays;
/// where it has too little and another has something left over, each pays a part in a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The project.
    pub project: ProjectId,
    /// The budget year.
    pub year: i32,
    /// The envelope that pays.
    pub envelope: EnvelopeId,
    /// How much; may be nothing.
    pub amount: Money,
    /// Why, as it stands in the letter; the same in each part.
    pub reason: String,
    /// The smallest change that would have given the project more, as it stands in the letter.
    pub smallest_change: Option<String>,
}

/// A decision on an application.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::decisions, treat_none_as_default_value = false)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// What people call it by, such as `VG-2027-0503-B1`.
    pub reference: String,
    /// On this application.
    pub application_id: ApplicationId,
    /// The proposal that was followed.
    pub proposal_id: ProposalId,
    /// What was decided.
    pub outcome: Outcome,
    /// Why, for the application as a whole (Awb 3:46).
    pub reasons: String,
    /// When it was taken (UTC).
    pub decided_at: NaiveDateTime,
    /// By whom.
    pub decided_by: AccountId,
    /// When it was sent (Awb 3:41), in UTC.
    pub notified_at: Option<NaiveDateTime>,
    /// Who sent it.
    pub notified_by: Option<AccountId>,
    /// The last day to object (Awb 6:7), once it was sent.
    pub objection_until: Option<NaiveDate>,
    /// The letter as canonical JSON (RFC 8785), once it was sent.
    pub letter: Option<String>,
    /// The SHA-256 of the letter.
    pub letter_sha256: Option<String>,
}
