//! Exact: the division with the highest sum of score x awarded euros, proven.
//!
//! All categories with this method are one problem: they share the ceilings of the years and the limits of
//! applicants, so no order among them is best. Everything is counted in whole units of the rounding, in `i128`.
//!
//! 1. **State** (`field`): each year of a project is 0 or between its least and most; sums per applicant, per category and per
//!    year lie between bounds; the years of a coupled project are in or out together.
//! 2. **Bound** (`prices`, `master`, `blocks`): with a price on each shared limit the problem falls into small parts, and the
//!    sum of their best is a bound whatever the prices are.
//! 3. **Search** (`search`, `flow`): branch and bound over what is in and out. When that is decided, the best amounts are
//!    a flow, whose answer is whole.
//! 4. **Ties** (`ties`): among the best, what the chain prefers, project by project.
//!
//! Steps are counted, not timed: where [`Effort`] is not enough, the same input stops at the same step on any machine, and
//! the outcome says how far from the best possible it can be at most.

mod blocks;
mod conflict;
mod field;
mod flow;
mod master;
mod near;
mod prices;
mod problem;
mod search;
mod ties;
mod words;

pub(in crate::allocation) use field::Field;
pub(in crate::allocation) use words::{Words, sentence};

use self::{
    field::{Origin, Stated},
    prices::Prices,
    problem::{Choice, Problem, at},
    search::{Work, maximise},
};
use crate::allocation::{
    line::cents,
    output::RuleLine,
    reason::{Reason, Tight},
};

/// Steps to find out whether there is any division at all.
const CONTRADICTION_STEPS: usize = 20_000_000;

/// How many steps a division may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::allocation) struct Effort {
    /// For the search.
    pub search: usize,
    /// For the ties.
    pub ties: usize,
}

impl Effort {
    /// Well within half a minute on one core of 2026 (release build).
    pub(in crate::allocation) const FULL: Effort = Effort {
        search: 200_000_000,
        ties: 40_000_000,
    };
}

/// How good a division is, in score x units of the rounding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::allocation) struct Proof {
    /// Score in hundredths x cents.
    pub value: i128,
    /// No division is worth more than this.
    pub upper: i128,
    /// Whether everything that the chain says about equal divisions was seen to.
    pub is_settled: bool,
    /// How many steps it took.
    pub steps: usize,
}

impl Proof {
    /// Whether no division is worth more.
    pub(in crate::allocation) fn is_optimal(&self) -> bool {
        self.value == self.upper
    }
}

/// Divides, or gives the rules that cannot hold together.
pub(in crate::allocation) fn divide(field: &mut Field<'_, '_>) -> Result<Proof, Vec<RuleLine>> {
    let stated = field::state(field);
    let split = Prices::new(&stated.problem);
    let (mut search, mut ties) = (Work::new(field.effort.search), Work::new(field.effort.ties));
    let found = maximise(split.of(&stated.problem), None, &[], &mut search);
    let is_optimal = found.is_proven();
    let Some(mut best) = found.best else {
        // Why there is none is looked for only where that is the question.
        if field.effort != Effort::FULL {
            return Err(Vec::new());
        }
        return Err(conflict::find(field, &stated, is_optimal));
    };
    let is_settled = is_optimal && ties::prefer(&split, &mut best, &found.prices, &mut ties);
    let unit = cents(field.input.rounding);
    award(field, &stated, &best.units, unit);
    Ok(Proof {
        value: best.value * unit,
        upper: found.upper.unwrap_or(best.value) * unit,
        is_settled,
        steps: field.effort.search - search.left() + field.effort.ties - ties.left(),
    })
}

/// The rules that no division keeps together; none if there is one, or if that was not settled in a few steps.
pub(in crate::allocation) fn contradiction(field: &mut Field<'_, '_>) -> Option<Vec<RuleLine>> {
    let stated = field::state(field);
    let split = Prices::new(&stated.problem);
    let found = maximise(split, None, &[], &mut Work::new(CONTRADICTION_STEPS));
    let is_impossible = found.best.is_none() && found.is_proven();
    is_impossible.then(|| conflict::find(field, &stated, true))
}

fn award(field: &mut Field<'_, '_>, stated: &Stated<'_>, units: &[i128], unit: i128) {
    let pattern = stated.problem.pattern(units);
    let sums = stated.problem.sums(units.iter().copied());
    for (index, (line, ask)) in stated.asks.iter().enumerate() {
        let amount = at(units, index) * unit;
        let tight = tight(stated, &pattern, &sums, units, index, unit);
        let Some(line) = field.lines.get_mut(*line) else {
            continue;
        };
        let applicant = line.project.applicant.as_str();
        let Some(ask) = line.asks.get_mut(*ask) else {
            continue;
        };
        ask.award = amount;
        ask.reason = Reason::BestTotal { tight };
        if let Some(own) = field.own.get_mut(&(applicant, ask.year)) {
            *own -= amount;
        }
    }
}

/// Which limit leaves too little for a next unit, or for the least of a project that gets nothing.
fn tight(
    stated: &Stated<'_>,
    pattern: &[Choice],
    sums: &[i128],
    units: &[i128],
    index: usize,
    unit: i128,
) -> Tight {
    let Problem { vars, rows, .. } = &stated.problem;
    let Some(var) = vars.get(index).filter(|it| at(units, index) < it.most) else {
        return Tight::Nothing;
    };
    let is_in = pattern.get(var.bundle) == Some(&Choice::In);
    let needs = if is_in { 1 } else { var.least.max(1) };
    let short = stated.problem.rows_of(var).find_map(|row| {
        let left = rows.get(row)?.most - at(sums, row);
        (left < needs).then_some((stated.origins.get(row)?, left * unit))
    });
    match short {
        Some((Origin::Applicant(..), left)) => Tight::Applicant { left },
        Some((Origin::Category(..), left)) => Tight::Category { left },
        Some((Origin::Year(_), left)) => Tight::Year { left },
        None => Tight::Nothing,
    }
}
