//! What the program does by itself while it serves. Each job is a use case that does no harm when
//! it is done twice, so more than one server may run on one database.

use std::time::Duration;

use chrono::Timelike;

use crate::{
    applications::{
        attachments::{Files, scanning},
        collaboration, reminding,
    },
    core::actor::Actor,
    db::{Store, Tx, clock::Clock},
    decisions,
    error::AppError,
    journal,
    texts::dates::on_the_clock,
};

const HOUR: Duration = Duration::from_secs(60 * 60);
/// The hour of the Dutch clock in which the journal is verified.
const NIGHT: u32 = 3;

/// Does the jobs now and then every hour, for as long as it is polled.
pub async fn run(store: Store, files: Files) {
    let mut hours = tokio::time::interval(HOUR);
    loop {
        hours.tick().await;
        if let Err(err) = expire_reservations(&store).await {
            tracing::error!(%err, "reservations could not be expired");
        }
        if let Err(err) = remind(&store).await {
            tracing::error!(%err, "nobody could be reminded");
        }
        match scanning::sweep(&store, &files, Clock::System.now()).await {
            Ok(swept) if swept != scanning::Swept::default() => {
                tracing::info!(?swept, "attachments swept");
            }
            Ok(_) => {}
            Err(err) => tracing::error!(%err, "attachments could not be swept"),
        }
        if on_the_clock(store.now()).hour() == NIGHT
            && let Err(err) = verify_journal(&store).await
        {
            tracing::error!(%err, "the journal could not be verified");
        }
    }
}

/// Gives all expired reservations back, some at a time so that nobody waits long for their
/// envelopes.
async fn expire_reservations(store: &Store) -> Result<(), AppError> {
    loop {
        let done = store
            .write(&Actor::system(), decisions::actions::expire_reservations)
            .await?;
        if done.is_empty() {
            return Ok(());
        }
        tracing::info!(count = done.len(), "reservations expired");
    }
}

/// Reminds of what has to be done in two days and of windows and terms that are about to close, some at a time.
async fn remind(store: &Store) -> Result<(), AppError> {
    let tasks = collaboration::tasks::actions::remind;
    while store.write(&Actor::system(), tasks).await? != 0 {}
    let completions = reminding::actions::remind_completions;
    while store.write(&Actor::system(), completions).await? != 0 {}
    let mut from = Some(0);
    while let Some(offset) = from {
        let windows = move |tx: &mut Tx<'_>| reminding::actions::remind(tx, offset);
        from = store.write(&Actor::system(), windows).await?;
    }
    Ok(())
}

/// Computes all that is kept beside the lines of the journal again. What does not hold is an error
/// in the log and a fact in the audit trail.
pub async fn verify_journal(store: &Store) -> Result<(), AppError> {
    let report = store.read(journal::verify::verify).await?;
    if report.is_sound() {
        return Ok(());
    }
    for finding in &report.findings {
        tracing::error!(finding, "the journal is not sound");
    }
    store
        .write(&Actor::system(), move |tx| {
            journal::actions::record_findings(tx, &report)
        })
        .await
}
