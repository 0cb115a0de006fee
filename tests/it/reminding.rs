//! Who did not submit yet is reminded a week and a day before a window closes, and two days before the last
//! day for a completion, once each.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use versterkingsgelden::{
    applications::{reminding, section::SectionName, store, submission},
    core::actor::Actor,
    db::schema::{closing_reminders, cycles, outbox},
    schemes::{
        WindowKind,
        actions::{NewWindow, set_window},
        closings::{actions as closings, form::NewExtension},
    },
};

use crate::{
    support::{AnApplication, TestApp, Who, World, a_row, moment, on_both},
    versions::ask_completion,
};

/// Lets the program remind; answers to whom it has written so far: municipality and text, in order.
async fn remind(app: &TestApp) -> Vec<(String, String)> {
    let next = app
        .act(&Actor::system(), |tx| reminding::actions::remind(tx, 0))
        .await;
    assert_eq!(next, None, "three regions fit in one go");
    app.read(|conn| {
        Ok(outbox::table
            .filter(outbox::kind.eq("window_closes_soon"))
            .order((outbox::created_at, outbox::municipality_id))
            .select((outbox::municipality_id, outbox::body))
            .load(conn)?)
    })
    .await
}

on_both! {
    async fn a_week_and_a_day_before_the_closing(app: TestApp) {
        let world = World::new(&app).await;
        let [delft, gouda, huizen] = world.leads.each_ref().map(ToString::to_string);
        AnApplication::of(Who::Delft).make(&app, &world).await;
        AnApplication::of(Who::Gouda).submitted().make(&app, &world).await;

        app.at(moment("2026-10-01T14:59:59"));
        assert_eq!(remind(&app).await, []);
        app.at(moment("2026-10-01T15:00:00"));
        let mut told = remind(&app).await;
        assert_eq!(told, remind(&app).await, "once");
        told.sort();
        let mut wanted = [delft.clone(), huizen.clone()];
        wanted.sort();
        assert_eq!(told.iter().map(|it| it.0.clone()).collect::<Vec<_>>(), wanted);
        for (to, text) in &told {
            assert!(text.contains("tot donderdag 8 oktober 2026, 17.00 uur"), "{text}");
            let stands = if *to == delft { "nog niet ingediend" } else { "nog niet begonnen" };
            assert!(text.contains(stands), "{text}");
            assert_ne!(*to, gouda);
        }
        app.at(moment("2026-10-08T08:00:00"));
        assert_eq!(remind(&app).await.len(), 4);
        assert_eq!(remind(&app).await.len(), 4);
        app.at(moment("2026-10-08T15:00:00"));
        assert_eq!(remind(&app).await.len(), 4, "it has closed");
        let delft = app.browser(world.actor(Who::Delft)).await;
        assert!(delft.page("/berichten").await.contains("Aanvragen 2027-2028 sluit bijna"));
    }

    async fn who_got_more_time_is_reminded_of_that(app: TestApp) {
        let world = World::new(&app).await;
        for who in [Who::Gouda, Who::Huizen] {
            AnApplication::of(who).submitted().make(&app, &world).await;
        }
        app.at(moment("2026-10-08T08:00:00"));
        assert_eq!(remind(&app).await.len(), 1);
        let window = world.window.clone();
        let extension = NewExtension {
            region: world.regions[0].clone(),
            ends_at: moment("2026-10-22T15:00:00"),
            reason: "De burgemeester is ziek.".to_owned(),
        };
        app.act(world.actor(Who::Coordinator), move |tx| closings::extend(tx, &window, &extension)).await;
        assert_eq!(remind(&app).await.len(), 1, "there is time again");
        app.at(moment("2026-10-21T16:00:00"));
        let told = remind(&app).await;
        assert_eq!(told.len(), 2);
        assert!(told[1].1.contains("22 oktober 2026"), "{told:?}");
    }

    /// Nobody has to ask for more; who began is told at the address of who asks.
    async fn in_a_top_up_only_who_began_is_reminded(app: TestApp) {
        let world = World::new(&app).await;
        AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let (cycle, region) = (world.cycle.clone(), world.regions[0].clone());
        let [delft, gouda, _] = world.leads.clone();
        app.act(world.actor(Who::Coordinator), move |tx| {
            let new = NewWindow {
                cycle: cycle.clone(),
                kind: WindowKind::TopUp,
                name: "Aanvullend 2028".to_owned(),
                opens_at: moment("2027-09-01T07:00:00"),
                closes_at: moment("2027-10-01T15:00:00"),
            };
            let window = set_window(tx, &new)?;
            let row = a_row(tx, "VG-2027-0503-A", &window, (&region, &gouda));
            store::insert(tx, &row)
        })
        .await;
        app.at(moment("2027-09-30T16:00:00"));
        let told = remind(&app).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, world.leads[1].to_string());
        assert_ne!(told[0].0, delft.to_string());
    }

    async fn of_a_cycle_that_is_closed_nobody_is_reminded(app: TestApp) {
        World::new(&app).await;
        app.act(&Actor::system(), |tx| {
            diesel::update(cycles::table).set(cycles::state.eq("closed")).execute(tx.conn)?;
            Ok(())
        })
        .await;
        app.at(moment("2026-10-08T08:00:00"));
        assert_eq!(remind(&app).await, []);
    }

    async fn two_days_before_the_last_day_for_a_completion(app: TestApp) {
        let world = World::new(&app).await;
        let late = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let done = AnApplication::of(Who::Gouda).submitted().make(&app, &world).await;
        // Both until and including 30 October.
        for id in [&late, &done] {
            ask_completion(&app, &world, id, &[SectionName::Region]).await;
        }
        app.act(world.actor(Who::Gouda), move |tx| submission::actions::submit(tx, &done)).await;
        let said = async || {
            app.act(&Actor::system(), reminding::actions::remind_completions).await
        };
        app.at(moment("2026-10-27T22:59:59"));
        assert_eq!(said().await, 0);
        app.at(moment("2026-10-27T23:00:00"));
        assert_eq!((said().await, said().await), (1, 0), "once, and only who did not");
        let messages = app.browser(world.actor(Who::Delft)).await.page("/berichten").await;
        assert!(messages.contains("Vul aanvraag VG-2027-0503 op tijd aan"), "{messages}");
        let res = app.try_as(world.actor(Who::Coordinator), reminding::actions::remind_completions).await;
        assert!(res.is_err());
    }

    async fn who_was_asked_a_day_ago_is_not_reminded_yet(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        app.at(moment("2026-10-29T10:00:00"));
        ask_completion(&app, &world, &id, &[SectionName::Region]).await;
        for (at, count) in [("2026-10-29T12:00:00", 0), ("2026-10-30T10:00:00", 1)] {
            app.at(moment(at));
            assert_eq!(app.act(&Actor::system(), reminding::actions::remind_completions).await, count, "{at}");
        }
    }

    /// One that was answered is over, also while there is another.
    async fn only_of_the_request_that_is_open_one_is_reminded(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        ask_completion(&app, &world, &id, &[SectionName::Region]).await;
        let of = id.clone();
        app.act(world.actor(Who::Delft), move |tx| submission::actions::submit(tx, &of)).await;
        ask_completion(&app, &world, &id, &[SectionName::Analysis]).await;
        app.at(moment("2026-10-29T08:00:00"));
        assert_eq!(app.act(&Actor::system(), reminding::actions::remind_completions).await, 1);
    }

    async fn who_withdrew_is_not_reminded_to_complete(app: TestApp) {
        let world = World::new(&app).await;
        let withdrawn = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        let other = AnApplication::of(Who::Gouda).submitted().make(&app, &world).await;
        for id in [&withdrawn, &other] {
            ask_completion(&app, &world, id, &[SectionName::Region]).await;
        }
        app.act(world.actor(Who::Delft), move |tx| submission::actions::withdraw(tx, &withdrawn)).await;
        app.at(moment("2026-10-29T08:00:00"));
        assert_eq!(app.act(&Actor::system(), reminding::actions::remind_completions).await, 1);
    }

    /// As after a week in which the program did not run.
    async fn after_the_last_day_nobody_is_reminded_to_complete(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).submitted().make(&app, &world).await;
        ask_completion(&app, &world, &id, &[SectionName::Region]).await;
        app.at(moment("2026-10-31T08:00:00"));
        assert_eq!(app.act(&Actor::system(), reminding::actions::remind_completions).await, 0);
    }

    async fn only_the_program_reminds(app: TestApp) {
        let world = World::new(&app).await;
        app.at(moment("2026-10-08T08:00:00"));
        let res = app.try_as(world.actor(Who::Coordinator), |tx| reminding::actions::remind(tx, 0)).await;
        assert!(res.is_err());
        let kept: i64 = app.read(|conn| Ok(closing_reminders::table.count().get_result(conn)?)).await;
        assert_eq!(kept, 0);
    }
}
