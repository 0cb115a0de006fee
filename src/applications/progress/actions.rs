//! Reporting progress: load, check, save, record.

use std::collections::BTreeSet;

use super::{Goal, form, store};
use crate::{
    applications::{Application, state::State, store as common},
    audit::{self, Fact, Stream},
    core::{actor::Actor, answers::Answers, ids::ApplicationId},
    db::{Conn, Tx},
    error::{AppError, Refusal},
    identity::policy::Action,
};

/// The application and its goals, if this person may know of it and something was awarded.
pub fn goals(
    conn: &mut Conn,
    actor: &Actor,
    id: &ApplicationId,
) -> Result<(Application, Vec<Goal>), AppError> {
    let application = common::visible(conn, actor, id)?;
    let goals = match application.state {
        State::Notified => store::goals(conn, id)?,
        _ => Vec::new(),
    };
    if goals.is_empty() {
        return Err(Refusal::NothingAwarded.into());
    }
    Ok((application, goals))
}

/// Saves what was reached where that differs from what was reported before. Nothing is saved if
/// anything is wrong, or if somebody else reported on one of these goals meanwhile.
pub fn report(tx: &mut Tx<'_>, id: &ApplicationId, answers: &Answers) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    common::to_do(tx.conn, &actor, id, Action::ReportProgress)?;
    let (application, goals) = goals(tx.conn, &actor, id)?;
    let reports = form::read(answers, &goals).map_err(AppError::Invalid)?;
    let mut changed = BTreeSet::new();
    for it in &reports {
        store::save(tx, it)?;
        changed.insert((it.goal.project.clone(), it.goal.year));
    }
    for (project, year) in changed {
        let fact = Fact::ProgressReported { project, year };
        audit::record(tx, Stream::Application(&application.id), &fact)?;
    }
    Ok(())
}
