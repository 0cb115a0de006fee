//! SQL about who was invited to an application and what they were given. No rules.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::{About, Collaborator, Grant, Invitation, NewInvitation};
use crate::{
    applications::{Application, section::SectionName},
    core::ids::{AccountId, ApplicationId, InvitationId, MailId, MunicipalityId},
    db::{
        Conn, Tx,
        schema::{
            accounts, application_versions, applications, collaborators, invitations, mail_secrets,
            municipalities, regions,
        },
    },
    error::AppError,
    identity::policy::Right,
};

/// The most rows of a list.
const MOST: i64 = 500;
/// The most applications or tasks on a start page.
const MOST_AT_THE_START: i64 = 20;

/// What is read of a grant.
pub const GRANT: (collaborators::permission, collaborators::sections) =
    (collaborators::permission, collaborators::sections);

/// A grant as it is read.
pub type GrantRow = (Right, Option<String>);

/// The grant that was read.
pub fn read_grant((right, sections): GrantRow) -> Result<Grant, AppError> {
    let sections: Option<Vec<SectionName>> =
        sections.map(|it| serde_json::from_str(&it)).transpose()?;
    Ok(Grant { right, sections })
}

fn written(grant: &Grant) -> Result<Option<String>, AppError> {
    let sections = grant.sections.as_ref();
    Ok(sections.map(serde_json::to_string).transpose()?)
}

/// What somebody was given in an application, if they were invited to it and not removed.
pub fn grant(
    conn: &mut Conn,
    application: &ApplicationId,
    account: &AccountId,
) -> Result<Option<Grant>, AppError> {
    let row: Option<GrantRow> = collaborators::table
        .find((application, account))
        .filter(collaborators::removed_at.is_null())
        .select(GRANT)
        .first(conn)
        .optional()?;
    row.map(read_grant).transpose()
}

/// The applications that somebody was invited to.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn invitations_of<'a>(account: &'a AccountId) -> _ {
    collaborators::table
        .filter(collaborators::account_id.eq(account))
        .filter(collaborators::removed_at.is_null())
        .select(collaborators::application_id)
}

/// The applications that somebody was invited to, each with the name of its region, the newest first.
pub fn applications_of(
    conn: &mut Conn,
    account: &AccountId,
) -> Result<Vec<(Application, String)>, AppError> {
    Ok(applications::table
        .inner_join(regions::table)
        .filter(applications::id.eq_any(invitations_of(account)))
        .order((applications::reference.desc(), applications::id.desc()))
        .limit(MOST_AT_THE_START)
        .select((Application::as_select(), regions::name))
        .load(conn)?)
}

/// Who works for a municipality and can sign in: their account, name and address, by name.
pub fn colleagues(
    conn: &mut Conn,
    municipality: &MunicipalityId,
) -> Result<Vec<(AccountId, String, String)>, AppError> {
    Ok(accounts::table
        .filter(accounts::municipality_id.eq(municipality))
        .filter(accounts::disabled_at.is_null())
        .order((accounts::name, accounts::id))
        .limit(MOST)
        .select((accounts::id, accounts::name, accounts::email))
        .load(conn)?)
}

/// Who was invited to an application and accepted, by name.
pub fn collaborators(
    conn: &mut Conn,
    application: &ApplicationId,
) -> Result<Vec<Collaborator>, AppError> {
    type Row = (
        AccountId,
        String,
        String,
        String,
        GrantRow,
        NaiveDateTime,
        i32,
    );
    let rows: Vec<Row> = collaborators::table
        .inner_join(accounts::table)
        .filter(collaborators::application_id.eq(application))
        .filter(collaborators::removed_at.is_null())
        .order((accounts::name, accounts::id))
        .limit(MOST)
        .select((
            accounts::id,
            accounts::name,
            accounts::email,
            collaborators::organisation,
            GRANT,
            collaborators::since,
            collaborators::version,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(
            |(account, name, email, organisation, grant, since, version)| {
                Ok(Collaborator {
                    account,
                    name,
                    email,
                    organisation,
                    grant: read_grant(grant)?,
                    since,
                    version,
                })
            },
        )
        .collect()
}

/// Whether who has this address has the application already: by their municipality, or by a grant.
pub fn has_access(
    conn: &mut Conn,
    application: &Application,
    email: &str,
) -> Result<bool, AppError> {
    let grant = collaborators::application_id
        .eq(&application.id)
        .and(collaborators::account_id.eq(accounts::id))
        .and(collaborators::removed_at.is_null());
    let row: Option<(Option<MunicipalityId>, Option<i32>)> = accounts::table
        .left_join(collaborators::table.on(grant))
        .filter(accounts::email.eq(email))
        .filter(accounts::disabled_at.is_null())
        .select((accounts::municipality_id, collaborators::version.nullable()))
        .first(conn)
        .optional()?;
    Ok(row.is_some_and(|(municipality, grant)| {
        municipality.as_ref() == Some(&application.lead_municipality_id) || grant.is_some()
    }))
}

/// Gives somebody this in an application, also if they had something before.
pub fn give(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    account: &AccountId,
    invitation: &Invitation,
) -> Result<(), AppError> {
    let asked = &invitation.asked;
    let sections = written(&asked.grant)?;
    let changed = diesel::update(collaborators::table.find((application, account)))
        .set((
            collaborators::organisation.eq(&asked.organisation),
            collaborators::permission.eq(asked.grant.right),
            collaborators::sections.eq(&sections),
            collaborators::invited_by.eq(&invitation.invited_by),
            collaborators::since.eq(tx.now),
            collaborators::removed_at.eq(None::<NaiveDateTime>),
            collaborators::version.eq(collaborators::version + 1),
        ))
        .execute(tx.conn)?;
    if changed == 0 {
        diesel::insert_into(collaborators::table)
            .values((
                collaborators::application_id.eq(application),
                collaborators::account_id.eq(account),
                collaborators::organisation.eq(&asked.organisation),
                collaborators::permission.eq(asked.grant.right),
                collaborators::sections.eq(&sections),
                collaborators::invited_by.eq(&invitation.invited_by),
                collaborators::since.eq(tx.now),
                collaborators::version.eq(1),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Gives somebody something else in an application, if nobody changed it since it was read.
pub fn change(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    account: &AccountId,
    version: i32,
    grant: &Grant,
) -> Result<(), AppError> {
    let changed = diesel::update(
        collaborators::table
            .find((application, account))
            .filter(collaborators::version.eq(version))
            .filter(collaborators::removed_at.is_null()),
    )
    .set((
        collaborators::permission.eq(grant.right),
        collaborators::sections.eq(written(grant)?),
        collaborators::version.eq(collaborators::version + 1),
    ))
    .execute(tx.conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// Takes back what somebody was given; whether they had anything.
pub fn remove(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    account: &AccountId,
) -> Result<bool, AppError> {
    let changed = diesel::update(
        collaborators::table
            .find((application, account))
            .filter(collaborators::removed_at.is_null()),
    )
    .set((
        collaborators::removed_at.eq(Some(tx.now)),
        collaborators::version.eq(collaborators::version + 1),
    ))
    .execute(tx.conn)?;
    Ok(changed == 1)
}

type InvitationRow = (
    (InvitationId, ApplicationId, String, String),
    (Right, Option<String>),
    (String, Option<NaiveDate>),
    (AccountId, String, NaiveDateTime),
    (
        Option<NaiveDateTime>,
        Option<AccountId>,
        Option<NaiveDateTime>,
    ),
);

type InvitationColumns = (
    (
        invitations::id,
        invitations::application_id,
        invitations::email,
        invitations::organisation,
    ),
    (invitations::permission, invitations::sections),
    (invitations::message, invitations::due_on),
    (
        invitations::invited_by,
        accounts::name,
        invitations::expires_at,
    ),
    (
        invitations::accepted_at,
        invitations::accepted_by,
        invitations::withdrawn_at,
    ),
);

const INVITATION: InvitationColumns = (
    (
        invitations::id,
        invitations::application_id,
        invitations::email,
        invitations::organisation,
    ),
    (invitations::permission, invitations::sections),
    (invitations::message, invitations::due_on),
    (
        invitations::invited_by,
        accounts::name,
        invitations::expires_at,
    ),
    (
        invitations::accepted_at,
        invitations::accepted_by,
        invitations::withdrawn_at,
    ),
);

fn invitation_of(row: InvitationRow) -> Result<Invitation, AppError> {
    let (
        (id, application_id, email, organisation),
        grant,
        (message, due_on),
        (invited_by, inviter, expires_at),
        (accepted_at, accepted_by, withdrawn_at),
    ) = row;
    Ok(Invitation {
        id,
        application_id,
        asked: NewInvitation {
            email,
            organisation,
            grant: read_grant(grant)?,
            message,
            due_on,
        },
        invited_by,
        inviter,
        expires_at,
        accepted_at,
        accepted_by,
        withdrawn_at,
    })
}

/// The invitations to an application that were not accepted or taken back, the newest first.
pub fn open_invitations(
    conn: &mut Conn,
    application: &ApplicationId,
) -> Result<Vec<Invitation>, AppError> {
    let rows: Vec<InvitationRow> = invitations::table
        .inner_join(accounts::table)
        .filter(invitations::application_id.eq(application))
        .filter(invitations::accepted_at.is_null())
        .filter(invitations::withdrawn_at.is_null())
        .order((invitations::invited_at.desc(), invitations::id.desc()))
        .limit(MOST)
        .select(INVITATION)
        .load(conn)?;
    rows.into_iter().map(invitation_of).collect()
}

/// One invitation to this application.
pub fn invitation(
    conn: &mut Conn,
    application: &ApplicationId,
    id: &InvitationId,
) -> Result<Invitation, AppError> {
    let row: InvitationRow = invitations::table
        .inner_join(accounts::table)
        .filter(invitations::id.eq(id))
        .filter(invitations::application_id.eq(application))
        .select(INVITATION)
        .first(conn)?;
    invitation_of(row)
}

/// The invitation whose mail carried the secret with this hash.
pub fn by_secret(conn: &mut Conn, sha256: &str) -> Result<Option<Invitation>, AppError> {
    let row: Option<InvitationRow> = mail_secrets::table
        .inner_join(invitations::table.on(invitations::mail_id.eq(mail_secrets::mail_id)))
        .inner_join(accounts::table.on(accounts::id.eq(invitations::invited_by)))
        .filter(mail_secrets::sha256.eq(sha256))
        .select(INVITATION)
        .first(conn)
        .optional()?;
    row.map(invitation_of).transpose()
}

/// What who was invited to an application may know of it.
pub fn about(conn: &mut Conn, id: &ApplicationId) -> Result<About, AppError> {
    let latest = application_versions::application_id
        .eq(applications::id)
        .and(application_versions::number.eq(applications::latest_version));
    let (region, lead, lead_name, state, submitted_at) = applications::table
        .inner_join(regions::table)
        .inner_join(municipalities::table)
        .left_join(application_versions::table.on(latest))
        .filter(applications::id.eq(id))
        .select((
            regions::name,
            municipalities::id,
            municipalities::name,
            applications::state,
            application_versions::submitted_at.nullable(),
        ))
        .first(conn)?;
    Ok(About {
        region,
        lead,
        lead_name,
        state,
        submitted_at,
    })
}

/// Adds an invitation of the actor, that this mail brings.
pub fn insert_invitation(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    new: &NewInvitation,
    mail: &MailId,
    expires_at: NaiveDateTime,
) -> Result<InvitationId, AppError> {
    let id: InvitationId = tx.new_id();
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(&id),
            invitations::application_id.eq(application),
            invitations::email.eq(&new.email),
            invitations::organisation.eq(&new.organisation),
            invitations::permission.eq(new.grant.right),
            invitations::sections.eq(written(&new.grant)?),
            invitations::message.eq(&new.message),
            invitations::due_on.eq(new.due_on),
            invitations::mail_id.eq(mail),
            invitations::invited_by.eq(&tx.actor.id),
            invitations::invited_at.eq(tx.now),
            invitations::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Marks an invitation as accepted by the actor, if it can be at this moment; whether it could. Of two
/// who do this at once one can.
pub fn accept(tx: &mut Tx<'_>, id: &InvitationId) -> Result<bool, AppError> {
    let changed = diesel::update(
        invitations::table
            .find(id)
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::withdrawn_at.is_null())
            .filter(invitations::expires_at.gt(tx.now)),
    )
    .set((
        invitations::accepted_at.eq(Some(tx.now)),
        invitations::accepted_by.eq(Some(&tx.actor.id)),
    ))
    .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Takes an invitation back, if it was not accepted; whether it was open.
pub fn withdraw(tx: &mut Tx<'_>, id: &InvitationId) -> Result<bool, AppError> {
    let changed = diesel::update(
        invitations::table
            .find(id)
            .filter(invitations::accepted_at.is_null())
            .filter(invitations::withdrawn_at.is_null()),
    )
    .set(invitations::withdrawn_at.eq(Some(tx.now)))
    .execute(tx.conn)?;
    Ok(changed == 1)
}
