//! Use cases that begin an application, and the question that every change to one asks first.

use super::{
    Application,
    drafting::store as drafts,
    reference,
    saving::{self, Seen, actions::Part},
    section::SectionName,
    state::State,
    store,
};
use crate::{
    audit::{self, Fact, Stream},
    core::{
        answers::Answers,
        ids::{ApplicationId, WindowId},
    },
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    schemes::{self, Cycle, Municipality, Region, Window, WindowKind},
    texts::dates::OnDay,
};

/// Starts the application of the actor's region in a window. In a top-up window it adds to the award
/// of the main window, and takes over who applies and with whom.
pub fn start(tx: &mut Tx<'_>, window: &WindowId) -> Result<ApplicationId, AppError> {
    policy::require(&tx.actor, Action::StartApplication)?;
    let (lead, region) = led_by_actor(tx)?;
    let window = schemes::store::window_for(tx.conn, window, Some(&region.id))?;
    let cycle = schemes::store::cycle(tx.conn, &window.cycle_id)?;
    in_time(&window, tx)?;
    if drafts::exists(tx.conn, &window.id, &region.id)? {
        return Err(Refusal::AlreadyExists.into());
    }
    let parent = parent(tx, &window, &region)?;
    let application = Application {
        id: tx.new_id(),
        reference: free_reference(tx, &cycle, &lead, parent.as_ref())?,
        window_id: window.id,
        region_id: region.id,
        lead_municipality_id: lead.id,
        parent_id: parent.as_ref().map(|it| it.id.clone()),
        signing_id: None,
        copied_from: None,
        state: State::Draft,
        latest_version: 0,
        submitted_at: None,
        created_at: tx.now,
        updated_at: tx.now,
        version: 1,
    };
    store::insert(tx, &application)?;
    take_over(tx, &application, parent.as_ref())?;
    let fact = Fact::ApplicationStarted {
        reference: application.reference,
    };
    audit::record(tx, Stream::Application(&application.id), &fact)?;
    Ok(application.id)
}

/// `Ok` if this section of the application can be changed now: its window is open, or a request for
/// completion reopened it and its last day has not passed. Every change asks this first.
pub fn check_open(
    tx: &mut Tx<'_>,
    application: &Application,
    section: SectionName,
) -> Result<(), AppError> {
    let opening = drafts::opening(tx.conn, &tx.actor, application)?;
    Ok(opening.may_change(application.state, section, tx.now)?)
}

fn in_time(window: &Window, tx: &Tx<'_>) -> Result<(), Refusal> {
    if tx.now < window.opens_at {
        let opens_at = window.opens_at;
        return Err(Refusal::WindowNotOpen { opens_at });
    }
    if window.closes_at <= tx.now {
        let closed_at = window.closes_at;
        return Err(Refusal::WindowClosed { closed_at });
    }
    Ok(())
}

/// Only the municipality that leads a region today applies, and for that region.
fn led_by_actor(tx: &mut Tx<'_>) -> Result<(Municipality, Region), AppError> {
    let id = tx.actor.municipality.clone().ok_or(AppError::Forbidden)?;
    let lead = schemes::store::municipality(tx.conn, &id)?;
    let region = schemes::store::region_led_by(tx.conn, &id, tx.now.dutch_day())?;
    Ok((lead, region.ok_or(AppError::Forbidden)?))
}

/// The award that a top-up adds to; in a main window there is none.
fn parent(
    tx: &mut Tx<'_>,
    window: &Window,
    region: &Region,
) -> Result<Option<Application>, AppError> {
    match window.kind {
        WindowKind::Main => Ok(None),
        WindowKind::TopUp => {
            let main = schemes::store::main_window(tx.conn, &window.cycle_id)?;
            let parent = drafts::awarded(tx.conn, &main.id, &region.id)?;
            parent.map(Some).ok_or(Refusal::NoAwardToAddTo.into())
        }
    }
}

fn free_reference(
    tx: &mut Tx<'_>,
    cycle: &Cycle,
    lead: &Municipality,
    parent: Option<&Application>,
) -> Result<String, AppError> {
    let candidates = parent.map_or_else(
        || vec![reference::main_round(cycle.first_year, &lead.cbs_code)],
        |it| reference::top_ups(&it.reference),
    );
    let taken = drafts::references_among(tx.conn, &candidates)?;
    reference::first_free(candidates, &taken).ok_or(Refusal::AlreadyExists.into())
}

/// What the municipality told us with the award is not asked again.
fn take_over(
    tx: &mut Tx<'_>,
    application: &Application,
    parent: Option<&Application>,
) -> Result<(), AppError> {
    let Some(parent) = parent else {
        return drafts::set_participants(tx, &application.id, &[&application.lead_municipality_id]);
    };
    let sections = drafts::sections(tx.conn, &parent.id)?;
    for (name, section) in &sections {
        if matches!(name, SectionName::Organisation | SectionName::Region) {
            drafts::save_section(tx, &application.id, *name, &section.answers, 0)?;
            let nothing = Answers::default();
            let part = Part {
                application: &application.id,
                name: name.as_str(),
                answers: &nothing,
                version: 0,
            };
            saving::actions::keep(tx, part, &section.answers, &Seen::version(0))?;
        }
    }
    let participants = drafts::participants(tx.conn, &parent.id)?;
    let ids: Vec<_> = participants.iter().map(|it| &it.id).collect();
    drafts::set_participants(tx, &application.id, &ids)
}
