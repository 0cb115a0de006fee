//! Reminding who did not submit yet. For the program itself.

use chrono::{Days, TimeDelta};

use super::{COMPLETION_DAYS, due, store};
use crate::{
    applications::state::State,
    core::ids::{MunicipalityId, RegionId},
    db::{Conn, Tx},
    error::AppError,
    outbox::{self, MessageKind, NewMessage},
    schemes::{self, Window, WindowKind, regions},
    texts::{dates::OnDay, messages},
};

/// The regions that are reminded in one transaction.
const AT_A_TIME: i64 = 100;

/// Reminds the regions from `offset` on of every window that is about to close for them and in which they
/// did not submit; once for each window, closing and number of days. Answers with the offset to go on from.
pub fn remind(tx: &mut Tx<'_>, offset: i64) -> Result<Option<i64>, AppError> {
    if !tx.actor.is_system() {
        return Err(AppError::Forbidden);
    }
    let today = tx.now.dutch_day();
    let regions = regions::store::regions(tx.conn, today, AT_A_TIME, offset)?;
    for (region, lead) in &regions {
        remind_region(tx, &region.id, &lead.id)?;
    }
    let read = i64::try_from(regions.len()).unwrap_or(AT_A_TIME);
    Ok((read == AT_A_TIME).then_some(offset.saturating_add(read)))
}

/// Reminds, once for each request, who has to complete an application within two days; some at a time. Not
/// who was asked less than a day ago. Answers how many.
pub fn remind_completions(tx: &mut Tx<'_>) -> Result<usize, AppError> {
    if !tx.actor.is_system() {
        return Err(AppError::Forbidden);
    }
    let today = tx.now.dutch_day();
    let last = today.checked_add_days(Days::new(COMPLETION_DAYS));
    let asked_before = tx.now.checked_sub_signed(TimeDelta::days(1));
    let days = (today, last.unwrap_or(today));
    let asked_before = asked_before.unwrap_or(tx.now);
    let requests = store::completions(tx.conn, days, asked_before, AT_A_TIME)?;
    for (id, due_on, application) in &requests {
        store::set_completion_reminded(tx, id)?;
        let message = messages::completion_due(&application.reference, *due_on);
        let new = NewMessage {
            municipality: application.lead_municipality_id.clone(),
            application: Some(application.id.clone()),
            kind: MessageKind::CompletionDueSoon,
            subject: message.subject,
            body: message.body,
        };
        outbox::store::insert(tx, &new)?;
    }
    Ok(requests.len())
}

fn remind_region(
    tx: &mut Tx<'_>,
    region: &RegionId,
    lead: &MunicipalityId,
) -> Result<(), AppError> {
    let open = schemes::store::open_windows(tx.conn, tx.now, Some(region))?;
    let near: Vec<(Window, i32)> = open
        .into_iter()
        .filter_map(|(window, _)| due(&window, tx.now).map(|days| (window, days)))
        .collect();
    if near.is_empty() {
        return Ok(());
    }
    let sent = store::sent(tx.conn, region)?;
    for (window, days) in near {
        if sent.contains(&(window.id.clone(), window.closes_at, days)) {
            continue;
        }
        if let Some(message) = message(tx.conn, &window, region, lead)? {
            store::insert(tx, (&window.id, region), window.closes_at, days)?;
            outbox::store::insert(tx, &message)?;
        }
    }
    Ok(())
}

/// What a region is told, if it still has to submit. Nobody has to apply for a top-up.
fn message(
    conn: &mut Conn,
    window: &Window,
    region: &RegionId,
    lead: &MunicipalityId,
) -> Result<Option<NewMessage>, AppError> {
    let application = store::application(conn, &window.id, region)?;
    let message = match &application {
        None if window.kind == WindowKind::TopUp => return Ok(None),
        None => messages::closes_soon(&window.name, window.closes_at, None),
        Some(it) if it.state == State::Draft => {
            messages::closes_soon(&window.name, window.closes_at, Some(&it.reference))
        }
        Some(_) => return Ok(None),
    };
    let municipality = application
        .as_ref()
        .map_or(lead, |it| &it.lead_municipality_id);
    Ok(Some(NewMessage {
        municipality: municipality.clone(),
        application: application.as_ref().map(|it| it.id.clone()),
        kind: MessageKind::WindowClosesSoon,
        subject: message.subject,
        body: message.body,
    }))
}
