//! Decisions on the budget: a transfer between envelopes, another amount for an envelope, another
//! purpose for what came back. One person proposes, another decides, and then it is booked.
pub mod actions;
pub mod change;
pub mod pages;
pub mod store;

use chrono::NaiveDateTime;

use crate::{
    core::{
        ids::{AccountId, BudgetDecisionId, CycleId, EnvelopeId},
        money::{Money, MoneyError},
    },
    db::{columns::text_enum, schema},
    journal::{NewEntry, Stage},
    texts::labels::Label,
};

text_enum! {
    /// What is decided.
    pub enum BudgetDecisionKind {
        /// Free money goes to another envelope of the same year.
        Transfer => "transfer",
        /// An envelope gets more, and its year with it.
        Raise => "raise",
        /// An envelope gets less, and its year with it.
        Lower => "lower",
        /// What was released or recovered can be promised again.
        Reuse => "reuse",
    }
}

text_enum! {
    /// Where it stands.
    pub enum BudgetDecisionState {
        /// Proposed; waits for somebody else.
        Open => "open",
        /// Decided and booked.
        Decided => "decided",
        /// Withdrawn before a decision.
        Withdrawn => "withdrawn",
    }
}

/// A decision on the budget, or the proposal for one.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::budget_decisions, treat_none_as_default_value = false)]
pub struct BudgetDecision {
    /// Its id.
    pub id: BudgetDecisionId,
    /// What people call it by, such as `BB-2027-2028-3`.
    pub reference: String,
    /// Its cycle.
    pub cycle_id: CycleId,
    /// What is decided.
    pub kind: BudgetDecisionKind,
    /// The envelope that the money comes from; of a raise, the envelope that is raised.
    pub from_envelope_id: EnvelopeId,
    /// Where it stands before.
    pub from_stage: Stage,
    /// The envelope that the money goes to; of another amount, that envelope.
    pub to_envelope_id: EnvelopeId,
    /// How much.
    pub amount_cents: Money,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: BudgetDecisionState,
    /// When it was proposed (UTC).
    pub proposed_at: NaiveDateTime,
    /// By whom; somebody else decides.
    pub proposed_by: AccountId,
    /// When it was decided (UTC).
    pub decided_at: Option<NaiveDateTime>,
    /// By whom.
    pub decided_by: Option<AccountId>,
    /// Counts changes.
    pub version: i32,
    /// Of another ceiling: what it was when it was proposed. It is decided on only as long as it is.
    pub ceiling_before_cents: Option<Money>,
    /// Who gave it back instead of deciding; it is withdrawn then.
    pub returned_by: Option<AccountId>,
    /// When (UTC).
    pub returned_at: Option<NaiveDateTime>,
    /// Why.
    pub returned_reason: Option<String>,
}

impl BudgetDecision {
    /// Of another ceiling: what it was when it was proposed, and what it becomes.
    pub fn ceilings(&self) -> Result<Option<(Money, Money)>, MoneyError> {
        let Some(before) = self.ceiling_before_cents else {
            return Ok(None);
        };
        let after = match self.kind {
            BudgetDecisionKind::Raise => before.checked_add(self.amount_cents)?,
            _ => before.checked_sub(self.amount_cents)?,
        };
        Ok(Some((before, after)))
    }

    /// Where it stands, in a word.
    pub fn standing(&self) -> &'static str {
        match self.returned_at {
            Some(_) => "Teruggegeven",
            None => self.state.label(),
        }
    }

    /// What is booked once it is decided.
    pub fn entry(&self) -> NewEntry {
        let (from, to, amount) = (
            &self.from_envelope_id,
            &self.to_envelope_id,
            self.amount_cents,
        );
        match self.kind {
            BudgetDecisionKind::Transfer => NewEntry::transfer(from, to, amount),
            BudgetDecisionKind::Raise => NewEntry::appropriation(to, amount),
            BudgetDecisionKind::Lower => NewEntry::withdrawal(from, amount),
            BudgetDecisionKind::Reuse => NewEntry::reuse(from, self.from_stage, to, amount),
        }
    }
}

/// The address of its page.
pub fn address(id: &BudgetDecisionId) -> String {
    format!("/begrotingsbesluiten/{id}")
}

impl Label for BudgetDecisionKind {
    fn label(self) -> &'static str {
        match self {
            BudgetDecisionKind::Transfer => "Overheveling",
            BudgetDecisionKind::Raise => "Plafond verhogen",
            BudgetDecisionKind::Lower => "Plafond verlagen",
            BudgetDecisionKind::Reuse => "Herbestemming",
        }
    }
}

impl Label for BudgetDecisionState {
    fn label(self) -> &'static str {
        match self {
            BudgetDecisionState::Open => "Te besluiten",
            BudgetDecisionState::Decided => "Besloten",
            BudgetDecisionState::Withdrawn => "Ingetrokken",
        }
    }
}
