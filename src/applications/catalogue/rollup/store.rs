//! SQL of what was promised and reached over all regions. No rules.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{dsl, prelude::*};

use super::Line;
use crate::{
    applications::{
        catalogue::Entry,
        dossier::store::{Awarded, last},
        store::conflicts_of,
    },
    core::{
        ids::{AccountId, ApplicationId, CatalogueId, CycleId, IndicatorId, ProjectId},
        money::Money,
    },
    db::{
        Conn,
        schema::{
            application_windows, applications, catalogue_indicators, decision_lines, decisions,
            indicator_years, indicators, projects, regions,
        },
    },
    error::AppError,
};

/// The most lines of one indicator in a cycle: more than all projects that there can be in it.
const MOST: i64 = 20_000;
/// The most editions in use.
const MOST_ENTRIES: i64 = 2_000;

/// The editions that a project ever chose; by code, the newest edition first.
pub fn used(conn: &mut Conn) -> Result<Vec<Entry>, AppError> {
    Ok(catalogue_indicators::table
        .filter(catalogue_indicators::used_since.is_not_null())
        .order((
            catalogue_indicators::code,
            catalogue_indicators::edition.desc(),
            catalogue_indicators::id,
        ))
        .limit(MOST_ENTRIES)
        .select(Entry::as_select())
        .load(conn)?)
}

/// Whether dossiers are closed to somebody because of an interest.
pub fn has_closed(conn: &mut Conn, who: &AccountId) -> Result<bool, AppError> {
    Ok(diesel::select(dsl::exists(conflicts_of(who))).get_result(conn)?)
}

type Row = (
    (IndicatorId, String, ApplicationId, ProjectId, String),
    (i32, Option<i64>, i64, Option<i64>),
);

/// What projects of a cycle promised and reached of an indicator; by year, region and project.
/// Dossiers that are closed to this person are left out.
pub fn lines(
    conn: &mut Conn,
    entry: &CatalogueId,
    cycle: &CycleId,
    who: &AccountId,
) -> Result<Vec<Line>, AppError> {
    let windows = application_windows::table
        .filter(application_windows::cycle_id.eq(cycle))
        .select(application_windows::id);
    let rows: Vec<Row> = indicators::table
        .inner_join(indicator_years::table)
        .inner_join(projects::table.inner_join(applications::table.inner_join(regions::table)))
        .filter(indicators::catalogue_id.eq(entry))
        .filter(projects::removed_at.is_null())
        .filter(applications::window_id.eq_any(windows))
        .filter(dsl::not(applications::id.eq_any(conflicts_of(who))))
        .order((
            indicator_years::year,
            regions::sort_name,
            regions::id,
            applications::id,
            projects::position,
            projects::id,
            indicators::id,
        ))
        .limit(MOST)
        .select((
            (
                indicators::id,
                regions::name,
                applications::id,
                projects::id,
                projects::title,
            ),
            (
                indicator_years::year,
                indicators::baseline_hundredths,
                indicator_years::target_hundredths,
                indicator_years::actual_hundredths,
            ),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(line).collect())
}

fn line(row: Row) -> Line {
    let (
        (indicator, region, application, project, title),
        (year, baseline_hundredths, target_hundredths, actual_hundredths),
    ) = row;
    Line {
        indicator,
        region,
        application,
        project,
        title,
        year,
        baseline_hundredths,
        target_hundredths,
        actual_hundredths,
    }
}

/// What the last decision that was made known gives each of these projects, per year.
pub fn given(
    conn: &mut Conn,
    lines: &[Line],
) -> Result<BTreeMap<(ProjectId, i32), Money>, AppError> {
    let projects: BTreeSet<&ProjectId> = lines.iter().map(|it| &it.project).collect();
    let rows: Vec<Awarded> = decision_lines::table
        .inner_join(decisions::table)
        .filter(decision_lines::project_id.eq_any(projects))
        .filter(decisions::notified_at.is_not_null())
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
            decision_lines::amount_cents,
        ))
        .load(conn)?;
    last(rows)
}
