//! Working on the projects of an application: one function per use case.

use super::{
    MOST_PROJECTS, Meaning, ROWS, form,
    shares::{self, Names},
    store::{self, Draft},
};
use crate::{
    applications::{
        Application,
        actions::check_open,
        catalogue,
        saving::{self, Outcome, Seen, actions::Part},
        section::SectionName,
        store as dossiers,
    },
    audit::{self, Fact, Stream},
    core::{
        answers::{Answers, FieldErrors},
        ids::{ApplicationId, ProjectId},
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::Action,
    schemes,
    texts::dates::OnDay,
};

/// What is done in a project.
const EDIT: Action = Action::EditApplication;
/// What is done with a project as a whole: by the municipality that applies, not by who was invited.
const ARRANGE: Action = Action::ArrangeProjects;

/// A project that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its version now, and what was merged.
    pub outcome: Outcome,
    /// What it means.
    pub meaning: Meaning,
    /// What still stands in the way of submitting.
    pub findings: FieldErrors,
    /// The years that its page shows now.
    pub years: Vec<i32>,
}

/// Which way a project moves in the list of its application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Before the one above it.
    Up,
    /// After the one below it.
    Down,
}

/// Adds an empty project at the end.
pub fn add(tx: &mut Tx<'_>, application: &ApplicationId) -> Result<ProjectId, AppError> {
    let application = dossiers::to_do(tx.conn, &tx.actor, application, EDIT)?;
    check_open(tx, &application, SectionName::Projects)?;
    insert(tx, &application)
}

/// Saves what was typed in a project, exactly as it was typed and whatever is wrong with it. If
/// anything was saved since `version`, nothing is written: [`AppError::Stale`].
pub fn save(
    tx: &mut Tx<'_>,
    project: &ProjectId,
    version: i32,
    answers: &Answers,
) -> Result<Saved, AppError> {
    if open_to(tx, project, EDIT)?.1.version != version {
        return Err(AppError::Stale);
    }
    save_typed(tx, project, answers, &Seen::version(version))
}

/// Saves what was typed in a project, merged with what was saved since the form was made. Where
/// somebody else wrote something else, their text stays and the outcome says so.
pub fn save_typed(
    tx: &mut Tx<'_>,
    project: &ProjectId,
    typed: &Answers,
    seen: &Seen,
) -> Result<Saved, AppError> {
    let (application, draft) = open_to(tx, project, EDIT)?;
    if draft.removed_at.is_some() {
        return Err(Refusal::ProjectRemoved.into());
    }
    write(tx, &application, &draft, typed, seen)
}

/// Adds a project with the same answers; its name says that it is a copy.
pub fn copy(tx: &mut Tx<'_>, project: &ProjectId) -> Result<ProjectId, AppError> {
    let (application, draft) = open_to(tx, project, ARRANGE)?;
    let id = insert(tx, &application)?;
    let copy = store::draft(tx.conn, &id)?;
    let title = draft.answers.get("titel");
    let answers = draft
        .answers
        .clone()
        .with("titel", format!("{title} (kopie)"));
    write(
        tx,
        &application,
        &copy,
        &answers,
        &Seen::version(copy.version),
    )?;
    Ok(id)
}

/// Takes a project out of its application; [`restore`] puts it back. Those after it move up.
pub fn remove(tx: &mut Tx<'_>, project: &ProjectId) -> Result<(), AppError> {
    let (application, draft) = open_to(tx, project, ARRANGE)?;
    if draft.removed_at.is_some() {
        return Ok(());
    }
    let now = tx.now;
    store::set_removed(tx, &draft, Some(now))?;
    let left = store::drafts(tx.conn, &application.id)?;
    store::set_order(tx, &left)?;
    let project = draft.id;
    let fact = Fact::ProjectRemoved { project };
    audit::record(tx, Stream::Application(&application.id), &fact)
}

/// Puts a removed project back in its place.
pub fn restore(tx: &mut Tx<'_>, project: &ProjectId) -> Result<(), AppError> {
    let (application, draft) = open_to(tx, project, ARRANGE)?;
    if draft.removed_at.is_none() {
        return Ok(());
    }
    check_room(tx, &application)?;
    let mut all = store::drafts(tx.conn, &application.id)?;
    store::set_removed(tx, &draft, None)?;
    let before = all.iter().filter(|it| it.position < draft.position).count();
    all.insert(before, draft.clone());
    store::set_order(tx, &all)?;
    let project = draft.id;
    let fact = Fact::ProjectRestored { project };
    audit::record(tx, Stream::Application(&application.id), &fact)
}

/// Moves a project one place; nothing happens at the ends of the list.
pub fn shift(tx: &mut Tx<'_>, project: &ProjectId, way: Way) -> Result<(), AppError> {
    let (application, draft) = open_to(tx, project, ARRANGE)?;
    let all = store::drafts(tx.conn, &application.id)?;
    let at = all.iter().position(|it| it.id == draft.id);
    let beside = match way {
        Way::Up => at.and_then(|it| it.checked_sub(1)),
        Way::Down => at.and_then(|it| it.checked_add(1)),
    };
    let Some(other) = beside.and_then(|it| all.get(it)) else {
        return Ok(());
    };
    store::swap(tx, &draft, other)?;
    let fact = Fact::ProjectMoved {
        project: draft.id,
        position: other.position,
    };
    audit::record(tx, Stream::Application(&application.id), &fact)
}

/// Makes the projects of an application what they were: exactly these, with what was typed then and
/// in the places of then. For use cases that have checked who asks.
pub fn set_back(
    tx: &mut Tx<'_>,
    application: &Application,
    were: &[(ProjectId, i32, Answers)],
) -> Result<(), AppError> {
    let now = tx.now;
    for draft in store::drafts(tx.conn, &application.id)? {
        if !were.iter().any(|(id, ..)| *id == draft.id) {
            store::set_removed(tx, &draft, Some(now))?;
        }
    }
    let setting = store::setting(tx.conn, application)?;
    for (id, position, answers) in were {
        let draft = store::draft(tx.conn, id)?;
        store::set_removed(tx, &draft, None)?;
        store::set_position(tx, id, *position)?;
        if draft.answers != *answers {
            let (meaning, _) = form::read(answers, setting.years, setting.window);
            store::save(tx, &draft, draft.version, answers, &meaning)?;
        }
    }
    Ok(())
}

/// The project and its application, if this person may do this with it now.
fn open_to(
    tx: &mut Tx<'_>,
    project: &ProjectId,
    action: Action,
) -> Result<(Application, Draft), AppError> {
    let draft = store::draft(tx.conn, project)?;
    let application = dossiers::to_do(tx.conn, &tx.actor, &draft.application_id, action)?;
    check_open(tx, &application, SectionName::Projects)?;
    Ok((application, draft))
}

fn check_room(tx: &mut Tx<'_>, application: &Application) -> Result<(), AppError> {
    if store::count(tx.conn, &application.id)? < MOST_PROJECTS {
        return Ok(());
    }
    let mut errors = FieldErrors::default();
    let sentence = format!(
        "Een aanvraag heeft hoogstens {MOST_PROJECTS} projecten. Voeg projecten samen, of verwijder er eerst een."
    );
    errors.push("", sentence);
    Err(AppError::Invalid(errors))
}

fn insert(tx: &mut Tx<'_>, application: &Application) -> Result<ProjectId, AppError> {
    check_room(tx, application)?;
    let position = store::next_position(tx.conn, &application.id)?;
    let id = store::insert(tx, &application.id, position)?;
    let project = id.clone();
    let fact = Fact::ProjectAdded { project };
    audit::record(tx, Stream::Application(&application.id), &fact)?;
    Ok(id)
}

/// The names of those for whom something is divided. No form of ours has a field for the share of a
/// municipality outside the region.
fn sharers(
    tx: &mut Tx<'_>,
    application: &Application,
    answers: &Answers,
) -> Result<Names, AppError> {
    if !shares::is_begun(answers) {
        return Ok(Names::new());
    }
    let on = application.created_at.dutch_day();
    let members = schemes::store::members(tx.conn, &application.region_id, on)?;
    let names = shares::names(&members);
    if shares::typed(answers)
        .iter()
        .all(|it| names.contains_key(it))
    {
        Ok(names)
    } else {
        Err(AppError::BadRequest(
            "a share of a municipality outside the region",
        ))
    }
}

fn write(
    tx: &mut Tx<'_>,
    application: &Application,
    draft: &Draft,
    typed: &Answers,
    seen: &Seen,
) -> Result<Saved, AppError> {
    let part = Part {
        application: &application.id,
        name: draft.id.as_str(),
        answers: &draft.answers,
        version: draft.version,
    };
    let mut merged = saving::actions::merge(tx.conn, part, typed, seen, &ROWS)?;
    catalogue::actions::hold_words(tx, &mut merged.answers)?;
    let names = sharers(tx, application, &merged.answers)?;
    let setting = store::setting(tx.conn, application)?;
    let (years, window) = (setting.years, setting.window);
    let (meaning, findings) = form::read_named(&merged.answers, years, window, &names);
    let mut version = draft.version;
    if merged.answers != draft.answers {
        version = store::save(tx, draft, version, &merged.answers, &meaning)?;
        if saving::actions::keep(tx, part, &merged.answers, seen)? {
            let project = draft.id.clone();
            let fact = Fact::ProjectSaved { project, version };
            audit::record(tx, Stream::Application(&application.id), &fact)?;
        }
    }
    Ok(Saved {
        years: form::shown_years(&merged.answers, years, window),
        outcome: Outcome { version, merged },
        meaning,
        findings,
    })
}
