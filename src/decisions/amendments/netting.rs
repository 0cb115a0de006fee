//! What one change moves. Within it, what one project gives up of an envelope goes to another before
//! anything is taken from what is free: only what is left over of either is released or taken. What
//! its own category gives up of an envelope with a floor is not for others. Pure.
#![deny(clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;

use super::Line;
use crate::{
    core::{
        ids::{ApplicationId, EnvelopeId},
        money::{Money, MoneyError},
    },
    journal::{NewEntry, Purpose, Stage},
};

/// All that a change moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Netted<'l> {
    lowered: Vec<&'l Line>,
    raised: Vec<Raise<'l>>,
}

/// A line that gets more, and out of what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Raise<'l> {
    line: &'l Line,
    /// Whether its envelope has a floor for another category.
    is_beside: bool,
    /// What others give up.
    shifted: Money,
    /// What is free.
    taken: Money,
}

/// What was given up of an envelope, by projects beside its floor or not.
type Pools<'l> = BTreeMap<(&'l EnvelopeId, bool), Money>;

/// Nets the lines. `is_beside` says whether a line is of another category than the one for which its
/// envelope has a floor.
///
/// # Errors
/// A sum that is too large.
pub fn net(lines: &[Line], is_beside: impl Fn(&Line) -> bool) -> Result<Netted<'_>, MoneyError> {
    let (lowered, mut raised): (Vec<&Line>, Vec<&Line>) =
        lines.iter().partition(|it| it.after < it.before);
    let mut pools = Pools::new();
    for line in &lowered {
        let pool = pools
            .entry((&line.envelope, is_beside(line)))
            .or_insert(Money::ZERO);
        *pool = pool.checked_add(line.lowered()?)?;
    }
    // First those that can have less: what its own category does not use then is its own still.
    raised.sort_by_key(|it| !is_beside(it));
    let raise = |line| raise(line, is_beside(line), &mut pools);
    Ok(Netted {
        raised: raised.into_iter().map(raise).collect::<Result<_, _>>()?,
        lowered,
    })
}

fn raise<'l>(
    line: &'l Line,
    is_beside: bool,
    pools: &mut Pools<'l>,
) -> Result<Raise<'l>, MoneyError> {
    let mut taken = line.raised()?;
    let sides: &[bool] = if is_beside { &[true] } else { &[false, true] };
    for side in sides {
        if let Some(pool) = pools.get_mut(&(&line.envelope, *side)) {
            let drawn = taken.min(*pool);
            *pool = pool.checked_sub(drawn)?;
            taken = taken.checked_sub(drawn)?;
        }
    }
    Ok(Raise {
        shifted: line.raised()?.checked_sub(taken)?,
        line,
        is_beside,
        taken,
    })
}

impl Netted<'_> {
    /// What is taken out of what is free in each envelope.
    ///
    /// # Errors
    /// A sum that is too large.
    pub fn taken(&self) -> Result<BTreeMap<EnvelopeId, Money>, MoneyError> {
        per_envelope(self.raised.iter())
    }

    /// The part of that which goes beside the floor of an envelope.
    ///
    /// # Errors
    /// A sum that is too large.
    pub fn taken_beside_floors(&self) -> Result<BTreeMap<EnvelopeId, Money>, MoneyError> {
        per_envelope(self.raised.iter().filter(|it| it.is_beside))
    }

    /// What is booked: first what comes back, then what goes to others, then what is promised more.
    ///
    /// # Errors
    /// A difference that is too large.
    pub fn entries(&self, application: &ApplicationId) -> Result<Vec<NewEntry>, MoneyError> {
        let purpose = |line: &Line| Purpose {
            application: application.clone(),
            project: line.project.clone(),
        };
        let mut entries = Vec::new();
        for it in &self.lowered {
            let (committed, lowered) = (Stage::Committed, it.lowered()?);
            entries.push(NewEntry::release(
                &it.envelope,
                committed,
                lowered,
                purpose(it),
            ));
        }
        for it in self.raised.iter().filter(|it| !it.shifted.is_zero()) {
            let envelope = &it.line.envelope;
            entries.push(NewEntry::shift(envelope, it.shifted, purpose(it.line)));
        }
        for it in self.raised.iter().filter(|it| !it.taken.is_zero()) {
            let (envelope, purpose) = (&it.line.envelope, purpose(it.line));
            entries.push(NewEntry::commitment(
                envelope,
                Stage::Free,
                it.taken,
                purpose,
            ));
        }
        Ok(entries)
    }
}

fn per_envelope<'a>(
    raised: impl Iterator<Item = &'a Raise<'a>>,
) -> Result<BTreeMap<EnvelopeId, Money>, MoneyError> {
    let mut sums: BTreeMap<EnvelopeId, Money> = BTreeMap::new();
    for it in raised.filter(|it| !it.taken.is_zero()) {
        let sum = sums.entry(it.line.envelope.clone()).or_insert(Money::ZERO);
        *sum = sum.checked_add(it.taken)?;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        core::{
            category::{Category, EnvelopeKind},
            ids::ProjectId,
        },
        journal::EntryKind,
    };

    /// A project's line of an envelope, in euros; those whose name begins with `other` are beside
    /// its floor.
    fn line(project: &str, envelope: &str, before: i32, after: i32) -> Line {
        Line {
            project: ProjectId::from(project),
            title: project.to_owned(),
            category: Some(Category::Baseline),
            year: 2027,
            envelope: EnvelopeId::from(envelope),
            kind: EnvelopeKind::Baseline,
            before: Money::from_euros(before),
            after: Money::from_euros(after),
        }
    }

    /// Kind, project and euros of what is booked.
    fn booked(lines: &[Line]) -> Vec<(EntryKind, String, i64)> {
        let netted = net(lines, |it| it.title.starts_with("other")).unwrap();
        let entries = netted.entries(&ApplicationId::from("a")).unwrap();
        let told = entries.into_iter().map(|it| {
            let project = it.purpose.unwrap().project.to_string();
            (it.kind, project, it.amount.cents() / 100)
        });
        told.collect()
    }

    fn taken(lines: &[Line]) -> [i64; 2] {
        let netted = net(lines, |it| it.title.starts_with("other")).unwrap();
        let sum =
            |of: BTreeMap<EnvelopeId, Money>| Money::sum(of.into_values()).unwrap().cents() / 100;
        [
            sum(netted.taken().unwrap()),
            sum(netted.taken_beside_floors().unwrap()),
        ]
    }

    #[test]
    fn only_what_is_left_over_is_released_or_taken() {
        use EntryKind::{Commitment, Release, Shift};
        let told = |kind, project: &str, euros| (kind, project.to_owned(), euros);
        // Less in all: nothing is taken.
        let lines = [line("a", "e", 100, 80), line("b", "e", 50, 65)];
        assert_eq!(
            booked(&lines),
            [told(Release, "a", 20), told(Shift, "b", 15)]
        );
        assert_eq!(taken(&lines), [0, 0]);
        // More in all: the rest is taken, once what was given up is used.
        let lines = [
            line("a", "e", 100, 80),
            line("b", "e", 50, 65),
            line("c", "e", 0, 9),
        ];
        let expected = [
            told(Release, "a", 20),
            told(Shift, "b", 15),
            told(Shift, "c", 5),
            told(Commitment, "c", 4),
        ];
        assert_eq!(booked(&lines), expected);
        assert_eq!(taken(&lines), [4, 0]);
        // Another envelope, or another year, is another purse.
        let lines = [line("a", "e", 100, 80), line("b", "f", 50, 65)];
        assert_eq!(
            booked(&lines),
            [told(Release, "a", 20), told(Commitment, "b", 15)]
        );
        assert_eq!(taken(&lines), [15, 0]);
    }

    #[test]
    fn what_is_given_up_beside_a_floor_goes_to_all_and_what_its_own_category_gives_up_does_not() {
        let own_gives = [line("a", "e", 100, 80), line("other", "e", 50, 65)];
        assert_eq!(taken(&own_gives), [15, 15]);
        let other_gives = [line("other", "e", 100, 80), line("a", "e", 50, 65)];
        assert_eq!(taken(&other_gives), [0, 0]);
        let others = [
            line("a", "e", 10, 20),
            line("other 1", "e", 100, 80),
            line("other 2", "e", 50, 65),
        ];
        assert_eq!(taken(&others), [5, 0]);
    }
}
