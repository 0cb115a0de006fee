//! What there is to see of a proposal and a decision: amounts per project and year, their sums, the
//! room in the envelopes, and who is to do what now. Pure.

use std::collections::BTreeMap;

use super::{Proposal, ProposalState, Verdict, proposal};
use crate::{
    applications::state::State,
    core::{
        actor::Actor,
        category::{Category, EnvelopeKind},
        ids::{EnvelopeId, ProjectId},
        money::{Money, MoneyError},
    },
    identity::policy::{self, Action},
};

/// A project in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The project.
    pub project: ProjectId,
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: Option<Category>,
    /// The budget year.
    pub year: i32,
    /// What was asked.
    pub requested: Money,
    /// The least that the project can do with.
    pub minimum: Money,
    /// What was found eligible.
    pub eligible: Option<Money>,
    /// What is proposed.
    pub proposed: Option<Promise>,
    /// What is decided.
    pub decided: Option<Promise>,
    /// What stands as awarded now by the journal, of each envelope that the decision names: what was
    /// decided, and every change of it since.
    pub standing: BTreeMap<EnvelopeId, Money>,
}

impl Row {
    /// What stands as awarded now, of all envelopes together.
    pub fn stands(&self) -> Result<Money, MoneyError> {
        Money::sum(self.standing.values().copied())
    }
}

/// An amount that was proposed or decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The envelopes that pay with how much each; nearly always one.
    pub parts: BTreeMap<EnvelopeId, Money>,
    /// How much, of all envelopes together.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// The smallest change that would have given the project more.
    pub smallest_change: Option<String>,
}

/// Rows that the database gave once for each envelope that pays, as one row per project and year.
///
/// # Errors
/// A sum that is too large.
pub fn joined(rows: Vec<Row>) -> Result<Vec<Row>, MoneyError> {
    let mut all: Vec<Row> = Vec::new();
    for row in rows {
        match all.last_mut() {
            Some(it) if it.project == row.project && it.year == row.year => {
                join(&mut it.proposed, row.proposed)?;
                join(&mut it.decided, row.decided)?;
                it.standing.extend(row.standing);
            }
            _ => all.push(row),
        }
    }
    Ok(all)
}

fn join(to: &mut Option<Promise>, more: Option<Promise>) -> Result<(), MoneyError> {
    match (to, more) {
        (Some(to), Some(more)) => {
            to.parts.extend(more.parts);
            to.amount = Money::sum(to.parts.values().copied())?;
        }
        (to @ None, more) => *to = more,
        (Some(_), None) => {}
    }
    Ok(())
}

/// Sums of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// The year; absent for all together.
    pub year: Option<i32>,
    /// Asked.
    pub requested: Money,
    /// Eligible.
    pub eligible: Money,
    /// Proposed.
    pub proposed: Money,
    /// Decided.
    pub decided: Money,
    /// What stands as awarded now.
    pub stands: Money,
}

impl Sums {
    /// Whether an award is not any more what was decided at first.
    pub fn is_changed(&self) -> bool {
        self.stands != self.decided
    }
}

/// What is free in an envelope, and what of it is promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// What it is for.
    pub kind: EnvelopeKind,
    /// The budget year.
    pub year: i32,
    /// What was free before.
    pub before: Money,
    /// What is asked of it.
    pub asked: Money,
    /// What is free then; negative if it is not enough.
    pub after: Money,
}

/// An envelope with what is free in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Free {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// What it is for.
    pub kind: EnvelopeKind,
    /// The budget year.
    pub year: i32,
    /// What is free.
    pub free: Money,
}

/// What somebody can do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nothing, and nobody is waiting for something of the ministry.
    None,
    /// Propose amounts.
    Propose,
    /// Declare interests first.
    Declare,
    /// Say what SZW thinks.
    CoDecide,
    /// Decide.
    Decide,
    /// Wait for SZW.
    WaitForSzw,
    /// SZW refused: the proposal has to be withdrawn.
    SzwRefused,
    /// Wait for somebody else to decide.
    WaitForDecision,
    /// Send the decision.
    Notify,
    /// Wait for the coordinator to send it.
    WaitForNotification,
    /// To leave it untreated was not made known in time: it has to be treated.
    TooLate,
}

/// The sums per year, and of all years together.
pub fn sums(rows: &[Row]) -> Result<(Vec<Sums>, Sums), MoneyError> {
    let mut years: BTreeMap<i32, Sums> = BTreeMap::new();
    let mut all = nothing(None);
    for row in rows {
        let year = years.entry(row.year).or_insert(nothing(Some(row.year)));
        add(year, row)?;
        add(&mut all, row)?;
    }
    Ok((years.into_values().collect(), all))
}

fn nothing(year: Option<i32>) -> Sums {
    Sums {
        year,
        requested: Money::ZERO,
        eligible: Money::ZERO,
        proposed: Money::ZERO,
        decided: Money::ZERO,
        stands: Money::ZERO,
    }
}

fn add(to: &mut Sums, row: &Row) -> Result<(), MoneyError> {
    let amount = |it: &Option<Promise>| it.as_ref().map_or(Money::ZERO, |it| it.amount);
    to.requested = to.requested.checked_add(row.requested)?;
    to.eligible = to
        .eligible
        .checked_add(row.eligible.unwrap_or(Money::ZERO))?;
    to.proposed = to.proposed.checked_add(amount(&row.proposed))?;
    to.decided = to.decided.checked_add(amount(&row.decided))?;
    to.stands = to.stands.checked_add(row.stands()?)?;
    Ok(())
}

/// The room in the envelopes that a proposal asks of. What it keeps is no longer free, so before it
/// there was that much more.
pub fn rooms(free: &[Free], rows: &[Row], is_reserved: bool) -> Result<Vec<Room>, MoneyError> {
    let mut asked: BTreeMap<&EnvelopeId, Money> = BTreeMap::new();
    let promises = rows.iter().filter_map(|it| it.proposed.as_ref());
    for (envelope, amount) in promises.flat_map(|it| &it.parts) {
        let sum = asked.entry(envelope).or_insert(Money::ZERO);
        *sum = sum.checked_add(*amount)?;
    }
    let used = free.iter().filter_map(|it| {
        let asked = asked.get(&it.envelope).copied()?;
        (!asked.is_zero()).then_some((it, asked))
    });
    used.map(|(it, asked)| {
        let (before, after) = if is_reserved {
            (it.free.checked_add(asked)?, it.free)
        } else {
            (it.free, it.free.checked_sub(asked)?)
        };
        Ok(Room {
            envelope: it.envelope.clone(),
            kind: it.kind,
            year: it.year,
            before,
            asked,
            after,
        })
    })
    .collect()
}

/// Whether SZW decides with us on these projects.
pub fn needs_szw(rows: &[Row]) -> bool {
    rows.iter().any(|it| proposal::is_with_szw(it.category))
}

/// What this person has to do with a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whether they declared that they have no interest in this dossier.
    pub declared: bool,
    /// Whether they changed amounts by hand in the scenario that it comes from: then they do not decide (four eyes).
    pub edited: bool,
}

/// What this person can do now, or for whom is waited.
pub fn turn(
    actor: &Actor,
    state: State,
    proposal: Option<&Proposal>,
    needs_szw: bool,
    part: Part,
) -> Turn {
    let may = |action| policy::may(actor, action);
    let open = proposal.filter(|it| it.state == ProposalState::Open);
    match (state, open) {
        (State::Assessed, _) if may(Action::Propose) => Turn::Propose,
        (State::Decided, _) if may(Action::Notify) => Turn::Notify,
        (State::Decided, _) => Turn::WaitForNotification,
        (_, Some(open)) => turn_on(actor, open, needs_szw, part),
        _ => Turn::None,
    }
}

fn turn_on(actor: &Actor, open: &Proposal, needs_szw: bool, part: Part) -> Turn {
    let may = |action| policy::may(actor, action);
    let for_szw = needs_szw && open.szw_verdict.is_none();
    let is_fresh = open.proposed_by != actor.id && !part.edited;
    let is_mine = (for_szw && may(Action::CoDecide)) || (may(Action::Decide) && is_fresh);
    match open.szw_verdict {
        _ if is_mine && !part.declared => Turn::Declare,
        None if for_szw && may(Action::CoDecide) => Turn::CoDecide,
        None if for_szw => Turn::WaitForSzw,
        Some(Verdict::Refused) if needs_szw => Turn::SzwRefused,
        _ if is_mine => Turn::Decide,
        _ => Turn::WaitForDecision,
    }
}

/// Whether this person can give an open proposal back: who can decide on it, from when they declared
/// their interests.
pub fn may_return(actor: &Actor, proposal: Option<&Proposal>, part: Part) -> bool {
    let open = proposal.filter(|it| it.state == ProposalState::Open);
    let is_anothers = open.is_some_and(|it| it.proposed_by != actor.id);
    policy::may(actor, Action::Decide) && is_anothers && part.declared && !part.edited
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(year: i32, proposed: i64) -> Row {
        Row {
            project: ProjectId::from("p"),
            title: "Weerbare wijk".to_owned(),
            category: Some(Category::Baseline),
            year,
            requested: Money::from_cents(100),
            minimum: Money::ZERO,
            eligible: Some(Money::from_cents(90)),
            proposed: Some(Promise {
                parts: [(
                    EnvelopeId::from(format!("e{year}").as_str()),
                    Money::from_cents(proposed),
                )]
                .into(),
                amount: Money::from_cents(proposed),
                reason: "Past.".to_owned(),
                smallest_change: None,
            }),
            decided: None,
            standing: BTreeMap::new(),
        }
    }

    #[test]
    fn sums_foot_with_their_rows() {
        let (years, all) = sums(&[row(2028, 5), row(2027, 10), row(2027, 20)]).unwrap();
        let proposed: Vec<_> = years
            .iter()
            .map(|it| (it.year, it.proposed.cents()))
            .collect();
        assert_eq!(proposed, [(Some(2027), 30), (Some(2028), 5)]);
        assert_eq!((all.proposed.cents(), all.eligible.cents()), (35, 270));
    }

    #[test]
    fn what_two_envelopes_pay_is_one_row() {
        let mut other = row(2027, 4);
        other.proposed = other.proposed.map(|it| Promise {
            parts: [(EnvelopeId::from("other"), Money::from_cents(3))].into(),
            amount: Money::from_cents(3),
            ..it
        });
        let rows = joined(vec![row(2027, 4), other, row(2027, 4), row(2028, 1)]).unwrap();
        assert_eq!(rows.len(), 2);
        let proposed = rows[0].proposed.as_ref().unwrap();
        assert_eq!(proposed.amount.cents(), 7);
    }

    #[test]
    fn what_is_kept_was_free_before() {
        let free = |year| Free {
            envelope: EnvelopeId::from(format!("e{year}").as_str()),
            kind: EnvelopeKind::Baseline,
            year,
            free: Money::from_cents(50),
        };
        let rows = [row(2027, 60), row(2028, 0)];
        let kept = rooms(&[free(2027), free(2028)], &rows, true).unwrap();
        let open = rooms(&[free(2027), free(2028)], &rows, false).unwrap();
        let cents = |it: &[Room]| -> Vec<_> {
            it.iter()
                .map(|it| (it.before.cents(), it.after.cents()))
                .collect()
        };
        assert_eq!(cents(&kept), [(110, 50)]);
        assert_eq!(cents(&open), [(50, -10)]);
    }
}
