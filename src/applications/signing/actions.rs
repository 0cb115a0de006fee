//! Use cases of signing: load, check, save, record, tell.

use super::{Answer, store};
use crate::{
    applications::{
        Application,
        check::{self, Names},
        collaboration::awaited,
        drafting::{Opening, store as drafts},
        store as common,
        submission::content::Content,
    },
    audit::{self, Fact, Stream},
    core::{
        answers::FieldErrors,
        hex,
        ids::{AccountId, ApplicationId},
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::Action,
    outbox::{self, MessageKind, NewMessage},
    schemes,
    texts::{dates::OnDay, messages, money},
};

/// The longest remark, in characters.
const LONGEST_REMARK: usize = 2_000;

/// Asks who else can sign to submit: the signatories of the municipality, and who was invited to. What is
/// written now is kept with the request, so that they see what changed since. Refused while something blocks,
/// to who was invited for some sections only, and where there is nobody else.
pub fn ask(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    head.require(&actor, Action::EditApplication)?;
    if !head.may_write_all(&actor) {
        return Err(Refusal::NotGiven.into());
    }
    let opening = Opening::of(&head);
    opening.may_submit(head.application.state, tx.now)?;
    if head.application.signing_id.is_some() {
        return Err(Refusal::AlreadyExists.into());
    }
    let draft = drafts::draft(tx.conn, id)?;
    let blocking = check::points(&head, &draft, &Names::new()).len();
    if 0 < blocking {
        return Err(Refusal::NotComplete { blocking }.into());
    }
    let signers = awaited::store::of(tx.conn, id)?.signers_but(&actor.id);
    if signers.is_empty() {
        return Err(Refusal::NobodyToSign.into());
    }
    let participants = drafts::participants(tx.conn, id)?;
    let on = head.application.created_at.dutch_day();
    let members = schemes::store::members(tx.conn, &head.region.id, on)?;
    let content = Content::of(&head, &draft, &participants, &members)?;
    let text = content.to_text()?;
    let sha256 = hex::sha256(&text);
    store::insert(tx, &head.application, &text, &sha256)?;
    let fact = Fact::SigningAsked { sha256 };
    audit::record(tx, Stream::Application(id), &fact)?;
    let total = money::euros(content.requested);
    let reference = &head.application.reference;
    let names = awaited::named(&signers);
    let message = messages::signing_asked(reference, &actor.name, &names, &total);
    let mail = format!(
        "{} vraagt u om aanvraag {reference} in te dienen.",
        actor.name
    );
    let people: Vec<AccountId> = signers.into_iter().map(|it| it.account).collect();
    tell(tx, &head.application, message, &people, &mail)
}

/// Gives the application back to who wrote it, with a remark.
pub fn give_back(tx: &mut Tx<'_>, id: &ApplicationId, remark: &str) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let application = common::to_do(tx.conn, &actor, id, Action::SubmitApplication)?;
    let remark = remark.trim();
    let length = remark.chars().count();
    if length == 0 || LONGEST_REMARK < length {
        let mut errors = FieldErrors::default();
        errors.push(
            "opmerking",
            "Schrijf in 1 tot 2.000 tekens wat er nog moet gebeuren.",
        );
        return Err(AppError::Invalid(errors));
    }
    let request = application.signing_id.clone().ok_or(AppError::Stale)?;
    let asker = store::asked_by(tx.conn, &request)?;
    store::answer(tx, id, &request, Answer::Returned, remark)?;
    audit::record(tx, Stream::Application(id), &Fact::SigningReturned)?;
    let reference = &application.reference;
    let message = messages::signing_returned(reference, &actor.name, remark);
    let mail = format!(
        "{} stuurde aanvraag {reference} terug met een opmerking.",
        actor.name
    );
    tell(tx, &application, message, &[asker], &mail)
}

/// The request that waits has its answer: the application was submitted or withdrawn.
pub fn settle(tx: &mut Tx<'_>, application: &Application, answer: Answer) -> Result<(), AppError> {
    match &application.signing_id {
        Some(request) => store::answer(tx, &application.id, request, answer, ""),
        None => Ok(()),
    }
}

/// The message stands with those of the municipality; only these people are mailed.
fn tell(
    tx: &mut Tx<'_>,
    application: &Application,
    message: messages::Message,
    people: &[AccountId],
    mail: &str,
) -> Result<(), AppError> {
    let new = NewMessage {
        municipality: application.lead_municipality_id.clone(),
        application: Some(application.id.clone()),
        kind: MessageKind::Signing,
        subject: message.subject,
        body: message.body,
    };
    let page = format!("/aanvragen/{}/controle", application.id);
    outbox::mail::actions::write_to(tx, &new, people, mail, &page)
}
