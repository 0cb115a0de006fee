//! SQL about assessments: the dossier around them, the seats of reviewers, the work list.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Advice, Assessment, Dossier, Judgement, Seat};
use crate::{
    applications::{Application, Project, ProjectYear, state::State, store::visible},
    core::{
        actor::{Actor, Department},
        answers::Answers,
        category::{Category, SubItem},
        ids::{AccountId, ApplicationId, AssessmentId, ProjectId, SchemeId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, application_windows, applications, assessment_scores, assessment_years,
            assessments, assignments, criteria, cycles, interest_declarations, municipalities,
            project_years, projects, regions, schemes,
        },
    },
    error::AppError,
    schemes::{Criterion, WindowKind},
};

/// The most rows of what hangs on one application or project.
const MOST: i64 = 5_000;

type Around = (String, String, String, SchemeId, i32);

fn dossier_of(application: Application, around: Around) -> Dossier {
    let (region, municipality, window, scheme, decision_term_weeks) = around;
    Dossier {
        application,
        region,
        municipality,
        window,
        scheme,
        decision_term_weeks,
    }
}

/// An application with what is around it, if this person may know of it; three statements.
pub fn dossier(conn: &mut Conn, actor: &Actor, id: &ApplicationId) -> Result<Dossier, AppError> {
    let application = visible(conn, actor, id)?;
    let around: Around = applications::table
        .inner_join(regions::table)
        .inner_join(municipalities::table)
        .inner_join(application_windows::table.inner_join(cycles::table.inner_join(schemes::table)))
        .filter(applications::id.eq(id))
        .select((
            regions::name,
            municipalities::name,
            application_windows::name,
            schemes::id,
            schemes::decision_term_weeks,
        ))
        .first(conn)?;
    Ok(dossier_of(application, around))
}

/// A project with the dossier it belongs to, and what was typed about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The dossier.
    pub dossier: Dossier,
    /// The project.
    pub project: Project,
    /// What was typed about it; the same as in the last submitted version, since nothing is open.
    pub answers: Answers,
    /// The years of the cycle.
    pub cycle_years: [i32; 2],
    /// What the window is for.
    pub window_kind: WindowKind,
}

/// A project with what is around it, if this person may know of it; three statements.
pub fn project(conn: &mut Conn, actor: &Actor, id: &ProjectId) -> Result<Sheet, AppError> {
    type Head = (
        ApplicationId,
        i32,
        String,
        Option<Category>,
        Option<SubItem>,
    );
    type Year = (i32, Money, Money, Money, Money, Money, Option<Money>);
    type More = (Option<i64>, i32, String, i32, WindowKind);
    type Row = (Head, More, Around, Option<Year>);
    let rows: Vec<Row> = projects::table
        .inner_join(
            applications::table
                .inner_join(regions::table)
                .inner_join(municipalities::table)
                .inner_join(
                    application_windows::table.inner_join(cycles::table.inner_join(schemes::table)),
                ),
        )
        .left_join(project_years::table)
        .filter(projects::id.eq(id))
        .filter(projects::removed_at.is_null())
        .order((projects::id, project_years::year))
        .limit(MOST)
        .select((
            (
                projects::application_id,
                projects::position,
                projects::title,
                projects::category,
                projects::sub_item,
            ),
            (
                projects::score_hundredths,
                projects::version,
                projects::answers,
                cycles::first_year,
                application_windows::kind,
            ),
            (
                regions::name,
                municipalities::name,
                application_windows::name,
                schemes::id,
                schemes::decision_term_weeks,
            ),
            (
                project_years::year,
                project_years::costs_cents,
                project_years::own_contribution_cents,
                project_years::co_financing_cents,
                project_years::requested_cents,
                project_years::minimum_cents,
                project_years::eligible_cents,
            )
                .nullable(),
        ))
        .load(conn)?;
    let years = rows.iter().filter_map(|it| it.3).map(year_of).collect();
    let (head, more, around, _) = rows.into_iter().next().ok_or(AppError::NotFound)?;
    let (score_hundredths, version, answers, first_year, window_kind) = more;
    let (application_id, position, title, category, sub_item) = head;
    let application = visible(conn, actor, &application_id)?;
    let project = Project {
        id: id.clone(),
        application_id,
        position,
        title,
        category,
        sub_item,
        score_hundredths,
        version,
        years,
    };
    Ok(Sheet {
        dossier: dossier_of(application, around),
        project,
        answers: serde_json::from_str(&answers)?,
        cycle_years: [first_year, first_year.saturating_add(1)],
        window_kind,
    })
}

fn year_of(
    (year, costs, own_contribution, co_financing, requested, minimum, eligible): (
        i32,
        Money,
        Money,
        Money,
        Money,
        Money,
        Option<Money>,
    ),
) -> ProjectYear {
    ProjectYear {
        year,
        costs,
        own_contribution,
        co_financing,
        requested,
        minimum,
        eligible,
    }
}

/// The criteria of both departments, in the order of their forms.
pub fn criteria(conn: &mut Conn, scheme: &SchemeId) -> Result<Vec<Criterion>, AppError> {
    Ok(criteria::table
        .filter(criteria::scheme_id.eq(scheme))
        .order((criteria::department, criteria::position, criteria::id))
        .limit(MOST)
        .select(Criterion::as_select())
        .load(conn)?)
}

type AssessmentRow = (
    AssessmentId,
    String,
    Option<Advice>,
    Option<i64>,
    Option<NaiveDateTime>,
    NaiveDateTime,
    i32,
);

fn assessment_of(row: AssessmentRow) -> Result<Assessment, AppError> {
    let (id, answers, advice, score_hundredths, final_at, saved_at, version) = row;
    Ok(Assessment {
        id,
        answers: serde_json::from_str::<Answers>(&answers)?,
        advice,
        score_hundredths,
        final_at,
        saved_at,
        version,
    })
}

/// Who assess an application, with what they made of one of its projects; NCTV first, by name.
pub fn seats(
    conn: &mut Conn,
    application: &ApplicationId,
    project: &ProjectId,
) -> Result<Vec<Seat>, AppError> {
    type Row = (
        AccountId,
        String,
        Department,
        Option<bool>,
        Option<AssessmentRow>,
    );
    let rows: Vec<Row> = assignments::table
        .inner_join(accounts::table.on(accounts::id.eq(assignments::reviewer_id)))
        .left_join(
            interest_declarations::table.on(interest_declarations::application_id
                .eq(assignments::application_id)
                .and(interest_declarations::account_id.eq(assignments::reviewer_id))),
        )
        .left_join(
            assessments::table.on(assessments::reviewer_id
                .eq(assignments::reviewer_id)
                .and(assessments::project_id.eq(project.clone()))),
        )
        .filter(assignments::application_id.eq(application))
        .order((assignments::department, accounts::name, accounts::id))
        .limit(MOST)
        .select((
            accounts::id,
            accounts::name,
            assignments::department,
            interest_declarations::has_conflict.nullable(),
            (
                assessments::id,
                assessments::answers,
                assessments::advice,
                assessments::score_hundredths,
                assessments::final_at,
                assessments::saved_at,
                assessments::version,
            )
                .nullable(),
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(reviewer, name, department, has_conflict, row)| {
            Ok(Seat {
                reviewer,
                name,
                department,
                has_conflict,
                assessment: row.map(assessment_of).transpose()?,
            })
        })
        .collect()
}

/// Adds the first draft of the actor's assessment.
pub fn insert(
    tx: &mut Tx<'_>,
    project: &ProjectId,
    department: Department,
    answers: &Answers,
) -> Result<AssessmentId, AppError> {
    use diesel::result::{DatabaseErrorKind, Error};
    let id: AssessmentId = tx.new_id();
    let inserted = diesel::insert_into(assessments::table)
        .values((
            assessments::id.eq(&id),
            assessments::project_id.eq(project),
            assessments::reviewer_id.eq(&tx.actor.id),
            assessments::department.eq(department),
            assessments::answers.eq(serde_json::to_string(answers)?),
            assessments::advice_reason.eq(""),
            assessments::saved_at.eq(tx.now),
            assessments::version.eq(1),
        ))
        .execute(tx.conn);
    match inserted {
        Ok(_) => Ok(id),
        // Two windows at the same moment: the second runs again and finds the first's draft.
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(AppError::Retry),
        Err(err) => Err(err.into()),
    }
}

/// Saves what was typed in a draft, if nobody saved since `version`.
pub fn save_answers(
    tx: &mut Tx<'_>,
    id: &AssessmentId,
    version: i32,
    answers: &Answers,
) -> Result<(), AppError> {
    let changed = diesel::update(
        assessments::table
            .find(id)
            .filter(assessments::version.eq(version))
            .filter(assessments::final_at.is_null()),
    )
    .set((
        assessments::answers.eq(serde_json::to_string(answers)?),
        assessments::saved_at.eq(tx.now),
        assessments::version.eq(assessments::version + 1),
    ))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// Makes a draft final: what it means stands in the tables from now on.
pub fn finish(
    tx: &mut Tx<'_>,
    id: &AssessmentId,
    judgement: &Judgement,
    score_hundredths: i64,
) -> Result<(), AppError> {
    diesel::update(assessments::table.find(id))
        .set((
            assessments::advice.eq(Some(judgement.advice)),
            assessments::advice_reason.eq(&judgement.advice_reason),
            assessments::score_hundredths.eq(Some(score_hundredths)),
            assessments::final_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    for scored in &judgement.scores {
        diesel::insert_into(assessment_scores::table)
            .values((
                assessment_scores::assessment_id.eq(id),
                assessment_scores::criterion_id.eq(&scored.criterion),
                assessment_scores::score.eq(scored.score),
                assessment_scores::reason.eq(&scored.reason),
            ))
            .execute(tx.conn)?;
    }
    for (year, amount) in &judgement.eligible {
        diesel::insert_into(assessment_years::table)
            .values((
                assessment_years::assessment_id.eq(id),
                assessment_years::year.eq(year),
                assessment_years::eligible_cents.eq(amount),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Makes a final assessment a draft again; what was typed stays.
pub fn unfinish(tx: &mut Tx<'_>, id: &AssessmentId) -> Result<(), AppError> {
    diesel::delete(assessment_scores::table.filter(assessment_scores::assessment_id.eq(id)))
        .execute(tx.conn)?;
    diesel::delete(assessment_years::table.filter(assessment_years::assessment_id.eq(id)))
        .execute(tx.conn)?;
    diesel::update(assessments::table.find(id))
        .set((
            assessments::advice.eq(None::<Advice>),
            assessments::advice_reason.eq(""),
            assessments::score_hundredths.eq(None::<i64>),
            assessments::final_at.eq(None::<NaiveDateTime>),
            assessments::version.eq(assessments::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A dossier on somebody's work list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The application.
    pub application: Application,
    /// The name of its region.
    pub region: String,
    /// The name of the municipality that leads it.
    pub municipality: String,
    /// Weeks within which is decided.
    pub decision_term_weeks: i32,
    /// For which department they assess it.
    pub department: Department,
    /// Whether they declared their interests: only without a conflict is it on the list.
    pub has_declared: bool,
}

/// One page of the dossiers that somebody was assigned and that are in these states, the oldest
/// first, with how many there are. Dossiers with a declared conflict are not on it.
pub fn work(
    conn: &mut Conn,
    reviewer: &AccountId,
    states: &[State],
    page: impl FnOnce(u64) -> (i64, i64),
) -> Result<(u64, Vec<Work>), AppError> {
    let total: i64 = assignments::table
        .inner_join(applications::table)
        .left_join(
            interest_declarations::table.on(interest_declarations::application_id
                .eq(assignments::application_id)
                .and(interest_declarations::account_id.eq(assignments::reviewer_id))),
        )
        .filter(assignments::reviewer_id.eq(reviewer))
        .filter(applications::state.eq_any(states.to_vec()))
        .filter(
            interest_declarations::has_conflict
                .is_null()
                .or(interest_declarations::has_conflict.eq(false)),
        )
        .count()
        .get_result(conn)?;
    let total = u64::try_from(total).unwrap_or_default();
    let (limit, offset) = page(total);
    type Row = (Application, String, String, i32, Department, Option<bool>);
    let rows: Vec<Row> = assignments::table
        .inner_join(
            applications::table
                .inner_join(regions::table)
                .inner_join(municipalities::table)
                .inner_join(
                    application_windows::table.inner_join(cycles::table.inner_join(schemes::table)),
                ),
        )
        .left_join(
            interest_declarations::table.on(interest_declarations::application_id
                .eq(assignments::application_id)
                .and(interest_declarations::account_id.eq(assignments::reviewer_id))),
        )
        .filter(assignments::reviewer_id.eq(reviewer))
        .filter(applications::state.eq_any(states.to_vec()))
        .filter(
            interest_declarations::has_conflict
                .is_null()
                .or(interest_declarations::has_conflict.eq(false)),
        )
        .order((applications::submitted_at, applications::id))
        .limit(limit)
        .offset(offset)
        .select((
            Application::as_select(),
            regions::name,
            municipalities::name,
            schemes::decision_term_weeks,
            assignments::department,
            interest_declarations::has_conflict.nullable(),
        ))
        .load(conn)?;
    let work_of = |(application, region, municipality, weeks, department, conflict): Row| Work {
        application,
        region,
        municipality,
        decision_term_weeks: weeks,
        department,
        has_declared: conflict.is_some(),
    };
    Ok((total, rows.into_iter().map(work_of).collect()))
}

/// How far somebody is with the projects of a dossier that are theirs to assess.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// All of them.
    pub all: u32,
    /// Those begun and not final.
    pub drafts: u32,
    /// Those that are final.
    pub finals: u32,
}

/// How far somebody is, per dossier, in one statement. `is_theirs` says which projects they assess.
pub fn progress(
    conn: &mut Conn,
    reviewer: &AccountId,
    ids: &[ApplicationId],
    is_theirs: impl Fn(&ApplicationId, Option<Category>) -> bool,
) -> Result<BTreeMap<ApplicationId, Progress>, AppError> {
    type Row = (
        ApplicationId,
        Option<Category>,
        Option<(AssessmentId, Option<NaiveDateTime>)>,
    );
    let rows: Vec<Row> = projects::table
        .left_join(
            assessments::table.on(assessments::project_id
                .eq(projects::id)
                .and(assessments::reviewer_id.eq(reviewer.clone()))),
        )
        .filter(projects::application_id.eq_any(ids.to_vec()))
        .filter(projects::removed_at.is_null())
        .order((projects::application_id, projects::position, projects::id))
        .limit(MOST.saturating_mul(10))
        .select((
            projects::application_id,
            projects::category,
            (assessments::id, assessments::final_at).nullable(),
        ))
        .load(conn)?;
    let mut found: BTreeMap<ApplicationId, Progress> = BTreeMap::new();
    for (application, category, assessment) in rows {
        if !is_theirs(&application, category) {
            continue;
        }
        let it = found.entry(application).or_default();
        it.all = it.all.saturating_add(1);
        match assessment {
            Some((_, Some(_))) => it.finals = it.finals.saturating_add(1),
            Some((_, None)) => it.drafts = it.drafts.saturating_add(1),
            None => {}
        }
    }
    Ok(found)
}
