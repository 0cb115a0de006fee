//! SQL about the handling of an application. No rules.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{CompletionRequest, Given, Person};
use crate::{
    applications::{Project, ProjectYear, section::SectionName},
    assessments::{
        Advice, department_of,
        score::{Final, Outcome},
    },
    core::{
        actor::{Department, Role},
        category::{Category, SubItem},
        ids::{AccountId, ApplicationId, AssessmentId, CompletionRequestId, ProjectId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{
            account_roles, accounts, assessment_years, assessments, assignments,
            completion_requests, interest_declarations, project_years, projects,
        },
    },
    error::AppError,
};

/// The most rows of what hangs on one application.
const MOST: i64 = 10_000;
/// The most people who can assess or have to do with one application, once per role: two departments
/// have some dozens. They are the choices of a list that is not read in pages.
const MOST_PEOPLE: i64 = 500;

/// The requests to complete these applications, per application, the oldest first.
pub fn completion_requests(
    conn: &mut Conn,
    ids: &[ApplicationId],
) -> Result<BTreeMap<ApplicationId, Vec<CompletionRequest>>, AppError> {
    type Row = (
        CompletionRequestId,
        ApplicationId,
        String,
        String,
        NaiveDate,
        NaiveDateTime,
        Option<NaiveDateTime>,
    );
    let rows: Vec<Row> = completion_requests::table
        .filter(completion_requests::application_id.eq_any(ids.to_vec()))
        .order((
            completion_requests::application_id,
            completion_requests::requested_at,
            completion_requests::id,
        ))
        .limit(MOST)
        .select((
            completion_requests::id,
            completion_requests::application_id,
            completion_requests::sections,
            completion_requests::message,
            completion_requests::due_on,
            completion_requests::requested_at,
            completion_requests::answered_at,
        ))
        .load(conn)?;
    let mut found: BTreeMap<ApplicationId, Vec<CompletionRequest>> = BTreeMap::new();
    for (id, application, sections, message, due_on, requested_at, answered_at) in rows {
        let request = CompletionRequest {
            id,
            parts: serde_json::from_str::<Vec<SectionName>>(&sections)?,
            message,
            due_on,
            requested_at,
            answered_at,
        };
        found.entry(application).or_default().push(request);
    }
    Ok(found)
}

/// Adds a request to complete an application.
pub fn insert_completion_request(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    parts: &[SectionName],
    message: &str,
    due_on: NaiveDate,
) -> Result<(), AppError> {
    let id: CompletionRequestId = tx.new_id();
    diesel::insert_into(completion_requests::table)
        .values((
            completion_requests::id.eq(&id),
            completion_requests::application_id.eq(application),
            completion_requests::sections.eq(serde_json::to_string(parts)?),
            completion_requests::message.eq(message),
            completion_requests::due_on.eq(due_on),
            completion_requests::requested_at.eq(tx.now),
            completion_requests::requested_by.eq(&tx.actor.id),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Who can assess, and who assess or declared their interests already, by name; one statement.
pub fn people(conn: &mut Conn, application: &ApplicationId) -> Result<Vec<Person>, AppError> {
    type Row = (
        AccountId,
        String,
        Option<NaiveDateTime>,
        Option<Role>,
        Option<Department>,
        Option<(bool, String)>,
    );
    // Found one by one: of the many accounts most are of municipalities and none of these.
    let (holds, seat, word) = diesel::alias!(
        account_roles as holds,
        assignments as seat,
        interest_declarations as word
    );
    let reviews = holds
        .field(account_roles::role)
        .eq_any(vec![Role::NctvReviewer, Role::SzwReviewer]);
    let is_seated = seat
        .field(assignments::application_id)
        .eq(application.clone());
    let has_declared = word
        .field(interest_declarations::application_id)
        .eq(application.clone());
    let concerned = holds
        .filter(reviews)
        .select(holds.field(account_roles::account_id))
        .union(
            seat.filter(is_seated)
                .select(seat.field(assignments::reviewer_id)),
        )
        .union(
            word.filter(has_declared)
                .select(word.field(interest_declarations::account_id)),
        );
    let rows: Vec<Row> = accounts::table
        .left_join(
            account_roles::table.on(account_roles::account_id
                .eq(accounts::id)
                .and(account_roles::role.eq_any(vec![Role::NctvReviewer, Role::SzwReviewer]))),
        )
        .left_join(
            assignments::table.on(assignments::reviewer_id
                .eq(accounts::id)
                .and(assignments::application_id.eq(application.clone()))),
        )
        .left_join(
            interest_declarations::table.on(interest_declarations::account_id
                .eq(accounts::id)
                .and(interest_declarations::application_id.eq(application.clone()))),
        )
        .filter(accounts::id.eq_any(concerned))
        .order((accounts::name, accounts::id, account_roles::role))
        .limit(MOST_PEOPLE)
        .select((
            accounts::id,
            accounts::name,
            accounts::disabled_at,
            account_roles::role.nullable(),
            assignments::department.nullable(),
            (
                interest_declarations::has_conflict,
                interest_declarations::note,
            )
                .nullable(),
        ))
        .load(conn)?;
    let mut people: Vec<Person> = Vec::new();
    for (id, name, disabled_at, role, assigned, declared) in rows {
        let can = role
            .filter(|_| disabled_at.is_none())
            .and_then(department_of);
        match people.last_mut().filter(|it| it.id == id) {
            Some(person) => person.can_assess_for.extend(can),
            None => people.push(Person {
                id,
                name,
                can_assess_for: can.into_iter().collect(),
                assigned,
                declared,
            }),
        }
    }
    Ok(people)
}

/// Assigns a reviewer to an application.
pub fn insert_assignment(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    reviewer: &AccountId,
    department: Department,
) -> Result<(), AppError> {
    diesel::insert_into(assignments::table)
        .values((
            assignments::application_id.eq(application),
            assignments::reviewer_id.eq(reviewer),
            assignments::department.eq(department),
            assignments::assigned_at.eq(tx.now),
            assignments::assigned_by.eq(&tx.actor.id),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes the assignment of a reviewer to an application away.
pub fn delete_assignment(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    reviewer: &AccountId,
) -> Result<(), AppError> {
    diesel::delete(assignments::table.find((application, reviewer))).execute(tx.conn)?;
    Ok(())
}

/// The projects of an application with their years, in one statement.
pub fn projects(conn: &mut Conn, application: &ApplicationId) -> Result<Vec<Project>, AppError> {
    type Row = (
        (ProjectId, i32, String, Option<Category>, Option<SubItem>),
        (Option<i64>, i32),
        Option<(i32, Money, Money, Money, Money, Money, Option<Money>)>,
    );
    let rows: Vec<Row> = projects::table
        .left_join(project_years::table)
        .filter(projects::application_id.eq(application))
        .filter(projects::removed_at.is_null())
        .order((projects::position, projects::id, project_years::year))
        .limit(MOST)
        .select((
            (
                projects::id,
                projects::position,
                projects::title,
                projects::category,
                projects::sub_item,
            ),
            (projects::score_hundredths, projects::version),
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
    let mut found: Vec<Project> = Vec::new();
    for ((id, position, title, category, sub_item), (score_hundredths, version), year) in rows {
        let year = year.map(
            |(year, costs, own_contribution, co_financing, requested, minimum, eligible)| {
                ProjectYear {
                    year,
                    costs,
                    own_contribution,
                    co_financing,
                    requested,
                    minimum,
                    eligible,
                }
            },
        );
        match found.last_mut().filter(|it| it.id == id) {
            Some(project) => project.years.extend(year),
            None => found.push(Project {
                id,
                application_id: application.clone(),
                position,
                title,
                category,
                sub_item,
                score_hundredths,
                version,
                years: year.into_iter().collect(),
            }),
        }
    }
    Ok(found)
}

/// All assessments of an application's projects, drafts too.
pub fn given(conn: &mut Conn, application: &ApplicationId) -> Result<Vec<Given>, AppError> {
    type Row = (
        AssessmentId,
        ProjectId,
        AccountId,
        Department,
        Option<Advice>,
        Option<i64>,
        Option<NaiveDateTime>,
    );
    let rows: Vec<Row> = assessments::table
        .inner_join(projects::table)
        .filter(projects::application_id.eq(application))
        .filter(projects::removed_at.is_null())
        .order((projects::position, assessments::id))
        .limit(MOST)
        .select((
            assessments::id,
            assessments::project_id,
            assessments::reviewer_id,
            assessments::department,
            assessments::advice,
            assessments::score_hundredths,
            assessments::final_at,
        ))
        .load(conn)?;
    let given_of =
        |(id, project, reviewer, department, advice, score_hundredths, final_at): Row| Given {
            id,
            project,
            reviewer,
            department,
            advice,
            score_hundredths,
            final_at,
        };
    Ok(rows.into_iter().map(given_of).collect())
}

/// The final assessments of an application's projects that count: those of reviewers who did not
/// declare a conflict of interest.
pub fn finals(conn: &mut Conn, application: &ApplicationId) -> Result<Vec<Final>, AppError> {
    type Row = (
        AssessmentId,
        ProjectId,
        Department,
        Option<i64>,
        Option<(i32, Money)>,
    );
    let rows: Vec<Row> = assessments::table
        .inner_join(projects::table)
        .left_join(assessment_years::table)
        .left_join(
            interest_declarations::table.on(interest_declarations::application_id
                .eq(projects::application_id)
                .and(interest_declarations::account_id.eq(assessments::reviewer_id))),
        )
        .filter(projects::application_id.eq(application))
        .filter(projects::removed_at.is_null())
        .filter(assessments::final_at.is_not_null())
        .filter(
            interest_declarations::has_conflict
                .is_null()
                .or(interest_declarations::has_conflict.eq(false)),
        )
        .order((assessments::id, assessment_years::year))
        .limit(MOST)
        .select((
            assessments::id,
            assessments::project_id,
            assessments::department,
            assessments::score_hundredths,
            (assessment_years::year, assessment_years::eligible_cents).nullable(),
        ))
        .load(conn)?;
    let mut found: Vec<(AssessmentId, Final)> = Vec::new();
    for (id, project, department, score, year) in rows {
        match found.last_mut().filter(|(last, _)| *last == id) {
            Some((_, it)) => it.eligible.extend(year),
            None => {
                let score_hundredths = score
                    .ok_or_else(|| AppError::internal("a final assessment without a score"))?;
                let it = Final {
                    project,
                    department,
                    score_hundredths,
                    eligible: year.into_iter().collect(),
                };
                found.push((id, it));
            }
        }
    }
    Ok(found.into_iter().map(|(_, it)| it).collect())
}

/// Puts the outcome of the assessments on a project.
pub fn establish(tx: &mut Tx<'_>, outcome: &Outcome) -> Result<(), AppError> {
    diesel::update(projects::table.find(&outcome.project))
        .set(projects::score_hundredths.eq(Some(outcome.score_hundredths)))
        .execute(tx.conn)?;
    for (year, amount) in &outcome.eligible {
        diesel::update(project_years::table.find((&outcome.project, year)))
            .set(project_years::eligible_cents.eq(Some(amount)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Takes the outcome of the assessments off a project.
pub fn clear(tx: &mut Tx<'_>, project: &ProjectId) -> Result<(), AppError> {
    diesel::update(projects::table.find(project))
        .set(projects::score_hundredths.eq(None::<i64>))
        .execute(tx.conn)?;
    diesel::update(project_years::table.filter(project_years::project_id.eq(project)))
        .set(project_years::eligible_cents.eq(None::<Money>))
        .execute(tx.conn)?;
    Ok(())
}
