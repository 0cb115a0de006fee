//! SQL about decisions on the budget. No rules.

use diesel::prelude::*;

use super::{BudgetDecision, BudgetDecisionState};
use crate::{
    core::ids::{AccountId, BudgetDecisionId, CycleId},
    db::{
        Conn, Tx,
        schema::{accounts, budget_decisions},
    },
    error::AppError,
};

/// Adds a proposal.
pub fn insert(tx: &mut Tx<'_>, it: &BudgetDecision) -> Result<(), AppError> {
    diesel::insert_into(budget_decisions::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Saves where it stands, if nobody saved since it was read.
pub fn update(tx: &mut Tx<'_>, it: &BudgetDecision) -> Result<(), AppError> {
    let changed = diesel::update(
        budget_decisions::table
            .find(&it.id)
            .filter(budget_decisions::version.eq(it.version)),
    )
    .set((
        budget_decisions::state.eq(it.state),
        budget_decisions::decided_at.eq(it.decided_at),
        budget_decisions::decided_by.eq(&it.decided_by),
        budget_decisions::returned_by.eq(&it.returned_by),
        budget_decisions::returned_at.eq(it.returned_at),
        budget_decisions::returned_reason.eq(&it.returned_reason),
        budget_decisions::version.eq(budget_decisions::version + 1),
    ))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// One of them.
pub fn get(conn: &mut Conn, id: &BudgetDecisionId) -> Result<BudgetDecision, AppError> {
    Ok(budget_decisions::table
        .find(id)
        .select(BudgetDecision::as_select())
        .first(conn)?)
}

/// The names of who proposed and, if somebody did, of who decided or gave it back.
pub fn names(conn: &mut Conn, it: &BudgetDecision) -> Result<(String, String), AppError> {
    let other = it.decided_by.as_ref().or(it.returned_by.as_ref());
    let people = [Some(&it.proposed_by), other];
    let rows: Vec<(AccountId, String)> = accounts::table
        .filter(accounts::id.eq_any(people.into_iter().flatten()))
        .select((accounts::id, accounts::name))
        .load(conn)?;
    let name = |id: Option<&AccountId>| {
        let found = rows.iter().find(|(it, _)| Some(it) == id);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    Ok((name(Some(&it.proposed_by)), name(other)))
}

/// How many were made in a cycle.
pub fn count_in(conn: &mut Conn, cycle: &CycleId) -> Result<i64, AppError> {
    Ok(budget_decisions::table
        .filter(budget_decisions::cycle_id.eq(cycle))
        .count()
        .get_result(conn)?)
}

/// How many stand here.
pub fn count(conn: &mut Conn, state: BudgetDecisionState) -> Result<i64, AppError> {
    Ok(budget_decisions::table
        .filter(budget_decisions::state.eq(state))
        .count()
        .get_result(conn)?)
}

/// Those that stand here, with the name of who proposed, the newest first.
pub fn listed(
    conn: &mut Conn,
    state: BudgetDecisionState,
    limit: i64,
    offset: i64,
) -> Result<Vec<(BudgetDecision, String)>, AppError> {
    Ok(budget_decisions::table
        .inner_join(accounts::table.on(accounts::id.eq(budget_decisions::proposed_by)))
        .filter(budget_decisions::state.eq(state))
        .order((
            budget_decisions::proposed_at.desc(),
            budget_decisions::id.desc(),
        ))
        .limit(limit)
        .offset(offset)
        .select((BudgetDecision::as_select(), accounts::name))
        .load(conn)?)
}
