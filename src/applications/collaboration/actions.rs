//! Use cases of who works on an application: load, check, decide, save, record, tell.

use super::{
    Grant, NewInvitation, asked_for,
    rule::{self, Known},
    store, tasks,
};
use crate::{
    applications::{Head, drafting::Opening, store as common},
    audit::{self, Fact, Stream},
    core::ids::{AccountId, ApplicationId, InvitationId},
    db::Tx,
    error::AppError,
    identity::{self, policy::Action},
    outbox::mail::{self, NewMail},
    texts::{
        dates::OnDay,
        messages::{self, Invited, Message},
    },
};

/// Invites somebody to work on an application. Only while it is being written; the right to submit is
/// given by who may submit.
pub fn invite(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    new: &NewInvitation,
) -> Result<InvitationId, AppError> {
    let head = being_written(tx, id)?;
    let known = known(tx, &head, new)?;
    let last = Opening::of(&head).last_day();
    rule::check(new, known, tx.now.dutch_day(), last).map_err(AppError::Invalid)?;
    send(tx, &head, new)
}

/// Sends an invitation anew: the old one works no longer, and the time begins again.
pub fn send_again(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    invitation: &InvitationId,
) -> Result<InvitationId, AppError> {
    let head = being_written(tx, id)?;
    let old = store::invitation(tx.conn, id, invitation)?;
    let may_sign = head.may(&tx.actor, Action::SubmitApplication);
    rule::check_grant(&old.asked.grant, may_sign).map_err(AppError::Invalid)?;
    take_back(tx, id, invitation)?;
    send(tx, &head, &old.asked)
}

/// Takes an invitation back.
pub fn withdraw(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    invitation: &InvitationId,
) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    common::to_do(tx.conn, &actor, id, Action::InvitePartners)?;
    store::invitation(tx.conn, id, invitation)?;
    take_back(tx, id, invitation)
}

/// Gives somebody who works on an application something else. `version` is the one that the form was
/// made from.
pub fn change_right(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    account: &AccountId,
    version: i32,
    grant: &Grant,
) -> Result<(), AppError> {
    let head = being_written(tx, id)?;
    let may_sign = head.may(&tx.actor, Action::SubmitApplication);
    rule::check_grant(grant, may_sign).map_err(AppError::Invalid)?;
    store::change(tx, id, account, version, grant)?;
    let fact = Fact::PartnerRightChanged {
        account: account.clone(),
        right: grant.right.as_str().to_owned(),
        sections: grant.section_keys(),
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    let reference = &head.application.reference;
    let message = messages::right_changed(reference, &tx.actor.name, &grant.said());
    tell(tx, account, &message, dossier(id))
}

/// Takes an application away from somebody who was invited to it, with what was asked of them.
pub fn remove(tx: &mut Tx<'_>, id: &ApplicationId, account: &AccountId) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let application = common::to_do(tx.conn, &actor, id, Action::InvitePartners)?;
    if !store::remove(tx, id, account)? {
        return Err(AppError::NotFound);
    }
    tasks::store::drop_all_of(tx, id, account)?;
    let fact = Fact::PartnerRemoved {
        account: account.clone(),
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    let message = messages::partner_removed(&application.reference, &actor.name);
    tell(tx, account, &message, "/".to_owned())
}

/// Mails who works on an application by invitation about what became of it, as they wish; not the actor,
/// and not who was `told` already.
pub fn tell_partners(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    message: &Message,
    told: &[AccountId],
) -> Result<(), AppError> {
    let actor = tx.actor.id.clone();
    for it in store::collaborators(tx.conn, id)? {
        if it.account != actor && !told.contains(&it.account) {
            tell(tx, &it.account, message, dossier(id))?;
        }
    }
    Ok(())
}

/// Mails one person, as they wish.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    account: &AccountId,
    message: &Message,
    path: String,
) -> Result<(), AppError> {
    let (subject, body) = (message.subject.clone(), message.body.clone());
    mail::actions::write_as_wished(tx, account, subject, body, path)
}

fn dossier(id: &ApplicationId) -> String {
    format!("/aanvragen/{id}")
}

/// The application, if the actor may invite to it and it is being written at this moment.
pub(super) fn being_written(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<Head, AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    head.require(&actor, Action::InvitePartners)?;
    Opening::of(&head).may_submit(head.application.state, tx.now)?;
    Ok(head)
}

fn known(tx: &mut Tx<'_>, head: &Head, new: &NewInvitation) -> Result<Known, AppError> {
    let id = &head.application.id;
    let open = store::open_invitations(tx.conn, id)?;
    let count = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    let actor = tx.actor.id.clone();
    Ok(Known {
        is_oneself: identity::store::account(tx.conn, &actor)?.email == new.email,
        has_access: store::has_access(tx.conn, &head.application, &new.email)?,
        is_invited: open.iter().any(|it| it.asked.email == new.email),
        open: count(open.len()),
        collaborators: count(store::collaborators(tx.conn, id)?.len()),
        may_sign: head.may(&tx.actor, Action::SubmitApplication),
    })
}

fn send(tx: &mut Tx<'_>, head: &Head, new: &NewInvitation) -> Result<InvitationId, AppError> {
    let (id, expires_at) = (&head.application.id, rule::expiry(tx.now));
    let message = messages::invitation(Invited {
        by: &tx.actor.name,
        municipality: &head.lead.name,
        region: &head.region.name,
        what: asked_for(new.grant.right),
        sections: &new.grant.section_names(),
        due_on: new.due_on,
        message: &new.message,
        expires_at,
    });
    let mail = NewMail {
        account: None,
        address: new.email.clone(),
        subject: message.subject,
        body: message.body,
        path: "/uitnodigingen".to_owned(),
        has_secret: true,
    };
    let mail = mail::actions::write(tx, mail)?;
    let invitation = store::insert_invitation(tx, id, new, &mail, expires_at)?;
    let fact = Fact::PartnerInvited {
        invitation: invitation.clone(),
        organisation: new.organisation.clone(),
        right: new.grant.right.as_str().to_owned(),
        sections: new.grant.section_keys(),
    };
    audit::record(tx, Stream::Application(id), &fact)?;
    Ok(invitation)
}

fn take_back(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    invitation: &InvitationId,
) -> Result<(), AppError> {
    if !store::withdraw(tx, invitation)? {
        return Err(AppError::Stale);
    }
    let invitation = invitation.clone();
    let fact = Fact::InvitationWithdrawn { invitation };
    audit::record(tx, Stream::Application(id), &fact)
}
