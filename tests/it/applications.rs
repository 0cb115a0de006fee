//! An application from the first word to the receipt.

use versterkingsgelden::{
    applications::{state::State, store, submission},
    error::{AppError, Refusal},
};

use crate::support::{AnApplication, Who, World, moment, on_both};

on_both! {
    async fn a_complete_application_is_submitted_once(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).with(3).submitted().make(&app, &world).await;
        let wanted = id.clone();
        let application = app.read(move |conn| store::get(conn, &wanted)).await;
        assert_eq!((application.state, application.latest_version), (State::Submitted, 1));
        assert_eq!(application.reference, "VG-2027-0503");
        let again = app
            .try_as(world.actor(Who::Delft), move |tx| submission::actions::submit(tx, &id))
            .await;
        assert!(matches!(again, Err(AppError::Refused(Refusal::NotPossible { .. }))), "{again:?}");
    }

    async fn outside_the_window_nothing_is_submitted(app: TestApp) {
        let world = World::new(&app).await;
        let id = AnApplication::of(Who::Delft).make(&app, &world).await;
        app.at(moment("2026-10-08T15:00:00"));
        let late = app
            .try_as(world.actor(Who::Delft), move |tx| submission::actions::submit(tx, &id))
            .await;
        assert!(matches!(late, Err(AppError::Refused(Refusal::WindowClosed { .. }))), "{late:?}");
    }
}
