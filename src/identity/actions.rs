//! What can be done with accounts and sessions: load, check, save, record.

use chrono::{NaiveDateTime, TimeDelta};

use super::{
    people,
    policy::{self, Action},
    store::{self, Account},
};
use crate::{
    audit::{self, Fact, Stream},
    core::{
        actor::{Actor, Organisation, Role},
        ids::{AccountId, MunicipalityId},
    },
    db::Tx,
    error::{AppError, Refusal},
};

/// How long one may be away before the session ends, in minutes.
pub const IDLE_MINUTES: i64 = 60;
/// How long a session lasts at the most, in hours.
pub const LONGEST_HOURS: i64 = 12;

/// A new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// See `password::hash`.
    pub password_hash: String,
    /// Whom they work for.
    pub organisation: Organisation,
    /// Their municipality, for those who work for one.
    pub municipality: Option<MunicipalityId>,
    /// What they may come to do.
    pub roles: Vec<Role>,
}

/// Makes an account.
pub fn create_account(tx: &mut Tx<'_>, new: &NewAccount) -> Result<AccountId, AppError> {
    policy::require(&tx.actor, Action::ManageAccounts)?;
    add(tx, new)
}

fn add(tx: &mut Tx<'_>, new: &NewAccount) -> Result<AccountId, AppError> {
    let email = new.email.trim().to_lowercase();
    people::check(new.organisation, new.municipality.as_ref(), &new.roles)
        .map_err(AppError::Invalid)?;
    if store::has_email(tx.conn, &email)? {
        return Err(Refusal::AlreadyExists.into());
    }
    let account = Account {
        id: tx.new_id(),
        email,
        name: new.name.clone(),
        password_hash: new.password_hash.clone(),
        organisation: new.organisation,
        municipality_id: new.municipality.clone(),
        disabled_at: None,
        created_at: tx.now,
        version: 1,
    };
    store::insert_account(tx, &account)?;
    store::set_roles(tx, &account.id, &new.roles)?;
    let fact = Fact::AccountCreated {
        email: account.email,
        roles: names(&new.roles),
    };
    audit::record(tx, Stream::Account(&account.id), &fact)?;
    Ok(account.id)
}

/// Makes an account for somebody who was invited and has none, for the program itself; who calls has
/// seen that the address is theirs. It can come to do nothing beyond what it was invited for.
pub fn join(tx: &mut Tx<'_>, email: &str, name: &str, hash: &str) -> Result<Actor, AppError> {
    if !tx.actor.is_system() {
        return Err(AppError::Forbidden);
    }
    let roles = vec![Role::Collaborator];
    let new = NewAccount {
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash: hash.to_owned(),
        organisation: Organisation::Partner,
        municipality: None,
        roles: roles.clone(),
    };
    let id = add(tx, &new)?;
    Ok(Actor {
        id,
        name: new.name,
        roles,
        organisation: new.organisation,
        municipality: None,
        origin: tx.actor.origin.clone(),
    })
}

/// Gives somebody exactly these roles. `version` is the one that the form was made from.
pub fn change_roles(
    tx: &mut Tx<'_>,
    id: &AccountId,
    version: i32,
    roles: &[Role],
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::ManageAccounts)?;
    let account = store::account(tx.conn, id)?;
    people::check(
        account.organisation,
        account.municipality_id.as_ref(),
        roles,
    )
    .map_err(AppError::Invalid)?;
    // Somebody must be left who can manage accounts.
    if *id == tx.actor.id && !roles.contains(&Role::Administrator) {
        return Err(AppError::Invalid(people::not_oneself()));
    }
    store::count_change(tx, id, version)?;
    store::set_roles(tx, id, roles)?;
    let roles = names(roles);
    audit::record(tx, Stream::Account(id), &Fact::RolesChanged { roles })
}

/// Gives somebody who forgot theirs another password and ends their sessions; a closed account is open
/// again with it, so that who comes back has the address they had.
pub fn reset_password(tx: &mut Tx<'_>, id: &AccountId, hash: &str) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::ManageAccounts)?;
    let account = store::account(tx.conn, id)?;
    store::set_password(tx, id, hash)?;
    store::delete_sessions(tx, id)?;
    audit::record(tx, Stream::Account(id), &Fact::PasswordChanged)?;
    if account.disabled_at.is_some() {
        store::reopen_account(tx, id)?;
        audit::record(tx, Stream::Account(id), &Fact::AccountReopened)?;
    }
    Ok(())
}

/// Closes an account and ends its sessions; [`reset_password`] opens it again.
pub fn disable_account(tx: &mut Tx<'_>, id: &AccountId) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::ManageAccounts)?;
    if *id == tx.actor.id {
        return Err(AppError::Invalid(people::not_oneself()));
    }
    if store::account(tx.conn, id)?.disabled_at.is_some() {
        return Ok(());
    }
    store::disable_account(tx, id)?;
    audit::record(tx, Stream::Account(id), &Fact::AccountDisabled)
}

/// Gives the actor another password and ends their other sessions. Whoever calls has seen the old
/// password.
pub fn change_password(tx: &mut Tx<'_>, hash: &str, session_id: &str) -> Result<(), AppError> {
    let account = tx.actor.id.clone();
    store::set_password(tx, &account, hash)?;
    store::delete_other_sessions(tx, &account, session_id)?;
    audit::record(tx, Stream::Account(&account), &Fact::PasswordChanged)
}

/// Starts a session for the actor, who has just shown their password.
pub fn sign_in(tx: &mut Tx<'_>, session_id: &str) -> Result<(), AppError> {
    let account = tx.actor.id.clone();
    let expires_at = expiry(tx.now, tx.now);
    store::clean_up(tx, before(tx.now, TimeDelta::days(2)))?;
    store::insert_session(tx, session_id, &account, expires_at)?;
    audit::record(tx, Stream::Account(&account), &Fact::SignedIn)
}

/// Records that somebody tried to get into the actor's account.
pub fn sign_in_failed(tx: &mut Tx<'_>) -> Result<(), AppError> {
    let account = tx.actor.id.clone();
    audit::record(tx, Stream::Account(&account), &Fact::SignInFailed)
}

/// Keeps the actor's session as long as it can be; until when that is.
pub fn stay(
    tx: &mut Tx<'_>,
    session_id: &str,
    longest: NaiveDateTime,
) -> Result<NaiveDateTime, AppError> {
    let until = tx
        .now
        .checked_add_signed(TimeDelta::minutes(IDLE_MINUTES))
        .map_or(longest, |it| it.min(longest));
    store::touch_session(tx, session_id, until)?;
    Ok(until)
}

/// Ends the actor's session.
pub fn sign_out(tx: &mut Tx<'_>, session_id: &str) -> Result<(), AppError> {
    let account = tx.actor.id.clone();
    store::delete_session(tx, session_id)?;
    audit::record(tx, Stream::Account(&account), &Fact::SignedOut)
}

/// Does what a form asks once, however often the form is sent: the second time the answer of the
/// first is given again. `key` is the one that the form carried.
pub fn once(
    tx: &mut Tx<'_>,
    key: &str,
    f: impl FnOnce(&mut Tx<'_>) -> Result<String, AppError>,
) -> Result<String, AppError> {
    if let Some(location) = store::answered(tx.conn, &tx.actor, key)? {
        return Ok(location);
    }
    let location = f(tx)?;
    store::remember_answer(tx, key, &location)?;
    Ok(location)
}

/// Until when a session is good whose holder is seen now.
pub fn expiry(created_at: NaiveDateTime, now: NaiveDateTime) -> NaiveDateTime {
    now.checked_add_signed(TimeDelta::minutes(IDLE_MINUTES))
        .map_or(now, |idle| idle.min(longest(created_at)))
}

/// Until when a session is good at the longest.
pub fn longest(created_at: NaiveDateTime) -> NaiveDateTime {
    created_at
        .checked_add_signed(TimeDelta::hours(LONGEST_HOURS))
        .unwrap_or(created_at)
}

fn before(now: NaiveDateTime, span: TimeDelta) -> NaiveDateTime {
    now.checked_sub_signed(span).unwrap_or(now)
}

fn names(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|it| it.as_str().to_owned()).collect()
}

/// An actor for the audit of a failed sign-in: the account's own, since nobody else is known.
pub fn owner_of(account: &Account, origin: &str) -> Actor {
    Actor {
        id: account.id.clone(),
        name: account.name.clone(),
        roles: Vec::new(),
        organisation: account.organisation,
        municipality: account.municipality_id.clone(),
        origin: origin.to_owned(),
    }
}
