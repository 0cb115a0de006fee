//! SQL about the projects of an application: what was typed, and what follows from it. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Direction, IndicatorLevel, LineKind, Meaning};
use crate::{
    applications::{
        Application,
        catalogue::{self, Link},
        store as dossiers,
    },
    core::{
        answers::Answers,
        ids::{ApplicationId, IndicatorId, ProjectId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, application_windows, budget_lines, cycles, indicator_years, indicators,
            project_shares, project_years, projects,
        },
    },
    error::AppError,
    schemes::WindowKind,
};

/// The most projects of one application that are read, those that were removed included.
const MOST: i64 = 500;

/// A project as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: ProjectId,
    /// Its application.
    pub application_id: ApplicationId,
    /// Its place in the application, from 1.
    pub position: i32,
    /// What was typed.
    pub answers: Answers,
    /// When it was removed, if it was.
    pub removed_at: Option<NaiveDateTime>,
    /// When it was saved last.
    pub saved_at: NaiveDateTime,
    /// Who saved it last.
    pub saved_by: String,
    /// Counts changes.
    pub version: i32,
}

/// What the window of an application says about its projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The years of the cycle.
    pub years: [i32; 2],
    /// The name of the cycle, such as `2027-2028`.
    pub cycle: String,
    /// What the window is for.
    pub window: WindowKind,
}

/// What was typed in each project of an application, with its position; by position.
pub fn answers_of(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<Vec<(ProjectId, i32, Answers)>, AppError> {
    let drafts = drafts(conn, id)?;
    Ok(drafts
        .into_iter()
        .map(|it| (it.id, it.position, it.answers))
        .collect())
}

/// The projects of an application that were not removed, by position.
pub fn drafts(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<Draft>, AppError> {
    let rows: Vec<Row> = projects::table
        .inner_join(accounts::table)
        .filter(projects::application_id.eq(id))
        .filter(projects::removed_at.is_null())
        .order((projects::position, projects::id))
        .limit(MOST)
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(draft_of).collect()
}

/// How many projects of an application were not removed.
pub fn count(conn: &mut Conn, id: &ApplicationId) -> Result<usize, AppError> {
    let count: i64 = projects::table
        .filter(projects::application_id.eq(id))
        .filter(projects::removed_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// One project, also if it was removed.
pub fn draft(conn: &mut Conn, id: &ProjectId) -> Result<Draft, AppError> {
    let row: Row = projects::table
        .inner_join(accounts::table)
        .filter(projects::id.eq(id))
        .select(COLUMNS)
        .first(conn)?;
    draft_of(row)
}

type Row = (
    ProjectId,
    ApplicationId,
    i32,
    String,
    Option<NaiveDateTime>,
    NaiveDateTime,
    String,
    i32,
);

const COLUMNS: (
    projects::id,
    projects::application_id,
    projects::position,
    projects::answers,
    projects::removed_at,
    projects::saved_at,
    accounts::name,
    projects::version,
) = (
    projects::id,
    projects::application_id,
    projects::position,
    projects::answers,
    projects::removed_at,
    projects::saved_at,
    accounts::name,
    projects::version,
);

fn draft_of(row: Row) -> Result<Draft, AppError> {
    let (id, application_id, position, answers, removed_at, saved_at, saved_by, version) = row;
    Ok(Draft {
        id,
        application_id,
        position,
        answers: serde_json::from_str(&answers)?,
        removed_at,
        saved_at,
        saved_by,
        version,
    })
}

/// The years and the window of an application.
pub fn setting(conn: &mut Conn, application: &Application) -> Result<Setting, AppError> {
    let (window, cycle, first): (WindowKind, String, i32) = application_windows::table
        .inner_join(cycles::table)
        .filter(application_windows::id.eq(&application.window_id))
        .select((application_windows::kind, cycles::name, cycles::first_year))
        .first(conn)?;
    Ok(Setting {
        years: [first, first.saturating_add(1)],
        cycle,
        window,
    })
}

/// The place after the last project of an application.
pub fn next_position(conn: &mut Conn, id: &ApplicationId) -> Result<i32, AppError> {
    let last: Option<i32> = projects::table
        .filter(projects::application_id.eq(id))
        .filter(projects::removed_at.is_null())
        .select(diesel::dsl::max(projects::position))
        .first(conn)?;
    Ok(last.unwrap_or(0).saturating_add(1))
}

/// Adds a project in which nothing was typed.
pub fn insert(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    position: i32,
) -> Result<ProjectId, AppError> {
    let id: ProjectId = tx.new_id();
    diesel::insert_into(projects::table)
        .values((
            projects::id.eq(&id),
            projects::application_id.eq(application),
            projects::position.eq(position),
            projects::answers.eq("{}"),
            projects::title.eq(""),
            projects::saved_at.eq(tx.now),
            projects::saved_by.eq(&tx.actor.id),
            projects::version.eq(1),
        ))
        .execute(tx.conn)?;
    dossiers::touch(tx, application)?;
    Ok(id)
}

/// Saves what was typed and what it means, if nobody saved since `version`; the new version.
pub fn save(
    tx: &mut Tx<'_>,
    draft: &Draft,
    version: i32,
    answers: &Answers,
    meaning: &Meaning,
) -> Result<i32, AppError> {
    let next = version.saturating_add(1);
    let changed = diesel::update(
        projects::table
            .find(&draft.id)
            .filter(projects::version.eq(version)),
    )
    .set((
        projects::answers.eq(serde_json::to_string(answers)?),
        projects::title.eq(&meaning.title),
        projects::category.eq(meaning.category),
        projects::sub_item.eq(meaning.sub_item),
        projects::saved_at.eq(tx.now),
        projects::saved_by.eq(&tx.actor.id),
        projects::version.eq(next),
    ))
    .execute(tx.conn)?;
    if changed != 1 {
        return Err(AppError::Stale);
    }
    replace_years(tx, &draft.id, meaning)?;
    insert_shares(tx, &draft.id, meaning)?;
    replace_lines(tx, &draft.id, meaning)?;
    replace_indicators(tx, &draft.id, meaning)?;
    dossiers::touch(tx, &draft.application_id)?;
    Ok(next)
}

/// Takes a project out of its application, or (with `None`) puts it back.
pub fn set_removed(
    tx: &mut Tx<'_>,
    draft: &Draft,
    removed_at: Option<NaiveDateTime>,
) -> Result<(), AppError> {
    diesel::update(projects::table.find(&draft.id))
        .set(projects::removed_at.eq(removed_at))
        .execute(tx.conn)?;
    dossiers::touch(tx, &draft.application_id)
}

/// Puts projects in the places in which they stand here, from 1.
pub fn set_order(tx: &mut Tx<'_>, projects: &[Draft]) -> Result<(), AppError> {
    for (place, it) in (1..).zip(projects) {
        if it.position != place {
            set_position(tx, &it.id, place)?;
        }
    }
    Ok(())
}

/// Puts a project in a place.
pub fn set_position(tx: &mut Tx<'_>, id: &ProjectId, position: i32) -> Result<(), AppError> {
    diesel::update(projects::table.find(id))
        .set(projects::position.eq(position))
        .execute(tx.conn)?;
    Ok(())
}

/// Lets two projects change places.
pub fn swap(tx: &mut Tx<'_>, one: &Draft, other: &Draft) -> Result<(), AppError> {
    for (id, position) in [(&one.id, other.position), (&other.id, one.position)] {
        diesel::update(projects::table.find(id))
            .set(projects::position.eq(position))
            .execute(tx.conn)?;
    }
    dossiers::touch(tx, &one.application_id)
}

fn replace_years(tx: &mut Tx<'_>, id: &ProjectId, meaning: &Meaning) -> Result<(), AppError> {
    // A share is of a year, so that it goes first.
    diesel::delete(project_shares::table.filter(project_shares::project_id.eq(id)))
        .execute(tx.conn)?;
    diesel::delete(project_years::table.filter(project_years::project_id.eq(id)))
        .execute(tx.conn)?;
    for it in meaning.project_years() {
        diesel::insert_into(project_years::table)
            .values((
                project_years::project_id.eq(id),
                project_years::year.eq(it.year),
                project_years::costs_cents.eq(it.costs),
                project_years::own_contribution_cents.eq(it.own_contribution),
                project_years::co_financing_cents.eq(it.co_financing),
                project_years::requested_cents.eq(it.requested),
                project_years::minimum_cents.eq(it.minimum),
                project_years::eligible_cents.eq(None::<Money>),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

fn insert_shares(tx: &mut Tx<'_>, id: &ProjectId, meaning: &Meaning) -> Result<(), AppError> {
    for it in &meaning.shares {
        diesel::insert_into(project_shares::table)
            .values((
                project_shares::project_id.eq(id),
                project_shares::municipality_id.eq(&it.municipality),
                project_shares::year.eq(it.year),
                project_shares::amount_cents.eq(it.amount),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

fn replace_lines(tx: &mut Tx<'_>, id: &ProjectId, meaning: &Meaning) -> Result<(), AppError> {
    diesel::delete(budget_lines::table.filter(budget_lines::project_id.eq(id))).execute(tx.conn)?;
    for (position, line) in (1..).zip(&meaning.lines) {
        let Some(kind) = line.kind else { continue };
        for cost in &line.costs {
            let kind: LineKind = kind;
            let position: i32 = position;
            diesel::insert_into(budget_lines::table)
                .values((
                    budget_lines::project_id.eq(id),
                    budget_lines::position.eq(position),
                    budget_lines::year.eq(cost.year),
                    budget_lines::kind.eq(kind),
                    budget_lines::description.eq(&line.description),
                    budget_lines::quantity_hundredths.eq(cost.quantity_hundredths),
                    budget_lines::rate_cents.eq(cost.rate),
                    budget_lines::amount_cents.eq(cost.amount),
                ))
                .execute(tx.conn)?;
        }
    }
    Ok(())
}

fn replace_indicators(tx: &mut Tx<'_>, id: &ProjectId, meaning: &Meaning) -> Result<(), AppError> {
    let old: Vec<IndicatorId> = indicators::table
        .filter(indicators::project_id.eq(id))
        .select(indicators::id)
        .load(tx.conn)?;
    diesel::delete(indicator_years::table.filter(indicator_years::indicator_id.eq_any(old)))
        .execute(tx.conn)?;
    diesel::delete(indicators::table.filter(indicators::project_id.eq(id))).execute(tx.conn)?;
    let links: Vec<Link> = meaning
        .indicators
        .iter()
        .filter_map(|it| it.catalogue.clone())
        .collect();
    let entries = catalogue::store::linked(tx.conn, &links)?;
    for (position, it) in (1..).zip(&meaning.indicators) {
        let Some((level, direction)) = it.level.zip(it.direction) else {
            continue;
        };
        let (level, direction): (IndicatorLevel, Direction) = (level, direction);
        let (indicator, position): (IndicatorId, i32) = (tx.new_id(), position);
        let entry = entries
            .iter()
            .find(|entry| it.catalogue.as_ref() == Some(&entry.link()));
        diesel::insert_into(indicators::table)
            .values((
                indicators::id.eq(&indicator),
                indicators::project_id.eq(id),
                indicators::position.eq(position),
                indicators::level.eq(level),
                indicators::name.eq(&it.name),
                indicators::unit.eq(&it.unit),
                indicators::direction.eq(direction),
                indicators::baseline_hundredths.eq(it.baseline_hundredths),
                indicators::baseline_absent_because.eq(&it.baseline_absent_because),
                indicators::source.eq(&it.source),
                indicators::catalogue_id.eq(entry.map(|it| &it.id)),
            ))
            .execute(tx.conn)?;
        for (year, target) in &it.targets {
            diesel::insert_into(indicator_years::table)
                .values((
                    indicator_years::indicator_id.eq(&indicator),
                    indicator_years::year.eq(year),
                    indicator_years::target_hundredths.eq(target),
                    indicator_years::explanation.eq(""),
                    indicator_years::version.eq(1),
                ))
                .execute(tx.conn)?;
        }
    }
    Ok(())
}
