//! Changes of an award: proposed by one, agreed by SZW, decided by another, booked, told, and
//! counted in every figure; and refused wherever they break a rule.

use actix_web::http::StatusCode;
use versterkingsgelden::{
    applications,
    core::{
        actor::Role,
        category::{Category, EnvelopeKind},
        ids::{AmendmentId, ApplicationId, EnvelopeId},
        money::Money,
    },
    db::Conn,
    decisions::{
        self,
        amendments::{self, Amendment, AmendmentState, Line, actions, store},
        proposal::{NewLine, NewProposal},
    },
    error::{AppError, Refusal},
    journal::{self, verify::verify},
    schemes::{self, budget_decisions::change::Change},
};

use crate::{
    ceilings::{assert_footing, connection, disarm, execute},
    decisions::{DELFT, Plan, WHOLE, agree, assessed, balance, decide, declare, propose},
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
        // On every page that names an award: what stands now, and beside it what was decided at first.
        for browser in [&coordinator, &delft] {
            let case = browser.page(&format!("/aanvragen/{id}/besluit")).await;
            for words in ["De toekenning is na het besluit gewijzigd.", "339.999,99", "Bij besluit", "360.000,00", "VG-2027-0000-W1"] {
                assert!(case.contains(words), "{words} in {case}");
            }
        }
        let list = coordinator.page("/besluiten?stand=bekendgemaakt").await;
        assert!(list.contains("339.999,99</a><br><small class=\"nl-muted\">bij besluit 360.000,00</small>"), "{list}");
        let start = delft.page("/").await;
        assert!(start.contains("€\u{a0}340.000 toegekend") || start.contains("€\u{a0}339.999"), "{start}");
        let export = finance.get(&format!("/exports/toekenningen?formaat=csv&cyclus={}", world.cycle)).await;
        assert!(export.body.contains("99999.99") && export.body.contains("60000.00"), "{}", export.body);
        let changed = export.body.lines().filter(|it| it.ends_with(",VG-2027-0000-W1"));
        assert_eq!(changed.count(), 2, "{}", export.body);
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
        let export = finance.get(&format!("/exports/toekenningen?formaat=csv&cyclus={}", world.cycle)).await;
        assert!(export.body.contains("\"VG-2027-0000-W1, VG-2027-0000-W2\""), "{}", export.body);
        assert_footing(&app).await;
        assert!(app.read(verify).await.is_sound());
    }

    async fn a_change_has_a_letter_that_the_message_leads_to_and_the_first_letter_names(app: TestApp) {
        let world = World::new(&app).await;
        let id = awarded(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        moved(&ask(&coordinator, &id, ["90.000", "110.000", "60.000", "70.000"]).await);
        let (change, _) = last(&app, &id).await;
        let letter = format!("/wijzigingen/{change}/brief");
        // Before it is decided: a draft, for the ministry alone, that does not leave the house.
        let draft = coordinator.page(&letter).await;
        assert!(draft.contains("Dit is een concept.") && draft.contains("Wie besluit"), "{draft}");
        for path in [letter.clone(), format!("{letter}/pdf")] {
            assert_eq!(delft.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(coordinator.get(&format!("{letter}/pdf")).await.status, StatusCode::NOT_FOUND);
        moved(&judge(&app, &world, &id, "agreed").await);
        moved(&settle(&app, &world, Who::DecisionMaker, &id, "2").await);
        // The message leads to it.
        let messages = delft.page("/berichten").await;
        let at = messages.find("Uw toekenning voor").unwrap();
        let message = messages[..at].rsplit("href=\"").next().unwrap().split('"').next().unwrap();
        let message = delft.page(message).await;
        assert!(message.contains(&format!("href=\"{letter}\"")), "{message}");
        assert!(!message.contains("/wijzigingen."), "no bare path: {message}");
        // Reference, what it was and becomes, why, on what ground, by whom, and how to object.
        let read = delft.page(&letter).await;
        for words in [
            "VG-2027-0000-W1", "VG-2027-0000-B1", "van de gemeente Delft", "Wordt", "100.000,00", "90.000,00", "80.000,00", "60.000,00",
            "Dat is €\u{a0}30.000,00 minder dan tot nu toe.", "De gemeente vraagt dit.", "Dit besluit berust op", "mede namens",
            "Bezwaar maken", "op de dag na de bekendmaking", "Download als PDF",
        ] {
            assert!(read.contains(words), "{words} in {read}");
        }
        let pdf = delft.get(&format!("{letter}/pdf")).await;
        match cfg!(feature = "pdf") {
            true => assert_eq!(pdf.status, StatusCode::OK),
            false => assert_eq!(pdf.status, StatusCode::CONFLICT),
        }
        let other = app.browser(world.actor(Who::Gouda)).await;
        assert_eq!(other.get(&letter).await.status, StatusCode::NOT_FOUND);
        // The first letter stays as it was sent, and says that it was changed.
        let of = id.clone();
        let first = app.read(move |conn| decisions_of(conn, &of)).await;
        let first = delft.page(&format!("/besluiten/{}/brief", first.id)).await;
        for words in ["De toekenning in deze brief is daarna gewijzigd.", letter.as_str(), "100.000,00"] {
            assert!(first.contains(words), "{words} in {first}");
        }
    }

    async fn what_one_project_gives_up_goes_to_another_of_the_same_change(app: TestApp) {
        let world = World::new(&app).await;
        let baseline = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let id = awarded_from(&app, &world, &baseline, &[(Category::Baseline, 61_110), (Category::Baseline, 61_110)]).await;
        let ceiling = Money::from_euros(122_220);
        world.change_budget(&app, Change::Ceiling { envelope: baseline.clone(), ceiling }).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let path = format!("/aanvragen/{id}/wijzigingen/nieuw");
        let form = coordinator.page(&path).await;
        assert!(form.contains("In deze envelop is €\u{a0}0,00 vrij."), "{form}");
        // What has no room is refused at once, with the room.
        let to = |more: &'static str| [("bedrag.1", "50.000"), ("bedrag.2", more), ("reden", "De gemeente vraagt dit.")];
        let over = coordinator.post(&path, &to("72.220,01")).await;
        refused(&over, "is nog €\u{a0}0,00 vrij. U wilt €\u{a0}0,01 toezeggen.");
        assert!(over.body.contains("72.220,01"), "what was typed is there: {}", over.body);
        moved(&coordinator.post(&path, &to("69.580")).await);
        moved(&settle(&app, &world, Who::DecisionMaker, &id, "1").await);
        let of = baseline.clone();
        let stands = app.read(move |conn| journal::store::balance(conn, &of)).await;
        let stands = [stands.free, stands.committed, stands.released];
        assert_eq!(stands, in_euros([0, 119_580, 2_640]));
        let finance = app.browser(world.actor(Who::Finance)).await;
        let lines = finance.page(&format!("/boekingen?cyclus={}", world.cycle)).await;
        assert!(lines.contains("Verschuiving") && lines.contains("8.470,00"), "{lines}");
        assert_footing(&app).await;
        assert!(app.read(verify).await.is_sound());
    }

    async fn what_its_own_category_gives_up_of_an_envelope_with_a_floor_is_not_for_others(app: TestApp) {
        let world = World::with_baseline(&app, 100_000).await;
        let floor = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let mut conn = connection(&app);
        give_floor(&app, &mut conn, &floor);
        app.at(closed());
        let all = [(Category::Baseline, 30_000), (Category::OneYear, 20_000), (Category::OneYear, 50_000)];
        let id = awarded_from(&app, &world, &floor, &all).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let path = format!("/aanvragen/{id}/wijzigingen/nieuw");
        let to = |[a, b, c]: [&'static str; 3]| [("bedrag.1", a), ("bedrag.2", b), ("bedrag.3", c), ("reden", "Past.")];
        refused(&coordinator.post(&path, &to(["20.000", "30.000", "50.000"])).await, "is nog €\u{a0}0,00 vrij");
        // Others among themselves, and others to its own category.
        for (amounts, version) in [(["30.000", "30.000", "40.000"], "1"), (["40.000", "20.000", "40.000"], "1")] {
            moved(&coordinator.post(&path, &to(amounts)).await);
            moved(&settle(&app, &world, Who::DecisionMaker, &id, version).await);
        }
        assert!(app.read(verify).await.is_sound());
        // Nor by whoever decides past the rule: the database has the same one.
        let change = decided_in_sql(&app, &world, &mut conn, &id, &[30_000, 30_000, 40_000]).await;
        assert_eq!(type_entry(&mut conn, &change, "a", ("release", "committed", "released"), 1, 10_000), Ok(1));
        let said = type_entry(&mut conn, &change, "b", ("shift", "released", "committed"), 2, 10_000);
        assert!(said.unwrap_err().contains("journal_entries_cause_exists"));
        assert_footing(&app).await;
    }

    async fn typed_in_sql_a_shift_is_no_more_than_the_change_released(app: TestApp) {
        let world = World::new(&app).await;
        let baseline = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let all = [(Category::Baseline, 60_000), (Category::Baseline, 60_000), (Category::Baseline, 20_000)];
        let id = awarded_from(&app, &world, &baseline, &all).await;
        let mut conn = connection(&app);
        let change = decided_in_sql(&app, &world, &mut conn, &id, &[40_000, 75_000, 30_000]).await;
        let release = ("release", "committed", "released");
        let shift = ("shift", "released", "committed");
        let commitment = ("commitment", "free", "committed");
        for (at, (what, project, euros, goes)) in [
            (shift, 2, 15_000, false),
            (release, 1, 19_999, false),
            (release, 1, 20_000, true),
            (release, 1, 20_000, false),
            (shift, 1, 1, false),
            (shift, 2, 15_001, false),
            (shift, 2, 14_000, true),
            (shift, 2, 1_000, false),
            (commitment, 2, 999, false),
            (commitment, 2, 1_000, true),
            (commitment, 2, 1_000, false),
            (shift, 3, 6_001, false),
            (shift, 3, 6_000, true),
            (commitment, 3, 4_000, true),
            (shift, 3, 1, false),
        ].into_iter().enumerate() {
            let done = type_entry(&mut conn, &change, &format!("e{at}"), what, project, euros);
            match done {
                Ok(_) => assert!(goes, "{at}: {what:?} {project} {euros}"),
                Err(err) => assert!(!goes && err.contains("journal_entries_cause_exists"), "{at}: {err}"),
            }
        }
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
        refused(&ask(&coordinator, &id, ["100.000", "110.000", "80.000", "70.000"]).await, "5.000,00");
        refused(&ask(&coordinator, &id, ["80.000", "110.000", "80.000", "70.000"]).await, "165.000,00");
        // What can be when it is proposed and cannot any more when it is decided.
        for (to, limits, version, words) in [
            ("95.000", ("165.000", "174.000"), "1", "4.000,00"),
            ("85.000", ("166.000", "174.000"), "2", "166.000,00"),
        ] {
            moved(&ask(&coordinator, &id, [to, "110.000", "80.000", "70.000"]).await);
            moved(&limit(&app, &world, &id, version, limits).await);
            refused(&settle(&app, &world, Who::DecisionMaker, &id, "1").await, words);
            let (change, _) = last(&app, &id).await;
            moved(&coordinator.post(&format!("/wijzigingen/{change}/intrekking"), &[("versie", "1")]).await);
        }
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
        let ask_for = async |euros: i32| {
            let of = other.clone();
            app.try_as(world.actor(Who::Coordinator), move |tx| {
                let decision = decisions_of(tx.conn, &of)?;
                let mut line = lines(tx.conn, &decision)?.remove(0);
                line.after = Money::from_euros(euros);
                actions::propose(tx, &of, &[line], "Past.")
            }).await
        };
        let room = |told: Result<AmendmentId, AppError>| match told {
            Err(AppError::Refused(Refusal::BelowFloor { room, .. })) => room,
            other => panic!("{other:?}"),
        };
        assert_eq!(room(ask_for(30_001).await), Money::from_euros(10_000));
        // Meanwhile more of its own category is asked.
        ask_for(30_000).await.unwrap();
        let of = world.clone();
        app.act(world.actor(Who::Coordinator), move |tx| asking(tx, &of, 3, Category::Baseline, 4_000)).await;
        refused(&settle(&app, &world, Who::DecisionMaker, &other, "1").await, "6.000,00");
        let (change, _) = last(&app, &other).await;
        moved(&coordinator.post(&format!("/wijzigingen/{change}/intrekking"), &[("versie", "1")]).await);
        ask_for(26_000).await.unwrap();
        moved(&settle(&app, &world, Who::DecisionMaker, &other, "1").await);
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

/// An award to Delft that was made known, of one envelope of 2027: a project for each of these, of
/// which twice as much is eligible.
async fn awarded_from(
    app: &TestApp,
    world: &World,
    envelope: &EnvelopeId,
    projects: &[(Category, i32)],
) -> ApplicationId {
    let plan = |(category, euros): &(Category, i32)| Plan {
        title: "Een project",
        category: *category,
        years: Box::leak(Box::new([(2027, 2 * euros, 0, 2 * euros)])),
    };
    let plans: Vec<Plan> = projects.iter().map(plan).collect();
    let id = assessed(app, world, 0, &plans).await;
    let (of, envelope) = (id.clone(), envelope.clone());
    let amounts: Vec<i32> = projects.iter().map(|it| it.1).collect();
    app.act(world.actor(Who::Coordinator), move |tx| {
        let rows = decisions::store::rows(tx.conn, &of, None, None)?;
        let lines = rows.iter().zip(&amounts).map(|(row, euros)| NewLine {
            project: row.project.clone(),
            year: 2027,
            envelope: envelope.clone(),
            amount: Money::from_euros(*euros),
            reason: "Past.".to_owned(),
            smallest_change: None,
        });
        let new = NewProposal {
            application: of.clone(),
            scenario: None,
            reasons: "Past.".to_owned(),
            lines: lines.collect(),
        };
        decisions::actions::propose(tx, &new)
    })
    .await;
    declare(app, world.actor(Who::DecisionMaker), &id, false).await;
    let maker = app.browser(world.actor(Who::DecisionMaker)).await;
    moved(&decide(app, &maker, &id).await);
    let coordinator = app.browser(world.actor(Who::Coordinator)).await;
    let path = format!("/aanvragen/{id}/bekendmaking");
    moved(&coordinator.post(&path, &[]).await);
    id
}

/// A change to these whole euros per project that was decided past every rule and is not booked, with
/// a transaction to book it in.
async fn decided_in_sql(
    app: &TestApp,
    world: &World,
    conn: &mut Conn,
    id: &ApplicationId,
    after: &[i32],
) -> AmendmentId {
    let (of, after) = (id.clone(), after.to_vec());
    let change = app
        .act(world.actor(Who::Coordinator), move |tx| {
            let decision = decisions_of(tx.conn, &of)?;
            let awards = store::awards(tx.conn, &decision.id)?;
            let lines = awards.iter().zip(&after).filter_map(|(award, euros)| {
                amendments::change::changed(award, Money::from_euros(*euros))
            });
            let number = store::count_of(tx.conn, &of)? + 1;
            let change = Amendment {
                id: tx.new_id(),
                reference: format!("VG-2027-0000-W{number}"),
                application_id: of.clone(),
                decision_id: decision.id,
                state: AmendmentState::Open,
                reason: "Past.".to_owned(),
                proposed_at: tx.now,
                proposed_by: tx.actor.id.clone(),
                szw_verdict: None,
                szw_reason: String::new(),
                szw_by: None,
                decided_at: None,
                decided_by: None,
                letter: None,
                letter_sha256: None,
                version: 1,
            };
            store::insert(tx, &change, &lines.collect::<Vec<_>>())?;
            Ok(change.id)
        })
        .await;
    let maker = &world.actor(Who::DecisionMaker).id;
    execute(conn, &format!(
        "UPDATE amendments SET state = 'decided', decided_at = proposed_at, decided_by = '{maker}' WHERE id = '{change}'"
    ))
    .unwrap();
    execute(conn, &format!(
        "INSERT INTO journal_transactions (id, cause_kind, cause_id, booked_at, booked_by) \
         SELECT 't' || id, 'amendment', id, decided_at, decided_by FROM amendments WHERE id = '{change}'"
    ))
    .unwrap();
    change
}

/// Books whole euros of the project at this place on a change, by SQL.
fn type_entry(
    conn: &mut Conn,
    change: &AmendmentId,
    entry: &str,
    (kind, from, to): (&str, &str, &str),
    project: i32,
    euros: i64,
) -> Result<usize, String> {
    let cents = euros * 100;
    execute(
        conn,
        &format!(
            "INSERT INTO journal_entries (id, transaction_id, kind, from_envelope_id, from_stage, to_envelope_id, to_stage, amount_cents, application_id, project_id, cause_kind, cause_id, booked_at, booked_by) \
         SELECT '{entry}' || a.id, 't' || a.id, '{kind}', l.envelope_id, '{from}', l.envelope_id, '{to}', {cents}, a.application_id, p.id, 'amendment', a.id, a.decided_at, a.decided_by \
         FROM amendments a JOIN amendment_lines l ON l.amendment_id = a.id JOIN projects p ON p.id = l.project_id \
         WHERE a.id = '{change}' AND p.position = {project}"
        ),
    )
}

/// Before anything is changed: nothing is free but what the envelope has left.
fn decisions_before() -> [Money; 3] {
    in_euros([1_920_000, 0, 80_000])
}

fn decisions_of(conn: &mut Conn, id: &ApplicationId) -> Result<decisions::Decision, AppError> {
    decisions::store::decision_of(conn, id)?.ok_or(AppError::NotFound)
}

/// A line for each award, of one euro less.
fn lines(conn: &mut Conn, decision: &decisions::Decision) -> Result<Vec<Line>, AppError> {
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
