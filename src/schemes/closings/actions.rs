//! Use cases of the register: load, check, decide, save, record, tell.

use super::form::{NewExtension, NewOutage};
use crate::{
    audit::{self, Fact, Stream},
    core::ids::{MunicipalityId, RegionId, WindowId},
    db::Tx,
    error::AppError,
    identity::policy::{self, Action},
    outbox::{self, MessageKind, NewMessage},
    schemes::{Closing, ClosingKind, Window, actions::invalid, closing, store},
    texts::{
        dates::{self, OnDay},
        messages,
    },
};

/// The most regions that are told of an outage.
const MOST_REGIONS: i64 = 500;

/// Records an outage; if it lay shortly before the closing, the window closes later for all, and
/// every lead is told until when.
pub fn record_outage(tx: &mut Tx<'_>, id: &WindowId, new: &NewOutage) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    if tx.now < new.ends_at || new.ends_at <= new.starts_at {
        return Err(invalid("tot", "Leg de storing vast als zij voorbij is."));
    }
    let window = store::window(tx.conn, id)?;
    let before = store::closings(tx.conn, id)?;
    let it = Closing {
        id: tx.new_id(),
        window_id: window.id.clone(),
        kind: ClosingKind::Outage,
        region_id: None,
        starts_at: Some(new.starts_at),
        ends_at: new.ends_at,
        reason: new.reason.clone(),
        recorded_at: tx.now,
        recorded_by: tx.actor.id.clone(),
    };
    store::insert_closing(tx, &it)?;
    let mut after = before.clone();
    after.push(it);
    let fact = Fact::OutageRecorded {
        window: window.id.clone(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        closes_at: closing::effective(window.closes_at, &after, None),
        reason: new.reason.clone(),
    };
    audit::record(tx, Stream::Cycle(&window.cycle_id), &fact)?;
    tell_leads(tx, &window, &before, &after)
}

/// Tells the lead of each region for which the window closes later than it did.
fn tell_leads(
    tx: &mut Tx<'_>,
    window: &Window,
    before: &[Closing],
    after: &[Closing],
) -> Result<(), AppError> {
    let today = tx.now.dutch_day();
    for (region, lead) in store::regions(tx.conn, today, MOST_REGIONS, 0)? {
        let then = closing::effective(window.closes_at, before, Some(&region.id));
        let now = closing::effective(window.closes_at, after, Some(&region.id));
        if then < now {
            let message = messages::closes_later_for_all(&window.name, now);
            tell(tx, lead.id, message)?;
        }
    }
    Ok(())
}

/// Gives one region more time to apply in a window, with the reason; its lead is told.
pub fn extend(tx: &mut Tx<'_>, id: &WindowId, new: &NewExtension) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let window = store::window_for(tx.conn, id, Some(&new.region))?;
    if new.ends_at <= window.closes_at {
        let sentence = format!(
            "Voor deze regio sluit het tijdvak al op {}. Kies een later moment.",
            dates::moment(window.closes_at)
        );
        return Err(invalid("uitstel", &sentence));
    }
    let lead = lead_of(tx, &new.region)?;
    let it = Closing {
        id: tx.new_id(),
        window_id: window.id.clone(),
        kind: ClosingKind::Extension,
        region_id: Some(new.region.clone()),
        starts_at: None,
        ends_at: new.ends_at,
        reason: new.reason.clone(),
        recorded_at: tx.now,
        recorded_by: tx.actor.id.clone(),
    };
    store::insert_closing(tx, &it)?;
    let fact = Fact::RegionExtended {
        window: window.id.clone(),
        region: new.region.clone(),
        closes_at: new.ends_at,
        reason: new.reason.clone(),
    };
    audit::record(tx, Stream::Cycle(&window.cycle_id), &fact)?;
    let message = messages::extended(&window.name, new.ends_at, &new.reason);
    tell(tx, lead, message)
}

/// Who leads a region today.
fn lead_of(tx: &mut Tx<'_>, region: &RegionId) -> Result<MunicipalityId, AppError> {
    let today = tx.now.dutch_day();
    let regions = store::regions(tx.conn, today, MOST_REGIONS, 0)?;
    let found = regions.into_iter().find(|it| it.0.id == *region);
    found
        .map(|it| it.1.id)
        .ok_or_else(|| invalid("regio", "Deze regio heeft nu geen hoofdaanvrager."))
}

fn tell(
    tx: &mut Tx<'_>,
    municipality: MunicipalityId,
    message: messages::Message,
) -> Result<(), AppError> {
    let new = NewMessage {
        municipality,
        application: None,
        kind: MessageKind::WindowClosesLater,
        subject: message.subject,
        body: message.body,
    };
    outbox::store::insert(tx, &new).map(drop)
}
