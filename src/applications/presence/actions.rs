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
    dossiers::to_do(tx.conn, &tx.actor, id, Action::EditApplication)?;
    let is_part = match SectionName::parse(part) {
        Ok(section) => SectionName::FORMS.contains(&section),
        Err(_) => project::store::draft(tx.conn, &ProjectId::from(part))?.application_id == *id,
    };
    if is_part {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}
