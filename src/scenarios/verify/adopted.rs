//! Whether what was adopted is what was proposed, and what was proposed is what was decided. Pure.

use std::collections::BTreeMap;

use super::store::Line;
use crate::{
    core::{ids::ProposalId, money::Money},
    scenarios::{Scenario, ScenarioState, division::Division},
    texts::money::euros,
};

/// Amounts by project and year.
type Amounts = BTreeMap<(String, i32), Money>;

/// What differs between a scenario as it stands, the proposals that were made of it, and the decisions on those.
pub fn findings(
    scenario: &Scenario,
    division: &Division,
    proposed: &[&Line],
    decided: &[&Line],
) -> Vec<String> {
    if scenario.state != ScenarioState::Adopted {
        let is_proposed = !proposed.is_empty() || !decided.is_empty();
        let sentence = "het is niet overgenomen, en toch staan er voorstellen op zijn naam.";
        return is_proposed
            .then(|| sentence.to_owned())
            .into_iter()
            .collect();
    }
    let mut found = against_division(division, proposed);
    found.extend(against_proposals(proposed, decided));
    found
}

/// Each project gets in a proposal what it got in the scenario, or nothing where the scenario has no line; and none is missing.
fn against_division(division: &Division, proposed: &[&Line]) -> Vec<String> {
    let lines = division.lines.iter();
    let adopted: Amounts = lines
        .map(|it| ((it.project.clone(), it.year), it.amount))
        .collect();
    let mut found = Vec::new();
    let mut missing = adopted.clone();
    for (proposal, amounts) in by_proposal(proposed) {
        for (key, amount) in amounts {
            missing.remove(&key);
            let given = adopted.get(&key).copied().unwrap_or_default();
            if given != amount {
                found.push(format!(
                    "project {} kreeg in {} {}, en in voorstel {proposal} staat {}.",
                    key.0,
                    key.1,
                    euros(given),
                    euros(amount)
                ));
            }
        }
    }
    let missing = missing.into_iter().map(|((project, year), amount)| {
        format!(
            "project {project} kreeg in {year} {}, en staat in geen voorstel.",
            euros(amount)
        )
    });
    found.extend(missing);
    found
}

/// A decision has the lines of its proposal, with the same amounts.
fn against_proposals(proposed: &[&Line], decided: &[&Line]) -> Vec<String> {
    let proposals = by_proposal(proposed);
    let nothing = Amounts::new();
    let mut found = Vec::new();
    for (proposal, decision) in by_proposal(decided) {
        let lines = proposals.get(&proposal).unwrap_or(&nothing);
        let mut keys: Vec<_> = lines.keys().chain(decision.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let (before, after) = (lines.get(key), decision.get(key));
            if before != after {
                let told = |it: Option<&Money>| it.map_or("niets".to_owned(), |it| euros(*it));
                found.push(format!(
                    "voorstel {proposal} heeft voor project {} in {} {}, en het besluit {}.",
                    key.0,
                    key.1,
                    told(before),
                    told(after)
                ));
            }
        }
    }
    found
}

/// What each proposal gives by project and year; a line can be paid out of more than one envelope.
fn by_proposal(lines: &[&Line]) -> BTreeMap<ProposalId, Amounts> {
    let mut proposals: BTreeMap<ProposalId, Amounts> = BTreeMap::new();
    for line in lines {
        let key = (line.project.to_string(), line.year);
        let own = proposals.entry(line.proposal.clone()).or_default();
        let sum = own.entry(key).or_default();
        *sum = Money::from_cents(sum.cents().saturating_add(line.amount.cents()));
    }
    proposals
}
