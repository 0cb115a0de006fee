//! Setting up a cycle: what foots is booked, what does not is refused with the difference.

use versterkingsgelden::{
    core::{category::EnvelopeKind, money::Money},
    error::{AppError, Refusal},
    journal,
    schemes::{actions, store},
};

use crate::support::{Who, World, on_both};

on_both! {
    async fn opening_a_cycle_books_every_envelope(app: TestApp) {
        let world = World::new(&app).await;
        let cycle = world.cycle.clone();
        let (envelopes, balances, years) = app
            .read(move |conn| {
                Ok((
                    store::envelopes(conn, &cycle)?,
                    journal::store::balances(conn, &cycle)?,
                    store::years(conn, &cycle)?,
                ))
            })
            .await;
        let free = |kind, year| {
            let envelope = envelopes.iter().find(|it| (it.kind, it.year) == (kind, year)).unwrap();
            balances.iter().find(|it| it.envelope == envelope.id).map(|it| it.free)
        };
        assert_eq!(free(EnvelopeKind::Prevention, 2027), Some(Money::from_euros(2_000_000)));
        assert_eq!(free(EnvelopeKind::Reserve, 2028), Some(Money::from_euros(750_000)));
        assert_eq!(free(EnvelopeKind::Reserve, 2027), None);
        for year in years {
            assert_eq!(year.appropriated_cents, year.ceiling_cents);
        }
    }

    async fn an_open_cycle_is_not_opened_again(app: TestApp) {
        let world = World::new(&app).await;
        let cycle = world.cycle.clone();
        let again = app
            .try_as(world.actor(Who::Coordinator), move |tx| actions::open_cycle(tx, &cycle, 2))
            .await;
        assert!(matches!(again, Err(AppError::Refused(Refusal::CycleNotDraft))));
    }
}
