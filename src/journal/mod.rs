//! The journal: every movement of money between the stages of an envelope, append-only.
//!
//! An entry moves one amount from one stage to another, so the books balance by their shape, and so
//! does the transaction that holds all entries of one movement with their cause, person and moment.
//! What is free in an envelope never goes below zero, ring-fenced money goes to its own category and
//! a floor is kept: checked by [`room`] for a clear answer, under the lock of [`store::lock`] so that
//! two cannot both be right, and by the database's own triggers and CHECKs for whoever comes in
//! another way. What is kept beside the entries is moved by those triggers alone.
pub mod actions;
pub mod balance;
mod labels;
pub mod limits;
pub mod lines;
pub mod moves;
pub mod promises;
pub mod room;
pub mod store;
pub mod verify;

pub use moves::{CauseKind, EntryKind, Stage};

use crate::core::{
    ids::{
        AmendmentId, ApplicationId, BudgetDecisionId, CycleId, DecisionId, EnvelopeId, ProjectId,
        ProposalId,
    },
    money::Money,
};

/// What a movement rests on.
#[derive(Debug, Clone, Copy)]
pub enum Cause<'a> {
    /// The opening of a cycle.
    Cycle(&'a CycleId),
    /// A proposal.
    Proposal(&'a ProposalId),
    /// A decision.
    Decision(&'a DecisionId),
    /// A decision on the budget.
    BudgetDecision(&'a BudgetDecisionId),
    /// A change of an award.
    Amendment(&'a AmendmentId),
}

impl Cause<'_> {
    /// Its kind.
    pub fn kind(&self) -> CauseKind {
        match self {
            Cause::Cycle(_) => CauseKind::Cycle,
            Cause::Proposal(_) => CauseKind::Proposal,
            Cause::Decision(_) => CauseKind::Decision,
            Cause::BudgetDecision(_) => CauseKind::BudgetDecision,
            Cause::Amendment(_) => CauseKind::Amendment,
        }
    }

    /// Its id as it is stored.
    pub fn id(&self) -> &str {
        match self {
            Cause::Cycle(id) => id.as_str(),
            Cause::Proposal(id) => id.as_str(),
            Cause::Decision(id) => id.as_str(),
            Cause::BudgetDecision(id) => id.as_str(),
            Cause::Amendment(id) => id.as_str(),
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

    /// Money that was reserved is free again; what was committed (`from`) is released.
    pub fn release(
        envelope: &EnvelopeId,
        from: Stage,
        amount: Money,
        purpose: Purpose,
    ) -> NewEntry {
        let to = match from {
            Stage::Reserved => Stage::Free,
            _ => Stage::Released,
        };
        NewEntry::within(
            EntryKind::Release,
            envelope,
            from,
            to,
            amount,
            Some(purpose),
        )
    }

    /// Money that was released or recovered (`stage`) in one envelope is free in another, or in the
    /// same.
    pub fn reuse(from: &EnvelopeId, stage: Stage, to: &EnvelopeId, amount: Money) -> NewEntry {
        NewEntry {
            kind: EntryKind::Reuse,
            from_envelope: from.clone(),
            from: stage,
            to_envelope: to.clone(),
            to: Stage::Free,
            amount,
            purpose: None,
        }
    }

    /// Money that a change of an award released goes to another project by that same change.
    pub fn shift(envelope: &EnvelopeId, amount: Money, purpose: Purpose) -> NewEntry {
        let kind = EntryKind::Shift;
        NewEntry::within(
            kind,
            envelope,
            Stage::Released,
            Stage::Committed,
            amount,
            Some(purpose),
        )
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
