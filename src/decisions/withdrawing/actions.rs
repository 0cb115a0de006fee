//! Withdrawing an application, taking it up again, and taking it back to correct it: load, check, give back,
//! save, record.

use crate::{
    applications::{self, state::Event, submission},
    assessments::handling,
    core::ids::ApplicationId,
    db::Tx,
    decisions::{actions, store},
    error::AppError,
    identity::policy::Action,
};

/// Withdraws an application, for its municipality, until it is decided on. A proposal that is open
/// is withdrawn with it; what was reserved for it is free again.
pub fn withdraw(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let action = Action::WithdrawApplication;
    let application = applications::store::to_do(tx.conn, &tx.actor, id, action)?;
    if application.state.is_proposed() {
        let proposal = store::proposal_of(tx.conn, id)?.ok_or(AppError::Stale)?;
        actions::pull_back(tx, &application, proposal, Event::WithdrawProposal)?;
    }
    submission::actions::withdraw(tx, id)
}

/// Takes back what was submitted, to correct it, while its window is open and we did not begin to handle it.
pub fn correct(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    submission::actions::correct(tx, id)?;
    handling::actions::start_over(tx, id)
}

/// Takes up again what was withdrawn, for its municipality, while its window is open. What was found of it
/// before is not what will be submitted: finished assessments are open again.
pub fn resume(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    submission::actions::resume(tx, id)?;
    handling::actions::start_over(tx, id)
}
