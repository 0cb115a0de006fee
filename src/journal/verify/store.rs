//! SQL of the verification: each query finds only what does not hold. Written out, since it sums
//! over unions; it means the same on both databases. No rules.

use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text},
};

use crate::{
    core::{
        ids::{BudgetYearId, CycleId, EnvelopeId},
        money::Money,
    },
    db::{
        Conn,
        schema::{budget_years, cycles, envelope_balances},
    },
    error::AppError,
    journal::{balance::Balance, store::BALANCE},
};

/// The most rows that one query tells; enough to see what is the matter.
const MOST: usize = 200;
/// The most envelopes and years that are read.
const MOST_ENVELOPES: i64 = 10_000;

/// What the database keeps for every envelope.
pub fn kept_balances(conn: &mut Conn) -> Result<Vec<Balance>, AppError> {
    Ok(envelope_balances::table
        .order(envelope_balances::envelope_id)
        .limit(MOST_ENVELOPES)
        .select(BALANCE)
        .load(conn)?)
}

/// A budget year with its ceiling and what the database keeps as put into its envelopes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Year {
    /// Its id.
    pub id: BudgetYearId,
    /// Its cycle.
    pub cycle: CycleId,
    /// The name of its cycle.
    pub cycle_name: String,
    /// When its cycle was opened and its amounts were booked.
    pub opened_at: Option<NaiveDateTime>,
    /// The calendar year.
    pub year: i32,
    /// Its ceiling.
    pub ceiling: Money,
    /// What was put into its envelopes.
    pub appropriated: Money,
}

/// All budget years.
pub fn years(conn: &mut Conn) -> Result<Vec<Year>, AppError> {
    Ok(budget_years::table
        .inner_join(cycles::table)
        .order((budget_years::year, budget_years::id))
        .limit(MOST_ENVELOPES)
        .select((
            budget_years::id,
            cycles::id,
            cycles::name,
            cycles::opened_at,
            budget_years::year,
            budget_years::ceiling_cents,
            budget_years::appropriated_cents,
        ))
        .load(conn)?)
}

/// What was put into each envelope when its cycle was opened.
pub fn opened_with(conn: &mut Conn) -> Result<Vec<(EnvelopeId, Money)>, AppError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        envelope: EnvelopeId,
        #[diesel(sql_type = BigInt)]
        amount: Money,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT to_envelope_id AS envelope, CAST(SUM(amount_cents) AS BIGINT) AS amount \
         FROM journal_entries WHERE kind = 'appropriation' AND cause_kind = 'cycle' \
         GROUP BY to_envelope_id ORDER BY to_envelope_id",
    )
    .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|it| (it.envelope, it.amount))
        .collect())
}

/// A project whose lines do not add up to what was promised to it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Promise {
    /// The reference of its application, if it has one.
    #[diesel(sql_type = Nullable<Text>)]
    pub reference: Option<String>,
    /// The project, by its title or else its id.
    #[diesel(sql_type = Text)]
    pub project: String,
    /// The budget year of the envelope.
    #[diesel(sql_type = Nullable<Integer>)]
    pub year: Option<i32>,
    /// What the lines add up to.
    #[diesel(sql_type = BigInt)]
    pub booked: Money,
    /// What was promised.
    #[diesel(sql_type = BigInt)]
    pub promised: Money,
}

/// Projects whose committed and paid money differs from the lines of their decisions and of the
/// changes of these. What came back otherwise than by a change was promised all the same.
pub fn commitments_that_differ(conn: &mut Conn) -> Result<Vec<Promise>, AppError> {
    promises_that_differ(
        conn,
        "('committed', 'advanced', 'paid', 'accepted', 'determined')",
        "SELECT project_id, envelope_id, amount_cents FROM decision_lines \
         UNION ALL \
         SELECT l.project_id, l.envelope_id, l.after_cents - l.before_cents FROM amendment_lines l \
         JOIN amendments a ON a.id = l.amendment_id WHERE a.state = 'decided'",
    )
}

/// Projects whose reserved money differs from the lines of the proposals that hold a reservation.
pub fn reservations_that_differ(conn: &mut Conn) -> Result<Vec<Promise>, AppError> {
    promises_that_differ(
        conn,
        "('reserved')",
        "SELECT l.project_id, l.envelope_id, l.amount_cents FROM proposal_lines l \
         JOIN proposals p ON p.id = l.proposal_id WHERE p.is_reserved",
    )
}

fn promises_that_differ(
    conn: &mut Conn,
    stages: &str,
    promises: &str,
) -> Result<Vec<Promise>, AppError> {
    named(
        conn,
        &format!(
            "SELECT project_id, envelope_id, CAST(SUM(booked) AS BIGINT) AS booked, \
                    CAST(SUM(promised) AS BIGINT) AS promised \
             FROM (SELECT project_id, to_envelope_id AS envelope_id, amount_cents AS booked, 0 AS promised \
                   FROM journal_entries WHERE project_id IS NOT NULL AND to_stage IN {stages} AND from_stage NOT IN {stages} \
                   UNION ALL \
                   SELECT project_id, from_envelope_id, -amount_cents, 0 \
                   FROM journal_entries WHERE project_id IS NOT NULL AND from_stage IN {stages} AND to_stage NOT IN {stages} \
                     AND (to_stage NOT IN ('released', 'recovered') OR cause_kind = 'amendment') \
                   UNION ALL \
                   SELECT project_id, envelope_id, 0, amount_cents FROM ({promises}) AS promises) AS sides \
             GROUP BY project_id, envelope_id HAVING SUM(booked) <> SUM(promised)"
        ),
    )
}

/// Sums per project and envelope, with their names.
fn named(conn: &mut Conn, sums: &str) -> Result<Vec<Promise>, AppError> {
    let query = format!(
        "SELECT a.reference AS reference, COALESCE(NULLIF(p.title, ''), s.project_id) AS project, \
                y.year AS year, s.booked AS booked, s.promised AS promised \
         FROM ({sums}) AS s \
         LEFT JOIN projects p ON p.id = s.project_id \
         LEFT JOIN applications a ON a.id = p.application_id \
         LEFT JOIN envelopes e ON e.id = s.envelope_id \
         LEFT JOIN budget_years y ON y.id = e.budget_year_id \
         ORDER BY s.project_id, s.envelope_id LIMIT {MOST}"
    );
    Ok(diesel::sql_query(query).load(conn)?)
}

/// Lines that should not be there, by the id of the line.
fn wrong_lines(conn: &mut Conn, joins: &str, condition: &str) -> Result<Vec<String>, AppError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let query = format!(
        "SELECT j.id AS id FROM journal_entries j {joins} WHERE {condition} ORDER BY j.id LIMIT {MOST}"
    );
    let rows: Vec<Row> = diesel::sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|it| it.id).collect())
}

/// Lines that rest on something that is not there, or on something of another application, or that
/// are not what the decision on the budget says; and lines outside a transaction of their cause.
pub fn orphans(conn: &mut Conn) -> Result<Vec<String>, AppError> {
    wrong_lines(
        conn,
        "LEFT JOIN journal_transactions t ON t.id = j.transaction_id AND t.cause_kind = j.cause_kind \
           AND t.cause_id = j.cause_id AND t.booked_at = j.booked_at AND t.booked_by = j.booked_by \
         LEFT JOIN cycles c ON j.cause_kind = 'cycle' AND c.id = j.cause_id \
         LEFT JOIN proposals p ON j.cause_kind = 'proposal' AND p.id = j.cause_id \
         LEFT JOIN decisions d ON j.cause_kind = 'decision' AND d.id = j.cause_id \
         LEFT JOIN amendments w ON j.cause_kind = 'amendment' AND w.id = j.cause_id \
         LEFT JOIN budget_decisions b ON j.cause_kind = 'budget_decision' AND b.id = j.cause_id",
        "t.id IS NULL \
         OR (j.cause_kind = 'cycle' AND c.id IS NULL) \
         OR (j.cause_kind = 'proposal' AND (p.id IS NULL OR p.application_id <> j.application_id)) \
         OR (j.cause_kind = 'decision' AND (d.id IS NULL OR d.application_id <> j.application_id)) \
         OR (j.cause_kind = 'amendment' AND (w.id IS NULL OR w.state <> 'decided' OR w.application_id <> j.application_id)) \
         OR (j.cause_kind = 'budget_decision' AND (b.id IS NULL OR b.state <> 'decided' \
             OR b.amount_cents <> j.amount_cents OR b.from_stage <> j.from_stage \
             OR b.from_envelope_id <> j.from_envelope_id OR b.to_envelope_id <> j.to_envelope_id))",
    )
}

/// Decisions on the budget and changes of awards that were taken and not booked, by their references.
pub fn decided_and_not_booked(conn: &mut Conn) -> Result<Vec<String>, AppError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        reference: String,
    }
    let query = format!(
        "SELECT b.reference AS reference FROM budget_decisions b \
         LEFT JOIN journal_entries j ON j.cause_kind = 'budget_decision' AND j.cause_id = b.id \
         WHERE b.state = 'decided' AND j.id IS NULL \
         UNION \
         SELECT a.reference FROM amendments a JOIN amendment_lines l ON l.amendment_id = a.id \
         WHERE a.state = 'decided' AND l.after_cents - l.before_cents <> COALESCE(( \
           SELECT SUM(CASE j.kind WHEN 'release' THEN -j.amount_cents ELSE j.amount_cents END) \
           FROM journal_entries j WHERE j.cause_kind = 'amendment' AND j.cause_id = a.id \
             AND j.project_id = l.project_id AND j.from_envelope_id = l.envelope_id), 0) \
         ORDER BY reference LIMIT {MOST}"
    );
    let rows: Vec<Row> = diesel::sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|it| it.reference).collect())
}

/// Applicants whose limit keeps another sum than what was promised to their projects.
pub fn limits_that_differ(conn: &mut Conn) -> Result<Vec<Promise>, AppError> {
    let query = format!(
        "SELECT CAST(NULL AS TEXT) AS reference, m.name AS project, y.year AS year, \
                COALESCE(p.promised_cents, 0) AS booked, l.promised_cents AS promised \
         FROM applicant_limits l \
         JOIN municipalities m ON m.id = l.municipality_id \
         JOIN budget_years y ON y.id = l.budget_year_id \
         LEFT JOIN applicant_promises p ON p.budget_year_id = l.budget_year_id \
           AND p.municipality_id = l.municipality_id \
         WHERE l.promised_cents <> COALESCE(p.promised_cents, 0) \
         ORDER BY y.year, m.id LIMIT {MOST}"
    );
    Ok(diesel::sql_query(query).load(conn)?)
}

/// Projects whose kept balance differs from the lines, or is kept for no line at all.
pub fn project_balances_that_differ(conn: &mut Conn) -> Result<Vec<Promise>, AppError> {
    let stages = [
        "reserved",
        "committed",
        "advanced",
        "paid",
        "accepted",
        "determined",
    ];
    let sides: Vec<String> = stages
        .iter()
        .flat_map(|it| {
            [
                format!(
                    "SELECT project_id, to_envelope_id AS envelope_id, '{it}' AS stage, amount_cents AS booked, 0 AS kept \
                     FROM journal_entries WHERE to_stage = '{it}'"
                ),
                format!(
                    "SELECT project_id, from_envelope_id, '{it}', -amount_cents, 0 \
                     FROM journal_entries WHERE from_stage = '{it}'"
                ),
                format!(
                    "SELECT project_id, envelope_id, '{it}', 0, {it}_cents FROM project_balances"
                ),
            ]
        })
        .collect();
    named(
        conn,
        &format!(
            "SELECT project_id, envelope_id, CAST(SUM(booked) AS BIGINT) AS booked, \
                    CAST(SUM(kept) AS BIGINT) AS promised \
             FROM ({}) AS sides GROUP BY project_id, envelope_id, stage HAVING SUM(booked) <> SUM(kept)",
            sides.join(" UNION ALL ")
        ),
    )
}

/// Lines whose project belongs to another application.
pub fn of_another_application(conn: &mut Conn) -> Result<Vec<String>, AppError> {
    wrong_lines(
        conn,
        "JOIN projects p ON p.id = j.project_id",
        "p.application_id <> j.application_id",
    )
}

/// Lines that promise ring-fenced money to a project of another category, or that take it elsewhere.
pub fn out_of_ring(conn: &mut Conn) -> Result<Vec<String>, AppError> {
    wrong_lines(
        conn,
        "JOIN envelopes e ON e.id = j.from_envelope_id LEFT JOIN projects p ON p.id = j.project_id",
        "e.mode = 'ring_fenced' AND (j.to_envelope_id <> j.from_envelope_id \
         OR (j.project_id IS NOT NULL AND e.kind <> 'reserve' AND (p.category IS NULL OR p.category <> e.kind)))",
    )
}
