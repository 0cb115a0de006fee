//! What stands between a scenario and its adoption: a window that is open, regions that stay out, money that edits by hand
//! set free, rules that cannot hold together; and what is made of a scenario that cannot be adopted.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{self, state::State},
    core::{
        category::{Category, EnvelopeMode},
        ids::{ProjectId, ScenarioId, WindowId},
        money::Money,
    },
    db::schema::{applications as dossiers, proposal_lines, proposals},
    error::{AppError, Refusal},
    scenarios::{
        actions::{self, Adoption},
        assemble::Changes,
        show::view,
    },
    schemes::closings::{
        self,
        form::{NewExtension, NewOutage},
    },
};

use crate::{
    scenarios::{
        Ask, adopted, ask, balances, because, close, coordinator, edited, euros, findings, made,
        opened, prepared, put, seeded,
    },
    support::{TestApp, Who, World, moment, on_both},
};

async fn closing_at(app: &TestApp, world: &World, at: &'static str) {
    let window = world.window.clone();
    app.act(world.actor(Who::Coordinator), move |tx| {
        close(tx, &window, moment(at))
    })
    .await;
}

async fn adopting(
    app: &TestApp,
    world: &World,
    id: &ScenarioId,
    version: i32,
    adoption: Adoption,
) -> Result<usize, AppError> {
    let id = id.clone();
    let done = app
        .try_as(world.actor(Who::Coordinator), move |tx| {
            actions::adopt(tx, &id, version, &adoption)
        })
        .await;
    done.map(|it| it.len())
}

/// Takes the assessment of a region's application back to under way.
async fn not_yet(app: &TestApp, world: &World, at: usize) {
    let (window, region) = (world.window.clone(), world.regions[at].clone());
    app.act(world.actor(Who::Coordinator), move |tx| {
        diesel::update(
            dossiers::table
                .filter(dossiers::window_id.eq(&window))
                .filter(dossiers::region_id.eq(&region)),
        )
        .set(dossiers::state.eq(State::InAssessment))
        .execute(tx.conn)?;
        Ok(())
    })
    .await;
}

async fn reasons(app: &TestApp, window: &WindowId) -> Vec<(ProjectId, String)> {
    let window = window.clone();
    app.read(move |conn| {
        Ok(proposal_lines::table
            .inner_join(proposals::table.inner_join(dossiers::table))
            .filter(dossiers::window_id.eq(&window))
            .order((proposal_lines::project_id, proposal_lines::year))
            .select((proposal_lines::project_id, proposal_lines::reason))
            .load(conn)?)
    })
    .await
}

/// Three regions with one project of one year each, of which the last does not fit in the 500,000.
async fn three(app: &TestApp) -> (World, Vec<ProjectId>, ScenarioId) {
    let world = World::new(app).await;
    let mut ids = Vec::new();
    for (at, score) in [450, 400, 350].into_iter().enumerate() {
        let asks = vec![ask(Category::OneYear, score, 200_000, 0, 200_000)];
        ids.extend(put(app, &world, &world.window, at, asks).await);
    }
    let changes = Changes {
        leftover: Some(false),
        ..seeded()
    };
    let id = made(app, &world, &world.window, "A", changes).await;
    (world, ids, id)
}

on_both! {
    async fn nothing_is_adopted_while_its_window_is_open(app: TestApp) {
        let (world, _, id) = three(&app).await;
        closing_at(&app, &world, "2026-10-08T15:00:00").await;
        let refused = adopted(&app, &world, &id, 1).await;
        let closes_at = moment("2026-10-08T15:00:00");
        assert!(matches!(refused, Err(AppError::Refused(Refusal::WindowStillOpen { closes_at: it })) if it == closes_at), "{refused:?}");
        let browser = coordinator(&app, &world).await;
        let page = browser.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Overnemen kan als het tijdvak gesloten is.") && page.contains("8 oktober 2026, 17.00 uur"), "{page}");
        assert!(!page.contains("Neem dit scenario over") && !page.contains("Wat u nu moet doen"), "{page}");
        let reply = browser.post(&format!("/scenarios/{id}/overname"), &[("versie", "1"), ("waarom", "Dit wil ik houden.")]).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        assert!(reply.body.contains("Het tijdvak is nog open") && reply.body.contains("Dit wil ik houden."), "{}", reply.body);

        // It closed this morning, but for an outage in its last hours.
        closing_at(&app, &world, "2026-09-15T07:00:00").await;
        let window = world.window.clone();
        app.act(world.actor(Who::Coordinator), move |tx| closings::actions::record_outage(tx, &window, &NewOutage {
            starts_at: moment("2026-09-15T06:00:00"),
            ends_at: moment("2026-09-15T07:30:00"),
            reason: "De site was er niet.".to_owned(),
        })).await;
        let refused = adopted(&app, &world, &id, 1).await;
        assert!(matches!(refused, Err(AppError::Refused(Refusal::WindowStillOpen { closes_at })) if closes_at == moment("2026-09-16T07:00:00")), "{refused:?}");
        app.at(moment("2026-09-16T07:00:00"));
        assert_eq!(adopted(&app, &world, &id, 1).await.unwrap(), 3);
    }

    async fn who_stays_out_is_confirmed_by_name_with_what_is_left(app: TestApp) {
        let world = World::new(&app).await;
        for at in 0..2 {
            put(&app, &world, &world.window, at, vec![ask(Category::OneYear, 400, 100_000, 0, 100_000)]).await;
        }
        not_yet(&app, &world, 1).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        let page = coordinator(&app, &world).await.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Ja, deze regio blijft buiten deze verdeling"), "{page}");
        assert!(page.contains("de aanvraag is nog niet beoordeeld (in behandeling)") && page.contains("eenjarig flexibel €\u{a0}400.000,00"), "{page}");

        // A region that was given more time can still apply.
        let (window, region) = (world.window.clone(), world.regions[2].clone());
        app.act(world.actor(Who::Coordinator), move |tx| closings::actions::extend(tx, &window, &NewExtension {
            region: region.clone(),
            ends_at: moment("2026-10-01T15:00:00"),
            reason: "Herindeling.".to_owned(),
        })).await;
        let browser = coordinator(&app, &world).await;
        let page = browser.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("kreeg uitstel en kan nog aanvragen tot donderdag 1 oktober 2026, 17.00 uur"), "{page}");
        // What was confirmed for one is not confirmed for two.
        let path = format!("/scenarios/{id}/overname");
        for fields in [vec![("versie", "1")], vec![("versie", "1"), ("buiten-1", "ja")]] {
            let reply = browser.post(&path, &fields).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(reply.body.contains("<a href=\"#buiten-2\">Bevestig dat 2 regio’s buiten deze verdeling blijven"), "{}", reply.body);
        }
        assert!(balances(&app, &world).await.values().all(|it| it.1.is_zero()));
        let reply = browser.post(&path, &[("versie", "1"), ("buiten-2", "ja")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        assert!(!browser.page(&reply.location).await.contains("buiten deze verdeling"));
    }

    async fn what_edits_set_free_is_given_or_told_why_not(app: TestApp) {
        let (world, ids, id) = three(&app).await;
        let browser = coordinator(&app, &world).await;
        assert!(!browser.page(&format!("/scenarios/{id}")).await.contains("Past nu wel"));
        edited(&app, &world, &id, &ids[0], &[(2027, 10_000_000)], 1).await.unwrap();
        let division = opened(&app, &world, &id).await.division;
        let setting = { let (actor, id) = (world.actor(Who::Coordinator).clone(), id.clone()); app.read(move |conn| versterkingsgelden::scenarios::open::open_one(conn, &actor, &id)).await.0 };
        let freed = view::freed(&division, &setting.names);
        assert_eq!(freed.iter().map(|it| (it.id.clone(), it.more)).collect::<Vec<_>>(), [(Some(ids[2].to_string()), euros(200_000))]);
        let page = browser.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Past nu wel") && page.contains("Waarom krijgen de projecten die nu wel passen dat geld niet?"), "{page}");
        assert!(page.contains("Bij de berekening: Plaats 3 van 3 met score 3,50"), "{page}");
        // A score is not what keeps it from the money that is there now, so the letter says what does.
        let silent = adopting(&app, &world, &id, 2, Adoption::default()).await;
        let Err(AppError::Invalid(errors)) = silent else { panic!("{silent:?}") };
        assert!(errors.get("waarom").is_some());
        adopting(&app, &world, &id, 2, Adoption { why: "Het wordt bewaard voor bezwaren.".to_owned(), ..because() }).await.unwrap();
        let reasons = reasons(&app, &world.window).await;
        let of = |at: usize| reasons.iter().find(|it| it.0 == ids[at]).unwrap().1.clone();
        assert!(of(2).starts_with("Bij de berekening: Plaats 3 van 3"), "{}", of(2));
        assert!(of(2).ends_with("Daarna is een ander bedrag met de hand verlaagd en kwam geld vrij. Dit project krijgt dat niet. Het wordt bewaard voor bezwaren."), "{}", of(2));
        assert!(of(1).starts_with("Plaats 2 van 3"), "who got all: {}", of(1));
        // Said once for the whole application, where an edit touched it.
        let window = world.window.clone();
        let whole: Vec<String> = app.read(move |conn| Ok(proposals::table.inner_join(dossiers::table)
            .filter(dossiers::window_id.eq(&window)).select(proposals::reasons).load(conn)?)).await;
        assert_eq!(whole.iter().filter(|it| it.contains("Na de berekening is een bedrag met de hand gewijzigd.")).count(), 1, "{whole:?}");
        assert_eq!(findings(&app).await, Vec::<String>::new());
    }

    async fn rules_that_cannot_hold_together_are_all_told(app: TestApp) {
        let (world, _, feasible) = three(&app).await;
        let least = |it| [(2027, euros(it))].into();
        let changes = Changes {
            least: [("GM0503".to_owned(), least(200_000)), ("GM0513".to_owned(), least(200_000)), ("GM0406".to_owned(), least(200_000))].into(),
            leftover: Some(false),
            ..seeded()
        };
        let id = made(&app, &world, &world.window, "Samen te veel", changes).await;
        let it = opened(&app, &world, &id).await;
        assert!(!it.division.is_feasible());
        let conflict = it.division.conflict();
        assert!(2 <= conflict.len(), "{conflict:?}");
        let browser = coordinator(&app, &world).await;
        let page = browser.page(&format!("/scenarios/{id}")).await;
        let in_sentence = { let (actor, id) = (world.actor(Who::Coordinator).clone(), id.clone()); app.read(move |conn| versterkingsgelden::scenarios::open::open_one(conn, &actor, &id)).await.0.names };
        let compare = browser.page(&format!("/scenarios/vergelijking?s={feasible}&s={id}")).await;
        for rule in conflict {
            let rule = in_sentence.in_sentence(&rule);
            assert!(page.contains(&rule), "{rule} in {page}");
            assert!(compare.contains(&rule), "{rule} in {compare}");
        }
        for untrue in ["Er is genoeg", "Bij 'conflict' staat welke", "Verdeeld</th>", "Het verslag van de berekening"] {
            assert!(!page.contains(untrue), "{untrue} in {page}");
        }
        assert!(page.contains("Er is geen verdeling mogelijk.") && page.contains("600.000,00"), "what is eligible: {page}");
        assert!(compare.contains("<span class=\"nl-muted\">geen</span>"), "{compare}");
        let refused = adopted(&app, &world, &id, 1).await;
        assert!(matches!(&refused, Err(AppError::Refused(Refusal::ScenarioBreaksRule(it))) if it.contains(". ")), "{refused:?}");
    }

    async fn a_least_is_no_more_than_can_be_paid_in_whole_units(app: TestApp) {
        let world = World::new(&app).await;
        let asks = vec![
            ask(Category::OneYear, 400, 50_000, 0, 50_000),
            // Less than it needs after the assessment: left out.
            ask(Category::OneYear, 400, 50_000, 40_000, 20_000),
        ];
        let ids = put(&app, &world, &world.window, 0, asks).await;
        let project = ids[0].clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            use versterkingsgelden::db::schema::project_years;
            diesel::update(project_years::table.filter(project_years::project_id.eq(&project)))
                .set(project_years::eligible_cents.eq(Some(Money::from_cents(3_828_740))))
                .execute(tx.conn)?;
            Ok(())
        }).await;
        let changes = Changes {
            least: [("GM0503".to_owned(), [(2027, euros(45_000))].into())].into(),
            ..seeded()
        };
        let id = made(&app, &world, &world.window, "A", changes).await;
        let it = opened(&app, &world, &id).await.division;
        let unit = it.input.rounding.cents();
        assert_eq!(it.input.applicants["GM0503"].at_least[&2027].cents(), 3_828_740 - 3_828_740 % unit);
        assert!(it.is_feasible());
    }

    async fn what_others_left_has_a_row_of_its_own_and_nothing_is_below_zero(app: TestApp) {
        let world = World::new(&app).await;
        for at in 0..3 {
            let asks = vec![
                ask(Category::Baseline, 400, 100_000, 0, 100_000),
                ask(Category::OneYear, 400, 200_000, 200_000, 200_000),
            ];
            put(&app, &world, &world.window, at, asks).await;
        }
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        let division = opened(&app, &world, &id).await.division;
        let year = &view::years(&division).unwrap()[0];
        let of = year.of_others.clone().unwrap();
        assert_eq!((of.awarded, of.each), (euros(100_000), vec![(Category::OneYear, euros(100_000))]));
        assert!(year.rows.iter().all(|it| Money::ZERO <= it.left && it.awarded <= it.ceiling));
        let left = Money::sum(year.rows.iter().map(|it| it.left).chain([year.unassigned_left])).unwrap();
        assert_eq!(left, year.left);
        let page = coordinator(&app, &world).await.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Uit wat overbleef") && page.contains("€\u{a0}100.000,00 extra voor eenjarig flexibel"), "{page}");
    }

    async fn a_transfer_that_is_needed_is_named_and_linked(app: TestApp) {
        let world = World::new(&app).await;
        for at in 0..3 {
            // 2.7 million, of 2 million that is ring-fenced.
            put(&app, &world, &world.window, at, vec![Ask { years: &[2027], ..ask(Category::Prevention, 400, 900_000, 0, 900_000) }]).await;
        }
        let changes = Changes { modes: [(Category::Prevention, EnvelopeMode::AtMost)].into(), methods: [(Category::Prevention, versterkingsgelden::allocation::Method::RankingSkip)].into(), leftover: Some(true), ..seeded() };
        let id = made(&app, &world, &world.window, "A", changes).await;
        let page = coordinator(&app, &world).await.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("De envelop voor preventie in 2027 heeft €\u{a0}700.000,00 te weinig voor wat dit scenario verdeelt. Laat €\u{a0}700.000,00 naar die envelop overhevelen"), "{page}");
        assert!(page.contains(&format!("/inrichting/overheveling?cyclus={}", world.cycle)), "{page}");
        assert!(matches!(adopted(&app, &world, &id, 1).await, Err(AppError::Refused(Refusal::OverCeiling { .. }))));
    }

    async fn a_variant_begins_with_the_rules_of_a_scenario(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let browser = coordinator(&app, &world).await;
        let path = format!("/tijdvakken/{}/scenarios", world.window);
        let fields = [
            ("naam", "A"), ("methode-baseline", "equal_awards"), ("methode-prevention", "pro_rata"), ("methode-one_year", "ranking_stop"),
            ("soort-prevention", "ring_fenced"), ("zaad", "trekking 4711"), ("afronding", "100"), ("koppeling", "nee"),
            ("volgorde-1", "amount_ascending"), ("volgorde-2", "lottery"), ("bedrag-baseline-2027", "4.000.000"),
            ("hoogste-2027", "2.000.000"), ("aanvrager", "GM0503"), ("een-hoogste-2027", "1.500.000"), ("laagste-2028", "10.000"),
        ];
        let made = browser.post(&path, &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let id = made.location.rsplit('/').next().unwrap().to_owned();
        assert!(browser.page(&made.location).await.contains(&format!("{path}?van={id}#nieuw")));
        let page = browser.page(&format!("{path}?van={id}")).await;
        assert!(page.contains("Ingevuld staan de regels van scenario “A”") && page.contains("<details open>"), "{page}");
        for (name, value) in [
            ("naam", "A, variant"), ("zaad", "trekking 4711"), ("afronding", "100,00"), ("bedrag-baseline-2027", "4.000.000,00"),
            ("hoogste-2027", "2.000.000,00"), ("een-hoogste-2027", "1.500.000,00"), ("laagste-2028", "10.000,00"),
        ] {
            assert!(page.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name} in {page}");
        }
        for option in ["equal_awards", "ranking_stop", "amount_ascending", "nee", "GM0503"] {
            assert!(page.contains(&format!("<option value=\"{option}\" selected")), "{option} in {page}");
        }
        assert_eq!(browser.get(&format!("{path}?van=x")).await.status, StatusCode::NOT_FOUND);
        // After it was adopted nobody waits any more: grouped, in one sentence.
        let other = made_and_adopted(&app, &world).await;
        let page = browser.page(&made.location).await;
        assert!(page.contains("3 aanvragen doen niet meer mee (12 projecten): "), "{page}");
        assert!(!page.contains("Project 1 van Delft” (Haaglanden) doet niet meer mee"), "{page}");
        assert!(opened(&app, &world, &other).await.differences.is_empty());
    }

    async fn what_the_highest_value_does_not_tell_is_said_before_adopting(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let exact = |it: &Category| (*it, versterkingsgelden::allocation::Method::Exact);
        let changes = Changes { methods: Category::ALL.iter().map(exact).collect(), ..seeded() };
        let id = made(&app, &world, &world.window, "A", changes).await;
        let browser = coordinator(&app, &world).await;
        assert!(browser.page(&format!("/scenarios/{id}")).await.contains("is niet uitgerekend wat een project meer had gegeven"));
        let other = made(&app, &world, &world.window, "B", seeded()).await;
        assert!(!browser.page(&format!("/scenarios/{other}")).await.contains("is niet uitgerekend wat een project"));
    }

    async fn an_adoption_names_the_limits_that_stay(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let changes = Changes {
            most: [("GM0503".to_owned(), [(2027, euros(500_000))].into())].into(),
            ..seeded()
        };
        let id = made(&app, &world, &world.window, "A", changes).await;
        let page = coordinator(&app, &world).await.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Wat daarna blijft gelden: het hoogste bedrag van 1 aanvrager") && page.contains("hoogstens €\u{a0}500.000,00 in 2027."), "{page}");
    }
}

async fn made_and_adopted(app: &TestApp, world: &World) -> ScenarioId {
    let id = made(app, world, &world.window, "B", seeded()).await;
    adopted(app, world, &id, 1).await.unwrap();
    let window = world.window.clone();
    let proposed = app
        .read(move |conn| applications::store::in_window(conn, &window, &[State::Proposed]))
        .await;
    assert_eq!(proposed.len(), 3);
    id
}
