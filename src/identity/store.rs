//! SQL about accounts, sessions and answered posts. No rules.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::{
    core::{
        actor::{Actor, Organisation, Role},
        ids::{AccountId, MunicipalityId},
    },
    db::{
        Conn, Tx,
        schema::{
            account_roles, accounts, answered_posts, collaborators, municipalities, sessions,
        },
    },
    error::AppError,
};

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
pub struct Account {
    /// Their id.
    pub id: AccountId,
    /// Their address, in lower case: what they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// See `password`.
    pub password_hash: String,
    /// Whom they work for.
    pub organisation: Organisation,
    /// Their municipality, for those who work for one.
    pub municipality_id: Option<MunicipalityId>,
    /// Since when they can no longer sign in.
    pub disabled_at: Option<NaiveDateTime>,
    /// When the account was made.
    pub created_at: NaiveDateTime,
    /// Counts changes.
    pub version: i32,
}

/// A session with the person it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// When it began.
    pub created_at: NaiveDateTime,
    /// When its holder was last seen.
    pub last_seen_at: NaiveDateTime,
    /// Until when it is good.
    pub expires_at: NaiveDateTime,
    /// The account; its `origin` is still empty.
    pub actor: Actor,
    /// The name of their municipality.
    pub municipality_name: Option<String>,
}

/// The session with this id, whether or not it has expired, in one statement.
pub fn session(conn: &mut Conn, id: &str) -> Result<Option<Session>, AppError> {
    type Row = (
        NaiveDateTime,
        NaiveDateTime,
        NaiveDateTime,
        Account,
        Option<Role>,
        Option<String>,
        bool,
    );
    // Who works for a municipality and was invited to an application of another comes in for that, too.
    let invited = collaborators::table
        .filter(collaborators::account_id.eq(accounts::id))
        .filter(collaborators::removed_at.is_null());
    let rows: Vec<Row> = sessions::table
        .inner_join(accounts::table)
        .left_join(account_roles::table.on(account_roles::account_id.eq(accounts::id)))
        .left_join(
            municipalities::table.on(accounts::municipality_id.eq(municipalities::id.nullable())),
        )
        .filter(sessions::id.eq(id))
        .filter(accounts::disabled_at.is_null())
        .order(account_roles::role)
        .select((
            sessions::created_at,
            sessions::last_seen_at,
            sessions::expires_at,
            Account::as_select(),
            account_roles::role.nullable(),
            municipalities::name.nullable(),
            diesel::dsl::exists(invited),
        ))
        .load(conn)?;
    let mut roles: Vec<Role> = rows.iter().filter_map(|it| it.4).collect();
    if rows.iter().any(|it| it.6) && !roles.contains(&Role::Collaborator) {
        roles.push(Role::Collaborator);
    }
    roles.sort();
    let Some((created_at, last_seen_at, expires_at, account, _, municipality_name, _)) =
        rows.into_iter().next()
    else {
        return Ok(None);
    };
    Ok(Some(Session {
        created_at,
        last_seen_at,
        expires_at,
        municipality_name,
        actor: actor(account, roles),
    }))
}

fn actor(account: Account, roles: Vec<Role>) -> Actor {
    Actor {
        id: account.id,
        name: account.name,
        roles,
        organisation: account.organisation,
        municipality: account.municipality_id,
        origin: String::new(),
    }
}

/// The account with this address, if it can sign in.
pub fn account_by_email(conn: &mut Conn, email: &str) -> Result<Option<Account>, AppError> {
    Ok(account_of(conn, email)?.filter(|it| it.disabled_at.is_none()))
}

/// The account with this address, also when it is closed.
pub fn account_of(conn: &mut Conn, email: &str) -> Result<Option<Account>, AppError> {
    Ok(accounts::table
        .filter(accounts::email.eq(email))
        .select(Account::as_select())
        .first(conn)
        .optional()?)
}

/// The person behind an account, with their roles.
pub fn actor_by_email(conn: &mut Conn, email: &str) -> Result<Actor, AppError> {
    let account = account_by_email(conn, email)?.ok_or(AppError::NotFound)?;
    let roles = roles(conn, &account.id)?;
    Ok(actor(account, roles))
}

/// The roles of an account.
pub fn roles(conn: &mut Conn, id: &AccountId) -> Result<Vec<Role>, AppError> {
    let mut roles: Vec<Role> = account_roles::table
        .filter(account_roles::account_id.eq(id))
        .select(account_roles::role)
        .load(conn)?;
    roles.sort();
    Ok(roles)
}

/// All accounts of people with their roles, by name: one page.
pub fn accounts(
    conn: &mut Conn,
    limit: i64,
    offset: i64,
) -> Result<Vec<(Account, Vec<Role>)>, AppError> {
    let people: Vec<Account> = accounts::table
        .filter(accounts::id.ne(Actor::system().id))
        .order((accounts::name, accounts::id))
        .limit(limit)
        .offset(offset)
        .select(Account::as_select())
        .load(conn)?;
    let ids: Vec<AccountId> = people.iter().map(|it| it.id.clone()).collect();
    let roles: Vec<(AccountId, Role)> = account_roles::table
        .filter(account_roles::account_id.eq_any(ids))
        .order((account_roles::account_id, account_roles::role))
        .select((account_roles::account_id, account_roles::role))
        .load(conn)?;
    Ok(people
        .into_iter()
        .map(|it| {
            let mut own: Vec<Role> = roles
                .iter()
                .filter(|(id, _)| *id == it.id)
                .map(|(_, role)| *role)
                .collect();
            own.sort();
            (it, own)
        })
        .collect())
}

/// One account, of somebody.
pub fn account(conn: &mut Conn, id: &AccountId) -> Result<Account, AppError> {
    Ok(accounts::table
        .find(id)
        .filter(accounts::id.ne(Actor::system().id))
        .select(Account::as_select())
        .first(conn)?)
}

/// Whether an account, open or closed, has this address.
pub fn has_email(conn: &mut Conn, email: &str) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        accounts::table.filter(accounts::email.eq(email)),
    ))
    .get_result(conn)?)
}

/// The municipalities that somebody can work for, by name.
pub fn municipalities(conn: &mut Conn) -> Result<Vec<(MunicipalityId, String)>, AppError> {
    Ok(municipalities::table
        .filter(municipalities::valid_until.is_null())
        .order((municipalities::sort_name, municipalities::id))
        .limit(1_000)
        .select((municipalities::id, municipalities::name))
        .load(conn)?)
}

/// How many accounts there are, of people.
pub fn count_accounts(conn: &mut Conn) -> Result<i64, AppError> {
    Ok(accounts::table
        .filter(accounts::id.ne(Actor::system().id))
        .count()
        .get_result(conn)?)
}

/// People with this role who can sign in, by name.
pub fn people_with(conn: &mut Conn, role: Role) -> Result<Vec<(AccountId, String)>, AppError> {
    Ok(accounts::table
        .inner_join(account_roles::table)
        .filter(account_roles::role.eq(role))
        .filter(accounts::disabled_at.is_null())
        .order((accounts::name, accounts::id))
        .limit(500)
        .select((accounts::id, accounts::name))
        .load(conn)?)
}

/// People with one of these roles who can sign in, each once, with their address.
pub fn with_roles(conn: &mut Conn, roles: &[Role]) -> Result<Vec<(AccountId, String)>, AppError> {
    Ok(accounts::table
        .filter(
            accounts::id.eq_any(
                account_roles::table
                    .filter(account_roles::role.eq_any(roles.to_vec()))
                    .select(account_roles::account_id),
            ),
        )
        .filter(accounts::disabled_at.is_null())
        .order(accounts::id)
        .limit(500)
        .select((accounts::id, accounts::email))
        .load(conn)?)
}

/// Adds an account.
pub fn insert_account(tx: &mut Tx<'_>, account: &Account) -> Result<(), AppError> {
    diesel::insert_into(accounts::table)
        .values(account)
        .execute(tx.conn)?;
    Ok(())
}

/// Gives an account exactly these roles.
pub fn set_roles(tx: &mut Tx<'_>, id: &AccountId, roles: &[Role]) -> Result<(), AppError> {
    diesel::delete(account_roles::table.filter(account_roles::account_id.eq(id)))
        .execute(tx.conn)?;
    for role in roles {
        diesel::insert_into(account_roles::table)
            .values((
                account_roles::account_id.eq(id),
                account_roles::role.eq(*role),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Counts a change of an account, if nobody changed it since it was read.
pub fn count_change(tx: &mut Tx<'_>, id: &AccountId, version: i32) -> Result<(), AppError> {
    let changed = diesel::update(
        accounts::table
            .find(id)
            .filter(accounts::version.eq(version)),
    )
    .set(accounts::version.eq(accounts::version + 1))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// Gives an account another password.
pub fn set_password(tx: &mut Tx<'_>, id: &AccountId, hash: &str) -> Result<(), AppError> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::password_hash.eq(hash),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends all sessions of an account but one.
pub fn delete_other_sessions(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kept: &str,
) -> Result<(), AppError> {
    diesel::delete(
        sessions::table
            .filter(sessions::account_id.eq(account))
            .filter(sessions::id.ne(kept)),
    )
    .execute(tx.conn)?;
    Ok(())
}

/// Opens a closed account again.
pub fn reopen_account(tx: &mut Tx<'_>, id: &AccountId) -> Result<(), AppError> {
    let none: Option<NaiveDateTime> = None;
    diesel::update(accounts::table.find(id))
        .set(accounts::disabled_at.eq(none))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends all sessions of an account.
pub fn delete_sessions(tx: &mut Tx<'_>, id: &AccountId) -> Result<(), AppError> {
    diesel::delete(sessions::table.filter(sessions::account_id.eq(id))).execute(tx.conn)?;
    Ok(())
}

/// Closes an account and ends its sessions.
pub fn disable_account(tx: &mut Tx<'_>, id: &AccountId) -> Result<(), AppError> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::disabled_at.eq(Some(tx.now)),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(tx.conn)?;
    delete_sessions(tx, id)
}

/// Starts a session.
pub fn insert_session(
    tx: &mut Tx<'_>,
    id: &str,
    account: &AccountId,
    expires_at: NaiveDateTime,
) -> Result<(), AppError> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::account_id.eq(account),
            sessions::created_at.eq(tx.now),
            sessions::last_seen_at.eq(tx.now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Says that the holder of a session was seen, and until when it is good.
pub fn touch_session(tx: &mut Tx<'_>, id: &str, expires_at: NaiveDateTime) -> Result<(), AppError> {
    diesel::update(sessions::table.find(id))
        .set((
            sessions::last_seen_at.eq(tx.now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a session.
pub fn delete_session(tx: &mut Tx<'_>, id: &str) -> Result<(), AppError> {
    diesel::delete(sessions::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Removes sessions that ended and answers to posts older than `before`.
pub fn clean_up(tx: &mut Tx<'_>, before: NaiveDateTime) -> Result<(), AppError> {
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(tx.now))).execute(tx.conn)?;
    diesel::delete(answered_posts::table.filter(answered_posts::answered_at.lt(before)))
        .execute(tx.conn)?;
    Ok(())
}

/// Where the post with this key was sent on to, if it was answered before.
pub fn answered(conn: &mut Conn, actor: &Actor, key: &str) -> Result<Option<String>, AppError> {
    Ok(answered_posts::table
        .find((&actor.id, key))
        .select(answered_posts::location)
        .first(conn)
        .optional()?)
}

/// Remembers where the post with this key was sent on to. Two that run at the same moment meet
/// here: the second runs again and finds the first's answer.
pub fn remember_answer(tx: &mut Tx<'_>, key: &str, location: &str) -> Result<(), AppError> {
    use diesel::result::{DatabaseErrorKind, Error};
    match diesel::insert_into(answered_posts::table)
        .values((
            answered_posts::account_id.eq(&tx.actor.id),
            answered_posts::key.eq(key),
            answered_posts::location.eq(location),
            answered_posts::answered_at.eq(tx.now),
        ))
        .execute(tx.conn)
    {
        Ok(_) => Ok(()),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(AppError::Retry),
        Err(err) => Err(err.into()),
    }
}
