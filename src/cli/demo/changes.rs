//! What happened to an award of the finished cycle after its decision was sent: a part of one project
//! went to another, and what was left over was made free again.

use super::{cast::Cast, round::as_};
use crate::{
    applications,
    core::{
        category::Category,
        ids::{ApplicationId, CycleId, EnvelopeId},
        money::{Money, MoneyError},
    },
    db::Tx,
    decisions::amendments::{
        self, Line,
        change::{Award, changed},
    },
    error::AppError,
    journal::Stage,
    schemes::budget_decisions::{self, change::Change},
};

/// Whole euros that one project gives up.
const LESS: i32 = 5_000;
/// Whole euros of it that another gets.
const MORE: i32 = 3_500;

const WHY: &str = "U vroeg ons om een deel van het geld naar een ander project te verplaatsen: daar doen meer professionals mee dan u had verwacht.\n\nU hebt niet alles nodig. De rest trekken wij terug.";
const WHY_FREE: &str = "Dit geld is niet nodig voor de toekenning waarvoor het was bestemd en kan opnieuw worden verdeeld.";

/// Changes an award, and makes free what comes back of it. Each is proposed by one and decided by
/// another.
pub fn change(
    tx: &mut Tx<'_>,
    cast: &Cast,
    cycle: &CycleId,
    id: &ApplicationId,
) -> Result<(), AppError> {
    let (amendment, envelope) = as_(tx, &cast.coordinator, |tx| {
        let application = applications::store::visible(tx.conn, &tx.actor, id)?;
        let decision = amendments::actions::award_of(tx.conn, &application)?;
        let awards = amendments::store::awards(tx.conn, &decision.id)?;
        let (lines, envelope) = shift(&awards)?;
        let amendment = amendments::actions::propose(tx, id, &lines, WHY)?;
        Ok((amendment, envelope))
    })?;
    as_(tx, &cast.decision_maker, |tx| {
        amendments::actions::decide(tx, &amendment, 1)
    })?;
    let change = Change::Move {
        from: envelope.clone(),
        stage: Stage::Released,
        to: envelope,
        amount: Money::from_euros(LESS).checked_sub(Money::from_euros(MORE))?,
    };
    let decision = as_(tx, &cast.coordinator, |tx| {
        budget_decisions::actions::propose(tx, cycle, &change, WHY_FREE)
    })?;
    as_(tx, &cast.decision_maker, |tx| {
        budget_decisions::actions::decide(tx, &decision, 1)
    })
}

/// The first two awards of basis op orde from one envelope of which one can do with less and the
/// other can have more.
fn shift(awards: &[Award]) -> Result<(Vec<Line>, EnvelopeId), AppError> {
    let baseline = || {
        awards
            .iter()
            .filter(|it| it.category == Some(Category::Baseline))
    };
    for from in baseline() {
        for to in baseline().filter(|it| it.envelope == from.envelope && it.project != from.project)
        {
            if let Some(lines) = between(from, to)? {
                return Ok((lines, from.envelope.clone()));
            }
        }
    }
    Err(AppError::internal("the story has no award to change"))
}

fn between(from: &Award, to: &Award) -> Result<Option<Vec<Line>>, MoneyError> {
    let less = from.amount.checked_sub(Money::from_euros(LESS))?;
    let more = to.amount.checked_add(Money::from_euros(MORE))?;
    let can = from.minimum.max(Money::ZERO) < less && to.eligible.is_some_and(|it| more <= it);
    let lines = [changed(from, less), changed(to, more)];
    Ok(can.then(|| lines.into_iter().flatten().collect()))
}
