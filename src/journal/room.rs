//! What is free in an envelope, and what may be promised from it. Pure.
#![deny(clippy::arithmetic_side_effects)]

use chrono::NaiveDateTime;

use crate::{
    core::{
        category::{EnvelopeKind, EnvelopeMode},
        ids::EnvelopeId,
        money::{Money, MoneyError},
    },
    error::{AppError, Refusal},
};

/// An envelope whose row this transaction holds, with what is free in it. Only
/// [`super::store::lock`] makes one, so whoever has it cannot be overtaken.
#[derive(Debug, PartialEq, Eq)]
pub struct LockedEnvelope {
    /// Its id.
    pub id: EnvelopeId,
    /// Its budget year.
    pub year: i32,
    /// What it is for.
    pub kind: EnvelopeKind,
    /// How strictly it binds.
    pub mode: EnvelopeMode,
    free: Money,
}

/// What keeps others from an envelope with a floor: at least its amount goes to its own category, as
/// far as that is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floor {
    /// When the last main round of its cycle closes (UTC): until then more can be asked. Absent if
    /// there is none yet.
    pub closes_at: Option<NaiveDateTime>,
    /// What its own category still asks, and was neither promised nor refused.
    pub claims: Money,
}

impl Floor {
    /// What others can have of what is free at this moment.
    pub fn room(&self, free: Money, now: NaiveDateTime) -> Result<Money, MoneyError> {
        if self.closes_at.is_none_or(|it| now < it) {
            return Ok(Money::ZERO);
        }
        Ok(free.checked_sub(self.claims)?.max(Money::ZERO))
    }
}

impl LockedEnvelope {
    pub(super) fn new(
        id: EnvelopeId,
        year: i32,
        (kind, mode): (EnvelopeKind, EnvelopeMode),
        free: Money,
    ) -> LockedEnvelope {
        LockedEnvelope {
            id,
            year,
            kind,
            mode,
            free,
        }
    }

    /// What is free.
    pub fn free(&self) -> Money {
        self.free
    }

    /// Whether something is kept in it for its own category.
    pub fn has_floor(&self) -> bool {
        self.mode == EnvelopeMode::AtLeast && self.kind != EnvelopeKind::Reserve
    }

    /// Takes an amount out of what is free, or says how much room there is.
    pub fn take(&mut self, amount: Money) -> Result<(), Refusal> {
        let over = || Refusal::OverCeiling {
            year: self.year,
            envelope: self.kind,
            asked: amount,
            room: self.free,
        };
        let left = self.free.checked_sub(amount).map_err(|_| over())?;
        if left < Money::ZERO {
            return Err(over());
        }
        self.free = left;
        Ok(())
    }

    /// Checks that what others than its own category have just taken leaves the floor alone, or says
    /// how much room they have. `beside` is what stands beside what is free and can be taken too.
    pub fn keep_floor(
        &self,
        taken: Money,
        beside: Money,
        floor: &Floor,
        now: NaiveDateTime,
    ) -> Result<(), AppError> {
        let before = Money::sum([self.free, beside, taken])?;
        let room = floor.room(before, now)?;
        if taken <= room {
            return Ok(());
        }
        Err(Refusal::BelowFloor {
            year: self.year,
            envelope: self.kind,
            asked: taken,
            room,
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(mode: EnvelopeMode, free: i64) -> LockedEnvelope {
        let id = EnvelopeId::from("e");
        let of = (EnvelopeKind::Prevention, mode);
        LockedEnvelope::new(id, 2027, of, Money::from_cents(free))
    }

    #[test]
    fn the_last_cent_can_be_taken_and_not_one_more() {
        let mut full = envelope(EnvelopeMode::AtMost, 100);
        assert_eq!(full.take(Money::from_cents(100)), Ok(()));
        assert_eq!(full.free(), Money::ZERO);
        let refused = envelope(EnvelopeMode::AtMost, 99).take(Money::from_cents(100));
        assert_eq!(
            refused,
            Err(Refusal::OverCeiling {
                year: 2027,
                envelope: EnvelopeKind::Prevention,
                asked: Money::from_cents(100),
                room: Money::from_cents(99),
            })
        );
    }

    #[test]
    fn others_have_what_is_above_the_claims_once_nobody_can_ask_any_more() {
        let closed: NaiveDateTime = "2026-10-08T15:00:00".parse().unwrap();
        let now = closed;
        let before = closed - chrono::TimeDelta::seconds(1);
        let floor = |closes_at| Floor {
            closes_at,
            claims: Money::from_cents(70),
        };
        let free = Money::from_cents(100);
        for (closes_at, at, room) in [
            (None, now, 0),
            (Some(closed), before, 0),
            (Some(closed), now, 30),
        ] {
            let found = floor(closes_at).room(free, at).unwrap();
            assert_eq!(found, Money::from_cents(room), "{closes_at:?} {at}");
        }
        let kept = |taken: i64| {
            let mut it = envelope(EnvelopeMode::AtLeast, 100);
            it.take(Money::from_cents(taken)).unwrap();
            it.keep_floor(
                Money::from_cents(taken),
                Money::ZERO,
                &floor(Some(closed)),
                now,
            )
        };
        assert!(kept(30).is_ok());
        assert!(matches!(
            kept(31),
            Err(AppError::Refused(Refusal::BelowFloor { room, .. })) if room == Money::from_cents(30)
        ));
        assert!(!envelope(EnvelopeMode::AtMost, 1).has_floor());
        assert!(envelope(EnvelopeMode::AtLeast, 1).has_floor());
    }
}
