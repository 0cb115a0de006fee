//! Use cases of who was invited: load, check, save, record.

use crate::{
    applications::{
        collaboration::{Invitation, Standing, actions::tell, store, tasks},
        store as common,
    },
    audit::{self, Fact, Stream},
    core::{
        actor::Organisation,
        ids::{AccountId, ApplicationId},
    },
    db::Tx,
    error::AppError,
    identity,
    texts::messages,
};

/// Accepts the invitation of which the secret has this hash, as the actor: once, and only who has the
/// invited address. [`AppError::Stale`] if it cannot be accepted any more.
pub fn accept(tx: &mut Tx<'_>, sha256: &str) -> Result<ApplicationId, AppError> {
    let invitation = open(tx, sha256)?;
    accept_open(tx, invitation)
}

/// As [`accept`], for who has seen the secret.
fn accept_open(tx: &mut Tx<'_>, invitation: Invitation) -> Result<ApplicationId, AppError> {
    let actor = tx.actor.clone();
    let account = identity::store::account(tx.conn, &actor.id)?;
    if !is_of(&invitation, &account.email) || !may_join(account.organisation) {
        return Err(AppError::Forbidden);
    }
    let id = invitation.application_id.clone();
    let application = common::get(tx.conn, &id)?;
    let is_own = account.municipality_id.as_ref() == Some(&application.lead_municipality_id);
    if is_own {
        return Err(AppError::Forbidden);
    }
    if !store::accept(tx, &invitation.id)? {
        return Err(AppError::Stale);
    }
    store::give(tx, &id, &account.id, &invitation)?;
    // Of what is closed nothing is asked.
    if application.state.is_being_written() {
        tasks::actions::of_invitation(tx, &invitation)?;
    }
    let fact = Fact::InvitationAccepted {
        invitation: invitation.id,
    };
    audit::record(tx, Stream::Application(&id), &fact)?;
    let organisation = &invitation.asked.organisation;
    let message = messages::invitation_accepted(&application.reference, &actor.name, organisation);
    let page = format!("/aanvragen/{id}/samenwerken");
    tell(tx, &invitation.invited_by, &message, page)?;
    Ok(id)
}

/// What somebody without an account typed to get one.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Their name.
    pub name: String,
    /// See `identity::password::hash`.
    pub password_hash: String,
    /// The id of the session that begins.
    pub session_id: String,
}

/// Makes an account for the invited address, accepts the invitation with it and starts a session. For
/// the program itself: nobody is signed in yet, and who asks has shown the secret.
pub fn join(tx: &mut Tx<'_>, sha256: &str, new: &Newcomer) -> Result<ApplicationId, AppError> {
    let invitation = open(tx, sha256)?;
    let id = join_open(tx, invitation, &new.name, &new.password_hash)?;
    identity::actions::sign_in(tx, &new.session_id)?;
    Ok(id)
}

/// As [`join`], for who has seen the secret, and without a session. The actor is the newcomer from then
/// on.
pub fn join_open(
    tx: &mut Tx<'_>,
    invitation: Invitation,
    name: &str,
    password_hash: &str,
) -> Result<ApplicationId, AppError> {
    let email = &invitation.asked.email;
    tx.actor = identity::actions::join(tx, email, name, password_hash)?;
    accept_open(tx, invitation)
}

/// Whether somebody who accepted it before asks again: the same form sent twice.
pub fn is_again(invitation: &Invitation, account: &AccountId) -> bool {
    invitation.accepted_by.as_ref() == Some(account)
}

/// Whether this is the invited address.
pub fn is_of(invitation: &Invitation, email: &str) -> bool {
    invitation.asked.email == email.trim().to_lowercase()
}

/// Who judges applications does not write them.
pub fn may_join(organisation: Organisation) -> bool {
    matches!(
        organisation,
        Organisation::Municipality | Organisation::Partner
    )
}

fn open(tx: &mut Tx<'_>, sha256: &str) -> Result<Invitation, AppError> {
    let invitation = store::by_secret(tx.conn, sha256)?.ok_or(AppError::NotFound)?;
    match invitation.standing(tx.now) {
        Standing::Open => Ok(invitation),
        Standing::Expired | Standing::Accepted | Standing::Withdrawn => Err(AppError::Stale),
    }
}
