//! Assessing a project: load, check, decide, save, record. One function per use case.

use super::{Assessment, Dossier, Seat, assesses, form, store};
use crate::{
    applications::{Project, state::State},
    audit::{self, Fact, Stream},
    core::{
        answers::Answers,
        ids::{ApplicationId, AssessmentId, ProjectId},
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    schemes::Criterion,
};

/// What the actor assesses.
struct Task {
    dossier: Dossier,
    project: Project,
    seat: Seat,
}

/// Keeps what was typed, right or wrong, to go on later. `version` is the one that the form was
/// made from; 0 before anything was saved. Gives the application that the project belongs to.
pub fn save_draft(
    tx: &mut Tx<'_>,
    project: &ProjectId,
    version: i32,
    answers: &Answers,
) -> Result<ApplicationId, AppError> {
    let task = task(tx, project)?;
    save(tx, &task, version, answers)?;
    Ok(task.dossier.application.id)
}

/// Makes the actor's assessment final: everything has to be there, and it does not change any more.
/// Gives the application that the project belongs to.
pub fn finish(
    tx: &mut Tx<'_>,
    project: &ProjectId,
    version: i32,
    answers: &Answers,
) -> Result<ApplicationId, AppError> {
    let task = task(tx, project)?;
    let criteria: Vec<Criterion> = store::criteria(tx.conn, &task.dossier.scheme)?
        .into_iter()
        .filter(|it| it.department == task.seat.department)
        .collect();
    let judgement =
        form::read(answers, &criteria, &task.project.years).map_err(AppError::Invalid)?;
    let score = form::score_hundredths(&judgement, &criteria)
        .ok_or_else(|| AppError::internal("the scheme has no criteria to score on"))?;
    let id = save(tx, &task, version, answers)?;
    store::finish(tx, &id, &judgement, score)?;
    let fact = Fact::AssessmentFinished {
        project: project.clone(),
        department: task.seat.department.as_str().to_owned(),
    };
    let application = task.dossier.application.id;
    audit::record(tx, Stream::Application(&application), &fact)?;
    Ok(application)
}

/// What the actor may assess now, or why not.
fn task(tx: &mut Tx<'_>, id: &ProjectId) -> Result<Task, AppError> {
    policy::require(&tx.actor, Action::Assess)?;
    let store::Sheet {
        dossier, project, ..
    } = store::project(tx.conn, &tx.actor, id)?;
    let seats = store::seats(tx.conn, &dossier.application.id, id)?;
    let seat = seats
        .into_iter()
        .find(|it| it.reviewer == tx.actor.id)
        .ok_or(AppError::Forbidden)?;
    if !assesses(seat.department, project.category) {
        return Err(AppError::NotFound);
    }
    if seat.has_conflict.is_none() {
        return Err(Refusal::InterestsNotDeclared.into());
    }
    let is_final = |it: &Assessment| it.final_at.is_some();
    if seat.assessment.as_ref().is_some_and(is_final) {
        return Err(Refusal::AssessmentFinal.into());
    }
    let state = dossier.application.state;
    if state != State::InAssessment {
        return Err(Refusal::NotInAssessment { state }.into());
    }
    Ok(Task {
        dossier,
        project,
        seat,
    })
}

fn save(
    tx: &mut Tx<'_>,
    task: &Task,
    version: i32,
    answers: &Answers,
) -> Result<AssessmentId, AppError> {
    match &task.seat.assessment {
        Some(it) => {
            store::save_answers(tx, &it.id, version, answers)?;
            Ok(it.id.clone())
        }
        None if version == 0 => store::insert(tx, &task.project.id, task.seat.department, answers),
        None => Err(AppError::Stale),
    }
}
