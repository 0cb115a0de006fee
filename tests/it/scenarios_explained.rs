//! Why a project gets what it gets: on the scenario's pages, on the proposal, and in the letter; and scenarios compared.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    allocation::{Lever, Method},
    applications::{self, state::State},
    core::{
        category::{Category, EnvelopeKind},
        ids::{ApplicationId, ProjectId},
        money::Money,
    },
    db::schema::{proposal_lines, proposals},
    decisions,
    scenarios::{assemble::Changes, compare, counterfactual, open},
};

use crate::{
    decisions::declare,
    scenarios::{
        Ask, BOTH, adopted, ask, balances, coordinator, edited, euros, made, opened, prepared, put,
        seeded,
    },
    support::{TestApp, Who, World, on_both},
};

/// All money by score: the highest that fits.
fn by_score() -> Changes {
    Changes {
        methods: Category::ALL
            .iter()
            .map(|it| (*it, Method::RankingSkip))
            .collect(),
        ..seeded()
    }
}

/// Basis op orde for three regions, of which the third does not fit in the 4.5 million.
async fn a_refusal(app: &TestApp) -> (World, [Vec<ProjectId>; 3]) {
    let world = World::new(app).await;
    let mut ids = Vec::new();
    for (at, score) in [450, 400, 350].into_iter().enumerate() {
        let asks = vec![ask(Category::Baseline, score, 2_000_000, 0, 2_000_000)];
        ids.push(put(app, &world, &world.window, at, asks).await);
    }
    (world, ids.try_into().unwrap())
}

/// The application of a region that was proposed for, and the version of its proposal.
async fn proposed(app: &TestApp, world: &World, at: usize) -> (ApplicationId, String) {
    let (window, region) = (world.window.clone(), world.regions[at].clone());
    app.read(move |conn| {
        let all = applications::store::in_window(conn, &window, &[State::Proposed])?;
        let id = all
            .into_iter()
            .find(|it| it.region_id == region)
            .unwrap()
            .id;
        let proposal = decisions::store::proposal_of(conn, &id)?.unwrap();
        Ok((id, proposal.version.to_string()))
    })
    .await
}

on_both! {
    async fn a_refused_project_reads_what_would_have_funded_it_to_the_letter(app: TestApp) {
        let (world, ids) = a_refusal(&app).await;
        let id = made(&app, &world, &world.window, "A", by_score()).await;
        let browser = coordinator(&app, &world).await;
        let told = |of: &open::Opened, lever: Lever| {
            let all = of.division.outcome.what_if.projects.clone();
            all.into_iter().find(|it| it.id == ids[2][0].as_str() && it.lever == lever).unwrap().sentence
        };
        let division = opened(&app, &world, &id).await;
        // At 4.00 the lot decides.
        let score = told(&division, Lever::Score);
        assert!(score.starts_with("Met een score van 4,0") && score.ends_with("was dit project volledig betaald."), "{score}");
        // What the leftover pass would add is counted: a million is short in 2027, and not a million and a half.
        let money = told(&division, Lever::Money);
        assert_eq!(money, "Met €\u{a0}1.000.000,00 meer in 2027 en €\u{a0}1.750.000,00 meer in 2028 voor basis op orde was dit project volledig betaald.");
        let page = browser.page(&format!("/scenarios/{id}/projecten/{}", ids[2][0])).await;
        assert!(page.contains("Wat had dit project meer gegeven?"), "{page}");
        assert!(page.contains(&format!("{score} <span class=\"nl-small nl-muted\">Deze zin staat in de brief.")), "{page}");
        assert!(page.contains(&money), "{page}");
        assert!(!browser.page(&format!("/scenarios/{id}/projecten/{}", ids[0][0])).await.contains("Wat had dit project"));
        let page = browser.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Wat een beetje meer zou doen") && page.contains("Er verandert niets."), "{page}");
        assert!(page.contains("Wat bindt"));

        adopted(&app, &world, &id, 1).await.unwrap();
        let (huizen, version) = proposed(&app, &world, 2).await;
        let case = format!("/aanvragen/{huizen}/besluit");
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        assert!(maker.page(&case).await.contains(&score));
        declare(&app, world.actor(Who::DecisionMaker), &huizen, false).await;
        let reply = maker.post(&case, &[("versie", version.as_str()), ("redenen", "Het geld is op.")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        assert!(maker.page(&case).await.contains(&score));
        let decision = app.read(move |conn| decisions::store::decision_of(conn, &huizen)).await.unwrap();
        let letter = browser.page(&format!("/besluiten/{}/brief", decision.id)).await;
        assert!(letter.contains(&score), "{letter}");
        // The letter names no other project and no other municipality.
        for other in ["Delft", "Gouda", "Midden-Holland"] {
            assert!(!letter.contains(other), "{other} in {letter}");
        }
        let full = proposed(&app, &world, 0).await.0;
        let change = app.read(move |conn| Ok(proposal_lines::table
            .inner_join(proposals::table)
            .filter(proposals::application_id.eq(&full))
            .select(proposal_lines::smallest_change)
            .load::<Option<String>>(conn)?)).await;
        assert_eq!(change, [None, None], "who gets all misses nothing");
    }

    async fn a_change_by_hand_takes_the_place_of_the_calculation(app: TestApp) {
        let (world, ids) = a_refusal(&app).await;
        let id = made(&app, &world, &world.window, "A", by_score()).await;
        edited(&app, &world, &id, &ids[2][0], &[(2027, 10_000_000), (2028, 10_000_000)], 1).await.unwrap();
        edited(&app, &world, &id, &ids[0][0], &[(2027, 190_000_000)], 2).await.unwrap();
        let division = opened(&app, &world, &id).await.division;
        assert!(division.lines.iter().all(|it| counterfactual::for_letter(&division, it).is_none()
            || it.project == ids[0][0].as_str() && !it.is_edited));
        adopted(&app, &world, &id, 3).await.unwrap();
        let (huizen, _) = proposed(&app, &world, 2).await;
        let page = app.browser(world.actor(Who::DecisionMaker)).await.page(&format!("/aanvragen/{huizen}/besluit")).await;
        assert!(page.contains("De burgemeester heeft het plan kleiner gemaakt.") && !page.contains("Met een score van"));
    }

    async fn three_scenarios_stand_side_by_side_per_region_category_and_year(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let baseline = |method| Changes {
            methods: [(Category::Baseline, method)].into(),
            ..seeded()
        };
        let mut ids = Vec::new();
        for (name, method) in [
            ("Evenredig", Method::ProRata), ("Hoogste score", Method::RankingPartial), ("Kleinste eerst", Method::EqualAwards),
        ] {
            ids.push(made(&app, &world, &world.window, name, baseline(method)).await);
        }
        let (actor, asked) = (world.actor(Who::Coordinator).clone(), ids.clone());
        let (setting, opened) = app.read(move |conn| open::open(conn, &actor, &asked)).await;
        let years = compare::years(&opened, None).unwrap();
        assert_eq!(years.iter().map(|it| it.year).collect::<Vec<_>>(), BOTH);
        for group in &years {
            assert_eq!(group.rows.len(), 3);
            assert_eq!(opened.len(), 3);
            for (at, scenario) in opened.iter().enumerate() {
                let of: Vec<Money> = group.rows.iter().map(|it| it.cells[at].amount).collect();
                assert_eq!(Money::sum(of).unwrap(), group.cells[at].amount, "{at}");
                let all = group.cells[at].amount.checked_add(group.left[at].amount).unwrap();
                assert_eq!(all, group.ceiling, "{at}: what is divided and what is left make the ceiling");
                // Every column has its own lines behind it.
                let tally = scenario.division.tally(|it| it.year == group.year).unwrap();
                assert_eq!(tally.awarded, group.cells[at].amount);
            }
        }
        assert_eq!(compare::years(&opened, Some(2028)).unwrap().len(), 1);
        let regions = compare::regions(&opened, &setting, None).unwrap();
        let differs = |at: usize| regions.iter().any(|it| !it.cells[at].difference.unwrap().is_zero());
        assert!(differs(1) && differs(2), "three divisions that differ");
        for row in &regions {
            assert_eq!(row.cells[0].difference, None);
            let difference = row.cells[2].amount.checked_sub(row.cells[0].amount).unwrap();
            assert_eq!(row.cells[2].difference, Some(difference));
        }

        let path = format!("/scenarios/vergelijking?s={}&s={}&s={}", ids[0], ids[1], ids[2]);
        let page = coordinator(&app, &world).await.page(&path).await;
        assert!(page.contains("Drie scenario’s") && page.contains("Verdeling per jaar en categorie"));
        assert_eq!(page.matches("<svg class=\"nl-chart\"").count(), 2);
        for name in ["Scenario A: Evenredig", "Scenario B: Hoogste score", "Scenario C: Kleinste eerst"] {
            assert_eq!(page.matches(name).count(), 2, "{name}: a legend with each chart");
        }
        // More and less are said by a sign and a number, not by colour alone.
        assert!(page.contains("▲ </span>+") && page.contains("▼ </span>\u{2212}") && page.contains(">gelijk<"), "{page}");
        let year = coordinator(&app, &world).await.page(&format!("{path}&jaar=2028")).await;
        assert!(year.contains("Verdeeld in 2028") && !year.contains("Verdeeld in 2027"));
    }

    async fn what_fits_only_in_parts_is_paid_by_two_envelopes(app: TestApp) {
        let world = World::new(&app).await;
        let mut one_year = Vec::new();
        for at in 0..3 {
            let asks = vec![
                // 4.3 of the 4.5 million for basis op orde in 2027.
                Ask { years: &[2027], ..ask(Category::Baseline, 400, [2_000_000, 2_000_000, 300_000][at], 0, [2_000_000, 2_000_000, 300_000][at]) },
                ask(Category::OneYear, 400 - i64::try_from(at).unwrap(), 300_000, 300_000, 300_000),
            ];
            one_year.push(put(&app, &world, &world.window, at, asks).await[1].clone());
        }
        let id = made(&app, &world, &world.window, "A", by_score()).await;
        let page = coordinator(&app, &world).await.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Neem dit scenario over"), "{page}");
        assert_eq!(adopted(&app, &world, &id, 1).await.unwrap(), 3);
        let all = balances(&app, &world).await;
        // 300,000 for the first; the second gets 200,000 of what one year has left and 100,000 of basis op orde.
        assert_eq!(all[&(2027, EnvelopeKind::OneYear)].1, euros(500_000));
        assert_eq!(all[&(2027, EnvelopeKind::Baseline)].1, euros(4_400_000));
        let lines: Vec<(ProjectId, Money)> = app.read(move |conn| Ok(proposal_lines::table
            .order((proposal_lines::project_id, proposal_lines::amount_cents))
            .select((proposal_lines::project_id, proposal_lines::amount_cents))
            .load(conn)?)).await;
        let parts_of = |project: &ProjectId| lines.iter().filter(|it| it.0 == *project).map(|it| it.1).collect::<Vec<_>>();
        let at = one_year.iter().position(|it| parts_of(it).len() == 2).unwrap();
        assert_eq!(parts_of(&one_year[at]), [euros(100_000), euros(200_000)]);

        // One row on the page, one amount in the decision, and the books agree with the paper.
        let (id, version) = proposed(&app, &world, at).await;
        let case = format!("/aanvragen/{id}/besluit");
        let maker = app.browser(world.actor(Who::DecisionMaker)).await;
        let page = maker.page(&case).await;
        assert!(page.contains("300.000,00") && page.matches("<th scope=\"row\">Project 2 van ").count() == 1, "{page}");
        declare(&app, world.actor(Who::DecisionMaker), &id, false).await;
        let reply = maker.post(&case, &[("versie", version.as_str()), ("redenen", "Er was nog geld over.")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        let found = app.read(versterkingsgelden::journal::verify::verify).await.findings;
        assert_eq!(found, Vec::<String>::new());
        let decided = app.read(move |conn| applications::dossier::store::awarded(conn, &id)).await;
        assert_eq!(decided[&(one_year[at].clone(), 2027)], euros(300_000));
    }
}
