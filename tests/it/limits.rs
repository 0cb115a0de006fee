//! What an applicant gets of a year at least and at most holds on every path: a proposal by hand, a
//! decision, and SQL that somebody types.

use actix_web::http::StatusCode;
use versterkingsgelden::{
    core::{
        category::{Category, EnvelopeKind},
        ids::ApplicationId,
        money::Money,
    },
    decisions::{self, actions},
    error::{AppError, Refusal},
    journal::verify::verify,
};

use crate::{
    ceilings::{Typed, assert_footing, connection, execute},
    decisions::declare,
    ledger::{asking, envelope, propose},
    support::{TestApp, Who, World, on_both},
};

fn euros(it: i32) -> Money {
    Money::from_euros(it)
}

/// Sets the limits of the municipality that leads the applications of `asking`, on screen.
async fn set(
    app: &TestApp,
    world: &World,
    version: i32,
    least: &str,
    most: &str,
) -> (StatusCode, String) {
    let coordinator = app.browser(world.actor(Who::Coordinator)).await;
    let version = version.to_string();
    let reply = coordinator
        .post(
            "/inrichting/grenzen",
            &[
                ("cyclus", world.cycle.as_str()),
                ("gemeente", world.leads[1].as_str()),
                ("jaar", "2027"),
                ("minstens", least),
                ("hoogstens", most),
                ("versie", &version),
            ],
        )
        .await;
    (reply.status, reply.body)
}

/// An application that asks 70,000 of basis op orde in 2027.
async fn an_application(app: &TestApp, world: &World, number: i32) -> ApplicationId {
    let of = world.clone();
    let id = app
        .act(world.actor(Who::Coordinator), move |tx| {
            asking(tx, &of, number, Category::Baseline, 70_000)
        })
        .await;
    declare(app, world.actor(Who::DecisionMaker), &id, false).await;
    id
}

async fn decide(app: &TestApp, world: &World, id: &ApplicationId) -> Result<(), AppError> {
    let id = id.clone();
    app.try_as(world.actor(Who::DecisionMaker), move |tx| {
        let proposal = decisions::store::proposal_of(tx.conn, &id)?.unwrap();
        actions::decide(tx, &id, proposal.version, "Past.").map(drop)
    })
    .await
}

async fn give_back(app: &TestApp, world: &World, id: &ApplicationId) {
    let id = id.clone();
    app.act(world.actor(Who::Coordinator), move |tx| {
        actions::release_reservation(tx, &id, 1)
    })
    .await;
}

on_both! {
    async fn not_a_cent_over_the_most_and_not_below_what_is_promised(app: TestApp) {
        let world = World::new(&app).await;
        let envelope = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let (first, second) = (an_application(&app, &world, 1).await, an_application(&app, &world, 2).await);
        assert_eq!(set(&app, &world, 0, "", "100.000").await.0, StatusCode::SEE_OTHER);
        // A form from before that.
        assert_eq!(set(&app, &world, 0, "", "90.000").await.0, StatusCode::CONFLICT);
        assert_eq!(set(&app, &world, 1, "2", "1").await.0, StatusCode::UNPROCESSABLE_ENTITY);
        propose(&app, &world, &first, &envelope, euros(70_000)).await.unwrap();
        let told = propose(&app, &world, &second, &envelope, Money::from_cents(3_000_001)).await;
        assert!(matches!(told, Err(AppError::Refused(Refusal::AboveApplicantLimit { room, .. })) if room == euros(30_000)), "{told:?}");
        let form = app.browser(world.actor(Who::Coordinator)).await
            .post(&format!("/aanvragen/{second}/voorstel"), &[("p1.2027", "30.000,01"), ("p1.reden", "Past."), ("toelichting", "Past.")]).await;
        assert_eq!(form.status, StatusCode::CONFLICT);
        assert!(form.body.contains("Deze aanvrager kan in 2027 nog €\u{a0}30.000,00 krijgen."), "{}", form.body);
        propose(&app, &world, &second, &envelope, euros(30_000)).await.unwrap();
        let (status, body) = set(&app, &world, 1, "", "99.999,99").await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(body.contains("in 2027 al €\u{a0}100.000,00 toegezegd") && body.contains("99.999,99"), "{body}");

        // Whoever gave the money back takes what the limit leaves by then.
        decide(&app, &world, &first).await.unwrap();
        give_back(&app, &world, &second).await;
        assert_eq!(set(&app, &world, 1, "", "99.999,99").await.0, StatusCode::SEE_OTHER);
        let told = decide(&app, &world, &second).await;
        assert!(matches!(told, Err(AppError::Refused(Refusal::AboveApplicantLimit { room, .. })) if room == Money::from_cents(2_999_999)), "{told:?}");
        assert_eq!(set(&app, &world, 2, "", "100.000").await.0, StatusCode::SEE_OTHER);
        decide(&app, &world, &second).await.unwrap();
        assert_footing(&app).await;
        let sound = app.read(verify).await;
        assert!(sound.is_sound(), "{sound:?}");

        // What is promised leads to its lines, which add up to it.
        let finance = app.browser(world.actor(Who::Finance)).await;
        let page = finance.page("/inrichting/grenzen").await;
        let href = page.split("href=\"").find(|it| it.contains("soort=beloofd")).unwrap();
        assert!(href.contains(">100.000,00<"), "{href}");
        let lines = finance.page(&href.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&")).await;
        assert!(lines.split("<tfoot>").nth(1).unwrap().contains(">100.000,00<"), "{lines}");
    }

    async fn not_below_the_least_as_far_as_it_is_asked(app: TestApp) {
        let world = World::new(&app).await;
        let envelope = envelope(&app, &world, EnvelopeKind::Baseline).await;
        let (first, second) = (an_application(&app, &world, 1).await, an_application(&app, &world, 2).await);
        assert_eq!(set(&app, &world, 0, "90.000", "").await.0, StatusCode::SEE_OTHER);
        let told = propose(&app, &world, &first, &envelope, euros(69_999)).await;
        // All that it asks, since the least is more.
        assert!(matches!(told, Err(AppError::Refused(Refusal::BelowApplicantLimit { least, .. })) if least == euros(70_000)), "{told:?}");
        propose(&app, &world, &first, &envelope, euros(70_000)).await.unwrap();
        let told = propose(&app, &world, &second, &envelope, euros(19_999)).await;
        assert!(matches!(told, Err(AppError::Refused(Refusal::BelowApplicantLimit { least, .. })) if least == euros(20_000)), "{told:?}");
        propose(&app, &world, &second, &envelope, euros(20_000)).await.unwrap();
        // Raised in between: who decides is told, and so is who types.
        assert_eq!(set(&app, &world, 1, "100.000", "").await.0, StatusCode::SEE_OTHER);
        let told = decide(&app, &world, &second).await;
        assert!(matches!(told, Err(AppError::Refused(Refusal::BelowApplicantLimit { least, .. })) if least == euros(30_000)), "{told:?}");
        let typed = format!("UPDATE proposals SET state = 'decided' WHERE application_id = '{second}'");
        let refused = execute(&mut connection(&app), &typed).unwrap_err();
        assert!(refused.contains("applicant_limits_at_least"), "{refused}");
        assert_eq!(set(&app, &world, 2, "90.000", "").await.0, StatusCode::SEE_OTHER);
        decide(&app, &world, &second).await.unwrap();
    }

    async fn typed_in_sql_the_limits_hold_and_keep_count(app: TestApp) {
        let world = World::with_baseline(&app, 1_000).await;
        let row = Typed::new(&app, &world).await;
        let mut conn = connection(&app);
        let year = app.read({
            let cycle = world.cycle.clone();
            move |conn| Ok(versterkingsgelden::schemes::store::years(conn, &cycle)?[0].id.to_string())
        }).await;
        let limit = |least: i32, most: &str, promised: i32| row.fill(&format!(
            "INSERT INTO applicant_limits (budget_year_id, municipality_id, at_least_cents, at_most_cents, promised_cents, set_at, set_by, version) \
             VALUES ('{year}', '{}', {least}, {most}, {promised}, '{{at}}', '{{who}}', 1)", world.leads[0]));
        let fifty = euros(50);
        execute(&mut conn, &row.insert("1", "commitment", "free", "committed", fifty)).unwrap();
        for (sql, name) in [
            (limit(0, "NULL", 0), "applicant_limits is kept by the journal"),
            (limit(0, "4999", 5_000), "applicant_limits_within_most"),
            (limit(10_001, "10000", 5_000), "applicant_limits_in_order"),
            (limit(-1, "10000", 5_000), "applicant_limits_least_not_negative"),
        ] {
            let refused = execute(&mut conn, &sql).unwrap_err();
            assert!(refused.contains(name), "{sql}: {refused}");
        }
        execute(&mut conn, &limit(0, "10000", 5_000)).unwrap();
        let over = row.insert("2", "commitment", "free", "committed", Money::from_cents(5_001));
        let mut refused = vec![over.clone(),
            "UPDATE applicant_limits SET promised_cents = 0".to_owned(),
            "UPDATE applicant_limits SET at_most_cents = 4999".to_owned()];
        if app.postgres_url.is_none() {
            refused.push(over.replacen("INSERT", "INSERT OR IGNORE", 1));
            refused.push(limit(0, "10000", 0).replacen("INSERT", "INSERT OR REPLACE", 1));
        }
        for sql in refused {
            assert!(execute(&mut conn, &sql).is_err(), "{sql}");
        }
        // To the last cent; what is released makes room again.
        execute(&mut conn, &row.insert("3", "commitment", "free", "committed", fifty)).unwrap();
        let cent = Money::from_cents(1);
        assert!(execute(&mut conn, &row.insert("4", "commitment", "free", "committed", cent)).is_err());
        let values = "'5', 'release', '{e}', 'committed', '{e}', 'released', 1, '{a}', '{p}'";
        execute(&mut conn, &row.entry(values, versterkingsgelden::journal::CauseKind::Decision)).unwrap();
        execute(&mut conn, &row.insert("6", "commitment", "free", "committed", cent)).unwrap();
        assert_footing(&app).await;
    }
}
