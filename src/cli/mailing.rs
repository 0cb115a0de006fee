//! What `serve` does with mail: writes the mails of new messages, hands them over, and records what
//! became of them.

use std::time::Duration;

use crate::{
    core::{actor::Actor, hex},
    db::Store,
    error::AppError,
    identity::access,
    outbox::mail::{
        Failure, Mail, actions,
        letters::{Letter, letters},
        post::Post,
    },
};

/// How long a message waits at most before its mails leave.
const PAUSE: Duration = Duration::from_secs(5);

/// Delivers, and looks again every few seconds, for as long as it is polled. `base` is the address of
/// the program, for the links in the mails.
pub async fn run(store: Store, post: Post, base: String) {
    let mut ticks = tokio::time::interval(PAUSE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(err) = deliver(&store, &post, &base).await {
            tracing::error!(%err, "mail could not be delivered");
        }
    }
}

/// Addresses all messages that wait for it and sends all mails that are due. Answers how many letters
/// the mail server took.
pub async fn deliver(store: &Store, post: &Post, base: &str) -> Result<usize, AppError> {
    let system = Actor::system();
    while store.write(&system, actions::address).await? != 0 {}
    let mut taken = 0_usize;
    loop {
        let mut mails = store.write(&system, actions::claim).await?;
        if mails.is_empty() {
            return Ok(taken);
        }
        for mail in mails.iter_mut().filter(|it| it.has_secret) {
            give_secret(store, mail).await?;
        }
        for letter in letters(&mails, base) {
            if deliver_one(store, post, letter).await? {
                taken = taken.saturating_add(1);
            }
        }
    }
}

/// The secret is only in the mail: the database keeps its hash.
async fn give_secret(store: &Store, mail: &mut Mail) -> Result<(), AppError> {
    let token = access::fresh_token();
    let (id, sha256) = (mail.id.clone(), hex::sha256(&token));
    store
        .write(&Actor::system(), move |tx| {
            actions::keep_secret(tx, &id, &sha256)
        })
        .await?;
    mail.path = format!("{}/{token}", mail.path);
    Ok(())
}

async fn deliver_one(store: &Store, post: &Post, letter: Letter) -> Result<bool, AppError> {
    let (post, ids) = (post.clone(), letter.mails.clone());
    let outcome: Result<(), Failure> = tokio::task::spawn_blocking(move || post.send(&letter))
        .await
        .map_err(AppError::internal)?;
    let is_taken = outcome.is_ok();
    if let Err(failure) = &outcome {
        tracing::warn!(said = failure.said, "a mail was not taken");
    }
    store
        .write(&Actor::system(), move |tx| {
            actions::record(tx, &ids, &outcome)
        })
        .await?;
    Ok(is_taken)
}
