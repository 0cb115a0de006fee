//! What scenarios keep to: the rules that a form can change, four eyes, what is stale or hypothetical, and few statements.

use std::time::Instant;

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    allocation::{FrozenInput, TieKey},
    core::{
        actor::Role,
        category::{Category, EnvelopeMode},
        ids::{ProjectId, ScenarioId},
    },
    db::schema::{projects, scenarios as rows},
    decisions,
    error::{AppError, Refusal},
    scenarios::{
        ScenarioState,
        actions::{self, HandEdit},
    },
};

use crate::{
    decisions::declare,
    scenarios::{
        adopted, ask, coordinator, edited, euros, findings, made, opened, prepared, put, seeded,
    },
    support::{TestApp, Who, World, on_both},
};

/// The form of a new scenario with the scheme's own rules.
fn form<'f>(more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields = vec![
        ("naam", "Ander"),
        ("methode-baseline", "pro_rata"),
        ("methode-prevention", "pro_rata"),
        ("methode-one_year", "pro_rata"),
        ("zaad", "trekking 4711"),
    ];
    for (name, value) in more {
        fields.retain(|(it, _)| it != name);
        fields.push((*name, *value));
    }
    fields
}

/// Somebody gets another score, so that what was divided is no longer so.
async fn assessed_anew(app: &TestApp, world: &World, project: &ProjectId) {
    let project = project.clone();
    app.act(world.actor(Who::Coordinator), move |tx| {
        diesel::update(projects::table.find(&project))
            .set(projects::score_hundredths.eq(Some(490_i64)))
            .execute(tx.conn)?;
        Ok(())
    })
    .await;
}

/// What the database says when a scenario is changed so by hand.
async fn refused_by_the_database(
    app: &TestApp,
    world: &World,
    id: &ScenarioId,
    change: impl Fn(&mut versterkingsgelden::db::Tx<'_>, &ScenarioId) -> QueryResult<usize>
    + Send
    + Sync
    + 'static,
) -> String {
    let id = id.clone();
    let done = app
        .try_as(world.actor(Who::Coordinator), move |tx| {
            Ok(change(tx, &id)?)
        })
        .await;
    let err = done.unwrap_err();
    format!("{err:?}")
}

on_both! {
    async fn every_rule_of_the_engine_can_be_chosen_on_the_form(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let browser = coordinator(&app, &world).await;
        let path = format!("/tijdvakken/{}/scenarios", world.window);
        let page = browser.page(&path).await;
        assert!(page.contains("<details><summary>Meer regels") && page.contains("Zaad van de loting (verplicht)"), "{page}");
        let fields = form(&[
            ("soort-prevention", "at_most"), ("soort-one_year", "at_least"), ("bedrag-one_year-2027", "300.000"),
            ("afronding", "1.000"), ("volgorde-1", "amount_ascending"), ("volgorde-2", "lottery"), ("koppeling", "nee"),
            ("laagste-2027", "100.000"), ("hoogste-2027", "4.000.000"),
            ("aanvrager", "GM0503"), ("een-hoogste-2027", "1.500.000"),
        ]);
        let reply = browser.post(&path, &fields).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        let input = browser.page(&format!("{}/invoer", reply.location)).await;
        let input = FrozenInput::read(&input).unwrap();
        let mode = |id: &str| input.categories.iter().find(|it| it.id == id).unwrap().mode;
        assert_eq!(mode("prevention"), EnvelopeMode::AtMost);
        assert_eq!(mode("one_year"), EnvelopeMode::AtLeast);
        assert_eq!(input.rounding, euros(1_000));
        assert_eq!(input.ties, [TieKey::AmountAscending, TieKey::Lottery]);
        assert!(input.projects.iter().all(|it| !it.coupled));
        assert_eq!(input.applicants["GM0503"].at_most[&2027], euros(1_500_000));
        assert_eq!(input.applicants.values().filter(|it| it.at_most[&2027] == euros(4_000_000)).count(), 2);
        assert!(input.applicants.values().all(|it| it.at_least[&2027] == euros(100_000)));
        let page = browser.page(&reply.location).await;
        assert!(page.contains("Elke aanvrager, 2027") && page.contains("Elk jaar wordt apart verdeeld."), "{page}");
        assert!(page.contains("Actueel"), "on its own terms nothing moved: {page}");
        assert_eq!(findings(&app).await, Vec::<String>::new());
    }

    async fn what_is_wrong_in_the_more_rules_opens_them_and_keeps_what_was_typed(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let browser = coordinator(&app, &world).await;
        let path = format!("/tijdvakken/{}/scenarios", world.window);
        let reply = browser.post(&path, &form(&[("een-laagste-2027", "12.345"), ("afronding", "0")])).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        for expected in ["<details open>", "value=\"12.345\"", "Kies voor welke aanvrager", "Vul een bedrag boven 0 in"] {
            assert!(reply.body.contains(expected), "{expected} in {}", reply.body);
        }
        // A finding of the engine comes to the field that it is about.
        let reply = browser.post(&path, &form(&[("zaad", "")])).await;
        assert!(reply.body.contains("<a href=\"#zaad\">Er wordt geloot"), "{}", reply.body);
        assert!(reply.body.contains("<details><summary>Meer regels"), "{}", reply.body);
    }

    async fn a_higher_ceiling_is_a_question_and_never_adopted(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let browser = coordinator(&app, &world).await;
        let path = format!("/tijdvakken/{}/scenarios", world.window);
        let more = [("bedrag-baseline-2027", "5.400.000")];
        let refused = browser.post(&path, &form(&more)).await;
        assert!(refused.body.contains("vinkje voor een denkbeeldig plafond"), "{}", refused.body);
        let pointless = browser.post(&path, &form(&[("denkbeeldig", "ja")])).await;
        assert!(pointless.body.contains("geen bedrag is hoger"), "{}", pointless.body);
        let reply = browser.post(&path, &form(&[more[0], ("denkbeeldig", "ja")])).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        let id = ScenarioId::from(reply.location.rsplit('/').next().unwrap());
        let page = browser.page(&reply.location).await;
        assert!(page.contains("Denkbeeldig") && page.contains("Actueel") && !page.contains("Neem dit scenario over"), "{page}");
        assert!(browser.page(&path).await.contains("Denkbeeldig"));
        let opened = opened(&app, &world, &id).await;
        assert_eq!(opened.division.input.ceilings[&2027], euros(7_900_000));
        assert!(matches!(adopted(&app, &world, &id, 1).await, Err(AppError::Refused(Refusal::ScenarioHypothetical))));
        let said = refused_by_the_database(&app, &world, &id, |tx, id| {
            let by = tx.actor.id.clone();
            diesel::update(rows::table.find(id))
                .set((rows::state.eq(ScenarioState::Adopted), rows::adopted_by.eq(Some(by))))
                .execute(tx.conn)
        }).await;
        assert!(said.contains("scenarios_hypothetical_not_adopted"), "{said}");
    }

    async fn a_stale_scenario_is_not_edited(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        assessed_anew(&app, &world, &ids[1][0]).await;
        let done = edited(&app, &world, &id, &ids[0][0], &[(2027, 40_000_000)], 1).await;
        assert!(matches!(done, Err(AppError::Refused(Refusal::ScenarioStale))), "{done:?}");
        // On the page nothing typed is lost.
        let fields = [("versie", "1"), ("bedrag-2027", "400.000"), ("bedrag-2028", "400.000"), ("reden", "Dit wil ik houden.")];
        let path = format!("/scenarios/{id}/projecten/{}", ids[0][0]);
        let reply = coordinator(&app, &world).await.post(&path, &fields).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.body.contains("Maak een nieuw scenario") && reply.body.contains("Dit wil ik houden."), "{}", reply.body);
        assert_eq!(opened(&app, &world, &id).await.edits.len(), 0);
    }

    async fn who_edited_a_scenario_does_not_decide_on_what_comes_from_it(app: TestApp) {
        let world = World::new(&app).await;
        let ids = put(&app, &world, &world.window, 0, vec![ask(Category::OneYear, 400, 100_000, 0, 100_000)]).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        // Somebody with two roles: a decision maker who changes an amount.
        let mut both = world.actor(Who::DecisionMaker).clone();
        both.roles.insert(0, Role::Coordinator);
        let hand = HandEdit {
            project: ids[0].clone(),
            amounts: [(2027, euros(50_000))].into(),
            reason: "Het plan is kleiner.".to_owned(),
        };
        let scenario = id.clone();
        app.act(&both, move |tx| actions::edit(tx, &scenario, 1, &hand)).await;
        adopted(&app, &world, &id, 2).await.unwrap();
        let window = world.window.clone();
        let (application, version) = app.read(move |conn| {
            let states = [versterkingsgelden::applications::state::State::Proposed];
            let id = versterkingsgelden::applications::store::in_window(conn, &window, &states)?.remove(0).id;
            let proposal = decisions::store::proposal_of(conn, &id)?.unwrap();
            Ok((id, proposal.version))
        }).await;
        for who in [Who::DecisionMaker, Who::SecondDecisionMaker] {
            declare(&app, world.actor(who), &application, false).await;
            let of = application.clone();
            let page = app.browser(world.actor(who)).await.page(&format!("/aanvragen/{of}/besluit")).await;
            let done = app.try_as(world.actor(who), move |tx| decisions::actions::decide(tx, &of, version, "Het past.")).await;
            let may = who == Who::SecondDecisionMaker;
            assert_eq!(page.contains("Besluit zoals voorgesteld"), may, "{page}");
            match done {
                Err(AppError::Refused(Refusal::EditedScenario)) => assert!(!may),
                Ok(_) => assert!(may),
                Err(err) => panic!("{err:?}"),
            }
        }
    }

    async fn a_discarded_scenario_is_kept_and_does_not_change_any_more(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        let browser = coordinator(&app, &world).await;
        let path = format!("/scenarios/{id}");
        let old = browser.post(&format!("{path}/verwerping"), &[("versie", "0")]).await;
        assert_eq!(old.status, StatusCode::CONFLICT);
        let key = "een-sleutel-voor-verwerpen";
        for _ in 0..2 {
            let reply = browser.post_with_key(&format!("{path}/verwerping"), key, &[("versie", "1")]).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        }
        let opened = opened(&app, &world, &id).await;
        assert_eq!((opened.scenario.state, opened.scenario.version), (ScenarioState::Discarded, 2));
        let page = browser.page(&path).await;
        assert!(page.contains("Verworpen") && !page.contains("Neem dit scenario over") && !page.contains("Verwerp dit scenario"), "{page}");
        let scenario = id.clone();
        let again = app.try_as(world.actor(Who::Coordinator), move |tx| actions::discard(tx, &scenario, 2)).await;
        for refused in [
            edited(&app, &world, &id, &ids[0][0], &[(2027, 40_000_000)], 2).await,
            adopted(&app, &world, &id, 2).await.map(drop),
            again,
        ] {
            assert!(matches!(refused, Err(AppError::Refused(Refusal::ScenarioClosed))), "{refused:?}");
        }
        assert!(browser.page(&format!("{path}/uitkomst")).await.contains("awards"), "it can still be recomputed");
        assert_eq!(findings(&app).await, Vec::<String>::new());
    }

    async fn the_list_reads_what_is_kept_beside_a_scenario_and_that_is_right(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        for (amount, version) in [(40_000_001, 1), (50_000_000, 2)] {
            edited(&app, &world, &id, &ids[0][0], &[(2027, amount)], version).await.unwrap();
            let it = opened(&app, &world, &id).await;
            assert_eq!(it.scenario.sums, it.division.sums(it.edits.len()).unwrap());
        }
        assert_eq!(findings(&app).await, Vec::<String>::new());
        let scenario = id.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            diesel::update(rows::table.find(&scenario)).set(rows::full_count.eq(99)).execute(tx.conn)?;
            Ok(())
        }).await;
        let found = findings(&app).await;
        assert!(found.len() == 1 && found[0].contains("in de lijst"), "{found:?}");
    }

    /// 210 projects and 20 scenarios.
    async fn pages_stay_quick_with_many_projects_and_scenarios(app: TestApp) {
        let world = World::new(&app).await;
        for at in 0..3 {
            let asks = (0..70).map(|it| ask(Category::Baseline, 300 + it, 100_000, 0, 90_000)).collect();
            put(&app, &world, &world.window, at, asks).await;
        }
        let browser = coordinator(&app, &world).await;
        let list = format!("/tijdvakken/{}/scenarios", world.window);
        let started = Instant::now();
        let first = made(&app, &world, &world.window, "S 1", seeded()).await;
        eprintln!("one division of 210 projects: {:?}", started.elapsed());
        let (_, before) = app.statements(browser.page(&list)).await;
        let mut last = first.clone();
        for name in ["S 2", "S 3", "S 4", "S 5", "S 6", "S 7", "S 8", "S 9", "S 10", "S 11", "S 12", "S 13", "S 14", "S 15", "S 16", "S 17", "S 18", "S 19", "S 20"] {
            last = made(&app, &world, &world.window, name, seeded()).await;
        }
        let (page, after) = app.statements(browser.page(&list)).await;
        assert_eq!(page.matches("name=\"s\" value=").count(), 20);
        assert_eq!(before, after, "the same statements for 1 and for 20 scenarios");
        for path in [
            list,
            format!("/scenarios/{first}"),
            format!("/scenarios/{last}/projecten/{}", opened(&app, &world, &last).await.division.lines[0].project),
            format!("/scenarios/vergelijking?s={first}&s={last}"),
        ] {
            let started = Instant::now();
            let (_, statements) = app.statements(browser.page(&path)).await;
            eprintln!("{path}: {statements} statements, {:?}", started.elapsed());
            assert!(statements <= 8, "{path}: {statements}");
        }
    }
}
