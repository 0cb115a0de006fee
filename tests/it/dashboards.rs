//! The start page: what each role has to do now, with exact sums, and no more statements for many
//! rows than for one.

use diesel::RunQueryDsl;
use versterkingsgelden::{
    applications::{self, Application, state::State},
    core::{
        actor::Actor,
        ids::{ApplicationId, DecisionId, EnvelopeId, ProjectId, ProposalId, RegionId},
        money::Money,
    },
    db::{
        Tx,
        schema::{
            application_versions, assignments, completion_requests, decision_lines, decisions,
            interest_declarations, outbox, project_years, projects, proposal_lines, proposals,
        },
    },
    error::AppError,
    schemes::{actions, store},
};

use crate::support::{TestApp, Who, World, moment, on_both};

/// An application as another domain would have left it: one prevention project in 2027.
fn an_application(
    tx: &mut Tx<'_>,
    world: &World,
    region: &RegionId,
    lead: usize,
    state: State,
    cents: i64,
) -> Result<(ApplicationId, ProjectId), AppError> {
    use diesel::ExpressionMethods;
    let is_submitted = state != State::Draft;
    let id: ApplicationId = tx.new_id();
    let application = Application {
        reference: format!("VG-{id}"),
        id: id.clone(),
        window_id: world.window.clone(),
        region_id: region.clone(),
        lead_municipality_id: world.leads[lead].clone(),
        parent_id: None,
        signing_id: None,
        copied_from: None,
        state,
        latest_version: i32::from(is_submitted),
        submitted_at: is_submitted.then_some(tx.now),
        created_at: tx.now,
        updated_at: tx.now,
        version: 1,
    };
    applications::store::insert(tx, &application)?;
    let (project, by, now, zero) = (
        tx.new_id::<ProjectId>(),
        tx.actor.id.clone(),
        tx.now,
        Money::ZERO,
    );
    diesel::insert_into(projects::table)
        .values((
            (
                projects::id.eq(&project),
                projects::application_id.eq(&id),
                projects::position.eq(1),
            ),
            (
                projects::answers.eq("{}"),
                projects::title.eq("Een project"),
            ),
            (
                projects::category.eq(Some("prevention")),
                projects::saved_at.eq(now),
            ),
            (projects::saved_by.eq(&by), projects::version.eq(1)),
        ))
        .execute(tx.conn)?;
    let amount = Money::from_cents(cents);
    diesel::insert_into(project_years::table)
        .values((
            (
                project_years::project_id.eq(&project),
                project_years::year.eq(2027),
            ),
            (
                project_years::costs_cents.eq(amount),
                project_years::own_contribution_cents.eq(zero),
            ),
            (
                project_years::co_financing_cents.eq(zero),
                project_years::requested_cents.eq(amount),
            ),
            project_years::minimum_cents.eq(zero),
        ))
        .execute(tx.conn)?;
    if is_submitted {
        diesel::insert_into(application_versions::table)
            .values((
                (
                    application_versions::application_id.eq(&id),
                    application_versions::number.eq(1),
                ),
                (
                    application_versions::submitted_at.eq(now),
                    application_versions::submitted_by.eq(&by),
                ),
                (
                    application_versions::content.eq("{}"),
                    application_versions::sha256.eq(""),
                ),
                application_versions::requested_cents.eq(amount),
            ))
            .execute(tx.conn)?;
    }
    Ok((id, project))
}

fn a_proposal(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    project: &ProjectId,
    envelope: &EnvelopeId,
    cents: i64,
) -> Result<ProposalId, AppError> {
    use diesel::ExpressionMethods;
    let (proposal, now, by) = (tx.new_id::<ProposalId>(), tx.now, tx.actor.id.clone());
    diesel::insert_into(proposals::table)
        .values((
            (
                proposals::id.eq(&proposal),
                proposals::application_id.eq(id),
            ),
            (
                proposals::state.eq("open"),
                proposals::is_reserved.eq(false),
            ),
            (
                proposals::reasons.eq(""),
                proposals::proposed_at.eq(now),
                proposals::proposed_by.eq(&by),
            ),
            proposals::version.eq(1),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(proposal_lines::table)
        .values((
            (
                proposal_lines::proposal_id.eq(&proposal),
                proposal_lines::project_id.eq(project),
            ),
            (
                proposal_lines::year.eq(2027),
                proposal_lines::envelope_id.eq(envelope),
            ),
            (
                proposal_lines::amount_cents.eq(Money::from_cents(cents)),
                proposal_lines::reason.eq("x"),
            ),
        ))
        .execute(tx.conn)?;
    Ok(proposal)
}

/// An award; sent only if `sent`.
fn an_award(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    project: &ProjectId,
    proposal: &ProposalId,
    envelope: &EnvelopeId,
    cents: i64,
    sent: bool,
) -> Result<(), AppError> {
    use diesel::ExpressionMethods;
    let (decision, now, by) = (tx.new_id::<DecisionId>(), tx.now, tx.actor.id.clone());
    let letter = sent.then_some("{}");
    diesel::insert_into(decisions::table)
        .values((
            (
                decisions::id.eq(&decision),
                decisions::reference.eq(decision.as_str()),
            ),
            (
                decisions::application_id.eq(id),
                decisions::proposal_id.eq(proposal),
            ),
            (decisions::outcome.eq("awarded"), decisions::reasons.eq("x")),
            (decisions::decided_at.eq(now), decisions::decided_by.eq(&by)),
            (
                decisions::notified_at.eq(sent.then_some(now)),
                decisions::letter.eq(letter),
            ),
            decisions::letter_sha256.eq(letter),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(decision_lines::table)
        .values((
            (
                decision_lines::decision_id.eq(&decision),
                decision_lines::project_id.eq(project),
            ),
            (
                decision_lines::year.eq(2027),
                decision_lines::envelope_id.eq(envelope),
            ),
            (
                decision_lines::amount_cents.eq(Money::from_cents(cents)),
                decision_lines::reason.eq("x"),
            ),
        ))
        .execute(tx.conn)?;
    Ok(())
}

async fn prevention(app: &TestApp, world: &World) -> EnvelopeId {
    let cycle = world.cycle.clone();
    let envelopes = app.read(move |conn| store::envelopes(conn, &cycle)).await;
    let found = envelopes
        .into_iter()
        .find(|it| it.year == 2027 && it.kind.as_str() == "prevention");
    found.unwrap().id
}

/// An application per state, each of another region, and enough beside it to fill every list.
async fn fill(app: &TestApp, world: &World, times: usize) {
    let envelope = prevention(app, world).await;
    let (world, reviewer) = (world.clone(), world.actor(Who::NctvReviewer).id.clone());
    app.act(&world.actor(Who::Coordinator).clone(), move |tx| {
        use diesel::ExpressionMethods;
        for round in 0..times {
            for state in State::ALL {
                let name = format!("{} {round}", state.as_str());
                let lead = [world.leads[0].clone()];
                let from = "2020-01-01".parse().unwrap();
                let region = actions::create_region(tx, &name, &lead, &lead[0], from)?;
                let (id, project) = an_application(tx, &world, &region, 0, *state, 100_001)?;
                diesel::insert_into(assignments::table)
                    .values((
                        (
                            assignments::application_id.eq(&id),
                            assignments::reviewer_id.eq(&reviewer),
                        ),
                        (
                            assignments::department.eq("nctv"),
                            assignments::assigned_at.eq(tx.now),
                        ),
                        assignments::assigned_by.eq(&tx.actor.id.clone()),
                    ))
                    .execute(tx.conn)?;
                diesel::insert_into(completion_requests::table)
                    .values((
                        (
                            completion_requests::id.eq(id.as_str()),
                            completion_requests::application_id.eq(&id),
                        ),
                        (
                            completion_requests::sections.eq("[]"),
                            completion_requests::message.eq("x"),
                        ),
                        (
                            completion_requests::due_on
                                .eq("2026-09-14".parse::<chrono::NaiveDate>().unwrap()),
                            completion_requests::requested_at.eq(tx.now),
                        ),
                        completion_requests::requested_by.eq(&tx.actor.id.clone()),
                    ))
                    .execute(tx.conn)?;
                let proposal = a_proposal(tx, &id, &project, &envelope, 90_001)?;
                an_award(
                    tx,
                    &id,
                    &project,
                    &proposal,
                    &envelope,
                    90_001,
                    *state == State::Notified,
                )?;
                diesel::insert_into(outbox::table)
                    .values((
                        (
                            outbox::id.eq(id.as_str()),
                            outbox::municipality_id.eq(&world.leads[0]),
                        ),
                        (
                            outbox::kind.eq("x"),
                            outbox::subject.eq("Ontvangst bevestigd"),
                            outbox::body.eq("x"),
                        ),
                        outbox::created_at.eq(tx.now),
                    ))
                    .execute(tx.conn)?;
            }
        }
        Ok(())
    })
    .await;
}

async fn start_page(app: &TestApp, actor: &Actor) -> (String, usize) {
    let browser = app.browser(actor).await;
    app.statements(browser.page("/")).await
}

on_both! {
    async fn no_start_page_needs_more_statements_for_more_rows(app: TestApp) {
        let world = World::new(&app).await;
        fill(&app, &world, 1).await;
        let mut few = Vec::new();
        for who in Who::ALL {
            few.push(start_page(&app, world.actor(*who)).await.1);
        }
        fill_more(&app, &world).await;
        for (who, few) in Who::ALL.iter().zip(few) {
            let (_, many) = start_page(&app, world.actor(*who)).await;
            assert_eq!(many, few, "{who:?}");
            assert!((1..=8).contains(&many), "{who:?}: {many} statements");
        }
    }

    async fn the_coordinator_sees_the_round_with_totals_that_foot(app: TestApp) {
        let world = World::new(&app).await;
        fill(&app, &world, 1).await;
        let (page, _) = start_page(&app, world.actor(Who::Coordinator)).await;
        // Eleven states, of which a draft is not the ministry's to know and withdrawn is over.
        assert!(page.contains("<p class=\"nl-muted\">9 aanvragen. Het tijdvak is open tot donderdag 8 oktober 2026, 17.00 uur.</p>"), "{page}");
        assert!(page.contains("<td class=\"nl-num\">9</td><td class=\"nl-num\">9.000,09</td>"), "{page}");
        assert!(!page.contains("Concept") && !page.contains("Ingetrokken"), "{page}");
        // What is overdue comes first.
        assert!(page.contains("completion_requested 0 had tot en met maandag 14 september 2026"), "{page}");
        assert!(page.contains("€\u{a0}4.500.000"), "{page}");
        assert!(page.contains("4 van 9"), "{page}");
        // 13 weeks after 8 October 2026; longer than twelve, so not extended.
        assert!(page.contains("7 jan 2027"), "{page}");
    }

    async fn a_municipality_sees_its_own_and_an_award_only_when_it_was_sent(app: TestApp) {
        let world = World::new(&app).await;
        let (before, _) = start_page(&app, world.actor(Who::Gouda)).await;
        assert!(before.contains("Start uw aanvraag") && before.contains("U hebt nog geen aanvraag."), "{before}");
        assert!(before.contains(&format!("name=\"tijdvak\" value=\"{}\"", world.window)), "{before}");
        fill(&app, &world, 1).await;
        let (page, _) = start_page(&app, world.actor(Who::Delft)).await;
        assert!(page.contains("€\u{a0}1.000 gevraagd, €\u{a0}900 toegekend"), "{page}");
        assert_eq!(page.matches("toegekend</td>").count(), 1, "{page}");
        for inside in ["Besloten", "Voorgesteld", "Beoordeeld"] {
            assert!(!page.contains(inside), "{inside}: {page}");
        }
        assert!(page.contains("vraagt u aanvraag VG-"), "{page}");
        let (gouda, _) = start_page(&app, world.actor(Who::Gouda)).await;
        assert!(!gouda.contains("VG-"), "{gouda}");
    }

    async fn a_dossier_with_a_conflict_of_interest_is_in_no_list(app: TestApp) {
        let world = World::new(&app).await;
        fill(&app, &world, 1).await;
        let reviewer = world.actor(Who::NctvReviewer).clone();
        let (page, _) = start_page(&app, &reviewer).await;
        assert!(page.contains("in_assessment 0") && page.contains("Verklaar uw belangen"), "{page}");
        assert!(page.contains("0 van 1 projecten"), "{page}");
        let id = app.read({
            let window = world.window.clone();
            move |conn| applications::store::in_window(conn, &window, &[State::InAssessment])
        }).await[0].id.clone();
        app.act(&reviewer, move |tx| {
            use diesel::ExpressionMethods;
            diesel::insert_into(interest_declarations::table)
                .values((
                    (interest_declarations::application_id.eq(&id), interest_declarations::account_id.eq(&tx.actor.id.clone())),
                    (interest_declarations::has_conflict.eq(true), interest_declarations::note.eq("familie")),
                    interest_declarations::declared_at.eq(tx.now),
                ))
                .execute(tx.conn)?;
            Ok(())
        }).await;
        let (page, _) = start_page(&app, &reviewer).await;
        assert!(!page.contains("in_assessment 0") && page.contains("Er zijn geen dossiers voor u."), "{page}");
    }

    async fn decision_makers_see_what_waits_for_them(app: TestApp) {
        let world = World::new(&app).await;
        fill(&app, &world, 1).await;
        let (page, _) = start_page(&app, world.actor(Who::DecisionMaker)).await;
        assert!(page.contains("11 voorstellen wachten") && page.contains("Wacht op SZW"), "{page}");
        assert!(page.contains("/begrotingsbesluiten"), "{page}");
        let (page, _) = start_page(&app, world.actor(Who::SzwDecisionMaker)).await;
        assert!(page.contains("Zonder uw instemming kan de NCTV niet besluiten."), "{page}");
        let (page, _) = start_page(&app, world.actor(Who::Finance)).await;
        assert!(page.contains("€\u{a0}14.000.000") && page.contains("Begroting 2027-2028"), "{page}");
        let (page, _) = start_page(&app, world.actor(Who::Auditor)).await;
        assert!(page.contains("Vastgelegde feiten"), "{page}");
        let (page, _) = start_page(&app, world.actor(Who::Administrator)).await;
        assert!(page.contains("Wie wat mag") && !page.contains("VG-"), "{page}");
    }

    async fn the_round_that_closed_last_is_shown_unless_another_is_asked_for(app: TestApp) {
        let world = World::new(&app).await;
        app.at(moment("2026-11-23T09:00:00"));
        let coordinator = app.browser(world.actor(Who::Coordinator)).await;
        let page = coordinator.page("/").await;
        assert!(page.contains("Het tijdvak sloot op donderdag 8 oktober 2026, 17.00 uur."), "{page}");
        let page = coordinator.page("/?tijdvak=bestaat-niet").await;
        assert!(page.contains("Aanvragen 2027-2028"), "{page}");
    }
}

/// Twenty times as many rows, with other names.
async fn fill_more(app: &TestApp, world: &World) {
    let coordinator = world.actor(Who::Coordinator).clone();
    let envelope = prevention(app, world).await;
    let world = world.clone();
    app.act(&coordinator, move |tx| {
        for number in 0..200 {
            let state = State::ALL[number % State::ALL.len()];
            let lead = [world.leads[0].clone()];
            let from = "2020-01-01".parse().unwrap();
            let name = format!("Regio {number}");
            let region = actions::create_region(tx, &name, &lead, &lead[0], from)?;
            let (id, project) = an_application(tx, &world, &region, 0, state, 5)?;
            a_proposal(tx, &id, &project, &envelope, 4)?;
        }
        Ok(())
    })
    .await;
}
