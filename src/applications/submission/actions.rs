//! Use cases of handing in: load, check, freeze, record, tell.

use super::{content::Content, store};
use crate::{
    applications::{
        Application, Head, attachments,
        check::{self, Names},
        collaboration::{self, tasks},
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
    texts::{
        dates::OnDay,
        messages::{self, Next},
    },
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
    let blocking = check::points(&head, &draft, &Names::new()).len();
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
    let number = freeze(tx, &head, &content)?;
    let told = tasks::actions::end_all(tx, &head.application)?;
    let message = messages::partner_submitted(&head.application.reference, number);
    collaboration::actions::tell_partners(tx, id, &message, &told)?;
    Ok(number)
}

/// Withdraws an application; it stays to be read and is not decided on. While its window is open it can
/// be taken up again ([`resume`]).
pub fn withdraw(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    head.require(&actor, Action::WithdrawApplication)?;
    signing::actions::settle(tx, &head.application, Answer::Withdrawn)?;
    let withdrawn = common::move_on(tx, &head.application, Event::Withdraw)?;
    let resumable = Opening::of(&head).may_resume(withdrawn.state, tx.now);
    let until = resumable.is_ok().then_some(head.window.closes_at);
    let reference = &withdrawn.reference;
    let message = messages::withdrawn(reference, tx.now, 0 < withdrawn.latest_version, until);
    tell(tx, &withdrawn, MessageKind::ApplicationWithdrawn, message)?;
    let message = messages::partner_withdrawn(reference);
    collaboration::actions::tell_partners(tx, id, &message, &[])
}

/// Takes up again what was withdrawn, while its window is open: a draft with all that was written, that
/// is submitted like any other. What was asked to complete before is asked no longer.
pub fn resume(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    head.require(&actor, Action::StartApplication)?;
    Opening::of(&head).may_resume(head.application.state, tx.now)?;
    drafts::end_requests(tx, id)?;
    let resumed = common::move_on(tx, &head.application, Event::Resume)?;
    let reference = &resumed.reference;
    let message = messages::resumed(reference, &actor.name, tx.now, head.window.closes_at);
    tell(tx, &resumed, MessageKind::ApplicationResumed, message)?;
    let message = messages::partner_resumed(reference, head.window.closes_at);
    collaboration::actions::tell_partners(tx, id, &message, &[])
}

/// Takes back what was submitted, to correct it and submit it again, while its window is open and we did not
/// begin to handle it. Until that is done nothing is submitted.
pub fn correct(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    head.require(&actor, Action::WithdrawApplication)?;
    let until = Opening::of(&head).may_correct(head.application.state, tx.now)?;
    let draft = common::move_on(tx, &head.application, Event::Correct)?;
    let (reference, number) = (&draft.reference, draft.latest_version);
    let message = messages::corrected(reference, number, &actor.name, tx.now, until);
    tell(tx, &draft, MessageKind::ApplicationResumed, message)?;
    let message = messages::partner_corrected(reference, until);
    collaboration::actions::tell_partners(tx, id, &message, &[])
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
    // The term to decide begins with what is submitted from a draft; a completion makes it no other.
    let begins = application.state == State::Draft;
    let submitted = Application {
        latest_version: number,
        submitted_at: application
            .submitted_at
            .filter(|_| !begins)
            .or(Some(tx.now)),
        ..application.clone()
    };
    attachments::actions::freeze(tx, &application.id, number)?;
    let submitted = common::move_on(tx, &submitted, Event::Submit)?;
    let scheme = schemes::store::scheme(tx.conn, &head.cycle.scheme_id)?;
    let decide_by = super::decide_by(begins, tx.now, &scheme);
    let next = Next {
        decide_by,
        correct_until: Opening::of(head).may_correct(submitted.state, tx.now).ok(),
    };
    let message = messages::receipt(&submitted.reference, number, tx.now, &sha256, next);
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
