//! Booking: the only way money moves. And writing down that what was booked does not hold.

use super::{Cause, NewEntry, store};
use crate::{
    audit::{self, Fact, Stream},
    core::{findings::Report, ids::TransactionId},
    db::Tx,
    error::AppError,
};

/// Books all movements of one cause at once; none makes no transaction. Whoever calls has checked
/// the room of the envelopes under their locks; the database checks again.
pub fn book(
    tx: &mut Tx<'_>,
    cause: Cause<'_>,
    entries: &[NewEntry],
) -> Result<Option<TransactionId>, AppError> {
    if entries.is_empty() {
        return Ok(None);
    }
    let transaction = tx.new_id();
    store::begin(tx, &transaction, cause)?;
    for entry in entries {
        let id = tx.new_id();
        store::append(tx, &id, &transaction, entry, cause)?;
    }
    Ok(Some(transaction))
}

/// Records that a verification of the journal found something; of a sound one nothing is recorded.
pub fn record_findings(tx: &mut Tx<'_>, report: &Report) -> Result<(), AppError> {
    if !tx.actor.is_system() {
        return Err(AppError::Forbidden);
    }
    let Some(first) = report.findings.first() else {
        return Ok(());
    };
    let fact = Fact::JournalUnsound {
        findings: report.count_findings(),
        first: first.clone(),
    };
    audit::record(tx, Stream::Installation, &fact)
}
