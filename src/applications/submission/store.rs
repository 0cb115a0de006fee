//! SQL about submitted versions. No rules.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Version;
use crate::{
    core::{ids::ApplicationId, money::Money},
    db::{
        Conn, Tx,
        schema::{accounts, application_versions},
    },
    error::AppError,
};

/// Freezes a version, submitted now by the actor.
pub fn insert(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    number: i32,
    content: &str,
    sha256: &str,
    requested: Money,
) -> Result<(), AppError> {
    diesel::insert_into(application_versions::table)
        .values((
            application_versions::application_id.eq(id),
            application_versions::number.eq(number),
            application_versions::submitted_at.eq(tx.now),
            application_versions::submitted_by.eq(&tx.actor.id),
            application_versions::content.eq(content),
            application_versions::sha256.eq(sha256),
            application_versions::requested_cents.eq(requested),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// One submitted version.
pub fn version(conn: &mut Conn, id: &ApplicationId, number: i32) -> Result<Version, AppError> {
    type Row = (i32, chrono::NaiveDateTime, String, String, String, Money);
    let row: Row = application_versions::table
        .inner_join(accounts::table)
        .filter(application_versions::application_id.eq(id))
        .filter(application_versions::number.eq(number))
        .select((
            application_versions::number,
            application_versions::submitted_at,
            accounts::name,
            application_versions::content,
            application_versions::sha256,
            application_versions::requested_cents,
        ))
        .first(conn)?;
    let (number, submitted_at, submitted_by, content, sha256, requested) = row;
    Ok(Version {
        number,
        submitted_at,
        submitted_by,
        content,
        sha256,
        requested,
    })
}

/// The frozen texts of the last versions of these applications.
pub fn latest_contents(
    conn: &mut Conn,
    latest: &BTreeMap<ApplicationId, i32>,
) -> Result<BTreeMap<ApplicationId, String>, AppError> {
    let ids: Vec<ApplicationId> = latest.keys().cloned().collect();
    let rows: Vec<(ApplicationId, i32, String)> = application_versions::table
        .filter(application_versions::application_id.eq_any(ids))
        .order((
            application_versions::application_id,
            application_versions::number,
        ))
        .select((
            application_versions::application_id,
            application_versions::number,
            application_versions::content,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter(|(id, number, _)| latest.get(id) == Some(number))
        .map(|(id, _, content)| (id, content))
        .collect())
}
