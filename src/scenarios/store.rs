//! SQL about scenarios, and what they are made of. No rules.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};

use super::{
    Edit, Scenario, ScenarioState, Sums,
    assemble::Candidate,
    names::{Names, ProjectName},
    pots::Fund,
};
use crate::{
    applications::{self, Application, Project, state::State},
    core::{
        actor::Actor,
        category::{EnvelopeKind, EnvelopeMode},
        ids::{AccountId, ApplicationId, CycleId, EnvelopeId, RegionId, ScenarioId, WindowId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, application_windows, applications as dossiers, budget_years, cycles,
            decisions, envelope_balances, envelopes, interest_declarations, municipalities,
            proposals, regions, scenario_edits, scenarios, schemes, window_closings,
        },
    },
    decisions::{ProposalState, outcome::Outcome},
    error::AppError,
    schemes::{Closing, Cycle, DistributionMethod, Scheme, Window, closing},
};

/// The most rows of one list.
const MOST: i64 = 5_000;

/// A window with its cycle and its scheme.
#[derive(Debug, Clone)]
pub struct Round {
    /// The window; it closes when the rule says, for all that were given no more time.
    pub window: Window,
    /// Its cycle.
    pub cycle: Cycle,
    /// The scheme the cycle rests on.
    pub scheme: Scheme,
    /// The regions that were given more time than the others.
    pub more_time: Vec<MoreTime>,
}

/// More time for one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoreTime {
    /// The region.
    pub region: RegionId,
    /// Its name.
    pub name: String,
    /// When the window closes for it (UTC).
    pub closes_at: NaiveDateTime,
}

/// What can be divided in a window, and among whom.
#[derive(Debug, Clone)]
pub struct Material {
    /// The cycle's envelopes with what is free.
    pub funds: Vec<Fund>,
    /// The applications that were submitted in this window.
    pub dossiers: Vec<Dossier>,
    /// Their projects, by application.
    pub projects: Vec<Project>,
}

/// An application with what it is called.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The application.
    pub application: Application,
    /// The name of its region.
    pub region: String,
    /// CBS code of its lead.
    pub applicant: String,
    /// Whether the reader declared a conflict of interest in it.
    pub is_closed: bool,
}

/// A scenario as a list shows it, without its input and outcome.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = scenarios)]
pub struct Listed {
    /// Its id.
    pub id: ScenarioId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: ScenarioState,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// Whether it divides more than there is.
    pub is_hypothetical: bool,
    /// The public seed of its lottery.
    pub seed: String,
    /// Its sums.
    #[diesel(embed)]
    pub sums: Sums,
}

/// A scenario without its texts and sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its id.
    pub id: ScenarioId,
    /// Its window.
    pub window: WindowId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: ScenarioState,
    /// When it was made.
    pub created_at: NaiveDateTime,
}

impl Material {
    /// The assessed projects: those that take part now.
    pub fn candidates(&self) -> Vec<Candidate> {
        let assessed: BTreeMap<&ApplicationId, &Dossier> = self
            .dossiers
            .iter()
            .filter(|it| it.application.state == State::Assessed)
            .map(|it| (&it.application.id, it))
            .collect();
        let candidate = |project: &Project| {
            let dossier = assessed.get(&project.application_id)?;
            Some(Candidate {
                applicant: dossier.applicant.clone(),
                project: project.clone(),
            })
        };
        self.projects.iter().filter_map(candidate).collect()
    }

    /// What projects and applicants are called.
    pub fn names(&self) -> Names {
        let of: BTreeMap<&ApplicationId, &Dossier> = self
            .dossiers
            .iter()
            .map(|it| (&it.application.id, it))
            .collect();
        let name = |project: &Project| {
            let dossier = of.get(&project.application_id)?;
            let name = ProjectName {
                title: project.title.clone(),
                region: dossier.region.clone(),
                is_closed: dossier.is_closed,
            };
            Some((project.id.to_string(), name))
        };
        Names {
            projects: self.projects.iter().filter_map(name).collect(),
            applicants: self
                .dossiers
                .iter()
                .map(|it| (it.applicant.clone(), it.region.clone()))
                .collect(),
        }
    }
}

/// A window with its cycle and scheme, in one statement.
pub fn round(conn: &mut Conn, id: &WindowId) -> Result<Round, AppError> {
    type Row = (Window, Cycle, Scheme, Option<Closing>, Option<String>);
    let rows: Vec<Row> = application_windows::table
        .inner_join(cycles::table.inner_join(schemes::table))
        .left_join(window_closings::table.left_join(regions::table))
        .filter(application_windows::id.eq(id))
        .order((window_closings::ends_at, window_closings::id))
        .limit(MOST)
        .select((
            Window::as_select(),
            Cycle::as_select(),
            Scheme::as_select(),
            Option::<Closing>::as_select(),
            regions::name.nullable(),
        ))
        .load(conn)?;
    let (window, cycle, scheme, _, _) = rows.first().cloned().ok_or(AppError::NotFound)?;
    let closings: Vec<Closing> = rows.iter().filter_map(|it| it.3.clone()).collect();
    let mut more_time: BTreeMap<RegionId, MoreTime> = BTreeMap::new();
    for (_, _, _, closing, name) in rows {
        if let (Some(region), Some(name)) = (closing.and_then(|it| it.region_id), name) {
            let closes_at = closing::effective(window.closes_at, &closings, Some(&region));
            let more = MoreTime {
                region: region.clone(),
                name,
                closes_at,
            };
            more_time.insert(region, more);
        }
    }
    let mut more_time: Vec<MoreTime> = more_time.into_values().collect();
    more_time.sort_by(|a, b| (&a.name, &a.region).cmp(&(&b.name, &b.region)));
    Ok(Round {
        window: window.closing(&closings, None),
        cycle,
        scheme,
        more_time,
    })
}

/// What can be divided in a window and among whom, in four statements. `actor` is who reads.
pub fn material(conn: &mut Conn, round: &Round, actor: &Actor) -> Result<Material, AppError> {
    let funds = funds(conn, &round.cycle.id)?;
    let dossiers = dossiers_of(conn, &round.window.id, actor)?;
    let ids: Vec<ApplicationId> = dossiers
        .iter()
        .map(|it| it.application.id.clone())
        .collect();
    let projects = applications::store::projects_of_all(conn, &ids)?;
    Ok(Material {
        funds,
        dossiers,
        projects,
    })
}

/// The envelopes of a cycle with what is free in each.
pub fn funds(conn: &mut Conn, cycle: &CycleId) -> Result<Vec<Fund>, AppError> {
    type Row = (
        EnvelopeId,
        i32,
        EnvelopeKind,
        EnvelopeMode,
        DistributionMethod,
        Option<Money>,
    );
    let rows: Vec<Row> = envelopes::table
        .inner_join(budget_years::table)
        .left_join(envelope_balances::table)
        .filter(budget_years::cycle_id.eq(cycle))
        .order((budget_years::year, envelopes::id))
        .limit(MOST)
        .select((
            envelopes::id,
            budget_years::year,
            envelopes::kind,
            envelopes::mode,
            envelopes::method,
            envelope_balances::free_cents.nullable(),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(envelope, year, kind, mode, method, free)| Fund {
            envelope,
            year,
            kind,
            mode,
            method,
            free: free.unwrap_or_default(),
        })
        .collect())
}

/// The applications of a window that were submitted, by region.
fn dossiers_of(
    conn: &mut Conn,
    window: &WindowId,
    actor: &Actor,
) -> Result<Vec<Dossier>, AppError> {
    let states = [
        State::Submitted,
        State::CompletionRequested,
        State::Completed,
        State::NotTreatedProposed,
        State::InAssessment,
        State::Assessed,
        State::Proposed,
        State::Decided,
        State::Notified,
        State::Withdrawn,
    ];
    let own_conflict = interest_declarations::application_id
        .eq(dossiers::id)
        .and(interest_declarations::account_id.eq(actor.id.clone()))
        .and(interest_declarations::has_conflict.eq(true));
    let rows: Vec<(Application, String, String, Option<AccountId>)> = dossiers::table
        .inner_join(regions::table)
        .inner_join(municipalities::table)
        .left_join(interest_declarations::table.on(own_conflict))
        .filter(dossiers::window_id.eq(window))
        .filter(dossiers::state.eq_any(states.to_vec()))
        // What is left untreated was not assessed and gets nothing.
        .filter(not(exists(
            decisions::table
                .inner_join(proposals::table)
                .filter(decisions::application_id.eq(dossiers::id))
                .filter(decisions::outcome.eq(Outcome::NotTreated))
                .filter(proposals::state.eq(ProposalState::Decided)),
        )))
        .order((regions::sort_name, dossiers::id))
        .limit(MOST)
        .select((
            Application::as_select(),
            regions::name,
            municipalities::cbs_code,
            interest_declarations::account_id.nullable(),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(application, region, applicant, conflict)| Dossier {
            application,
            region,
            applicant,
            is_closed: conflict.is_some(),
        })
        .collect())
}

/// These scenarios with the name of who made each, in the order in which they were made.
pub fn get_all(conn: &mut Conn, ids: &[ScenarioId]) -> Result<Vec<(Scenario, String)>, AppError> {
    Ok(scenarios::table
        .inner_join(accounts::table.on(accounts::id.eq(scenarios::created_by)))
        .filter(scenarios::id.eq_any(ids.to_vec()))
        .order(scenarios::id)
        .limit(MOST)
        .select((Scenario::as_select(), accounts::name))
        .load(conn)?)
}

/// How many scenarios a window has.
pub fn count_of(conn: &mut Conn, window: &WindowId) -> Result<i64, AppError> {
    Ok(scenarios::table
        .filter(scenarios::window_id.eq(window))
        .count()
        .get_result(conn)?)
}

/// The scenarios of a window, the newest first; one page.
pub fn of_window(
    conn: &mut Conn,
    window: &WindowId,
    limit: i64,
    offset: i64,
) -> Result<Vec<Listed>, AppError> {
    Ok(scenarios::table
        .filter(scenarios::window_id.eq(window))
        .order((scenarios::created_at.desc(), scenarios::id.desc()))
        .limit(limit)
        .offset(offset)
        .select(Listed::as_select())
        .load(conn)?)
}

/// Whether a window has a scenario of this name.
pub fn has_name(conn: &mut Conn, window: &WindowId, name: &str) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        scenarios::table
            .filter(scenarios::window_id.eq(window))
            .filter(scenarios::name.eq(name)),
    ))
    .get_result(conn)?)
}

/// What scenarios these windows have, the newest first.
pub fn heads(conn: &mut Conn, windows: &[WindowId]) -> Result<Vec<Head>, AppError> {
    type Row = (ScenarioId, WindowId, String, ScenarioState, NaiveDateTime);
    let rows: Vec<Row> = scenarios::table
        .filter(scenarios::window_id.eq_any(windows.to_vec()))
        .order((scenarios::created_at.desc(), scenarios::id.desc()))
        .limit(MOST)
        .select((
            scenarios::id,
            scenarios::window_id,
            scenarios::name,
            scenarios::state,
            scenarios::created_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, window, name, state, created_at)| Head {
            id,
            window,
            name,
            state,
            created_at,
        })
        .collect())
}

/// The edits by hand of these scenarios with the name of who made them, in their order.
pub fn edits(conn: &mut Conn, ids: &[ScenarioId]) -> Result<Vec<(Edit, String)>, AppError> {
    Ok(scenario_edits::table
        .inner_join(accounts::table)
        .filter(scenario_edits::scenario_id.eq_any(ids.to_vec()))
        .order((scenario_edits::scenario_id, scenario_edits::seq))
        .limit(MOST.saturating_mul(10))
        .select((Edit::as_select(), accounts::name))
        .load(conn)?)
}

/// The scenarios after one, by id; for reading all of them.
pub fn after(conn: &mut Conn, id: &ScenarioId, limit: i64) -> Result<Vec<Scenario>, AppError> {
    Ok(scenarios::table
        .filter(scenarios::id.gt(id))
        .order(scenarios::id)
        .limit(limit)
        .select(Scenario::as_select())
        .load(conn)?)
}

/// How many applications of a window stand where; drafts are not counted.
pub fn states(conn: &mut Conn, window: &WindowId) -> Result<BTreeMap<State, i64>, AppError> {
    let rows: Vec<(State, i64)> = dossiers::table
        .filter(dossiers::window_id.eq(window))
        .filter(dossiers::state.ne(State::Draft))
        .group_by(dossiers::state)
        .order(dossiers::state)
        .limit(100)
        .select((dossiers::state, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The applicants (CBS codes) of a window's assessed applications, with the names of their regions.
pub fn applicants(
    conn: &mut Conn,
    window: &WindowId,
) -> Result<BTreeMap<String, String>, AppError> {
    let codes: Vec<(String, String)> = dossiers::table
        .inner_join(municipalities::table)
        .inner_join(regions::table)
        .filter(dossiers::window_id.eq(window))
        .filter(dossiers::state.eq(State::Assessed))
        .order((municipalities::cbs_code, dossiers::id))
        .limit(MOST)
        .select((municipalities::cbs_code, regions::name))
        .load(conn)?;
    Ok(codes.into_iter().collect())
}

/// Adds a scenario.
pub fn insert(tx: &mut Tx<'_>, it: &Scenario) -> Result<(), AppError> {
    diesel::insert_into(scenarios::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Adds an edit by hand.
pub fn insert_edit(tx: &mut Tx<'_>, it: &Edit) -> Result<(), AppError> {
    diesel::insert_into(scenario_edits::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Saves what can change of a scenario, if nobody saved since it was read.
pub fn update(tx: &mut Tx<'_>, it: &Scenario) -> Result<(), AppError> {
    let changed = diesel::update(
        scenarios::table
            .find(&it.id)
            .filter(scenarios::version.eq(it.version)),
    )
    .set((
        scenarios::state.eq(it.state),
        scenarios::adopted_at.eq(it.adopted_at),
        scenarios::adopted_by.eq(&it.adopted_by),
        scenarios::awarded_cents.eq(it.sums.awarded_cents),
        scenarios::full_count.eq(it.sums.full_count),
        scenarios::partly_count.eq(it.sums.partly_count),
        scenarios::nothing_count.eq(it.sums.nothing_count),
        scenarios::edit_count.eq(it.sums.edit_count),
        scenarios::version.eq(scenarios::version + 1),
    ))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}
