//! Use cases of writing: load, check, save, record.

use super::{form, store};
use crate::{
    applications::{Application, actions::check_open, section::SectionName, store as common},
    audit::{self, Fact, Stream},
    core::{
        answers::Answers,
        ids::{ApplicationId, MunicipalityId},
    },
    db::Tx,
    error::AppError,
    identity::policy::{self, Action},
    schemes,
    texts::dates::OnDay,
};

/// Saves a section as it was typed, right or wrong. `seen` is the version that the form was made
/// from; [`AppError::Stale`] if somebody saved another text since.
pub fn save_section(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    section: SectionName,
    posted: &Answers,
    seen: i32,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::EditApplication)?;
    let application = common::visible(tx.conn, &tx.actor, id)?;
    check_open(tx, &application, section)?;
    let sections = store::sections(tx.conn, id)?;
    let stored = sections.get(&section).cloned().unwrap_or_default();
    // Whoever saves what is already there is done, whatever they had seen.
    if 0 < stored.version && form::typed(section, posted) == stored.answers {
        return Ok(());
    }
    if stored.version != seen {
        return Err(AppError::Stale);
    }
    let answers = form::chosen(section, posted, &stored.answers);
    store::save_section(tx, id, section, &answers, seen)?;
    if section == SectionName::Region {
        save_participants(tx, &application, &answers)?;
    }
    common::update(tx, &application)?;
    let fact = Fact::SectionSaved {
        section: section.as_str().to_owned(),
        version: seen.saturating_add(1),
    };
    audit::record(tx, Stream::Application(id), &fact)
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
