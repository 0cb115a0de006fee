//! The server is killed (SIGKILL) again and again while scenarios are adopted and awards decided: what was
//! acknowledged is there, nothing is there by halves, and a form that is sent again does nothing twice.
//!
//! `VG_KILLED_WINDOWS` is the number of windows, of one adoption and two decisions each: 334 for a thousand.

use std::{
    collections::VecDeque,
    env,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use diesel::prelude::*;
use versterkingsgelden::{
    applications::{Application, state::State},
    audit::{self, Fact, Stream},
    core::{
        category::Category,
        ids::{ApplicationId, WindowId},
        money::Money,
    },
    db::{
        clock::Clock,
        schema::{applications, decision_lines, journal_entries, scenarios},
    },
    error::AppError,
    identity::access,
    journal::EntryKind,
    schemes::{WindowKind, actions::NewWindow},
};

use crate::{
    decisions::{Plan, declare, insert_assessed},
    support::{
        TestApp, Who, World, moment, on_both,
        server::{Client, Server, free_address, program},
    },
};

/// What each application asks, and gets, in whole euros.
const ASKED: i32 = 1_000;
/// Applications per window.
const PER_WINDOW: usize = 2;
/// Threads that decide.
const DECIDERS: usize = 3;

on_both! {
    async fn what_was_acknowledged_is_there_and_nothing_by_halves(app: TestApp) {
        let windows = env::var("VG_KILLED_WINDOWS").map_or(8, |it| it.parse().unwrap());
        let world = World::new(&app).await;
        let mut rounds = VecDeque::new();
        for number in 0..windows {
            rounds.push_back(a_round(&app, &world, number).await);
        }
        let all: Vec<Round> = rounds.iter().cloned().collect();
        // The program has the clock of the machine.
        app.at(Clock::System.now());
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let work = Arc::new(Work {
            address: Mutex::new(free_address()),
            coordinator: Client::of(&coordinator),
            maker: Client::of(&maker),
            rounds: Mutex::new(rounds),
            to_decide: Mutex::default(),
            acknowledged: Mutex::default(),
            all_adopted: AtomicBool::new(false),
        });
        let mut server = Server::start(&app, &work.address);
        let mut threads = vec![thread::spawn({
            let work = Arc::clone(&work);
            move || work.adopt_all()
        })];
        threads.extend((0..DECIDERS).map(|_| {
            let work = Arc::clone(&work);
            thread::spawn(move || work.decide_all())
        }));
        let mut kills = 0_u64;
        while threads.iter().any(|it| !it.is_finished()) {
            // Not in step with anything: now sooner after the start, now later.
            thread::sleep(Duration::from_millis(250 + kills * 137 % 700));
            server.kill();
            kills += 1;
            let acknowledged = work.acknowledged.lock().unwrap().clone();
            assert_there(&app, &acknowledged).await;
            assert_nothing_by_halves(&app).await;
            if kills % 5 == 1 {
                assert_verified(&app);
            }
            server = Server::start(&app, &work.address);
        }
        for thread in threads {
            thread.join().unwrap();
        }
        server.kill();
        assert!(1 < kills, "{kills}");
        let acknowledged = work.acknowledged.lock().unwrap().clone();
        let adopted = acknowledged.iter().filter(|it| matches!(it, Done::Adopted(_))).count();
        let decided = acknowledged.iter().filter(|it| matches!(it, Done::Decided(_))).count();
        println!("{kills} kills, {adopted} adoptions, {decided} decisions");
        assert_eq!((adopted, decided), (all.len(), all.len() * PER_WINDOW));
        assert_there(&app, &acknowledged).await;
        assert_verified(&app);
        assert_eq!(committed(&app).await, Money::from_euros(ASKED * i32::try_from(all.len() * PER_WINDOW).unwrap()));
        for round in all {
            for id in round.applications {
                assert_eq!(state(&app, &id).await, State::Decided);
            }
        }
    }
}

/// A window with its applications.
#[derive(Debug, Clone)]
struct Round {
    window: WindowId,
    applications: Vec<ApplicationId>,
}

async fn a_round(app: &TestApp, world: &World, number: usize) -> Round {
    let of = world.clone();
    let round = app
        .act(world.actor(Who::Coordinator), move |tx| {
            let new = NewWindow {
                cycle: of.cycle.clone(),
                kind: WindowKind::Main,
                name: format!("Tijdvak {number}"),
                opens_at: moment("2026-09-01T00:00:00"),
                closes_at: moment("2026-09-10T00:00:00"),
            };
            let window = versterkingsgelden::schemes::actions::set_window(tx, &new)?;
            let applications = (0..PER_WINDOW).map(|at| {
                let application = Application {
                    id: ApplicationId::from(""),
                    reference: format!("VG-2027-{number:03}{at}"),
                    window_id: window.clone(),
                    region_id: of.regions[at].clone(),
                    lead_municipality_id: of.leads[at].clone(),
                    parent_id: None,
                    signing_id: None,
                    copied_from: None,
                    state: State::Assessed,
                    latest_version: 1,
                    submitted_at: Some(tx.now),
                    created_at: tx.now,
                    updated_at: tx.now,
                    version: 1,
                };
                let plan = Plan {
                    title: "Regie in de wijk",
                    category: Category::Baseline,
                    years: &[(2027, ASKED, 0, ASKED)],
                };
                let fact = Fact::ApplicationStarted {
                    reference: application.reference.clone(),
                };
                let id = insert_assessed(tx, &application, &[plan])?;
                audit::record(tx, Stream::Application(&id), &fact)?;
                Ok(id)
            });
            let applications = applications.collect::<Result<Vec<_>, AppError>>()?;
            Ok(Round {
                window,
                applications,
            })
        })
        .await;
    for id in &round.applications {
        declare(app, world.actor(Who::DecisionMaker), id, false).await;
    }
    round
}

/// What the threads share.
struct Work {
    address: Mutex<SocketAddr>,
    coordinator: Client,
    maker: Client,
    rounds: Mutex<VecDeque<Round>>,
    to_decide: Mutex<VecDeque<ApplicationId>>,
    acknowledged: Mutex<Vec<Done>>,
    all_adopted: AtomicBool,
}

/// What a server said it had done.
#[derive(Debug, Clone)]
enum Done {
    Made(String),
    Adopted(String),
    Decided(ApplicationId),
}

impl Work {
    /// One after the other: a division looks at what the one before left.
    fn adopt_all(&self) {
        // Also when this thread panics: the others must not wait for it.
        let _told = AtEnd(&self.all_adopted);
        loop {
            let Some(round) = self.rounds.lock().unwrap().pop_front() else {
                return;
            };
            let path = format!("/tijdvakken/{}/scenarios", round.window);
            let fields = [
                ("naam", "Evenredig"),
                ("methode-baseline", "pro_rata"),
                ("methode-prevention", "pro_rata"),
                ("methode-one_year", "pro_rata"),
                ("zaad", "trekking 4711"),
            ];
            let scenario = self.post(&self.coordinator, &path, &fields);
            self.done(Done::Made(scenario.clone()));
            self.post(
                &self.coordinator,
                &format!("{scenario}/overname"),
                &[("versie", "1")],
            );
            self.done(Done::Adopted(scenario));
            self.to_decide.lock().unwrap().extend(round.applications);
        }
    }

    fn decide_all(&self) {
        loop {
            // Asked before the queue is looked at: what is adopted last is in it by then.
            let is_last = self.all_adopted.load(Ordering::SeqCst);
            let next = self.to_decide.lock().unwrap().pop_front();
            match next {
                Some(id) => {
                    let fields = [("versie", "1"), ("redenen", "Past.")];
                    self.post(&self.maker, &format!("/aanvragen/{id}/besluit"), &fields);
                    self.done(Done::Decided(id));
                }
                None if is_last => return,
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    fn done(&self, done: Done) {
        self.acknowledged.lock().unwrap().push(done);
    }

    /// Posts a form, and again with the same key as long as there is no whole answer. Gives where it sends on to.
    fn post(&self, client: &Client, path: &str, fields: &[(&str, &str)]) -> String {
        let key = access::fresh_token();
        let begun = Instant::now();
        loop {
            let address = *self.address.lock().unwrap();
            match client.post(address, path, &key, fields) {
                Some((303, location)) => return location,
                // Waiting in a queue that the server could not get through is no answer either.
                Some((503, _)) | None => {
                    assert!(begun.elapsed() < Duration::from_secs(120), "{path}");
                    thread::sleep(Duration::from_millis(10));
                }
                Some((status, body)) => panic!("{path}: {status}\n{body}"),
            }
        }
    }
}

/// Sets a flag when it goes out of scope.
struct AtEnd<'a>(&'a AtomicBool);

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

async fn assert_there(app: &TestApp, acknowledged: &[Done]) {
    for done in acknowledged.iter().cloned() {
        match done {
            Done::Made(path) => assert!(scenario(app, &path).await.is_some(), "{path}"),
            Done::Adopted(path) => {
                assert_eq!(
                    scenario(app, &path).await.as_deref(),
                    Some("adopted"),
                    "{path}"
                );
            }
            Done::Decided(id) => assert_eq!(state(app, &id).await, State::Decided, "{id}"),
        }
    }
}

/// All of a window is proposed or nothing of it, and every decision has the movements of its lines.
async fn assert_nothing_by_halves(app: &TestApp) {
    let states: Vec<(WindowId, State)> = app
        .read(|conn| {
            Ok(applications::table
                .select((applications::window_id, applications::state))
                .order(applications::window_id)
                .load(conn)?)
        })
        .await;
    for window in states.chunk_by(|a, b| a.0 == b.0) {
        let waiting = window.iter().filter(|it| it.1 == State::Assessed).count();
        assert!(waiting == 0 || waiting == window.len(), "{window:?}");
    }
    let decided: Vec<Money> = app
        .read(|conn| {
            Ok(decision_lines::table
                .select(decision_lines::amount_cents)
                .load(conn)?)
        })
        .await;
    let decisions = states.iter().filter(|it| it.1 == State::Decided).count();
    assert_eq!(decided.len(), decisions);
    assert_eq!(Money::sum(decided).unwrap(), committed(app).await);
}

async fn committed(app: &TestApp) -> Money {
    let amounts: Vec<Money> = app
        .read(|conn| {
            Ok(journal_entries::table
                .filter(journal_entries::kind.eq(EntryKind::Commitment))
                .select(journal_entries::amount_cents)
                .load(conn)?)
        })
        .await;
    Money::sum(amounts).unwrap()
}

async fn state(app: &TestApp, id: &ApplicationId) -> State {
    let id = id.clone();
    app.read(move |conn| {
        Ok(applications::table
            .find(&id)
            .select(applications::state)
            .first(conn)?)
    })
    .await
}

async fn scenario(app: &TestApp, path: &str) -> Option<String> {
    let id = path.rsplit('/').next().unwrap().to_owned();
    app.read(move |conn| {
        Ok(scenarios::table
            .filter(scenarios::id.eq(&id))
            .select(scenarios::state)
            .first::<String>(conn)
            .optional()?)
    })
    .await
}

fn assert_verified(app: &TestApp) {
    let output = program(app).args(["verify", "all"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}
