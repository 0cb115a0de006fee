//! Another ceiling: load, check, decide, book, record.

use crate::{
    audit::{self, Fact, Stream},
    core::{
        ids::{CycleId, EnvelopeId},
        money::Money,
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal::{self, Cause, NewEntry, balance::Measure},
    schemes::{CycleState, Envelope, actions::invalid, store},
    texts::labels::Label,
};

/// Gives an envelope of an open cycle this ceiling: a decision of its own, with a reason. The
/// ceiling of its year goes up or down with it. What is promised cannot be taken away.
pub fn change_ceiling(
    tx: &mut Tx<'_>,
    cycle: &CycleId,
    envelope: &EnvelopeId,
    ceiling: Money,
    reason: &str,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Transfer)?;
    if store::cycle(tx.conn, cycle)?.state != CycleState::Open {
        return Err(Refusal::CycleNotOpen.into());
    }
    let envelopes = store::envelopes(tx.conn, cycle)?;
    let found = envelopes.into_iter().find(|it| it.id == *envelope);
    let found = found.ok_or(AppError::NotFound)?;
    let mut locked = journal::store::lock(tx, [envelope.clone()])?;
    let before = journal::store::balance(tx.conn, envelope)?.of(Measure::Ceiling)?;
    let difference = ceiling.checked_sub(before)?;
    if difference.is_zero() {
        let sentence = "Dit is al het bedrag van deze envelop. Vul een ander bedrag in.";
        return Err(invalid("bedrag", sentence));
    }
    if difference < Money::ZERO {
        lower(
            tx,
            &mut locked,
            &found,
            before.checked_sub(ceiling)?,
            reason,
        )?;
    } else {
        raise(tx, &found, difference, reason)?;
    }
    let fact = Fact::CeilingChanged {
        envelope: found.kind.label().to_owned(),
        year: found.year,
        before,
        after: ceiling,
    };
    audit::record(tx, Stream::Cycle(cycle), &fact)
}

/// The money leaves the envelope first: the year's ceiling never lies below what is in its envelopes.
fn lower(
    tx: &mut Tx<'_>,
    locked: &mut journal::store::Locked,
    envelope: &Envelope,
    less: Money,
    reason: &str,
) -> Result<(), AppError> {
    locked.take(&envelope.id, less).map_err(|err| match err {
        AppError::Refused(Refusal::OverCeiling {
            year,
            envelope,
            asked,
            room,
        }) => AppError::Refused(Refusal::BelowPromised {
            year,
            envelope,
            asked,
            room,
        }),
        err => err,
    })?;
    let entry = NewEntry::withdrawal(&envelope.id, less);
    journal::actions::book(tx, &entry, Cause::Adjustment(reason))?;
    let down = Money::ZERO.checked_sub(less)?;
    store::move_year_ceiling(tx, &envelope.budget_year_id, down)
}

/// The year's ceiling goes up first, for the same reason.
fn raise(tx: &mut Tx<'_>, envelope: &Envelope, more: Money, reason: &str) -> Result<(), AppError> {
    store::move_year_ceiling(tx, &envelope.budget_year_id, more)?;
    let entry = NewEntry::appropriation(&envelope.id, more);
    journal::actions::book(tx, &entry, Cause::Adjustment(reason))?;
    Ok(())
}
