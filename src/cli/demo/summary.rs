//! What the demo did, as a short table: asked, eligible, awarded and left per year and category.

use crate::{
    applications,
    applications::state::State,
    core::{
        category::{Category, EnvelopeKind},
        ids::{CycleId, WindowId},
        money::{Money, MoneyError},
    },
    db::Conn,
    error::AppError,
    journal, schemes,
    texts::{labels::Label, money::amount},
};

/// A round of the story: its cycle and its window.
#[derive(Debug, Clone)]
pub struct Round {
    /// What it is called in the table.
    pub name: String,
    /// Its cycle.
    pub cycle: CycleId,
    /// Its window.
    pub window: WindowId,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    /// The round.
    pub round: String,
    /// The budget year.
    pub year: i32,
    /// The category, or the reserve.
    pub envelope: String,
    /// What was asked, drafts included.
    pub asked: Money,
    /// What was found eligible so far.
    pub eligible: Money,
    /// What the envelope has promised or paid.
    pub awarded: Money,
    /// What is still free in the envelope.
    pub left: Money,
}

/// The lines of a round. A top-up asks in one category and is paid by the reserve.
pub fn lines(conn: &mut Conn, round: &Round) -> Result<Vec<Line>, AppError> {
    let window = schemes::store::window(conn, &round.window)?;
    let alive: Vec<State> = State::ALL
        .iter()
        .copied()
        .filter(|it| *it != State::Withdrawn)
        .collect();
    let applications = applications::store::in_window(conn, &round.window, &alive)?;
    let ids: Vec<_> = applications.into_iter().map(|it| it.id).collect();
    let projects = applications::store::projects_of_all(conn, &ids)?;
    let balances = journal::store::balances(conn, &round.cycle)?;
    let is_top_up = window.kind == schemes::WindowKind::TopUp;
    let mut lines = Vec::new();
    for envelope in schemes::store::envelopes(conn, &round.cycle)? {
        if (envelope.kind == EnvelopeKind::Reserve) != is_top_up || envelope.planned.is_zero() {
            continue;
        }
        let years = || {
            projects
                .iter()
                .filter(|it| {
                    is_top_up || it.category.map(Category::envelope) == Some(envelope.kind)
                })
                .flat_map(|it| &it.years)
                .filter(|it| it.year == envelope.year)
        };
        let balance = balances.iter().find(|it| it.envelope == envelope.id);
        lines.push(Line {
            round: round.name.clone(),
            year: envelope.year,
            envelope: envelope.kind.label().to_owned(),
            asked: Money::sum(years().map(|it| it.requested))?,
            eligible: Money::sum(years().filter_map(|it| it.eligible))?,
            awarded: Money::sum(balance.into_iter().flat_map(|it| [it.committed, it.paid]))?,
            left: balance.map_or(Money::ZERO, |it| it.free),
        });
    }
    Ok(lines)
}

/// The table as people read it, with a total per round and year.
pub fn table(lines: &[Line]) -> Result<String, MoneyError> {
    let mut text = format!(
        "{:<24} {:>4}  {:<20} {:>14} {:>14} {:>14} {:>14}\n",
        "ronde", "jaar", "envelop", "aangevraagd", "subsidiabel", "toegekend", "vrij"
    );
    for group in lines.chunk_by(|a, b| (&a.round, a.year) == (&b.round, b.year)) {
        for it in group {
            text.push_str(&row(it));
        }
        let Some(first) = group.first().filter(|_| 1 < group.len()) else {
            continue;
        };
        text.push_str(&row(&Line {
            envelope: "samen".to_owned(),
            asked: Money::sum(group.iter().map(|it| it.asked))?,
            eligible: Money::sum(group.iter().map(|it| it.eligible))?,
            awarded: Money::sum(group.iter().map(|it| it.awarded))?,
            left: Money::sum(group.iter().map(|it| it.left))?,
            ..first.clone()
        }));
    }
    Ok(text)
}

fn row(it: &Line) -> String {
    format!(
        "{:<24} {:>4}  {:<20} {:>14} {:>14} {:>14} {:>14}\n",
        it.round,
        it.year,
        it.envelope,
        amount(it.asked),
        amount(it.eligible),
        amount(it.awarded),
        amount(it.left)
    )
}
