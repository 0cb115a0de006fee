//! After an award: what was reached is reported against what was promised.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use versterkingsgelden::{
    applications::{Application, project, state::State, store},
    audit,
    core::{
        answers::Answers,
        category::EnvelopeKind,
        ids::{ApplicationId, DecisionId, ProjectId, ProposalId},
        money::Money,
    },
    db::schema::{decision_lines, decisions, proposals},
    schemes,
};

use crate::{
    projects::a_project,
    support::{TestApp, Who, World, on_both, projects},
};

/// Delft's application with one project for two years, of which the first was awarded, and the
/// address of its progress.
async fn awarded(app: &TestApp, world: &World) -> (ApplicationId, String) {
    let (application, project, _) = a_project(app, world).await;
    let costs = [(2027, "100"), (2028, "200")];
    let fields = projects::project("prevention", "targeted", "Jongerenwerk", &costs);
    let answers = Answers::from_pairs(fields).unwrap();
    let (id, of) = (project.clone(), application.clone());
    app.act(world.actor(Who::Delft), move |tx| {
        project::actions::save(tx, &id, 1, &answers)?;
        let draft = store::get(tx.conn, &of)?;
        let notified = Application {
            state: State::Notified,
            latest_version: 1,
            submitted_at: Some(tx.now),
            ..draft
        };
        store::update(tx, &notified)
    })
    .await;
    decide(app, world, &application, &project, "B-1").await;
    let page = format!("/aanvragen/{application}/voortgang");
    (application, page)
}

/// A decision that was sent: EUR 100 for 2027, nothing for 2028.
pub async fn decide(
    app: &TestApp,
    world: &World,
    application: &ApplicationId,
    project: &ProjectId,
    reference: &'static str,
) {
    let (application, project) = (application.clone(), project.clone());
    let cycle = world.cycle.clone();
    app.act(world.actor(Who::DecisionMaker), move |tx| {
        let (proposal, decision): (ProposalId, DecisionId) = (tx.new_id(), tx.new_id());
        diesel::insert_into(proposals::table)
            .values((
                proposals::id.eq(&proposal),
                proposals::application_id.eq(&application),
                proposals::state.eq("decided"),
                proposals::is_reserved.eq(false),
                proposals::reasons.eq("Goed plan."),
                proposals::proposed_at.eq(tx.now),
                proposals::proposed_by.eq(&tx.actor.id),
                proposals::szw_reason.eq(""),
                proposals::version.eq(1),
            ))
            .execute(tx.conn)?;
        diesel::insert_into(decisions::table)
            .values((
                decisions::id.eq(&decision),
                decisions::reference.eq(reference),
                decisions::application_id.eq(&application),
                decisions::proposal_id.eq(&proposal),
                decisions::outcome.eq("partially_awarded"),
                decisions::reasons.eq("Goed plan."),
                decisions::decided_at.eq(tx.now),
                decisions::decided_by.eq(&tx.actor.id),
                decisions::notified_at.eq(tx.now),
                decisions::notified_by.eq(&tx.actor.id),
                decisions::letter.eq("{}"),
                decisions::letter_sha256.eq("x"),
            ))
            .execute(tx.conn)?;
        let envelopes = schemes::store::envelopes(tx.conn, &cycle)?;
        for (year, euros) in [(2027, 100), (2028, 0)] {
            let kind = EnvelopeKind::Prevention;
            let envelope = envelopes
                .iter()
                .find(|it| (it.year, it.kind) == (year, kind))
                .unwrap();
            diesel::insert_into(decision_lines::table)
                .values((
                    decision_lines::decision_id.eq(&decision),
                    decision_lines::project_id.eq(&project),
                    decision_lines::year.eq(year),
                    decision_lines::envelope_id.eq(&envelope.id),
                    decision_lines::amount_cents.eq(Money::from_euros(euros)),
                    decision_lines::reason.eq("Goed plan."),
                ))
                .execute(tx.conn)?;
        }
        Ok(())
    })
    .await;
}

/// What a person fills in for the two indicators of 2027, with the hidden versions of the page.
fn filled(page: &str, actuals: [&str; 2], why: [&str; 2], version: &str) -> Vec<(String, String)> {
    let ids: Vec<&str> = page
        .match_indices("id=\"werkelijk.")
        .map(|(at, found)| {
            let rest = &page[at + found.len()..];
            &rest[..rest.find('"').unwrap()]
        })
        .collect();
    assert_eq!(ids.len(), 2, "{page}");
    let mut fields = Vec::new();
    for ((id, actual), why) in ids.iter().zip(actuals).zip(why) {
        fields.push((format!("versie.{id}"), version.to_owned()));
        fields.push((format!("werkelijk.{id}"), actual.to_owned()));
        fields.push((format!("toelichting.{id}"), why.to_owned()));
    }
    fields
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = fields.iter();
    pairs.map(|(name, text)| (&**name, &**text)).collect()
}

on_both! {
    async fn a_missed_target_needs_an_explanation(app: TestApp) {
        let world = World::new(&app).await;
        let (application, page) = awarded(&app, &world).await;
        let browser = app.browser(world.actor(Who::DelftEditor)).await;
        let shown = browser.page(&page).await;
        assert!(shown.contains("Jongerenwerk, 2027") && !shown.contains("Jongerenwerk, 2028"), "{shown}");

        let silent = filled(&shown, ["61,5", "48"], ["", ""], "1");
        let refused = browser.post(&page, &borrowed(&silent)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("u bereikte 48 in 2027, minder dan het doel van 60"), "{}", refused.body);
        assert!(refused.body.contains("value=\"61,5\""), "{}", refused.body);

        let explained = filled(&shown, ["61,5", "48"], ["", "Te weinig <tijd>"], "1");
        let saved = browser.post(&page, &borrowed(&explained)).await;
        assert_eq!(saved.location, format!("{page}?opgeslagen=ja"), "{}", saved.body);
        let staff = app.browser(world.actor(Who::NctvReviewer)).await;
        let read = staff.page(&page).await;
        for text in ["61,5", "48", "Te weinig &#60;tijd&#62;", "door DelftEditor"] {
            assert!(read.contains(text), "{text}: {read}");
        }
        assert!(!read.contains("<form class=\"nl-form\""));
        let stream = format!("application:{application}");
        let facts = app.read(move |conn| audit::store::of_stream(conn, &stream, 100)).await;
        assert_eq!(facts.last().unwrap().kind, "progress_reported");
    }

    async fn a_colleague_is_not_overwritten(app: TestApp) {
        let world = World::new(&app).await;
        let (_, page) = awarded(&app, &world).await;
        let first = app.browser(world.actor(Who::Delft)).await;
        let second = app.browser(world.actor(Who::DelftEditor)).await;
        let shown = first.page(&page).await;
        let theirs = filled(&shown, ["70", "71"], ["", ""], "1");
        first.post(&page, &borrowed(&theirs)).await;
        let mine = filled(&shown, ["80", ""], ["", ""], "1");
        let stale = second.post(&page, &borrowed(&mine)).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.body.contains("value=\"80\"") && stale.body.contains("Gemeld: 70, door Delft"), "{}", stale.body);
        assert!(stale.body.contains("value=\"71\""), "{}", stale.body);
        let again = filled(&stale.body, ["80", "71"], ["", ""], "2");
        assert_eq!(second.post(&page, &borrowed(&again)).await.status, StatusCode::SEE_OTHER);
        assert!(second.page(&page).await.contains("Gemeld: 80, door DelftEditor"));
    }

    async fn without_an_award_there_is_nothing_to_report(app: TestApp) {
        let world = World::new(&app).await;
        let (application, _, _) = a_project(&app, &world).await;
        let browser = app.browser(world.actor(Who::Delft)).await;
        let page = format!("/aanvragen/{application}/voortgang");
        let refused = browser.get(&page).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("Er is nog niets toegekend"), "{}", refused.body);
        let gouda = app.browser(world.actor(Who::Gouda)).await;
        assert_eq!(gouda.get(&page).await.status, StatusCode::NOT_FOUND);
    }
}
