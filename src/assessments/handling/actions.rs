//! Handling an application: load, check, decide, save, record. One function per use case.

use super::{
    Given, Person,
    form::{Completion, reviewer_field},
    store,
};
use crate::{
    applications::{
        self, Application,
        state::{Event, State},
        submission,
    },
    assessments::{self, score},
    audit::{self, Fact, Stream},
    core::{
        actor::Department,
        answers::FieldErrors,
        ids::{AccountId, ApplicationId, AssessmentId},
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    outbox::{self, MessageKind, NewMessage},
    texts::{dates::OnDay, labels::Label, messages},
};

/// Asks the municipality to complete named parts, which alone open again (Awb 4:5). `version` is
/// that of the application when the form was made.
pub fn request_completion(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
    asked: &Completion,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::CheckCompleteness)?;
    let application = unchanged(tx, id, version)?;
    applications::store::move_on(tx, &application, Event::RequestCompletion)?;
    store::insert_completion_request(tx, id, &asked.parts, &asked.message, asked.due_on)?;
    outbox::store::insert(tx, &message(&application, asked))?;
    tell_partners(tx, &application, asked)?;
    let fact = Fact::CompletionRequested {
        sections: asked
            .parts
            .iter()
            .map(|it| it.as_str().to_owned())
            .collect(),
        due_on: asked.due_on,
    };
    audit::record(tx, Stream::Application(id), &fact)
}

/// Who works on it by invitation can write again.
fn tell_partners(
    tx: &mut Tx<'_>,
    application: &Application,
    asked: &Completion,
) -> Result<(), AppError> {
    let names: Vec<&str> = asked.parts.iter().map(|it| it.label()).collect();
    let message = messages::partner_reopened(&application.reference, &names, asked.due_on);
    applications::collaboration::actions::tell_partners(tx, &application.id, &message, &[])
}

fn message(application: &Application, asked: &Completion) -> NewMessage {
    let names: Vec<&str> = asked.parts.iter().map(|it| it.label()).collect();
    let said = messages::completion_requested(
        &application.reference,
        &names,
        &asked.message,
        asked.due_on,
    );
    NewMessage {
        municipality: application.lead_municipality_id.clone(),
        application: Some(application.id.clone()),
        kind: MessageKind::CompletionRequested,
        subject: said.subject,
        body: said.body,
    }
}

/// Declares an application complete and has it assessed; or, when it was not completed by the last
/// day, has it assessed as it was last submitted.
pub fn start(tx: &mut Tx<'_>, id: &ApplicationId, version: i32) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::CheckCompleteness)?;
    let mut application = unchanged(tx, id, version)?;
    if application.state == State::CompletionRequested {
        lapsed(tx, id)?;
        submission::actions::set_back(tx, &application)?;
        application = applications::store::get(tx.conn, id)?;
    }
    applications::store::move_on(tx, &application, Event::StartAssessment)?;
    Ok(())
}

/// Refuses while the municipality can still complete its application.
fn lapsed(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let requests = store::completion_requests(tx.conn, std::slice::from_ref(id))?;
    let last = requests.into_values().flatten().next_back();
    match last {
        Some(it) if tx.now.dutch_day() <= it.due_on => {
            let due_on = it.due_on;
            Err(Refusal::CurePeriodRuns { due_on }.into())
        }
        _ => Ok(()),
    }
}

/// Assigns reviewers, each for a department.
pub fn assign(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    reviewers: &[(AccountId, Department)],
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::AssignReviewers)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    let state = application.state;
    if !can_be_assigned(state) {
        return Err(Refusal::NotInAssessment { state }.into());
    }
    for (reviewer, department) in reviewers {
        let people = store::people(tx.conn, id)?;
        let person = free_to_assess(&people, reviewer, *department)?;
        store::insert_assignment(tx, id, reviewer, *department)?;
        let fact = Fact::ReviewerAssigned {
            reviewer: reviewer.clone(),
            name: person.name.clone(),
        };
        audit::record(tx, Stream::Application(id), &fact)?;
    }
    Ok(())
}

/// Takes an assignment back, with the reason: of a reviewer who fell ill, or was assigned by mistake.
/// Not of one who closed an assessment: what they found counts. A draft of theirs stays, unread.
pub fn unassign(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    reviewer: &AccountId,
    reason: &str,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::AssignReviewers)?;
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    let state = application.state;
    if !can_be_assigned(state) {
        return Err(Refusal::NotInAssessment { state }.into());
    }
    let people = store::people(tx.conn, id)?;
    let is_assigned = |it: &&Person| it.id == *reviewer && it.assigned.is_some();
    let person = people.iter().find(is_assigned).ok_or(AppError::Stale)?;
    let is_final = |it: &Given| it.reviewer == *reviewer && it.final_at.is_some();
    let name = person.name.clone();
    if store::given(tx.conn, id)?.iter().any(is_final) {
        return Err(Refusal::HasAssessed { name }.into());
    }
    store::delete_assignment(tx, id, reviewer)?;
    let fact = Fact::AssignmentWithdrawn {
        reviewer: reviewer.clone(),
        name,
        reason: reason.to_owned(),
    };
    audit::record(tx, Stream::Application(id), &fact)
}

/// Whether reviewers can be assigned in this state: from submission until the outcome stands.
pub fn can_be_assigned(state: State) -> bool {
    matches!(
        state,
        State::Submitted | State::CompletionRequested | State::Completed | State::InAssessment
    )
}

fn free_to_assess<'a>(
    people: &'a [Person],
    reviewer: &AccountId,
    department: Department,
) -> Result<&'a Person, AppError> {
    let refuse = |sentence: String| {
        let mut errors = FieldErrors::default();
        errors.push(reviewer_field(department), sentence);
        Err(AppError::Invalid(errors))
    };
    let found = people
        .iter()
        .find(|it| it.id == *reviewer && it.can_assess_for.contains(&department));
    match found {
        None => {
            refuse("Deze persoon kan hier niet beoordelen. Kies iemand uit de lijst.".to_owned())
        }
        Some(it) if it.assigned.is_some() => refuse(format!("{} is al toegewezen.", it.name)),
        Some(it) if it.has_conflict() => refuse(format!(
            "{} heeft een belang bij deze aanvraag gemeld. Kies een ander.",
            it.name
        )),
        Some(it) => Ok(it),
    }
}

/// Establishes score and eligible amounts of every project from the final assessments; the
/// definitions stand in `assessments::score`.
pub fn close(tx: &mut Tx<'_>, id: &ApplicationId, version: i32) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::CloseAssessment)?;
    let application = unchanged(tx, id, version)?;
    applications::store::move_on(tx, &application, Event::CloseAssessment)?;
    let projects = applications::store::projects_of(tx.conn, id)?;
    let finals = store::finals(tx.conn, id)?;
    for outcome in score::outcomes(&projects, &finals)? {
        store::establish(tx, &outcome)?;
    }
    Ok(())
}

/// Opens final assessments again: they become drafts with all that was typed. If the outcome was
/// established already, it is taken back and the application is in assessment again.
pub fn reopen(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    version: i32,
    chosen: &[AssessmentId],
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::CloseAssessment)?;
    let application = unchanged(tx, id, version)?;
    if application.state != State::InAssessment {
        applications::store::move_on(tx, &application, Event::ReopenAssessment)?;
        for project in applications::store::projects_of(tx.conn, id)? {
            store::clear(tx, &project.id)?;
        }
    }
    let given = store::given(tx.conn, id)?;
    for assessment in chosen {
        let is_chosen = |it: &&Given| it.id == *assessment && it.final_at.is_some();
        // Gone or open already: the page was made before somebody else did this.
        let it = given.iter().find(is_chosen).ok_or(AppError::Stale)?;
        open_again(tx, id, it)?;
    }
    Ok(())
}

/// Opens every final assessment of an application again and takes its outcome back: its municipality writes
/// it anew. For use cases that have checked who asks.
pub fn start_over(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    for project in applications::store::projects_of(tx.conn, id)? {
        store::clear(tx, &project.id)?;
    }
    for it in store::given(tx.conn, id)? {
        if it.final_at.is_some() {
            open_again(tx, id, &it)?;
        }
    }
    Ok(())
}

fn open_again(tx: &mut Tx<'_>, id: &ApplicationId, it: &Given) -> Result<(), AppError> {
    assessments::store::unfinish(tx, &it.id)?;
    let fact = Fact::AssessmentReopened {
        project: it.project.clone(),
        department: it.department.as_str().to_owned(),
        reviewer: it.reviewer.clone(),
    };
    audit::record(tx, Stream::Application(id), &fact)
}

fn unchanged(tx: &mut Tx<'_>, id: &ApplicationId, version: i32) -> Result<Application, AppError> {
    let application = applications::store::visible(tx.conn, &tx.actor, id)?;
    if application.version != version {
        return Err(AppError::Stale);
    }
    Ok(application)
}
