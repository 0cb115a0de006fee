//! What there is to divide: the envelopes of a window with what is free in them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::assemble::Changes;
use crate::{
    allocation::{CategoryRule, Method},
    core::{
        answers::FieldErrors,
        category::{Category, EnvelopeKind, EnvelopeMode},
        ids::EnvelopeId,
        money::{Money, MoneyError},
    },
    schemes::{Cycle, DistributionMethod, WindowKind},
    texts::{labels::Label, money::euros},
};

/// An envelope with what nobody was promised yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fund {
    /// The envelope.
    pub envelope: EnvelopeId,
    /// Its budget year.
    pub year: i32,
    /// What it is for.
    pub kind: EnvelopeKind,
    /// How strictly it binds.
    pub mode: EnvelopeMode,
    /// How it is divided unless the scenario says otherwise.
    pub method: DistributionMethod,
    /// What is free in it.
    pub free: Money,
}

/// What pays for one category in this window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pot {
    /// The category.
    pub category: Category,
    /// How strictly its money binds.
    pub mode: EnvelopeMode,
    /// How it is divided unless the scenario says otherwise.
    pub method: Method,
    /// Per year, the envelope and what is free in it.
    pub years: BTreeMap<i32, (EnvelopeId, Money)>,
}

/// What pays for what. The main window divides every envelope but the reserve; a top-up window the
/// reserve of the second year, among one-year projects.
pub fn pots(kind: WindowKind, cycle: &Cycle, funds: &[Fund]) -> Vec<Pot> {
    match kind {
        WindowKind::Main => Category::ALL
            .iter()
            .filter_map(|it| pot(*it, funds.iter().filter(|fund| fund.kind == it.envelope())))
            .collect(),
        WindowKind::TopUp => {
            let [_, second] = cycle.years();
            let reserve = funds
                .iter()
                .filter(|it| it.kind == EnvelopeKind::Reserve && it.year == second);
            pot(Category::OneYear, reserve).into_iter().collect()
        }
    }
}

fn pot<'f>(category: Category, funds: impl Iterator<Item = &'f Fund>) -> Option<Pot> {
    let funds: Vec<&Fund> = funds.collect();
    let first = funds.first()?;
    // The engine knows one mode per category: a fence in one year is kept in both.
    let is_fenced = funds.iter().any(|it| it.mode == EnvelopeMode::RingFenced);
    Some(Pot {
        category,
        mode: if is_fenced {
            EnvelopeMode::RingFenced
        } else {
            first.mode
        },
        method: Method::parse(first.method.as_str()).ok()?,
        years: funds
            .iter()
            .map(|it| (it.year, (it.envelope.clone(), it.free)))
            .collect(),
    })
}

/// The budget years that are divided.
pub fn years(pots: &[Pot]) -> BTreeSet<i32> {
    pots.iter()
        .flat_map(|it| it.years.keys().copied())
        .collect()
}

/// Per year, what can be spent over all categories: what is free, but of a ring-fence no more than
/// its own amount in this scenario. Of the other categories a lower amount does not lower the year's
/// ceiling: what it leaves is left over, and stays so unless the leftover pass divides it. In a hypothetical
/// scenario a higher amount raises the year's ceiling by as much.
pub fn ceilings(
    pots: &[Pot],
    categories: &[CategoryRule],
    is_hypothetical: bool,
) -> Result<BTreeMap<i32, Money>, MoneyError> {
    let mut ceilings = BTreeMap::new();
    for pot in pots {
        let rule = categories.iter().find(|it| it.id == pot.category.as_str());
        for (year, (_, free)) in &pot.years {
            let own = rule.and_then(|it| it.amounts.get(year)).copied();
            let own = own.unwrap_or(*free);
            let room = match rule.map_or(pot.mode, |it| it.mode) {
                _ if is_hypothetical && *free < own => own,
                EnvelopeMode::RingFenced => own.min(*free),
                EnvelopeMode::AtMost | EnvelopeMode::AtLeast => *free,
            };
            let ceiling: &mut Money = ceilings.entry(*year).or_default();
            *ceiling = ceiling.checked_add(room)?;
        }
    }
    Ok(ceilings)
}

/// What is wrong with the changes: an amount above what is free, unless that is the question.
pub fn findings(pots: &[Pot], changes: &Changes) -> FieldErrors {
    let mut errors = FieldErrors::default();
    if changes.is_hypothetical {
        if !is_above(pots, changes) {
            errors.push(
                "denkbeeldig",
                "U wilt rekenen met meer geld dan er vrij is, maar geen bedrag is hoger dan wat vrij is. Vul bij een categorie een hoger bedrag in, of haal dit vinkje weg.",
            );
        }
        return errors;
    }
    for pot in pots {
        for (year, (_, free)) in &pot.years {
            let asked = changes.amounts.get(&(pot.category, *year)).copied();
            if let Some(asked) = asked.filter(|it| free < it) {
                errors.push(
                    format!("bedrag-{}-{year}", pot.category.as_str()),
                    format!(
                        "Voor {} is in {year} nog {} vrij. U vulde {} in. Vul hoogstens het vrije bedrag in. Wilt u alleen zien wat meer geld zou doen? Zet dan bij “Meer regels” het vinkje voor een denkbeeldig plafond.",
                        pot.category.label().to_lowercase(),
                        euros(*free),
                        euros(asked)
                    ),
                );
            }
        }
    }
    errors
}

/// Whether any amount is above what is free.
fn is_above(pots: &[Pot], changes: &Changes) -> bool {
    pots.iter().any(|pot| {
        let mut years = pot.years.iter();
        years.any(|(year, (_, free))| {
            let asked = changes.amounts.get(&(pot.category, *year));
            asked.is_some_and(|it| free < it)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        core::ids::{CycleId, SchemeId},
        schemes::CycleState,
    };

    fn money(it: i32) -> Money {
        Money::from_euros(it)
    }

    fn fund(kind: EnvelopeKind, year: i32, mode: EnvelopeMode, free: i32) -> Fund {
        Fund {
            envelope: EnvelopeId::from(format!("{}-{year}", kind.as_str()).as_str()),
            year,
            kind,
            mode,
            method: DistributionMethod::ProRata,
            free: money(free),
        }
    }

    #[test]
    fn the_reserve_is_for_the_top_up_and_a_lower_fence_lowers_the_year() {
        let cycle = Cycle {
            id: CycleId::from("c"),
            scheme_id: SchemeId::from("s"),
            name: "2027-2028".to_owned(),
            first_year: 2027,
            state: CycleState::Open,
            opened_at: None,
            version: 1,
        };
        let funds = [
            fund(EnvelopeKind::Baseline, 2027, EnvelopeMode::AtMost, 45),
            fund(EnvelopeKind::Prevention, 2027, EnvelopeMode::RingFenced, 20),
            fund(EnvelopeKind::Reserve, 2027, EnvelopeMode::AtMost, 1),
            fund(EnvelopeKind::Reserve, 2028, EnvelopeMode::AtMost, 7),
        ];
        let main = pots(WindowKind::Main, &cycle, &funds);
        let lower = Changes {
            amounts: [
                ((Category::Baseline, 2027), money(40)),
                ((Category::Prevention, 2027), money(15)),
            ]
            .into(),
            ..Changes::default()
        };
        let rule = |pot: &Pot, amount: i32| CategoryRule {
            id: pot.category.as_str().to_owned(),
            mode: pot.mode,
            amounts: [(2027, money(amount))].into(),
            method: pot.method,
        };
        let rules = [rule(&main[0], 40), rule(&main[1], 15)];
        let year = ceilings(&main, &rules, false).unwrap();
        assert_eq!(year, [(2027, money(60))].into());
        // A fence that the scenario takes away lowers nothing; more than there is counts only as a question.
        let open = CategoryRule {
            mode: EnvelopeMode::AtMost,
            ..rule(&main[1], 15)
        };
        let year = ceilings(&main, &[rule(&main[0], 40), open], false).unwrap();
        assert_eq!(year, [(2027, money(65))].into());
        let more = [rule(&main[0], 50), rule(&main[1], 25)];
        let year = |it| ceilings(&main, &more, it).unwrap()[&2027];
        assert_eq!((year(false), year(true)), (money(65), money(75)));
        assert!(findings(&main, &lower).is_empty());
        let over = Changes {
            amounts: [((Category::Baseline, 2027), money(46))].into(),
            ..Changes::default()
        };
        assert!(findings(&main, &over).get("bedrag-baseline-2027").is_some());
        let asked = Changes {
            is_hypothetical: true,
            ..over
        };
        assert!(findings(&main, &asked).is_empty());
        let pointless = Changes {
            is_hypothetical: true,
            ..lower
        };
        assert!(findings(&main, &pointless).get("denkbeeldig").is_some());
        let top_up = pots(WindowKind::TopUp, &cycle, &funds);
        assert_eq!(top_up.len(), 1);
        assert_eq!(top_up[0].category, Category::OneYear);
        let own = (EnvelopeId::from("reserve-2028"), money(7));
        assert_eq!(top_up[0].years, [(2028, own)].into());
    }
}
