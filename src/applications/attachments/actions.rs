//! Use cases of the files of an application: load, check, save, record.

use chrono::{NaiveDateTime, TimeDelta};

use super::{
    Attachment, FileState, KEPT_DAYS, LONGEST_ABOUT, kind::FileKind, list, no_room, scan::Verdict,
    store,
};
use crate::{
    applications::{
        Application, actions::check_open, drafting::store as drafts, section::SectionName,
        store as dossiers,
    },
    audit::{self, Fact, Stream},
    core::{
        actor::Role,
        answers::{Answers, FieldErrors},
        ids::{ApplicationId, AttachmentId, ProjectId},
    },
    db::{Conn, Tx},
    error::AppError,
    identity::{
        self,
        policy::{self, Action, Scope},
    },
    outbox::{self, MessageKind, NewMessage, mail::NewMail},
    texts::messages,
};

/// The field of a file on the form.
pub const FILE: &str = "bestand";
/// The field with what a file is.
pub const ABOUT: &str = "over";
/// The field with the project that a file is about.
pub const PROJECT: &str = "project";
/// How many files are forgotten at once.
const AT_ONCE: i64 = 100;
/// The longest wait between two tries to ask the scanner, in seconds.
const LONGEST_WAIT: i64 = 60 * 60;

/// A file whose bytes are in storage, and that is about to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its id, under which its bytes are kept.
    pub id: AttachmentId,
    /// What it is called; see [`super::name`].
    pub name: String,
    /// What its content is.
    pub kind: FileKind,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: String,
    /// What it is.
    pub about: String,
    /// The id of the project that it is about; empty where it is about the whole application.
    pub project: String,
    /// Whether a scanner will look at it.
    pub is_scanned: bool,
}

/// Says that bytes are about to come in for an application, before the first is in storage: whatever
/// happens to them, they are found back.
pub fn begin(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    id: &AttachmentId,
) -> Result<(), AppError> {
    editable(tx, application)?;
    store::insert_loose(tx, id)
}

/// Adds a file to an application. Its bytes are in storage, to stay.
pub fn add(tx: &mut Tx<'_>, application: &ApplicationId, new: &NewFile) -> Result<(), AppError> {
    let application = editable(tx, application)?;
    check_room(tx, &application, new.bytes)?;
    let project_id = checked(tx, &application, &new.about, &new.project)?;
    let file = Attachment {
        id: new.id.clone(),
        application_id: application.id.clone(),
        project_id,
        name: new.name.clone(),
        about: new.about.trim().to_owned(),
        kind: new.kind,
        size_bytes: i64::try_from(new.bytes).map_err(AppError::internal)?,
        sha256: new.sha256.clone(),
        state: if new.is_scanned {
            FileState::Received
        } else {
            FileState::Unscanned
        },
        said: String::new(),
        attempts: 0,
        due_at: tx.now,
        received_at: tx.now,
        received_by: tx.actor.id.clone(),
        scanned_at: None,
        removed_at: None,
        frozen_in: None,
        version: 1,
    };
    store::insert(tx, &file)?;
    store::delete_loose(tx, std::slice::from_ref(&file.id))?;
    write_down(tx, &application.id)?;
    let fact = Fact::AttachmentAdded {
        attachment: file.id,
        sha256: file.sha256,
    };
    audit::record(tx, Stream::Application(&application.id), &fact)
}

/// Says something else about a file. `version` is the one that the form was made from.
pub fn describe(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    id: &AttachmentId,
    version: i32,
    posted: &Answers,
) -> Result<(), AppError> {
    let (application, _) = of(tx, application, id)?;
    let about = posted.get(ABOUT);
    let project = checked(tx, &application, about, posted.get(PROJECT))?;
    store::describe(tx, id, version, about.trim(), project.as_ref())?;
    write_down(tx, &application.id)?;
    let attachment = id.clone();
    let fact = Fact::AttachmentDescribed { attachment };
    audit::record(tx, Stream::Application(&application.id), &fact)
}

/// Takes a file out of its application; [`restore`] puts it back, for [`KEPT_DAYS`] days.
pub fn remove(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    id: &AttachmentId,
) -> Result<(), AppError> {
    let (application, file) = of(tx, application, id)?;
    if file.removed_at.is_some() {
        return Ok(());
    }
    let now = tx.now;
    store::set_removed(tx, id, Some(now))?;
    write_down(tx, &application.id)?;
    let attachment = id.clone();
    let fact = Fact::AttachmentRemoved { attachment };
    audit::record(tx, Stream::Application(&application.id), &fact)
}

/// Puts a removed file back.
pub fn restore(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    id: &AttachmentId,
) -> Result<(), AppError> {
    let (application, file) = of(tx, application, id)?;
    if file.removed_at.is_none() {
        return Ok(());
    }
    let bytes = u64::try_from(file.size_bytes).map_err(AppError::internal)?;
    check_room(tx, &application, bytes)?;
    store::set_removed(tx, id, None)?;
    write_down(tx, &application.id)?;
    let attachment = id.clone();
    let fact = Fact::AttachmentRestored { attachment };
    audit::record(tx, Stream::Application(&application.id), &fact)
}

/// What the scanner made of a file, or why it could not be asked. A file in which something was found
/// is told of: to the municipality, and to who looks after the program.
pub fn record_scan(
    tx: &mut Tx<'_>,
    id: &AttachmentId,
    scanned: &Result<Verdict, String>,
) -> Result<(), AppError> {
    let file = store::get(tx.conn, id)?;
    if !matches!(file.state, FileState::Received | FileState::Unscanned) {
        return Ok(());
    }
    match scanned {
        Err(said) => {
            let due_at = tried_again(tx.now, file.attempts);
            return store::set_due(tx, id, said, due_at);
        }
        Ok(Verdict::Clean) => {
            store::set_scanned(tx, id, FileState::Clean, "")?;
            let attachment = id.clone();
            let fact = Fact::AttachmentCleared { attachment };
            audit::record(tx, Stream::Application(&file.application_id), &fact)?;
        }
        Ok(Verdict::Infected(found)) => {
            store::set_scanned(tx, id, FileState::Infected, found)?;
            report(tx, &file, found)?;
        }
    }
    write_down(tx, &file.application_id)
}

/// Tells of a file that is held.
fn report(tx: &mut Tx<'_>, file: &Attachment, found: &str) -> Result<(), AppError> {
    let fact = Fact::AttachmentHeld {
        attachment: file.id.clone(),
        sha256: file.sha256.clone(),
        found: found.to_owned(),
    };
    audit::record(tx, Stream::Application(&file.application_id), &fact)?;
    let application = dossiers::get(tx.conn, &file.application_id)?;
    let message = messages::attachment_held(&application.reference, &file.name, found);
    let new = NewMessage {
        municipality: application.lead_municipality_id,
        application: Some(application.id),
        kind: MessageKind::AttachmentHeld,
        subject: message.subject,
        body: message.body,
    };
    outbox::store::insert(tx, &new)?;
    let watching = [Role::Coordinator, Role::Administrator];
    let message = messages::file_held(found);
    for (account, address) in identity::store::with_roles(tx.conn, &watching)? {
        let mail = NewMail {
            account: Some(account),
            address,
            subject: message.subject.clone(),
            body: message.body.clone(),
            path: "/vastgehouden-bestanden".to_owned(),
            has_secret: false,
        };
        outbox::mail::actions::write(tx, mail)?;
    }
    Ok(())
}

/// Twice as long after each try, from ten seconds on.
fn tried_again(now: NaiveDateTime, attempts: i32) -> NaiveDateTime {
    let doubled = 2_i64.saturating_pow(u32::try_from(attempts).unwrap_or(0));
    let wait = doubled.saturating_mul(10).min(LONGEST_WAIT);
    now.checked_add_signed(TimeDelta::seconds(wait))
        .unwrap_or(now)
}

/// Says that a version names the files that there are now: from here on they are kept.
pub fn freeze(tx: &mut Tx<'_>, id: &ApplicationId, number: i32) -> Result<(), AppError> {
    store::freeze(tx, id, number)
}

/// Makes the files of an application what they were. For use cases that have checked who asks.
pub fn set_back(tx: &mut Tx<'_>, id: &ApplicationId, were: &Answers) -> Result<(), AppError> {
    let were = list::files(were)?;
    let now = tx.now;
    for file in store::all_of(tx.conn, id)? {
        let was = were.iter().find(|it| it.id == file.id);
        if was.is_some() != file.removed_at.is_none() {
            let at = if was.is_some() { None } else { Some(now) };
            store::set_removed(tx, &file.id, at)?;
        }
        if let Some(was) = was {
            let version = store::get(tx.conn, &file.id)?.version;
            let project = project_id(&was.project);
            store::describe(tx, &file.id, version, &was.about, project.as_ref())?;
        }
    }
    write_down(tx, id)
}

/// A file that this person can have now: one of their own, or one of a version that was submitted.
pub fn downloaded(
    conn: &mut Conn,
    who: &crate::core::actor::Actor,
    application: &ApplicationId,
    id: &AttachmentId,
) -> Result<Attachment, AppError> {
    dossiers::visible(conn, who, application)?;
    let file = store::get(conn, id)?;
    let is_known = match policy::scope(who) {
        Scope::OwnMunicipality | Scope::Invited => {
            file.removed_at.is_none() || file.frozen_in.is_some()
        }
        Scope::Submitted => file.frozen_in.is_some(),
        Scope::None => false,
    };
    if is_known && file.application_id == *application {
        Ok(file)
    } else {
        Err(AppError::NotFound)
    }
}

/// Forgets files that were removed long ago and that no version names, some at a time; how many.
/// Their bytes are removed after that, so that no row ever tells of bytes that are gone.
pub fn forget(tx: &mut Tx<'_>) -> Result<usize, AppError> {
    let before = tx
        .now
        .checked_sub_signed(TimeDelta::days(KEPT_DAYS))
        .unwrap_or(tx.now);
    let forgotten = store::forgotten(tx.conn, before, AT_ONCE)?;
    for it in &forgotten {
        store::delete(tx, &it.id)?;
        store::insert_loose(tx, &it.id)?;
        let attachment = it.id.clone();
        let fact = Fact::AttachmentForgotten { attachment };
        audit::record(tx, Stream::Application(&it.application_id), &fact)?;
    }
    Ok(forgotten.len())
}

/// Says that bytes that no row told of are gone from storage.
pub fn cleared(tx: &mut Tx<'_>, ids: &[AttachmentId]) -> Result<(), AppError> {
    store::delete_loose(tx, ids)
}

/// The application, if this person may change its files now.
fn editable(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<Application, AppError> {
    let application = dossiers::to_do(tx.conn, &tx.actor, id, Action::EditApplication)?;
    check_open(tx, &application, SectionName::Attachments)?;
    Ok(application)
}

/// As [`editable`], with one of its files.
fn of(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    id: &AttachmentId,
) -> Result<(Application, Attachment), AppError> {
    let application = editable(tx, application)?;
    let file = store::get(tx.conn, id)?;
    if file.application_id == application.id {
        Ok((application, file))
    } else {
        Err(AppError::NotFound)
    }
}

fn check_room(tx: &mut Tx<'_>, application: &Application, bytes: u64) -> Result<(), AppError> {
    let (count, together) = taken(&store::all_of(tx.conn, &application.id)?);
    match no_room(count, together, bytes) {
        None => Ok(()),
        Some(sentence) => Err(wrong(FILE, sentence)),
    }
}

/// How many files an application has, and how many bytes.
pub fn taken(files: &[Attachment]) -> (usize, u64) {
    let there = || files.iter().filter(|it| it.removed_at.is_none());
    let bytes = there().map(|it| u64::try_from(it.size_bytes).unwrap_or(0));
    (there().count(), bytes.fold(0, u64::saturating_add))
}

/// The project that a file is about, if what was typed about it can be kept.
fn checked(
    tx: &mut Tx<'_>,
    application: &Application,
    about: &str,
    project: &str,
) -> Result<Option<ProjectId>, AppError> {
    if LONGEST_ABOUT < about.trim().chars().count() {
        let sentence = format!("Kort in wat het is tot hoogstens {LONGEST_ABOUT} tekens.");
        return Err(wrong(ABOUT, sentence));
    }
    let Some(id) = project_id(project) else {
        return Ok(None);
    };
    let all = dossiers::projects_of(tx.conn, &application.id)?;
    if all.iter().any(|it| it.id == id) {
        Ok(Some(id))
    } else {
        let sentence = "Dit project is er niet meer. Kies een ander project, of de hele aanvraag.";
        Err(wrong(PROJECT, sentence))
    }
}

fn project_id(text: &str) -> Option<ProjectId> {
    (!text.is_empty()).then(|| ProjectId::from(text))
}

fn wrong(field: &str, sentence: impl Into<String>) -> AppError {
    let mut errors = FieldErrors::default();
    errors.push(field, sentence);
    AppError::Invalid(errors)
}

/// Writes the files that an application has into its section.
fn write_down(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    let mut files = store::all_of(tx.conn, id)?;
    files.retain(|it| it.removed_at.is_none());
    let saved = drafts::sections(tx.conn, id)?.remove(&SectionName::Attachments);
    let version = saved.map_or(0, |it| it.version);
    let answers = list::answers(&files);
    drafts::save_section(tx, id, SectionName::Attachments, &answers, version)?;
    dossiers::touch(tx, id)
}
