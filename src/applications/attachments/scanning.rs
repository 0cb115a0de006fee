//! What the program does with files in its own time: has them scanned, puts what was found apart, and
//! sweeps away what no row tells of. Everything here does no harm when it is done twice.

use chrono::{NaiveDateTime, TimeDelta};

use super::{FileState, Files, actions, store};
use crate::{
    core::{actor::Actor, ids::AttachmentId},
    db::Store,
    error::AppError,
};

/// How many files are taken in one round.
const AT_ONCE: i64 = 50;
/// Bytes that no row tells of are left alone for this long: their upload may still go on.
const LEFT_ALONE: TimeDelta = TimeDelta::hours(24);

/// Has all files scanned that wait for it now; how many were. Nothing without a scanner.
pub async fn scan_due(store: &Store, files: &Files) -> Result<usize, AppError> {
    if files.scanner.is_none() {
        return Ok(0);
    }
    let mut count = 0_usize;
    loop {
        let now = store.now();
        let due = store
            .read(move |conn| store::due(conn, now, AT_ONCE))
            .await?;
        if due.is_empty() {
            return Ok(count);
        }
        for id in due {
            scan(store, files, &id).await?;
            count = count.saturating_add(1);
        }
    }
}

/// Has one file scanned and keeps what was found. Nothing without a scanner.
pub async fn scan(store: &Store, files: &Files, id: &AttachmentId) -> Result<(), AppError> {
    let Some(scanner) = &files.scanner else {
        return Ok(());
    };
    let scanned = match files.storage.pieces(id).await {
        Ok(pieces) => scanner.scan(pieces).await,
        Err(err) => Err(err.to_string()),
    };
    if let Err(said) = &scanned {
        tracing::warn!(attachment = %id, said, "a file could not be scanned");
    }
    let wanted = id.clone();
    let state = store
        .write(&Actor::system(), move |tx| {
            actions::record_scan(tx, &wanted, &scanned)?;
            Ok(store::get(tx.conn, &wanted)?.state)
        })
        .await?;
    if state == FileState::Infected {
        tracing::error!(attachment = %id, "something was found in a file; it is held");
        files.storage.hold(id).await.map_err(AppError::internal)?;
    }
    Ok(())
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that were removed long ago, and that no row tells of now.
    pub forgotten: usize,
    /// Bytes that no row told of for a day, and that are gone now if they were there.
    pub left_over: usize,
    /// Files that should have been put apart already.
    pub put_apart: usize,
}

/// Forgets what was removed long ago, and clears storage of bytes that this database put there and that
/// no row tells of. What it never knew of is not touched: it may be of another database. `machine` is
/// the moment by the clock of the machine, which the files of a folder go by.
pub async fn sweep(
    store: &Store,
    files: &Files,
    machine: NaiveDateTime,
) -> Result<Swept, AppError> {
    let halves = files.storage.clear_halves(left_alone_until(machine));
    let mut swept = Swept {
        left_over: halves.map_err(AppError::internal)?,
        ..Swept::default()
    };
    loop {
        let forgotten = store.write(&Actor::system(), actions::forget).await?;
        if forgotten == 0 {
            break;
        }
        swept.forgotten = swept.forgotten.saturating_add(forgotten);
    }
    swept.left_over = swept
        .left_over
        .saturating_add(clear_loose(store, files).await?);
    swept.put_apart = put_apart(store, files).await?;
    Ok(swept)
}

async fn clear_loose(store: &Store, files: &Files) -> Result<usize, AppError> {
    let before = left_alone_until(store.now());
    let mut cleared = 0_usize;
    loop {
        let ids = store
            .read(move |conn| store::loose(conn, before, AT_ONCE))
            .await?;
        if ids.is_empty() {
            return Ok(cleared);
        }
        for id in &ids {
            let removed = files.storage.remove(id).await;
            removed.map_err(AppError::internal)?;
        }
        cleared = cleared.saturating_add(ids.len());
        store
            .write(&Actor::system(), move |tx| actions::cleared(tx, &ids))
            .await?;
    }
}

/// Puts apart in what something was found, if that did not happen at once.
async fn put_apart(store: &Store, files: &Files) -> Result<usize, AppError> {
    let mut moved = 0_usize;
    let mut last = AttachmentId::from("");
    loop {
        let after = last.clone();
        let ids = store
            .read(move |conn| store::infected_after(conn, &after, AT_ONCE))
            .await?;
        let Some(end) = ids.last() else {
            return Ok(moved);
        };
        last = end.clone();
        for id in &ids {
            let held = files.storage.hold(id).await;
            moved = moved.saturating_add(usize::from(held.map_err(AppError::internal)?));
        }
    }
}

fn left_alone_until(now: NaiveDateTime) -> NaiveDateTime {
    now.checked_sub_signed(LEFT_ALONE).unwrap_or(now)
}
