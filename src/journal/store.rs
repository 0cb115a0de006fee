//! SQL about the journal and its balances. No rules but which rows are locked.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text, Timestamp},
};

pub use super::balance::Balance;
use super::{
    Cause, NewEntry,
    room::{Floor, LockedEnvelope},
};
use crate::{
    core::{
        category::{Category, EnvelopeKind, EnvelopeMode},
        ids::{CycleId, EntryId, EnvelopeId, TransactionId},
        money::Money,
    },
    db::{
        Conn, Tx, dialect,
        schema::{
            budget_years, envelope_balances, envelopes, journal_entries,
            journal_transactions as transaction,
        },
    },
    error::AppError,
};

/// The columns of a [`Balance`].
type BalanceColumns = (
    envelope_balances::envelope_id,
    envelope_balances::free_cents,
    envelope_balances::reserved_cents,
    envelope_balances::committed_cents,
    envelope_balances::advanced_cents,
    envelope_balances::paid_cents,
    envelope_balances::accepted_cents,
    envelope_balances::determined_cents,
    envelope_balances::released_cents,
    envelope_balances::recovered_cents,
);
/// See [`BalanceColumns`].
pub(super) const BALANCE: BalanceColumns = (
    envelope_balances::envelope_id,
    envelope_balances::free_cents,
    envelope_balances::reserved_cents,
    envelope_balances::committed_cents,
    envelope_balances::advanced_cents,
    envelope_balances::paid_cents,
    envelope_balances::accepted_cents,
    envelope_balances::determined_cents,
    envelope_balances::released_cents,
    envelope_balances::recovered_cents,
);

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

    /// What an envelope is for; absent if it is not held.
    pub fn kind(&self, id: &EnvelopeId) -> Option<EnvelopeKind> {
        self.0.get(id).map(|it| it.kind)
    }

    /// Whether a project of this category would take from an envelope what its floor keeps for another.
    pub fn is_beside_floor(&self, id: &EnvelopeId, category: Option<Category>) -> bool {
        self.0
            .get(id)
            .is_some_and(|it| it.has_floor() && category.map(Category::envelope) != Some(it.kind))
    }

    /// Checks that what was taken from an envelope for others than its own category leaves its floor
    /// alone. Call it when what was proposed or decided is saved: that is no claim any more.
    pub fn keep_floor(
        &self,
        tx: &mut Tx<'_>,
        id: &EnvelopeId,
        taken: Money,
        beside: Money,
    ) -> Result<(), AppError> {
        let Some(envelope) = self.0.get(id).filter(|it| it.has_floor()) else {
            return Ok(());
        };
        let floor = floor(tx.conn, id)?;
        envelope.keep_floor(taken, beside, &floor, tx.now)
    }
}

/// Locks envelopes, in the order of their ids, and reads what is free in each. A transaction locks
/// all it needs at once.
pub fn lock(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = EnvelopeId>,
) -> Result<Locked, AppError> {
    let ids: BTreeSet<EnvelopeId> = ids.into_iter().collect();
    let known: Vec<(EnvelopeId, i32, (EnvelopeKind, EnvelopeMode))> = envelopes::table
        .inner_join(budget_years::table)
        .filter(envelopes::id.eq_any(ids.iter().cloned().collect::<Vec<_>>()))
        .order(envelopes::id)
        .select((
            envelopes::id,
            budget_years::year,
            (envelopes::kind, envelopes::mode),
        ))
        .load(tx.conn)?;
    let mut locked = BTreeMap::new();
    for (id, year, of) in known {
        let free = dialect::lock_envelope(tx.conn, &id)?;
        locked.insert(id.clone(), LockedEnvelope::new(id, year, of, free));
    }
    if locked.len() != ids.len() {
        return Err(AppError::NotFound);
    }
    Ok(Locked(locked))
}

/// What an envelope with a floor keeps for its own category. The view is the one that the database's
/// own guard reads.
pub fn floor(conn: &mut Conn, id: &EnvelopeId) -> Result<Floor, AppError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<Timestamp>)]
        closes_at: Option<chrono::NaiveDateTime>,
        #[diesel(sql_type = BigInt)]
        claims: Money,
    }
    let row: Row = diesel::sql_query(
        "SELECT closes_at, claims_cents AS claims FROM floor_claims WHERE envelope_id = $1",
    )
    .bind::<Text, _>(id)
    .get_result(conn)?;
    Ok(Floor {
        closes_at: row.closes_at,
        claims: row.claims,
    })
}

/// What stands in an envelope.
pub fn balance(conn: &mut Conn, id: &EnvelopeId) -> Result<Balance, AppError> {
    let found: Option<Balance> = envelope_balances::table
        .find(id)
        .select(BALANCE)
        .first(conn)
        .optional()?;
    Ok(found.unwrap_or_else(|| Balance::empty(id.clone())))
}

/// Begins what is booked at once for one cause.
pub(super) fn begin(tx: &mut Tx<'_>, id: &TransactionId, cause: Cause<'_>) -> Result<(), AppError> {
    diesel::insert_into(transaction::table)
        .values((
            transaction::id.eq(id),
            transaction::cause_kind.eq(cause.kind()),
            transaction::cause_id.eq(cause.id()),
            transaction::booked_at.eq(tx.now),
            transaction::booked_by.eq(&tx.actor.id),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Adds a movement to a transaction; the database's triggers move the balances, whose CHECKs are the
/// ceilings.
pub(super) fn append(
    tx: &mut Tx<'_>,
    id: &EntryId,
    transaction: &TransactionId,
    entry: &NewEntry,
    cause: Cause<'_>,
) -> Result<(), AppError> {
    let purpose = entry.purpose.as_ref();
    diesel::insert_into(journal_entries::table)
        .values((
            journal_entries::id.eq(id),
            journal_entries::transaction_id.eq(transaction),
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
    Ok(envelope_balances::table
        .inner_join(envelopes::table.inner_join(budget_years::table))
        .filter(budget_years::cycle_id.eq(cycle))
        .order(envelope_balances::envelope_id)
        .limit(100)
        .select(BALANCE)
        .load(conn)?)
}
