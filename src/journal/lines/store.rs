//! SQL that reads the journal: sums of lines, and lines with their names. No rules.

use chrono::NaiveDateTime;
use diesel::{
    Connection,
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Bool, Text},
};

use super::{Line, NamedEnvelope, Place, Selection};
use crate::{
    core::{
        category::EnvelopeKind,
        ids::{ApplicationId, CycleId, EntryId, EnvelopeId, TransactionId},
        money::Money,
    },
    db::{
        Conn,
        schema::{
            accounts, amendments, applications, budget_decisions, budget_years, cycles, decisions,
            envelopes, journal_entries, projects, schemes,
        },
    },
    error::AppError,
    journal::{CauseKind, EntryKind, Stage, balance::Movement},
};

type Backend = <Conn as Connection>::Backend;

/// The most envelopes that are read: four a year, for more years than anybody plans.
const MOST_ENVELOPES: i64 = 10_000;

/// All envelopes, or those of a cycle, by cycle and year and in the order of their kinds.
pub fn envelopes(conn: &mut Conn, cycle: Option<&CycleId>) -> Result<Vec<NamedEnvelope>, AppError> {
    type Row = (
        EnvelopeId,
        CycleId,
        String,
        i32,
        EnvelopeKind,
        String,
        Money,
    );
    let mut query = envelopes::table
        .inner_join(budget_years::table.inner_join(cycles::table.inner_join(schemes::table)))
        .order((budget_years::year, cycles::name, envelopes::id))
        .limit(MOST_ENVELOPES)
        .select((
            envelopes::id,
            cycles::id,
            cycles::name,
            budget_years::year,
            envelopes::kind,
            schemes::budget_article,
            envelopes::planned_cents,
        ))
        .into_boxed::<Backend>();
    if let Some(cycle) = cycle {
        query = query.filter(cycles::id.eq(cycle));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let mut envelopes: Vec<NamedEnvelope> = rows.into_iter().map(named).collect();
    envelopes.sort_by(|a, b| {
        (&a.cycle_name, &a.cycle, a.year, a.kind).cmp(&(&b.cycle_name, &b.cycle, b.year, b.kind))
    });
    Ok(envelopes)
}

fn named(
    (id, cycle, cycle_name, year, kind, budget_article, planned): (
        EnvelopeId,
        CycleId,
        String,
        i32,
        EnvelopeKind,
        String,
        Money,
    ),
) -> NamedEnvelope {
    NamedEnvelope {
        id,
        cycle,
        cycle_name,
        year,
        kind,
        budget_article,
        planned,
    }
}

/// Adds a selection's conditions to a query on the journal. Either end of a line lies in the
/// envelopes, so that both indexes serve; a line changes a figure if exactly one end counts.
macro_rules! selected {
    ($query:ident, $selection:expr) => {
        if let Some(ids) = &$selection.envelopes {
            let ids: Vec<EnvelopeId> = ids.iter().cloned().collect();
            $query = $query.filter(
                journal_entries::from_envelope_id
                    .eq_any(ids.clone())
                    .or(journal_entries::to_envelope_id.eq_any(ids)),
            );
        }
        if let (Some(ids), Some(measure)) = (&$selection.envelopes, $selection.measure) {
            let ids: Vec<EnvelopeId> = ids.iter().cloned().collect();
            let from = journal_entries::from_stage
                .eq_any(measure.stages().to_vec())
                .and(journal_entries::from_envelope_id.eq_any(ids.clone()));
            let to = journal_entries::to_stage
                .eq_any(measure.stages().to_vec())
                .and(journal_entries::to_envelope_id.eq_any(ids));
            $query = $query.filter(from.ne(to));
        }
        if let Some(until) = $selection.until {
            $query = $query.filter(journal_entries::booked_at.lt(until));
        }
        if let Some(cause) = &$selection.cause {
            $query = $query.filter(journal_entries::cause_id.eq(cause.clone()));
        }
        if let Some(transaction) = &$selection.transaction {
            $query = $query.filter(journal_entries::transaction_id.eq(transaction.clone()));
        }
        if let Some(application) = &$selection.application {
            $query = $query.filter(journal_entries::application_id.eq(application.clone()));
        }
        if let Some(municipality) = &$selection.municipality {
            let theirs = sql::<Bool>(
                "journal_entries.application_id IN \
                 (SELECT id FROM applications WHERE lead_municipality_id = ",
            );
            $query = $query.filter(theirs.bind::<Text, _>(municipality.clone()).sql(")"));
        }
        if let Some(project) = &$selection.project {
            $query = $query.filter(journal_entries::project_id.eq(project.clone()));
        }
    };
}

/// The sums of the selected lines per kind, envelope and stage; only of those before a place, if
/// one is given. The measure of the selection does not matter here: `Movement::effect` tells.
pub fn movements(
    conn: &mut Conn,
    selection: &Selection,
    before: Option<&Place>,
) -> Result<Vec<Movement>, AppError> {
    type Row = (EntryKind, EnvelopeId, Stage, EnvelopeId, Stage, i64, Money);
    let columns = (
        journal_entries::kind,
        journal_entries::from_envelope_id,
        journal_entries::from_stage,
        journal_entries::to_envelope_id,
        journal_entries::to_stage,
    );
    let mut query = journal_entries::table
        .group_by(columns)
        .order(columns)
        .select((
            journal_entries::kind,
            journal_entries::from_envelope_id,
            journal_entries::from_stage,
            journal_entries::to_envelope_id,
            journal_entries::to_stage,
            diesel::dsl::count_star(),
            // A SUM over BIGINT is NUMERIC in PostgreSQL; the cast is exact on both databases.
            sql::<BigInt>("CAST(SUM(journal_entries.amount_cents) AS BIGINT)"),
        ))
        .into_boxed::<Backend>();
    let selection = Selection {
        measure: None,
        ..selection.clone()
    };
    selected!(query, selection);
    if let Some(Place { booked_at, id }) = before {
        query = query.filter(
            journal_entries::booked_at
                .lt(*booked_at)
                .or(journal_entries::booked_at
                    .eq(*booked_at)
                    .and(journal_entries::id.lt(id.clone()))),
        );
    }
    let rows: Vec<Row> = query.load(conn)?;
    let of = |(kind, from_envelope, from, to_envelope, to, entries, amount)| Movement {
        kind,
        from_envelope,
        from,
        to_envelope,
        to,
        entries,
        amount,
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Where a page of lines starts.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// After so many lines.
    Offset(i64),
    /// After this line; from the first one if absent.
    After(Option<&'a Place>),
}

/// Selected lines in the order of booking, at most `limit`.
pub fn lines(
    conn: &mut Conn,
    selection: &Selection,
    from: Start<'_>,
    limit: i64,
) -> Result<Vec<Line>, AppError> {
    let mut query = journal_entries::table
        .inner_join(accounts::table)
        .left_join(applications::table)
        .left_join(projects::table)
        .left_join(decisions::table.on(decisions::id.eq(journal_entries::cause_id)))
        .left_join(budget_decisions::table.on(budget_decisions::id.eq(journal_entries::cause_id)))
        .left_join(amendments::table.on(amendments::id.eq(journal_entries::cause_id)))
        .order((journal_entries::booked_at, journal_entries::id))
        .limit(limit)
        .select((
            (
                journal_entries::id,
                journal_entries::booked_at,
                accounts::name,
            ),
            (
                journal_entries::kind,
                journal_entries::from_envelope_id,
                journal_entries::from_stage,
                journal_entries::to_envelope_id,
                journal_entries::to_stage,
                journal_entries::amount_cents,
            ),
            (
                journal_entries::application_id,
                applications::reference.nullable(),
                projects::title.nullable(),
            ),
            (
                journal_entries::transaction_id,
                journal_entries::cause_kind,
                journal_entries::cause_id,
                decisions::reference.nullable(),
                (budget_decisions::reference, budget_decisions::reason).nullable(),
                amendments::reference.nullable(),
            ),
        ))
        .into_boxed::<Backend>();
    selected!(query, selection);
    match from {
        Start::Offset(lines) => query = query.offset(lines),
        Start::After(None) => {}
        Start::After(Some(Place { booked_at, id })) => {
            query = query.filter(
                journal_entries::booked_at
                    .gt(*booked_at)
                    .or(journal_entries::booked_at
                        .eq(*booked_at)
                        .and(journal_entries::id.gt(id.clone()))),
            );
        }
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(line).collect())
}

type Row = (
    (EntryId, NaiveDateTime, String),
    (EntryKind, EnvelopeId, Stage, EnvelopeId, Stage, Money),
    (Option<ApplicationId>, Option<String>, Option<String>),
    (
        TransactionId,
        CauseKind,
        String,
        Option<String>,
        Option<(String, String)>,
        Option<String>,
    ),
);

fn line((own, moved, purpose, cause): Row) -> Line {
    let (id, booked_at, booked_by) = own;
    let (kind, from_envelope, from, to_envelope, to, amount) = moved;
    let (application, reference, project) = purpose;
    let (transaction, cause_kind, cause_id, decision, budget_decision, amendment) = cause;
    Line {
        id,
        booked_at,
        booked_by,
        movement: Movement {
            kind,
            from_envelope,
            from,
            to_envelope,
            to,
            entries: 1,
            amount,
        },
        application,
        reference,
        project,
        transaction,
        cause_kind,
        cause_id,
        decision,
        budget_decision,
        amendment,
    }
}
