//! What `serve` does with attachments: has those scanned that wait for it.

use std::time::Duration;

use crate::{
    applications::attachments::{Files, scanning},
    db::Store,
};

/// How long a file waits at most for its first scan, beside the one that its upload asked for.
const PAUSE: Duration = Duration::from_secs(10);

/// Scans, and looks again every few seconds, for as long as it is polled. Nothing without a scanner.
pub async fn run(store: Store, files: Files) {
    if files.scanner.is_none() {
        return;
    }
    let mut ticks = tokio::time::interval(PAUSE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(err) = scanning::scan_due(&store, &files).await {
            tracing::error!(%err, "attachments could not be scanned");
        }
    }
}
