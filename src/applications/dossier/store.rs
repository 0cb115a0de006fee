//! SQL about what a dossier shows. No rules.

use std::collections::BTreeMap;

use diesel::{
    dsl::{auto_type, sql},
    prelude::*,
    sql_types::BigInt,
};

use crate::{
    core::{
        ids::{ApplicationId, DecisionId, ProjectId},
        money::Money,
    },
    db::{
        Conn,
        schema::{decision_lines, decisions, project_balances},
    },
    error::AppError,
    journal::promises::store::AWARDED,
};

/// What stands as awarded now per project and year, by the last decision and every change of it;
/// empty before there is a decision.
pub fn awarded(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<BTreeMap<(ProjectId, i32), Money>, AppError> {
    let rows: Vec<Awarded> = decision_lines::table
        .inner_join(decisions::table)
        .left_join(project_balances::table.on(standing()))
        .filter(decisions::application_id.eq(id))
        .order((
            decisions::decided_at,
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::decision_id,
            decision_lines::envelope_id,
        ))
        .limit(1_000)
        .select((
            decision_lines::decision_id,
            decision_lines::project_id,
            decision_lines::year,
            sql::<BigInt>(AWARDED),
        ))
        .load(conn)?;
    last(rows)
}

/// What the journal keeps for a line of a decision.
#[auto_type]
pub(in crate::applications) fn standing() -> _ {
    project_balances::project_id
        .eq(decision_lines::project_id)
        .and(project_balances::envelope_id.eq(decision_lines::envelope_id))
}

/// What a project has by a decision in a year from one envelope.
pub(in crate::applications) type Awarded = (DecisionId, ProjectId, i32, Money);

/// What the last decision on each project and year gives, all envelopes together. The rows come in the order of
/// their decisions: a later one replaces the one before.
pub(in crate::applications) fn last(
    rows: Vec<Awarded>,
) -> Result<BTreeMap<(ProjectId, i32), Money>, AppError> {
    let mut last: BTreeMap<(ProjectId, i32), (DecisionId, Money)> = BTreeMap::new();
    for (decision, project, year, amount) in rows {
        let key = (project, year);
        let before = last.get(&key).filter(|(it, _)| *it == decision);
        let sum = before.map_or(Ok(amount), |(_, it)| it.checked_add(amount))?;
        last.insert(key, (decision, sum));
    }
    let amounts = last.into_iter().map(|(key, (_, amount))| (key, amount));
    Ok(amounts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_add_up_and_a_later_decision_replaces() {
        let row = |decision: &str, cents| {
            let ids = (DecisionId::from(decision), ProjectId::from("p"));
            (ids.0, ids.1, 2027, Money::from_cents(cents))
        };
        let rows = vec![row("a", 5), row("b", 2), row("b", 4)];
        let key = (ProjectId::from("p"), 2027);
        assert_eq!(last(rows).unwrap(), [(key, Money::from_cents(6))].into());
    }
}
