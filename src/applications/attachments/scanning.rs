//! What the program does with files in its own time: has them scanned, puts what was found apart, and
//! sweeps away what no row tells of. Everything here does no harm when it is done twice.

use std::collections::BTreeMap;

use chrono::{NaiveDateTime, TimeDelta};

use super::{FileState, Files, actions, storage::Kept, store};
use crate::{
    core::{actor::Actor, ids::AttachmentId},
    db::Store,
    error::AppError,
};

/// How many files are scanned in one round.
const AT_ONCE: i64 = 50;
/// How many ids are looked up at once.
const LOOKED_UP: usize = 200;
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
    /// Files that were removed long ago, and are gone now.
    pub forgotten: usize,
    /// Bytes that no row told of.
    pub left_over: usize,
    /// Files that should have been put apart already.
    pub put_apart: usize,
}

/// Forgets what was removed long ago and clears storage of what no row tells of. `machine` is the
/// moment by the clock of the machine, which storage goes by.
pub async fn sweep(
    store: &Store,
    files: &Files,
    machine: NaiveDateTime,
) -> Result<Swept, AppError> {
    let mut swept = Swept::default();
    loop {
        let gone = store.write(&Actor::system(), actions::forget).await?;
        if gone.is_empty() {
            break;
        }
        for id in gone {
            files
                .storage
                .remove(&id)
                .await
                .map_err(AppError::internal)?;
            swept.forgotten = swept.forgotten.saturating_add(1);
        }
    }
    let before = machine.checked_sub_signed(LEFT_ALONE).unwrap_or(machine);
    let storage = &files.storage;
    let all = storage.kept_since(before, LOOKED_UP).await;
    for some in all.map_err(AppError::internal)? {
        sweep_some(store, files, &some, &mut swept).await?;
    }
    let halves = storage.clear_halves(before).map_err(AppError::internal)?;
    swept.left_over = swept.left_over.saturating_add(halves);
    Ok(swept)
}

async fn sweep_some(
    store: &Store,
    files: &Files,
    some: &[Kept],
    swept: &mut Swept,
) -> Result<(), AppError> {
    let ids: Vec<AttachmentId> = some.iter().map(|it| it.id.clone()).collect();
    let known: BTreeMap<_, _> = store
        .read(move |conn| store::known(conn, &ids))
        .await?
        .into_iter()
        .collect();
    for it in some {
        match known.get(&it.id) {
            None => {
                let removed = files.storage.remove(&it.id).await;
                removed.map_err(AppError::internal)?;
                swept.left_over = swept.left_over.saturating_add(1);
            }
            Some(FileState::Infected) if !it.is_held => {
                let held = files.storage.hold(&it.id).await;
                held.map_err(AppError::internal)?;
                swept.put_apart = swept.put_apart.saturating_add(1);
            }
            Some(_) => {}
        }
    }
    Ok(())
}
