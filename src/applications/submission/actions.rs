//! Use cases of handing in: load, check, freeze, record, tell.

use super::{content::Content, store};
use crate::{
    applications::{
        Application, Head, attachments, check,
        drafting::{Opening, store as drafts},
        project as projects, saving,
        section::SectionName,
        signing::{self, Answer},
        state::{Event, State},
        store as common,
    },
    audit::{self, Fact, Stream},
    core::{hex, ids::ApplicationId},
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::Action,
    outbox::{self, MessageKind, NewMessage},
    schemes,
    texts::{dates::OnDay, messages},
};

/// Submits what is written as a frozen, numbered version, for the first time or after a request for
/// completion. Answers the number of the version.
///
/// Refused outside the window (or after the request's last day), while something blocks, and when
/// a section changed that was not reopened.
pub fn submit(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<i32, AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    head.require(&actor, Action::SubmitApplication)?;
    let opening = Opening::of(&head);
    opening.may_submit(head.application.state, tx.now)?;
    let draft = drafts::draft(tx.conn, id)?;
    let blocking = check::points(&head, &draft).len();
    if 0 < blocking {
        return Err(Refusal::NotComplete { blocking }.into());
    }
    let participants = drafts::participants(tx.conn, id)?;
    let on = head.application.created_at.dutch_day();
    let members = schemes::store::members(tx.conn, &head.region.id, on)?;
    let content = Content::of(&head, &draft, &participants, &members)?;
    only_reopened(tx, &head.application, &opening, &content)?;
    if let Some(request) = &opening.request {
        drafts::answer_request(tx, &request.id)?;
    }
    saving::actions::forget_old(tx, id)?;
    signing::actions::settle(tx, &head.application, Answer::Submitted)?;
    freeze(tx, &head, &content)
}

/// Withdraws an application; it stays to be read and is not decided on.
pub fn withdraw(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let application = common::to_do(tx.conn, &actor, id, Action::WithdrawApplication)?;
    signing::actions::settle(tx, &application, Answer::Withdrawn)?;
    let withdrawn = common::move_on(tx, &application, Event::Withdraw)?;
    if withdrawn.latest_version == 0 {
        return Ok(());
    }
    let message = messages::withdrawn(&withdrawn.reference, tx.now);
    tell(tx, &withdrawn, MessageKind::ApplicationWithdrawn, message)
}

/// Goes on with the last submitted version: what the municipality changed after it and did not
/// submit again counts no longer.
pub fn set_back(tx: &mut Tx<'_>, application: &Application) -> Result<(), AppError> {
    let (id, number) = (&application.id, application.latest_version);
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    let participants = drafts::participants(tx.conn, id)?;
    let on = head.application.created_at.dutch_day();
    let members = schemes::store::members(tx.conn, &head.region.id, on)?;
    let draft = drafts::draft(tx.conn, id)?;
    let frozen = Content::parse(&store::version(tx.conn, id, number)?.content)?;
    if Content::of(&head, &draft, &participants, &members)?
        .changed(&frozen)
        .is_empty()
    {
        return Ok(());
    }
    for (name, answers) in &frozen.sections {
        if *name == SectionName::Attachments {
            continue;
        }
        let section = draft.section(*name);
        if section.answers != *answers {
            drafts::save_section(tx, id, *name, answers, section.version)?;
        }
    }
    attachments::actions::set_back(tx, id, &frozen.section(SectionName::Attachments))?;
    set_participants_back(tx, application, &frozen)?;
    projects::actions::set_back(tx, application, &frozen.typed())?;
    let fact = Fact::DraftSetBack { number };
    audit::record(tx, Stream::Application(id), &fact)
}

fn set_participants_back(
    tx: &mut Tx<'_>,
    application: &Application,
    frozen: &Content,
) -> Result<(), AppError> {
    let on = application.created_at.dutch_day();
    let all = schemes::store::members(tx.conn, &application.region_id, on)?;
    let was = |it: &&schemes::Municipality| {
        let code = &it.cbs_code;
        frozen.participants.iter().any(|of| of.cbs_code == *code)
    };
    let ids: Vec<_> = all.iter().filter(was).map(|it| &it.id).collect();
    drafts::set_participants(tx, &application.id, &ids)
}

/// What was not reopened says the same as in the version before.
fn only_reopened(
    tx: &mut Tx<'_>,
    application: &Application,
    opening: &Opening,
    content: &Content,
) -> Result<(), AppError> {
    if application.state != State::CompletionRequested {
        return Ok(());
    }
    let before = store::version(tx.conn, &application.id, application.latest_version)?;
    let changed = content.changed(&Content::parse(&before.content)?);
    if changed.iter().all(|it| opening.reopened().contains(it)) {
        Ok(())
    } else {
        Err(Refusal::NotOpenForChange.into())
    }
}

fn freeze(tx: &mut Tx<'_>, head: &Head, content: &Content) -> Result<i32, AppError> {
    let application = &head.application;
    let number = application.latest_version.saturating_add(1);
    let text = content.to_text()?;
    let sha256 = hex::sha256(&text);
    store::insert(
        tx,
        &application.id,
        number,
        &text,
        &sha256,
        content.requested,
    )?;
    let submitted = Application {
        latest_version: number,
        submitted_at: application.submitted_at.or(Some(tx.now)),
        ..application.clone()
    };
    attachments::actions::freeze(tx, &application.id, number)?;
    let submitted = common::move_on(tx, &submitted, Event::Submit)?;
    let scheme = schemes::store::scheme(tx.conn, &head.cycle.scheme_id)?;
    let decide_by = super::decide_by(number, tx.now, &scheme);
    let message = messages::receipt(&submitted.reference, number, tx.now, &sha256, decide_by);
    let fact = Fact::ApplicationSubmitted { number, sha256 };
    audit::record(tx, Stream::Application(&application.id), &fact)?;
    tell(tx, &submitted, MessageKind::ApplicationReceived, message)?;
    Ok(number)
}

fn tell(
    tx: &mut Tx<'_>,
    application: &Application,
    kind: MessageKind,
    message: messages::Message,
) -> Result<(), AppError> {
    let new = NewMessage {
        municipality: application.lead_municipality_id.clone(),
        application: Some(application.id.clone()),
        kind,
        subject: message.subject,
        body: message.body,
    };
    outbox::store::insert(tx, &new).map(drop)
}
