//! The small world of the model: six narrow envelopes, forty applications, a log of the order in
//! which the database books, and statements that crash.

use std::{
    cell::Cell,
    sync::{Mutex, RwLock},
};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{Application, state::State},
    audit::{self, Fact, Stream},
    core::{
        actor::Actor,
        category::{Category, EnvelopeKind},
        ids::{ApplicationId, CycleId, EnvelopeId, MunicipalityId, ProjectId},
        money::Money,
    },
    db::{
        Conn, Listener, Options, Store, Tx,
        clock::{Clock, IdSource},
        schema::interest_declarations,
    },
    decisions,
    error::AppError,
    schemes::{self, budget_decisions::change::Change, limits::actions::NewLimit},
};

use crate::{
    ceilings::{connection, execute},
    decisions::{Plan, insert_assessed},
    support::{TestApp, Who, World, morning},
};

/// How many applications there are to act on at any time.
const APPLICATIONS: i32 = 40;
/// What each envelope begins with, in whole euros: room for some of the applications.
const BEGIN: i32 = 200_000;

/// What the applicant with a limit gets at most of 2027 to begin with.
const LIMIT: i32 = 100_000;

/// What an application asks at most per year, in whole euros.
const ASKED: [&[(i32, i32, i32, i32)]; 4] = [
    &[(2027, 60_000, 0, 60_000), (2028, 60_000, 0, 60_000)],
    &[(2027, 40_000, 0, 30_000), (2028, 20_000, 0, 20_000)],
    &[(2027, 9_000, 0, 9_000)],
    &[(2027, 1_000, 0, 1_000), (2028, 90_000, 0, 90_000)],
];

const KINDS: [(EnvelopeKind, Category); 3] = [
    (EnvelopeKind::Baseline, Category::Baseline),
    (EnvelopeKind::Prevention, Category::Prevention),
    (EnvelopeKind::OneYear, Category::OneYear),
];

thread_local! {
    /// After how many more statements this thread crashes; not if absent.
    static CRASH: Cell<Option<u32>> = const { Cell::new(None) };
}

/// An envelope of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pot {
    pub id: EnvelopeId,
    pub kind: EnvelopeKind,
    pub year: i32,
}

/// An application to act on.
#[derive(Debug, Clone)]
pub struct Slot {
    pub id: ApplicationId,
    pub is_prevention: bool,
    /// Each project with the envelope of a year and the most that can be asked of it.
    pub years: Vec<(ProjectId, Pot, Money)>,
}

impl Slot {
    /// A project of it.
    pub fn project(&self) -> &ProjectId {
        &self.years[0].0
    }
}

/// All that the threads share.
pub struct Setting {
    pub store: Store,
    pub cycle: CycleId,
    pub pots: Vec<Pot>,
    pub coordinator: Actor,
    pub maker: Actor,
    pub szw: Actor,
    /// The municipality that has a limit in 2027; it leads one in three applications.
    pub limited: MunicipalityId,
    /// What stands for that limit in the log of balances.
    pub limit: EnvelopeId,
    slots: RwLock<Vec<Slot>>,
    /// Those that were decided.
    awards: RwLock<Vec<ApplicationId>>,
    count: Mutex<i32>,
    clock: Clock,
    day: Mutex<NaiveDateTime>,
    world: World,
}

impl Setting {
    /// Reads, however long it takes: a busy machine is no finding.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Conn) -> Result<T, AppError> + Clone + Send + 'static,
    ) -> T {
        loop {
            match self.store.read(f.clone()).await {
                Err(AppError::Busy) => {}
                read => return read.unwrap(),
            }
        }
    }

    pub async fn new(app: &TestApp, world: &World) -> Setting {
        let clock = Clock::fixed(morning());
        let options = Options {
            connections: 16,
            clock: clock.clone(),
            ids: IdSource::random(),
            listener: Some(Listener::new(|_| crash_if_armed())),
            patience: std::time::Duration::from_secs(60),
        };
        let cycle = world.cycle.clone();
        let envelopes = app
            .read(move |conn| schemes::store::envelopes(conn, &cycle))
            .await;
        let setting = Setting {
            store: Store::open(&app.url, options).unwrap(),
            cycle: world.cycle.clone(),
            pots: envelopes
                .iter()
                .filter(|it| it.kind != EnvelopeKind::Reserve)
                .map(|it| Pot {
                    id: it.id.clone(),
                    kind: it.kind,
                    year: it.year,
                })
                .collect(),
            coordinator: world.actor(Who::Coordinator).clone(),
            maker: world.actor(Who::DecisionMaker).clone(),
            szw: world.actor(Who::SzwDecisionMaker).clone(),
            limited: world.leads[0].clone(),
            limit: EnvelopeId::from("limit"),
            slots: RwLock::default(),
            awards: RwLock::default(),
            count: Mutex::new(0),
            clock,
            day: Mutex::new(morning()),
            world: world.clone(),
        };
        for pot in setting.pots.clone() {
            let (envelope, ceiling) = (pot.id, Money::from_euros(BEGIN));
            let change = Change::Ceiling { envelope, ceiling };
            world.change_budget(app, change).await;
        }
        let new = NewLimit {
            cycle: world.cycle.clone(),
            year: 2027,
            municipality: world.leads[0].clone(),
            at_least: Money::ZERO,
            at_most: Some(Money::from_euros(LIMIT)),
        };
        app.act(&setting.coordinator, move |tx| {
            schemes::limits::actions::set_limit(tx, &new, 0)
        })
        .await;
        for _ in 0..APPLICATIONS {
            let slot = setting.application().await;
            setting.slots.write().unwrap().push(slot);
        }
        let mut conn = connection(app);
        let log = match app.postgres_url {
            Some(_) => POSTGRES_LOG,
            None => SQLITE_LOG,
        };
        for statement in log {
            execute(&mut conn, statement).unwrap();
        }
        setting
    }

    /// The application at this place.
    pub fn slot(&self, at: usize) -> Slot {
        let slots = self.slots.read().unwrap();
        slots[at % slots.len()].clone()
    }

    /// The award at this place, if anything was decided yet.
    pub fn award(&self, at: usize) -> Option<ApplicationId> {
        let awards = self.awards.read().unwrap();
        let last = awards.len().checked_sub(1)?;
        Some(awards[at % (last + 1)].clone())
    }

    /// Puts a new application in the place of one that was decided.
    pub async fn replace(&self, decided: &ApplicationId) {
        self.awards.write().unwrap().push(decided.clone());
        let fresh = self.application().await;
        let mut slots = self.slots.write().unwrap();
        let at = slots.iter().position(|it| it.id == *decided).unwrap();
        slots[at] = fresh;
    }

    /// Lets some days pass.
    pub fn pass(&self, days: i64) {
        let mut day = self.day.lock().unwrap();
        *day += TimeDelta::days(days);
        self.clock.set(*day);
    }

    /// An assessed application with one project, or with two of the same category, in which nobody has
    /// an interest.
    async fn application(&self) -> Slot {
        let number = {
            let mut count = self.count.lock().unwrap();
            *count += 1;
            *count
        };
        let (kind, category) = KINDS[usize::try_from(number).unwrap() % 3];
        let years = ASKED[usize::try_from(number).unwrap() % 4];
        let (world, people) = (self.world.clone(), [self.maker.clone(), self.szw.clone()]);
        let projects = if number % 5 < 2 { 2 } else { 1 };
        let (id, rows) = self
            .store
            .write(&self.coordinator, move |tx| {
                let plan = Plan {
                    title: "Regie in de wijk",
                    category,
                    years,
                };
                let id = insert(tx, &world, number, &vec![plan; projects])?;
                let fact = Fact::ApplicationStarted {
                    reference: id.to_string(),
                };
                audit::record(tx, Stream::Application(&id), &fact)?;
                for person in &people {
                    diesel::insert_into(interest_declarations::table)
                        .values((
                            interest_declarations::application_id.eq(&id),
                            interest_declarations::account_id.eq(&person.id),
                            interest_declarations::has_conflict.eq(false),
                            interest_declarations::note.eq(""),
                            interest_declarations::declared_at.eq(tx.now),
                        ))
                        .execute(tx.conn)?;
                }
                let rows = decisions::store::rows(tx.conn, &id, None, None)?;
                Ok((id, rows))
            })
            .await
            .unwrap();
        let pot = |year: i32| {
            let mut pots = self.pots.iter();
            pots.find(|it| (it.kind, it.year) == (kind, year)).unwrap()
        };
        Slot {
            id,
            is_prevention: category == Category::Prevention,
            years: rows
                .into_iter()
                .map(|it| (it.project, pot(it.year).clone(), it.eligible.unwrap()))
                .collect(),
        }
    }
}

fn insert(
    tx: &mut Tx<'_>,
    world: &World,
    number: i32,
    plans: &[Plan],
) -> Result<ApplicationId, AppError> {
    let region = schemes::Region {
        id: tx.new_id(),
        name: format!("Regio {number}"),
        sort_name: format!("regio {number}"),
    };
    schemes::store::insert_region(tx, &region)?;
    let application = Application {
        id: ApplicationId::from(""),
        reference: format!("VG-2027-{number:06}"),
        window_id: world.window.clone(),
        region_id: region.id,
        lead_municipality_id: world.leads[usize::try_from(number / 4).unwrap() % 3].clone(),
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
    insert_assessed(tx, &application, plans)
}

/// Runs a use case that crashes at its `at`th statement, if it has so many. The connection is left
/// as a process that dies leaves it: nobody rolls back but the writer or the server.
pub fn crashing<T>(at: Option<u32>, f: impl FnOnce() -> T) -> T {
    struct Disarm;
    impl Drop for Disarm {
        fn drop(&mut self) {
            CRASH.set(None);
        }
    }
    let _disarm = Disarm;
    CRASH.set(at);
    f()
}

fn crash_if_armed() {
    match CRASH.get() {
        None => {}
        Some(0) => {
            CRASH.set(None);
            std::panic::resume_unwind(Box::new("crash"));
        }
        Some(more) => CRASH.set(Some(more - 1)),
    }
}

/// The order in which lines are booked, and the balances after each. A number is drawn while its
/// transaction holds the rows of its envelopes, so for one envelope the numbers are in the order of
/// the commits.
const SQLITE_LOG: &[&str] = &[
    "CREATE TABLE model_lines (n INTEGER PRIMARY KEY AUTOINCREMENT, entry_id TEXT NOT NULL)",
    "CREATE TABLE model_balances (n INTEGER PRIMARY KEY AUTOINCREMENT, envelope_id TEXT NOT NULL, \
     free INTEGER NOT NULL, reserved INTEGER NOT NULL, committed INTEGER NOT NULL)",
    "CREATE INDEX model_balances_by_envelope ON model_balances (envelope_id, n)",
    "CREATE TRIGGER model_lines_log AFTER INSERT ON journal_entries BEGIN \
     INSERT INTO model_lines (entry_id) VALUES (NEW.id); END",
    "CREATE TRIGGER model_balances_log AFTER UPDATE ON envelope_balances BEGIN \
     INSERT INTO model_balances (envelope_id, free, reserved, committed) \
     VALUES (NEW.envelope_id, NEW.free_cents, NEW.reserved_cents, NEW.committed_cents); END",
    "INSERT INTO model_balances (envelope_id, free, reserved, committed) SELECT 'limit', at_most_cents - promised_cents, promised_cents, 0 FROM applicant_limits",
    "CREATE TRIGGER model_limits_log AFTER UPDATE ON applicant_limits BEGIN \
     INSERT INTO model_balances (envelope_id, free, reserved, committed) \
     VALUES ('limit', NEW.at_most_cents - NEW.promised_cents, NEW.promised_cents, 0); END",
];
const POSTGRES_LOG: &[&str] = &[
    "CREATE TABLE model_lines (n BIGSERIAL PRIMARY KEY, entry_id TEXT NOT NULL)",
    "CREATE TABLE model_balances (n BIGSERIAL PRIMARY KEY, envelope_id TEXT NOT NULL, \
     free BIGINT NOT NULL, reserved BIGINT NOT NULL, committed BIGINT NOT NULL)",
    "CREATE INDEX model_balances_by_envelope ON model_balances (envelope_id, n)",
    "CREATE FUNCTION model_lines_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     INSERT INTO model_lines (entry_id) VALUES (NEW.id); RETURN NEW; END $$",
    "CREATE FUNCTION model_balances_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     INSERT INTO model_balances (envelope_id, free, reserved, committed) \
     VALUES (NEW.envelope_id, NEW.free_cents, NEW.reserved_cents, NEW.committed_cents); RETURN NEW; END $$",
    // Triggers fire in the order of their names: this one after the one that moves the balances.
    "CREATE TRIGGER z_model_lines_log AFTER INSERT ON journal_entries FOR EACH ROW EXECUTE FUNCTION model_lines_log()",
    "CREATE TRIGGER model_balances_log AFTER UPDATE ON envelope_balances FOR EACH ROW EXECUTE FUNCTION model_balances_log()",
    "INSERT INTO model_balances (envelope_id, free, reserved, committed) SELECT 'limit', at_most_cents - promised_cents, promised_cents, 0 FROM applicant_limits",
    "CREATE FUNCTION model_limits_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     INSERT INTO model_balances (envelope_id, free, reserved, committed) \
     VALUES ('limit', NEW.at_most_cents - NEW.promised_cents, NEW.promised_cents, 0); RETURN NEW; END $$",
    "CREATE TRIGGER model_limits_log AFTER UPDATE ON applicant_limits FOR EACH ROW EXECUTE FUNCTION model_limits_log()",
];
