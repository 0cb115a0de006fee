//! SQL about the limits of applicants. No rules but which rows are locked.

use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};

use super::Limit;
use crate::{
    core::{
        ids::{AccountId, BudgetYearId, CycleId, MunicipalityId},
        money::Money,
    },
    db::{
        Conn, Tx, dialect,
        schema::{applicant_limits, budget_years},
    },
    error::AppError,
};

/// The most limits of one cycle: two years, for more municipalities than there are.
const MOST: i64 = 1_000;

type Row = (
    (CycleId, BudgetYearId),
    i32,
    MunicipalityId,
    Money,
    Option<Money>,
    Money,
    i32,
);

fn limit(
    ((cycle, budget_year), year, municipality, at_least, at_most, promised, version): Row,
) -> Limit {
    Limit {
        cycle,
        budget_year,
        year,
        municipality,
        at_least,
        at_most,
        promised,
        version,
    }
}

/// The limits of an applicant in all years, held until this transaction ends. Take them after the
/// envelopes.
pub fn lock(tx: &mut Tx<'_>, municipality: &MunicipalityId) -> Result<Vec<Limit>, AppError> {
    // Most applicants have none, and then this is the only statement.
    if !dialect::lock_limits(tx.conn, municipality)? {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = applicant_limits::table
        .inner_join(budget_years::table)
        .filter(applicant_limits::municipality_id.eq(municipality))
        .order((budget_years::year, budget_years::id))
        .limit(MOST)
        .select((
            (budget_years::cycle_id, budget_years::id),
            budget_years::year,
            applicant_limits::municipality_id,
            applicant_limits::at_least_cents,
            applicant_limits::at_most_cents,
            applicant_limits::promised_cents,
            applicant_limits::version,
        ))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(limit).collect())
}

/// The limits of a cycle, by year and municipality.
pub fn of_cycle(conn: &mut Conn, cycle: &CycleId) -> Result<Vec<Limit>, AppError> {
    let rows: Vec<Row> = applicant_limits::table
        .inner_join(budget_years::table)
        .filter(budget_years::cycle_id.eq(cycle))
        .order((budget_years::year, applicant_limits::municipality_id))
        .limit(MOST)
        .select((
            (budget_years::cycle_id, budget_years::id),
            budget_years::year,
            applicant_limits::municipality_id,
            applicant_limits::at_least_cents,
            applicant_limits::at_most_cents,
            applicant_limits::promised_cents,
            applicant_limits::version,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(limit).collect())
}

/// What an applicant was promised of a year, by the balances of its projects.
pub fn promised(
    conn: &mut Conn,
    year: &BudgetYearId,
    municipality: &MunicipalityId,
) -> Result<Money, AppError> {
    #[derive(QueryableByName)]
    struct Promised {
        #[diesel(sql_type = BigInt)]
        promised: Money,
    }
    let found: Option<Promised> = diesel::sql_query(
        "SELECT promised_cents AS promised FROM applicant_promises \
         WHERE budget_year_id = $1 AND municipality_id = $2",
    )
    .bind::<Text, _>(year)
    .bind::<Text, _>(municipality)
    .get_result(conn)
    .optional()?;
    Ok(found.map_or(Money::ZERO, |it| it.promised))
}

/// Adds the limits of an applicant, by whom and when.
pub fn insert(tx: &mut Tx<'_>, it: &Limit) -> Result<(), AppError> {
    diesel::insert_into(applicant_limits::table)
        .values((
            applicant_limits::budget_year_id.eq(&it.budget_year),
            applicant_limits::municipality_id.eq(&it.municipality),
            applicant_limits::at_least_cents.eq(it.at_least),
            applicant_limits::at_most_cents.eq(it.at_most),
            applicant_limits::promised_cents.eq(it.promised),
            applicant_limits::set_at.eq(tx.now),
            applicant_limits::set_by.eq(&tx.actor.id),
            applicant_limits::version.eq(it.version),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Saves other limits, if nobody saved since they were read.
pub fn update(tx: &mut Tx<'_>, it: &Limit) -> Result<(), AppError> {
    let set: (NaiveDateTime, AccountId) = (tx.now, tx.actor.id.clone());
    let row = applicant_limits::table
        .find((&it.budget_year, &it.municipality))
        .filter(applicant_limits::version.eq(it.version));
    let changed = diesel::update(row)
        .set((
            applicant_limits::at_least_cents.eq(it.at_least),
            applicant_limits::at_most_cents.eq(it.at_most),
            applicant_limits::set_at.eq(set.0),
            applicant_limits::set_by.eq(set.1),
            applicant_limits::version.eq(it.version.saturating_add(1)),
        ))
        .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}
