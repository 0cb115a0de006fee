//! SQL of the exports that no domain needs itself. Read in batches. No rules.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::{Connection, prelude::*};

use crate::{
    applications::store::conflicts_of,
    core::{
        category::{Category, SubItem},
        ids::{AccountId, ApplicationId, CycleId, DecisionId, EnvelopeId, ProjectId},
        money::Money,
    },
    db::{
        Conn,
        schema::{
            amendment_lines, amendments, application_windows, applications, decision_lines,
            decisions, interest_declarations, municipalities, project_years, projects, regions,
        },
    },
    decisions::{amendments::AmendmentState, outcome::Outcome},
    error::AppError,
};

type Backend = <Conn as Connection>::Backend;

/// The most dossiers that one person can have declared a conflict of interest in.
const MOST_CONFLICTS: i64 = 10_000;

/// The dossiers in which somebody declared a conflict of interest.
pub fn closed_to(conn: &mut Conn, account: &AccountId) -> Result<Vec<ApplicationId>, AppError> {
    Ok(conflicts_of(account)
        .order(interest_declarations::application_id)
        .limit(MOST_CONFLICTS)
        .load(conn)?)
}

/// A decision with whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// Its reference.
    pub reference: String,
    /// What was decided.
    pub outcome: Outcome,
    /// When (UTC).
    pub decided_at: NaiveDateTime,
    /// When it was sent (UTC).
    pub notified_at: Option<NaiveDateTime>,
    /// The application.
    pub application: ApplicationId,
    /// What people call the application by.
    pub application_reference: String,
    /// The region.
    pub region: String,
    /// The region's name as it is sorted.
    pub region_sort_name: String,
    /// The lead municipality.
    pub lead: String,
    /// Its CBS code.
    pub cbs_code: String,
}

/// The next decisions after one, by id: taken before a moment, in a cycle or in all of them.
pub fn decisions_after(
    conn: &mut Conn,
    cycle: Option<&CycleId>,
    until: Option<NaiveDateTime>,
    after: Option<&DecisionId>,
    limit: i64,
) -> Result<Vec<Decision>, AppError> {
    type Row = (
        (DecisionId, String, Outcome),
        (NaiveDateTime, Option<NaiveDateTime>),
        (ApplicationId, String),
        (String, String, String, String),
    );
    let mut query = decisions::table
        .inner_join(
            applications::table
                .inner_join(application_windows::table)
                .inner_join(regions::table)
                .inner_join(municipalities::table),
        )
        .order(decisions::id)
        .limit(limit)
        .select((
            (decisions::id, decisions::reference, decisions::outcome),
            (decisions::decided_at, decisions::notified_at),
            (applications::id, applications::reference),
            (
                regions::name,
                regions::sort_name,
                municipalities::name,
                municipalities::cbs_code,
            ),
        ))
        .into_boxed::<Backend>();
    if let Some(cycle) = cycle {
        query = query.filter(application_windows::cycle_id.eq(cycle));
    }
    if let Some(until) = until {
        query = query.filter(decisions::decided_at.lt(until));
    }
    if let Some(after) = after {
        query = query.filter(decisions::id.gt(after));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let of = |(own, moments, dossier, place): Row| Decision {
        id: own.0,
        reference: own.1,
        outcome: own.2,
        decided_at: moments.0,
        notified_at: moments.1,
        application: dossier.0,
        application_reference: dossier.1,
        region: place.0,
        region_sort_name: place.1,
        lead: place.2,
        cbs_code: place.3,
    };
    Ok(rows.into_iter().map(of).collect())
}

/// What a decision gives a project in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The project's title.
    pub project: String,
    /// Its place in the application.
    pub position: i32,
    /// Its id.
    pub project_id: ProjectId,
    /// Its category.
    pub category: Option<Category>,
    /// Its part.
    pub sub_item: Option<SubItem>,
    /// The budget year.
    pub year: i32,
    /// The envelope that pays.
    pub envelope: EnvelopeId,
    /// What was asked.
    pub requested: Option<Money>,
    /// What is eligible.
    pub eligible: Option<Money>,
    /// What was awarded.
    pub awarded: Money,
    /// The references of the changes of it, in the order in which they were decided.
    pub changes: Vec<String>,
}

/// What later changes of an award gave more or less, with their references.
type Changes = (Money, Vec<String>);

/// The later changes of the awards of these decisions, until a moment: per project, year and
/// envelope.
fn changes_of(
    conn: &mut Conn,
    ids: &[DecisionId],
    until: Option<NaiveDateTime>,
) -> Result<BTreeMap<(ProjectId, i32, EnvelopeId), Changes>, AppError> {
    let mut query = amendment_lines::table
        .inner_join(amendments::table)
        .filter(amendments::decision_id.eq_any(ids.to_vec()))
        .filter(amendments::state.eq(AmendmentState::Decided))
        .order((amendments::decided_at, amendments::id))
        .select((
            (
                amendment_lines::project_id,
                amendment_lines::year,
                amendment_lines::envelope_id,
            ),
            amendments::reference,
            amendment_lines::before_cents,
            amendment_lines::after_cents,
        ))
        .into_boxed::<Backend>();
    if let Some(until) = until {
        query = query.filter(amendments::decided_at.lt(until));
    }
    type Row = ((ProjectId, i32, EnvelopeId), String, Money, Money);
    let rows: Vec<Row> = query.load(conn)?;
    let mut changes: BTreeMap<(ProjectId, i32, EnvelopeId), Changes> = BTreeMap::new();
    for (award, reference, before, after) in rows {
        let (sum, references) = changes.entry(award).or_default();
        *sum = sum.checked_add(after.checked_sub(before)?)?;
        references.push(reference);
    }
    Ok(changes)
}

/// The lines of these decisions with what changed in them until a moment, in two statements.
pub fn lines_of(
    conn: &mut Conn,
    ids: &[DecisionId],
    until: Option<NaiveDateTime>,
) -> Result<BTreeMap<DecisionId, Vec<Line>>, AppError> {
    type Row = (
        DecisionId,
        (String, i32, ProjectId),
        (Option<Category>, Option<SubItem>),
        (i32, EnvelopeId, Money),
        (Option<Money>, Option<Money>),
    );
    let of_this_year = project_years::project_id
        .eq(decision_lines::project_id)
        .and(project_years::year.eq(decision_lines::year));
    let rows: Vec<Row> = decision_lines::table
        .inner_join(projects::table)
        .left_join(project_years::table.on(of_this_year))
        .filter(decision_lines::decision_id.eq_any(ids.to_vec()))
        .order((
            decision_lines::decision_id,
            decision_lines::project_id,
            decision_lines::year,
            decision_lines::envelope_id,
        ))
        .select((
            decision_lines::decision_id,
            (projects::title, projects::position, projects::id),
            (projects::category, projects::sub_item),
            (
                decision_lines::year,
                decision_lines::envelope_id,
                decision_lines::amount_cents,
            ),
            (
                project_years::requested_cents.nullable(),
                project_years::eligible_cents.nullable(),
            ),
        ))
        .load(conn)?;
    let mut changes = changes_of(conn, ids, until)?;
    let mut lines: BTreeMap<DecisionId, Vec<Line>> = BTreeMap::new();
    for (decision, project, kind, own, asked) in rows {
        let before = lines.entry(decision).or_default();
        // Where more than one envelope pays, what was asked stands once, so that the column adds up.
        let is_part = before
            .last()
            .is_some_and(|it| it.project_id == project.2 && it.year == own.0);
        let asked = if is_part { (None, None) } else { asked };
        let change = changes.remove(&(project.2.clone(), own.0, own.1.clone()));
        let (change, references) = change.unwrap_or_default();
        let awarded = own.2.checked_add(change)?;
        before.push(Line {
            project: project.0,
            position: project.1,
            project_id: project.2,
            category: kind.0,
            sub_item: kind.1,
            year: own.0,
            envelope: own.1,
            awarded,
            changes: references,
            requested: asked.0,
            eligible: asked.1,
        });
    }
    Ok(lines)
}
