//! A project on its way through the steps, and the room that is left for it. Amounts are `i128` cents:
//! a year's total is at most [`Money::MAX`], so that no product here overflows.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    input::{CategoryRule, Input, Project, Year},
    reason::{Reason, Tight},
    ties::Order,
};
use crate::core::{category::EnvelopeMode, money::Money};

/// One project of a category with what it asks and gets.
#[derive(Debug, Clone)]
pub(super) struct Line<'i> {
    pub project: &'i Project,
    /// Index of its category in the file.
    pub category: usize,
    /// Its place in its category by the chain, from 1.
    pub place: usize,
    /// What the chain compares.
    pub order: Rc<Order>,
    /// Its years with something eligible.
    pub asks: Vec<Ask>,
}

/// What a project asks and gets in one year, in cents.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub year: Year,
    pub eligible: i128,
    /// The largest multiple of the rounding unit in the eligible amount.
    pub most: i128,
    /// The smallest award that is better than dropping the project: its minimum rounded up to the unit, or
    /// one unit if it is coupled; 0 if any amount, also nothing, leaves the rest as it is.
    pub least: i128,
    pub award: i128,
    pub reason: Reason,
    /// How much more room, as things stood at its turn, its category would have needed in this year to give it all it
    /// can get, or anything if it was below its minimum; 0 where money was not what was short.
    pub short: i128,
    /// The same for the leftover pass, which came for it once more.
    pub spare_short: Option<i128>,
}

impl<'i> Line<'i> {
    pub(super) fn new(
        project: &'i Project,
        category: usize,
        unit: i128,
        order: Rc<Order>,
    ) -> Line<'i> {
        let years = project.eligible.iter().filter(|(_, it)| !it.is_zero());
        let is_bound = project.coupled && 1 < years.clone().count();
        let asks = years.map(|(year, eligible)| {
            let eligible = cents(*eligible);
            let minimum = project.minimum.get(year).copied().map_or(0, cents);
            let least =
                minimum.div_euclid(unit) * unit + if minimum % unit == 0 { 0 } else { unit };
            Ask {
                year: *year,
                eligible,
                most: eligible - eligible % unit,
                least: if is_bound { least.max(unit) } else { least },
                award: 0,
                reason: Reason::Undecided,
                short: 0,
                spare_short: None,
            }
        });
        Line {
            project,
            category,
            place: 0,
            order,
            asks: asks.collect(),
        }
    }

    /// The same line before anything was divided.
    pub(super) fn afresh(&self) -> Line<'i> {
        let mut line = self.clone();
        for ask in &mut line.asks {
            ask.award = 0;
            ask.reason = Reason::Undecided;
            ask.short = 0;
            ask.spare_short = None;
        }
        line
    }

    /// The years that stand or fall together: all of a coupled project, else each on its own.
    pub(super) fn bundles(&mut self) -> impl Iterator<Item = &mut [Ask]> {
        let size = self.bundle_size();
        self.asks.chunks_mut(size)
    }

    /// How many years stand or fall together; at least 1.
    pub(super) fn bundle_size(&self) -> usize {
        if self.project.coupled {
            self.asks.len().max(1)
        } else {
            1
        }
    }
}

impl Ask {
    /// Whether its applicant's own limit made the award, or the claim behind it, smaller.
    pub(super) fn is_held_by_applicant(&self) -> bool {
        match &self.reason {
            Reason::OwnMost { .. }
            | Reason::RemainderOfOwn { .. }
            | Reason::EnoughOfOwn { .. }
            | Reason::BestTotal {
                tight: Tight::Applicant { .. },
            } => true,
            Reason::Share(shared) | Reason::BelowMinimum { shared, .. } => {
                shared.claim < self.eligible
            }
            _ => false,
        }
    }
}

/// Nothing for the whole bundle: each year with its own refusal, or the first year that was refused.
pub(super) fn refuse(bundle: &mut [Ask], refusals: Vec<Option<Reason>>) {
    let Some(cause) = bundle
        .iter()
        .zip(&refusals)
        .find(|(_, it)| it.is_some())
        .map(|(ask, _)| ask.year)
    else {
        return;
    };
    for (ask, refusal) in bundle.iter_mut().zip(refusals) {
        ask.award = 0;
        ask.reason = refusal.unwrap_or(Reason::Coupled { year: cause });
    }
}

/// An amount in the engine's own integers.
pub(super) fn cents(amount: Money) -> i128 {
    i128::from(amount.cents())
}

/// Back to an amount. Every amount in the engine is at most a year's total, which fits.
pub(super) fn money(cents: i128) -> Money {
    Money::from_cents(i64::try_from(cents).unwrap_or(i64::MAX))
}

/// What applicants may still get; not named is without limit.
pub(super) type OwnRooms<'i> = BTreeMap<(&'i str, Year), i128>;

/// The money of all years while the categories are divided one after another.
#[derive(Debug)]
pub(super) struct Rooms<'i> {
    years: BTreeMap<Year, YearRoom>,
    /// Per category and year, what is kept for it and for nothing else.
    apart: BTreeMap<(usize, Year), i128>,
    /// What a category may spend above its own amount; only of a division that is tried ([`Rooms::raise`]).
    raised: BTreeMap<(usize, Year), i128>,
    /// What applicants may still get.
    pub own: OwnRooms<'i>,
}

#[derive(Debug, Default)]
struct YearRoom {
    /// Of the ceiling, not awarded.
    left: i128,
    /// The sum of what is set apart in this year.
    apart: i128,
}

impl<'i> Rooms<'i> {
    /// Sets apart, before anything is divided, every ring-fence and every floor as far as it was asked.
    pub(super) fn new(input: &'i Input, asked: &BTreeMap<(usize, Year), i128>) -> Rooms<'i> {
        let mut years: BTreeMap<Year, YearRoom> = input
            .ceilings
            .iter()
            .map(|(year, ceiling)| {
                (
                    *year,
                    YearRoom {
                        left: cents(*ceiling),
                        apart: 0,
                    },
                )
            })
            .collect();
        let mut apart = BTreeMap::new();
        for (index, category) in input.categories.iter().enumerate() {
            for (year, amount) in &category.amounts {
                let kept = set_apart(
                    category,
                    cents(*amount),
                    asked.get(&(index, *year)).copied().unwrap_or_default(),
                );
                apart.insert((index, *year), kept);
                years.entry(*year).or_default().apart += kept;
            }
        }
        let own = input.applicants.iter().flat_map(|(id, rule)| {
            rule.at_most
                .iter()
                .map(move |(year, most)| ((id.as_str(), *year), cents(*most)))
        });
        Rooms {
            years,
            apart,
            raised: BTreeMap::new(),
            own: own.collect(),
        }
    }

    /// New money for one category in one year: the year's ceiling and the category's own amount (a floor stays what it
    /// is) are this much higher. Before anything is divided.
    pub(super) fn raise(&mut self, index: usize, category: &CategoryRule, year: Year, by: i128) {
        let of_year = self.years.entry(year).or_default();
        of_year.left += by;
        if category.mode == EnvelopeMode::RingFenced {
            of_year.apart += by;
            *self.apart.entry((index, year)).or_default() += by;
        }
        *self.raised.entry((index, year)).or_default() += by;
    }

    /// The own amount of a category in a year, as high as it was raised.
    pub(super) fn amount(&self, index: usize, year: Year, amount: Money) -> i128 {
        let raised = self.raised.get(&(index, year)).copied();
        cents(amount) + raised.unwrap_or_default()
    }

    /// What a category can spend in each year it is open: its own amount, unless that is a floor, and
    /// what the year's ceiling leaves after what is set apart for others.
    pub(super) fn of(&self, index: usize, category: &CategoryRule) -> BTreeMap<Year, i128> {
        let room = |(year, amount): (&Year, &Money)| {
            let own = self.apart.get(&(index, *year)).copied().unwrap_or_default();
            let free = self.free(*year) + own;
            let room = match category.mode {
                EnvelopeMode::AtLeast => free,
                EnvelopeMode::AtMost | EnvelopeMode::RingFenced => {
                    free.min(self.amount(index, *year, *amount))
                }
            };
            (*year, room.max(0))
        };
        category.amounts.iter().map(room).collect()
    }

    /// What is left of a year's ceiling and not set apart.
    pub(super) fn free(&self, year: Year) -> i128 {
        self.years.get(&year).map_or(0, |it| it.left - it.apart)
    }

    /// What a year has for all these categories together that are not ring-fenced: what is free, and what was
    /// kept for their floors.
    pub(super) fn together(&self, year: Year, categories: impl Iterator<Item = usize>) -> i128 {
        let kept = categories.filter_map(|it| self.apart.get(&(it, year)));
        (self.free(year) + kept.sum::<i128>()).max(0)
    }

    /// Books what a category was awarded. What is left in a ring-fence stays apart; what is left of a
    /// floor is free again.
    pub(super) fn settle(
        &mut self,
        index: usize,
        category: &CategoryRule,
        awarded: &BTreeMap<Year, i128>,
    ) {
        for year in category.amounts.keys() {
            let spent = awarded.get(year).copied().unwrap_or_default();
            let kept = self.apart.entry((index, *year)).or_default();
            let keeps = match category.mode {
                EnvelopeMode::RingFenced => *kept - spent,
                EnvelopeMode::AtMost | EnvelopeMode::AtLeast => 0,
            };
            let year = self.years.entry(*year).or_default();
            year.left -= spent;
            year.apart += keeps - *kept;
            *kept = keeps;
        }
    }

    /// Books an award of the leftover pass.
    pub(super) fn spend(&mut self, year: Year, amount: i128) {
        self.years.entry(year).or_default().left -= amount;
    }
}

fn set_apart(category: &CategoryRule, amount: i128, asked: i128) -> i128 {
    match category.mode {
        EnvelopeMode::RingFenced => amount,
        EnvelopeMode::AtLeast => amount.min(asked),
        EnvelopeMode::AtMost => 0,
    }
}
