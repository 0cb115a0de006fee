//! The steps that pro rata, equal awards, equal losses and the Talmud share: everyone who is eligible has a
//! claim on the room and a formula gives each an exact part.
//!
//! 1. **Claims.** A claim is the eligible amount. If its applicant may not get that much, its projects
//!    use up what it may get in the order of the chain; the one that crosses it claims what is left, if
//!    that is at least its minimum. A claim is not raised again when a later step drops another.
//! 2. **Minimums.** From the last project in the chain to the first: would the formula, over the claims
//!    that still take part, give it less than its minimum in a year? Then it is dropped (in all its years if
//!    coupled) and the others share what it leaves. One walk is enough: dropping a claim never lowers
//!    another's part (all four rules are population monotonic), so who was passed stays at or above its minimum.
//! 3. **Rounding** by largest remainder, ties by the chain.

use std::collections::BTreeMap;

use super::{
    Envelope,
    pool::{Formula, Pool},
};
use crate::allocation::{
    input::{Method, Year},
    line::{Ask, Line, OwnRooms, refuse},
    reason::{Reason, Shared},
    rounding::{Share, largest_remainder},
};

/// A formula for a pool in which there is not enough.
type Rule = fn(&Pool) -> Formula;

/// Divides by `rule`. The order of `lines` decides only on minimums, own limits and ties in rounding.
pub(super) fn divide<'i>(
    method: Method,
    rule: Rule,
    lines: &mut [&mut Line<'i>],
    envelope: Envelope<'_, 'i>,
) {
    let mut claims = claims(lines, &envelope);
    let mut pools = pools(lines, &claims, &envelope.rooms);
    let division = Division { method, rule };
    for (line, claims) in lines.iter_mut().zip(&mut claims).rev() {
        let mut at = claims.iter_mut();
        for bundle in line.bundles() {
            let bundle_claims: Vec<&mut i128> = at.by_ref().take(bundle.len()).collect();
            division.drop_below_minimum(bundle, bundle_claims, &mut pools);
        }
    }
    for (year, pool) in &pools {
        division.award(lines, &claims, *year, pool, &envelope);
    }
    for line in lines.iter() {
        for ask in &line.asks {
            if let Some(own) = envelope
                .own
                .get_mut(&(line.project.applicant.as_str(), ask.year))
            {
                *own -= ask.award;
            }
        }
    }
}

/// What each ask of each line claims; 0 for one that takes no part, which then has its reason.
fn claims<'i>(lines: &mut [&mut Line<'i>], envelope: &Envelope<'_, 'i>) -> Vec<Vec<i128>> {
    let mut own = OwnRooms::clone(envelope.own);
    let mut all = Vec::with_capacity(lines.len());
    for line in lines {
        let applicant = line.project.applicant.as_str();
        let mut of_line = Vec::with_capacity(line.asks.len());
        for bundle in line.bundles() {
            let weighed: Vec<Result<i128, Reason>> = bundle
                .iter()
                .map(|ask| claim(ask, envelope, own.get(&(applicant, ask.year)).copied()))
                .collect();
            if weighed.iter().any(Result::is_err) {
                of_line.extend(bundle.iter().map(|_| 0));
                refuse(bundle, weighed.into_iter().map(Result::err).collect());
                continue;
            }
            for (ask, claim) in bundle.iter().zip(weighed.into_iter().flatten()) {
                if let Some(own) = own.get_mut(&(applicant, ask.year)) {
                    *own -= claim;
                }
                of_line.push(claim);
            }
        }
        all.push(of_line);
    }
    all
}

fn claim(ask: &Ask, envelope: &Envelope<'_, '_>, own: Option<i128>) -> Result<i128, Reason> {
    if ask.most == 0 {
        return Err(Reason::BelowUnit);
    }
    if !envelope.rooms.contains_key(&ask.year) {
        return Err(Reason::Closed);
    }
    match own.filter(|own| *own < ask.eligible) {
        None => Ok(ask.eligible),
        Some(own) if ask.least.max(envelope.unit) <= own => Ok(own),
        Some(own) => Err(Reason::OwnMost { own }),
    }
}

fn pools(
    lines: &[&mut Line<'_>],
    claims: &[Vec<i128>],
    rooms: &BTreeMap<Year, i128>,
) -> BTreeMap<Year, Pool> {
    let mut by_year: BTreeMap<Year, Vec<i128>> = BTreeMap::new();
    for (line, claims) in lines.iter().zip(claims) {
        for (ask, claim) in line.asks.iter().zip(claims).filter(|(_, it)| 0 < **it) {
            by_year.entry(ask.year).or_default().push(*claim);
        }
    }
    let room = |year: &Year| rooms.get(year).copied().unwrap_or_default();
    by_year
        .into_iter()
        .map(|(year, claims)| (year, Pool::new(room(&year), &claims)))
        .collect()
}

struct Division {
    method: Method,
    rule: Rule,
}

impl Division {
    fn formula(&self, pool: &Pool) -> Formula {
        if pool.is_enough() {
            Formula::InFull
        } else {
            (self.rule)(pool)
        }
    }

    fn drop_below_minimum(
        &self,
        bundle: &mut [Ask],
        claims: Vec<&mut i128>,
        pools: &mut BTreeMap<Year, Pool>,
    ) {
        let refusals: Vec<Option<Reason>> = bundle
            .iter()
            .zip(&claims)
            .map(|(ask, claim)| self.below_minimum(ask, **claim, pools.get(&ask.year)?))
            .collect();
        if refusals.iter().all(Option::is_none) {
            return;
        }
        for ((ask, claim), refusal) in bundle.iter_mut().zip(&claims).zip(&refusals) {
            if let (Some(pool), Some(_)) = (pools.get(&ask.year), refusal) {
                ask.short = pool.estate_for(self.method, **claim, ask.least) - pool.estate;
            }
        }
        for (ask, claim) in bundle.iter().zip(claims) {
            if let Some(pool) = pools.get_mut(&ask.year) {
                pool.remove(*claim);
            }
            *claim = 0;
        }
        refuse(bundle, refusals);
    }

    fn below_minimum(&self, ask: &Ask, claim: i128, pool: &Pool) -> Option<Reason> {
        if claim == 0 || ask.least == 0 {
            return None;
        }
        let formula = self.formula(pool);
        let is_below = formula.numerator(claim) < ask.least * formula.denominator();
        is_below.then(|| Reason::BelowMinimum {
            shared: self.shared(formula, pool, claim),
            least: ask.least,
        })
    }

    fn award(
        &self,
        lines: &mut [&mut Line<'_>],
        claims: &[Vec<i128>],
        year: Year,
        pool: &Pool,
        envelope: &Envelope<'_, '_>,
    ) {
        let formula = self.formula(pool);
        let mut asks: Vec<(&mut Ask, i128)> = lines
            .iter_mut()
            .zip(claims)
            .flat_map(|(line, claims)| line.asks.iter_mut().zip(claims.iter().copied()))
            .filter(|(ask, claim)| ask.year == year && 0 < *claim)
            .collect();
        let shares: Vec<Share> = asks
            .iter()
            .map(|(_, claim)| Share {
                numerator: formula.numerator(*claim),
                most: claim / envelope.unit,
            })
            .collect();
        let total = pool.estate.min(pool.total) / envelope.unit;
        let units = largest_remainder(&shares, formula.denominator() * envelope.unit, total);
        for ((ask, claim), units) in asks.iter_mut().zip(units) {
            ask.award = units * envelope.unit;
            if units < *claim / envelope.unit {
                ask.short = pool.estate_for(self.method, *claim, *claim) - pool.estate;
            }
            ask.reason = match formula {
                Formula::InFull if *claim < ask.eligible => Reason::EnoughOfOwn { claim: *claim },
                Formula::InFull => Reason::Enough {
                    asked: pool.total,
                    room: pool.estate,
                },
                _ => Reason::Share(self.shared(formula, pool, *claim)),
            };
        }
    }

    fn shared(&self, formula: Formula, pool: &Pool, claim: i128) -> Shared {
        Shared {
            method: self.method,
            part: pool.estate,
            whole: pool.total,
            claim,
            exact: formula.numerator(claim) / formula.denominator(),
            level: formula.level(),
        }
    }
}
