//! Which rules cannot hold together.

use std::collections::BTreeMap;

use super::{
    blocking,
    check::Violation,
    figures::{category_label, euro},
    input::{Input, Year},
    line::cents,
    output::RuleLine,
};
use crate::core::category::EnvelopeMode;

/// Rules that contradict each other whatever the method: for the first contradiction found, the smallest set
/// that shows it. Empty if there is none of the kinds looked for.
pub(super) fn contradictions(input: &Input) -> Vec<RuleLine> {
    input
        .ceilings
        .iter()
        .find_map(|(year, ceiling)| {
            let ceiling = cents(*ceiling);
            let demands = [set_apart(input, *year), at_leasts(input, *year)];
            let asked_too_little = own_requests(input, *year);
            demands
                .into_iter()
                .find_map(|it| over_ceiling(*year, ceiling, it))
                .or(asked_too_little)
        })
        .unwrap_or_default()
}

/// Why an outcome broke a rule: rules that no division can keep together, whatever the method; else the broken rule that fewest
/// others stand behind, with the methods and the limits without which it would have been kept.
pub(super) fn of_violations(input: &Input, violations: &[Violation]) -> Vec<RuleLine> {
    if let Some(impossible) = super::free_of_methods(input) {
        return impossible;
    }
    let fewest = violations
        .iter()
        .min_by_key(|it| (blocking::behind(input, it).len(), &it.path));
    fewest.map_or_else(Vec::new, |it| blocking::set(input, it))
}

/// An amount that a rule demands of a year's ceiling.
struct Demand {
    amount: i128,
    line: RuleLine,
}

fn over_ceiling(year: Year, ceiling: i128, mut demands: Vec<Demand>) -> Option<Vec<RuleLine>> {
    // The largest first: no smaller number of demands can pass the ceiling.
    demands.sort_by(|a, b| (-a.amount, &a.line).cmp(&(-b.amount, &b.line)));
    let mut lines = vec![RuleLine::new(
        format!("ceilings.{year}"),
        format!("Het plafond van {year} is {}.", euro(ceiling)),
    )];
    let mut total = 0;
    for demand in demands {
        total += demand.amount;
        lines.push(demand.line);
        if ceiling < total {
            return Some(lines);
        }
    }
    None
}

fn set_apart(input: &Input, year: Year) -> Vec<Demand> {
    let unit = cents(input.rounding);
    let mut asked: BTreeMap<&str, i128> = BTreeMap::new();
    for project in &input.projects {
        let eligible = project.eligible.get(&year).copied().map_or(0, cents);
        *asked.entry(project.category.as_str()).or_default() += eligible / unit * unit;
    }
    let categories = input.categories.iter().enumerate();
    categories
        .filter_map(|(index, category)| {
            let amount = cents(*category.amounts.get(&year)?);
            let label = category_label(&category.id);
            let asked = asked.get(category.id.as_str()).copied().unwrap_or_default();
            let (amount, sentence) = match category.mode {
                EnvelopeMode::AtMost => return None,
                EnvelopeMode::RingFenced => (
                    amount,
                    format!("Voor {label} is in {year} {} geoormerkt.", euro(amount)),
                ),
                EnvelopeMode::AtLeast => (
                    amount.min(asked),
                    format!(
                        "Voor {label} is in {year} ten minste {} afgesproken; er is {} gevraagd.",
                        euro(amount),
                        euro(asked)
                    ),
                ),
            };
            Some(Demand {
                amount,
                line: RuleLine::new(format!("categories[{index}].amounts.{year}"), sentence),
            })
        })
        .collect()
}

fn at_leasts(input: &Input, year: Year) -> Vec<Demand> {
    input
        .applicants
        .iter()
        .filter_map(|(id, rule)| {
            let amount = cents(*rule.at_least.get(&year)?);
            Some(Demand {
                amount,
                line: at_least_line(id, year, amount),
            })
        })
        .collect()
}

fn at_least_line(id: &str, year: Year, amount: i128) -> RuleLine {
    RuleLine::new(
        format!("applicants.{id}.at_least.{year}"),
        format!(
            "Aanvrager '{id}' krijgt in {year} ten minste {}.",
            euro(amount)
        ),
    )
}

/// An applicant that must get more than it can use.
fn own_requests(input: &Input, year: Year) -> Option<Vec<RuleLine>> {
    let unit = cents(input.rounding);
    let mut asked: BTreeMap<&str, i128> = BTreeMap::new();
    for project in &input.projects {
        let eligible = project.eligible.get(&year).copied().map_or(0, cents);
        *asked.entry(project.applicant.as_str()).or_default() += eligible / unit * unit;
    }
    input.applicants.iter().find_map(|(id, rule)| {
        let least = cents(*rule.at_least.get(&year)?);
        let asked = asked.get(id.as_str()).copied().unwrap_or_default();
        (asked < least).then(|| {
            vec![
                at_least_line(id, year, least),
                RuleLine::new(
                    "projects",
                    format!(
                        "De projecten van '{id}' kunnen in {year} samen niet meer dan {} krijgen.",
                        euro(asked)
                    ),
                ),
            ]
        })
    })
}
