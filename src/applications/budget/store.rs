//! SQL about what the budget of an application comes up against. No rules.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::{AtMost, Before, Limits, Room};
use crate::{
    applications::Head,
    core::{
        category::EnvelopeKind,
        ids::{CycleId, MunicipalityId, ProjectId, RegionId},
        money::Money,
    },
    db::{
        Conn,
        schema::{
            applicant_limits, application_windows, applications, budget_years, cycles,
            decision_lines, decisions, envelope_balances, envelopes, schemes,
        },
    },
    error::AppError,
};

/// What the budget of an application comes up against, in three statements.
pub fn limits(conn: &mut Conn, head: &Head) -> Result<Limits, AppError> {
    let before = before(conn, &head.region.id, head.cycle.first_year)?;
    Ok(Limits {
        before,
        at_most: at_most(conn, &head.cycle.id, &head.lead.id)?,
        ..rooms(conn, &head.cycle.id)?
    })
}

/// What there is per year and envelope of a cycle, without the cycle before.
pub fn rooms(conn: &mut Conn, cycle: &CycleId) -> Result<Limits, AppError> {
    type Balance = (
        Money,
        Money,
        Money,
        Money,
        Money,
        Money,
        Money,
        Money,
        Money,
    );
    let rows: Vec<(i32, EnvelopeKind, Money, Option<Balance>, bool)> = envelopes::table
        .inner_join(budget_years::table.inner_join(cycles::table.inner_join(schemes::table)))
        .left_join(envelope_balances::table)
        .filter(budget_years::cycle_id.eq(cycle))
        .order((budget_years::year, envelopes::kind, envelopes::id))
        .limit(100)
        .select((
            budget_years::year,
            envelopes::kind,
            envelopes::planned_cents,
            (
                envelope_balances::free_cents,
                envelope_balances::reserved_cents,
                envelope_balances::committed_cents,
                envelope_balances::advanced_cents,
                envelope_balances::paid_cents,
                envelope_balances::accepted_cents,
                envelope_balances::determined_cents,
                envelope_balances::released_cents,
                envelope_balances::recovered_cents,
            )
                .nullable(),
            schemes::coupled,
        ))
        .load(conn)?;
    let mut limits = Limits::default();
    for (year, kind, planned, balance, coupled) in rows {
        limits.coupled = coupled;
        let (total, free) = match balance {
            // Wherever it stands, it came in.
            Some((free, a, b, c, d, e, f, g, h)) => {
                (Money::sum([free, a, b, c, d, e, f, g, h])?, free)
            }
            None => (planned, planned),
        };
        limits.rooms.push(Room {
            year,
            kind,
            total,
            free,
        });
    }
    Ok(limits)
}

/// What an applicant gets at most, per year of a cycle.
fn at_most(
    conn: &mut Conn,
    cycle: &CycleId,
    municipality: &MunicipalityId,
) -> Result<Vec<AtMost>, AppError> {
    let rows: Vec<(i32, Option<Money>, Money)> = applicant_limits::table
        .inner_join(budget_years::table)
        .filter(applicant_limits::municipality_id.eq(municipality))
        .filter(budget_years::cycle_id.eq(cycle))
        .order((budget_years::year, budget_years::id))
        .limit(10)
        .select((
            budget_years::year,
            applicant_limits::at_most_cents,
            applicant_limits::promised_cents,
        ))
        .load(conn)?;
    let limits = rows.into_iter().filter_map(|(year, most, promised)| {
        Some(AtMost {
            year,
            most: most?,
            promised,
        })
    });
    Ok(limits.collect())
}

/// What a region was awarded in the last cycle before this year in which it was awarded anything.
fn before(conn: &mut Conn, region: &RegionId, first_year: i32) -> Result<Option<Before>, AppError> {
    let rows: Vec<(i32, String, ProjectId, i32, Money)> = cycles::table
        .inner_join(application_windows::table.inner_join(applications::table))
        .inner_join(
            decisions::table.on(decisions::application_id
                .eq(applications::id)
                .and(decisions::notified_at.is_not_null())),
        )
        .inner_join(decision_lines::table.on(decision_lines::decision_id.eq(decisions::id)))
        .filter(cycles::first_year.lt(first_year))
        .filter(applications::region_id.eq(region))
        .order((
            cycles::first_year.desc(),
            decisions::decided_at,
            decision_lines::project_id,
            decision_lines::year,
        ))
        .limit(2_000)
        .select((
            cycles::first_year,
            cycles::name,
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::amount_cents,
        ))
        .load(conn)?;
    let Some((last, cycle)) = rows.first().map(|it| (it.0, it.1.clone())) else {
        return Ok(None);
    };
    // A later decision takes the place of an earlier one.
    let amounts: BTreeMap<(ProjectId, i32), Money> = rows
        .into_iter()
        .filter(|it| it.0 == last)
        .map(|(_, _, project, year, amount)| ((project, year), amount))
        .collect();
    Ok(Some(Before {
        cycle,
        awarded: Money::sum(amounts.into_values())?,
    }))
}
