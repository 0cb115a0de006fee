//! SQL of the verification of scenarios. No rules.

use diesel::prelude::*;

use crate::{
    audit::{Fact, Stream},
    core::{
        ids::{ProjectId, ProposalId, ScenarioId},
        money::Money,
    },
    db::{
        Conn,
        schema::{audit_facts, decision_lines, decisions, proposal_lines, proposals},
    },
    error::AppError,
};

/// The most lines that are read at a time: those of a batch of scenarios.
const MOST: i64 = 1_000_000;

/// An amount in a proposal, or in the decision on it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Line {
    /// The scenario that was adopted.
    pub scenario: ScenarioId,
    /// The proposal.
    pub proposal: ProposalId,
    /// The project.
    pub project: ProjectId,
    /// The budget year.
    pub year: i32,
    /// The amount.
    pub amount: Money,
}

/// The lines of all proposals that were made of these scenarios.
pub fn proposed(conn: &mut Conn, ids: &[ScenarioId]) -> Result<Vec<Line>, AppError> {
    Ok(proposal_lines::table
        .inner_join(proposals::table)
        .filter(proposals::scenario_id.eq_any(ids.to_vec()))
        .order((
            proposals::scenario_id,
            proposal_lines::project_id,
            proposal_lines::year,
            proposals::id,
        ))
        .limit(MOST)
        .select((
            proposals::scenario_id.assume_not_null(),
            proposals::id,
            proposal_lines::project_id,
            proposal_lines::year,
            proposal_lines::amount_cents,
        ))
        .load(conn)?)
}

/// The lines of all decisions on proposals that were made of these scenarios.
pub fn decided(conn: &mut Conn, ids: &[ScenarioId]) -> Result<Vec<Line>, AppError> {
    Ok(decision_lines::table
        .inner_join(decisions::table.inner_join(proposals::table))
        .filter(proposals::scenario_id.eq_any(ids.to_vec()))
        .order((
            proposals::scenario_id,
            decision_lines::project_id,
            decision_lines::year,
            decisions::id,
        ))
        .limit(MOST)
        .select((
            proposals::scenario_id.assume_not_null(),
            proposals::id,
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::amount_cents,
        ))
        .load(conn)?)
}

/// What the audit trail says of how each of these scenarios was made: its stream and the fact.
pub fn created(conn: &mut Conn, ids: &[ScenarioId]) -> Result<Vec<(String, Fact)>, AppError> {
    let streams: Vec<String> = ids
        .iter()
        .map(|it| Stream::Scenario(it).to_string())
        .collect();
    let rows: Vec<(String, String)> = audit_facts::table
        .filter(audit_facts::stream.eq_any(streams))
        .filter(audit_facts::kind.eq("scenario_created"))
        .order((audit_facts::stream, audit_facts::seq))
        .limit(MOST)
        .select((audit_facts::stream, audit_facts::detail))
        .load(conn)?;
    rows.into_iter()
        .map(|(stream, detail)| Ok((stream, Fact::parse(&detail)?)))
        .collect()
}
