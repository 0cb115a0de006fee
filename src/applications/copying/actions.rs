//! The use case of beginning with earlier texts: load, check, save, record.

use std::collections::BTreeMap;

use super::{SECTIONS, is_empty, project, section, store};
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

/// The application whose texts can be taken over while this one is a draft: in the main window of an earlier
/// cycle, of the same region and lead; the same one every time. `None` in a top-up.
pub fn source(conn: &mut Conn, head: &Head) -> Result<Option<(Application, Cycle)>, AppError> {
    let application = &head.application;
    if application.state != State::Draft || head.window.kind != WindowKind::Main {
        return Ok(None);
    }
    match &application.copied_from {
        Some(from) => store::source(conn, from).map(Some),
        None => store::earlier(
            conn,
            &application.region_id,
            &application.lead_municipality_id,
            head.cycle.first_year,
        ),
    }
}

/// What can be taken over, and what was.
pub struct Offer {
    /// The earlier application.
    pub source: Application,
    /// Its cycle.
    pub cycle: Cycle,
    /// What was submitted of it, in the version of which something was taken over first.
    pub content: Content,
    /// Project of now -> project of then, of those that were taken over.
    pub pairs: BTreeMap<ProjectId, ProjectId>,
}

/// What can be taken over into an application; 404 if there is no earlier one.
pub fn offer(conn: &mut Conn, head: &Head) -> Result<Offer, AppError> {
    if head.application.state != State::Draft {
        return Err(Refusal::NotOpenForChange.into());
    }
    let (source, cycle) = source(conn, head)?.ok_or(AppError::NotFound)?;
    let (content, pairs) = match store::copied(conn, &head.application)? {
        Some(it) => (it.content, it.projects),
        None => {
            let version = versions::version(conn, &source.id, source.latest_version)?;
            (Content::parse(&version.content)?, BTreeMap::new())
        }
    };
    Ok(Offer {
        source,
        cycle,
        content,
        pairs,
    })
}

/// Takes over the sections in which nothing is written, and these projects of the earlier application that
/// were not taken over before, without amounts, targets and declarations.
pub fn take_over(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    chosen: &[ProjectId],
) -> Result<(), AppError> {
    let actor = tx.actor.clone();
    let head = common::head(tx.conn, &actor, id)?;
    head.require(&actor, Action::ArrangeProjects)?;
    let opening = Opening::of(&head);
    opening.may_change(head.application.state, SectionName::Projects, tx.now)?;
    let offer = offer(tx.conn, &head)?;
    let draft = drafts::draft(tx.conn, id)?;
    for name in SECTIONS {
        let written = draft.section(name);
        if is_empty(&written.answers) {
            let then = section(&offer.content, name);
            drafting::actions::save_section(tx, id, name, &then, written.version)?;
        }
    }
    let later = head.cycle.first_year.saturating_sub(offer.cycle.first_year);
    let mut pairs = offer.pairs;
    for it in &offer.content.projects {
        if chosen.contains(&it.id) && !pairs.values().any(|taken| *taken == it.id) {
            let new = projects::add(tx, id)?;
            projects::save(tx, &new, 1, &project(&it.answers, later))?;
            pairs.insert(new, it.id.clone());
        }
    }
    store::keep(tx, id, &offer.source, &pairs)?;
    let fact = Fact::ApplicationCopied {
        from: offer.source.reference,
    };
    audit::record(tx, Stream::Application(id), &fact)
}
