//! SQL about proposals and decisions. No rules.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{Decision, Line, Proposal, ProposalState};
use crate::{
    core::{
        actor::Actor,
        ids::{AccountId, ApplicationId, DecisionId, EnvelopeId, ProjectId, ProposalId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, decision_lines, decisions, interest_declarations, proposal_lines, proposals,
        },
    },
    error::AppError,
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

/// The lines of a proposal.
pub fn proposal_lines(conn: &mut Conn, id: &ProposalId) -> Result<Vec<Line>, AppError> {
    let lines = proposal_lines::table
        .filter(proposal_lines::proposal_id.eq(id))
        .order((proposal_lines::project_id, proposal_lines::year))
        .limit(MOST_LINES)
        .select((
            proposal_lines::project_id,
            proposal_lines::year,
            proposal_lines::envelope_id,
            proposal_lines::amount_cents,
            proposal_lines::reason,
        ))
        .load(conn)?;
    Ok(lines.into_iter().map(line_of).collect())
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

/// The last decision on an application.
pub fn decision_of(
    conn: &mut Conn,
    application: &ApplicationId,
) -> Result<Option<Decision>, AppError> {
    Ok(decisions::table
        .filter(decisions::application_id.eq(application))
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
        .order((decision_lines::project_id, decision_lines::year))
        .limit(MOST_LINES)
        .select((
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::envelope_id,
            decision_lines::amount_cents,
            decision_lines::reason,
        ))
        .load(conn)?;
    Ok(lines.into_iter().map(line_of).collect())
}

type LineRow = (ProjectId, i32, EnvelopeId, Money, String);

fn line_of((project, year, envelope, amount, reason): LineRow) -> Line {
    Line {
        project,
        year,
        envelope,
        amount,
        reason,
    }
}

/// Whether somebody declared that they have no interest in a dossier.
pub fn declared(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        interest_declarations::table
            .find((id, &actor.id))
            .filter(interest_declarations::has_conflict.eq(false)),
    ))
    .get_result(conn)?)
}

/// The name of somebody.
pub fn name(conn: &mut Conn, id: &AccountId) -> Result<String, AppError> {
    Ok(accounts::table
        .find(id)
        .select(accounts::name)
        .first(conn)?)
}

/// The names of these people.
pub fn names(
    conn: &mut Conn,
    ids: Vec<AccountId>,
) -> Result<BTreeMap<AccountId, String>, AppError> {
    let rows: Vec<(AccountId, String)> = accounts::table
        .filter(accounts::id.eq_any(ids))
        .select((accounts::id, accounts::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}
