//! SQL about proposals and decisions. No rules.

use std::collections::BTreeMap;

use diesel::{
    dsl::{not, sql},
    prelude::*,
    sql_types::BigInt,
};

use super::{
    Decision, Line, Proposal, ProposalState, Verdict,
    dossier::{self, Free, Promise, Row},
    outcome::Outcome,
    worklist::{Filter, Listed},
};
use crate::{
    applications::{state::State, store::conflicts_of},
    core::{
        actor::Actor,
        category::{Category, EnvelopeKind},
        ids::{
            AccountId, ApplicationId, CycleId, DecisionId, EnvelopeId, ProjectId, ProposalId,
            ScenarioId,
        },
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, application_windows, applications, budget_years, cycles, decision_lines,
            decisions, envelope_balances, envelopes, interest_declarations, municipalities,
            project_balances, project_years, projects, proposal_lines, proposals, regions,
            scenario_edits, schemes,
        },
    },
    error::AppError,
    journal::promises::store::AWARDED,
    schemes::{Cycle, Scheme, WindowKind},
};

/// The most lines of one proposal or decision: 500 projects of two years.
const MOST_LINES: i64 = 1_000;

/// Adds a proposal.
pub fn insert_proposal(tx: &mut Tx<'_>, it: &Proposal) -> Result<(), AppError> {
    diesel::insert_into(proposals::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Adds a line to a proposal.
pub fn insert_proposal_line(
    tx: &mut Tx<'_>,
    proposal: &ProposalId,
    it: &Line,
) -> Result<(), AppError> {
    diesel::insert_into(proposal_lines::table)
        .values((
            proposal_lines::proposal_id.eq(proposal),
            proposal_lines::project_id.eq(&it.project),
            proposal_lines::year.eq(it.year),
            proposal_lines::envelope_id.eq(&it.envelope),
            proposal_lines::amount_cents.eq(it.amount),
            proposal_lines::reason.eq(&it.reason),
            proposal_lines::smallest_change.eq(&it.smallest_change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Saves what can change of a proposal, if nobody saved since it was read.
pub fn update_proposal(tx: &mut Tx<'_>, it: &Proposal) -> Result<(), AppError> {
    let changed = diesel::update(
        proposals::table
            .find(&it.id)
            .filter(proposals::version.eq(it.version)),
    )
    .set((
        proposals::state.eq(it.state),
        proposals::is_reserved.eq(it.is_reserved),
        proposals::reserved_until.eq(it.reserved_until),
        proposals::szw_verdict.eq(it.szw_verdict),
        proposals::szw_reason.eq(&it.szw_reason),
        proposals::szw_at.eq(it.szw_at),
        proposals::szw_by.eq(&it.szw_by),
        proposals::returned_by.eq(&it.returned_by),
        proposals::returned_at.eq(it.returned_at),
        proposals::returned_reason.eq(&it.returned_reason),
        proposals::version.eq(proposals::version + 1),
    ))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// The last proposal for an application that was not withdrawn.
pub fn proposal_of(
    conn: &mut Conn,
    application: &ApplicationId,
) -> Result<Option<Proposal>, AppError> {
    Ok(proposals::table
        .filter(proposals::application_id.eq(application))
        .filter(proposals::state.ne(ProposalState::Withdrawn))
        .order((proposals::proposed_at.desc(), proposals::id.desc()))
        .select(Proposal::as_select())
        .first(conn)
        .optional()?)
}

/// The last proposal for an application, if it was given back, with the name of who did.
pub fn returned(
    conn: &mut Conn,
    application: &ApplicationId,
) -> Result<Option<(Proposal, String)>, AppError> {
    let last: Option<(Proposal, Option<String>)> = proposals::table
        .left_join(accounts::table.on(accounts::id.nullable().eq(proposals::returned_by)))
        .filter(proposals::application_id.eq(application))
        .order((proposals::proposed_at.desc(), proposals::id.desc()))
        .select((Proposal::as_select(), accounts::name.nullable()))
        .first(conn)
        .optional()?;
    Ok(last.and_then(|(proposal, by)| Some((proposal, by?))))
}

/// The highest version that any proposal for an application reached; 0 if there was none.
pub fn last_version(conn: &mut Conn, application: &ApplicationId) -> Result<i32, AppError> {
    let last: Option<i32> = proposals::table
        .filter(proposals::application_id.eq(application))
        .select(diesel::dsl::max(proposals::version))
        .first(conn)?;
    Ok(last.unwrap_or(0))
}

/// Open proposals that hold money although their time has passed, the oldest first.
pub fn expired(
    conn: &mut Conn,
    now: chrono::NaiveDateTime,
    limit: i64,
) -> Result<Vec<Proposal>, AppError> {
    Ok(proposals::table
        .filter(proposals::state.eq(ProposalState::Open))
        .filter(proposals::is_reserved.eq(true))
        .filter(proposals::reserved_until.le(now))
        .order((proposals::reserved_until, proposals::id))
        .limit(limit)
        .select(Proposal::as_select())
        .load(conn)?)
}

/// The lines of a proposal.
pub fn proposal_lines(conn: &mut Conn, id: &ProposalId) -> Result<Vec<Line>, AppError> {
    let lines = proposal_lines::table
        .filter(proposal_lines::proposal_id.eq(id))
        .order((
            proposal_lines::project_id,
            proposal_lines::year,
            proposal_lines::envelope_id,
        ))
        .limit(MOST_LINES)
        .select((
            proposal_lines::project_id,
            proposal_lines::year,
            proposal_lines::envelope_id,
            proposal_lines::amount_cents,
            proposal_lines::reason,
            proposal_lines::smallest_change,
        ))
        .load(conn)?;
    Ok(lines.into_iter().map(line_of).collect())
}

/// Whether somebody changed amounts of a scenario by hand.
pub fn edited(conn: &mut Conn, scenario: &ScenarioId, by: &AccountId) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        scenario_edits::table
            .filter(scenario_edits::scenario_id.eq(scenario))
            .filter(scenario_edits::edited_by.eq(by)),
    ))
    .get_result(conn)?)
}

/// Adds a decision.
pub fn insert_decision(tx: &mut Tx<'_>, it: &Decision) -> Result<(), AppError> {
    diesel::insert_into(decisions::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Adds a line to a decision.
pub fn insert_decision_line(
    tx: &mut Tx<'_>,
    decision: &DecisionId,
    it: &Line,
) -> Result<(), AppError> {
    diesel::insert_into(decision_lines::table)
        .values((
            decision_lines::decision_id.eq(decision),
            decision_lines::project_id.eq(&it.project),
            decision_lines::year.eq(it.year),
            decision_lines::envelope_id.eq(&it.envelope),
            decision_lines::amount_cents.eq(it.amount),
            decision_lines::reason.eq(&it.reason),
            decision_lines::smallest_change.eq(&it.smallest_change),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Saves that a decision was sent, with its letter; once.
pub fn set_sent(tx: &mut Tx<'_>, it: &Decision) -> Result<(), AppError> {
    let changed = diesel::update(
        decisions::table
            .find(&it.id)
            .filter(decisions::notified_at.is_null()),
    )
    .set((
        decisions::notified_at.eq(it.notified_at),
        decisions::notified_by.eq(&it.notified_by),
        decisions::objection_until.eq(it.objection_until),
        decisions::letter.eq(&it.letter),
        decisions::letter_sha256.eq(&it.letter_sha256),
    ))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// One decision, whoever asks: for those who have checked who may know of its application.
pub fn decision(conn: &mut Conn, id: &DecisionId) -> Result<Decision, AppError> {
    Ok(decisions::table
        .find(id)
        .select(Decision::as_select())
        .first(conn)?)
}

/// The unit to which the scheme of an application rounds amounts down.
pub fn rounding(conn: &mut Conn, application: &ApplicationId) -> Result<Money, AppError> {
    Ok(applications::table
        .inner_join(application_windows::table.inner_join(cycles::table.inner_join(schemes::table)))
        .filter(applications::id.eq(application))
        .select(schemes::rounding_cents)
        .first(conn)?)
}

/// The term to decide of the scheme of an application, in weeks.
pub fn term_weeks(conn: &mut Conn, application: &ApplicationId) -> Result<i32, AppError> {
    Ok(applications::table
        .inner_join(application_windows::table.inner_join(cycles::table.inner_join(schemes::table)))
        .filter(applications::id.eq(application))
        .select(schemes::decision_term_weeks)
        .first(conn)?)
}

/// The last decision on an application; one that lapsed before it was sent is none.
pub fn decision_of(
    conn: &mut Conn,
    application: &ApplicationId,
) -> Result<Option<Decision>, AppError> {
    Ok(decisions::table
        .inner_join(proposals::table)
        .filter(decisions::application_id.eq(application))
        .filter(proposals::state.ne(ProposalState::Withdrawn))
        .order((decisions::decided_at.desc(), decisions::id.desc()))
        .select(Decision::as_select())
        .first(conn)
        .optional()?)
}

/// How many decisions were taken on an application.
pub fn count_decisions(conn: &mut Conn, application: &ApplicationId) -> Result<i64, AppError> {
    Ok(decisions::table
        .filter(decisions::application_id.eq(application))
        .count()
        .get_result(conn)?)
}

/// The lines of a decision.
pub fn decision_lines(conn: &mut Conn, id: &DecisionId) -> Result<Vec<Line>, AppError> {
    let lines = decision_lines::table
        .filter(decision_lines::decision_id.eq(id))
        .order((
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::envelope_id,
        ))
        .limit(MOST_LINES)
        .select((
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::envelope_id,
            decision_lines::amount_cents,
            decision_lines::reason,
            decision_lines::smallest_change,
        ))
        .load(conn)?;
    Ok(lines.into_iter().map(line_of).collect())
}

type LineRow = (ProjectId, i32, EnvelopeId, Money, String, Option<String>);

fn line_of((project, year, envelope, amount, reason, smallest_change): LineRow) -> Line {
    Line {
        project,
        year,
        envelope,
        amount,
        reason,
        smallest_change,
    }
}

/// The names of these people.
pub fn names(
    conn: &mut Conn,
    ids: Vec<AccountId>,
) -> Result<BTreeMap<AccountId, String>, AppError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(AccountId, String)> = accounts::table
        .filter(accounts::id.eq_any(ids))
        .select((accounts::id, accounts::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// What stands above the page of an application, and what its rules need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The name of the municipality.
    pub municipality: String,
    /// The name of its region.
    pub region: String,
    /// The round.
    pub window: WindowKind,
    /// Its cycle.
    pub cycle: CycleId,
    /// Whether this person declared that they have no interest in it.
    pub declared: bool,
    /// Whether this person changed amounts by hand in the scenario that its open proposal comes from.
    pub edited: bool,
}

/// What stands above the page of an application, for this person.
pub fn heading(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Heading, AppError> {
    let declarations = interest_declarations::table
        .filter(interest_declarations::application_id.eq(id))
        .filter(interest_declarations::account_id.eq(&actor.id))
        .filter(interest_declarations::has_conflict.eq(false));
    let scenarios = proposals::table
        .filter(proposals::application_id.eq(id))
        .filter(proposals::state.eq(ProposalState::Open))
        .filter(proposals::scenario_id.is_not_null())
        .select(proposals::scenario_id.assume_not_null());
    let edits = scenario_edits::table
        .filter(scenario_edits::scenario_id.eq_any(scenarios))
        .filter(scenario_edits::edited_by.eq(&actor.id));
    let (municipality, region, window, cycle, declared, edited) = applications::table
        .inner_join(municipalities::table)
        .inner_join(regions::table)
        .inner_join(application_windows::table)
        .filter(applications::id.eq(id))
        .select((
            municipalities::name,
            regions::name,
            application_windows::kind,
            application_windows::cycle_id,
            diesel::dsl::exists(declarations),
            diesel::dsl::exists(edits),
        ))
        .first(conn)?;
    Ok(Heading {
        municipality,
        region,
        window,
        cycle,
        declared,
        edited,
    })
}

/// The last proposal for an application that was not withdrawn, with the decision on it.
pub fn proposal_and_decision(
    conn: &mut Conn,
    application: &ApplicationId,
) -> Result<(Option<Proposal>, Option<Decision>), AppError> {
    let found: Option<(Proposal, Option<Decision>)> = proposals::table
        .left_join(decisions::table)
        .filter(proposals::application_id.eq(application))
        .filter(proposals::state.ne(ProposalState::Withdrawn))
        .order((proposals::proposed_at.desc(), proposals::id.desc()))
        .select((Proposal::as_select(), Option::<Decision>::as_select()))
        .first(conn)
        .optional()?;
    Ok(match found {
        Some((proposal, decision)) => (Some(proposal), decision),
        None => (None, None),
    })
}

/// The projects of an application per year, with what is proposed and what is decided.
pub fn rows(
    conn: &mut Conn,
    application: &ApplicationId,
    proposal: Option<&ProposalId>,
    decision: Option<&DecisionId>,
) -> Result<Vec<Row>, AppError> {
    type Found = Option<(EnvelopeId, Money, String, Option<String>)>;
    type Wanted = (
        ProjectId,
        String,
        Option<Category>,
        (i32, Money, Money, Option<Money>),
        Found,
        (Found, Money),
    );
    let proposal = proposal.cloned().unwrap_or_else(|| ProposalId::from(""));
    let decision = decision.cloned().unwrap_or_else(|| DecisionId::from(""));
    let proposed = proposal_lines::proposal_id
        .eq(proposal)
        .and(proposal_lines::project_id.eq(projects::id))
        .and(proposal_lines::year.eq(project_years::year));
    let decided = decision_lines::decision_id
        .eq(decision)
        .and(decision_lines::project_id.eq(projects::id))
        .and(decision_lines::year.eq(project_years::year));
    let standing = project_balances::project_id
        .eq(decision_lines::project_id)
        .and(project_balances::envelope_id.eq(decision_lines::envelope_id));
    let rows: Vec<Wanted> = projects::table
        .inner_join(project_years::table)
        .left_join(proposal_lines::table.on(proposed))
        .left_join(decision_lines::table.on(decided))
        .left_join(project_balances::table.on(standing))
        .filter(projects::application_id.eq(application))
        .filter(projects::removed_at.is_null())
        .order((projects::position, projects::id, project_years::year))
        .limit(MOST_LINES)
        .select((
            projects::id,
            projects::title,
            projects::category,
            (
                project_years::year,
                project_years::requested_cents,
                project_years::minimum_cents,
                project_years::eligible_cents,
            ),
            (
                proposal_lines::envelope_id,
                proposal_lines::amount_cents,
                proposal_lines::reason,
                proposal_lines::smallest_change,
            )
                .nullable(),
            (
                (
                    decision_lines::envelope_id,
                    decision_lines::amount_cents,
                    decision_lines::reason,
                    decision_lines::smallest_change,
                )
                    .nullable(),
                sql::<BigInt>(AWARDED),
            ),
        ))
        .load(conn)?;
    let promise = |(envelope, amount, reason, smallest_change)| Promise {
        parts: [(envelope, amount)].into(),
        amount,
        reason,
        smallest_change,
    };
    let rows = rows.into_iter().map(
        |(project, title, category, year, proposed, (decided, stands))| Row {
            project,
            title,
            category,
            year: year.0,
            requested: year.1,
            minimum: year.2,
            eligible: year.3,
            proposed: proposed.map(promise),
            standing: decided.iter().map(|it| (it.0.clone(), stands)).collect(),
            decided: decided.map(promise),
        },
    );
    Ok(dossier::joined(rows.collect())?)
}

/// What is free in the envelopes of a cycle, by year and in the order of their kinds.
pub fn free(conn: &mut Conn, cycle: &CycleId) -> Result<Vec<Free>, AppError> {
    let rows: Vec<(EnvelopeId, EnvelopeKind, i32, Option<Money>)> = envelopes::table
        .inner_join(budget_years::table)
        .left_join(envelope_balances::table)
        .filter(budget_years::cycle_id.eq(cycle))
        .order((budget_years::year, envelopes::id))
        .limit(100)
        .select((
            envelopes::id,
            envelopes::kind,
            budget_years::year,
            envelope_balances::free_cents.nullable(),
        ))
        .load(conn)?;
    let mut free: Vec<Free> = rows
        .into_iter()
        .map(|(envelope, kind, year, free)| Free {
            envelope,
            kind,
            year,
            free: free.unwrap_or(Money::ZERO),
        })
        .collect();
    free.sort_by_key(|it| (it.year, it.kind));
    Ok(free)
}

/// The year and what is kept back in it for the top-up round, if there is any.
pub fn reserve(conn: &mut Conn, cycle: &CycleId) -> Result<Option<(i32, Money)>, AppError> {
    let kept = free(conn, cycle)?
        .into_iter()
        .rfind(|it| it.kind == EnvelopeKind::Reserve && !it.free.is_zero());
    Ok(kept.map(|it| (it.year, it.free)))
}

/// What a letter needs to know about where its decision stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The scheme version.
    pub scheme: Scheme,
    /// The cycle.
    pub cycle: Cycle,
    /// The round.
    pub window: WindowKind,
    /// The name of the municipality.
    pub municipality: String,
    /// The name of its region.
    pub region: String,
}

/// Where a decision on an application stands.
pub fn setting(conn: &mut Conn, application: &ApplicationId) -> Result<Setting, AppError> {
    let (scheme, cycle, window, municipality, region) = applications::table
        .inner_join(application_windows::table.inner_join(cycles::table.inner_join(schemes::table)))
        .inner_join(municipalities::table)
        .inner_join(regions::table)
        .filter(applications::id.eq(application))
        .select((
            Scheme::as_select(),
            Cycle::as_select(),
            application_windows::kind,
            municipalities::name,
            regions::name,
        ))
        .first(conn)?;
    Ok(Setting {
        scheme,
        cycle,
        window,
        municipality,
        region,
    })
}

/// How many proposals and decisions a list has for this person.
pub fn count_listed(conn: &mut Conn, actor: &Actor, filter: Filter) -> Result<i64, AppError> {
    let (states, of) = filter.states();
    Ok(proposals::table
        .inner_join(applications::table)
        .filter(proposals::state.eq_any(states.to_vec()))
        .filter(applications::state.eq_any(of.to_vec()))
        .filter(not(applications::id.eq_any(conflicts_of(&actor.id))))
        .count()
        .get_result(conn)?)
}

/// One page of that list, the longest waiting first; without those of which this person may not
/// know. In two statements.
pub fn listed(
    conn: &mut Conn,
    actor: &Actor,
    filter: Filter,
    limit: i64,
    offset: i64,
) -> Result<Vec<Listed>, AppError> {
    type Wanted = (
        (ApplicationId, String, State, String, CycleId),
        (ProposalId, chrono::NaiveDateTime, String, Option<Verdict>),
        (bool, Option<chrono::NaiveDateTime>),
        Option<(DecisionId, Outcome)>,
    );
    let (states, of) = filter.states();
    let found: Vec<Wanted> = proposals::table
        .inner_join(
            applications::table
                .inner_join(municipalities::table)
                .inner_join(application_windows::table),
        )
        .inner_join(accounts::table.on(accounts::id.eq(proposals::proposed_by)))
        .left_join(decisions::table)
        .filter(proposals::state.eq_any(states.to_vec()))
        .filter(applications::state.eq_any(of.to_vec()))
        .filter(not(applications::id.eq_any(conflicts_of(&actor.id))))
        .order((proposals::proposed_at, proposals::id))
        .limit(limit)
        .offset(offset)
        .select((
            (
                applications::id,
                applications::reference,
                applications::state,
                municipalities::name,
                application_windows::cycle_id,
            ),
            (
                proposals::id,
                proposals::proposed_at,
                accounts::name,
                proposals::szw_verdict,
            ),
            (proposals::is_reserved, proposals::reserved_until),
            (decisions::id, decisions::outcome).nullable(),
        ))
        .load(conn)?;
    let sums = sums(conn, found.iter().map(|it| it.1.0.clone()).collect())?;
    let list = found
        .into_iter()
        .map(|(application, proposal, kept, decision)| {
            let it = sums.get(&proposal.0).copied().unwrap_or_default();
            Listed {
                application: application.0,
                reference: application.1,
                state: application.2,
                municipality: application.3,
                cycle: application.4,
                proposal: proposal.0,
                proposed_at: proposal.1,
                proposed_by: proposal.2,
                is_reserved: kept.0,
                reserved_until: kept.1,
                verdict: proposal.3,
                total: match decision {
                    Some(_) => it.stands,
                    None => it.proposed,
                },
                proposed: it.proposed,
                decision,
                has_prevention: it.has_prevention,
            }
        });
    Ok(list.collect())
}

/// What the lines of a proposal add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    /// Proposed, and decided if it was.
    proposed: Money,
    /// What stands as awarded now.
    stands: Money,
    /// Whether prevention is among the projects.
    has_prevention: bool,
}

fn sums(conn: &mut Conn, ids: Vec<ProposalId>) -> Result<BTreeMap<ProposalId, Sum>, AppError> {
    let standing = project_balances::project_id
        .eq(proposal_lines::project_id)
        .and(project_balances::envelope_id.eq(proposal_lines::envelope_id));
    let lines: Vec<(ProposalId, Money, Option<Category>, Money)> = proposal_lines::table
        .inner_join(projects::table)
        .left_join(project_balances::table.on(standing))
        .filter(proposal_lines::proposal_id.eq_any(ids))
        .select((
            proposal_lines::proposal_id,
            proposal_lines::amount_cents,
            projects::category,
            sql::<BigInt>(AWARDED),
        ))
        .load(conn)?;
    let mut sums: BTreeMap<ProposalId, Sum> = BTreeMap::new();
    for (proposal, amount, category, stands) in lines {
        let sum = sums.entry(proposal).or_default();
        sum.proposed = sum.proposed.checked_add(amount)?;
        sum.stands = sum.stands.checked_add(stands)?;
        sum.has_prevention |= super::proposal::is_with_szw(category);
    }
    Ok(sums)
}
