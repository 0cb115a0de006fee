//! Who did what, when. Written in the same transaction as what was done, or not at all.
//!
//! Facts are data in the past tense; the sentences stand in `texts::timeline`. They form one
//! chain per stream (a dossier, a cycle, an account, ...): each fact carries the hash of the one
//! before it, and `audit_heads` says how long each chain is. See `docs/adr`.
mod chain;
pub mod export;
pub mod fact;
pub mod store;
pub mod verify;

pub use fact::{Fact, Stream};

use crate::{db::Tx, error::AppError};

/// Records that something happened to `subject`, at the end of its stream.
pub fn record(tx: &mut Tx<'_>, stream: Stream<'_>, fact: &Fact) -> Result<(), AppError> {
    let stream = stream.to_string();
    let head = store::head(tx.conn, &stream)?;
    let link = chain::Link {
        id: tx.new_id::<crate::core::ids::EntryId>().to_string(),
        seq: head.as_ref().map_or(0, |it| it.seq).saturating_add(1),
        prev_hash: head.map_or_else(|| chain::GENESIS.to_owned(), |it| it.hash),
        at: tx.now,
        actor_id: tx.actor.id.to_string(),
        actor_name: tx.actor.name.clone(),
        kind: fact.kind().to_owned(),
        detail: fact.detail()?,
        origin: tx.actor.origin.clone(),
        stream,
    };
    store::append(tx, &link)
}
