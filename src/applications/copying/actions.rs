//! The use case of beginning with earlier texts: load, check, save, record.

use std::collections::BTreeMap;

use super::{SECTIONS, project, section, store};
use crate::{
    applications::{
        Application, Head,
        drafting::{self, Opening, store as drafts},
        project::actions as projects,
        section::SectionName,
        state::State,
        store as common,
        submission::{content::Content, store as versions},
    },
    audit::{self, Fact, Stream},
    core::ids::{ApplicationId, ProjectId},
    db::{Conn, Tx},
    error::{AppError, Refusal},
    identity::policy::Action,
    schemes::{Cycle, WindowKind},
};

/// The application whose texts this one can begin with: in the main window of an earlier cycle, of
/// the same region and lead. `None` once something was taken over, and in a top-up.
pub fn source(conn: &mut Conn, head: &Head) -> Result<Option<(Application, Cycle)>, AppError> {
    let application = &head.application;
    let can_begin = application.state == State::Draft
        && application.copied_from.is_none()
        && head.window.kind == WindowKind::Main;
    if !can_begin {
        return Ok(None);
    }
    store::earlier(
        conn,
        &application.region_id,
        &application.lead_municipality_id,
        head.cycle.first_year,
    )
}

/// Takes over the sections that were not written yet, and these projects of the earlier
/// application, without amounts, targets and declarations.
pub fn take_over(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    chosen: &[ProjectId],
) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    head.require(&actor, Action::EditApplication)?;
    let opening = Opening::of(&head);
    opening.may_change(head.application.state, SectionName::Projects, tx.now)?;
    let found = source(tx.conn, &head)?;
    let (earlier, cycle) = found.ok_or(AppError::from(Refusal::AlreadyExists))?;
    let version = versions::version(tx.conn, &earlier.id, earlier.latest_version)?;
    let content = Content::parse(&version.content)?;
    let written = drafts::sections(tx.conn, id)?;
    for name in SECTIONS.iter().filter(|it| !written.contains_key(*it)) {
        drafting::actions::save_section(tx, id, *name, &section(&content, *name), 0)?;
    }
    let later = head.cycle.first_year.saturating_sub(cycle.first_year);
    let mut pairs = BTreeMap::new();
    for it in content.projects.iter().filter(|it| chosen.contains(&it.id)) {
        let new = projects::add(tx, id)?;
        projects::save(tx, &new, 1, &project(&it.answers, later))?;
        pairs.insert(new, it.id.clone());
    }
    store::insert(tx, id, &earlier, &pairs)?;
    let fact = Fact::ApplicationCopied {
        from: earlier.reference,
    };
    audit::record(tx, Stream::Application(id), &fact)
}
