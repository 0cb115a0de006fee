//! The journal: every movement of money between the stages of an envelope, append-only.
//!
//! An entry moves one amount from one stage to another, so the books balance by their shape. What
//! is free in an envelope never goes below zero: checked by [`room`] for a clear answer, under the
//! lock of [`store::lock`] so that two cannot both be right, and by the database's own trigger and
//! CHECK for whoever comes in another way.
pub mod actions;
pub mod balance;
mod labels;
pub mod lines;
pub mod promises;
pub mod room;
pub mod store;
pub mod verify;

use crate::{
    core::{
        ids::{ApplicationId, CycleId, DecisionId, EnvelopeId, ProjectId, ProposalId},
        money::Money,
    },
    db::columns::text_enum,
};

text_enum! {
    /// Where money stands. The firmer, the further down.
    pub enum Stage {
        /// Outside the envelopes: the state budget.
        Budget => "budget",
        /// In an envelope and promised to nobody.
        Free => "free",
        /// Proposed for a project.
        Reserved => "reserved",
        /// Promised by a decision.
        Committed => "committed",
        /// Paid.
        Paid => "paid",
    }
}

text_enum! {
    /// What a movement is. Which stages it moves between is a CHECK of the database too.
    pub enum EntryKind {
        /// Money enters an envelope: budget to free.
        Appropriation => "appropriation",
        /// Money leaves an envelope: free to budget.
        Withdrawal => "withdrawal",
        /// From one envelope to another: free to free.
        Transfer => "transfer",
        /// Proposed: free to reserved.
        Reservation => "reservation",
        /// Given back: reserved or committed to free.
        Release => "release",
        /// Decided: reserved or free to committed.
        Commitment => "commitment",
        /// Committed to paid.
        Payment => "payment",
    }
}

/// What a movement rests on.
#[derive(Debug, Clone, Copy)]
pub enum Cause<'a> {
    /// The opening of a cycle.
    Cycle(&'a CycleId),
    /// A proposal.
    Proposal(&'a ProposalId),
    /// A decision.
    Decision(&'a DecisionId),
    /// A transfer, a decision of its own; the text is its reason.
    Transfer(&'a str),
    /// Another ceiling for an envelope, a decision of its own; the text is its reason.
    Adjustment(&'a str),
}

impl Cause<'_> {
    /// Its kind as it is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Cause::Cycle(_) => "cycle",
            Cause::Proposal(_) => "proposal",
            Cause::Decision(_) => "decision",
            Cause::Transfer(_) => "transfer",
            Cause::Adjustment(_) => "adjustment",
        }
    }

    /// Its id as it is stored.
    pub fn id(&self) -> &str {
        match self {
            Cause::Cycle(id) => id.as_str(),
            Cause::Proposal(id) => id.as_str(),
            Cause::Decision(id) => id.as_str(),
            Cause::Transfer(reason) | Cause::Adjustment(reason) => reason,
        }
    }
}

/// For whom money is promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// The application.
    pub application: ApplicationId,
    /// The project.
    pub project: ProjectId,
}

/// A movement that is about to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// What it is.
    pub kind: EntryKind,
    /// From this envelope.
    pub from_envelope: EnvelopeId,
    /// From this stage.
    pub from: Stage,
    /// To this envelope; mostly the same.
    pub to_envelope: EnvelopeId,
    /// To this stage.
    pub to: Stage,
    /// How much; more than nothing.
    pub amount: Money,
    /// For whom, where it is a promise.
    pub purpose: Option<Purpose>,
}

impl NewEntry {
    fn within(
        kind: EntryKind,
        envelope: &EnvelopeId,
        from: Stage,
        to: Stage,
        amount: Money,
        purpose: Option<Purpose>,
    ) -> NewEntry {
        NewEntry {
            kind,
            from_envelope: envelope.clone(),
            from,
            to_envelope: envelope.clone(),
            to,
            amount,
            purpose,
        }
    }

    /// Money enters an envelope.
    pub fn appropriation(envelope: &EnvelopeId, amount: Money) -> NewEntry {
        let kind = EntryKind::Appropriation;
        NewEntry::within(kind, envelope, Stage::Budget, Stage::Free, amount, None)
    }

    /// Money leaves an envelope.
    pub fn withdrawal(envelope: &EnvelopeId, amount: Money) -> NewEntry {
        let kind = EntryKind::Withdrawal;
        NewEntry::within(kind, envelope, Stage::Free, Stage::Budget, amount, None)
    }

    /// Money goes from one envelope to another.
    pub fn transfer(from: &EnvelopeId, to: &EnvelopeId, amount: Money) -> NewEntry {
        NewEntry {
            kind: EntryKind::Transfer,
            from_envelope: from.clone(),
            from: Stage::Free,
            to_envelope: to.clone(),
            to: Stage::Free,
            amount,
            purpose: None,
        }
    }

    /// Money is set apart for a proposal.
    pub fn reservation(envelope: &EnvelopeId, amount: Money, purpose: Purpose) -> NewEntry {
        let kind = EntryKind::Reservation;
        NewEntry::within(
            kind,
            envelope,
            Stage::Free,
            Stage::Reserved,
            amount,
            Some(purpose),
        )
    }

    /// Money that was reserved or committed (`from`) is free again.
    pub fn release(
        envelope: &EnvelopeId,
        from: Stage,
        amount: Money,
        purpose: Purpose,
    ) -> NewEntry {
        let kind = EntryKind::Release;
        NewEntry::within(kind, envelope, from, Stage::Free, amount, Some(purpose))
    }

    /// Money that was reserved or free (`from`) is promised by a decision.
    pub fn commitment(
        envelope: &EnvelopeId,
        from: Stage,
        amount: Money,
        purpose: Purpose,
    ) -> NewEntry {
        let kind = EntryKind::Commitment;
        NewEntry::within(
            kind,
            envelope,
            from,
            Stage::Committed,
            amount,
            Some(purpose),
        )
    }
}
