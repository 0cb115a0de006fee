//! Use cases of what is asked of whom: load, check, decide, save, record, tell.

use std::collections::BTreeMap;

use chrono::Days;

use super::{NewTask, PartTask, part, store};
use crate::{
    applications::{
        Application, Head,
        collaboration::{
            Invitation,
            actions::{being_written, tell},
            rule, store as people,
        },
        drafting::Opening,
        store as common,
    },
    audit::{self, Fact, Stream},
    core::{
        answers::FieldErrors,
        ids::{AccountId, ApplicationId, TaskId},
    },
    db::Tx,
    error::AppError,
    identity::policy::Action,
    texts::{dates::OnDay, messages},
};

/// How many people are reminded in one transaction.
const AT_A_TIME: i64 = 50;

/// Asks somebody who has the application to write a part of it, and tells them.
pub fn set(tx: &mut Tx<'_>, id: &ApplicationId, new: &NewTask) -> Result<TaskId, AppError> {
    let head = being_written(tx, id)?;
    let last = Opening::of(&head).last_day();
    rule::check_due(new.due_on, tx.now.dutch_day(), last).map_err(AppError::Invalid)?;
    check_assignee(tx, &head, new)?;
    let actor = tx.actor.clone();
    let task = insert(tx, id, new, &actor.id)?;
    if actor.id != new.assignee {
        let reference = &head.application.reference;
        let message = messages::task_set(reference, part(new.section), &actor.name, new.due_on);
        tell(tx, &new.assignee, &message, task_address(id, &task))?;
    }
    Ok(task)
}

/// What an invitation asks becomes tasks of who accepted it.
pub fn of_invitation(tx: &mut Tx<'_>, invitation: &Invitation) -> Result<(), AppError> {
    let asked = &invitation.asked;
    if asked.due_on.is_none() {
        return Ok(());
    }
    let sections = match &asked.grant.sections {
        None => vec![None],
        Some(sections) => sections.iter().copied().map(Some).collect(),
    };
    let assignee = tx.actor.id.clone();
    for section in sections {
        let new = NewTask {
            assignee: assignee.clone(),
            section,
            note: asked.message.clone(),
            due_on: asked.due_on,
        };
        insert(tx, &invitation.application_id, &new, &invitation.invited_by)?;
    }
    Ok(())
}

/// Says that what was asked of the actor is done, with a word to it, and tells who asked.
pub fn finish(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    task: &TaskId,
    answer: &str,
) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    let it = store::get(tx.conn, id, task)?;
    if it.asked.assignee != actor.id {
        return Err(AppError::Forbidden);
    }
    if !store::set_done(tx, task, Some(answer))? {
        return Ok(());
    }
    let fact = Fact::TaskDone {
        task: task.clone(),
        section: section_of(&it),
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    if it.set_by == actor.id {
        return Ok(());
    }
    let reference = &head.application.reference;
    let message = messages::task_done(reference, it.part(), &actor.name, answer);
    tell(tx, &it.set_by, &message, task_address(id, task))
}

/// Says that it is not done after all: the assignee, or who may ask.
pub fn reopen(tx: &mut Tx<'_>, id: &ApplicationId, task: &TaskId) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    let it = store::get(tx.conn, id, task)?;
    if it.asked.assignee != actor.id {
        head.require(&actor, Action::InvitePartners)?;
    }
    if !store::set_done(tx, task, None)? {
        return Ok(());
    }
    let fact = Fact::TaskReopened {
        task: task.clone(),
        section: section_of(&it),
    };
    audit::record(tx, Stream::Application(id), &fact)
}

/// Asks it no longer.
pub fn drop(tx: &mut Tx<'_>, id: &ApplicationId, task: &TaskId) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    common::to_do(tx.conn, &actor, id, Action::InvitePartners)?;
    let it = store::get(tx.conn, id, task)?;
    store::drop(tx, task)?;
    let fact = Fact::TaskDropped {
        task: task.clone(),
        section: section_of(&it),
    };
    audit::record(tx, Stream::Application(id), &fact)
}

/// Asks nothing any more in an application that was submitted, and tells those who were asked. Answers who
/// they are.
pub fn end_all(tx: &mut Tx<'_>, application: &Application) -> Result<Vec<AccountId>, AppError> {
    let id = &application.id;
    let mut of: BTreeMap<AccountId, Vec<&'static str>> = BTreeMap::new();
    for it in store::of_application(tx.conn, id)? {
        if it.done_at.is_some() {
            continue;
        }
        store::drop(tx, &it.id)?;
        let fact = Fact::TaskDropped {
            task: it.id.clone(),
            section: section_of(&it),
        };
        audit::record(tx, Stream::Application(id), &fact)?;
        of.entry(it.asked.assignee.clone())
            .or_default()
            .push(it.part());
    }
    let actor = tx.actor.id.clone();
    for (account, parts) in of.iter().filter(|it| *it.0 != actor) {
        let message = messages::task_over(&application.reference, parts);
        tell(tx, account, &message, format!("/aanvragen/{id}"))?;
    }
    Ok(of.into_keys().collect())
}

/// Reminds, once each, those whose part has to be done within two days; some at a time. Answers how
/// many. For the program itself.
pub fn remind(tx: &mut Tx<'_>) -> Result<usize, AppError> {
    if !tx.actor.is_system() {
        return Err(AppError::Forbidden);
    }
    let today = tx.now.dutch_day();
    let days = Days::new(u64::try_from(rule::REMIND_DAYS).unwrap_or_default());
    let last = today.checked_add_days(days).unwrap_or(today);
    let tasks = store::to_remind(tx.conn, (today, last), AT_A_TIME)?;
    for (it, reference) in &tasks {
        store::set_reminded(tx, &it.id)?;
        if let Some(due_on) = it.asked.due_on {
            let message = messages::task_due(reference, it.part(), due_on);
            tell(tx, &it.asked.assignee, &message, it.address())?;
        }
    }
    Ok(tasks.len())
}

/// Only who can write there is asked to.
fn check_assignee(tx: &mut Tx<'_>, head: &Head, new: &NewTask) -> Result<(), AppError> {
    let id = &head.application.id;
    let open = store::of_application(tx.conn, id)?;
    let mut errors = FieldErrors::default();
    let is_same = |it: &&PartTask| {
        it.done_at.is_none() && it.asked.assignee == new.assignee && it.asked.section == new.section
    };
    if open.iter().any(|it| is_same(&it)) {
        errors.push("onderdeel", "Deze persoon heeft deze taak al.");
    }
    let most = usize::try_from(rule::MOST_TASKS).unwrap_or(usize::MAX);
    if most <= open.len() {
        errors.push("", "Er zijn al 200 taken. Trek er eerst een in.");
    }
    let colleagues = people::colleagues(tx.conn, &head.lead.id)?;
    let is_colleague = colleagues.iter().any(|it| it.0 == new.assignee);
    if !is_colleague {
        let grant = people::grant(tx.conn, id, &new.assignee)?;
        match grant {
            None => errors.push("wie", "Kies iemand die aan deze aanvraag meewerkt."),
            Some(it) if !it.allows(new.section) => errors.push(
                "onderdeel",
                "Deze persoon kan dit onderdeel niet bewerken. Wijzig eerst het recht.",
            ),
            Some(_) => {}
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(errors))
    }
}

fn insert(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    new: &NewTask,
    set_by: &AccountId,
) -> Result<TaskId, AppError> {
    let task = store::insert(tx, id, new, set_by)?;
    let fact = Fact::TaskSet {
        task: task.clone(),
        section: new.section.map(|it| it.as_str().to_owned()),
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    Ok(task)
}

fn task_address(id: &ApplicationId, task: &TaskId) -> String {
    format!("/aanvragen/{id}/taken/{task}")
}

fn section_of(it: &PartTask) -> Option<String> {
    it.asked.section.map(|it| it.as_str().to_owned())
}
