//! SQL about what is asked of whom. No rules.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{NewTask, PartTask};
use crate::{
    applications::{section::SectionName, state::State},
    core::ids::{AccountId, ApplicationId, TaskId},
    db::{
        Conn, Tx,
        schema::{accounts, applications, part_tasks},
    },
    error::AppError,
};

/// The most tasks of a list.
const MOST: i64 = 500;
/// The most applications or tasks on a start page.
const MOST_AT_THE_START: i64 = 20;

type Row = (
    TaskId,
    ApplicationId,
    Option<SectionName>,
    AccountId,
    String,
    Option<NaiveDate>,
    AccountId,
    Option<NaiveDateTime>,
    String,
    String,
);

const TASK: (
    part_tasks::id,
    part_tasks::application_id,
    part_tasks::section,
    part_tasks::assignee_id,
    part_tasks::note,
    part_tasks::due_on,
    part_tasks::set_by,
    part_tasks::done_at,
    part_tasks::answer,
    accounts::name,
) = (
    part_tasks::id,
    part_tasks::application_id,
    part_tasks::section,
    part_tasks::assignee_id,
    part_tasks::note,
    part_tasks::due_on,
    part_tasks::set_by,
    part_tasks::done_at,
    part_tasks::answer,
    accounts::name,
);

fn task_of(row: Row) -> PartTask {
    let (id, application_id, section, assignee_id, note, due_on, set_by, done_at, answer, name) =
        row;
    PartTask {
        id,
        application_id,
        asked: NewTask {
            assignee: assignee_id,
            section,
            note,
            due_on,
        },
        assignee: name,
        set_by,
        done_at,
        answer,
    }
}

/// What was asked in an application, in the order in which it was; not what was dropped.
pub fn of_application(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<PartTask>, AppError> {
    let rows: Vec<Row> = part_tasks::table
        .inner_join(accounts::table)
        .filter(part_tasks::application_id.eq(id))
        .filter(part_tasks::dropped_at.is_null())
        .order((part_tasks::set_at, part_tasks::id))
        .limit(MOST)
        .select(TASK)
        .load(conn)?;
    Ok(rows.into_iter().map(task_of).collect())
}

/// What was asked of somebody and is not done, with the reference of the application, while it is being
/// written.
pub fn open_of(conn: &mut Conn, account: &AccountId) -> Result<Vec<(PartTask, String)>, AppError> {
    let rows: Vec<(Row, String)> = part_tasks::table
        .inner_join(accounts::table)
        .inner_join(applications::table)
        .filter(part_tasks::assignee_id.eq(account))
        .filter(part_tasks::dropped_at.is_null())
        .filter(part_tasks::done_at.is_null())
        .filter(applications::state.eq_any(writing()))
        .order((part_tasks::set_at, part_tasks::id))
        .limit(MOST_AT_THE_START)
        .select((TASK, applications::reference))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(row, reference)| (task_of(row), reference))
        .collect())
}

/// What is asked of somebody in a section of an application, or in all of it, and is not done.
pub fn open_in(
    conn: &mut Conn,
    application: &ApplicationId,
    section: SectionName,
    account: &AccountId,
) -> Result<Vec<PartTask>, AppError> {
    let is_here = part_tasks::section.eq(section);
    let rows: Vec<Row> = part_tasks::table
        .inner_join(accounts::table)
        .filter(part_tasks::application_id.eq(application))
        .filter(part_tasks::assignee_id.eq(account))
        .filter(part_tasks::dropped_at.is_null())
        .filter(part_tasks::done_at.is_null())
        .filter(is_here.or(part_tasks::section.is_null()))
        .order((part_tasks::set_at, part_tasks::id))
        .limit(MOST)
        .select(TASK)
        .load(conn)?;
    Ok(rows.into_iter().map(task_of).collect())
}

/// One thing that is asked in this application.
pub fn get(conn: &mut Conn, of: &ApplicationId, id: &TaskId) -> Result<PartTask, AppError> {
    let row: Row = part_tasks::table
        .inner_join(accounts::table)
        .filter(part_tasks::id.eq(id))
        .filter(part_tasks::application_id.eq(of))
        .filter(part_tasks::dropped_at.is_null())
        .select(TASK)
        .first(conn)?;
    Ok(task_of(row))
}

/// Asks something.
pub fn insert(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    new: &NewTask,
    set_by: &AccountId,
) -> Result<TaskId, AppError> {
    let id: TaskId = tx.new_id();
    diesel::insert_into(part_tasks::table)
        .values((
            part_tasks::id.eq(&id),
            part_tasks::application_id.eq(application),
            part_tasks::section.eq(new.section),
            part_tasks::assignee_id.eq(&new.assignee),
            part_tasks::note.eq(&new.note),
            part_tasks::due_on.eq(new.due_on),
            part_tasks::set_by.eq(set_by),
            part_tasks::set_at.eq(tx.now),
            part_tasks::answer.eq(""),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Says that a task is done, with a word to it, or that it is not after all; whether that was new.
pub fn set_done(tx: &mut Tx<'_>, id: &TaskId, answer: Option<&str>) -> Result<bool, AppError> {
    let done_at = answer.map(|_| tx.now);
    let is_new = part_tasks::done_at.is_null().eq(answer.is_some());
    let changed = diesel::update(
        part_tasks::table
            .find(id)
            .filter(part_tasks::dropped_at.is_null())
            .filter(is_new),
    )
    .set((
        part_tasks::done_at.eq(done_at),
        part_tasks::answer.eq(answer.unwrap_or_default()),
    ))
    .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Asks it no longer.
pub fn drop(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), AppError> {
    diesel::update(part_tasks::table.find(id))
        .set(part_tasks::dropped_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Asks nothing any more of somebody in an application.
pub fn drop_all_of(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    account: &AccountId,
) -> Result<(), AppError> {
    diesel::update(
        part_tasks::table
            .filter(part_tasks::application_id.eq(application))
            .filter(part_tasks::assignee_id.eq(account))
            .filter(part_tasks::done_at.is_null())
            .filter(part_tasks::dropped_at.is_null()),
    )
    .set(part_tasks::dropped_at.eq(Some(tx.now)))
    .execute(tx.conn)?;
    Ok(())
}

/// What has to be done on one of these days and of which nobody was reminded, with the reference of the
/// application, while it is being written.
pub fn to_remind(
    conn: &mut Conn,
    (first, last): (NaiveDate, NaiveDate),
    limit: i64,
) -> Result<Vec<(PartTask, String)>, AppError> {
    let rows: Vec<(Row, String)> = part_tasks::table
        .inner_join(accounts::table)
        .inner_join(applications::table)
        .filter(part_tasks::done_at.is_null())
        .filter(part_tasks::dropped_at.is_null())
        .filter(part_tasks::reminded_at.is_null())
        .filter(part_tasks::due_on.ge(first))
        .filter(part_tasks::due_on.le(last))
        .filter(applications::state.eq_any(writing()))
        .order((part_tasks::due_on, part_tasks::id))
        .limit(limit)
        .select((TASK, applications::reference))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(row, reference)| (task_of(row), reference))
        .collect())
}

/// Says that somebody was reminded.
pub fn set_reminded(tx: &mut Tx<'_>, id: &TaskId) -> Result<(), AppError> {
    diesel::update(part_tasks::table.find(id))
        .set(part_tasks::reminded_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

fn writing() -> Vec<State> {
    let writing = State::ALL.iter().filter(|it| it.is_being_written());
    writing.copied().collect()
}
