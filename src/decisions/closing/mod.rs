//! A cycle is closed when everything that was asked in it is decided and made known. Nothing is
//! booked: what is free stays free, and no more can be promised from it. Here and not with the
//! schemes: it hangs on applications.
pub mod actions;
pub mod pages;
pub mod store;

use crate::{applications::state::State, error::Refusal};

/// How the applications of a cycle stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// The decision was made known.
    pub notified: usize,
    /// Withdrawn.
    pub withdrawn: usize,
    /// Never submitted, and with the windows closed never will be.
    pub drafts: usize,
    /// All others: something still has to be done.
    pub open: usize,
}

impl Standing {
    /// Counts, per state.
    pub fn of(groups: &[(State, usize)]) -> Standing {
        let mut standing = Standing::default();
        for (state, count) in groups {
            let place = match state {
                State::Notified => &mut standing.notified,
                State::Withdrawn => &mut standing.withdrawn,
                State::Draft => &mut standing.drafts,
                _ => &mut standing.open,
            };
            *place = place.saturating_add(*count);
        }
        standing
    }

    /// Whether the cycle can be closed: its windows have, and nothing waits.
    pub fn check(&self, has_open_window: bool) -> Result<(), Refusal> {
        if has_open_window {
            return Err(Refusal::WindowsStillOpen);
        }
        match self.open {
            0 => Ok(()),
            open => Err(Refusal::CycleNotDone { open }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_closed_when_nothing_waits() {
        let done = [
            (State::Notified, 17),
            (State::Withdrawn, 1),
            (State::Draft, 2),
        ];
        let standing = Standing::of(&done);
        assert_eq!(standing.check(false), Ok(()));
        assert_eq!(standing.check(true), Err(Refusal::WindowsStillOpen));
        for state in State::ALL {
            let with = [done.as_slice(), &[(*state, 1)]].concat();
            let can = matches!(state, State::Notified | State::Withdrawn | State::Draft);
            let found = Standing::of(&with).check(false);
            assert_eq!(found.is_ok(), can, "{state:?}");
        }
    }
}
