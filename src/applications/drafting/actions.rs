//! Use cases of writing: load, check, save, record.

use super::{form, store};
use crate::{
    applications::{
        Application,
        actions::check_open,
        saving::{self, Outcome, Seen, actions::Part},
        section::SectionName,
        store as common,
    },
    audit::{self, Fact, Stream},
    core::{
        answers::Answers,
        ids::{ApplicationId, MunicipalityId},
    },
    db::Tx,
    error::AppError,
    identity::policy::Action,
    schemes,
    texts::dates::OnDay,
};

/// Saves a section as it was typed, right or wrong. `seen` is the version that the form was made
/// from; [`AppError::Stale`] if somebody saved another text in the same fields since.
pub fn save_section(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    section: SectionName,
    posted: &Answers,
    seen: i32,
) -> Result<(), AppError> {
    let saved = save_typed(tx, id, section, posted, &Seen::version(seen))?;
    if saved.merged.conflicts.is_empty() {
        Ok(())
    } else {
        Err(AppError::Stale)
    }
}

/// Saves what was typed in a section, right or wrong, merged with what was saved since the form was
/// made. Where somebody else wrote something else, their text stays and the outcome says so.
pub fn save_typed(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    section: SectionName,
    posted: &Answers,
    seen: &Seen,
) -> Result<Outcome, AppError> {
    let application = common::to_do(tx.conn, &tx.actor, id, Action::EditApplication)?;
    check_open(tx, &application, section)?;
    let stored = store::sections(tx.conn, id)?
        .remove(&section)
        .unwrap_or_default();
    let part = Part {
        application: id,
        name: section.as_str(),
        answers: &stored.answers,
        version: stored.version,
    };
    let typed = form::chosen(section, posted, &stored.answers);
    let merged = saving::actions::merge(tx.conn, part, &typed, seen, &[])?;
    let is_new = stored.version == 0 || stored.answers != merged.answers;
    let version = if is_new {
        write(tx, &application, section, part, &merged.answers, seen)?
    } else {
        stored.version
    };
    Ok(Outcome { version, merged })
}

/// Saves a section that says something else than it did; its version now.
fn write(
    tx: &mut Tx<'_>,
    application: &Application,
    section: SectionName,
    part: Part<'_>,
    answers: &Answers,
    seen: &Seen,
) -> Result<i32, AppError> {
    store::save_section(tx, &application.id, section, answers, part.version)?;
    if section == SectionName::Region {
        save_participants(tx, application, answers)?;
    }
    common::touch(tx, &application.id)?;
    let version = part.version.saturating_add(1);
    if saving::actions::keep(tx, part, answers, seen)? {
        let fact = Fact::SectionSaved {
            section: section.as_str().to_owned(),
            version,
        };
        audit::record(tx, Stream::Application(&application.id), &fact)?;
    }
    Ok(version)
}

/// The lead, and the members of the region that were ticked.
fn save_participants(
    tx: &mut Tx<'_>,
    application: &Application,
    answers: &Answers,
) -> Result<(), AppError> {
    let today = tx.now.dutch_day();
    let lead = &application.lead_municipality_id;
    let others: Vec<MunicipalityId> =
        schemes::store::members(tx.conn, &application.region_id, today)?
            .into_iter()
            .map(|it| it.id)
            .filter(|it| it != lead)
            .collect();
    let mut participants = form::participants(answers, &others);
    participants.push(lead);
    store::set_participants(tx, &application.id, &participants)
}
