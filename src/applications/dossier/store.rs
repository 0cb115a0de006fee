//! SQL about what a dossier shows. No rules.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::{
    core::{
        ids::{ApplicationId, ProjectId},
        money::Money,
    },
    db::{
        Conn,
        schema::{decision_lines, decisions},
    },
    error::AppError,
};

/// What was awarded per project and year by the last decision; empty before there is one.
pub fn awarded(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<BTreeMap<(ProjectId, i32), Money>, AppError> {
    let rows: Vec<(ProjectId, i32, Money)> = decision_lines::table
        .inner_join(decisions::table)
        .filter(decisions::application_id.eq(id))
        .order((
            decisions::decided_at,
            decision_lines::project_id,
            decision_lines::year,
        ))
        .limit(1_000)
        .select((
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::amount_cents,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(project, year, amount)| ((project, year), amount))
        .collect())
}
