//! Closing a cycle: load, check, save, record.

use chrono::NaiveDateTime;

use super::{Standing, store};
use crate::{
    audit::{self, Fact, Stream, fact::YearAmount},
    core::{ids::CycleId, money::Money},
    db::{Conn, Tx},
    error::{AppError, Refusal},
    identity::policy::{self, Action},
    journal,
    schemes::{self, Cycle, CycleState},
};

/// What closing a cycle looks at, and what it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The cycle.
    pub cycle: Cycle,
    /// How its applications stand.
    pub standing: Standing,
    /// Whether a window of it has not closed yet.
    pub has_open_window: bool,
    /// What was not promised, per year.
    pub left: Vec<YearAmount>,
}

impl Look {
    /// Whether the cycle can be closed.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.cycle.state != CycleState::Open {
            return Err(Refusal::CycleNotOpen);
        }
        self.standing.check(self.has_open_window)
    }
}

/// Closes a cycle: no more windows, transfers and other ceilings. `version` is the one that the
/// form was made from.
pub fn close(tx: &mut Tx<'_>, id: &CycleId, version: i32) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::Setup)?;
    let now = tx.now;
    let look = look(tx.conn, id, now)?;
    look.check()?;
    if look.cycle.version != version {
        return Err(AppError::Stale);
    }
    let closed = Cycle {
        state: CycleState::Closed,
        ..look.cycle
    };
    schemes::store::update_cycle(tx, &closed)?;
    let fact = Fact::CycleClosed { left: look.left };
    audit::record(tx, Stream::Cycle(id), &fact)
}

/// How a cycle stands at this moment (UTC).
pub fn look(conn: &mut Conn, id: &CycleId, now: NaiveDateTime) -> Result<Look, AppError> {
    let cycle = schemes::store::cycle(conn, id)?;
    let windows = schemes::store::windows_of(conn, id)?;
    let envelopes = schemes::store::envelopes(conn, id)?;
    let balances = journal::store::balances(conn, id)?;
    let free = |year: i32| {
        let own = envelopes.iter().filter(|it| it.year == year);
        let balance = |id| balances.iter().find(|it| it.envelope == id);
        Money::sum(
            own.filter_map(|it| balance(it.id.clone()))
                .map(|it| it.free),
        )
    };
    let years = cycle.years().into_iter();
    let left = years.map(|year| {
        Ok(YearAmount {
            year,
            amount: free(year)?,
        })
    });
    Ok(Look {
        left: left.collect::<Result<_, AppError>>()?,
        standing: Standing::of(&store::states(conn, id)?),
        has_open_window: windows.iter().any(|it| now < it.closes_at),
        cycle,
    })
}
