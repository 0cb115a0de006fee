//! The ways out: an application that is not completed, a proposal that its municipality takes back,
//! an assignment that is taken back, a cycle that is closed, and an award that only rounding made
//! less.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{self, project, state::State},
    assessments::handling,
    core::{
        actor::{Actor, Role},
        category::EnvelopeKind,
        ids::ApplicationId,
        money::Money,
    },
    db::schema::{journal_entries, outbox, project_years},
    decisions::{letter::Letter, outcome::Outcome, store},
    identity,
    journal::verify::verify,
    schemes::{self, CycleState},
};

use crate::{
    decisions::{
        DELFT, WHOLE, agree, assessed, balance, decide, declare, euros, open_version, propose,
    },
    support::{AnApplication, Browser, TestApp, Who, World, moment, on_both},
};

async fn state(app: &TestApp, id: &ApplicationId) -> State {
    let id = id.clone();
    let found = app
        .read(move |conn| applications::store::get(conn, &id))
        .await;
    found.state
}

async fn titles(app: &TestApp, id: &ApplicationId) -> Vec<(String, i64)> {
    let id = id.clone();
    let all = app
        .read(move |conn| applications::store::projects_of(conn, &id))
        .await;
    all.into_iter()
        .map(|it| {
            let asked = it.years.iter().map(|it| it.requested.cents()).sum();
            (it.title, asked)
        })
        .collect()
}

async fn version_on(browser: &Browser<'_>, path: &str) -> String {
    let page = browser.page(path).await;
    let after = page.split("name=\"versie\" value=\"").nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// Posts what stands on a page with the version on it; it has to be done.
async fn done(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = browser.post(path, fields).await;
    assert_eq!(
        reply.status,
        StatusCode::SEE_OTHER,
        "{path}: {}",
        reply.body
    );
    reply.location
}

/// An application of Delft that the coordinator asked to complete until 13 October, of which Delft
/// changed the projects and did not submit them.
async fn not_completed(app: &TestApp, world: &World) -> ApplicationId {
    let id = AnApplication::of(Who::Delft)
        .with(2)
        .submitted()
        .make(app, world)
        .await;
    let coordinator = app.browser(world.actor(Who::Coordinator)).await;
    let handling = format!("/aanvragen/{id}/behandeling");
    let version = version_on(&coordinator, &handling).await;
    let asked = [
        ("versie", version.as_str()),
        ("bericht", "De nulmeting ontbreekt."),
        ("uiterlijk", "2026-10-13"),
        ("onderdelen.projects", "ja"),
    ];
    done(
        &coordinator,
        &format!("/aanvragen/{id}/aanvullingsverzoek"),
        &asked,
    )
    .await;
    let of = id.clone();
    app.act(world.actor(Who::Delft), move |tx| {
        let drafts = project::store::drafts(tx.conn, &of)?;
        let changed = drafts[0].answers.clone().with("titel", "Iets heel anders");
        project::actions::save(tx, &drafts[0].id, drafts[0].version, &changed)?;
        project::actions::remove(tx, &drafts[1].id)?;
        project::actions::add(tx, &of)
    })
    .await;
    id
}

on_both! {
    async fn an_application_that_is_not_completed_is_left_untreated(app: TestApp) {
        let world = World::new(&app).await;
        let id = not_completed(&app, &world).await;
        let both = world.actor(Who::Coordinator).id.clone();
        app.act(&Actor::command_line(), move |tx| {
            identity::actions::change_roles(tx, &both, 1, &[Role::Coordinator, Role::NctvDecisionMaker])
        })
        .await;
        let (handling, path) = (format!("/aanvragen/{id}/behandeling"), format!("/aanvragen/{id}/buiten-behandeling"));
        let case = format!("/aanvragen/{id}/besluit");

        // On the last day to complete nothing can be done yet.
        app.at(moment("2026-10-13T08:00:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        declare(&app, world.actor(Who::Coordinator), &id, false).await;
        assert!(!coordinator.page(&handling).await.contains("In behandeling nemen met wat er is"));
        assert!(coordinator.page(&path).await.contains("De gemeente kan nog aanvullen"));
        let of = id.clone();
        let version = app.read(move |conn| applications::store::get(conn, &of)).await.version.to_string();
        let early = coordinator.post(&path, &[("versie", &version), ("toelichting", "Te vroeg.")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.body.contains("tot en met dinsdag 13 oktober 2026") || early.body.contains("13 oktober 2026"), "{}", early.body);
        assert_eq!(coordinator.post(&handling, &[("versie", &version)]).await.status, StatusCode::CONFLICT);
        assert_eq!(state(&app, &id).await, State::CompletionRequested);

        // The day after, both ways out are there; the reasons are written out, and needed.
        app.at(moment("2026-10-14T08:00:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let page = coordinator.page(&handling).await;
        for text in ["De gemeente vulde niet op tijd aan", "In behandeling nemen met wat er is", "Voorstellen niet te behandelen", "10 november 2026"] {
            assert!(page.contains(text), "{text}: {page}");
        }
        let form = coordinator.page(&path).await;
        assert!(form.contains("Wij hebben de aanvulling niet ontvangen."), "{form}");
        let empty = coordinator.post(&path, &[("versie", &version), ("toelichting", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let reasons = [("versie", version.as_str()), ("toelichting", "Wij vroegen om de nulmeting en kregen haar niet.")];
        assert_eq!(done(&coordinator, &path, &reasons).await, case);
        assert_eq!(state(&app, &id).await, State::NotTreatedProposed);
        assert!(coordinator.page("/besluiten").await.contains("Te besluiten"));
        assert_eq!(coordinator.post(&path, &reasons).await.status, StatusCode::CONFLICT);

        // The municipality sees none of it, and cannot complete any more.
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert_eq!(delft.get(&case).await.status, StatusCode::NOT_FOUND);
        let own = delft.page(&format!("/aanvragen/{id}")).await;
        assert!(own.contains("In behandeling") && !own.contains("buiten behandeling"), "{own}");

        // Decided by another, without SZW although there is prevention, and without money.
        let refused = decide(&app, &coordinator, &id).await;
        assert!(refused.body.contains("Wie voorstelt, besluit niet"), "{}", refused.body);
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let page = maker.page(&case).await;
        assert!(page.contains("uiterlijk op dinsdag 10 november 2026") || page.contains("uiterlijk op 10 november 2026"), "{page}");
        assert!(!page.contains("Voorgesteld</th>"), "no amounts are proposed: {page}");
        assert_eq!(decide(&app, &maker, &id).await.status, StatusCode::SEE_OTHER);
        assert_eq!(state(&app, &id).await, State::Decided);
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_500_000, 0, 0]));
        let of = id.clone();
        let lines: i64 = app.read(move |conn| Ok(journal_entries::table.filter(journal_entries::application_id.eq(&of)).count().get_result(conn)?)).await;
        assert_eq!(lines, 0);

        // The letter, sent on the last day.
        app.at(moment("2026-11-10T08:00:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let of = id.clone();
        let decision = app.read(move |conn| store::decision_of(conn, &of)).await.unwrap();
        assert_eq!(decision.outcome, Outcome::NotTreated);
        let draft = coordinator.page(&format!("/besluiten/{}/brief", decision.id)).await;
        for text in ["Wij stellen uw aanvraag buiten behandeling.", "artikel 4:5, eerste lid", "Bezwaar maken"] {
            assert!(draft.contains(text), "{text}: {draft}");
        }
        assert!(!draft.contains("4:35") && !draft.contains("mede namens") && !draft.contains("Toegekend"), "{draft}");
        done(&coordinator, &format!("/aanvragen/{id}/bekendmaking"), &[]).await;
        assert_eq!(state(&app, &id).await, State::Notified);
        let of = id.clone();
        let decision = app.read(move |conn| store::decision_of(conn, &of)).await.unwrap();
        let letter: Letter = serde_json::from_str(&decision.letter.unwrap()).unwrap();
        letter.check().unwrap();
        assert!(letter.projects.is_empty());
        let bodies: Vec<String> = app.read(|conn| Ok(outbox::table.order(outbox::created_at.desc()).select(outbox::body).limit(1).load(conn)?)).await;
        assert!(bodies[0].contains("Wij stellen de aanvraag buiten behandeling."), "{}", bodies[0]);
        let delft = app.browser(world.actor(Who::Delft)).await;
        let page = delft.page(&case).await;
        assert!(page.contains("Buiten behandeling"), "{page}");
        let staff = coordinator.page(&format!("/aanvragen/{id}")).await;
        assert!(staff.contains("Voorgesteld de aanvraag buiten behandeling te stellen"), "{staff}");
        assert!(staff.contains("Besloten: buiten behandeling gesteld"), "{staff}");
        // It is no candidate for a division.
        assert!(!coordinator.get(&format!("/tijdvakken/{}/scenarios", world.window)).await.status.is_server_error());
    }

    async fn after_four_weeks_it_is_treated_after_all_as_it_was_submitted(app: TestApp) {
        let world = World::new(&app).await;
        let submitted = {
            let other = AnApplication::of(Who::Gouda).with(2).submitted().make(&app, &world).await;
            titles(&app, &other).await
        };
        let id = not_completed(&app, &world).await;
        assert_ne!(titles(&app, &id).await, submitted);
        app.at(moment("2026-11-09T08:00:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let path = format!("/aanvragen/{id}/buiten-behandeling");
        let version = version_on(&coordinator, &path).await;
        done(&coordinator, &path, &[("versie", &version), ("toelichting", "Niet aangevuld.")]).await;

        // Too late to decide: the proposal is withdrawn and it can be treated.
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        app.at(moment("2026-11-11T08:00:00"));
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let late = decide(&app, &maker, &id).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Dat kan niet meer"), "{}", late.body);
        assert_eq!(state(&app, &id).await, State::NotTreatedProposed);

        // Decided in time and not sent in time.
        app.at(moment("2026-11-10T08:00:00"));
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        assert_eq!(decide(&app, &maker, &id).await.status, StatusCode::SEE_OTHER);
        let lapse = format!("/aanvragen/{id}/besluit/vervallen");
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(coordinator.post(&lapse, &[]).await.status, StatusCode::CONFLICT, "not yet");
        app.at(moment("2026-11-11T08:00:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let case = format!("/aanvragen/{id}/besluit");
        let page = coordinator.page(&case).await;
        assert!(page.contains("alsnog in behandeling"), "{page}");
        let sent = coordinator.post(&format!("/aanvragen/{id}/bekendmaking"), &[]).await;
        assert_eq!(sent.status, StatusCode::CONFLICT);
        assert!(sent.body.contains("Dat kan niet meer"), "{}", sent.body);
        done(&coordinator, &lapse, &[]).await;
        assert_eq!(state(&app, &id).await, State::InAssessment);
        assert_eq!(titles(&app, &id).await, submitted);
        let of = id.clone();
        assert_eq!(app.read(move |conn| store::decision_of(conn, &of)).await, None);
        let of = id.clone();
        assert_eq!(app.read(move |conn| store::proposal_of(conn, &of)).await, None);
    }

    async fn what_was_not_completed_is_treated_as_it_was_submitted(app: TestApp) {
        let world = World::new(&app).await;
        let submitted = {
            let other = AnApplication::of(Who::Gouda).with(2).submitted().make(&app, &world).await;
            titles(&app, &other).await
        };
        let id = not_completed(&app, &world).await;
        let handling = format!("/aanvragen/{id}/behandeling");
        app.at(moment("2026-11-20T08:00:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let page = coordinator.page(&handling).await;
        assert!(!page.contains("Voorstellen niet te behandelen"), "{page}");
        let version = version_on(&coordinator, &handling).await;
        done(&coordinator, &handling, &[("versie", &version)]).await;
        assert_eq!(state(&app, &id).await, State::InAssessment);
        assert_eq!(titles(&app, &id).await, submitted);
        let page = coordinator.page(&format!("/aanvragen/{id}")).await;
        assert!(page.contains("die niet zijn ingediend tellen niet mee: versie 1 geldt"), "{page}");
    }

    async fn a_municipality_withdraws_while_a_proposal_is_open_and_the_money_is_free_again(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        assert_eq!(propose(&coordinator, &id, WHOLE).await.status, StatusCode::SEE_OTHER);
        assert_eq!(balance(&app, &world, EnvelopeKind::Prevention, 2027).await, euros([1_920_000, 80_000, 0]));
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        declare(&app, world.actor(Who::SzwDecisionMaker), &id, false).await;
        agree(&app, &world, &id, "agreed").await;
        let seen = open_version(&app, &id).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        let path = format!("/aanvragen/{id}/intrekking");
        assert!(delft.page(&format!("/aanvragen/{id}")).await.contains(&path));
        assert!(delft.page(&path).await.contains("Ja, intrekken"));
        let editor = app.browser(world.actor(Who::DelftEditor)).await;
        assert_eq!(editor.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
        for _ in 0..2 {
            let reply = delft.post_with_key(&path, "een-keer", &[]).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        }
        assert_eq!(state(&app, &id).await, State::Withdrawn);
        for (kind, year, free) in [
            (EnvelopeKind::Baseline, 2027, 4_500_000), (EnvelopeKind::Baseline, 2028, 4_000_000),
            (EnvelopeKind::Prevention, 2027, 2_000_000), (EnvelopeKind::Prevention, 2028, 2_000_000),
        ] {
            assert_eq!(balance(&app, &world, kind, year).await, euros([free, 0, 0]));
        }
        let of = id.clone();
        assert_eq!(app.read(move |conn| store::proposal_of(conn, &of)).await, None);
        assert!(app.read(verify).await.is_sound());
        // Nobody decides on it any more, with what they typed back.
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let late = [("versie", seen.as_str()), ("redenen", "De aanvraag past bij de regeling.")];
        let refused = maker.post(&format!("/aanvragen/{id}/besluit"), &late).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("De aanvraag past bij de regeling."), "{}", refused.body);
    }

    async fn what_was_assessed_is_assessed_anew_once_it_was_withdrawn_and_taken_up_again(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, DELFT).await;
        let delft = app.browser(world.actor(Who::Delft)).await;
        done(&delft, &format!("/aanvragen/{id}/intrekking"), &[]).await;
        done(&delft, &format!("/aanvragen/{id}/hervatting"), &[]).await;
        assert_eq!(state(&app, &id).await, State::Draft);
        let of = id.clone();
        let (given, projects) = app
            .read(move |conn| Ok((handling::store::given(conn, &of)?, applications::store::projects_of(conn, &of)?)))
            .await;
        assert!(given.iter().all(|it| it.final_at.is_none()), "{given:?}");
        let years = projects.iter().flat_map(|it| &it.years);
        assert!(years.clone().count() > 0 && years.clone().all(|it| it.eligible.is_none()));
        assert!(projects.iter().all(|it| it.score_hundredths.is_none()));
    }

    async fn after_the_decision_nothing_is_withdrawn(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, &DELFT[..1]).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let fields = [("p1.2027", "90.000"), ("p1.2028", "0"), ("p1.reden", "Past."), ("toelichting", "Goed.")];
        done(&coordinator, &format!("/aanvragen/{id}/voorstel"), &fields).await;
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        assert_eq!(decide(&app, &maker, &id).await.status, StatusCode::SEE_OTHER);
        let delft = app.browser(world.actor(Who::Delft)).await;
        let path = format!("/aanvragen/{id}/intrekking");
        assert!(!delft.page(&format!("/aanvragen/{id}")).await.contains(&path));
        assert_eq!(delft.get(&path).await.status, StatusCode::CONFLICT);
        assert_eq!(delft.post(&path, &[]).await.status, StatusCode::CONFLICT);
        assert_eq!(balance(&app, &world, EnvelopeKind::Baseline, 2027).await, euros([4_410_000, 0, 90_000]));
    }

    async fn what_only_rounding_takes_away_is_not_refused(app: TestApp) {
        let world = World::new(&app).await;
        let id = assessed(&app, &world, 0, &DELFT[..1]).await;
        // Delft asked 120.000,46 and 110.000,46; the scheme rounds down to whole euros.
        let of = id.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            let all = applications::store::projects_of(tx.conn, &of)?;
            for (year, euros) in [(2027, 120_000), (2028, 110_000)] {
                let asked = Money::from_cents(i64::from(euros) * 100 + 46);
                diesel::update(project_years::table.find((&all[0].id, year)))
                    .set((project_years::requested_cents.eq(asked), project_years::costs_cents.eq(asked), project_years::eligible_cents.eq(Some(asked))))
                    .execute(tx.conn)?;
            }
            Ok(())
        })
        .await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let fields = [("p1.2027", "120.000"), ("p1.2028", "110.000"), ("p1.reden", "Past."), ("toelichting", "Goed.")];
        done(&coordinator, &format!("/aanvragen/{id}/voorstel"), &fields).await;
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        assert_eq!(decide(&app, &maker, &id).await.status, StatusCode::SEE_OTHER);
        let of = id.clone();
        let decision = app.read(move |conn| store::decision_of(conn, &of)).await.unwrap();
        assert_eq!(decision.outcome, Outcome::Awarded);
        let letter = coordinator.page(&format!("/besluiten/{}/brief", decision.id)).await;
        assert!(letter.contains("Wij kennen uw aanvraag toe.") && letter.contains("naar beneden afgerond op €\u{a0}1."), "{letter}");
        assert!(!letter.contains("wijzen wij af"), "{letter}");
        done(&coordinator, &format!("/aanvragen/{id}/bekendmaking"), &[]).await;
    }

    async fn an_assignment_is_taken_back_with_a_reason_until_something_is_closed(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let (handling, back) = (format!("/aanvragen/{id}/behandeling"), format!("/aanvragen/{id}/toewijzingen/intrekking"));
        let version = version_on(&coordinator, &handling).await;
        done(&coordinator, &handling, &[("versie", &version)]).await;
        let person = |who: Who| world.actor(who).id.to_string();
        let (first, second) = (person(Who::NctvReviewer), person(Who::SecondNctvReviewer));
        done(&coordinator, &format!("/aanvragen/{id}/toewijzingen"), &[("nctv", &first)]).await;
        assert!(coordinator.page(&handling).await.contains("Een toewijzing terugnemen"));
        let silent = coordinator.post(&back, &[("beoordelaar", &first), ("reden", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(silent.body.contains("Schrijf op waarom u de toewijzing terugneemt."), "{}", silent.body);
        done(&coordinator, &back, &[("beoordelaar", &first), ("reden", "Lang afwezig.")]).await;
        let page = coordinator.page(&handling).await;
        assert!(page.contains("Nog geen beoordelaars."), "{page}");
        let reviewer = app.browser(world.actor(Who::NctvReviewer)).await;
        assert!(!reviewer.page("/beoordelen").await.contains("VG-2027"));
        let of = id.clone();
        let facts = app.read(move |conn| versterkingsgelden::audit::store::of_stream(conn, &format!("application:{of}"), 100)).await;
        let fact = facts.iter().find(|it| it.kind == "assignment_withdrawn").unwrap();
        assert!(fact.detail.contains("Lang afwezig.") && fact.detail.contains("NctvReviewer"), "{}", fact.detail);

        // Another takes over, and once they closed something they stay.
        done(&coordinator, &format!("/aanvragen/{id}/toewijzingen"), &[("nctv", &second)]).await;
        declare(&app, world.actor(Who::SecondNctvReviewer), &id, false).await;
        let of = id.clone();
        let projects = app.read(move |conn| applications::store::projects_of(conn, &of)).await;
        let other = app.browser(world.actor(Who::SecondNctvReviewer)).await;
        let judgement = [
            ("versie", "0"), ("k1", "4"), ("k1-reden", "Past."), ("k2", "4"), ("k2-reden", "Goed."),
            ("subsidiabel-2027", "100.000"), ("subsidiabel-2028", "100.000"), ("advies", "fund"), ("advies-reden", "Goed."),
        ];
        done(&other, &format!("/projecten/{}/beoordeling", projects[0].id), &judgement).await;
        let refused = coordinator.post(&back, &[("beoordelaar", &second), ("reden", "Toch niet.")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("heeft voor deze aanvraag een beoordeling afgerond") && refused.body.contains("Toch niet."), "{}", refused.body);
        let of = id.clone();
        let people = app.read(move |conn| handling::store::people(conn, &of)).await;
        assert_eq!(people.iter().filter(|it| it.assigned.is_some()).count(), 1);
    }

    async fn a_cycle_is_closed_when_all_that_was_asked_is_decided_and_known(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        AnApplication::of(Who::Gouda).make(&app, &world).await;
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let cycle = format!("/inrichting/cycli/{}", world.cycle);
        let closing = format!("{cycle}/sluiting");
        assert!(coordinator.page(&cycle).await.contains(&closing));
        let refused = coordinator.post(&closing, &[("versie", "2")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("nog niet voorbij"), "{}", refused.body);
        app.at(moment("2026-10-09T08:00:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let page = coordinator.page(&closing).await;
        assert!(page.contains("Over 1 aanvraag is nog niet besloten"), "{page}");
        let refused = coordinator.post(&closing, &[("versie", "2")]).await;
        assert!(refused.body.contains("Over 1 aanvraag is nog niet besloten"), "{}", refused.body);
        let delft = app.browser(world.actor(Who::Delft)).await;
        done(&delft, &format!("/aanvragen/{id}/intrekking"), &[]).await;
        let page = coordinator.page(&closing).await;
        assert!(page.contains("7.000.000,00") && page.contains("Cyclus sluiten"), "{page}");
        let stale = coordinator.post(&closing, &[("versie", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let version = version_on(&coordinator, &closing).await;
        assert_eq!(done(&coordinator, &closing, &[("versie", &version)]).await, cycle);
        let of = world.cycle.clone();
        assert_eq!(app.read(move |conn| schemes::store::cycle(conn, &of)).await.state, CycleState::Closed);
        let page = coordinator.page(&cycle).await;
        assert!(page.contains("Gesloten") && !page.contains(&closing), "{page}");

        // Nothing is set, moved or raised in it any more.
        let window = [("soort", "top_up"), ("naam", "Aanvullend"), ("opent", "2027-03-01T08:00"), ("sluit", "2027-04-01T17:00")];
        assert_eq!(coordinator.post(&format!("{cycle}/tijdvakken/nieuw"), &window).await.status, StatusCode::CONFLICT);
        let later = [("versie", "1"), ("naam", "Aanvragen"), ("sluit", "2026-11-15T17:00"), ("reden", "Storing.")];
        assert_eq!(coordinator.post(&format!("{cycle}/tijdvakken/{}", world.window), &later).await.status, StatusCode::CONFLICT);
        let of = world.cycle.clone();
        let envelopes = app.read(move |conn| schemes::store::envelopes(conn, &of)).await;
        let find = |kind: EnvelopeKind| envelopes.iter().find(|it| it.year == 2028 && it.kind == kind).unwrap().id.clone();
        let (from, to) = (find(EnvelopeKind::Reserve), find(EnvelopeKind::Baseline));
        let fields = [("cyclus", world.cycle.as_str()), ("van", from.as_str()), ("naar", to.as_str()), ("bedrag", "1"), ("reden", "Het geld is elders nodig.")];
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let refused = maker.post("/inrichting/overheveling", &fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
        assert!(refused.body.contains("de cyclus is gesloten") && refused.body.contains("Het geld is elders nodig."), "{}", refused.body);
        assert_eq!(balance(&app, &world, EnvelopeKind::Reserve, 2028).await, euros([750_000, 0, 0]));
    }
}
