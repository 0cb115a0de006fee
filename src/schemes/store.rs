//! SQL about schemes, cycles, windows and regions. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

pub use super::regions::store::*;
use super::{
    BudgetYear, Closing, Criterion, Cycle, CycleState, DistributionMethod, Envelope, Scheme,
    Window, WindowKind,
};
use crate::{
    core::{
        actor::Department,
        category::{EnvelopeKind, EnvelopeMode},
        ids::{BudgetYearId, CycleId, EnvelopeId, RegionId, SchemeId, WindowId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            application_windows, budget_years, criteria, cycles, envelopes, schemes,
            window_closings,
        },
    },
    error::AppError,
};

/// The most rows of a list of settings. A cycle is two years, with a few windows and a version of the
/// scheme now and then: a hundred is more than a century of them.
pub(super) const MOST: i64 = 100;
/// The most rows of windows, each with one ground on which it closes later: every region can have some.
const MOST_CLOSINGS: i64 = 5_000;

/// One scheme version.
pub fn scheme(conn: &mut Conn, id: &SchemeId) -> Result<Scheme, AppError> {
    Ok(schemes::table
        .find(id)
        .select(Scheme::as_select())
        .first(conn)?)
}

/// All scheme versions, the newest years first.
pub fn schemes(conn: &mut Conn) -> Result<Vec<Scheme>, AppError> {
    Ok(schemes::table
        .order((
            schemes::valid_from_year.desc(),
            schemes::scheme_version.desc(),
            schemes::id,
        ))
        .limit(MOST)
        .select(Scheme::as_select())
        .load(conn)?)
}

/// Whether this version of the scheme with this code exists.
pub fn has_version(conn: &mut Conn, code: &str, version: i32) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        schemes::table
            .filter(schemes::code.eq(code))
            .filter(schemes::scheme_version.eq(version)),
    ))
    .get_result(conn)?)
}

/// The highest version of the scheme with this code; 0 if there is none.
pub fn latest_version(conn: &mut Conn, code: &str) -> Result<i32, AppError> {
    let latest: Option<i32> = schemes::table
        .filter(schemes::code.eq(code))
        .select(diesel::dsl::max(schemes::scheme_version))
        .first(conn)?;
    Ok(latest.unwrap_or(0))
}

/// Adds a scheme version.
pub fn insert_scheme(tx: &mut Tx<'_>, it: &Scheme) -> Result<(), AppError> {
    diesel::insert_into(schemes::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Freezes a scheme version, if it is not frozen yet.
pub fn freeze_scheme(tx: &mut Tx<'_>, id: &SchemeId) -> Result<(), AppError> {
    diesel::update(schemes::table.find(id).filter(schemes::frozen_at.is_null()))
        .set(schemes::frozen_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Adds a criterion.
pub fn insert_criterion(tx: &mut Tx<'_>, it: &Criterion) -> Result<(), AppError> {
    diesel::insert_into(criteria::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// The criteria of a department, in the order of its form.
pub fn criteria(
    conn: &mut Conn,
    scheme: &SchemeId,
    department: Department,
) -> Result<Vec<Criterion>, AppError> {
    Ok(criteria::table
        .filter(criteria::scheme_id.eq(scheme))
        .filter(criteria::department.eq(department))
        .order((criteria::position, criteria::id))
        .limit(MOST)
        .select(Criterion::as_select())
        .load(conn)?)
}

/// The criteria of both departments, in the order of their forms.
pub fn all_criteria(conn: &mut Conn, scheme: &SchemeId) -> Result<Vec<Criterion>, AppError> {
    Ok(criteria::table
        .filter(criteria::scheme_id.eq(scheme))
        .order((criteria::department, criteria::position, criteria::id))
        .limit(MOST)
        .select(Criterion::as_select())
        .load(conn)?)
}

/// One cycle.
pub fn cycle(conn: &mut Conn, id: &CycleId) -> Result<Cycle, AppError> {
    Ok(cycles::table
        .find(id)
        .select(Cycle::as_select())
        .first(conn)?)
}

/// All cycles, the newest first.
pub fn cycles(conn: &mut Conn) -> Result<Vec<Cycle>, AppError> {
    Ok(cycles::table
        .order((cycles::first_year.desc(), cycles::id))
        .limit(MOST)
        .select(Cycle::as_select())
        .load(conn)?)
}

/// Adds a cycle.
pub fn insert_cycle(tx: &mut Tx<'_>, it: &Cycle) -> Result<(), AppError> {
    diesel::insert_into(cycles::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Saves a cycle's state, if nobody saved since it was read.
pub fn update_cycle(tx: &mut Tx<'_>, it: &Cycle) -> Result<(), AppError> {
    let changed = diesel::update(
        cycles::table
            .find(&it.id)
            .filter(cycles::version.eq(it.version)),
    )
    .set((
        cycles::name.eq(&it.name),
        cycles::state.eq(it.state),
        cycles::opened_at.eq(it.opened_at),
        cycles::version.eq(cycles::version + 1),
    ))
    .execute(tx.conn)?;
    one_row(changed)
}

/// The budget years of a cycle, in order.
pub fn years(conn: &mut Conn, cycle: &CycleId) -> Result<Vec<BudgetYear>, AppError> {
    Ok(budget_years::table
        .filter(budget_years::cycle_id.eq(cycle))
        .order((budget_years::year, budget_years::id))
        .limit(MOST)
        .select(BudgetYear::as_select())
        .load(conn)?)
}

/// The budget years of all cycles, in order.
pub fn all_years(conn: &mut Conn) -> Result<Vec<BudgetYear>, AppError> {
    Ok(budget_years::table
        .order((budget_years::year, budget_years::id))
        .limit(MOST.saturating_mul(2))
        .select(BudgetYear::as_select())
        .load(conn)?)
}

/// Adds a budget year.
pub fn insert_year(tx: &mut Tx<'_>, it: &BudgetYear) -> Result<(), AppError> {
    diesel::insert_into(budget_years::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Changes the total of a year that has nothing booked yet.
pub fn set_year_ceiling(
    tx: &mut Tx<'_>,
    id: &BudgetYearId,
    ceiling: Money,
) -> Result<(), AppError> {
    diesel::update(budget_years::table.find(id))
        .set(budget_years::ceiling_cents.eq(ceiling))
        .execute(tx.conn)?;
    Ok(())
}

type EnvelopeRow = (
    EnvelopeId,
    BudgetYearId,
    i32,
    EnvelopeKind,
    EnvelopeMode,
    DistributionMethod,
    Money,
);

fn envelope_of(row: EnvelopeRow) -> Envelope {
    let (id, budget_year_id, year, kind, mode, method, planned) = row;
    Envelope {
        id,
        budget_year_id,
        year,
        kind,
        mode,
        method,
        planned,
    }
}

/// The envelopes of a cycle, by year and in the order of their kinds.
pub fn envelopes(conn: &mut Conn, cycle: &CycleId) -> Result<Vec<Envelope>, AppError> {
    let rows: Vec<EnvelopeRow> = envelopes::table
        .inner_join(budget_years::table)
        .filter(budget_years::cycle_id.eq(cycle))
        .order((budget_years::year, envelopes::id))
        .limit(MOST)
        .select((
            envelopes::id,
            envelopes::budget_year_id,
            budget_years::year,
            envelopes::kind,
            envelopes::mode,
            envelopes::method,
            envelopes::planned_cents,
        ))
        .load(conn)?;
    let mut envelopes: Vec<Envelope> = rows.into_iter().map(envelope_of).collect();
    envelopes.sort_by_key(|it| (it.year, it.kind));
    Ok(envelopes)
}

/// Adds an envelope.
pub fn insert_envelope(tx: &mut Tx<'_>, it: &Envelope) -> Result<(), AppError> {
    diesel::insert_into(envelopes::table)
        .values((
            envelopes::id.eq(&it.id),
            envelopes::budget_year_id.eq(&it.budget_year_id),
            envelopes::kind.eq(it.kind),
            envelopes::mode.eq(it.mode),
            envelopes::method.eq(it.method),
            envelopes::planned_cents.eq(it.planned),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Changes what is planned for an envelope of a draft.
pub fn update_envelope(tx: &mut Tx<'_>, it: &Envelope) -> Result<(), AppError> {
    diesel::update(envelopes::table.find(&it.id))
        .set((
            envelopes::mode.eq(it.mode),
            envelopes::method.eq(it.method),
            envelopes::planned_cents.eq(it.planned),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// One window as it was set; when it closes, [`window_for`] says.
pub fn window(conn: &mut Conn, id: &WindowId) -> Result<Window, AppError> {
    Ok(application_windows::table
        .find(id)
        .select(Window::as_select())
        .first(conn)?)
}

/// One window as it is for a region, or for all that were given no more time.
pub fn window_for(
    conn: &mut Conn,
    id: &WindowId,
    region: Option<&RegionId>,
) -> Result<Window, AppError> {
    let rows: Vec<(Window, Option<Closing>)> = application_windows::table
        .left_join(window_closings::table)
        .filter(application_windows::id.eq(id))
        .order((window_closings::ends_at, window_closings::id))
        .limit(MOST_CLOSINGS)
        .select((Window::as_select(), Option::<Closing>::as_select()))
        .load(conn)?;
    let rows = rows.into_iter().map(|(it, closing)| (it, (), closing));
    let mut found = closed(rows.collect(), region).into_iter();
    found.next().map(|it| it.0).ok_or(AppError::NotFound)
}

/// Rows of windows, one for each ground to close later, as windows that close when the rule says.
fn closed<T>(
    rows: Vec<(Window, T, Option<Closing>)>,
    region: Option<&RegionId>,
) -> Vec<(Window, T)> {
    let mut found: Vec<(Window, T, Vec<Closing>)> = Vec::new();
    for (window, with, closing) in rows {
        match found.iter_mut().find(|it| it.0.id == window.id) {
            Some((_, _, closings)) => closings.extend(closing),
            None => found.push((window, with, closing.into_iter().collect())),
        }
    }
    found
        .into_iter()
        .map(|(window, with, closings)| (window.closing(&closings, region), with))
        .collect()
}

/// All windows with their cycles, as they are for a region; those that close last first.
pub fn windows(
    conn: &mut Conn,
    region: Option<&RegionId>,
) -> Result<Vec<(Window, Cycle)>, AppError> {
    let rows = application_windows::table
        .inner_join(cycles::table)
        .left_join(window_closings::table)
        .order((
            application_windows::closes_at.desc(),
            application_windows::id,
            window_closings::id,
        ))
        .limit(MOST_CLOSINGS)
        .select((
            Window::as_select(),
            Cycle::as_select(),
            Option::<Closing>::as_select(),
        ))
        .load(conn)?;
    let mut windows = closed(rows, region);
    windows.sort_by(|(a, _), (b, _)| (b.closes_at, &a.id).cmp(&(a.closes_at, &b.id)));
    Ok(windows)
}

/// The windows in which a region can apply now, with their cycles; the first to close first.
pub fn open_windows(
    conn: &mut Conn,
    now: NaiveDateTime,
    region: Option<&RegionId>,
) -> Result<Vec<(Window, Cycle)>, AppError> {
    let mut open = windows(conn, region)?;
    open.retain(|(window, cycle)| window.is_open(now) && cycle.state == CycleState::Open);
    open.reverse();
    Ok(open)
}

/// The windows of a cycle, in the order in which they open.
pub fn windows_of(conn: &mut Conn, cycle: &CycleId) -> Result<Vec<Window>, AppError> {
    let rows: Vec<(Window, Option<Closing>)> = application_windows::table
        .left_join(window_closings::table)
        .filter(application_windows::cycle_id.eq(cycle))
        .order((
            application_windows::opens_at,
            application_windows::id,
            window_closings::id,
        ))
        .limit(MOST_CLOSINGS)
        .select((Window::as_select(), Option::<Closing>::as_select()))
        .load(conn)?;
    let rows = rows.into_iter().map(|(it, closing)| (it, (), closing));
    let windows = closed(rows.collect(), None);
    Ok(windows.into_iter().map(|it| it.0).collect())
}

/// The grounds on which a window closes later, in the order in which they were recorded.
pub fn closings(conn: &mut Conn, window: &WindowId) -> Result<Vec<Closing>, AppError> {
    Ok(window_closings::table
        .filter(window_closings::window_id.eq(window))
        .order((window_closings::recorded_at, window_closings::id))
        .limit(MOST_CLOSINGS)
        .select(Closing::as_select())
        .load(conn)?)
}

/// Records a ground on which a window closes later.
pub fn insert_closing(tx: &mut Tx<'_>, it: &Closing) -> Result<(), AppError> {
    diesel::insert_into(window_closings::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// The main window of a cycle.
pub fn main_window(conn: &mut Conn, cycle: &CycleId) -> Result<Window, AppError> {
    Ok(application_windows::table
        .filter(application_windows::cycle_id.eq(cycle))
        .filter(application_windows::kind.eq(WindowKind::Main))
        .order((application_windows::opens_at, application_windows::id))
        .select(Window::as_select())
        .first(conn)?)
}

/// Adds a window.
pub fn insert_window(tx: &mut Tx<'_>, it: &Window) -> Result<(), AppError> {
    diesel::insert_into(application_windows::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Saves a window's name and moments, if nobody saved since it was read.
pub fn update_window(tx: &mut Tx<'_>, it: &Window) -> Result<(), AppError> {
    let changed = diesel::update(
        application_windows::table
            .find(&it.id)
            .filter(application_windows::version.eq(it.version)),
    )
    .set((
        application_windows::name.eq(&it.name),
        application_windows::opens_at.eq(it.opens_at),
        application_windows::closes_at.eq(it.closes_at),
        application_windows::version.eq(application_windows::version + 1),
    ))
    .execute(tx.conn)?;
    one_row(changed)
}

fn one_row(changed: usize) -> Result<(), AppError> {
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}
