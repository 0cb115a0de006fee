//! SQL about changes of awards. No rules.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Nullable, Text},
};

use super::{Amendment, AmendmentState, Line, change::Award};
use crate::{
    applications::store::conflicts_of,
    core::{
        actor::Actor,
        category::{Category, EnvelopeKind},
        ids::{AccountId, AmendmentId, ApplicationId, DecisionId, EnvelopeId, ProjectId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, amendment_lines, amendments, applications, envelopes, municipalities,
            projects,
        },
    },
    decisions::Decision,
    error::AppError,
    journal::promises::store::AWARDED,
};

/// The most lines that an award can have: projects, years and envelopes.
const MOST_LINES: i64 = 2_000;
/// The most changes of one award that are shown.
const MOST: i64 = 200;

/// Adds a proposal with its lines.
pub fn insert(tx: &mut Tx<'_>, it: &Amendment, lines: &[Line]) -> Result<(), AppError> {
    diesel::insert_into(amendments::table)
        .values(it)
        .execute(tx.conn)?;
    for line in lines {
        diesel::insert_into(amendment_lines::table)
            .values((
                amendment_lines::amendment_id.eq(&it.id),
                amendment_lines::project_id.eq(&line.project),
                amendment_lines::year.eq(line.year),
                amendment_lines::envelope_id.eq(&line.envelope),
                amendment_lines::before_cents.eq(line.before),
                amendment_lines::after_cents.eq(line.after),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Saves where it stands, if nobody saved since it was read.
pub fn update(tx: &mut Tx<'_>, it: &Amendment) -> Result<(), AppError> {
    let row = amendments::table
        .find(&it.id)
        .filter(amendments::version.eq(it.version));
    let changed = diesel::update(row)
        .set((
            amendments::state.eq(it.state),
            amendments::szw_verdict.eq(it.szw_verdict),
            amendments::szw_reason.eq(&it.szw_reason),
            amendments::szw_by.eq(&it.szw_by),
            amendments::decided_at.eq(it.decided_at),
            amendments::decided_by.eq(&it.decided_by),
            amendments::letter.eq(&it.letter),
            amendments::letter_sha256.eq(&it.letter_sha256),
            amendments::version.eq(amendments::version + 1),
        ))
        .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// One of them.
pub fn get(conn: &mut Conn, id: &AmendmentId) -> Result<Amendment, AppError> {
    Ok(amendments::table
        .find(id)
        .select(Amendment::as_select())
        .first(conn)?)
}

/// How many were made of the award to an application.
pub fn count_of(conn: &mut Conn, application: &ApplicationId) -> Result<i64, AppError> {
    Ok(amendments::table
        .filter(amendments::application_id.eq(application))
        .count()
        .get_result(conn)?)
}

/// Those of an application, the newest first.
pub fn all_of(conn: &mut Conn, application: &ApplicationId) -> Result<Vec<Amendment>, AppError> {
    Ok(amendments::table
        .filter(amendments::application_id.eq(application))
        .order((amendments::proposed_at.desc(), amendments::id.desc()))
        .limit(MOST)
        .select(Amendment::as_select())
        .load(conn)?)
}

/// Those of a decision that were decided, the newest first; of one that gave nothing there are none,
/// and nothing is asked.
pub fn decided_of(conn: &mut Conn, decision: &Decision) -> Result<Vec<Amendment>, AppError> {
    if decision.notified_at.is_none() || !decision.outcome.is_award() {
        return Ok(Vec::new());
    }
    Ok(amendments::table
        .filter(amendments::decision_id.eq(&decision.id))
        .filter(amendments::state.eq(AmendmentState::Decided))
        .order((amendments::decided_at.desc(), amendments::id.desc()))
        .limit(MOST)
        .select(Amendment::as_select())
        .load(conn)?)
}

/// One that waits for a decision, with its application and municipality.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Waiting {
    /// What people call it by.
    pub reference: String,
    /// The application.
    pub application: ApplicationId,
    /// The lead municipality.
    pub municipality: String,
    /// When it was proposed (UTC).
    pub proposed_at: NaiveDateTime,
}

/// Those that wait for a decision, the oldest first; without dossiers that are closed to this person.
pub fn waiting(conn: &mut Conn, actor: &Actor) -> Result<Vec<Waiting>, AppError> {
    Ok(amendments::table
        .inner_join(applications::table)
        .inner_join(
            municipalities::table.on(municipalities::id.eq(applications::lead_municipality_id)),
        )
        .filter(amendments::state.eq(AmendmentState::Open))
        .filter(amendments::application_id.ne_all(conflicts_of(&actor.id)))
        .order((amendments::proposed_at, amendments::id))
        .limit(MOST)
        .select((
            amendments::reference,
            amendments::application_id,
            municipalities::name,
            amendments::proposed_at,
        ))
        .load(conn)?)
}

/// The lines of these, in the order of the projects.
pub fn lines_of(
    conn: &mut Conn,
    ids: &[AmendmentId],
) -> Result<BTreeMap<AmendmentId, Vec<Line>>, AppError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    type Row = (
        AmendmentId,
        (ProjectId, String, Option<Category>),
        (i32, EnvelopeId, EnvelopeKind, Money, Money),
    );
    let rows: Vec<Row> = amendment_lines::table
        .inner_join(projects::table)
        .inner_join(envelopes::table)
        .filter(amendment_lines::amendment_id.eq_any(ids))
        .order((
            amendment_lines::amendment_id,
            projects::position,
            amendment_lines::project_id,
            amendment_lines::year,
            amendment_lines::envelope_id,
        ))
        .limit(MOST.saturating_mul(MOST_LINES))
        .select((
            amendment_lines::amendment_id,
            (projects::id, projects::title, projects::category),
            (
                amendment_lines::year,
                amendment_lines::envelope_id,
                envelopes::kind,
                amendment_lines::before_cents,
                amendment_lines::after_cents,
            ),
        ))
        .load(conn)?;
    let mut lines: BTreeMap<AmendmentId, Vec<Line>> = BTreeMap::new();
    for (id, (project, title, category), (year, envelope, kind, before, after)) in rows {
        lines.entry(id).or_default().push(Line {
            project,
            title,
            category,
            year,
            envelope,
            kind,
            before,
            after,
        });
    }
    Ok(lines)
}

/// The names of people.
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

/// What each project has now of each envelope that its decision named: what the journal keeps for it.
pub fn awards(conn: &mut Conn, decision: &DecisionId) -> Result<Vec<Award>, AppError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        project: ProjectId,
        #[diesel(sql_type = Text)]
        title: String,
        #[diesel(sql_type = Nullable<Text>)]
        category: Option<Category>,
        #[diesel(sql_type = Integer)]
        year: i32,
        #[diesel(sql_type = Text)]
        envelope: EnvelopeId,
        #[diesel(sql_type = Text)]
        kind: EnvelopeKind,
        #[diesel(sql_type = BigInt)]
        minimum: Money,
        #[diesel(sql_type = Nullable<BigInt>)]
        eligible: Option<Money>,
        #[diesel(sql_type = BigInt)]
        amount: Money,
        #[diesel(sql_type = BigInt)]
        committed: Money,
        #[diesel(sql_type = BigInt)]
        free: Money,
    }
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT p.id AS project, p.title AS title, p.category AS category, l.year AS year, \
                l.envelope_id AS envelope, e.kind AS kind, n.minimum_cents AS minimum, n.eligible_cents AS eligible, \
                {AWARDED} AS amount, \
                CAST(COALESCE(b.committed_cents, 0) AS BIGINT) AS committed, \
                CAST(COALESCE((SELECT f.free_cents FROM envelope_balances f WHERE f.envelope_id = l.envelope_id), 0) AS BIGINT) AS free \
         FROM decision_lines l \
         JOIN projects p ON p.id = l.project_id \
         JOIN project_years n ON n.project_id = l.project_id AND n.year = l.year \
         JOIN envelopes e ON e.id = l.envelope_id \
         LEFT JOIN project_balances b ON b.project_id = l.project_id AND b.envelope_id = l.envelope_id \
         WHERE l.decision_id = $1 \
         ORDER BY p.position, p.id, l.year, l.envelope_id LIMIT {MOST_LINES}"
    ))
    .bind::<Text, _>(decision.as_str())
    .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|it| Award {
            project: it.project,
            title: it.title,
            category: it.category,
            year: it.year,
            envelope: it.envelope,
            kind: it.kind,
            minimum: it.minimum,
            eligible: it.eligible,
            amount: it.amount,
            committed: it.committed,
            free: it.free,
        })
        .collect())
}
