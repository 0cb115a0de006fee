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
        /// Bevoorschot: granted as an advance and not paid yet, a part of what is awarded.
        Advanced => "bevoorschot",
        /// Verantwoord: accounted for and accepted, a part of what is paid.
        Accepted => "verantwoord",
        /// Vastgesteld: for good, a part of what is accounted for.
        Determined => "vastgesteld",
        /// Vrijgevallen: promised once, not needed, and not free yet.
        Released => "vrijgevallen",
        /// Teruggevorderd: paid once, given back, and not free yet.
        Recovered => "teruggevorderd",
        /// Beloofd: everything that is somebody's, proposed or decided.
        Promised => "beloofd",
    }
}

impl Measure {
    /// The figures that are always shown: the first of them all.
    pub const MAIN: &'static [Measure] = &[
        Measure::Ceiling,
        Measure::Reserved,
        Measure::Awarded,
        Measure::Paid,
        Measure::Free,
    ];
    /// The figures of what happens after an award; shown where there are any.
    pub const LATER: &'static [Measure] = &[
        Measure::Advanced,
        Measure::Accepted,
        Measure::Determined,
        Measure::Released,
        Measure::Recovered,
    ];

    /// The stages in which this figure's money stands.
    pub const fn stages(self) -> &'static [Stage] {
        use Stage as S;
        match self {
            Measure::Ceiling => &[
                S::Free,
                S::Reserved,
                S::Committed,
                S::Advanced,
                S::Paid,
                S::Accepted,
                S::Determined,
                S::Released,
                S::Recovered,
            ],
            Measure::Reserved => &[S::Reserved],
            Measure::Awarded => &[
                S::Committed,
                S::Advanced,
                S::Paid,
                S::Accepted,
                S::Determined,
            ],
            Measure::Paid => &[S::Paid, S::Accepted, S::Determined],
            Measure::Free => &[S::Free],
            Measure::Advanced => &[S::Advanced],
            Measure::Accepted => &[S::Accepted, S::Determined],
            Measure::Determined => &[S::Determined],
            Measure::Released => &[S::Released],
            Measure::Recovered => &[S::Recovered],
            Measure::Promised => Stage::PROMISED,
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

/// What stands where in an envelope. The order of the fields is that of the columns as they are read.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Balance {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// Promised to nobody.
    pub free: Money,
    /// Proposed.
    pub reserved: Money,
    /// Decided, and no advance granted.
    pub committed: Money,
    /// Granted as an advance and not paid.
    pub advanced: Money,
    /// Paid and not accounted for.
    pub paid: Money,
    /// Accounted for.
    pub accepted: Money,
    /// Determined.
    pub determined: Money,
    /// Promised once and not needed.
    pub released: Money,
    /// Paid once and given back.
    pub recovered: Money,
}

impl Balance {
    /// An envelope in which nothing was booked.
    pub fn empty(envelope: EnvelopeId) -> Balance {
        let zero = Money::ZERO;
        Balance {
            envelope,
            free: zero,
            reserved: zero,
            committed: zero,
            advanced: zero,
            paid: zero,
            accepted: zero,
            determined: zero,
            released: zero,
            recovered: zero,
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
            Stage::Advanced => self.advanced,
            Stage::Paid => self.paid,
            Stage::Accepted => self.accepted,
            Stage::Determined => self.determined,
            Stage::Released => self.released,
            Stage::Recovered => self.recovered,
        }
    }

    fn stage(&mut self, stage: Stage) -> Option<&mut Money> {
        match stage {
            Stage::Budget => None,
            Stage::Free => Some(&mut self.free),
            Stage::Reserved => Some(&mut self.reserved),
            Stage::Committed => Some(&mut self.committed),
            Stage::Advanced => Some(&mut self.advanced),
            Stage::Paid => Some(&mut self.paid),
            Stage::Accepted => Some(&mut self.accepted),
            Stage::Determined => Some(&mut self.determined),
            Stage::Released => Some(&mut self.released),
            Stage::Recovered => Some(&mut self.recovered),
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

    /// What follows an award: most of it accounted for, a part never needed, a part given back.
    fn aftermath() -> Vec<Movement> {
        use EntryKind as K;
        use Stage as S;
        let mut story = story();
        story.extend([
            movement(K::Advance, ("a", S::Committed), ("a", S::Advanced), 90),
            movement(K::Acceptance, ("a", S::Paid), ("a", S::Accepted), 100),
            movement(
                K::Determination,
                ("a", S::Accepted),
                ("a", S::Determined),
                70,
            ),
            movement(K::Recovery, ("a", S::Paid), ("a", S::Recovered), 20),
            movement(K::Release, ("a", S::Committed), ("a", S::Released), 60),
            movement(K::Reuse, ("a", S::Released), ("b", S::Free), 50),
        ]);
        story
    }

    #[test]
    fn figures_are_what_stands_in_their_stages() {
        let balances = balances(&story()).unwrap();
        let figures = |id: &str| {
            let balance = &balances[&EnvelopeId::from(id)];
            let all = Measure::ALL.iter().map(|it| balance.of(*it).unwrap());
            all.map(|it| it.cents() / 100).collect::<Vec<_>>()
        };
        assert_eq!(figures("a"), [800, 50, 300, 120, 450, 0, 0, 0, 0, 0, 350]);
        assert_eq!(figures("b"), [200, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn what_follows_an_award_stays_a_part_of_it_until_it_comes_back() {
        let balances = balances(&aftermath()).unwrap();
        let a = &balances[&EnvelopeId::from("a")];
        let figure = |it: Measure| a.of(it).unwrap().cents() / 100;
        let main: Vec<i64> = Measure::MAIN.iter().map(|it| figure(*it)).collect();
        assert_eq!(main, [750, 50, 220, 100, 450]);
        let later: Vec<i64> = Measure::LATER.iter().map(|it| figure(*it)).collect();
        assert_eq!(later, [90, 100, 70, 10, 20]);
        // Nothing is lost: what is promised, free, released and recovered is the ceiling.
        assert_eq!(50 + 220 + 450 + 10 + 20, figure(Measure::Ceiling));
        let all = [Measure::MAIN, Measure::LATER, &[Measure::Promised]].concat();
        assert_eq!(all, Measure::ALL);
    }

    #[test]
    fn the_lines_behind_a_figure_add_up_to_it_for_any_set_of_envelopes() {
        let story = aftermath();
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
