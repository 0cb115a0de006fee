//! Booking: the only way money moves.

use super::{Cause, NewEntry, store};
use crate::{
    audit::{self, Fact, Stream},
    core::{
        ids::{CycleId, EntryId, EnvelopeId},
        money::Money,
    },
    db::Tx,
    error::AppError,
    identity::policy::{self, Action},
    schemes,
    texts::labels::Label,
};

/// Books a movement. Whoever calls has checked the room of the envelope under its lock; the
/// database checks again.
pub fn book(tx: &mut Tx<'_>, entry: &NewEntry, cause: Cause<'_>) -> Result<EntryId, AppError> {
    let id = tx.new_id();
    store::append(tx, &id, entry, cause)?;
    Ok(id)
}

/// Moves free money from one envelope to another of the same cycle: a decision of its own, with a
/// reason. Money that is ring-fenced for prevention does not leave it.
pub fn transfer(
    tx: &mut Tx<'_>,
    cycle: &CycleId,
    from: &EnvelopeId,
    to: &EnvelopeId,
    amount: Money,
    reason: &str,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Transfer)?;
    let envelopes = schemes::store::envelopes(tx.conn, cycle)?;
    let find = |id: &EnvelopeId| envelopes.iter().find(|it| it.id == *id).cloned();
    let (source, target) = find(from).zip(find(to)).ok_or(AppError::NotFound)?;
    super::store::check_transfer(&source, &target)?;
    let mut locked = store::lock(tx, [from.clone(), to.clone()])?;
    locked.take(from, amount)?;
    book(
        tx,
        &NewEntry::transfer(from, to, amount),
        Cause::Transfer(reason),
    )?;
    let fact = Fact::Transferred {
        from: source.kind.label().to_owned(),
        to: target.kind.label().to_owned(),
        year: source.year,
        amount,
    };
    audit::record(tx, Stream::Cycle(cycle), &fact)
}
