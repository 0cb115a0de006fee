//! Being in a part of an application, and leaving it.

use super::{Present, forgotten_before, left_at, store};
use crate::{
    applications::{project, section::SectionName, store as dossiers},
    core::ids::{ApplicationId, ProjectId},
    db::Tx,
    error::AppError,
    identity::policy::Action,
};

/// Says that the actor has a part open; answers with all who have a part of this application open.
pub fn be_in(tx: &mut Tx<'_>, id: &ApplicationId, part: &str) -> Result<Vec<Present>, AppError> {
    check_part(tx, id, part)?;
    let now = tx.now;
    store::forget(tx, id, forgotten_before(now))?;
    store::see(tx, id, part, now)?;
    store::present(tx.conn, id, forgotten_before(now))
}

/// Says that the actor left a part.
pub fn leave(tx: &mut Tx<'_>, id: &ApplicationId, part: &str) -> Result<(), AppError> {
    check_part(tx, id, part)?;
    let at = left_at(tx.now);
    store::leave(tx, id, part, at)
}

/// Only a part of this application, and only for who may write in it.
fn check_part(tx: &mut Tx<'_>, id: &ApplicationId, part: &str) -> Result<(), AppError> {
    let head = dossiers::head(tx.conn, &tx.actor, id)?;
    head.require(&tx.actor, Action::EditApplication)?;
    let section = match SectionName::parse(part) {
        Ok(section) if SectionName::FORMS.contains(&section) => section,
        Ok(_) => return Err(AppError::NotFound),
        Err(_) => {
            let project = project::store::draft(tx.conn, &ProjectId::from(part))?;
            if project.application_id != *id {
                return Err(AppError::NotFound);
            }
            SectionName::Projects
        }
    };
    match &head.grant {
        Some(grant) => Ok(grant.may_change(section)?),
        None => Ok(()),
    }
}
