//! SQL about submitted versions. No rules.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{Version, next::Term};
use crate::{
    core::{ids::ApplicationId, money::Money},
    db::{
        Conn, Tx,
        schema::{
            accounts, application_versions, application_windows, applications, completion_requests,
            cycles, schemes,
        },
    },
    error::AppError,
    schemes::terms::Suspension,
};

/// The most requests for completion of one application.
const MOST_REQUESTS: i64 = 100;

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

/// What the term to decide on an application follows from.
pub fn term(conn: &mut Conn, id: &ApplicationId) -> Result<Term, AppError> {
    type Row = (i32, Option<SuspensionRow>);
    let scheme = cycles::table.inner_join(schemes::table);
    let rows: Vec<Row> = applications::table
        .inner_join(application_windows::table.inner_join(scheme))
        .left_join(completion_requests::table)
        .filter(applications::id.eq(id))
        .order(completion_requests::id)
        .limit(MOST_REQUESTS)
        .select((schemes::decision_term_weeks, SUSPENSION.nullable()))
        .load(conn)?;
    Ok(Term {
        weeks: rows.first().map_or(0, |it| it.0),
        suspensions: rows
            .into_iter()
            .filter_map(|it| it.1.map(suspension))
            .collect(),
    })
}

/// What is read of a request for completion to know how long it suspends the term.
pub const SUSPENSION: (
    completion_requests::requested_at,
    completion_requests::due_on,
    completion_requests::answered_at,
) = (
    completion_requests::requested_at,
    completion_requests::due_on,
    completion_requests::answered_at,
);

/// A request for completion as it is read for that.
pub type SuspensionRow = (NaiveDateTime, NaiveDate, Option<NaiveDateTime>);

/// How a request for completion suspends the term.
pub fn suspension((asked_at, due_on, answered_at): SuspensionRow) -> Suspension {
    Suspension::by(asked_at, due_on, answered_at)
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
