//! SQL of the list. No rules. The statements are as many for one row as for many.

use std::collections::BTreeMap;

use diesel::{dsl, prelude::*};

use super::{Filter, Row};
use crate::{
    applications::{
        Application,
        collaboration::store::invitations_of,
        state::State,
        store::conflicts_of,
        submission::{content::Content, store as versions},
    },
    core::{
        ids::{AccountId, ApplicationId, MunicipalityId, WindowId},
        money::Money,
    },
    db::{
        Conn,
        schema::{application_windows, applications, cycles, project_years, projects, regions},
    },
    error::AppError,
};

/// Builds the query for both the rows and their number.
macro_rules! filtered {
    ($query:expr, $filter:expr, $who:expr) => {{
        let filter: &Filter = $filter;
        let mut query = $query.into_boxed();
        query = match (&filter.municipality, &filter.invited) {
            (Some(it), None) => query.filter(applications::lead_municipality_id.eq(it.clone())),
            (Some(it), Some(_)) => query.filter(
                applications::lead_municipality_id
                    .eq(it.clone())
                    .or(applications::id.eq_any(invitations_of($who))),
            ),
            (None, Some(_)) => query.filter(applications::id.eq_any(invitations_of($who))),
            (None, None) => query
                .filter(applications::latest_version.gt(0))
                .filter(dsl::not(applications::id.eq_any(conflicts_of($who)))),
        };
        if let Some(window) = &filter.window {
            query = query.filter(applications::window_id.eq(window.clone()));
        }
        if !filter.states.is_empty() {
            query = query.filter(applications::state.eq_any(filter.states.clone()));
        }
        if !filter.text.is_empty() {
            // Not by a join: the number of rows needs the regions only where a name is looked for.
            let named = diesel::alias!(regions as named);
            query = query.filter(
                applications::reference
                    .like(format!("%{}%", filter.text.to_uppercase()))
                    .or(applications::region_id.eq_any(
                        named
                            .filter(
                                named
                                    .field(regions::sort_name)
                                    .like(format!("%{}%", filter.text)),
                            )
                            .select(named.field(regions::id)),
                    )),
            );
        }
        query
    }};
}

/// How many applications there are for this person.
pub fn count(conn: &mut Conn, filter: &Filter, who: &AccountId) -> Result<i64, AppError> {
    let query = applications::table.select(dsl::count_star());
    Ok(filtered!(query, filter, who).first(conn)?)
}

/// One page of applications, the newest cycle first, with what each asks: in three statements.
pub fn page(
    conn: &mut Conn,
    filter: &Filter,
    who: &AccountId,
    limit: i64,
    offset: i64,
) -> Result<Vec<Row>, AppError> {
    let query = applications::table
        .inner_join(regions::table)
        .inner_join(application_windows::table.inner_join(cycles::table))
        .select((
            Application::as_select(),
            regions::name,
            application_windows::name,
            cycles::first_year,
        ));
    let found: Vec<(Application, String, String, i32)> = filtered!(query, filter, who)
        .order((applications::reference.desc(), applications::id.desc()))
        .limit(limit)
        .offset(offset)
        .load(conn)?;
    let ids: Vec<ApplicationId> = found.iter().map(|it| it.0.id.clone()).collect();
    let mut asked = requested(conn, ids)?;
    if filter.is_of_staff() {
        asked.extend(frozen(conn, &found)?);
    }
    found
        .into_iter()
        .map(|(application, region, window, first_year)| {
            let amounts = asked.remove(&application.id).unwrap_or_default();
            let of = |year| amounts.get(&year).copied().unwrap_or_default();
            Ok(Row {
                requested: [of(first_year), of(first_year.saturating_add(1))],
                application,
                region,
                window,
                first_year,
            })
        })
        .collect()
}

/// The windows in which a municipality started an application.
pub fn started(conn: &mut Conn, municipality: &MunicipalityId) -> Result<Vec<WindowId>, AppError> {
    Ok(applications::table
        .filter(applications::lead_municipality_id.eq(municipality))
        .order(applications::id.desc())
        .limit(200)
        .select(applications::window_id)
        .load(conn)?)
}

type PerYear = BTreeMap<i32, Money>;

fn requested(
    conn: &mut Conn,
    ids: Vec<ApplicationId>,
) -> Result<BTreeMap<ApplicationId, PerYear>, AppError> {
    let rows: Vec<(ApplicationId, i32, Money)> = project_years::table
        .inner_join(projects::table)
        .filter(projects::application_id.eq_any(ids))
        .filter(projects::removed_at.is_null())
        .order((projects::application_id, project_years::year, projects::id))
        .select((
            projects::application_id,
            project_years::year,
            project_years::requested_cents,
        ))
        .load(conn)?;
    let mut res: BTreeMap<ApplicationId, PerYear> = BTreeMap::new();
    for (id, year, amount) in rows {
        add(res.entry(id).or_default(), year, amount)?;
    }
    Ok(res)
}

/// Where the municipality can be writing again, staff see what was submitted last.
fn frozen(
    conn: &mut Conn,
    found: &[(Application, String, String, i32)],
) -> Result<BTreeMap<ApplicationId, PerYear>, AppError> {
    let open = [State::CompletionRequested, State::Withdrawn, State::Draft];
    let latest = found
        .iter()
        .map(|it| &it.0)
        .filter(|it| open.contains(&it.state))
        .map(|it| (it.id.clone(), it.latest_version))
        .collect();
    let mut res = BTreeMap::new();
    for (id, text) in versions::latest_contents(conn, &latest)? {
        let mut years = PerYear::new();
        for project in Content::parse(&text)?.projects {
            for year in project.years {
                add(&mut years, year.year, year.requested)?;
            }
        }
        res.insert(id, years);
    }
    Ok(res)
}

fn add(years: &mut PerYear, year: i32, amount: Money) -> Result<(), AppError> {
    let sum = years.entry(year).or_default();
    *sum = sum.checked_add(amount)?;
    Ok(())
}
