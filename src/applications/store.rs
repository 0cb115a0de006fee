//! SQL about applications that every domain uses. No rules but whose dossiers one can see.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    Application, Head, Project, ProjectYear,
    collaboration::{self, Grant, store::GrantRow},
    drafting::{self, store::RequestRow},
    state::{Event, State},
};
use crate::{
    audit::{self, Fact, Stream},
    core::{
        actor::Actor,
        category::{Category, SubItem},
        ids::{AccountId, ApplicationId, ProjectId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            application_windows, applications, collaborators, completion_requests, cycles,
            interest_declarations, municipalities, project_years, projects, regions,
            window_closings,
        },
    },
    error::AppError,
    identity::policy::{self, Action, Scope},
    schemes::{Closing, Cycle, Municipality, Region, Window},
};

/// The most grounds on which one window closes later that are read.
const MOST_CLOSINGS: i64 = 1_000;

/// The most projects of one application that are read.
const MOST_PROJECTS: i64 = 500;

/// One application, whoever asks: for use cases that have checked who does.
pub fn get(conn: &mut Conn, id: &ApplicationId) -> Result<Application, AppError> {
    Ok(applications::table
        .find(id)
        .select(Application::as_select())
        .first(conn)?)
}

/// One application, if this person may know of it; 404 otherwise. A declared conflict of interest
/// closes the dossier to them.
pub fn visible(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
) -> Result<Application, AppError> {
    let application = get(conn, id)?;
    may_know(conn, actor, &application)?;
    Ok(application)
}

/// As [`visible`], for who wants to do something with it: 403 if what they were given, or else their
/// role, does not allow it.
pub fn to_do(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
    action: Action,
) -> Result<Application, AppError> {
    let application = get(conn, id)?;
    let grant = may_know(conn, actor, &application)?;
    policy::require_in(actor, grant.map(|it| it.right), action)?;
    Ok(application)
}

/// As [`visible`], with where the application belongs, in one statement more for staff only.
pub fn head(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Head, AppError> {
    type Row = (
        Application,
        Window,
        Cycle,
        Region,
        Municipality,
        Option<Closing>,
        Option<RequestRow>,
        Option<GrantRow>,
    );
    let request = completion_requests::application_id
        .eq(applications::id)
        .and(completion_requests::answered_at.is_null());
    let grant = collaborators::application_id
        .eq(applications::id)
        .and(collaborators::account_id.eq(&actor.id))
        .and(collaborators::removed_at.is_null());
    let window = application_windows::table
        .inner_join(cycles::table)
        .left_join(window_closings::table);
    let rows: Vec<Row> = applications::table
        .inner_join(window)
        .inner_join(regions::table)
        .inner_join(municipalities::table)
        .left_join(completion_requests::table.on(request))
        .left_join(collaborators::table.on(grant))
        .filter(applications::id.eq(id))
        .order((
            completion_requests::requested_at.desc(),
            completion_requests::id.desc(),
            window_closings::recorded_at,
            window_closings::id,
        ))
        .limit(MOST_CLOSINGS)
        .select((
            Application::as_select(),
            Window::as_select(),
            Cycle::as_select(),
            Region::as_select(),
            Municipality::as_select(),
            Option::<Closing>::as_select(),
            drafting::store::REQUEST.nullable(),
            collaboration::store::GRANT.nullable(),
        ))
        .load(conn)?;
    let first = rows.first().cloned().ok_or(AppError::NotFound)?;
    let (application, window, cycle, region, lead, _, request, grant) = first;
    let grant = grant.map(collaboration::store::read_grant).transpose()?;
    let grant = known(conn, actor, &application, grant)?;
    let request = request
        .filter(|_| application.state == State::CompletionRequested)
        .map(drafting::store::request)
        .transpose()?;
    let mut closings: Vec<Closing> = rows.into_iter().filter_map(|it| it.5).collect();
    closings.retain(|it| it.region_id.as_ref().is_none_or(|it| *it == region.id));
    let mut seen = BTreeSet::new();
    closings.retain(|it| seen.insert(it.id.clone()));
    Ok(Head {
        window: window.closing(&closings, Some(&region.id)),
        closings,
        application,
        cycle,
        region,
        lead,
        request,
        grant,
    })
}

/// `Ok` if somebody may know of an application, with what they were given if they were invited to it;
/// 404 otherwise.
pub fn may_know(
    conn: &mut Conn,
    actor: &Actor,
    application: &Application,
) -> Result<Option<Grant>, AppError> {
    let is_guest = policy::scope(actor).is_applicant() && !is_own(actor, application);
    let grant = match is_guest {
        true => collaboration::store::grant(conn, &application.id, &actor.id)?,
        false => None,
    };
    known(conn, actor, application, grant)
}

fn is_own(actor: &Actor, application: &Application) -> bool {
    policy::scope(actor) == Scope::OwnMunicipality
        && actor.municipality.as_ref() == Some(&application.lead_municipality_id)
}

/// As [`may_know`], for who has read what was given.
fn known(
    conn: &mut Conn,
    actor: &Actor,
    application: &Application,
    grant: Option<Grant>,
) -> Result<Option<Grant>, AppError> {
    let is_visible = match policy::scope(actor) {
        _ if is_own(actor, application) => true,
        Scope::OwnMunicipality | Scope::Invited => {
            return grant.map(Some).ok_or(AppError::NotFound);
        }
        // Withdrawn before it was ever submitted is as unknown to the ministry as a draft.
        Scope::Submitted => {
            0 < application.latest_version && !has_conflict(conn, actor, &application.id)?
        }
        Scope::None => false,
    };
    if is_visible {
        Ok(None)
    } else {
        Err(AppError::NotFound)
    }
}

/// The dossiers in which somebody declared a conflict of interest, and which are closed to them.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn conflicts_of<'a>(account: &'a AccountId) -> _ {
    interest_declarations::table
        .filter(interest_declarations::account_id.eq(account))
        .filter(interest_declarations::has_conflict)
        .select(interest_declarations::application_id)
}

/// Whether somebody declared a conflict of interest in a dossier.
pub fn has_conflict(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        interest_declarations::table
            .find((id, &actor.id))
            .filter(interest_declarations::has_conflict.eq(true)),
    ))
    .get_result(conn)?)
}

/// The application that a project belongs to, if this person may know of it, with the project.
pub fn visible_project(
    conn: &mut Conn,
    actor: &Actor,
    id: &ProjectId,
) -> Result<(Application, Project), AppError> {
    let of: ApplicationId = projects::table
        .find(id)
        .filter(projects::removed_at.is_null())
        .select(projects::application_id)
        .first(conn)?;
    let application = visible(conn, actor, &of)?;
    let project = projects_of(conn, &application.id)?
        .into_iter()
        .find(|it| it.id == *id)
        .ok_or(AppError::NotFound)?;
    Ok((application, project))
}

/// Adds an application.
pub fn insert(tx: &mut Tx<'_>, it: &Application) -> Result<(), AppError> {
    diesel::insert_into(applications::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Moves an application on, if the state allows it and nobody saved since it was read; records it.
pub fn move_on(
    tx: &mut Tx<'_>,
    application: &Application,
    event: Event,
) -> Result<Application, AppError> {
    let moved = Application {
        state: application.state.next(event)?,
        ..application.clone()
    };
    let moved = update(tx, &moved)?;
    audit::record(
        tx,
        Stream::Application(&application.id),
        &Fact::ApplicationMoved {
            event: event.as_str().to_owned(),
        },
    )?;
    Ok(moved)
}

/// Saves what can change of an application, if nobody saved since it was read.
pub fn update(tx: &mut Tx<'_>, it: &Application) -> Result<Application, AppError> {
    let changed = diesel::update(
        applications::table
            .find(&it.id)
            .filter(applications::version.eq(it.version)),
    )
    .set((
        applications::state.eq(it.state),
        applications::latest_version.eq(it.latest_version),
        applications::submitted_at.eq(it.submitted_at),
        applications::updated_at.eq(tx.now),
        applications::version.eq(applications::version + 1),
    ))
    .execute(tx.conn)?;
    if changed != 1 {
        return Err(AppError::Stale);
    }
    Ok(Application {
        updated_at: tx.now,
        version: it.version.saturating_add(1),
        ..it.clone()
    })
}

/// Notes that something of an application changed. Its version stays: two people can work on two parts
/// of it at the same time.
pub fn touch(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    diesel::update(applications::table.find(id))
        .set(applications::updated_at.eq(tx.now))
        .execute(tx.conn)?;
    Ok(())
}

/// What is read of a project, in the order of [`ProjectRow`].
const PROJECT: (
    projects::id,
    projects::application_id,
    projects::position,
    projects::title,
    projects::category,
    projects::sub_item,
    projects::score_hundredths,
    projects::version,
) = (
    projects::id,
    projects::application_id,
    projects::position,
    projects::title,
    projects::category,
    projects::sub_item,
    projects::score_hundredths,
    projects::version,
);

/// What is read of a year of a project, in the order of [`YearRow`].
const YEAR: (
    project_years::project_id,
    project_years::year,
    project_years::costs_cents,
    project_years::own_contribution_cents,
    project_years::co_financing_cents,
    project_years::requested_cents,
    project_years::minimum_cents,
    project_years::eligible_cents,
) = (
    project_years::project_id,
    project_years::year,
    project_years::costs_cents,
    project_years::own_contribution_cents,
    project_years::co_financing_cents,
    project_years::requested_cents,
    project_years::minimum_cents,
    project_years::eligible_cents,
);

/// The rows of a table of projects that a condition holds for. Not a function: the statement for one
/// application is one that a connection keeps prepared, that for several is not, and the two have
/// different types.
macro_rules! projects_where {
    ($conn:expr, $condition:expr, $limit:expr, $columns:expr) => {
        projects::table
            .filter($condition)
            .filter(projects::removed_at.is_null())
            .order((projects::application_id, projects::position, projects::id))
            .limit($limit)
            .select($columns)
            .load($conn)?
    };
}

/// The years of the projects that a condition holds for.
macro_rules! years_where {
    ($conn:expr, $condition:expr) => {
        project_years::table
            .inner_join(projects::table)
            .filter($condition)
            .filter(projects::removed_at.is_null())
            .order((project_years::project_id, project_years::year))
            .select(YEAR)
            .load($conn)?
    };
}

type ProjectRow = (
    ProjectId,
    ApplicationId,
    i32,
    String,
    Option<Category>,
    Option<SubItem>,
    Option<i64>,
    i32,
);

type YearRow = (
    ProjectId,
    i32,
    Money,
    Money,
    Money,
    Money,
    Money,
    Option<Money>,
);

/// The projects of an application with their years, in two statements.
pub fn projects_of(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<Project>, AppError> {
    let rows = projects_where!(
        conn,
        projects::application_id.eq(id),
        MOST_PROJECTS,
        PROJECT
    );
    let years = years_where!(conn, projects::application_id.eq(id));
    Ok(with_years(rows, years))
}

/// The projects of an application with their years, what was typed in them and when they were removed,
/// in one statement; those that were removed come last.
pub fn written_projects(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<Vec<(Project, String, Option<NaiveDateTime>)>, AppError> {
    type Row = (ProjectRow, String, Option<NaiveDateTime>, Option<YearRow>);
    let rows: Vec<Row> = projects::table
        .left_join(project_years::table)
        .filter(projects::application_id.eq(id))
        .order((
            projects::removed_at.is_not_null(),
            projects::position,
            projects::id,
            project_years::year,
        ))
        .limit(MOST_PROJECTS.saturating_mul(2))
        .select((
            PROJECT,
            projects::answers,
            projects::removed_at,
            YEAR.nullable(),
        ))
        .load(conn)?;
    let mut written: Vec<(Project, String, Option<NaiveDateTime>)> = Vec::new();
    for (project, answers, removed_at, year) in rows {
        if written.last().is_none_or(|it| it.0.id != project.0) {
            written.push((of_row(project, Vec::new()), answers, removed_at));
        }
        if let (Some(last), Some(year)) = (written.last_mut(), year) {
            last.0.years.push(of_year(year));
        }
    }
    Ok(written)
}

/// What every project of an application is called, and when it was removed, if it was.
pub fn project_titles(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<Vec<(ProjectId, String, Option<NaiveDateTime>)>, AppError> {
    Ok(projects::table
        .filter(projects::application_id.eq(id))
        .order((projects::position, projects::id))
        .limit(MOST_PROJECTS)
        .select((projects::id, projects::title, projects::removed_at))
        .load(conn)?)
}

/// The projects of these applications with their years, in two statements; by application, then
/// by place.
pub fn projects_of_all(conn: &mut Conn, ids: &[ApplicationId]) -> Result<Vec<Project>, AppError> {
    let most = MOST_PROJECTS.saturating_mul(i64::try_from(ids.len()).unwrap_or(1));
    let all = projects::application_id.eq_any(ids.to_vec());
    let rows = projects_where!(conn, all.clone(), most, PROJECT);
    let years = years_where!(conn, all);
    Ok(with_years(rows, years))
}

fn with_years(rows: Vec<ProjectRow>, year_rows: Vec<YearRow>) -> Vec<Project> {
    let mut years: BTreeMap<ProjectId, Vec<ProjectYear>> = BTreeMap::new();
    for row in year_rows {
        years.entry(row.0.clone()).or_default().push(of_year(row));
    }
    let mut project = |row: ProjectRow| {
        let years = years.remove(&row.0).unwrap_or_default();
        of_row(row, years)
    };
    rows.into_iter().map(&mut project).collect()
}

fn of_row(row: ProjectRow, years: Vec<ProjectYear>) -> Project {
    let (id, application_id, position, title, category, sub_item, score_hundredths, version) = row;
    Project {
        id,
        application_id,
        position,
        title,
        category,
        sub_item,
        score_hundredths,
        version,
        years,
    }
}

fn of_year(row: YearRow) -> ProjectYear {
    let (_, year, costs, own_contribution, co_financing, requested, minimum, eligible) = row;
    ProjectYear {
        year,
        costs,
        own_contribution,
        co_financing,
        requested,
        minimum,
        eligible,
    }
}

/// The submitted or finished applications of a window in these states, by reference.
pub fn in_window(
    conn: &mut Conn,
    window: &crate::core::ids::WindowId,
    states: &[State],
) -> Result<Vec<Application>, AppError> {
    Ok(applications::table
        .filter(applications::window_id.eq(window))
        .filter(applications::state.eq_any(states.to_vec()))
        .order((applications::reference, applications::id))
        .limit(5_000)
        .select(Application::as_select())
        .load(conn)?)
}
