//! The work list of proposals and decisions. Pure.

use chrono::NaiveDateTime;

use super::{ProposalState, Verdict, outcome::Outcome};
use crate::{
    applications::state::State,
    core::{
        ids::{ApplicationId, CycleId, DecisionId, ProposalId},
        money::Money,
    },
    db::columns::text_enum,
};

text_enum! {
    /// What is on the list.
    pub enum Filter {
        /// Proposals that wait for SZW or for a decision.
        ToDecide => "te-besluiten",
        /// Decisions that were not sent.
        ToSend => "te-versturen",
        /// Decisions that were sent.
        Sent => "bekendgemaakt",
        /// All of these.
        All => "alles",
    }
}

impl Filter {
    /// The states of proposals and of applications that this filter lets through.
    pub fn states(self) -> (&'static [ProposalState], &'static [State]) {
        match self {
            Filter::ToDecide => (
                &[ProposalState::Open],
                &[State::Proposed, State::NotTreatedProposed],
            ),
            Filter::ToSend => (&[ProposalState::Decided], &[State::Decided]),
            Filter::Sent => (&[ProposalState::Decided], &[State::Notified]),
            Filter::All => (
                &[ProposalState::Open, ProposalState::Decided],
                &[
                    State::Proposed,
                    State::NotTreatedProposed,
                    State::Decided,
                    State::Notified,
                ],
            ),
        }
    }

    /// What the tab says.
    pub fn label(self) -> &'static str {
        match self {
            Filter::ToDecide => "Te besluiten",
            Filter::ToSend => "Te versturen",
            Filter::Sent => "Bekendgemaakt",
            Filter::All => "Alles",
        }
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The application.
    pub application: ApplicationId,
    /// Its reference.
    pub reference: String,
    /// The municipality that applied.
    pub municipality: String,
    /// The cycle whose money it asks.
    pub cycle: CycleId,
    /// Where the application stands.
    pub state: State,
    /// The proposal.
    pub proposal: ProposalId,
    /// When it was made (UTC).
    pub proposed_at: NaiveDateTime,
    /// Who made it, and has its money kept.
    pub proposed_by: String,
    /// Whether money is kept for it.
    pub is_reserved: bool,
    /// Until when (UTC).
    pub reserved_until: Option<NaiveDateTime>,
    /// What SZW said.
    pub verdict: Option<Verdict>,
    /// The decision, with its outcome.
    pub decision: Option<(DecisionId, Outcome)>,
    /// What is proposed, or once it was decided: what stands as awarded now.
    pub total: Money,
    /// What was proposed, and decided if it was: something else than what stands once the award was
    /// changed.
    pub proposed: Money,
    /// Whether prevention is among the projects.
    pub has_prevention: bool,
}

impl Listed {
    /// Whether the award was changed since it was decided.
    pub fn is_changed(&self) -> bool {
        self.total != self.proposed
    }
}
