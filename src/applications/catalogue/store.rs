//! SQL of the catalogue. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Entry, Link, MOST, Wording};
use crate::{
    core::ids::CatalogueId,
    db::{Conn, Tx, schema::catalogue_indicators},
    error::AppError,
};

/// More than there can be in the catalogue.
const LIMIT: i64 = 501;
/// The most editions of one code that are read.
const MOST_EDITIONS: i64 = 100;

/// The newest edition of every code, also if it was withdrawn; by code.
pub fn current(conn: &mut Conn) -> Result<Vec<Entry>, AppError> {
    debug_assert!(i64::try_from(MOST).is_ok_and(|it| it < LIMIT));
    Ok(catalogue_indicators::table
        .filter(catalogue_indicators::replaced_at.is_null())
        .order((catalogue_indicators::code, catalogue_indicators::id))
        .limit(LIMIT)
        .select(Entry::as_select())
        .load(conn)?)
}

/// All editions of a code, the newest first.
pub fn editions(conn: &mut Conn, code: &str) -> Result<Vec<Entry>, AppError> {
    Ok(catalogue_indicators::table
        .filter(catalogue_indicators::code.eq(code))
        .order((
            catalogue_indicators::edition.desc(),
            catalogue_indicators::id,
        ))
        .limit(MOST_EDITIONS)
        .select(Entry::as_select())
        .load(conn)?)
}

/// One edition.
pub fn entry(conn: &mut Conn, id: &CatalogueId) -> Result<Entry, AppError> {
    Ok(catalogue_indicators::table
        .find(id)
        .select(Entry::as_select())
        .first(conn)?)
}

/// The editions that these links name.
pub fn linked(conn: &mut Conn, links: &[Link]) -> Result<Vec<Entry>, AppError> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let codes: Vec<&str> = links.iter().map(|it| it.code.as_str()).collect();
    let mut found: Vec<Entry> = catalogue_indicators::table
        .filter(catalogue_indicators::code.eq_any(codes))
        .order((
            catalogue_indicators::code,
            catalogue_indicators::edition.desc(),
            catalogue_indicators::id,
        ))
        .limit(MOST_EDITIONS.saturating_mul(20))
        .select(Entry::as_select())
        .load(conn)?;
    found.retain(|it| links.contains(&it.link()));
    Ok(found)
}

/// Adds an edition.
pub fn insert(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), AppError> {
    diesel::insert_into(catalogue_indicators::table)
        .values(entry)
        .execute(tx.conn)?;
    Ok(())
}

/// Gives an edition other words, if nobody changed it since `version`.
pub fn reword(
    tx: &mut Tx<'_>,
    id: &CatalogueId,
    version: i32,
    it: &Wording,
) -> Result<(), AppError> {
    let changed = diesel::update(
        catalogue_indicators::table
            .find(id)
            .filter(catalogue_indicators::version.eq(version))
            .filter(catalogue_indicators::used_since.is_null()),
    )
    .set((
        catalogue_indicators::level.eq(it.level),
        catalogue_indicators::name.eq(&it.name),
        catalogue_indicators::definition.eq(&it.definition),
        catalogue_indicators::unit.eq(&it.unit),
        catalogue_indicators::direction.eq(it.direction),
        catalogue_indicators::roll_up.eq(it.roll_up),
        catalogue_indicators::source.eq(&it.source),
        catalogue_indicators::frequency.eq(&it.frequency),
        catalogue_indicators::fits.eq(&it.fits),
        catalogue_indicators::is_example.eq(false),
        catalogue_indicators::set_at.eq(tx.now),
        catalogue_indicators::set_by.eq(&tx.actor.id),
        catalogue_indicators::version.eq(version.saturating_add(1)),
    ))
    .execute(tx.conn)?;
    one(changed)
}

/// Says that a newer edition took the place of this one.
pub fn replace(tx: &mut Tx<'_>, id: &CatalogueId, version: i32) -> Result<(), AppError> {
    let changed = diesel::update(
        catalogue_indicators::table
            .find(id)
            .filter(catalogue_indicators::version.eq(version))
            .filter(catalogue_indicators::replaced_at.is_null()),
    )
    .set((
        catalogue_indicators::replaced_at.eq(tx.now),
        catalogue_indicators::version.eq(version.saturating_add(1)),
    ))
    .execute(tx.conn)?;
    one(changed)
}

/// Withdraws an edition, or (with `None`) puts it back.
pub fn set_withdrawn(
    tx: &mut Tx<'_>,
    id: &CatalogueId,
    version: i32,
    withdrawn_at: Option<NaiveDateTime>,
) -> Result<(), AppError> {
    let changed = diesel::update(
        catalogue_indicators::table
            .find(id)
            .filter(catalogue_indicators::version.eq(version)),
    )
    .set((
        catalogue_indicators::withdrawn_at.eq(withdrawn_at),
        catalogue_indicators::version.eq(version.saturating_add(1)),
    ))
    .execute(tx.conn)?;
    one(changed)
}

/// Remembers that these were chosen.
pub fn mark_used(tx: &mut Tx<'_>, ids: &[&CatalogueId]) -> Result<(), AppError> {
    diesel::update(
        catalogue_indicators::table
            .filter(catalogue_indicators::id.eq_any(ids.iter().copied()))
            .filter(catalogue_indicators::used_since.is_null()),
    )
    .set(catalogue_indicators::used_since.eq(tx.now))
    .execute(tx.conn)?;
    Ok(())
}

fn one(changed: usize) -> Result<(), AppError> {
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}
