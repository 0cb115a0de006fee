//! What the program does by itself while it serves. Each job is a use case that does no harm when
//! it is done twice, so more than one server may run on one database.

use std::time::Duration;

use crate::{core::actor::Actor, db::Store, decisions, error::AppError};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Does the jobs now and then every hour, for as long as it is polled.
pub async fn run(store: Store) {
    let mut hours = tokio::time::interval(HOUR);
    loop {
        hours.tick().await;
        match expire_reservations(&store).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "reservations expired"),
            Err(err) => tracing::error!(%err, "reservations could not be expired"),
        }
    }
}

/// Gives all expired reservations back, some at a time so that nobody waits long for their
/// envelopes, and says how many.
async fn expire_reservations(store: &Store) -> Result<usize, AppError> {
    let mut count: usize = 0;
    loop {
        let done = store
            .write(&Actor::system(), decisions::actions::expire_reservations)
            .await?;
        if done.is_empty() {
            return Ok(count);
        }
        count = count.saturating_add(done.len());
    }
}
