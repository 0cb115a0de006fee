//! SQL about who saved what. No rules.

use chrono::NaiveDateTime;
use diesel::{dsl, prelude::*};

use super::Done;
use crate::{
    core::ids::{AccountId, ApplicationId, ProjectId},
    db::{
        Conn,
        schema::{accounts, draft_changes, projects},
    },
    error::AppError,
};

/// The most rows that are read: parts times people.
const MOST: i64 = 2_000;

/// What each person did in each part of an application.
pub fn done(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<Done>, AppError> {
    type Row = (String, AccountId, String, i64, Option<NaiveDateTime>);
    let rows: Vec<Row> = draft_changes::table
        .inner_join(accounts::table)
        .filter(draft_changes::application_id.eq(id))
        .group_by((draft_changes::part, accounts::id, accounts::name))
        .order((draft_changes::part, accounts::id))
        .limit(MOST)
        .select((
            draft_changes::part,
            accounts::id,
            accounts::name,
            dsl::count_star(),
            dsl::max(draft_changes::saved_at),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(part, _, name, changes, last_at)| {
            Some(Done {
                part,
                name,
                changes,
                last_at: last_at?,
            })
        })
        .collect())
}

/// The projects of an application in their order, with their places and titles.
pub fn projects(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<Vec<(ProjectId, i32, String)>, AppError> {
    Ok(projects::table
        .filter(projects::application_id.eq(id))
        .filter(projects::removed_at.is_null())
        .order((projects::position, projects::id))
        .limit(MOST)
        .select((projects::id, projects::position, projects::title))
        .load(conn)?)
}
