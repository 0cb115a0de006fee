//! What the lines of the journal add up to. Pure: every figure on a screen or in a file is one of
//! these sums.
#![deny(clippy::arithmetic_side_effects)]

use std::collections::{BTreeMap, BTreeSet};

use super::{EntryKind, Stage};
use crate::{
    core::{
        ids::EnvelopeId,
        money::{Money, MoneyError},
    },
    db::columns::text_enum,
};

text_enum! {
    /// A figure of an envelope, in the one order that money has everywhere. Each is what stands in
    /// certain stages.
    pub enum Measure {
        /// Plafond: everything that entered the envelope.
        Ceiling => "plafond",
        /// Gereserveerd: proposed.
        Reserved => "gereserveerd",
        /// Toegekend: promised by a decision, paid or not.
        Awarded => "toegekend",
        /// Betaald, a part of what is awarded.
        Paid => "betaald",
        /// Vrij: promised to nobody.
        Free => "vrij",
    }
}

impl Measure {
    /// The stages in which this figure's money stands.
    pub const fn stages(self) -> &'static [Stage] {
        match self {
            Measure::Ceiling => &[Stage::Free, Stage::Reserved, Stage::Committed, Stage::Paid],
            Measure::Reserved => &[Stage::Reserved],
            Measure::Awarded => &[Stage::Committed, Stage::Paid],
            Measure::Paid => &[Stage::Paid],
            Measure::Free => &[Stage::Free],
        }
    }

    fn counts(self, stage: Stage) -> bool {
        self.stages().contains(&stage)
    }
}

/// One line of the journal, or many of the same kind added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What it is.
    pub kind: EntryKind,
    /// From this envelope.
    pub from_envelope: EnvelopeId,
    /// From this stage.
    pub from: Stage,
    /// To this envelope; mostly the same.
    pub to_envelope: EnvelopeId,
    /// To this stage.
    pub to: Stage,
    /// How many lines.
    pub entries: i64,
    /// How much, together.
    pub amount: Money,
}

impl Movement {
    /// What this does to a figure of these envelopes together: more, less, or nothing.
    pub fn effect(
        &self,
        measure: Measure,
        envelopes: &BTreeSet<EnvelopeId>,
    ) -> Result<Money, MoneyError> {
        let into = measure.counts(self.to) && envelopes.contains(&self.to_envelope);
        let out_of = measure.counts(self.from) && envelopes.contains(&self.from_envelope);
        match (into, out_of) {
            (true, false) => Ok(self.amount),
            (false, true) => Money::ZERO.checked_sub(self.amount),
            _ => Ok(Money::ZERO),
        }
    }
}

/// What movements do to a figure of these envelopes together.
pub fn sum(
    movements: &[Movement],
    measure: Measure,
    envelopes: &BTreeSet<EnvelopeId>,
) -> Result<Money, MoneyError> {
    movements.iter().try_fold(Money::ZERO, |sum, it| {
        sum.checked_add(it.effect(measure, envelopes)?)
    })
}

/// What stands where in an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// Promised to nobody.
    pub free: Money,
    /// Proposed.
    pub reserved: Money,
    /// Decided and not paid.
    pub committed: Money,
    /// Paid.
    pub paid: Money,
}

impl Balance {
    /// An envelope in which nothing was booked.
    pub fn empty(envelope: EnvelopeId) -> Balance {
        Balance {
            envelope,
            free: Money::ZERO,
            reserved: Money::ZERO,
            committed: Money::ZERO,
            paid: Money::ZERO,
        }
    }

    /// A figure of this envelope.
    pub fn of(&self, measure: Measure) -> Result<Money, MoneyError> {
        Money::sum(measure.stages().iter().map(|it| self.at(*it)))
    }

    /// What stands in a stage; outside the envelopes nothing does.
    pub fn at(&self, stage: Stage) -> Money {
        match stage {
            Stage::Budget => Money::ZERO,
            Stage::Free => self.free,
            Stage::Reserved => self.reserved,
            Stage::Committed => self.committed,
            Stage::Paid => self.paid,
        }
    }

    fn stage(&mut self, stage: Stage) -> Option<&mut Money> {
        match stage {
            Stage::Budget => None,
            Stage::Free => Some(&mut self.free),
            Stage::Reserved => Some(&mut self.reserved),
            Stage::Committed => Some(&mut self.committed),
            Stage::Paid => Some(&mut self.paid),
        }
    }
}

/// The balances that movements lead to, by envelope; an envelope without movements is absent.
pub fn balances(movements: &[Movement]) -> Result<BTreeMap<EnvelopeId, Balance>, MoneyError> {
    let mut balances: BTreeMap<EnvelopeId, Balance> = BTreeMap::new();
    let mut change = |envelope: &EnvelopeId, stage, amount: Money| {
        let balance = balances
            .entry(envelope.clone())
            .or_insert_with(|| Balance::empty(envelope.clone()));
        if let Some(it) = balance.stage(stage) {
            *it = it.checked_add(amount)?;
        }
        Ok::<(), MoneyError>(())
    };
    for it in movements {
        change(
            &it.from_envelope,
            it.from,
            Money::ZERO.checked_sub(it.amount)?,
        )?;
        change(&it.to_envelope, it.to, it.amount)?;
    }
    Ok(balances)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movement(kind: EntryKind, from: (&str, Stage), to: (&str, Stage), euros: i32) -> Movement {
        Movement {
            kind,
            from_envelope: EnvelopeId::from(from.0),
            from: from.1,
            to_envelope: EnvelopeId::from(to.0),
            to: to.1,
            entries: 1,
            amount: Money::from_euros(euros),
        }
    }

    fn story() -> Vec<Movement> {
        use EntryKind as K;
        use Stage as S;
        vec![
            movement(K::Appropriation, ("a", S::Budget), ("a", S::Free), 1000),
            movement(K::Reservation, ("a", S::Free), ("a", S::Reserved), 400),
            movement(K::Commitment, ("a", S::Reserved), ("a", S::Committed), 300),
            movement(K::Release, ("a", S::Reserved), ("a", S::Free), 50),
            movement(K::Payment, ("a", S::Committed), ("a", S::Paid), 120),
            movement(K::Transfer, ("a", S::Free), ("b", S::Free), 200),
        ]
    }

    #[test]
    fn figures_are_what_stands_in_their_stages() {
        let balances = balances(&story()).unwrap();
        let figures = |id: &str| {
            let balance = &balances[&EnvelopeId::from(id)];
            let all = Measure::ALL.iter().map(|it| balance.of(*it).unwrap());
            all.map(|it| it.cents() / 100).collect::<Vec<_>>()
        };
        assert_eq!(figures("a"), [800, 50, 300, 120, 450]);
        assert_eq!(figures("b"), [200, 0, 0, 0, 200]);
    }

    #[test]
    fn the_lines_behind_a_figure_add_up_to_it_for_any_set_of_envelopes() {
        let story = story();
        let balances = balances(&story).unwrap();
        for ids in [vec!["a"], vec!["b"], vec!["a", "b"]] {
            let ids: BTreeSet<EnvelopeId> = ids.into_iter().map(EnvelopeId::from).collect();
            for measure in Measure::ALL {
                let expected = ids.iter().map(|it| balances[it].of(*measure).unwrap());
                let expected = Money::sum(expected).unwrap();
                assert_eq!(
                    sum(&story, *measure, &ids).unwrap(),
                    expected,
                    "{measure:?}"
                );
            }
        }
    }
}
