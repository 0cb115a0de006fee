//! Booking: the only way money moves. And writing down that what was booked does not hold.

use super::{Cause, NewEntry, store};
use crate::{
    audit::{self, Fact, Stream},
    core::{findings::Report, ids::EntryId},
    db::Tx,
    error::AppError,
};

/// Books a movement. Whoever calls has checked the room of the envelope under its lock; the
/// database checks again.
pub fn book(tx: &mut Tx<'_>, entry: &NewEntry, cause: Cause<'_>) -> Result<EntryId, AppError> {
    let id = tx.new_id();
    store::append(tx, &id, entry, cause)?;
    Ok(id)
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
