//! Booking: the only way money moves.

use super::{Cause, NewEntry, store};
use crate::{core::ids::EntryId, db::Tx, error::AppError};

/// Books a movement. Whoever calls has checked the room of the envelope under its lock; the
/// database checks again.
pub fn book(tx: &mut Tx<'_>, entry: &NewEntry, cause: Cause<'_>) -> Result<EntryId, AppError> {
    let id = tx.new_id();
    store::append(tx, &id, entry, cause)?;
    Ok(id)
}
