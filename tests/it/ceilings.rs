//! No ceiling is ever passed: not by 64 people at once, not by SQL typed by hand.

use std::{
    collections::BTreeMap,
    sync::{Arc, Barrier, Mutex},
    thread,
};

use actix_web::{
    body::to_bytes,
    cookie::Cookie,
    http::StatusCode,
    test::{TestRequest, call_service, init_service},
};
use diesel::prelude::*;
use versterkingsgelden::{
    app::{self, App},
    applications::{Application, state::State},
    cli::jobs,
    core::{
        category::{Category, EnvelopeKind},
        ids::{ApplicationId, EnvelopeId},
        money::Money,
    },
    db::{
        Conn, Tx,
        schema::{envelope_balances, journal_entries},
    },
    decisions::{
        actions,
        proposal::{NewLine, NewProposal},
        store,
    },
    error::AppError,
    journal::{self, CauseKind, EntryKind, Stage},
    schemes,
    texts::money,
};

use crate::{
    decisions::{Plan, declare, insert_assessed},
    support::{TestApp, Who, World, on_both},
};

/// How many decide at once.
const THREADS: i32 = 64;

/// What the application with this number asks, in whole euros; together 78,112.
fn asked(number: i32) -> i32 {
    1_000 + 7 * number
}

/// Two thirds of what is asked.
const ENVELOPE: i32 = 52_074;

on_both! {
    async fn sixty_four_at_once_stay_under_the_ceiling(app: TestApp) {
        let world = World::with_baseline(&app, ENVELOPE).await;
        let ids = proposals_without_a_reservation(&app, &world).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let barrier = Arc::new(Barrier::new(ids.len()));
        let threads: Vec<_> = ids
            .iter()
            .map(|id| {
                let (app, cookie, csrf) = (app.app.clone(), maker.cookie(), maker.csrf.clone());
                let (id, barrier) = (id.clone(), Arc::clone(&barrier));
                thread::spawn(move || decide(app, cookie, &csrf, &id, &barrier))
            })
            .collect();
        let replies: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();

        let free = free_in_baseline(&app, &world).await;
        assert!(Money::ZERO <= free, "{free}");
        let mut committed = Money::ZERO;
        for (number, (status, body)) in (0..).zip(replies) {
            let asked = Money::from_euros(asked(number));
            if status == StatusCode::SEE_OTHER {
                committed = committed.checked_add(asked).unwrap();
                continue;
            }
            assert_eq!(status, StatusCode::CONFLICT, "{body}");
            assert!(body.contains("Daarvoor is niet genoeg geld"), "{body}");
            let wanted = format!("vrij. U wilt {} toezeggen.", money::euros(asked));
            assert!(body.contains(&wanted), "{body}");
            let room = room_named(&body);
            assert!(free <= room && room < asked, "{free} <= {room} < {asked}");
        }
        let all = Money::from_euros(ENVELOPE);
        assert_eq!(committed.checked_add(free).unwrap(), all);
        // Nobody was refused who would still fit.
        assert!(free < Money::from_euros(asked(THREADS)), "{free}");
        assert_footing(&app).await;
    }

    async fn who_has_an_envelope_keeps_others_from_it(app: TestApp) {
        let world = World::new(&app).await;
        let of = world.clone();
        let id = app.read(move |conn| baseline(conn, &of)).await;
        let other = Arc::new(Mutex::new(connection(&app)));
        let take = match app.postgres_url {
            Some(_) => format!("SELECT id FROM envelopes WHERE id = '{id}' FOR UPDATE NOWAIT"),
            None => "BEGIN IMMEDIATE".to_owned(),
        };
        if app.postgres_url.is_none() {
            execute(&mut other.lock().unwrap(), "PRAGMA busy_timeout = 0").unwrap();
        }
        let (theirs, sql) = (Arc::clone(&other), take.clone());
        let meanwhile = app.act(world.actor(Who::Coordinator), move |tx| {
            journal::store::lock(tx, [id.clone()])?;
            Ok(execute(&mut theirs.lock().unwrap(), &sql))
        }).await;
        let refused = meanwhile.unwrap_err();
        assert!(refused.contains("lock"), "{refused}");
        execute(&mut other.lock().unwrap(), &take).unwrap();
    }

    async fn at_night_a_balance_that_was_tampered_with_is_found_and_recorded(app: TestApp) {
        let world = World::new(&app).await;
        let auditor = app.browser(world.actor(Who::Auditor)).await;
        jobs::verify_journal(&app.app.store).await.unwrap();
        assert!(!auditor.page("/audit").await.contains("Journaal klopt niet"));
        let mut conn = connection(&app);
        disarm(&app, &mut conn);
        let tampered = "UPDATE envelope_balances SET free_cents = free_cents + 1";
        execute(&mut conn, tampered).unwrap();
        jobs::verify_journal(&app.app.store).await.unwrap();
        let page = auditor.page("/audit").await;
        assert!(page.contains("Journaal klopt niet") && page.contains("Installatie"), "{page}");
        assert!(page.contains("Het systeem"), "{page}");
        assert!(app.read(versterkingsgelden::audit::verify::verify).await.is_sound());
    }

    async fn typed_in_sql_not_a_cent_over(app: TestApp) {
        let world = World::with_baseline(&app, 1_000).await;
        let row = Typed::new(&app, &world).await;
        let (threads, share) = (64, Money::from_euros(50));
        let barrier = Arc::new(Barrier::new(threads));
        let typing: Vec<_> = (0..threads)
            .map(|number| {
                let (row, mut conn) = (row.clone(), connection(&app));
                let barrier = Arc::clone(&barrier);
                thread::spawn(move || {
                    barrier.wait();
                    let typed = (0..3).map(|it| {
                        let sql = row.insert(&format!("t{number}-{it}"), "commitment", "free", "committed", share);
                        execute(&mut conn, &sql)
                    });
                    typed.collect::<Vec<_>>()
                })
            })
            .collect();
        let results: Vec<_> = typing.into_iter().flat_map(|it| it.join().unwrap()).collect();
        assert_eq!(results.iter().filter(|it| it.is_ok()).count(), 20);
        for refused in results.iter().filter_map(|it| it.as_ref().err()) {
            assert!(refused.contains("envelope_balances_within_ceiling"), "{refused}");
        }
        assert_eq!(free_in_baseline(&app, &world).await, Money::ZERO);
        assert_footing(&app).await;
    }

    async fn a_ceiling_goes_down_to_what_is_promised_and_up_again(app: TestApp) {
        let world = World::with_baseline(&app, 100_000).await;
        let of = world.clone();
        let ids = app.act(world.actor(Who::Coordinator), move |tx| {
            let envelope = baseline(tx.conn, &of)?;
            (1..=2).map(|it| reserved(tx, &of, it, 30_000 * it, &envelope)).collect::<Result<Vec<_>, _>>()
        }).await;
        let envelope = { let of = world.clone(); app.read(move |conn| baseline(conn, &of)).await };
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let change = async |amount: &str, reason: &str| {
            maker.post("/inrichting/plafond", &[
                ("cyclus", world.cycle.as_str()), ("envelop", envelope.as_str()),
                ("bedrag", amount), ("reden", reason),
            ]).await
        };
        let page = maker.page("/inrichting/plafond").await;
        assert!(page.contains("Basis op orde 2027, nu €\u{a0}100.000,00, waarvan vrij €\u{a0}10.000,00"), "{page}");
        assert_eq!(change("100.000", "Er verandert niets.").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(change("90.000", "kort").await.status, StatusCode::UNPROCESSABLE_ENTITY);

        // Refused with the room and with what stands in the way, the largest first.
        let refused = change("89.999,99", "De Kamer verlaagt de begroting.").await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
        let said = "In basis op orde 2027 is nog €\u{a0}10.000,00 vrij. U wilt het plafond €\u{a0}10.000,01 lager maken.";
        assert!(refused.body.contains(said), "{}", refused.body);
        assert!(refused.body.contains("De Kamer verlaagt de begroting."), "{}", refused.body);
        assert!(refused.body.contains("hebben 2 projecten geld"), "{}", refused.body);
        let at = |text: &str| refused.body.find(text).unwrap_or_else(|| panic!("{text}: {}", refused.body));
        assert!(at(&format!("/aanvragen/{}/besluit\">VG-2027-0002", ids[1])) < at("60.000,00"));
        assert!(at("60.000,00") < at(&format!("/aanvragen/{}/besluit\">VG-2027-0001", ids[0])));
        assert_eq!(free_in_baseline(&app, &world).await, Money::from_euros(10_000));

        // Of a dossier that is closed to who asks, only the amounts.
        declare(&app, world.actor(Who::DecisionMaker), &ids[1], true).await;
        let refused = change("1", "De Kamer verlaagt de begroting.").await;
        assert!(!refused.body.contains("VG-2027-0002") && refused.body.contains("60.000,00"), "{}", refused.body);

        // To the last free cent, and the year's ceiling goes with it; then up again. Only once
        // somebody else decided.
        let second = app.browser(world.actor(Who::SecondDecisionMaker)).await;
        for (amount, free, year) in [("90.000", 0, 2_590_000), ("95.000", 5_000, 2_595_000)] {
            let before = free_in_baseline(&app, &world).await;
            let proposed = change(amount, "De Kamer wijzigt de begroting.").await;
            assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.body);
            assert_eq!(free_in_baseline(&app, &world).await, before);
            let done = second.post(&format!("{}/besluit", proposed.location), &[("versie", "1")]).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
            assert_eq!(free_in_baseline(&app, &world).await, Money::from_euros(free));
            let (ceiling, put_in) = year_2027(&app, &world).await;
            assert_eq!((ceiling, put_in), (Money::from_euros(year), Money::from_euros(year)));
            assert_footing(&app).await;
            assert!(app.read(versterkingsgelden::journal::verify::verify).await.is_sound());
        }
        let finance = app.browser(world.actor(Who::Finance)).await;
        let lines = finance.page("/boekingen?jaar=2027&envelop=baseline&soort=plafond").await;
        assert!(lines.contains("Plafond verlaagd") && lines.contains("De Kamer wijzigt de begroting."), "{lines}");
        let auditor = app.browser(world.actor(Who::Auditor)).await;
        assert!(auditor.page("/audit").await.contains("Plafond gewijzigd"));
    }

    async fn the_journal_is_only_added_to(app: TestApp) {
        let world = World::with_baseline(&app, 1_000).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        let cent = Money::from_cents(1);
        let within = row.insert("first", "commitment", "free", "committed", Money::from_euros(999));
        execute(&mut conn, &within).unwrap();
        let over = row.insert("over", "commitment", "free", "committed", Money::from_cents(101));
        let year = row.of_cycle("year", "appropriation", "budget", "free", cent);
        let again = row.insert("first", "commitment", "free", "committed", cent);
        let mut refused = vec![
            over.clone(),
            year,
            again.clone(),
            "UPDATE journal_entries SET amount_cents = 1 WHERE id = 'first'".to_owned(),
            "DELETE FROM journal_entries WHERE id = 'first'".to_owned(),
            "DELETE FROM journal_entries".to_owned(),
        ];
        if app.postgres_url.is_some() {
            refused.push("TRUNCATE journal_entries".to_owned());
            refused.push("TRUNCATE journal_entries CASCADE".to_owned());
        } else {
            for (or, sql) in [("IGNORE", &over), ("REPLACE", &over), ("REPLACE", &again)] {
                refused.push(sql.replacen("INSERT", &format!("INSERT OR {or}"), 1));
            }
            refused.push("UPDATE OR IGNORE journal_entries SET amount_cents = 1".to_owned());
        }
        for sql in refused {
            assert!(execute(&mut conn, &sql).is_err(), "{sql}");
            assert_eq!(free_in_baseline(&app, &world).await, Money::from_euros(1), "{sql}");
            assert_footing(&app).await;
        }
        let last = row.insert("last", "commitment", "free", "committed", Money::from_euros(1));
        execute(&mut conn, &last).unwrap();
        assert_eq!(free_in_baseline(&app, &world).await, Money::ZERO);
    }
}

/// Posts the form to decide, from a thread with a runtime and a service of its own.
fn decide(
    app: App,
    cookie: Cookie<'static>,
    csrf: &str,
    id: &ApplicationId,
    barrier: &Barrier,
) -> (StatusCode, String) {
    actix_web::rt::System::new().block_on(async {
        let service = init_service(app::build(app)).await;
        let request = TestRequest::post()
            .uri(&format!("/aanvragen/{id}/besluit"))
            .insert_header(("sec-fetch-site", "same-origin"))
            .set_form([
                ("csrf", csrf),
                ("key", id.as_str()),
                ("versie", "2"),
                ("redenen", "Past."),
            ])
            .cookie(cookie);
        barrier.wait();
        let response = call_service(&service, request.to_request()).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body()).await.ok().unwrap();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        if !body.is_empty() {
            crate::html::assert_sound(&body);
        }
        (status, body)
    })
}

/// The room in "is nog € 1.234,50 vrij".
fn room_named(body: &str) -> Money {
    let named = body.split("is nog ").nth(1).unwrap();
    Money::parse_dutch(named.split(" vrij").next().unwrap()).unwrap()
}

/// An application per thread, each with a proposal whose money was given back; the decision maker
/// has declared to have no interest in any.
async fn proposals_without_a_reservation(app: &TestApp, world: &World) -> Vec<ApplicationId> {
    let of = world.clone();
    let ids = app
        .act(world.actor(Who::Coordinator), move |tx| {
            let envelope = baseline(tx.conn, &of)?;
            (0..THREADS)
                .map(|it| proposed(tx, &of, it, asked(it), &envelope))
                .collect::<Result<Vec<_>, _>>()
        })
        .await;
    for id in &ids {
        declare(app, world.actor(Who::DecisionMaker), id, false).await;
    }
    ids
}

/// A proposal that holds its money.
fn reserved(
    tx: &mut Tx<'_>,
    world: &World,
    number: i32,
    amount: i32,
    envelope: &EnvelopeId,
) -> Result<ApplicationId, AppError> {
    let id = an_application(tx, world, number, amount)?;
    let rows = store::rows(tx.conn, &id, None, None)?;
    let new = NewProposal {
        application: id.clone(),
        scenario: None,
        reasons: "Past.".to_owned(),
        lines: vec![NewLine {
            project: rows[0].project.clone(),
            year: 2027,
            envelope: envelope.clone(),
            amount: Money::from_euros(amount),
            reason: "Past.".to_owned(),
            smallest_change: None,
        }],
    };
    actions::propose(tx, &new)?;
    Ok(id)
}

/// The ceiling of 2027, and what was put into its envelopes.
async fn year_2027(app: &TestApp, world: &World) -> (Money, Money) {
    let cycle = world.cycle.clone();
    app.read(move |conn| {
        let years = schemes::store::years(conn, &cycle)?;
        let it = years.iter().find(|it| it.year == 2027).unwrap();
        Ok((it.ceiling_cents, it.appropriated_cents))
    })
    .await
}

fn proposed(
    tx: &mut Tx<'_>,
    world: &World,
    number: i32,
    amount: i32,
    envelope: &EnvelopeId,
) -> Result<ApplicationId, AppError> {
    let id = reserved(tx, world, number, amount, envelope)?;
    actions::release_reservation(tx, &id, 1)?;
    Ok(id)
}

/// An assessed application of a region of its own, with one project.
pub fn an_application(
    tx: &mut Tx<'_>,
    world: &World,
    number: i32,
    amount: i32,
) -> Result<ApplicationId, AppError> {
    let region = schemes::Region {
        id: tx.new_id(),
        name: format!("Regio {number}"),
        sort_name: format!("regio {number}"),
    };
    schemes::store::insert_region(tx, &region)?;
    let application = Application {
        id: ApplicationId::from(""),
        reference: format!("VG-2027-{number:04}"),
        window_id: world.window.clone(),
        region_id: region.id,
        lead_municipality_id: world.leads[0].clone(),
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
        years: Box::leak(Box::new([(2027, amount, 0, amount)])),
    };
    insert_assessed(tx, &application, &[plan])
}

pub fn baseline(conn: &mut Conn, world: &World) -> Result<EnvelopeId, AppError> {
    let envelopes = schemes::store::envelopes(conn, &world.cycle)?;
    let found = envelopes
        .into_iter()
        .find(|it| (it.kind, it.year) == (EnvelopeKind::Baseline, 2027));
    Ok(found.unwrap().id)
}

pub async fn free_in_baseline(app: &TestApp, world: &World) -> Money {
    let world = world.clone();
    app.read(move |conn| {
        let envelope = baseline(conn, &world)?;
        let free = store::free(conn, &world.cycle)?;
        Ok(free.iter().find(|it| it.envelope == envelope).unwrap().free)
    })
    .await
}

/// Every balance is the sum of its movements, and none is below zero.
pub async fn assert_footing(app: &TestApp) {
    type Entry = (EnvelopeId, Stage, EnvelopeId, Stage, Money);
    type Balance = (EnvelopeId, Money, Money, Money, Money);
    let (entries, balances): (Vec<Entry>, Vec<Balance>) = app
        .read(|conn| {
            let entries = journal_entries::table
                .select((
                    journal_entries::from_envelope_id,
                    journal_entries::from_stage,
                    journal_entries::to_envelope_id,
                    journal_entries::to_stage,
                    journal_entries::amount_cents,
                ))
                .load(conn)?;
            let balances = envelope_balances::table
                .select((
                    envelope_balances::envelope_id,
                    envelope_balances::free_cents,
                    envelope_balances::reserved_cents,
                    envelope_balances::committed_cents,
                    envelope_balances::paid_cents,
                ))
                .load(conn)?;
            Ok((entries, balances))
        })
        .await;
    let mut sums: BTreeMap<(EnvelopeId, Stage), i64> = BTreeMap::new();
    for (from, from_stage, to, to_stage, amount) in entries {
        *sums.entry((from, from_stage)).or_default() -= amount.cents();
        *sums.entry((to, to_stage)).or_default() += amount.cents();
    }
    assert!(!balances.is_empty());
    for (envelope, free, reserved, committed, paid) in balances {
        let stages = [
            (Stage::Free, free),
            (Stage::Reserved, reserved),
            (Stage::Committed, committed),
            (Stage::Paid, paid),
        ];
        for (stage, balance) in stages {
            let sum = sums.get(&(envelope.clone(), stage)).copied().unwrap_or(0);
            assert_eq!(balance.cents(), sum, "{envelope} {stage:?}");
            assert!(0 <= sum, "{envelope} {stage:?}");
        }
    }
}

/// A connection as somebody has who types SQL: none of the program's settings.
pub fn connection(app: &TestApp) -> Conn {
    match &app.postgres_url {
        Some(url) => Conn::Postgres(diesel::PgConnection::establish(url).unwrap()),
        None => {
            let path = app.url.sqlite_path().unwrap();
            let mut conn = diesel::SqliteConnection::establish(path).unwrap();
            diesel::sql_query("PRAGMA busy_timeout = 30000")
                .execute(&mut conn)
                .unwrap();
            Conn::Sqlite(conn)
        }
    }
}

pub fn execute(conn: &mut Conn, sql: &str) -> Result<usize, String> {
    diesel::sql_query(sql)
        .execute(conn)
        .map_err(|it| it.to_string())
}

/// Takes away what keeps hands off the balances, as somebody with all rights could.
pub fn disarm(app: &TestApp, conn: &mut Conn) {
    for table in [
        "envelope_balances",
        "project_balances",
        "budget_years",
        "applicant_limits",
    ] {
        let statements = match app.postgres_url {
            Some(_) => vec![format!("DROP TRIGGER {table}_kept ON {table}")],
            None => ["insert", "update"]
                .map(|it| format!("DROP TRIGGER {table}_kept_{it}"))
                .to_vec(),
        };
        for it in statements {
            execute(conn, &it).unwrap();
        }
    }
}

/// What rows typed by hand refer to.
#[derive(Clone)]
pub struct Typed {
    pub account: String,
    pub second: String,
    pub cycle: String,
    pub envelope: String,
    pub application: String,
    pub project: String,
}

impl Typed {
    pub async fn new(app: &TestApp, world: &World) -> Typed {
        let of = world.clone();
        let typed = app
            .act(world.actor(Who::Coordinator), move |tx| {
                let application = an_application(tx, &of, 1, 1_000)?;
                Ok(Typed {
                    account: tx.actor.id.to_string(),
                    second: of.actor(Who::DecisionMaker).id.to_string(),
                    cycle: of.cycle.to_string(),
                    envelope: baseline(tx.conn, &of)?.to_string(),
                    project: store::rows(tx.conn, &application, None, None)?[0]
                        .project
                        .to_string(),
                    application: application.to_string(),
                })
            })
            .await;
        let mut conn = connection(app);
        for sql in [
            "INSERT INTO proposals (id, application_id, state, is_reserved, reasons, proposed_at, proposed_by, version) \
             VALUES ('tp', '{a}', 'open', TRUE, 'Past.', '{at}', '{who}', 1)",
            "INSERT INTO decisions (id, reference, application_id, proposal_id, outcome, reasons, decided_at, decided_by) \
             VALUES ('td', 'BT', '{a}', 'tp', 'awarded', 'Past.', '{at}', '{who}')",
        ] {
            execute(&mut conn, &typed.fill(sql)).unwrap();
        }
        for kind in CauseKind::ALL {
            let transaction = typed.transaction(*kind, typed.cause(*kind));
            execute(&mut conn, &transaction).unwrap();
        }
        typed
    }

    /// Something that is there for lines to rest on.
    pub fn cause(&self, kind: CauseKind) -> &str {
        match kind {
            CauseKind::Cycle => &self.cycle,
            CauseKind::Proposal => "tp",
            CauseKind::Decision => "td",
            _ => "typed",
        }
    }

    /// A transaction with this cause; its id begins with the kind.
    pub fn transaction(&self, kind: CauseKind, cause: &str) -> String {
        let kind = kind.as_str();
        self.fill(&format!(
            "INSERT INTO journal_transactions (id, cause_kind, cause_id, booked_at, booked_by) \
             VALUES ('{kind}-{cause}', '{kind}', '{cause}', '{{at}}', '{{who}}')"
        ))
    }

    /// A movement in the envelope, for the project.
    pub fn insert(&self, id: &str, kind: &str, from: &str, to: &str, amount: Money) -> String {
        let cents = amount.cents();
        let values = format!(
            "'{id}', '{kind}', '{{e}}', '{from}', '{{e}}', '{to}', {cents}, '{{a}}', '{{p}}'"
        );
        let kind = EntryKind::parse(kind).unwrap();
        self.entry(&values, kind.causes()[0])
    }

    /// A movement in the envelope that rests on the opening of its cycle.
    fn of_cycle(&self, id: &str, kind: &str, from: &str, to: &str, amount: Money) -> String {
        let cents = amount.cents();
        let values =
            format!("'{id}', '{kind}', '{{e}}', '{from}', '{{e}}', '{to}', {cents}, NULL, NULL");
        self.entry(&values, CauseKind::Cycle)
    }

    /// A row of the journal; `{e}`, `{a}`, `{p}` stand for envelope, application, project.
    pub fn entry(&self, values: &str, cause: CauseKind) -> String {
        self.resting(values, cause, self.cause(cause))
    }

    /// A row of the journal that rests on this.
    pub fn resting(&self, values: &str, kind: CauseKind, cause: &str) -> String {
        let kind = kind.as_str();
        self.fill(&format!(
            "INSERT INTO journal_entries (id, kind, from_envelope_id, from_stage, to_envelope_id, to_stage, \
             amount_cents, application_id, project_id, transaction_id, cause_kind, cause_id, booked_at, booked_by) \
             VALUES ({values}, '{kind}-{cause}', '{kind}', '{cause}', '{{at}}', '{{who}}')"
        ))
    }

    pub fn fill(&self, sql: &str) -> String {
        sql.replace("{e}", &self.envelope)
            .replace("{c}", &self.cycle)
            .replace("{second}", &self.second)
            .replace("{a}", &self.application)
            .replace("{p}", &self.project)
            .replace("{who}", &self.account)
            .replace("{at}", "2026-11-01 10:00:00")
    }
}
