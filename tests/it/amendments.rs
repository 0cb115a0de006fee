//! Changes of an award: proposed by one, agreed by SZW, decided by another, booked, told, and
//! counted in every figure; and refused wherever they break a rule.

use actix_web::http::StatusCode;
use versterkingsgelden::{
    applications,
    core::{
        actor::Role,
        category::{Category, EnvelopeKind},
        ids::{AmendmentId, ApplicationId},
        money::Money,
    },
    decisions::{
        self,
        amendments::{self, AmendmentState, Line, actions, store},
    },
    error::{AppError, Refusal},
    journal::verify::verify,
    schemes::{self, budget_decisions::change::Change},
};

use crate::{
    ceilings::{assert_footing, connection, disarm, execute},
    decisions::{DELFT, WHOLE, agree, assessed, balance, decide, declare, propose},
    ledger::{asking, closed, envelope, give_floor, propose as propose_from},
    support::{Browser, Reply, TestApp, Who, World, on_both},
};

/// Delft's award of 100,000 and 110,000 for baseline, 80,000 and 70,000 for prevention, made known.
async fn awarded(app: &TestApp, world: &World) -> ApplicationId {
    let id = assessed(app, world, 0, DELFT).await;
    let coordinator = app.browser(world.actor(Who::Coordinator)).await;
    for who in [Who::DecisionMaker, Who::SzwDecisionMaker] {
        declare(app, world.actor(who), &id, false).await;
    }
    assert_eq!(
        propose(&coordinator, &id, WHOLE).await.status,
        StatusCode::SEE_OTHER
    );
    agree(app, world, &id, "agreed").await;
    let maker = app.browser(world.actor(Who::DecisionMaker)).await;
    assert_eq!(decide(app, &maker, &id).await.status, StatusCode::SEE_OTHER);
    let sent = coordinator
        .post(&format!("/aanvragen/{id}/bekendmaking"), &[])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    id
}

/// Proposes these amounts on screen, in the order of the projects and years.
async fn ask(browser: &Browser<'_>, id: &ApplicationId, amounts: [&str; 4]) -> Reply {
    let [a, b, c, d] = amounts;
    let fields = [
        ("bedrag.1", a),
        ("bedrag.2", b),
        ("bedrag.3", c),
        ("bedrag.4", d),
        ("reden", "De gemeente vraagt dit."),
    ];
    let path = format!("/aanvragen/{id}/wijzigingen/nieuw");
    browser.post(&path, &fields).await
}

/// The change that was proposed last.
async fn last(app: &TestApp, id: &ApplicationId) -> (AmendmentId, AmendmentState) {
    let id = id.clone();
    let all = app.read(move |conn| store::all_of(conn, &id)).await;
    (all[0].id.clone(), all[0].state)
}

async fn judge(app: &TestApp, world: &World, id: &ApplicationId, verdict: &str) -> Reply {
    let szw = app.browser(world.actor(Who::SzwDecisionMaker)).await;
    let (change, _) = last(app, id).await;
    let fields = [
        ("versie", "1"),
        ("oordeel", verdict),
        ("oordeel.reden", "Past."),
    ];
    szw.post(&format!("/wijzigingen/{change}/oordeel"), &fields)
        .await
}

async fn settle(
    app: &TestApp,
    world: &World,
    who: Who,
    id: &ApplicationId,
    version: &str,
) -> Reply {
    let browser = app.browser(world.actor(who)).await;
    let (change, _) = last(app, id).await;
    browser
        .post(
            &format!("/wijzigingen/{change}/besluit"),
            &[("versie", version)],
        )
        .await
}

/// Sets what the applicant gets of 2027 at least and at most.
async fn limit(
    app: &TestApp,
    world: &World,
    id: &ApplicationId,
    version: &str,
    (least, most): (&str, &str),
) -> Reply {
    let of = id.clone();
    let lead = app
        .read(move |conn| applications::store::get(conn, &of))
        .await
        .lead_municipality_id;
    let coordinator = app.browser(world.actor(Who::Coordinator)).await;
    let fields = [
        ("cyclus", world.cycle.as_str()),
        ("gemeente", lead.as_str()),
        ("jaar", "2027"),
        ("minstens", least),
        ("hoogstens", most),
        ("versie", version),
    ];
    coordinator.post("/inrichting/grenzen", &fields).await
}

fn moved(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
}

fn refused(reply: &Reply, words: &str) {
    assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.body);
    assert!(reply.body.contains(words), "{words} in {}", reply.body);
}

fn in_euros(amounts: [i32; 3]) -> [Money; 3] {
    amounts.map(Money::from_euros)
}

on_both! {
    async fn an_award_is_changed_by_two_people_and_szw_and_counted_everywhere(app: TestApp) {
        let world = World::new(&app).await;
        let id = awarded(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let finance = app.browser(world.actor(Who::Finance)).await;
        let page = format!("/aanvragen/{id}/wijzigingen");
        assert!(delft.page(&page).await.contains("De toekenning is niet gewijzigd."));
        let form = coordinator.page(&format!("{page}/nieuw")).await;
        assert!(form.contains("100.000,00") && form.contains("Weerbare jongeren"), "{form}");
        // Less for both projects, and one cent more than nothing of it is booked yet.
        moved(&ask(&coordinator, &id, ["99.999,99", "110.000", "60.000", "70.000"]).await);
        assert_eq!(balance(&app, &world, EnvelopeKind::Prevention, 2027).await, decisions_before());
        assert!(!delft.page(&page).await.contains("60.000,00"), "not theirs to know");
        let list = coordinator.page("/besluiten").await;
        assert!(list.contains("Er wachten wijzigingen van toekenningen.") && list.contains("-W1"), "{list}");
        refused(&ask(&coordinator, &id, ["99.000", "110.000", "80.000", "70.000"]).await, "Er is al een wijziging voorgesteld");
        // SZW first, and nobody on their own proposal.
        refused(&settle(&app, &world, Who::DecisionMaker, &id, "1").await, "SZW");
        moved(&judge(&app, &world, &id, "agreed").await);
        moved(&settle(&app, &world, Who::DecisionMaker, &id, "2").await);
        refused(&settle(&app, &world, Who::DecisionMaker, &id, "2").await, "intussen gewijzigd");

        let [_, _, awarded] = balance(&app, &world, EnvelopeKind::Prevention, 2027).await;
        assert_eq!(awarded, Money::from_euros(60_000));
        let read = delft.page(&page).await;
        for words in ["60.000,00", "99.999,99", "De gemeente vraagt dit.", "Laatste dag om bezwaar te maken"] {
            assert!(read.contains(words), "{words} in {read}");
        }
        assert!(!read.contains("Coordinator") && !read.contains("Past."), "who and how stays inside: {read}");
        let messages = delft.page("/berichten").await;
        assert!(messages.contains("Uw toekenning voor"), "{messages}");
        let start = delft.page("/").await;
        assert!(start.contains("€\u{a0}340.000 toegekend") || start.contains("€\u{a0}339.999"), "{start}");
        let export = finance.get(&format!("/exports/toekenningen?formaat=csv&cyclus={}", world.cycle)).await;
        assert!(export.body.contains("99999.99") && export.body.contains("60000.00"), "{}", export.body);
        let lines = finance.page(&format!("/boekingen?cyclus={}", world.cycle)).await;
        assert!(lines.contains("Wijziging VG-2027-0000-W1"), "{lines}");
        assert_footing(&app).await;
        assert!(app.read(verify).await.is_sound());

        // Up again, from what is free; in whole, and not a cent more than is eligible.
        let over = ask(&coordinator, &id, ["100.000,01", "110.000", "60.000", "70.000"]).await;
        assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(over.body.contains("100.000,01") && over.body.contains("Vul 0 in, of een bedrag waarmee"), "{}", over.body);
        moved(&ask(&coordinator, &id, ["100.000", "110.000", "60.000", "70.000"]).await);
        // No prevention in it: SZW has no say.
        moved(&settle(&app, &world, Who::DecisionMaker, &id, "1").await);
        let [_, _, awarded] = balance(&app, &world, EnvelopeKind::Baseline, 2027).await;
        assert_eq!(awarded, Money::from_euros(100_000));
        assert_footing(&app).await;
        assert!(app.read(verify).await.is_sound());
    }

    async fn not_a_cent_more_than_is_free_and_nothing_is_booked_then(app: TestApp) {
        let world = World::new(&app).await;
        let id = awarded(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        moved(&ask(&coordinator, &id, ["50.000", "110.000", "80.000", "70.000"]).await);
        moved(&settle(&app, &world, Who::DecisionMaker, &id, "1").await);
        moved(&ask(&coordinator, &id, ["100.000", "110.000", "80.000", "70.000"]).await);
        // Meanwhile the envelope is lowered to what is promised and 10,000 euro.
        let baseline = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let free = balance(&app, &world, EnvelopeKind::Baseline, 2027).await[0];
        let less = free.checked_sub(Money::from_euros(10_000)).unwrap();
        let ceiling = Money::from_euros(4_500_000).checked_sub(less).unwrap();
        world.change_budget(&app, Change::Ceiling { envelope: baseline, ceiling }).await;
        let told = settle(&app, &world, Who::DecisionMaker, &id, "1").await;
        refused(&told, "10.000,00");
        assert_eq!(last(&app, &id).await.1, AmendmentState::Open);
        let left = balance(&app, &world, EnvelopeKind::Baseline, 2027).await;
        assert_eq!(left[0], Money::from_euros(10_000));
        assert_footing(&app).await;
        assert!(app.read(verify).await.is_sound());
    }

    async fn what_was_proposed_on_other_amounts_is_not_decided(app: TestApp) {
        let world = World::new(&app).await;
        let id = awarded(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        moved(&ask(&coordinator, &id, ["90.000", "110.000", "80.000", "70.000"]).await);
        let (change, _) = last(&app, &id).await;
        let back = coordinator.post(&format!("/wijzigingen/{change}/intrekking"), &[("versie", "1")]).await;
        moved(&back);
        refused(&settle(&app, &world, Who::DecisionMaker, &id, "2").await, "gewijzigd");
        // Lines that start from something else than what there is.
        let of = id.clone();
        let stale = app.try_as(world.actor(Who::Coordinator), move |tx| {
            let decision = decisions_of(tx.conn, &of)?;
            let mut line = lines(tx.conn, &decision)?.remove(0);
            line.before = Money::from_euros(1);
            actions::propose(tx, &of, &[line], "Past.")
        }).await;
        assert!(matches!(stale, Err(AppError::Refused(Refusal::AwardMoved))), "{stale:?}");
        // Something moved between the proposal and the decision.
        moved(&ask(&coordinator, &id, ["90.000", "110.000", "80.000", "70.000"]).await);
        let mut conn = connection(&app);
        disarm(&app, &mut conn);
        execute(&mut conn, "UPDATE project_balances SET committed_cents = committed_cents - 1").unwrap();
        drop(conn);
        refused(&settle(&app, &world, Who::DecisionMaker, &id, "1").await, "De toekenning is intussen veranderd");
        assert_eq!(last(&app, &id).await.1, AmendmentState::Open);
    }

    async fn only_an_award_that_was_made_known_is_changed_and_only_by_others(app: TestApp) {
        let world = World::new(&app).await;
        let early = assessed(&app, &world, 1, &DELFT[..1]).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let page = coordinator.get(&format!("/aanvragen/{early}/wijzigingen/nieuw")).await;
        refused(&page, "Er is geen toekenning om te wijzigen");
        let id = awarded(&app, &world).await;
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        assert_eq!(gouda.get(&format!("/aanvragen/{id}/wijzigingen")).await.status, StatusCode::NOT_FOUND);
        moved(&ask(&coordinator, &id, ["90.000", "110.000", "80.000", "70.000"]).await);
        // Who has not declared their interests; and who has one.
        refused(&settle(&app, &world, Who::SecondDecisionMaker, &id, "1").await, "Verklaar eerst uw belangen");
        declare(&app, world.actor(Who::SecondDecisionMaker), &id, true).await;
        assert_eq!(settle(&app, &world, Who::SecondDecisionMaker, &id, "1").await.status, StatusCode::NOT_FOUND);
        let second = app.browser(world.actor(Who::SecondDecisionMaker)).await;
        assert!(!second.page("/besluiten").await.contains("-W1"));
    }

    async fn who_proposes_does_not_decide_and_what_szw_refuses_is_not_booked(app: TestApp) {
        let world = World::new(&app).await;
        let id = awarded(&app, &world).await;
        let mut both = world.actor(Who::Coordinator).clone();
        both.roles.push(Role::NctvDecisionMaker);
        let browser = app.browser(world.actor(Who::Coordinator)).await;
        moved(&ask(&browser, &id, ["90.000", "110.000", "70.000", "70.000"]).await);
        let (change, _) = last(&app, &id).await;
        let alone = app.try_as(&both, move |tx| actions::decide(tx, &change, 1)).await;
        assert!(matches!(alone, Err(AppError::Refused(Refusal::FourEyes))), "{alone:?}");
        moved(&judge(&app, &world, &id, "refused").await);
        refused(&settle(&app, &world, Who::DecisionMaker, &id, "1").await, "gewijzigd");
        refused(&settle(&app, &world, Who::DecisionMaker, &id, "2").await, "SZW stemt niet in");
        assert_eq!(last(&app, &id).await.1, AmendmentState::Open);
    }

    async fn the_limits_of_an_applicant_hold_when_its_award_changes(app: TestApp) {
        let world = World::new(&app).await;
        let id = awarded(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        // 180,000 of 2027 was promised.
        moved(&ask(&coordinator, &id, ["90.000", "110.000", "80.000", "70.000"]).await);
        moved(&settle(&app, &world, Who::DecisionMaker, &id, "1").await);
        moved(&limit(&app, &world, &id, "0", ("165.000", "175.000")).await);
        moved(&ask(&coordinator, &id, ["100.000", "110.000", "80.000", "70.000"]).await);
        refused(&settle(&app, &world, Who::DecisionMaker, &id, "1").await, "5.000,00");
        let (change, _) = last(&app, &id).await;
        moved(&coordinator.post(&format!("/wijzigingen/{change}/intrekking"), &[("versie", "1")]).await);
        moved(&ask(&coordinator, &id, ["80.000", "110.000", "80.000", "70.000"]).await);
        refused(&settle(&app, &world, Who::DecisionMaker, &id, "1").await, "165.000,00");
        assert!(app.read(verify).await.is_sound());
    }

    async fn nothing_changes_once_the_cycle_is_closed(app: TestApp) {
        let world = World::new(&app).await;
        let id = awarded(&app, &world).await;
        let cycle = world.cycle.clone();
        app.at(closed());
        app.act(world.actor(Who::Coordinator), move |tx| {
            let version = schemes::store::cycle(tx.conn, &cycle)?.version;
            decisions::closing::actions::close(tx, &cycle, version)
        }).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let asked = ask(&coordinator, &id, ["90.000", "110.000", "80.000", "70.000"]).await;
        refused(&asked, "Deze cyclus is niet open");
    }

    async fn the_floor_of_another_category_stays_when_an_award_changes(app: TestApp) {
        let world = World::with_baseline(&app, 100_000).await;
        let of = world.clone();
        let other = app.act(world.actor(Who::Coordinator), move |tx| {
            asking(tx, &of, 1, Category::Baseline, 70_000)?;
            asking(tx, &of, 2, Category::OneYear, 40_000)
        }).await;
        let floor = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let mut conn = connection(&app);
        give_floor(&app, &mut conn, &floor);
        drop(conn);
        app.at(closed());
        // A one-year project is paid from what baseline does not ask: 100,000 less 70,000.
        propose_from(&app, &world, &other, &floor, Money::from_euros(20_000)).await.unwrap();
        declare(&app, world.actor(Who::DecisionMaker), &other, false).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        moved(&decide(&app, &maker, &other).await);
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        moved(&coordinator.post(&format!("/aanvragen/{other}/bekendmaking"), &[]).await);
        for (after, room) in [(30_001, Some("10.000,00")), (30_000, None)] {
            let of = other.clone();
            let change = app.act(world.actor(Who::Coordinator), move |tx| {
                let decision = decisions_of(tx.conn, &of)?;
                let mut line = lines(tx.conn, &decision)?.remove(0);
                line.after = Money::from_euros(after);
                actions::propose(tx, &of, &[line], "Past.")
            }).await;
            let told = settle(&app, &world, Who::DecisionMaker, &other, "1").await;
            match room {
                Some(words) => {
                    refused(&told, words);
                    let back = format!("/wijzigingen/{change}/intrekking");
                    moved(&coordinator.post(&back, &[("versie", "1")]).await);
                }
                None => moved(&told),
            }
        }
        assert_footing(&app).await;
    }

    async fn typed_in_sql_only_what_was_decided_is_booked_and_once(app: TestApp) {
        let world = World::new(&app).await;
        let id = awarded(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        moved(&ask(&coordinator, &id, ["90.000", "110.000", "80.000", "70.000"]).await);
        let (change, _) = last(&app, &id).await;
        let mut conn = connection(&app);
        let book = |entry: &str, amount: i64| format!(
            "INSERT INTO journal_entries (id, transaction_id, kind, from_envelope_id, from_stage, to_envelope_id, to_stage, amount_cents, application_id, project_id, cause_kind, cause_id, booked_at, booked_by) \
             SELECT '{entry}', 't', 'release', l.envelope_id, 'committed', l.envelope_id, 'released', {amount}, a.application_id, l.project_id, 'amendment', a.id, a.proposed_at, a.proposed_by \
             FROM amendments a JOIN amendment_lines l ON l.amendment_id = a.id WHERE a.id = '{change}'"
        );
        execute(&mut conn, &format!(
            "INSERT INTO journal_transactions (id, cause_kind, cause_id, booked_at, booked_by) \
             SELECT 't', 'amendment', id, proposed_at, proposed_by FROM amendments WHERE id = '{change}'"
        )).unwrap();
        let refused_for = |done: Result<usize, String>, words: &str| {
            let said = done.unwrap_err();
            assert!(said.contains(words), "{said}");
        };
        refused_for(execute(&mut conn, &book("early", 1_000_000)), "journal_entries_cause_exists");
        moved(&settle(&app, &world, Who::DecisionMaker, &id, "1").await);
        refused_for(execute(&mut conn, &book("twice", 1_000_000)), "journal_entries_cause_exists");
        refused_for(execute(&mut conn, &book("other", 999_999)), "journal_entries_cause_exists");
        for sql in [
            format!("UPDATE amendments SET state = 'open', decided_at = NULL, decided_by = NULL WHERE id = '{change}'"),
            format!("UPDATE amendments SET reason = 'Anders.' WHERE id = '{change}'"),
            format!("DELETE FROM amendments WHERE id = '{change}'"),
            "UPDATE amendment_lines SET after_cents = 1".to_owned(),
            "DELETE FROM amendment_lines".to_owned(),
            format!("INSERT INTO amendment_lines SELECT amendment_id, project_id, 2031, envelope_id, 1, 2 FROM amendment_lines WHERE amendment_id = '{change}'"),
        ] {
            refused_for(execute(&mut conn, &sql), "append-only");
        }
    }
}

/// Before anything is changed: nothing is free but what the envelope has left.
fn decisions_before() -> [Money; 3] {
    in_euros([1_920_000, 0, 80_000])
}

fn decisions_of(
    conn: &mut versterkingsgelden::db::Conn,
    id: &ApplicationId,
) -> Result<decisions::Decision, AppError> {
    decisions::store::decision_of(conn, id)?.ok_or(AppError::NotFound)
}

/// A line for each award, of one euro less.
fn lines(
    conn: &mut versterkingsgelden::db::Conn,
    decision: &decisions::Decision,
) -> Result<Vec<Line>, AppError> {
    let awards = amendments::store::awards(conn, &decision.id)?;
    awards
        .into_iter()
        .map(|it| {
            Ok(Line {
                after: it.amount.checked_sub(Money::from_euros(1))?,
                before: it.amount,
                project: it.project,
                title: it.title,
                category: it.category,
                year: it.year,
                envelope: it.envelope,
                kind: it.kind,
            })
        })
        .collect()
}
