//! What is asked of the budget, and whether it can be. Pure.
#![deny(clippy::arithmetic_side_effects)]

use super::{BudgetDecision, BudgetDecisionKind};
use crate::{
    core::{answers::FieldErrors, category::EnvelopeMode, ids::EnvelopeId, money::Money},
    error::{AppError, Refusal},
    journal::{
        Stage,
        balance::{Balance, Measure},
    },
    schemes::Envelope,
};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Free money, or what was released or recovered (`stage`), goes from one envelope to another.
    Move {
        /// From this envelope.
        from: EnvelopeId,
        /// Where it stands.
        stage: Stage,
        /// To this one.
        to: EnvelopeId,
        /// How much.
        amount: Money,
    },
    /// An envelope gets this much in all.
    Ceiling {
        /// The envelope.
        envelope: EnvelopeId,
        /// What it gets.
        ceiling: Money,
    },
}

impl Change {
    /// The envelope that the money comes from.
    pub fn source(&self) -> &EnvelopeId {
        match self {
            Change::Move { from, .. } => from,
            Change::Ceiling { envelope, .. } => envelope,
        }
    }
}

/// What is decided, if it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it is.
    pub kind: BudgetDecisionKind,
    /// From this envelope.
    pub from: EnvelopeId,
    /// Where it stands.
    pub stage: Stage,
    /// To this envelope.
    pub to: EnvelopeId,
    /// How much.
    pub amount: Money,
    /// Of another ceiling: what it was.
    pub ceiling_before: Option<Money>,
}

/// What is asked as it would be decided; `before` is what stands in its source.
pub fn plan(change: &Change, envelopes: &[Envelope], before: &Balance) -> Result<Plan, AppError> {
    let find = |id: &EnvelopeId| envelopes.iter().find(|it| it.id == *id);
    match change {
        Change::Move {
            from,
            stage,
            to,
            amount,
        } => {
            let (source, target) = find(from).zip(find(to)).ok_or(AppError::NotFound)?;
            check_move(source, *stage, target)?;
            Ok(Plan {
                kind: match stage {
                    Stage::Free => BudgetDecisionKind::Transfer,
                    _ => BudgetDecisionKind::Reuse,
                },
                from: from.clone(),
                stage: *stage,
                to: to.clone(),
                amount: *amount,
                ceiling_before: None,
            })
        }
        Change::Ceiling { envelope, ceiling } => {
            find(envelope).ok_or(AppError::NotFound)?;
            ceiling_plan(envelope, before.of(Measure::Ceiling)?, *ceiling)
        }
    }
}

/// Within a year; out of a ring-fence nothing goes; and what is free is free already.
fn check_move(from: &Envelope, stage: Stage, to: &Envelope) -> Result<(), AppError> {
    let is_other = from.id != to.id;
    let leaves_ring = is_other && from.mode == EnvelopeMode::RingFenced;
    let is_possible = match stage {
        Stage::Free => is_other,
        Stage::Released | Stage::Recovered => true,
        _ => false,
    };
    if from.year != to.year || leaves_ring || !is_possible {
        return Err(Refusal::ScenarioBreaksRule(
            "Geld gaat alleen over naar een andere envelop van hetzelfde jaar, en nooit uit een geoormerkte envelop."
                .to_owned(),
        )
        .into());
    }
    Ok(())
}

fn ceiling_plan(envelope: &EnvelopeId, before: Money, after: Money) -> Result<Plan, AppError> {
    let difference = after.checked_sub(before)?;
    if difference.is_zero() {
        let mut errors = FieldErrors::default();
        errors.push(
            "bedrag",
            "Dit is al het bedrag van deze envelop. Vul een ander bedrag in.",
        );
        return Err(AppError::Invalid(errors));
    }
    let (kind, stage, amount) = if difference < Money::ZERO {
        let less = before.checked_sub(after)?;
        (BudgetDecisionKind::Lower, Stage::Free, less)
    } else {
        (BudgetDecisionKind::Raise, Stage::Budget, difference)
    };
    Ok(Plan {
        kind,
        from: envelope.clone(),
        stage,
        to: envelope.clone(),
        amount,
        ceiling_before: Some(before),
    })
}

/// Checks that a ceiling still is what it was when another was proposed: who typed what it becomes saw
/// that, and the difference is of no use on top of another.
pub fn check_unmoved(
    decision: &BudgetDecision,
    source: &Envelope,
    balance: &Balance,
) -> Result<(), AppError> {
    let Some((was, becomes)) = decision.ceilings()? else {
        return Ok(());
    };
    let is = balance.of(Measure::Ceiling)?;
    if is == was {
        return Ok(());
    }
    Err(Refusal::CeilingMoved {
        year: source.year,
        envelope: source.kind,
        was,
        is,
        becomes,
    }
    .into())
}

/// Checks that there is this much to move, or says how much there is.
pub fn check_room(
    kind: BudgetDecisionKind,
    source: &Envelope,
    stage: Stage,
    asked: Money,
    balance: &Balance,
) -> Result<(), Refusal> {
    let (year, envelope, room) = (source.year, source.kind, balance.at(stage));
    if kind == BudgetDecisionKind::Raise || asked <= room {
        return Ok(());
    }
    Err(match kind {
        BudgetDecisionKind::Lower => Refusal::BelowPromised {
            year,
            envelope,
            asked,
            room,
        },
        BudgetDecisionKind::Reuse => Refusal::NotComeBack {
            year,
            envelope,
            asked,
            room,
        },
        BudgetDecisionKind::Transfer | BudgetDecisionKind::Raise => Refusal::OverCeiling {
            year,
            envelope,
            asked,
            room,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        core::{category::EnvelopeKind, ids::BudgetYearId},
        schemes::DistributionMethod,
    };

    fn envelope(kind: EnvelopeKind, year: i32, mode: EnvelopeMode) -> Envelope {
        Envelope {
            id: EnvelopeId::from(format!("{}-{year}", kind.as_str()).as_str()),
            budget_year_id: BudgetYearId::from("y"),
            year,
            kind,
            mode,
            method: DistributionMethod::ProRata,
            planned: Money::ZERO,
        }
    }

    fn envelopes() -> Vec<Envelope> {
        vec![
            envelope(EnvelopeKind::Baseline, 2027, EnvelopeMode::AtMost),
            envelope(EnvelopeKind::Prevention, 2027, EnvelopeMode::RingFenced),
            envelope(EnvelopeKind::Reserve, 2027, EnvelopeMode::AtMost),
            envelope(EnvelopeKind::Reserve, 2028, EnvelopeMode::AtMost),
        ]
    }

    fn kind(from: &str, stage: Stage, to: &str) -> Option<BudgetDecisionKind> {
        let change = Change::Move {
            from: EnvelopeId::from(from),
            stage,
            to: EnvelopeId::from(to),
            amount: Money::from_euros(1),
        };
        let before = Balance::empty(EnvelopeId::from(from));
        plan(&change, &envelopes(), &before).ok().map(|it| it.kind)
    }

    #[test]
    fn money_stays_in_its_year_and_in_its_ring_fence() {
        use BudgetDecisionKind as K;
        use Stage as S;
        for (from, stage, to, expected) in [
            ("baseline-2027", S::Free, "reserve-2027", Some(K::Transfer)),
            ("baseline-2027", S::Free, "baseline-2027", None),
            ("baseline-2027", S::Free, "reserve-2028", None),
            ("baseline-2027", S::Committed, "reserve-2027", None),
            ("prevention-2027", S::Free, "reserve-2027", None),
            (
                "baseline-2027",
                S::Free,
                "prevention-2027",
                Some(K::Transfer),
            ),
            ("baseline-2027", S::Released, "reserve-2027", Some(K::Reuse)),
            (
                "baseline-2027",
                S::Recovered,
                "baseline-2027",
                Some(K::Reuse),
            ),
            (
                "prevention-2027",
                S::Released,
                "prevention-2027",
                Some(K::Reuse),
            ),
            ("prevention-2027", S::Released, "reserve-2027", None),
            ("baseline-2027", S::Released, "reserve-2028", None),
        ] {
            assert_eq!(kind(from, stage, to), expected, "{from} {stage:?} {to}");
        }
    }

    #[test]
    fn another_ceiling_is_a_raise_or_a_cut_of_the_difference() {
        let id = EnvelopeId::from("baseline-2027");
        let mut before = Balance::empty(id.clone());
        (before.free, before.committed) = (Money::from_euros(10), Money::from_euros(90));
        let of = |euros| {
            let change = Change::Ceiling {
                envelope: id.clone(),
                ceiling: Money::from_euros(euros),
            };
            plan(&change, &envelopes(), &before)
        };
        let up = of(130).unwrap();
        assert_eq!(
            (up.kind, up.amount),
            (BudgetDecisionKind::Raise, Money::from_euros(30))
        );
        assert_eq!(up.ceiling_before, Some(Money::from_euros(100)));
        let down = of(89).unwrap();
        assert_eq!(
            (down.kind, down.amount),
            (BudgetDecisionKind::Lower, Money::from_euros(11))
        );
        assert!(matches!(of(100), Err(AppError::Invalid(_))));
        let source = &envelopes()[0];
        let refused = check_room(down.kind, source, down.stage, down.amount, &before);
        assert_eq!(
            refused,
            Err(Refusal::BelowPromised {
                year: 2027,
                envelope: EnvelopeKind::Baseline,
                asked: Money::from_euros(11),
                room: Money::from_euros(10),
            })
        );
    }
}
