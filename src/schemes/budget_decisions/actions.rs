//! From proposal to booking: load, check, decide, book, save, record. One function per use case.

use super::{
    BudgetDecision, BudgetDecisionKind as Kind, BudgetDecisionState as State, address,
    change::{self, Change},
    store,
};
use crate::{
    audit::{self, Fact, Stream},
    core::{
        ids::{BudgetDecisionId, CycleId, EnvelopeId},
        money::Money,
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal::{
        self, Cause, Stage,
        balance::{Balance, Measure},
    },
    outbox,
    schemes::{self, CycleState, Envelope},
    texts::{labels::Label, messages},
};

/// Proposes a change of the budget of an open cycle, with a reason. Nothing is booked yet.
pub fn propose(
    tx: &mut Tx<'_>,
    cycle: &CycleId,
    change: &Change,
    reason: &str,
) -> Result<BudgetDecisionId, AppError> {
    policy::require(&tx.actor, Action::ProposeBudget)?;
    let cycle = open_cycle(tx, cycle)?;
    let envelopes = schemes::store::envelopes(tx.conn, &cycle.id)?;
    let before = journal::store::balance(tx.conn, change.source())?;
    let plan = change::plan(change, &envelopes, &before)?;
    let source = find(&envelopes, &plan.from)?;
    change::check_room(plan.kind, source, plan.stage, plan.amount, &before)?;
    let number = store::count_in(tx.conn, &cycle.id)?.saturating_add(1);
    let decision = BudgetDecision {
        id: tx.new_id(),
        reference: format!("BB-{}-{number}", cycle.name),
        cycle_id: cycle.id,
        kind: plan.kind,
        from_envelope_id: plan.from,
        from_stage: plan.stage,
        to_envelope_id: plan.to,
        amount_cents: plan.amount,
        reason: reason.trim().to_owned(),
        state: State::Open,
        proposed_at: tx.now,
        proposed_by: tx.actor.id.clone(),
        decided_at: None,
        decided_by: None,
        version: 1,
        ceiling_before_cents: plan.ceiling_before,
        returned_by: None,
        returned_at: None,
        returned_reason: None,
    };
    store::insert(tx, &decision)?;
    let fact = Fact::BudgetDecisionProposed {
        reference: decision.reference,
    };
    audit::record(tx, Stream::Cycle(&decision.cycle_id), &fact)?;
    Ok(decision.id)
}

/// Decides as was proposed, by somebody else, and books it. `version` is the one that the form was
/// made from.
pub fn decide(tx: &mut Tx<'_>, id: &BudgetDecisionId, version: i32) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Transfer)?;
    let decision = open(tx, id, version)?;
    if decision.proposed_by == tx.actor.id {
        return Err(Refusal::FourEyes.into());
    }
    open_cycle(tx, &decision.cycle_id)?;
    let envelopes = schemes::store::envelopes(tx.conn, &decision.cycle_id)?;
    let before = take(tx, &decision, &envelopes)?;
    let decided = BudgetDecision {
        state: State::Decided,
        decided_at: Some(tx.now),
        decided_by: Some(tx.actor.id.clone()),
        ..decision
    };
    store::update(tx, &decided)?;
    let cause = Cause::BudgetDecision(&decided.id);
    journal::actions::book(tx, cause, &[decided.entry()])?;
    let fact = fact(&decided, &envelopes, &before)?;
    audit::record(tx, Stream::Cycle(&decided.cycle_id), &fact)
}

/// Withdraws a proposal on which nobody decided yet.
pub fn withdraw(tx: &mut Tx<'_>, id: &BudgetDecisionId, version: i32) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::ProposeBudget)?;
    let withdrawn = BudgetDecision {
        state: State::Withdrawn,
        ..open(tx, id, version)?
    };
    store::update(tx, &withdrawn)?;
    let fact = Fact::BudgetDecisionWithdrawn {
        reference: withdrawn.reference,
    };
    audit::record(tx, Stream::Cycle(&withdrawn.cycle_id), &fact)
}

/// Gives a proposal back to who made it, with the reason, instead of deciding as was proposed. Whoever
/// made it withdraws it.
pub fn give_back(
    tx: &mut Tx<'_>,
    id: &BudgetDecisionId,
    version: i32,
    reason: &str,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Transfer)?;
    let decision = open(tx, id, version)?;
    if decision.proposed_by == tx.actor.id {
        return Err(Refusal::FourEyes.into());
    }
    let reason = messages::why_returned(reason).map_err(AppError::Invalid)?;
    let returned = BudgetDecision {
        state: State::Withdrawn,
        returned_by: Some(tx.actor.id.clone()),
        returned_at: Some(tx.now),
        returned_reason: Some(reason.clone()),
        ..decision
    };
    store::update(tx, &returned)?;
    let message = messages::budget_returned(
        &returned.reference,
        returned.ceilings()?,
        &tx.actor.name,
        &reason,
    );
    let (proposer, path) = (returned.proposed_by, address(&returned.id));
    outbox::mail::actions::write_as_wished(tx, &proposer, message.subject, message.body, path)?;
    let fact = Fact::BudgetDecisionReturned {
        reference: returned.reference,
    };
    audit::record(tx, Stream::Cycle(&returned.cycle_id), &fact)
}

fn open_cycle(tx: &mut Tx<'_>, id: &CycleId) -> Result<schemes::Cycle, AppError> {
    let cycle = schemes::store::cycle(tx.conn, id)?;
    if cycle.state != CycleState::Open {
        return Err(Refusal::CycleNotOpen.into());
    }
    Ok(cycle)
}

fn open(tx: &mut Tx<'_>, id: &BudgetDecisionId, version: i32) -> Result<BudgetDecision, AppError> {
    let decision = store::get(tx.conn, id)?;
    if decision.state != State::Open || decision.version != version {
        return Err(AppError::Stale);
    }
    Ok(decision)
}

fn find<'a>(envelopes: &'a [Envelope], id: &EnvelopeId) -> Result<&'a Envelope, AppError> {
    let found = envelopes.iter().find(|it| it.id == *id);
    found.ok_or(AppError::NotFound)
}

/// Locks the envelopes and takes the money out of where it stands, or says how much there is. Gives
/// what stood in the source before.
fn take(
    tx: &mut Tx<'_>,
    decision: &BudgetDecision,
    envelopes: &[Envelope],
) -> Result<Balance, AppError> {
    let (from, to) = (&decision.from_envelope_id, &decision.to_envelope_id);
    let mut locked = journal::store::lock(tx, [from.clone(), to.clone()])?;
    let before = journal::store::balance(tx.conn, from)?;
    let (stage, amount) = (decision.from_stage, decision.amount_cents);
    let source = find(envelopes, from)?;
    change::check_unmoved(decision, source, &before)?;
    change::check_room(decision.kind, source, stage, amount, &before)?;
    let beside = match stage {
        Stage::Budget => return Ok(before),
        Stage::Free => {
            locked.take(from, amount)?;
            Money::ZERO
        }
        stage => before.at(stage).checked_sub(amount)?,
    };
    if from != to {
        locked.keep_floor(tx, from, amount, beside)?;
    }
    Ok(before)
}

fn fact(
    decision: &BudgetDecision,
    envelopes: &[Envelope],
    before: &Balance,
) -> Result<Fact, AppError> {
    let source = find(envelopes, &decision.from_envelope_id)?;
    let target = find(envelopes, &decision.to_envelope_id)?;
    let amount = decision.amount_cents;
    let ceiling = before.of(Measure::Ceiling)?;
    Ok(match decision.kind {
        Kind::Transfer | Kind::Reuse => Fact::Transferred {
            from: source.kind.label().to_owned(),
            to: target.kind.label().to_owned(),
            year: source.year,
            amount,
        },
        Kind::Raise | Kind::Lower => Fact::CeilingChanged {
            envelope: source.kind.label().to_owned(),
            year: source.year,
            before: ceiling,
            after: match decision.kind {
                Kind::Raise => ceiling.checked_add(amount)?,
                _ => ceiling.checked_sub(amount)?,
            },
        },
    })
}
