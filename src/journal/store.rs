//! SQL about the journal and its balances. No rules but which rows are locked.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

pub use super::balance::Balance;
use super::{Cause, NewEntry, room::LockedEnvelope};
use crate::{
    core::{
        category::EnvelopeKind,
        ids::{CycleId, EntryId, EnvelopeId},
        money::Money,
    },
    db::{
        Conn, Tx, dialect,
        schema::{budget_years, envelope_balances, envelopes, journal_entries},
    },
    error::AppError,
};

/// The envelopes that a transaction holds, with what is free in each.
#[derive(Debug)]
pub struct Locked(BTreeMap<EnvelopeId, LockedEnvelope>);

impl Locked {
    /// Takes an amount out of what is free in an envelope, or says how much room there is.
    pub fn take(&mut self, id: &EnvelopeId, amount: Money) -> Result<(), AppError> {
        let envelope = self.0.get_mut(id).ok_or_else(|| {
            AppError::internal("money is taken from an envelope without its lock")
        })?;
        Ok(envelope.take(amount)?)
    }
}

/// Locks envelopes, in the order of their ids, and reads what is free in each. A transaction locks
/// all it needs at once.
pub fn lock(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = EnvelopeId>,
) -> Result<Locked, AppError> {
    let ids: BTreeSet<EnvelopeId> = ids.into_iter().collect();
    let known: Vec<(EnvelopeId, i32, EnvelopeKind)> = envelopes::table
        .inner_join(budget_years::table)
        .filter(envelopes::id.eq_any(ids.iter().cloned().collect::<Vec<_>>()))
        .order(envelopes::id)
        .select((envelopes::id, budget_years::year, envelopes::kind))
        .load(tx.conn)?;
    let mut locked = BTreeMap::new();
    for (id, year, kind) in known {
        let free = dialect::lock_envelope(tx.conn, &id)?;
        locked.insert(id.clone(), LockedEnvelope::new(id, year, kind, free));
    }
    if locked.len() != ids.len() {
        return Err(AppError::NotFound);
    }
    Ok(Locked(locked))
}

/// What stands in an envelope.
pub fn balance(conn: &mut Conn, id: &EnvelopeId) -> Result<Balance, AppError> {
    let row: Option<(Money, Money, Money, Money)> = envelope_balances::table
        .find(id)
        .select((
            envelope_balances::free_cents,
            envelope_balances::reserved_cents,
            envelope_balances::committed_cents,
            envelope_balances::paid_cents,
        ))
        .first(conn)
        .optional()?;
    let (free, reserved, committed, paid) = row.unwrap_or_default();
    Ok(Balance {
        envelope: id.clone(),
        free,
        reserved,
        committed,
        paid,
    })
}

/// Adds a movement; the database's trigger moves the balances, whose CHECKs are the ceilings.
pub(super) fn append(
    tx: &mut Tx<'_>,
    id: &EntryId,
    entry: &NewEntry,
    cause: Cause<'_>,
) -> Result<(), AppError> {
    let purpose = entry.purpose.as_ref();
    diesel::insert_into(journal_entries::table)
        .values((
            journal_entries::id.eq(id),
            journal_entries::kind.eq(entry.kind),
            journal_entries::from_envelope_id.eq(&entry.from_envelope),
            journal_entries::from_stage.eq(entry.from),
            journal_entries::to_envelope_id.eq(&entry.to_envelope),
            journal_entries::to_stage.eq(entry.to),
            journal_entries::amount_cents.eq(entry.amount),
            journal_entries::application_id.eq(purpose.map(|it| &it.application)),
            journal_entries::project_id.eq(purpose.map(|it| &it.project)),
            journal_entries::cause_kind.eq(cause.kind()),
            journal_entries::cause_id.eq(cause.id()),
            journal_entries::booked_at.eq(tx.now),
            journal_entries::booked_by.eq(&tx.actor.id),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The balances of a cycle's envelopes; an envelope in which nothing was booked is absent.
pub fn balances(conn: &mut Conn, cycle: &CycleId) -> Result<Vec<Balance>, AppError> {
    let rows: Vec<(EnvelopeId, Money, Money, Money, Money)> = envelope_balances::table
        .inner_join(envelopes::table.inner_join(budget_years::table))
        .filter(budget_years::cycle_id.eq(cycle))
        .order(envelope_balances::envelope_id)
        .limit(100)
        .select((
            envelope_balances::envelope_id,
            envelope_balances::free_cents,
            envelope_balances::reserved_cents,
            envelope_balances::committed_cents,
            envelope_balances::paid_cents,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(envelope, free, reserved, committed, paid)| Balance {
            envelope,
            free,
            reserved,
            committed,
            paid,
        })
        .collect())
}
