//! The ledger as double entry: what can be booked and what cannot, on both databases, also by
//! whoever types SQL; who may touch what is kept beside it; and the decisions on the budget.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{Application, state::State},
    core::{
        category::{Category, EnvelopeKind},
        ids::{ApplicationId, EnvelopeId},
        money::Money,
    },
    db::{Conn, Tx, schema::mails},
    decisions::{
        actions,
        proposal::{NewLine, NewProposal},
        store,
    },
    error::{AppError, Refusal},
    journal::{self, CauseKind, EntryKind, Stage, balance::Measure, verify::verify},
    schemes::{self, budget_decisions::change::Change},
};

use crate::{
    ceilings::{
        Typed, an_application, assert_footing, baseline, connection, disarm, execute,
        free_in_baseline,
    },
    decisions::{Plan, balance, insert_assessed},
    support::{TestApp, Who, World, moment, on_both},
};

/// After the main window of the world closed.
pub fn closed() -> chrono::NaiveDateTime {
    moment("2026-11-02T09:00:00")
}

/// Gives an envelope of an open cycle a floor, as no screen does.
pub fn give_floor(app: &TestApp, conn: &mut Conn, envelope: &EnvelopeId) {
    let stays = match app.postgres_url {
        Some(_) => "DROP TRIGGER envelopes_stay ON envelopes",
        None => "DROP TRIGGER envelopes_stay",
    };
    execute(conn, stays).unwrap();
    let floor = format!("UPDATE envelopes SET mode = 'at_least' WHERE id = '{envelope}'");
    execute(conn, &floor).unwrap();
}

pub async fn envelope(app: &TestApp, world: &World, kind: EnvelopeKind) -> EnvelopeId {
    let cycle = world.cycle.clone();
    let all = app
        .read(move |conn| schemes::store::envelopes(conn, &cycle))
        .await;
    let found = all.iter().find(|it| (it.kind, it.year) == (kind, 2027));
    found.unwrap().id.clone()
}

/// An assessed application of a region of its own with one project that asks this in 2027.
pub fn asking(
    tx: &mut Tx<'_>,
    world: &World,
    number: i32,
    category: Category,
    euros: i32,
) -> Result<ApplicationId, AppError> {
    let region = schemes::Region {
        id: tx.new_id(),
        name: format!("Streek {number}"),
        sort_name: format!("streek {number}"),
    };
    schemes::store::insert_region(tx, &region)?;
    let application = Application {
        id: ApplicationId::from(""),
        reference: format!("VG-2027-9{number:03}"),
        window_id: world.window.clone(),
        region_id: region.id,
        lead_municipality_id: world.leads[1].clone(),
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
    let years: &'static [(i32, i32, i32, i32)] = Box::leak(Box::new([(2027, euros, 0, euros)]));
    let plan = Plan {
        title: "Een project",
        category,
        years,
    };
    insert_assessed(tx, &application, &[plan])
}

/// Proposes an amount for the one project of an application, from this envelope.
pub async fn propose(
    app: &TestApp,
    world: &World,
    id: &ApplicationId,
    envelope: &EnvelopeId,
    amount: Money,
) -> Result<(), AppError> {
    let (id, envelope) = (id.clone(), envelope.clone());
    app.try_as(world.actor(Who::Coordinator), move |tx| {
        let rows = store::rows(tx.conn, &id, None, None)?;
        let new = NewProposal {
            application: id.clone(),
            scenario: None,
            reasons: "Past.".to_owned(),
            lines: vec![NewLine {
                project: rows[0].project.clone(),
                year: 2027,
                envelope: envelope.clone(),
                amount,
                reason: "Past.".to_owned(),
                smallest_change: None,
            }],
        };
        actions::propose(tx, &new).map(drop)
    })
    .await
}

/// What others than its own category can have of an envelope, by what they were told.
fn room(told: Result<(), AppError>) -> Option<Money> {
    match told {
        Err(AppError::Refused(Refusal::BelowFloor { room, .. })) => Some(room),
        _ => None,
    }
}

on_both! {
    async fn the_database_knows_the_moves_of_the_rule_and_no_other(app: TestApp) {
        let world = World::new(&app).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        // Only the CHECKs are asked: the triggers would refuse for want of room first.
        let off = match app.postgres_url {
            Some(_) => vec!["ALTER TABLE journal_entries DISABLE TRIGGER USER"],
            None => vec![
                "DROP TRIGGER journal_entries_room", "DROP TRIGGER journal_entries_move",
                "DROP TRIGGER journal_entries_cause", "DROP TRIGGER journal_entries_year",
                "DROP TRIGGER journal_entries_ring", "DROP TRIGGER journal_entries_floor",
                "DROP TRIGGER journal_entries_own", "DROP TRIGGER journal_entries_project",
                "DROP TRIGGER journal_entries_amendment",
            ],
        };
        for sql in off {
            execute(&mut conn, sql).unwrap();
        }
        let other = envelope(&app, &world, EnvelopeKind::Prevention).await.to_string();
        let mut number = 0;
        let mut goes = |kind: EntryKind, from: Stage, to: Stage, is_other: bool, cause: CauseKind| {
            number += 1;
            let target = if is_other { other.as_str() } else { "{e}" };
            let of = if kind.is_of_project() { "'{a}', '{p}'" } else { "NULL, NULL" };
            let values = format!(
                "'m{number}', '{}', '{{e}}', '{}', '{target}', '{}', 1, {of}",
                kind.as_str(), from.as_str(), to.as_str()
            );
            // A decision on the budget is booked once: each line has one of its own.
            let own = format!("own{number}");
            let name = if cause == CauseKind::BudgetDecision { own.as_str() } else { row.cause(cause) };
            if cause == CauseKind::BudgetDecision {
                execute(&mut conn, &row.transaction(cause, name)).unwrap();
            }
            execute(&mut conn, &row.resting(&values, cause, name))
        };
        for kind in EntryKind::ALL {
            let cause = kind.causes()[0];
            for from in Stage::ALL {
                for to in Stage::ALL {
                    for is_other in [false, true] {
                        let (stays, leaves) = kind.envelopes();
                        let may = kind.moves().contains(&(*from, *to)) && if is_other { leaves } else { stays };
                        let done = goes(*kind, *from, *to, is_other, cause);
                        assert_eq!(done.is_ok(), may, "{kind:?} {from:?} {to:?} {is_other} {done:?}");
                    }
                }
            }
            let (from, to) = kind.moves()[0];
            for cause in CauseKind::ALL {
                let done = goes(*kind, from, to, *kind == EntryKind::Transfer, *cause);
                assert_eq!(done.is_ok(), kind.causes().contains(cause), "{kind:?} {cause:?} {done:?}");
            }
        }
    }

    async fn what_is_kept_is_moved_by_the_journal_alone(app: TestApp) {
        let world = World::with_baseline(&app, 1_000).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        let hundred = Money::from_euros(100);
        execute(&mut conn, &row.insert("kept", "commitment", "free", "committed", hundred)).unwrap();
        let other = envelope(&app, &world, EnvelopeKind::Prevention).await;
        let mut refused: Vec<String> = [
            "UPDATE envelope_balances SET free_cents = free_cents + 1 WHERE envelope_id = '{e}'",
            "UPDATE envelope_balances SET last_entry_id = NULL",
            // The line is there, and it was moved already; or it is newer and of another envelope.
            "UPDATE envelope_balances SET free_cents = 0, last_entry_id = 'kept' WHERE envelope_id = '{e}'",
            "UPDATE envelope_balances SET free_cents = 900000000, last_entry_id = 'kept' WHERE envelope_id = '{other}'",
            "UPDATE envelope_balances SET envelope_id = '{other}' WHERE envelope_id = '{e}'",
            "DELETE FROM envelope_balances",
            "INSERT INTO envelope_balances (envelope_id, free_cents) VALUES ('{e}', 5)",
            "UPDATE project_balances SET committed_cents = committed_cents + 1",
            "DELETE FROM project_balances",
            "INSERT INTO project_balances (project_id, envelope_id, reserved_cents) VALUES ('{p}', '{other}', 5)",
            "UPDATE budget_years SET ceiling_cents = ceiling_cents + 100000",
            "UPDATE budget_years SET ceiling_cents = ceiling_cents - 1",
            "UPDATE budget_years SET appropriated_cents = 0",
            "UPDATE cycles SET state = 'draft'",
            "UPDATE envelopes SET mode = 'at_most' WHERE mode = 'ring_fenced'",
        ].map(|it| row.fill(it).replace("{other}", other.as_str())).to_vec();
        if app.postgres_url.is_some() {
            refused.push("TRUNCATE envelope_balances".to_owned());
            refused.push("TRUNCATE project_balances".to_owned());
        } else {
            refused.push(row.fill("INSERT OR REPLACE INTO envelope_balances (envelope_id) VALUES ('{e}')"));
            refused.push(row.fill("INSERT OR REPLACE INTO project_balances (project_id, envelope_id) VALUES ('{p}', '{e}')"));
        }
        for sql in refused {
            let done = execute(&mut conn, &sql);
            assert!(done.is_err(), "{sql}: {done:?}");
            assert_eq!(free_in_baseline(&app, &world).await, Money::from_euros(900), "{sql}");
        }
        assert_footing(&app).await;
        // With the guard gone it can be done; then the night's verification says so.
        disarm(&app, &mut conn);
        execute(&mut conn, "UPDATE budget_years SET ceiling_cents = ceiling_cents + 100000").unwrap();
        let found = app.read(verify).await.findings;
        assert!(found.iter().any(|it| it.contains("en het plafond is")), "{found:?}");
    }

    async fn no_line_rests_on_what_is_not_there(app: TestApp) {
        let world = World::with_baseline(&app, 1_000).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        let of = "'{e}', 'free', '{e}', 'committed', 1, '{a}', '{p}'";
        let line = |cause: &str| row.resting(&format!("'x', 'commitment', {of}"), CauseKind::Decision, cause);
        execute(&mut conn, &row.transaction(CauseKind::Decision, "nowhere")).unwrap();
        for (sql, name) in [
            (line("nowhere"), "journal_entries_cause_exists"),
            // No such transaction, or one of another cause, person or moment.
            (line("elsewhere"), "journal_entries_of_transaction"),
            (line("td").replace("'decision', 'td'", "'amendment', 'td'"), "journal_entries_of_transaction"),
            (line("td").replace("2026-11-01 10:00:00", "2026-11-01 10:00:01"), "journal_entries_of_transaction"),
        ] {
            let refused = execute(&mut conn, &sql).unwrap_err();
            // On a server the cause is asked before the transaction is.
            let is_right = refused.contains(name) || refused.contains("journal_entries_cause_exists");
            assert!(is_right, "{sql}: {refused}");
        }
        // Of another application: neither its decision nor its project.
        let of_world = world.clone();
        let (theirs, project) = app.act(world.actor(Who::Coordinator), move |tx| {
            let id = an_application(tx, &of_world, 2, 500)?;
            let rows = store::rows(tx.conn, &id, None, None)?;
            Ok((id.to_string(), rows[0].project.to_string()))
        }).await;
        let other = line("td").replace(&row.application, &theirs).replace(&row.project, &project);
        assert!(execute(&mut conn, &other).unwrap_err().contains("journal_entries_cause_exists"));
        let other = line("td").replace(&row.project, &project);
        assert!(execute(&mut conn, &other).unwrap_err().contains("journal_entries_project_of_application"));
        execute(&mut conn, &line("td")).unwrap();
        assert!(execute(&mut conn, "UPDATE journal_transactions SET cause_id = 'x'").is_err());
        assert!(execute(&mut conn, "DELETE FROM journal_transactions").is_err());
    }

    async fn nobody_gives_back_or_is_promised_what_is_not_theirs(app: TestApp) {
        let world = World::with_baseline(&app, 1_000).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        let euros = Money::from_euros;
        execute(&mut conn, &row.insert("own", "reservation", "free", "reserved", euros(100))).unwrap();
        // Somebody else has money there too, so that the envelope as a whole would do.
        let of = world.clone();
        let other = app.act(world.actor(Who::Coordinator), move |tx| an_application(tx, &of, 2, 500)).await;
        let envelope = { let of = world.clone(); app.read(move |conn| baseline(conn, &of)).await };
        propose(&app, &world, &other, &envelope, euros(500)).await.unwrap();
        for (kind, to) in [("release", "free"), ("commitment", "committed")] {
            let over = row.insert("over", kind, "reserved", to, Money::from_cents(10_001));
            let mut sqls = vec![over.clone()];
            if app.postgres_url.is_none() {
                sqls.push(over.replacen("INSERT", "INSERT OR IGNORE", 1));
            }
            for sql in sqls {
                let refused = execute(&mut conn, &sql).unwrap_err();
                assert!(refused.contains("project_balances_"), "{kind}: {refused}");
            }
        }
        execute(&mut conn, &row.insert("all", "commitment", "reserved", "committed", euros(100))).unwrap();
        assert_footing(&app).await;
    }

    async fn ring_fenced_money_goes_to_its_own_category_or_nowhere(app: TestApp) {
        let world = World::new(&app).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        let ring = envelope(&app, &world, EnvelopeKind::Prevention).await.to_string();
        // The project is one of basis op orde.
        for (id, kind, to) in [("r", "reservation", "reserved"), ("c", "commitment", "committed")] {
            let typed = row.insert(id, kind, "free", to, Money::from_cents(1)).replace(&row.envelope, &ring);
            let refused = execute(&mut conn, &typed).unwrap_err();
            assert!(refused.contains("journal_entries_ring_fence"), "{kind}: {refused}");
        }
        // A transfer out of it, with a decision by two people that was typed as well.
        let decision = row.fill(&format!(
            "INSERT INTO budget_decisions (id, reference, cycle_id, kind, from_envelope_id, from_stage, to_envelope_id, \
             amount_cents, reason, state, proposed_at, proposed_by, decided_at, decided_by, version) \
             VALUES ('out', 'BB-X', '{{c}}', 'transfer', '{ring}', 'free', '{{e}}', 1, 'Weg.', 'decided', '{{at}}', '{{who}}', '{{at}}', '{{second}}', 1)"
        ));
        execute(&mut conn, &decision).unwrap();
        execute(&mut conn, &row.transaction(CauseKind::BudgetDecision, "out")).unwrap();
        let values = format!("'t', 'transfer', '{ring}', 'free', '{{e}}', 'free', 1, NULL, NULL");
        let refused = execute(&mut conn, &row.resting(&values, CauseKind::BudgetDecision, "out")).unwrap_err();
        assert!(refused.contains("journal_entries_ring_fence"), "{refused}");
        // Into it, and only as was decided and only once.
        let into = decision.replace("'out'", "'in'").replace("BB-X", "BB-Y")
            .replace(&format!("'{ring}', 'free', '{}'", row.envelope), &format!("'{}', 'free', '{ring}'", row.envelope));
        execute(&mut conn, &into).unwrap();
        execute(&mut conn, &row.transaction(CauseKind::BudgetDecision, "in")).unwrap();
        let line = |id: &str, cents: i32| {
            let values = format!("'{id}', 'transfer', '{{e}}', 'free', '{ring}', 'free', {cents}, NULL, NULL");
            row.resting(&values, CauseKind::BudgetDecision, "in")
        };
        assert!(execute(&mut conn, &line("i", 2)).unwrap_err().contains("journal_entries_cause_exists"));
        execute(&mut conn, &line("i", 1)).unwrap();
        assert!(execute(&mut conn, &line("j", 1)).is_err());
        let other = "UPDATE budget_decisions SET reason = 'Anders.' WHERE id = 'in'";
        assert!(execute(&mut conn, other).is_err());
        assert_footing(&app).await;
    }

    async fn a_floor_is_kept_for_its_own_category_as_far_as_that_asks(app: TestApp) {
        let world = World::with_baseline(&app, 100_000).await;
        let euros = Money::from_euros;
        let of = world.clone();
        let (own, other) = app.act(world.actor(Who::Coordinator), move |tx| {
            let own = asking(tx, &of, 1, Category::Baseline, 70_000)?;
            Ok((own, asking(tx, &of, 2, Category::OneYear, 40_000)?))
        }).await;
        let floor = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let reserve = envelope(&app, &world, EnvelopeKind::Reserve).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        // Somebody withdraws what the story's own row asks, and gives the envelope a floor.
        give_floor(&app, &mut conn, &floor);
        execute(&mut conn, &row.fill("UPDATE applications SET state = 'decided' WHERE id = '{a}'")).unwrap();

        // While the round is open others get nothing of it: more can be asked.
        let told = propose(&app, &world, &other, &floor, euros(1)).await;
        assert_eq!(room(told), Some(Money::ZERO));
        app.at(closed());
        let told = propose(&app, &world, &other, &floor, euros(30_001)).await;
        assert_eq!(room(told), Some(euros(30_000)));
        // By hand: the database says the same, of a project and of a transfer.
        let project = app.read({
            let id = other.clone();
            move |conn| Ok(store::rows(conn, &id, None, None)?[0].project.to_string())
        }).await;
        let typed = |id: &str, cents: i64| {
            let sql = row.insert(id, "commitment", "free", "committed", Money::from_cents(cents));
            let sql = sql.replace(&row.project, &project).replace(&row.application, other.as_str());
            sql.replace("2026-11-01 10:00:00", "2026-11-02 10:00:00").replace("decision-td", "decision-own").replace("'td'", "'own'")
        };
        let paper = |table: &str| match table {
            "proposals" => "INSERT INTO proposals (id, application_id, state, is_reserved, reasons, proposed_at, proposed_by, version) VALUES ('po', '{other}', 'decided', FALSE, 'Past.', '{at}', '{who}', 9)",
            "decisions" => "INSERT INTO decisions (id, reference, application_id, proposal_id, outcome, reasons, decided_at, decided_by) VALUES ('own', 'BO', '{other}', 'po', 'awarded', 'Past.', '{at}', '{who}')",
            _ => "INSERT INTO journal_transactions (id, cause_kind, cause_id, booked_at, booked_by) VALUES ('decision-own', 'decision', 'own', '2026-11-02 10:00:00', '{who}')",
        };
        for table in ["proposals", "decisions", "transactions"] {
            execute(&mut conn, &row.fill(&paper(table).replace("{other}", other.as_str()))).unwrap();
        }
        let refused = execute(&mut conn, &typed("over", 3_000_001)).unwrap_err();
        assert!(refused.contains("journal_entries_floor"), "{refused}");
        let change = |amount| Change::Move { from: floor.clone(), stage: Stage::Free, to: reserve.clone(), amount };
        let decided = decide(&app, &world, change(euros(30_001))).await;
        assert_eq!(room(decided), Some(euros(30_000)));
        // What is left over others can have, to the cent; the own category still has its own.
        execute(&mut conn, &typed("fits", 1_000_000)).unwrap();
        decide(&app, &world, change(euros(20_000))).await.unwrap();
        let told = decide(&app, &world, change(Money::from_cents(1))).await;
        assert_eq!(room(told), Some(Money::ZERO));
        propose(&app, &world, &own, &floor, euros(60_000)).await.unwrap();
        decide(&app, &world, change(euros(10_000))).await.unwrap();
        assert_footing(&app).await;
    }

    async fn what_was_released_gets_another_purpose_by_two_people(app: TestApp) {
        let world = World::with_baseline(&app, 1_000).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        let euros = Money::from_euros;
        // An award that becomes less: what was promised and is not needed is free for nobody yet.
        for (id, kind, from, to, amount) in [
            ("1", "commitment", "free", "committed", 400), ("2", "payment", "committed", "paid", 100),
        ] {
            execute(&mut conn, &row.insert(id, kind, from, to, euros(amount))).unwrap();
        }
        let line = |id: &str, kind: &str, from: &str, to: &str, amount: Money, cause| row.entry(&format!(
            "'{id}', '{kind}', '{{e}}', '{from}', '{{e}}', '{to}', {}, '{{a}}', '{{p}}'", amount.cents()), cause);
        execute(&mut conn, &line("3", "release", "committed", "released", euros(150), CauseKind::Decision)).unwrap();
        execute(&mut conn, &line("4", "recovery", "paid", "recovered", euros(40), CauseKind::Recovery)).unwrap();
        let envelope_id = EnvelopeId::from(row.envelope.as_str());
        let reserve = envelope(&app, &world, EnvelopeKind::Reserve).await;
        let before = { let id = envelope_id.clone(); app.read(move |conn| journal::store::balance(conn, &id)).await };
        let of = |it: Measure| before.of(it).unwrap();
        assert_eq!([Measure::Ceiling, Measure::Awarded, Measure::Paid, Measure::Free, Measure::Released, Measure::Recovered].map(of),
            [1_000, 210, 60, 600, 150, 40].map(euros));
        let finance = app.browser(world.actor(Who::Finance)).await;
        let page = finance.page("/begroting").await;
        assert!(page.contains("Vrijgevallen") && page.contains("Teruggevorderd") && !page.contains("Bevoorschot"), "{page}");

        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let form = maker.page("/inrichting/overheveling").await;
        assert!(form.contains("Basis op orde 2027, vrijgevallen €\u{a0}150,00"), "{form}");
        let change = |amount, stage| Change::Move { from: envelope_id.clone(), stage, to: reserve.clone(), amount };
        let told = decide(&app, &world, change(euros(151), Stage::Released)).await;
        assert!(matches!(told, Err(AppError::Refused(Refusal::NotComeBack { room, .. })) if room == euros(150)), "{told:?}");
        decide(&app, &world, change(euros(150), Stage::Released)).await.unwrap();
        // And back where it came from.
        let home = Change::Move { from: envelope_id.clone(), stage: Stage::Recovered, to: envelope_id.clone(), amount: euros(40) };
        decide(&app, &world, home).await.unwrap();
        let after = app.read(move |conn| journal::store::balance(conn, &envelope_id)).await;
        assert_eq!((after.free, after.released, after.recovered), (euros(640), Money::ZERO, Money::ZERO));
        assert_footing(&app).await;
        let found = app.read(verify).await.findings;
        // The rows that were typed rest on a decision without lines; of the balances nothing is said.
        assert!(found.iter().all(|it| it.contains("volgens het besluit")), "{found:?}");
    }

    async fn a_decision_on_the_budget_is_proposed_decided_and_found_again(app: TestApp) {
        let world = World::with_baseline(&app, 100_000).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let finance = app.browser(world.actor(Who::Finance)).await;
        let baseline = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let reserve = envelope(&app, &world, EnvelopeKind::Reserve).await;
        let post = async |amount: &str| coordinator.post("/inrichting/overheveling", &[
            ("cyclus", world.cycle.as_str()), ("van", baseline.as_str()), ("naar", reserve.as_str()),
            ("bedrag", amount), ("reden", "De aanvullende ronde vraagt meer."),
        ]).await;
        let first = post("60.000").await;
        let second = post("60.000").await;
        assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
        let list = maker.page("/begrotingsbesluiten").await;
        assert!(list.contains("BB-2027-2028-1") && list.contains("BB-2027-2028-2"), "{list}");
        assert!(list.contains("Basis op orde 2027 naar Reserve 2027"), "{list}");
        // The coordinator proposes and does not decide.
        let decide = |of: &str| format!("{of}/besluit");
        assert_eq!(coordinator.post(&decide(&first.location), &[("versie", "1")]).await.status, StatusCode::FORBIDDEN);
        let (key, version) = ("a-key", [("versie", "1")]);
        for _ in 0..2 {
            let done = maker.post_with_key(&decide(&first.location), key, &version).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        }
        assert_eq!(free_in_baseline(&app, &world).await, Money::from_euros(40_000));
        // The other one does not fit any more, and says so before and after it is tried.
        let page = maker.page(&second.location).await;
        assert!(page.contains("Nu kan dat niet.") && page.contains("is nog €\u{a0}40.000,00 vrij"), "{page}");
        let refused = maker.post(&decide(&second.location), &version).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
        let withdrawn = coordinator.post(&format!("{}/intrekking", second.location), &version).await;
        assert_eq!(withdrawn.status, StatusCode::SEE_OTHER);
        assert_eq!(maker.post(&decide(&second.location), &version).await.status, StatusCode::CONFLICT);
        assert!(maker.page("/begrotingsbesluiten?stand=withdrawn").await.contains("BB-2027-2028-2"));
        // From the decision to its line, and from the line to the decision.
        let page = finance.page(&first.location).await;
        let href = page.split("<a href=\"").find(|it| it.contains("Bekijk de boeking")).unwrap();
        let href = href.split('"').next().unwrap().replace("&amp;", "&");
        let lines = finance.page(&href).await;
        assert!(lines.contains("1 tot en met 1 van 1") && lines.contains("60.000,00"), "{lines}");
        assert!(lines.contains(&format!("<a href=\"{}\">Begrotingsbesluit BB-2027-2028-1: De aanvullende ronde vraagt meer.", first.location)), "{lines}");
        // The opening of the cycle leads to that cycle.
        let lines = finance.page("/boekingen?jaar=2027&envelop=baseline&soort=plafond").await;
        assert!(lines.contains(&format!("<a href=\"/inrichting/cycli/{}\">Opening van cyclus 2027-2028", world.cycle)), "{lines}");
        assert!(app.read(verify).await.is_sound());
    }
}

on_both! {
    async fn another_ceiling_is_what_was_typed_or_is_not_decided(app: TestApp) {
        let world = World::new(&app).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let prevention = envelope(&app, &world, EnvelopeKind::Prevention).await;
        let post = async |amount: &str| {
            let done = coordinator.post("/inrichting/plafond", &[
                ("cyclus", world.cycle.as_str()), ("envelop", prevention.as_str()),
                ("bedrag", amount), ("reden", "De Kamer verlaagt de begroting."),
            ]).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
            done.location
        };
        let (first, second) = (post("1.980.000").await, post("1.990.000").await);
        // From what to what: on the list and on the page.
        let list = maker.page("/begrotingsbesluiten").await;
        for words in ["van 2.000.000,00 naar 1.980.000,00", "van 2.000.000,00 naar 1.990.000,00"] {
            assert!(list.contains(words), "{words}: {list}");
        }
        let page = maker.page(&first).await;
        assert!(page.contains("van <span class=\"nl-money\">€\u{a0}2.000.000,00</span> naar <strong class=\"nl-money\">€\u{a0}1.980.000,00</strong>"), "{page}");
        assert!(page.contains("soort=plafond\">€\u{a0}2.000.000,00</a>") && page.contains("soort=vrij\">€\u{a0}2.000.000,00</a>"), "{page}");
        let version = [("versie", "1")];
        assert_eq!(maker.post(&format!("{first}/besluit"), &version).await.status, StatusCode::SEE_OTHER);
        // The other was typed from what is no longer there: nothing is booked, and what to do is said.
        let page = maker.page(&second).await;
        let refused = maker.post(&format!("{second}/besluit"), &version).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
        for body in [&page, &refused.body] {
            for words in ["was €\u{a0}2.000.000,00 toen dit werd voorgesteld en is nu €\u{a0}1.980.000,00", "Moet het plafond nog steeds €\u{a0}1.990.000,00 worden"] {
                assert!(body.contains(words), "{words}: {body}");
            }
        }
        let kept = balance(&app, &world, EnvelopeKind::Prevention, 2027).await;
        assert_eq!(kept, [Money::from_euros(1_980_000), Money::ZERO, Money::ZERO]);
        // Proposed again, it is what was typed.
        assert_eq!(coordinator.post(&format!("{second}/intrekking"), &version).await.status, StatusCode::SEE_OTHER);
        let third = post("1.990.000").await;
        assert_eq!(maker.post(&format!("{third}/besluit"), &version).await.status, StatusCode::SEE_OTHER);
        let kept = balance(&app, &world, EnvelopeKind::Prevention, 2027).await;
        assert_eq!(kept, [Money::from_euros(1_990_000), Money::ZERO, Money::ZERO]);
        assert!(app.read(verify).await.is_sound());
    }

    async fn a_proposal_for_the_budget_goes_back_with_a_reason(app: TestApp) {
        let world = World::new(&app).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let prevention = envelope(&app, &world, EnvelopeKind::Prevention).await;
        let fields = [
            ("cyclus", world.cycle.as_str()), ("envelop", prevention.as_str()),
            ("bedrag", "1.980.000"), ("reden", "De Kamer verlaagt de begroting."),
        ];
        let location = coordinator.post("/inrichting/plafond", &fields).await.location;
        let back = format!("{location}/teruggave");
        let reason = [("versie", "1"), ("reden_terug", "Wacht op de voorjaarsnota.")];
        assert_eq!(coordinator.post(&back, &reason).await.status, StatusCode::FORBIDDEN);
        let empty = maker.post(&back, &[("versie", "1"), ("reden_terug", "")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);
        assert!(empty.body.contains("Vul in waarom u dit voorstel teruggeeft."), "{}", empty.body);
        assert_eq!(maker.post(&back, &reason).await.status, StatusCode::SEE_OTHER);
        let stale = maker.post(&back, &reason).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("Wacht op de voorjaarsnota."), "{}", stale.body);
        assert_eq!(maker.post(&format!("{location}/besluit"), &reason[..1]).await.status, StatusCode::CONFLICT);
        let page = coordinator.page(&location).await;
        for words in ["Teruggegeven", "DecisionMaker", "Wacht op de voorjaarsnota."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(maker.page("/begrotingsbesluiten?stand=withdrawn").await.contains("teruggegeven"));
        let body: String = app.read(|conn| Ok(mails::table.select(mails::body).first(conn)?)).await;
        for words in ["van €\u{a0}2.000.000,00 naar €\u{a0}1.980.000,00", "Wacht op de voorjaarsnota."] {
            assert!(body.contains(words), "{words}: {body}");
        }
        let kept = balance(&app, &world, EnvelopeKind::Prevention, 2027).await;
        assert_eq!(kept[0], Money::from_euros(2_000_000));
        let auditor = app.browser(world.actor(Who::Auditor)).await;
        assert!(auditor.page("/audit").await.contains("Voorstel voor de begroting teruggegeven"));
        // Who proposed it does not give it back, either: they withdraw it.
        let own = maker.post("/inrichting/plafond", &fields).await.location;
        let refused = maker.post(&format!("{own}/teruggave"), &reason).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("vier ogen"), "{}", refused.body);
    }
}

/// Proposes a change of the budget and decides on it.
async fn decide(app: &TestApp, world: &World, change: Change) -> Result<(), AppError> {
    use schemes::budget_decisions::actions;
    let cycle = world.cycle.clone();
    let id = app
        .try_as(world.actor(Who::Coordinator), move |tx| {
            actions::propose(tx, &cycle, &change, "Dat is nodig.")
        })
        .await?;
    app.try_as(world.actor(Who::DecisionMaker), move |tx| {
        actions::decide(tx, &id, 1)
    })
    .await
}
