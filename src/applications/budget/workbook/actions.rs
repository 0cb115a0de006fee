//! Taking over what a workbook says: all of it or nothing.

use crate::{
    applications::project::{
        self, MOST_LINES,
        incoming::{self, NewLine},
        store,
    },
    core::ids::{ApplicationId, ProjectId},
    db::Tx,
    error::AppError,
};

/// The lines that take the place of those of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The project.
    pub project: ProjectId,
    /// The version of it that was looked at.
    pub version: i32,
    /// All its lines from now on.
    pub lines: Vec<NewLine>,
}

/// Replaces the lines of these projects of one application. If anybody saved one of them since it
/// was looked at, nothing is written: [`AppError::Stale`].
pub fn replace(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    all: &[Replacement],
) -> Result<(), AppError> {
    for it in all {
        let draft = store::draft(tx.conn, &it.project)?;
        if draft.application_id != *application {
            return Err(AppError::NotFound);
        }
        if !u32::try_from(it.lines.len()).is_ok_and(|count| count <= MOST_LINES) {
            return Err(AppError::BadRequest("more lines than a project has"));
        }
        let answers = incoming::replace(&draft.answers, &it.lines);
        project::actions::save(tx, &it.project, it.version, &answers)?;
    }
    Ok(())
}
