//! Choosing an indicator: load, check, decide, save; the saving records.

use crate::{
    applications::{
        catalogue::{self, links, store as entries},
        project::{MOST_INDICATORS, actions as projects, form, store},
        saving::Seen,
        store as dossiers,
    },
    core::{
        answers::{Answers, FieldErrors},
        ids::{ApplicationId, CatalogueId, ProjectId},
    },
    db::Tx,
    error::AppError,
    identity::policy::Action,
};

/// Puts an indicator of the catalogue in the first row of a project in which nothing stands; that row.
pub fn choose(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    project: &ProjectId,
    entry: &CatalogueId,
) -> Result<u32, AppError> {
    let actor = tx.actor.clone();
    dossiers::to_do(tx.conn, &actor, application, Action::EditApplication)?;
    let draft = store::draft(tx.conn, project)?;
    if draft.application_id != *application {
        return Err(AppError::NotFound);
    }
    let entry = entries::entry(tx.conn, entry)?;
    if !entry.is_offered() {
        return Err(invalid(format!(
            "“{}” is niet meer te kiezen: de indicator is intussen ingetrokken of gewijzigd. Kies een andere.",
            entry.name
        )));
    }
    if is_chosen(&draft.answers, &entry.code) {
        return Err(invalid(format!(
            "“{}” staat al bij dit project. Kies een andere.",
            entry.name
        )));
    }
    let row = form::free_indicator(&draft.answers).ok_or_else(|| {
        invalid(format!(
            "Een project heeft hoogstens {MOST_INDICATORS} indicatoren. Haal er eerst een weg."
        ))
    })?;
    let mut answers = draft.answers.clone();
    catalogue::put(&mut answers, row, &entry);
    projects::save_typed(tx, project, &answers, &Seen::version(draft.version))?;
    Ok(row)
}

/// Whether a project has an indicator of this code.
pub fn is_chosen(answers: &Answers, code: &str) -> bool {
    let named = links(answers);
    let mut links = named.iter().filter_map(|it| catalogue::Link::parse(&it.1));
    links.any(|it| it.code == code)
}

fn invalid(sentence: String) -> AppError {
    let mut errors = FieldErrors::default();
    errors.push("", sentence);
    AppError::Invalid(errors)
}
