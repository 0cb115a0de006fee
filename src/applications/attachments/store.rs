//! SQL about the files of applications. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{Attachment, FileState};
use crate::{
    core::ids::{ApplicationId, AttachmentId, ProjectId},
    db::{
        Conn, Tx,
        schema::{applications, attachments, loose_files, municipalities},
    },
    error::AppError,
};

/// The most files of one application that are read, those that were removed included.
const MOST: i64 = 500;
/// The most files that the list of those that are held shows.
const MOST_HELD: i64 = 200;

/// A file that is held, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The file.
    pub file: Attachment,
    /// Whose application it is in.
    pub municipality: String,
}

/// All files of an application, those that were removed included, the first that was added in front.
pub fn all_of(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<Attachment>, AppError> {
    Ok(attachments::table
        .filter(attachments::application_id.eq(id))
        .order(attachments::id)
        .limit(MOST)
        .select(Attachment::as_select())
        .load(conn)?)
}

/// One file.
pub fn get(conn: &mut Conn, id: &AttachmentId) -> Result<Attachment, AppError> {
    Ok(attachments::table
        .find(id)
        .select(Attachment::as_select())
        .first(conn)?)
}

/// Adds a file.
pub fn insert(tx: &mut Tx<'_>, it: &Attachment) -> Result<(), AppError> {
    diesel::insert_into(attachments::table)
        .values(it)
        .execute(tx.conn)?;
    Ok(())
}

/// Says something else about a file, if nobody did since `version`.
pub fn describe(
    tx: &mut Tx<'_>,
    id: &AttachmentId,
    version: i32,
    about: &str,
    project: Option<&ProjectId>,
) -> Result<(), AppError> {
    let changed = diesel::update(
        attachments::table
            .find(id)
            .filter(attachments::version.eq(version)),
    )
    .set((
        attachments::about.eq(about),
        attachments::project_id.eq(project),
        attachments::version.eq(attachments::version + 1),
    ))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// Removes a file, or puts it back.
pub fn set_removed(
    tx: &mut Tx<'_>,
    id: &AttachmentId,
    at: Option<NaiveDateTime>,
) -> Result<(), AppError> {
    diesel::update(attachments::table.find(id))
        .set((
            attachments::removed_at.eq(at),
            attachments::version.eq(attachments::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Says that a version names all files that its application has now.
pub fn freeze(tx: &mut Tx<'_>, id: &ApplicationId, number: i32) -> Result<(), AppError> {
    let of_now = attachments::table
        .filter(attachments::application_id.eq(id))
        .filter(attachments::removed_at.is_null())
        .filter(attachments::frozen_in.is_null());
    diesel::update(of_now)
        .set(attachments::frozen_in.eq(Some(number)))
        .execute(tx.conn)?;
    Ok(())
}

/// Files that the scanner has to see now, the longest waiting first.
pub fn due(conn: &mut Conn, now: NaiveDateTime, limit: i64) -> Result<Vec<AttachmentId>, AppError> {
    Ok(attachments::table
        .filter(attachments::state.eq_any([FileState::Received, FileState::Unscanned]))
        .filter(attachments::due_at.le(now))
        .order((attachments::due_at, attachments::id))
        .limit(limit)
        .select(attachments::id)
        .load(conn)?)
}

/// What the scanner made of a file that waited for it.
pub fn set_scanned(
    tx: &mut Tx<'_>,
    id: &AttachmentId,
    state: FileState,
    said: &str,
) -> Result<(), AppError> {
    diesel::update(attachments::table.find(id))
        .set((
            attachments::state.eq(state),
            attachments::said.eq(said),
            attachments::scanned_at.eq(Some(tx.now)),
            attachments::attempts.eq(attachments::attempts + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// That the scanner could not be asked, why, and when it is asked again.
pub fn set_due(
    tx: &mut Tx<'_>,
    id: &AttachmentId,
    said: &str,
    due_at: NaiveDateTime,
) -> Result<(), AppError> {
    diesel::update(attachments::table.find(id))
        .set((
            attachments::said.eq(said),
            attachments::due_at.eq(due_at),
            attachments::attempts.eq(attachments::attempts + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Files that were removed before this moment and that no version names.
pub fn forgotten(
    conn: &mut Conn,
    before: NaiveDateTime,
    limit: i64,
) -> Result<Vec<Attachment>, AppError> {
    Ok(attachments::table
        .filter(attachments::removed_at.lt(before))
        .filter(attachments::frozen_in.is_null())
        .order((attachments::removed_at, attachments::id))
        .limit(limit)
        .select(Attachment::as_select())
        .load(conn)?)
}

/// Takes a file out of the table.
pub fn delete(tx: &mut Tx<'_>, id: &AttachmentId) -> Result<(), AppError> {
    diesel::delete(attachments::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Says that there may be bytes in storage that no row of the table tells of.
pub fn insert_loose(tx: &mut Tx<'_>, id: &AttachmentId) -> Result<(), AppError> {
    diesel::insert_into(loose_files::table)
        .values((loose_files::id.eq(id), loose_files::since.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Says that there are none any more, or that a row tells of them.
pub fn delete_loose(tx: &mut Tx<'_>, ids: &[AttachmentId]) -> Result<(), AppError> {
    diesel::delete(loose_files::table.filter(loose_files::id.eq_any(ids.to_vec())))
        .execute(tx.conn)?;
    Ok(())
}

/// Bytes that no row tells of since before this moment.
pub fn loose(
    conn: &mut Conn,
    before: NaiveDateTime,
    limit: i64,
) -> Result<Vec<AttachmentId>, AppError> {
    Ok(loose_files::table
        .filter(loose_files::since.lt(before))
        .order((loose_files::since, loose_files::id))
        .limit(limit)
        .select(loose_files::id)
        .load(conn)?)
}

/// The ids of the files after this one in which something was found, by id.
pub fn infected_after(
    conn: &mut Conn,
    id: &AttachmentId,
    limit: i64,
) -> Result<Vec<AttachmentId>, AppError> {
    Ok(attachments::table
        .filter(attachments::state.eq(FileState::Infected))
        .filter(attachments::id.gt(id))
        .order(attachments::id)
        .limit(limit)
        .select(attachments::id)
        .load(conn)?)
}

/// The files after this id, by id: all of them are read in steps.
pub fn after(conn: &mut Conn, id: &AttachmentId, limit: i64) -> Result<Vec<Attachment>, AppError> {
    Ok(attachments::table
        .filter(attachments::id.gt(id))
        .order(attachments::id)
        .limit(limit)
        .select(Attachment::as_select())
        .load(conn)?)
}

/// The files that are held, the last that came in first.
pub fn held(conn: &mut Conn) -> Result<Vec<Held>, AppError> {
    let rows: Vec<(Attachment, String)> = attachments::table
        .inner_join(applications::table.inner_join(municipalities::table))
        .filter(attachments::state.eq(FileState::Infected))
        .order((attachments::received_at.desc(), attachments::id.desc()))
        .limit(MOST_HELD)
        .select((Attachment::as_select(), municipalities::name))
        .load(conn)?;
    let held = |(file, municipality)| Held { file, municipality };
    Ok(rows.into_iter().map(held).collect())
}
