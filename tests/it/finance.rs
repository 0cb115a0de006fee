//! State budget and journal on screen: every figure is the sum of the lines behind it.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    core::{
        category::{Category, EnvelopeKind},
        ids::{ApplicationId, DecisionId, EnvelopeId, ProjectId, ProposalId},
        money::Money,
    },
    db::{
        Tx,
        schema::{
            applications, decision_lines, decisions, interest_declarations, project_years,
            projects, proposal_lines, proposals,
        },
    },
    decisions::amendments::{self, Amendment, AmendmentState},
    error::AppError,
    journal::{
        Cause, NewEntry, Purpose, Stage, actions::book, balance, balance::Measure, lines, store,
    },
    schemes::budget_decisions::change::Change,
    texts::money::{self, amount},
};

use crate::support::{TestApp, Who, World, moment, on_both};

/// A promise of the stories: of a region, from an envelope.
#[derive(Debug, Clone)]
pub struct Promise {
    /// Delft, Gouda or Huizen.
    pub region: usize,
    /// Its title.
    pub title: &'static str,
    /// What kind of project.
    pub category: Category,
    /// Euros per year: asked, proposed, awarded.
    pub years: Vec<(i32, i32, i32, Option<i32>)>,
}

/// What the stories made.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The application.
    pub application: ApplicationId,
    /// The project.
    pub project: ProjectId,
    /// The proposal.
    pub proposal: ProposalId,
}

/// Delft is decided on in 2026, Gouda is proposed, Huizen was refused.
pub fn promises() -> Vec<Promise> {
    vec![
        Promise {
            region: 0,
            title: "=Regie; \"op orde\"",
            category: Category::Baseline,
            years: vec![
                (2027, 120_000, 100_000, Some(100_000)),
                (2028, 90_000, 80_000, Some(70_000)),
            ],
        },
        Promise {
            region: 1,
            title: "Jongeren, gericht",
            category: Category::Prevention,
            years: vec![(2027, 55_000, 50_000, None), (2028, 55_000, 45_000, None)],
        },
        Promise {
            region: 2,
            title: "Pilot",
            category: Category::OneYear,
            years: vec![(2027, 30_000, 30_000, Some(0))],
        },
    ]
}

/// Makes the dossiers of all promises: proposed on 1 November, decided on 1 December 2026.
pub async fn promise_all(app: &TestApp, world: &World) -> Vec<Dossier> {
    let mut dossiers = Vec::new();
    for promise in promises() {
        app.at(moment("2026-11-01T12:00:00"));
        let (it, of) = (promise.clone(), world.clone());
        let proposed = app
            .act(world.actor(Who::Coordinator), move |tx| {
                propose(tx, &of, &it)
            })
            .await;
        app.at(moment("2026-12-01T12:00:00"));
        let (it, of) = (promise.clone(), world.clone());
        dossiers.push(
            app.act(world.actor(Who::DecisionMaker), move |tx| {
                decide(tx, &of, &it, &proposed)
            })
            .await,
        );
    }
    dossiers
}

/// Delft's award is made known and in January 11,110 euro of 2027 is taken back.
async fn change_delfts_award(app: &TestApp, world: &World, delft: &Dossier) {
    app.at(moment("2027-01-11T12:00:00"));
    let (of, it) = (world.clone(), delft.clone());
    let coordinator = world.actor(Who::Coordinator).id.clone();
    app.act(world.actor(Who::DecisionMaker), move |tx| {
        diesel::update(decisions::table.filter(decisions::application_id.eq(&it.application)))
            .set((
                decisions::notified_at.eq(Some(tx.now)),
                decisions::letter.eq(Some("{}")),
                decisions::letter_sha256.eq(Some("-")),
            ))
            .execute(tx.conn)?;
        let decision = versterkingsgelden::decisions::store::decision_of(tx.conn, &it.application)?;
        let change = Amendment {
            id: tx.new_id(),
            reference: "VG-2027-0000-W1".to_owned(),
            application_id: it.application.clone(),
            decision_id: decision.unwrap().id,
            state: AmendmentState::Open,
            reason: "Minder nodig.".to_owned(),
            proposed_at: tx.now,
            proposed_by: coordinator.clone(),
            szw_verdict: None,
            szw_reason: String::new(),
            szw_by: None,
            decided_at: None,
            decided_by: None,
            letter: None,
            letter_sha256: None,
            version: 1,
        };
        let envelope = envelope(tx, &of, EnvelopeKind::Baseline, 2027);
        let line = amendments::Line {
            project: it.project.clone(),
            title: String::new(),
            category: Some(Category::Baseline),
            year: 2027,
            envelope: envelope.clone(),
            kind: EnvelopeKind::Baseline,
            before: Money::from_euros(100_000),
            after: Money::from_euros(88_890),
        };
        amendments::store::insert(tx, &change, &[line])?;
        let decided = Amendment {
            state: AmendmentState::Decided,
            decided_at: Some(tx.now),
            decided_by: Some(tx.actor.id.clone()),
            ..change
        };
        amendments::store::update(tx, &decided)?;
        let purpose = Purpose {
            application: it.application.clone(),
            project: it.project.clone(),
        };
        let amount = Money::from_euros(11_110);
        let entry = NewEntry::release(&envelope, Stage::Committed, amount, purpose);
        book(tx, Cause::Amendment(&decided.id), &[entry])?;
        Ok(())
    })
    .await;
}

fn envelope(tx: &mut Tx<'_>, world: &World, kind: EnvelopeKind, year: i32) -> EnvelopeId {
    let all = lines::store::envelopes(tx.conn, Some(&world.cycle)).unwrap();
    let found = all
        .into_iter()
        .find(|it| (it.kind, it.year) == (kind, year));
    found.unwrap().id
}

fn propose(tx: &mut Tx<'_>, world: &World, promise: &Promise) -> Result<Dossier, AppError> {
    let (application, project): (ApplicationId, ProjectId) = (tx.new_id(), tx.new_id());
    let proposal: ProposalId = tx.new_id();
    let me = tx.actor.id.clone();
    diesel::insert_into(applications::table)
        .values((
            applications::id.eq(&application),
            applications::reference.eq(format!("VG-2027-000{}", promise.region)),
            applications::window_id.eq(&world.window),
            applications::region_id.eq(&world.regions[promise.region]),
            applications::lead_municipality_id.eq(&world.leads[promise.region]),
            applications::state.eq("proposed"),
            applications::latest_version.eq(1),
            applications::submitted_at.eq(Some(tx.now)),
            applications::created_at.eq(tx.now),
            applications::updated_at.eq(tx.now),
            applications::version.eq(1),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(projects::table)
        .values((
            projects::id.eq(&project),
            projects::application_id.eq(&application),
            projects::position.eq(1),
            projects::answers.eq("{}"),
            projects::title.eq(promise.title),
            projects::category.eq(Some(promise.category)),
            projects::sub_item.eq(Some(promise.category.sub_items()[0])),
            projects::saved_at.eq(tx.now),
            projects::saved_by.eq(&me),
            projects::version.eq(1),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(proposals::table)
        .values((
            proposals::id.eq(&proposal),
            proposals::application_id.eq(&application),
            proposals::state.eq("open"),
            proposals::is_reserved.eq(true),
            proposals::reasons.eq("Past in de envelop."),
            proposals::proposed_at.eq(tx.now),
            proposals::proposed_by.eq(&me),
            proposals::version.eq(1),
        ))
        .execute(tx.conn)?;
    let mut entries = Vec::new();
    for (year, asked, proposed, _) in &promise.years {
        let euros = Money::from_euros;
        diesel::insert_into(project_years::table)
            .values((
                project_years::project_id.eq(&project),
                project_years::year.eq(year),
                project_years::costs_cents.eq(euros(*asked)),
                project_years::own_contribution_cents.eq(Money::ZERO),
                project_years::co_financing_cents.eq(Money::ZERO),
                project_years::requested_cents.eq(euros(*asked)),
                project_years::minimum_cents.eq(Money::ZERO),
                project_years::eligible_cents.eq(Some(euros(*proposed))),
            ))
            .execute(tx.conn)?;
        let envelope = envelope(tx, world, promise.category.envelope(), *year);
        diesel::insert_into(proposal_lines::table)
            .values((
                proposal_lines::proposal_id.eq(&proposal),
                proposal_lines::project_id.eq(&project),
                proposal_lines::year.eq(year),
                proposal_lines::envelope_id.eq(&envelope),
                proposal_lines::amount_cents.eq(euros(*proposed)),
                proposal_lines::reason.eq("Past."),
            ))
            .execute(tx.conn)?;
        let purpose = Purpose {
            application: application.clone(),
            project: project.clone(),
        };
        entries.push(NewEntry::reservation(&envelope, euros(*proposed), purpose));
    }
    book(tx, Cause::Proposal(&proposal), &entries)?;
    Ok(Dossier {
        application,
        project,
        proposal,
    })
}

fn decide(
    tx: &mut Tx<'_>,
    world: &World,
    promise: &Promise,
    dossier: &Dossier,
) -> Result<Dossier, AppError> {
    let awards: Vec<(i32, i32, i32)> = promise
        .years
        .iter()
        .filter_map(|(year, _, proposed, awarded)| Some((*year, *proposed, (*awarded)?)))
        .collect();
    if awards.is_empty() {
        return Ok(dossier.clone());
    }
    let decision: DecisionId = tx.new_id();
    let is_award = awards.iter().any(|it| 0 < it.2);
    diesel::insert_into(decisions::table)
        .values((
            decisions::id.eq(&decision),
            decisions::reference.eq(format!("B-{}", promise.region)),
            decisions::application_id.eq(&dossier.application),
            decisions::proposal_id.eq(&dossier.proposal),
            decisions::outcome.eq(if is_award {
                "partially_awarded"
            } else {
                "rejected"
            }),
            decisions::reasons.eq("Zie de regels."),
            decisions::decided_at.eq(tx.now),
            decisions::decided_by.eq(&tx.actor.id),
        ))
        .execute(tx.conn)?;
    let mut entries = Vec::new();
    for (year, proposed, awarded) in awards {
        let envelope = envelope(tx, world, promise.category.envelope(), year);
        let purpose = Purpose {
            application: dossier.application.clone(),
            project: dossier.project.clone(),
        };
        let euros = Money::from_euros;
        if 0 < awarded {
            let amount = euros(awarded);
            let whom = purpose.clone();
            entries.push(NewEntry::commitment(
                &envelope,
                Stage::Reserved,
                amount,
                whom,
            ));
        }
        if awarded < proposed {
            let rest = euros(proposed - awarded);
            entries.push(NewEntry::release(&envelope, Stage::Reserved, rest, purpose));
        }
        diesel::insert_into(decision_lines::table)
            .values((
                decision_lines::decision_id.eq(&decision),
                decision_lines::project_id.eq(&dossier.project),
                decision_lines::year.eq(year),
                decision_lines::envelope_id.eq(&envelope),
                decision_lines::amount_cents.eq(euros(awarded)),
                decision_lines::reason.eq("Past."),
            ))
            .execute(tx.conn)?;
    }
    book(tx, Cause::Decision(&decision), &entries)?;
    diesel::update(proposals::table.find(&dossier.proposal))
        .set((
            proposals::is_reserved.eq(false),
            proposals::state.eq("decided"),
        ))
        .execute(tx.conn)?;
    Ok(dossier.clone())
}

/// The amounts of the cells of a table row that starts with this text.
fn cells(page: &str, head: &str) -> Vec<String> {
    let row = page.split("<tr").find(|it| it.contains(head)).unwrap();
    row.split("<td")
        .skip(1)
        .map(|it| {
            let text = it.split_once('>').unwrap().1;
            let text = text.split("</td>").next().unwrap();
            text.split('>')
                .nth(1)
                .unwrap_or(text)
                .split('<')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

/// The addresses of the figures on the page.
fn figure_links(page: &str) -> Vec<String> {
    page.split("<td class=\"nl-num\"><a href=\"")
        .skip(1)
        .map(|it| {
            it.split('"')
                .next()
                .unwrap()
                .replace("&#38;", "&")
                .replace("&amp;", "&")
        })
        .collect()
}

/// Moves an amount from the flexible envelope of 2027 to basis op orde.
async fn transfer(app: &TestApp, world: &World, amount: Money) {
    let of = world.clone();
    let (from, to) = app
        .act(world.actor(Who::Coordinator), move |tx| {
            let one = envelope(tx, &of, EnvelopeKind::OneYear, 2027);
            Ok((one, envelope(tx, &of, EnvelopeKind::Baseline, 2027)))
        })
        .await;
    let stage = Stage::Free;
    let change = Change::Move {
        from,
        stage,
        to,
        amount,
    };
    world.change_budget(app, change).await;
}

/// The links to lines on a page, with the amount that each shows.
pub fn amount_links(page: &str) -> Vec<(String, String)> {
    let links = page.split("href=\"/boekingen?").skip(1);
    let shown = links.filter_map(|it| {
        let (address, rest) = it.split_once('"')?;
        let inside = rest.split_once('>')?.1.split("</a>").next()?;
        let text = match inside.strip_prefix("<text") {
            Some(chart) => chart.split_once('>')?.1.strip_suffix("</text>")?,
            None => inside,
        };
        let address = address.replace("&#38;", "&").replace("&amp;", "&");
        // The exports and menus lead there too.
        let is_amount =
            address.contains("soort=") && text.ends_with(|it: char| it.is_ascii_digit());
        is_amount.then(|| (format!("/boekingen?{address}"), text.to_owned()))
    });
    shown.collect()
}

on_both! {
    async fn the_state_budget_is_the_sum_of_the_lines(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let browser = app.browser(world.actor(Who::Finance)).await;
        let page = browser.page("/begroting").await;
        assert_eq!(
            cells(&page, "Totaal 2027"),
            ["7.000.000,00", "50.000,00", "100.000,00", "0,00", "6.850.000,00"]
        );
        assert_eq!(
            cells(&page, "Totaal 2028"),
            ["7.000.000,00", "45.000,00", "70.000,00", "0,00", "6.885.000,00"]
        );
        // The same from the lines: the envelope's balance as the journal has it.
        let cycle = world.cycle.clone();
        let (kept, computed) = app
            .read(move |conn| {
                let kept = store::balances(conn, &cycle)?;
                let all = lines::store::movements(conn, &lines::Selection::default(), None)?;
                Ok((kept, balance::balances(&all)?))
            })
            .await;
        assert_eq!(kept, computed.into_values().collect::<Vec<_>>());
        assert_eq!(kept.len(), 7);
    }

    async fn every_figure_opens_onto_lines_that_add_up_to_it(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let browser = app.browser(world.actor(Who::Finance)).await;
        for day in ["", "?per=2026-11-15"] {
            let page = browser.page(&format!("/begroting{day}")).await;
            let links = figure_links(&page);
            assert_eq!(links.len(), 2 * 5 * 5);
            for link in links {
                let shown = page
                    .replace("&#38;", "&")
                    .split(&format!("{link}\">"))
                    .nth(1)
                    .unwrap()
                    .split('<')
                    .next()
                    .unwrap()
                    .to_owned();
                let lines = browser.page(&link).await;
                match lines.split("<tfoot>").nth(1) {
                    Some(foot) => assert!(foot.contains(&format!(">{shown}<")), "{link}: {shown}"),
                    None => assert_eq!(shown, "0,00", "{link}"),
                }
            }
        }
    }

    async fn every_amount_of_the_ledger_on_any_page_leads_to_lines_that_add_up_to_it(app: TestApp) {
        let world = World::new(&app).await;
        let dossiers = promise_all(&app, &world).await;
        change_delfts_award(&app, &world, &dossiers[0]).await;
        let (cycle, case) = (&world.cycle, |at: usize| format!("/aanvragen/{}/besluit", dossiers[at].application));
        let lines_of = app.browser(world.actor(Who::Finance)).await;
        let mut seen = 0;
        for (who, paths) in [
            (Who::Finance, vec!["/".to_owned(), format!("/exports/begroting?cyclus={cycle}"), format!("/exports/boekingen?cyclus={cycle}&per=2026-11-15"), format!("/exports/toekenningen?cyclus={cycle}"), "/begroting".to_owned(), "/begroting?per=2026-11-15&om=10:00".to_owned(), "/inrichting".to_owned()]),
            (Who::Coordinator, vec!["/".to_owned(), format!("/inrichting/cycli/{cycle}"), case(0), case(1)]),
            (Who::DecisionMaker, vec!["/".to_owned(), "/inrichting/plafond".to_owned(), "/inrichting/overheveling".to_owned(), case(0)]),
        ] {
            let browser = app.browser(world.actor(who)).await;
            for path in paths {
                let page = browser.page(&path).await;
                // No amount of a meter, and no key figure in euros, is there without its link.
                for meter in page.split("class=\"nl-amounts\"").skip(1) {
                    let meter = meter.split("</p>").next().unwrap();
                    assert!(!meter.contains("<span class=\"nl-money\">"), "{path}: {meter}");
                }
                let links = amount_links(&page);
                assert!(!links.is_empty(), "{path} has no amounts");
                for (href, shown) in links {
                    let lines = lines_of.page(&href).await;
                    let total = match lines.split("<tfoot>").nth(1) {
                        Some(foot) => Money::parse_dutch(foot.split("</td></tr>").next().unwrap().rsplit('>').next().unwrap()).unwrap(),
                        None => Money::ZERO,
                    };
                    let told = [amount(total), money::euros(total), money::whole_euros(total), format!("vrij {}", amount(total))];
                    assert!(told.contains(&shown), "{path}: {shown} leads to {total} ({href})");
                    seen += 1;
                }
            }
        }
        assert!(100 < seen, "{seen}");
        // Who may not see the journal gets the amounts and no link.
        let reviewer = app.browser(world.actor(Who::SzwDecisionMaker)).await;
        let page = reviewer.page(&case(0)).await;
        assert!(page.contains("88.890,00") && !page.contains("/boekingen"), "{page}");
        // And what it was at first stands beside it, on the list too.
        for words in ["Bij besluit", "100.000,00", "158.890,00", "VG-2027-0000-W1"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let list = reviewer.page("/besluiten?stand=alles").await;
        assert!(list.contains("158.890,00<br><small class=\"nl-muted\">bij besluit 180.000,00"), "{list}");
    }

    async fn a_line_says_who_booked_it_and_what_was_booked_with_it(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let finance = app.browser(world.actor(Who::Finance)).await;
        let page = finance.page("/boekingen?soort=toegekend").await;
        let row = page.split("<tr id=\"b-").nth(1).unwrap();
        assert!(row.contains("<span class=\"nl-diff\">DecisionMaker</span>"), "{row}");
        let href = row.split("href=\"").find(|it| it.contains("transactie=")).unwrap();
        let href = href.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        // Both years of the decision and what was left of the reservation, and nothing else.
        let all = finance.page(&href).await;
        assert!(all.contains("1 tot en met 3 van 3 boekingen") && all.contains("U ziet alleen wat in één keer is geboekt."), "{all}");
        assert_eq!(all.matches("Besluit B-0").count(), 3, "{all}");
        // The filter above it keeps the question.
        assert!(all.contains("<input type=\"hidden\" name=\"transactie\""), "{all}");
    }

    async fn a_past_day_shows_what_stood_at_its_end_in_the_netherlands(app: TestApp) {
        let world = World::new(&app).await;
        promise_all(&app, &world).await;
        let browser = app.browser(world.actor(Who::Finance)).await;
        let before = browser.page("/begroting?per=2026-09-14").await;
        assert_eq!(cells(&before, "Totaal 2027")[0], "0,00");
        let proposed = browser.page("/begroting?per=2026-11-30").await;
        assert_eq!(
            cells(&proposed, "Totaal 2027"),
            ["7.000.000,00", "180.000,00", "0,00", "0,00", "6.820.000,00"]
        );
        assert!(proposed.contains("Stand aan het einde van maandag 30 november 2026"));
        // What is booked a second after midnight in the Netherlands belongs to the next day.
        app.at(moment("2026-11-15T23:00:01"));
        transfer(&app, &world, Money::from_cents(1)).await;
        app.at(moment("2026-12-05T12:00:00"));
        let browser = app.browser(world.actor(Who::Finance)).await;
        let baseline = async |day: &str| {
            let page = browser.page(&format!("/begroting?per={day}")).await;
            cells(&page, "Basis op orde</th>")[0].clone()
        };
        assert_eq!(baseline("2026-11-15").await, "4.500.000,00");
        assert_eq!(baseline("2026-11-16").await, "4.500.000,01");
        // And to the second, where a time is asked: what is done before it counts.
        for (time, amount) in [("00:00:01", "4.500.000,00"), ("00:00:02", "4.500.000,01")] {
            assert_eq!(baseline(&format!("2026-11-16&om={time}")).await, amount);
        }
    }

    async fn a_day_that_is_none_is_refused_and_kept(app: TestApp) {
        let world = World::new(&app).await;
        let browser = app.browser(world.actor(Who::Finance)).await;
        for path in ["/begroting", "/boekingen", "/exports", "/exports/begroting"] {
            let reply = browser.get(&format!("{path}?per=31-2-2026")).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(reply.body.contains("value=\"31-2-2026\""), "{path}");
            assert!(reply.body.contains("Dit is geen datum die bestaat."), "{path}");
        }
        for path in ["/begroting?cyclus=x", "/boekingen?soort=x", "/boekingen?envelop=x", "/exports/x"] {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn the_running_amount_goes_on_over_the_pages(app: TestApp) {
        let world = World::new(&app).await;
        for _ in 0..60 {
            transfer(&app, &world, Money::from_euros(1)).await;
        }
        let browser = app.browser(world.actor(Who::Finance)).await;
        let path = "/boekingen?jaar=2027&envelop=one_year&soort=vrij";
        let first = browser.page(path).await;
        assert!(!first.contains("<tfoot>") && first.contains("1 tot en met 50 van 61"));
        let second = browser.page(&format!("{path}&pagina=2")).await;
        // The 51st line is the fiftieth transfer of one euro.
        assert!(second.contains(">499.950,00<") && !second.contains(">499.951,00<"));
        let total = amount(Money::from_euros(499_940));
        assert!(second.split("<tfoot>").nth(1).unwrap().contains(&total));
        // Within the year nothing entered or left.
        let year = browser.page("/boekingen?jaar=2027&soort=plafond").await;
        assert!(year.contains("1 tot en met 3 van 3"), "{year}");
    }

    async fn a_page_takes_as_many_statements_for_many_lines(app: TestApp) {
        let world = World::new(&app).await;
        let browser = app.browser(world.actor(Who::Finance)).await;
        let paths = [
            "/begroting",
            "/begroting?per=2026-09-15",
            "/boekingen",
            "/boekingen?jaar=2027&soort=vrij&per=2026-11-15",
            "/exports",
            "/exports/begroting",
        ];
        let mut before = Vec::new();
        for path in paths {
            before.push(app.statements(browser.page(path)).await.1);
        }
        promise_all(&app, &world).await;
        app.at(moment("2026-09-15T08:00:00"));
        for (path, before) in paths.iter().zip(before) {
            let after = app.statements(browser.page(path)).await.1;
            assert_eq!(after, before, "{path}");
            assert!(after <= 8, "{path}: {after}");
        }
    }

    async fn a_conflict_of_interest_hides_the_dossier_and_not_the_amounts(app: TestApp) {
        let world = World::new(&app).await;
        let dossiers = promise_all(&app, &world).await;
        let delft = dossiers[0].application.clone();
        let who = world.actor(Who::DecisionMaker).id.clone();
        app.act(world.actor(Who::DecisionMaker), move |tx| {
            diesel::insert_into(interest_declarations::table)
                .values((
                    interest_declarations::application_id.eq(&delft),
                    interest_declarations::account_id.eq(&who),
                    interest_declarations::has_conflict.eq(true),
                    interest_declarations::note.eq("Familie."),
                    interest_declarations::declared_at.eq(tx.now),
                ))
                .execute(tx.conn)?;
            Ok(())
        }).await;
        let title = "op orde&#34;";
        let own = format!("/boekingen?aanvraag={}&soort=toegekend", dossiers[0].application);
        for (who, sees) in [(Who::Finance, true), (Who::DecisionMaker, false)] {
            let browser = app.browser(world.actor(who)).await;
            let page = browser.page("/boekingen?soort=toegekend").await;
            assert_eq!(page.contains(title), sees);
            assert!(page.contains(">170.000,00<"));
            // Alone they would tell whose they are.
            let alone = browser.get(&own).await.status;
            assert_eq!(alone, if sees { StatusCode::OK } else { StatusCode::NOT_FOUND });
            let awards = browser.get("/exports/toekenningen?formaat=csv").await;
            assert_eq!(awards.body.contains("VG-2027-0000"), sees);
            let entries = browser.get("/exports/boekingen?formaat=csv").await;
            assert_eq!(entries.body.contains("VG-2027-0000"), sees);
            assert_eq!(entries.body.contains("gesloten dossier"), !sees);
            assert_eq!(entries.body.contains(dossiers[0].application.as_str()), sees);
            // Nor do they lead to all that was booked with it.
            assert_eq!(page.matches("alles van deze transactie").count(), if sees { 2 } else { 0 }, "{page}");
        }
    }
}

#[test]
fn the_figures_have_one_order_everywhere() {
    let names: Vec<&str> = Measure::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(
        names,
        [
            "plafond",
            "gereserveerd",
            "toegekend",
            "betaald",
            "vrij",
            "bevoorschot",
            "verantwoord",
            "vastgesteld",
            "vrijgevallen",
            "teruggevorderd",
            "beloofd"
        ]
    );
}
