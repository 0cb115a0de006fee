//! The ledger against a plain model: 32 threads propose, withdraw, release, expire, agree, decide,
//! make known, amend, transfer, lower and raise through the use cases, on both databases, and now and then a use case
//! is cut off between two of its statements. Afterwards a model of a few maps is led through what
//! the threads were told, in the order in which the database did it, and must end in the same place.
//!
//! - No envelope is below zero, and no year over its ceiling, at any committed moment.
//! - The balances that the database keeps are the sums of the lines, after every line.
//! - What was acknowledged is there, whole; what was not has left nothing.
//! - Who was refused for want of room was told a room that was there between asking and answer;
//!   who was told that somebody else came first was right to be told so.
//!
//! - No applicant is promised more than it gets at most, and the database counts as its lines do.
//! - Ring-fenced money that is booked past every rule, and a balance that is changed by hand, are
//!   refused.
//!
//! A ceiling has three guards: the rule (`LockedEnvelope::take`), the lock (`dialect::lock_envelope`)
//! and the database (the CHECKs of `envelope_balances`, on SQLite also `journal_entries_room`). Each
//! was taken out in turn:
//!
//! | taken out | what then |
//! | --- | --- |
//! | the rule | the database lets no cent through; the model finds the error that people get in place of the room, `ceilings` too |
//! | the lock | on PostgreSQL the serializable transaction does its work, at the price of more tries: nothing wrong is booked and the model sees nothing; `ceilings::who_has_an_envelope_keeps_others_from_it` does |
//! | the lock and the isolation | the database lets no cent through; the model and `ceilings` find the errors |
//! | the database | rule and lock book nothing wrong, the model sees nothing; `ceilings` does, with SQL typed by hand |
//! | the database and the rule | the model finds envelopes below zero, and so does `verify journal` |
//! | the database, the lock and the isolation | the model and `ceilings` find it |
//!
//! `VG_MODEL_SECONDS` is how long it runs on each database (5 by default, in rounds of at most a
//! minute, each in a world of its own); `VG_MODEL_SEED` begins the choices elsewhere. The threads
//! interleave as they will, so that the same seed is not the same story.

mod check;
mod doing;
mod setting;

use std::{
    collections::BTreeSet,
    env, thread,
    time::{Duration, Instant},
};

use crate::support::{TestApp, World};
use doing::{ACTS, Done, Person};
use setting::Setting;

/// How many act at once.
const THREADS: u64 = 32;
/// The longest that one world lives: what it did is checked in memory.
const ROUND: Duration = Duration::from_secs(60);

#[actix_web::test]
async fn sqlite() {
    rounds(TestApp::sqlite).await;
}

#[actix_web::test]
async fn postgres() {
    rounds(TestApp::postgres).await;
}

async fn rounds(open: fn() -> TestApp) {
    let asked = Duration::from_secs(number("VG_MODEL_SECONDS", 5));
    let mut seed = number("VG_MODEL_SEED", 1);
    let mut left = asked;
    let mut happened = BTreeSet::new();
    let mut spare = 3;
    while !left.is_zero() {
        let round = left.min(ROUND);
        left -= round;
        let app = open();
        let world = World::new(&app).await;
        let setting = Setting::new(&app, &world).await;
        let done = act(&setting, seed, Instant::now() + round);
        eprintln!("seed {seed}: {}", done.summary());
        let findings = check::findings(&app, &setting, &done).await;
        assert!(
            findings.is_empty(),
            "seed {seed}: {}\n{} findings, such as\n{}",
            done.summary(),
            findings.len(),
            findings[..findings.len().min(20)].join("\n")
        );
        // A run that does nothing finds nothing.
        assert!(done.is_something(), "seed {seed}: {}", done.summary());
        happened.extend(done.happened());
        seed += 1;
        // In a few seconds beside other tests chance leaves some acts out; from a minute on all are
        // asked for, and a slow machine gets more time for it.
        let missing: Vec<_> = ACTS.iter().filter(|it| !happened.contains(*it)).collect();
        if left.is_zero() && ROUND <= asked && !missing.is_empty() {
            assert!(0 < spare, "never happened: {missing:?}");
            spare -= 1;
            left = ROUND;
        }
    }
}

/// Lets all threads act until the time is up, and collects what they were told.
fn act(setting: &Setting, seed: u64, until: Instant) -> Done {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                scope.spawn(move || {
                    let mut person = Person::new(setting, seed * THREADS + number);
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    while Instant::now() < until {
                        runtime.block_on(person.act());
                    }
                    person.done
                })
            })
            .collect();
        let all = threads.into_iter().map(|it| it.join().unwrap());
        all.reduce(Done::and).unwrap()
    })
}

fn number(name: &str, default: u64) -> u64 {
    match env::var(name) {
        Ok(it) => it.parse().unwrap_or_else(|_| panic!("{name}: {it}")),
        Err(_) => default,
    }
}
