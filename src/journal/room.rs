//! What is free in an envelope, and what may be promised from it. Pure.
#![deny(clippy::arithmetic_side_effects)]

use crate::{
    core::{category::EnvelopeKind, ids::EnvelopeId, money::Money},
    error::Refusal,
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
    free: Money,
}

impl LockedEnvelope {
    pub(super) fn new(
        id: EnvelopeId,
        year: i32,
        kind: EnvelopeKind,
        free: Money,
    ) -> LockedEnvelope {
        LockedEnvelope {
            id,
            year,
            kind,
            free,
        }
    }

    /// What is free.
    pub fn free(&self) -> Money {
        self.free
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_cent_can_be_taken_and_not_one_more() {
        let envelope = |free| {
            let id = EnvelopeId::from("e");
            LockedEnvelope::new(id, 2027, EnvelopeKind::Prevention, Money::from_cents(free))
        };
        let mut full = envelope(100);
        assert_eq!(full.take(Money::from_cents(100)), Ok(()));
        assert_eq!(full.free(), Money::ZERO);
        let refused = envelope(99).take(Money::from_cents(100));
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
}
