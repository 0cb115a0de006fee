//! Scenarios: made, compared, edited, adopted, computed again.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use versterkingsgelden::{
    allocation::{FrozenInput, Method, allocate},
    applications::{self, Application, state::State},
    core::{
        category::{Category, EnvelopeKind},
        ids::{ApplicationId, EnvelopeId, ProjectId, ScenarioId, WindowId},
        money::Money,
    },
    db::{
        Tx,
        schema::{application_windows, interest_declarations, project_years, projects},
    },
    decisions,
    error::{AppError, Refusal},
    journal,
    scenarios::{
        ScenarioState,
        actions::{self, Adoption, HandEdit},
        assemble::Changes,
        open,
        show::view,
    },
    schemes::{self, WindowKind, actions::NewWindow},
};

use crate::support::{Browser, TestApp, Who, World, moment, on_both};

/// What a project asks and was found, the same in each of its years, in whole euros.
pub struct Ask {
    pub category: Category,
    pub years: &'static [i32],
    pub score: i64,
    pub requested: i32,
    pub minimum: i32,
    pub eligible: i32,
}

pub const BOTH: &[i32] = &[2027, 2028];

pub fn ask(category: Category, score: i64, requested: i32, minimum: i32, eligible: i32) -> Ask {
    let years = if category.is_one_year() {
        &[2027]
    } else {
        BOTH
    };
    Ask {
        category,
        years,
        score,
        requested,
        minimum,
        eligible,
    }
}

/// Twelve projects: more is eligible than there is, in every category.
fn round() -> [Vec<Ask>; 3] {
    use Category::{Baseline, OneYear, Prevention};
    [450, 400, 350].map(|score| {
        vec![
            ask(Baseline, score, 1_000_000, 300_000, 1_000_000),
            ask(Baseline, score - 10, 900_000, 0, 800_000),
            ask(Prevention, score, 900_000, 400_000, 900_000),
            ask(OneYear, score, 200_000, 100_000, 200_000),
        ]
    })
}

/// Puts an assessed application with these projects in a window, as assessment would leave it.
fn assessed(
    tx: &mut Tx<'_>,
    window: &WindowId,
    world: &World,
    at: usize,
    asks: &[Ask],
) -> Result<Vec<ProjectId>, AppError> {
    let id: ApplicationId = tx.new_id();
    let application = Application {
        reference: format!("VG-{}", id.as_str()),
        id: id.clone(),
        window_id: window.clone(),
        region_id: world.regions[at].clone(),
        lead_municipality_id: world.leads[at].clone(),
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
    applications::store::insert(tx, &application)?;
    let mut ids = Vec::new();
    for (position, it) in (1..).zip(asks) {
        let project: ProjectId = tx.new_id();
        diesel::insert_into(projects::table)
            .values((
                projects::id.eq(&project),
                projects::application_id.eq(&id),
                projects::position.eq(position),
                projects::answers.eq("{}"),
                projects::title.eq(format!(
                    "Project {position} van {}",
                    ["Delft", "Gouda", "Huizen"][at]
                )),
                projects::category.eq(Some(it.category)),
                projects::score_hundredths.eq(Some(it.score)),
                projects::saved_at.eq(tx.now),
                projects::saved_by.eq(&tx.actor.id),
                projects::version.eq(1),
            ))
            .execute(tx.conn)?;
        for year in it.years {
            diesel::insert_into(project_years::table)
                .values((
                    project_years::project_id.eq(&project),
                    project_years::year.eq(year),
                    project_years::costs_cents.eq(Money::from_euros(it.requested)),
                    project_years::own_contribution_cents.eq(Money::ZERO),
                    project_years::co_financing_cents.eq(Money::ZERO),
                    project_years::requested_cents.eq(Money::from_euros(it.requested)),
                    project_years::minimum_cents.eq(Money::from_euros(it.minimum)),
                    project_years::eligible_cents.eq(Some(Money::from_euros(it.eligible))),
                ))
                .execute(tx.conn)?;
        }
        ids.push(project);
    }
    Ok(ids)
}

/// The round, and the ids of its projects per region.
pub async fn prepared(app: &TestApp) -> (World, [Vec<ProjectId>; 3]) {
    let world = World::new(app).await;
    let mut ids = Vec::new();
    for (at, asks) in round().into_iter().enumerate() {
        ids.push(put(app, &world, &world.window, at, asks).await);
    }
    (world, ids.try_into().unwrap())
}

pub async fn put(
    app: &TestApp,
    world: &World,
    window: &WindowId,
    at: usize,
    asks: Vec<Ask>,
) -> Vec<ProjectId> {
    let (setting, window) = (world.clone(), window.clone());
    app.act(world.actor(Who::Coordinator), move |tx| {
        // What is assessed was asked in a window that has closed.
        close(tx, &window, moment("2026-09-15T07:00:00"))?;
        assessed(tx, &window, &setting, at, &asks)
    })
    .await
}

/// Moves the closing of a window.
pub fn close(tx: &mut Tx<'_>, window: &WindowId, closes_at: NaiveDateTime) -> Result<(), AppError> {
    diesel::update(application_windows::table.find(window))
        .set(application_windows::closes_at.eq(closes_at))
        .execute(tx.conn)?;
    Ok(())
}

pub fn seeded() -> Changes {
    Changes {
        seed: "trekking 4711".to_owned(),
        ..Changes::default()
    }
}

pub async fn made(
    app: &TestApp,
    world: &World,
    window: &WindowId,
    name: &'static str,
    changes: Changes,
) -> ScenarioId {
    let window = window.clone();
    app.act(world.actor(Who::Coordinator), move |tx| {
        actions::create(tx, &window, name, &changes)
    })
    .await
}

pub async fn opened(app: &TestApp, world: &World, id: &ScenarioId) -> open::Opened {
    let (actor, id) = (world.actor(Who::Coordinator).clone(), id.clone());
    app.read(move |conn| open::open_one(conn, &actor, &id))
        .await
        .1
}

pub async fn edited(
    app: &TestApp,
    world: &World,
    id: &ScenarioId,
    project: &ProjectId,
    amounts: &[(i32, i64)],
    version: i32,
) -> Result<(), AppError> {
    let hand = HandEdit {
        project: project.clone(),
        amounts: amounts
            .iter()
            .map(|(year, cents)| (*year, Money::from_cents(*cents)))
            .collect(),
        reason: "De burgemeester heeft het plan kleiner gemaakt.".to_owned(),
    };
    let id = id.clone();
    app.try_as(world.actor(Who::Coordinator), move |tx| {
        actions::edit(tx, &id, version, &hand)
    })
    .await
}

pub async fn adopted(
    app: &TestApp,
    world: &World,
    id: &ScenarioId,
    version: i32,
) -> Result<usize, AppError> {
    let id = id.clone();
    let made = app
        .try_as(world.actor(Who::Coordinator), move |tx| {
            actions::adopt(tx, &id, version, &because())
        })
        .await;
    made.map(|it| it.len())
}

/// Nobody stays out, and a reason for what edits by hand set free.
pub fn because() -> Adoption {
    Adoption {
        confirmed_out: 0,
        why: "Dit geld blijft bewaard.".to_owned(),
    }
}

/// What is free and what is reserved per year and kind of envelope.
pub async fn balances(
    app: &TestApp,
    world: &World,
) -> BTreeMap<(i32, EnvelopeKind), (Money, Money)> {
    let cycle = world.cycle.clone();
    app.read(move |conn| {
        let kinds: BTreeMap<EnvelopeId, (i32, EnvelopeKind)> =
            schemes::store::envelopes(conn, &cycle)?
                .into_iter()
                .map(|it| (it.id, (it.year, it.kind)))
                .collect();
        let all = journal::store::balances(conn, &cycle)?;
        Ok(all
            .into_iter()
            .map(|it| (kinds[&it.envelope], (it.free, it.reserved)))
            .collect())
    })
    .await
}

pub async fn findings(app: &TestApp) -> Vec<String> {
    app.read(versterkingsgelden::scenarios::verify::verify)
        .await
        .findings
}

pub async fn coordinator<'a>(app: &'a TestApp, world: &World) -> Browser<'a> {
    app.browser(world.actor(Who::Coordinator)).await
}

pub fn euros(of: i32) -> Money {
    Money::from_euros(of)
}

on_both! {
    async fn a_scenario_divides_what_is_free_and_can_be_computed_again(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let browser = coordinator(&app, &world).await;
        let path = format!("/tijdvakken/{}/scenarios", world.window);
        assert!(browser.page("/scenarios").await.contains(&path));
        let form = browser.page(&path).await;
        assert!(form.contains("3 aanvragen zijn beoordeeld"));

        let fields = [
            ("naam", "A. Evenredig"),
            ("methode-baseline", "pro_rata"), ("methode-prevention", "ranking_partial"), ("methode-one_year", "ranking_skip"),
            ("overschot", "ja"), ("zaad", "trekking 4711"),
        ];
        let reply = browser.post(&path, &fields).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        let page = browser.page(&reply.location).await;
        // 5.4 million is eligible in basis op orde, and 4.5 million is there.
        assert!(page.contains("4.500.000,00") && page.contains("5.400.000,00"));
        assert!(page.contains("Wat u nu moet doen"));

        let input = browser.page(&format!("{}/invoer", reply.location)).await;
        let outcome = browser.page(&format!("{}/uitkomst", reply.location)).await;
        let frozen = FrozenInput::read(&input).unwrap();
        assert_eq!(frozen.canonical(), input);
        assert!(page.contains(frozen.sha256()));
        assert_eq!(allocate(&frozen).json().unwrap(), outcome);
        assert_eq!(findings(&app).await, Vec::<String>::new());

        // The same name again comes back with what was typed.
        let again = browser.post(&path, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("al een scenario met deze naam") && again.body.contains("trekking 4711"));
        let mut over = fields.to_vec();
        over.extend([("bedrag-one_year-2027", "500.000,01")]);
        over[0].1 = "B";
        let refused = browser.post(&path, &over).await;
        assert!(refused.body.contains("Vul hoogstens het vrije bedrag in. Wilt u alleen zien"), "{}", refused.body);
    }

    async fn an_amount_that_is_lowered_stays_in_the_year_and_foots(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let changes = Changes {
            amounts: [((Category::Baseline, 2027), euros(4_000_000))].into(),
            leftover: Some(false),
            ..seeded()
        };
        let id = made(&app, &world, &world.window, "A", changes).await;
        let page = coordinator(&app, &world).await.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Bij geen categorie gezet") && page.contains("500.000,00"));
        let years = view::years(&opened(&app, &world, &id).await.division).unwrap();
        assert_eq!(years[0].unassigned, Some(euros(500_000)));
        assert_eq!(years[0].ceiling, euros(7_000_000));
        let rows: i64 = years[0].rows.iter().map(|it| it.left.cents()).sum();
        assert_eq!(years[0].left.cents(), rows + euros(500_000).cents());
        assert_eq!(years[1].unassigned, None);
    }

    async fn without_a_seed_or_an_assessed_project_there_is_no_scenario(app: TestApp) {
        let world = World::new(&app).await;
        let window = world.window.clone();
        let empty = app.try_as(world.actor(Who::Coordinator), move |tx| {
            actions::create(tx, &window, "A", &seeded())
        }).await;
        assert!(matches!(empty, Err(AppError::Invalid(_))));
        put(&app, &world, &world.window, 0, vec![ask(Category::Baseline, 400, 10, 0, 10)]).await;
        let window = world.window.clone();
        let no_seed = app.try_as(world.actor(Who::Coordinator), move |tx| {
            actions::create(tx, &window, "A", &Changes::default())
        }).await;
        let Err(AppError::Invalid(errors)) = no_seed else { panic!() };
        assert!(errors.get("zaad").unwrap().contains("loot"));
    }

    async fn an_amount_changed_by_hand_keeps_to_every_rule(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        let [delft, _, _] = &ids;
        let before = opened(&app, &world, &id).await;
        let given = |it: &open::Opened, project: &ProjectId, year| it.division.lines.iter()
            .find(|line| line.project == project.as_str() && line.year == year).unwrap().amount;

        // Below the minimum, above eligible, one year of a coupled project.
        for (amounts, sentence) in [
            (vec![(2027, 29_999_999)], None),
            (vec![(2027, 100_000_001)], None),
            (vec![(2027, 0)], Some("kan alleen in alle jaren samen")),
        ] {
            match (edited(&app, &world, &id, &delft[0], &amounts, 1).await, sentence) {
                (Err(AppError::Refused(Refusal::AmountOutOfRange { minimum, eligible })), None) => {
                    assert_eq!((minimum, eligible), (euros(300_000), euros(1_000_000)));
                }
                (Err(AppError::Refused(Refusal::ScenarioBreaksRule(rule))), Some(it)) => {
                    assert!(rule.contains(it) && rule.contains("Project 1 van Delft"), "{rule}");
                }
                (other, _) => panic!("{other:?}"),
            }
        }
        // Less, with cents: allowed, kept with who and why.
        edited(&app, &world, &id, &delft[0], &[(2027, 40_000_001), (2028, 40_000_000)], 1).await.unwrap();
        let after = opened(&app, &world, &id).await;
        assert_eq!(given(&after, &delft[0], 2027), Money::from_cents(40_000_001));
        assert_eq!(after.edits.len(), 2);
        assert_eq!(after.edits[0].1, "Coordinator");
        assert_eq!(after.edits[0].0.before_cents, given(&before, &delft[0], 2027));
        assert_eq!(after.scenario.result, before.scenario.result, "what was computed stays");
        assert!(matches!(edited(&app, &world, &id, &delft[0], &[(2027, 40_000_000)], 1).await, Err(AppError::Stale)));
        assert_eq!(findings(&app).await, Vec::<String>::new());
    }

    async fn an_edit_over_a_ceiling_comes_back_with_the_rule(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        let browser = coordinator(&app, &world).await;
        let page = format!("/scenarios/{id}/projecten/{}", ids[2][2]);
        assert!(browser.page(&page).await.contains("Waarom dit bedrag?"));
        // Huizen comes last in prevention; 2,000,000 is ring-fenced and spent.
        let fields = [("versie", "1"), ("bedrag-2027", "900.000"), ("bedrag-2028", "900.000"), ("reden", "Dit wil ik houden.")];
        let reply = browser.post(&page, &fields).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.body.contains("In preventie is in 2027 €\u{a0}2.700.000,00 verdeeld. Het plafond is €\u{a0}2.000.000,00"), "{}", reply.body);
        assert!(reply.body.contains("Dit wil ik houden."));
        let fields = [("versie", "1"), ("bedrag-2027", "1e9"), ("reden", "x")];
        let reply = browser.post(&page, &fields).await;
        assert!(reply.body.contains("“1e9” is geen bedrag"));
    }

    async fn what_was_assessed_anew_makes_a_scenario_stale(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        assert_eq!(opened(&app, &world, &id).await.differences, Vec::<String>::new());
        let project = ids[1][0].clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            diesel::update(projects::table.find(&project))
                .set(projects::score_hundredths.eq(Some(490_i64)))
                .execute(tx.conn)?;
            Ok(())
        }).await;
        let differences = opened(&app, &world, &id).await.differences;
        assert_eq!(differences, ["Project “Project 1 van Gouda” (Midden-Holland): De score was 4,00 en is nu 4,90."]);
        assert!(matches!(adopted(&app, &world, &id, 1).await, Err(AppError::Refused(Refusal::ScenarioStale))));
        let page = coordinator(&app, &world).await.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Dit scenario is verouderd.") && !page.contains("Neem dit scenario over"));
    }

    async fn adopting_proposes_for_everyone_and_reserves_exactly(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        // Below what it can do with after assessment: left out, and told why.
        let poor = put_poor(&app, &world).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        edited(&app, &world, &id, &ids[0][0], &[(2027, 40_000_001)], 1).await.unwrap();
        let division = opened(&app, &world, &id).await.division;
        assert!(!division.lines.iter().any(|it| it.project == poor.as_str()));

        let browser = coordinator(&app, &world).await;
        let page = browser.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Dat is minder dan het laagste bedrag"));
        let reply = browser.post(&format!("/scenarios/{id}/overname"), &[("versie", "2"), ("waarom", "Dit geld blijft bewaard.")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);

        let all = balances(&app, &world).await;
        for year in BOTH {
            let reserved: i64 = all.iter().filter(|((it, _), _)| it == year).map(|(_, it)| it.1.cents()).sum();
            let divided: i64 = division.lines.iter().filter(|it| it.year == *year).map(|it| it.amount.cents()).sum();
            assert_eq!(reserved, divided, "{year}");
        }
        let prevention: i64 = division.lines.iter()
            .filter(|it| it.category == "prevention" && it.year == 2027).map(|it| it.amount.cents()).sum();
        assert_eq!(all[&(2027, EnvelopeKind::Prevention)].1.cents(), prevention);

        let window = world.window.clone();
        let lines: BTreeMap<(ProjectId, i32), (Money, String)> = app.read(move |conn| {
            use versterkingsgelden::db::schema::{proposal_lines, proposals, applications as dossiers};
            let proposed = applications::store::in_window(conn, &window, &[State::Proposed])?;
            assert_eq!(proposed.len(), 3);
            let rows: Vec<(ProjectId, i32, Money, String)> = proposal_lines::table
                .inner_join(proposals::table.inner_join(dossiers::table))
                .filter(dossiers::window_id.eq(&window))
                .select((proposal_lines::project_id, proposal_lines::year, proposal_lines::amount_cents, proposal_lines::reason))
                .load(conn)?;
            Ok(rows.into_iter().map(|(id, year, amount, reason)| ((id, year), (amount, reason))).collect())
        }).await;
        assert_eq!(lines.len(), 3 * 7 + 1);
        let by_hand = &lines[&(ids[0][0].clone(), 2027)];
        assert_eq!(*by_hand, (Money::from_cents(40_000_001), "De burgemeester heeft het plan kleiner gemaakt.".to_owned()));
        let (nothing, why) = &lines[&(poor, 2027)];
        assert!(nothing.is_zero() && why.contains("minder dan het laagste bedrag"));

        assert!(matches!(adopted(&app, &world, &id, 3).await, Err(AppError::Refused(Refusal::ScenarioClosed))));
        let page = browser.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Dit scenario is overgenomen.") && !page.contains("Verwerp dit scenario"));
    }

    async fn the_most_that_a_scenario_gives_an_applicant_holds_from_then_on(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let changes = Changes {
            most: [("GM0503".to_owned(), [(2027, euros(500_000))].into())].into(),
            ..seeded()
        };
        let id = made(&app, &world, &world.window, "A", changes).await;
        adopted(&app, &world, &id, 1).await.unwrap();
        let (cycle, delft) = (world.cycle.clone(), world.leads[0].clone());
        let limits = app.read(move |conn| journal::limits::store::of_cycle(conn, &cycle)).await;
        let [limit] = limits.as_slice() else { panic!("{limits:?}") };
        assert_eq!((limit.year, limit.municipality.clone(), limit.at_most), (2027, delft, Some(euros(500_000))));
        assert!(Money::ZERO < limit.promised && limit.promised <= euros(500_000));
        // What the scenario gave is given back, and by hand no more can be given.
        let project = ids[0][0].clone();
        let by_hand = app.try_as(world.actor(Who::Coordinator), move |tx| {
            let application = applications::store::visible_project(tx.conn, &tx.actor, &project)?.0.id;
            let proposal = decisions::store::proposal_of(tx.conn, &application)?.unwrap();
            let mut lines = decisions::store::proposal_lines(tx.conn, &proposal.id)?;
            decisions::actions::withdraw_proposal(tx, &application, proposal.version)?;
            let first = lines.iter_mut().find(|it| (&it.project, it.year) == (&project, 2027)).unwrap();
            first.amount = euros(900_000);
            let new = decisions::proposal::NewProposal { application, scenario: None, reasons: "Past.".to_owned(), lines };
            decisions::actions::propose(tx, &new).map(drop)
        }).await;
        assert!(matches!(by_hand, Err(AppError::Refused(Refusal::AboveApplicantLimit { .. }))), "{by_hand:?}");
    }

    async fn adopting_is_all_or_nothing(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        // Who has an interest in one of the dossiers cannot propose for it, and so for none.
        let window = world.window.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            let last = applications::store::in_window(tx.conn, &window, &[State::Assessed])?.pop().unwrap();
            diesel::insert_into(interest_declarations::table)
                .values((
                    interest_declarations::application_id.eq(&last.id),
                    interest_declarations::account_id.eq(&tx.actor.id),
                    interest_declarations::has_conflict.eq(true),
                    interest_declarations::note.eq("Mijn zus werkt er."),
                    interest_declarations::declared_at.eq(tx.now),
                ))
                .execute(tx.conn)?;
            Ok(())
        }).await;
        assert!(matches!(adopted(&app, &world, &id, 1).await, Err(AppError::NotFound)));
        assert!(balances(&app, &world).await.values().all(|it| it.1.is_zero()));
        assert_eq!(opened(&app, &world, &id).await.scenario.state, ScenarioState::Draft);
        let page = coordinator(&app, &world).await.page(&format!("/scenarios/{id}")).await;
        assert!(page.contains("Gesloten: u hebt in dit dossier een belang gemeld"));
        assert!(!page.contains("Project 1 van Huizen"));
    }

    async fn what_one_category_leaves_pays_for_another(app: TestApp) {
        let world = World::new(&app).await;
        for at in 0..3 {
            let asks = vec![
                ask(Category::Baseline, 400, 100_000, 0, 100_000),
                ask(Category::OneYear, 400, 200_000, 200_000, 200_000),
            ];
            put(&app, &world, &world.window, at, asks).await;
        }
        let id = made(&app, &world, &world.window, "A", seeded()).await;
        assert_eq!(adopted(&app, &world, &id, 1).await.unwrap(), 3);
        let all = balances(&app, &world).await;
        // Two projects of 200,000 fit in the 500,000 for one year; basis op orde pays the third.
        assert_eq!(all[&(2027, EnvelopeKind::OneYear)].1, euros(400_000));
        assert_eq!(all[&(2027, EnvelopeKind::Baseline)].1, euros(500_000));
    }

    async fn what_was_promised_meanwhile_cannot_be_divided_again(app: TestApp) {
        let (world, _) = prepared(&app).await;
        let first = made(&app, &world, &world.window, "A", seeded()).await;
        adopted(&app, &world, &first, 1).await.unwrap();
        let window = world.window.clone();
        let empty = app.try_as(world.actor(Who::Coordinator), move |tx| {
            actions::create(tx, &window, "B", &seeded())
        }).await;
        assert!(matches!(empty, Err(AppError::Invalid(_))), "everyone was proposed for");
        let cycle = world.cycle.clone();
        let funds = app.read(move |conn| versterkingsgelden::scenarios::store::funds(conn, &cycle)).await;
        let all = balances(&app, &world).await;
        for fund in funds.iter().filter(|it| all.contains_key(&(it.year, it.kind))) {
            assert_eq!(fund.free, all[&(fund.year, fund.kind)].0);
        }
        let free: i64 = funds.iter().map(|it| it.free.cents()).sum();
        assert!(free < euros(7_000_000).cents(), "most of both years is reserved: {free}");
    }

    async fn a_top_up_divides_the_reserve(app: TestApp) {
        let world = World::new(&app).await;
        let window = NewWindow {
            cycle: world.cycle.clone(),
            kind: WindowKind::TopUp,
            name: "Aanvullend 2028".to_owned(),
            opens_at: moment("2026-09-01T07:00:00"),
            closes_at: moment("2026-10-08T15:00:00"),
        };
        let window = app.act(world.actor(Who::Coordinator), move |tx| schemes::actions::set_window(tx, &window)).await;
        for at in 0..3 {
            let one = Ask { years: &[2028], ..ask(Category::OneYear, 400, 300_000, 100_000, 300_000) };
            put(&app, &world, &window, at, vec![one]).await;
        }
        let changes = Changes {
            methods: [(Category::OneYear, Method::ProRata)].into(),
            ..seeded()
        };
        let id = made(&app, &world, &window, "Reserve", changes).await;
        let lines = opened(&app, &world, &id).await.division.lines;
        let amounts: Vec<Money> = lines.iter().map(|it| it.amount).collect();
        assert_eq!(amounts, [euros(250_000); 3]);
        assert_eq!(adopted(&app, &world, &id, 1).await.unwrap(), 3);
        let all = balances(&app, &world).await;
        assert_eq!(all[&(2028, EnvelopeKind::Reserve)], (Money::ZERO, euros(750_000)));
        assert_eq!(all[&(2028, EnvelopeKind::OneYear)].1, Money::ZERO);
    }

    async fn scenarios_stand_side_by_side(app: TestApp) {
        let (world, ids) = prepared(&app).await;
        let a = made(&app, &world, &world.window, "Evenredig", seeded()).await;
        let changes = Changes {
            methods: [(Category::Baseline, Method::RankingPartial)].into(),
            ..seeded()
        };
        let b = made(&app, &world, &world.window, "Hoogste score", changes).await;
        let browser = coordinator(&app, &world).await;
        let page = browser.page(&format!("/scenarios/vergelijking?s={a}&s={b}")).await;
        assert!(page.contains("Scenario A: Evenredig") && page.contains("Scenario B: Hoogste score"));
        assert!(page.contains("nl-diff--up") && page.contains("nl-diff--down") && page.contains("nl-chart"));
        assert!(page.contains(&format!("/scenarios/{b}/projecten/{}", ids[0][0])));
        // Prevention is divided the same way in both.
        assert!(!page.contains(&format!("/projecten/{}", ids[0][2])));
        let one = browser.get(&format!("/scenarios/vergelijking?s={a}")).await;
        assert_eq!(one.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(browser.get("/scenarios/vergelijking?s=x&s=y").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_page_needs_few_statements_however_many_projects(app: TestApp) {
        let world = World::new(&app).await;
        for at in 0..3 {
            let asks = (0..70).map(|it| ask(Category::Baseline, 300 + it, 100_000, 0, 90_000)).collect();
            put(&app, &world, &world.window, at, asks).await;
        }
        let a = made(&app, &world, &world.window, "A", seeded()).await;
        let b = made(&app, &world, &world.window, "B", seeded()).await;
        let browser = coordinator(&app, &world).await;
        for path in [
            "/scenarios".to_owned(),
            format!("/tijdvakken/{}/scenarios", world.window),
            format!("/scenarios/{a}"),
            format!("/scenarios/{a}?pagina=3&categorie=baseline"),
            format!("/scenarios/vergelijking?s={a}&s={b}"),
        ] {
            let (_, statements) = app.statements(browser.page(&path)).await;
            assert!(statements <= 8, "{path}: {statements}");
        }
    }
}

async fn put_poor(app: &TestApp, world: &World) -> ProjectId {
    let coordinator = world.actor(Who::Coordinator);
    let window = world.window.clone();
    app.act(coordinator, move |tx| {
        let first = applications::store::in_window(tx.conn, &window, &[State::Assessed])?.remove(0);
        let project: ProjectId = tx.new_id();
        diesel::insert_into(projects::table)
            .values((
                projects::id.eq(&project),
                projects::application_id.eq(&first.id),
                projects::position.eq(9),
                projects::answers.eq("{}"),
                projects::title.eq("Te klein geworden"),
                projects::category.eq(Some(Category::OneYear)),
                projects::score_hundredths.eq(Some(400_i64)),
                projects::saved_at.eq(tx.now),
                projects::saved_by.eq(&tx.actor.id),
                projects::version.eq(1),
            ))
            .execute(tx.conn)?;
        diesel::insert_into(project_years::table)
            .values((
                project_years::project_id.eq(&project),
                project_years::year.eq(2027),
                project_years::costs_cents.eq(euros(50_000)),
                project_years::own_contribution_cents.eq(Money::ZERO),
                project_years::co_financing_cents.eq(Money::ZERO),
                project_years::requested_cents.eq(euros(50_000)),
                project_years::minimum_cents.eq(euros(30_000)),
                project_years::eligible_cents.eq(Some(euros(20_000))),
            ))
            .execute(tx.conn)?;
        Ok(project)
    })
    .await
}
