//! Use cases of application windows: set and change.

use chrono::NaiveDateTime;

use crate::{
    audit::{self, Fact, Stream},
    core::ids::WindowId,
    db::Tx,
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    schemes::{CycleState, NewWindow, Window, actions::invalid, store},
};

/// Sets a window on an open cycle. The scheme is frozen from then on.
pub fn set_window(tx: &mut Tx<'_>, new: &NewWindow) -> Result<WindowId, AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    if new.closes_at <= new.opens_at {
        return Err(invalid("sluit", CLOSES_TOO_EARLY));
    }
    let cycle = store::cycle(tx.conn, &new.cycle)?;
    if cycle.state == CycleState::Closed {
        return Err(Refusal::CycleNotOpen.into());
    }
    if cycle.state != CycleState::Open {
        return Err(invalid(
            "opent",
            "Open eerst de cyclus. Dan staan de bedragen vast.",
        ));
    }
    let window = Window {
        id: tx.new_id(),
        cycle_id: cycle.id.clone(),
        kind: new.kind,
        name: new.name.clone(),
        opens_at: new.opens_at,
        closes_at: new.closes_at,
        version: 1,
    };
    store::insert_window(tx, &window)?;
    store::freeze_scheme(tx, &cycle.scheme_id)?;
    let fact = Fact::WindowSet {
        window: window.id.clone(),
        name: window.name,
    };
    audit::record(tx, Stream::Cycle(&cycle.id), &fact)?;
    Ok(window.id)
}

/// What changes of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowChange {
    /// Its name.
    pub name: String,
    /// From this moment (UTC).
    pub opens_at: NaiveDateTime,
    /// Until just before this moment (UTC).
    pub closes_at: NaiveDateTime,
    /// Why; needed once it has opened.
    pub reason: String,
}

/// Changes a window. Once it has opened it can only close later (Awb 2:21 for an outage), with the
/// reason on record: who relied on it loses nothing.
pub fn change_window(
    tx: &mut Tx<'_>,
    id: &WindowId,
    version: i32,
    change: &WindowChange,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let window = store::window(tx.conn, id)?;
    if window.version != version {
        return Err(AppError::Stale);
    }
    if store::cycle(tx.conn, &window.cycle_id)?.state == CycleState::Closed {
        return Err(Refusal::CycleNotOpen.into());
    }
    let has_opened = window.opens_at <= tx.now;
    check_window_change(&window, has_opened, change)?;
    let changed = Window {
        name: change.name.clone(),
        opens_at: change.opens_at,
        closes_at: change.closes_at,
        ..window
    };
    store::update_window(tx, &changed)?;
    let (window, name) = (changed.id, changed.name);
    let fact = if has_opened {
        let (closes_at, reason) = (changed.closes_at, change.reason.clone());
        Fact::WindowExtended {
            window,
            closes_at,
            reason,
        }
    } else {
        Fact::WindowSet { window, name }
    };
    audit::record(tx, Stream::Cycle(&changed.cycle_id), &fact)
}

fn check_window_change(
    window: &Window,
    has_opened: bool,
    change: &WindowChange,
) -> Result<(), AppError> {
    if change.closes_at <= change.opens_at {
        return Err(invalid("sluit", CLOSES_TOO_EARLY));
    }
    if !has_opened {
        return Ok(());
    }
    if change.opens_at != window.opens_at {
        return Err(invalid(
            "opent",
            "Het tijdvak is al opengegaan. Dat moment verandert niet meer.",
        ));
    }
    if change.closes_at <= window.closes_at {
        return Err(invalid(
            "sluit",
            "Het tijdvak is al opengegaan. U kunt het alleen later laten sluiten.",
        ));
    }
    if change.reason.trim().is_empty() {
        return Err(invalid(
            "reden",
            "Vul in waarom het tijdvak later sluit, bijvoorbeeld een storing.",
        ));
    }
    Ok(())
}

const CLOSES_TOO_EARLY: &str = "Het tijdvak sluit voordat het opengaat. Kies een later moment.";
