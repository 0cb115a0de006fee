//! SQL about what was promised and reached. No rules.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::{dsl::sql, prelude::*, sql_types::BigInt};

use super::{Goal, Report};
use crate::{
    applications::{
        dossier::store::{Awarded, last, standing},
        project::Direction,
    },
    core::{
        ids::{ApplicationId, IndicatorId, ProjectId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, decision_lines, decisions, indicator_years, indicators, project_balances,
            projects,
        },
    },
    error::AppError,
    journal::promises::store::AWARDED,
};

/// The most goals of one application: 60 projects with 20 indicators in two years.
const MOST: i64 = 2_400;

/// The goals of an application in the years for which money was awarded and that was made known; by
/// project, year and place of the indicator. In two statements.
pub fn goals(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<Goal>, AppError> {
    let awarded = awarded(conn, id)?;
    let rows: Vec<Row> = indicator_years::table
        .inner_join(indicators::table.inner_join(projects::table))
        .left_join(accounts::table)
        .filter(projects::application_id.eq(id))
        .filter(projects::removed_at.is_null())
        .order((
            projects::position,
            projects::id,
            indicator_years::year,
            indicators::position,
            indicators::id,
        ))
        .limit(MOST)
        .select((
            (
                indicators::id,
                projects::id,
                projects::title,
                projects::position,
                indicator_years::year,
            ),
            (
                indicators::name,
                indicators::unit,
                indicators::direction,
                indicators::baseline_hundredths,
                indicator_years::target_hundredths,
            ),
            (
                indicator_years::actual_hundredths,
                indicator_years::explanation,
                indicator_years::reported_at,
                accounts::name.nullable(),
                indicator_years::version,
            ),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|row| goal_of(row, &awarded))
        .collect())
}

type Row = (
    (IndicatorId, ProjectId, String, i32, i32),
    (String, String, Direction, Option<i64>, i64),
    (
        Option<i64>,
        String,
        Option<NaiveDateTime>,
        Option<String>,
        i32,
    ),
);

fn goal_of(row: Row, awarded: &BTreeMap<(ProjectId, i32), Money>) -> Option<Goal> {
    let (
        (indicator, project, title, position, year),
        (name, unit, direction, baseline_hundredths, target_hundredths),
        (actual_hundredths, explanation, reported_at, reported_by, version),
    ) = row;
    let awarded = *awarded.get(&(project.clone(), year))?;
    Some(Goal {
        indicator,
        project,
        title,
        position,
        year,
        awarded,
        name,
        unit,
        direction,
        baseline_hundredths,
        target_hundredths,
        actual_hundredths,
        explanation,
        reported: reported_at.zip(reported_by),
        version,
    })
}

/// What stands as awarded per project and year, where that is or was more than nothing and was made
/// known.
fn awarded(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<BTreeMap<(ProjectId, i32), Money>, AppError> {
    let rows: Vec<Awarded> = decision_lines::table
        .inner_join(decisions::table)
        .left_join(project_balances::table.on(standing()))
        .filter(decisions::application_id.eq(id))
        .filter(decisions::notified_at.is_not_null())
        .filter(
            decision_lines::amount_cents
                .gt(Money::ZERO)
                .or(sql::<BigInt>(AWARDED).gt(Money::ZERO)),
        )
        .order((
            decisions::decided_at,
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::decision_id,
            decision_lines::envelope_id,
        ))
        .limit(MOST)
        .select((
            decision_lines::decision_id,
            decision_lines::project_id,
            decision_lines::year,
            sql::<BigInt>(AWARDED),
        ))
        .load(conn)?;
    last(rows)
}

/// Saves what was reported, if nobody reported since the form was made.
pub fn save(tx: &mut Tx<'_>, it: &Report) -> Result<(), AppError> {
    let is_reported = it.actual_hundredths.is_some();
    let changed = diesel::update(
        indicator_years::table
            .find((&it.goal.indicator, it.goal.year))
            .filter(indicator_years::version.eq(it.version)),
    )
    .set((
        indicator_years::actual_hundredths.eq(it.actual_hundredths),
        indicator_years::explanation.eq(&it.explanation),
        indicator_years::reported_at.eq(is_reported.then_some(tx.now)),
        indicator_years::reported_by.eq(is_reported.then_some(&tx.actor.id)),
        indicator_years::version.eq(indicator_years::version + 1),
    ))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}
