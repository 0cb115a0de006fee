//! Computes every stored scenario again and names each difference.

use std::collections::BTreeMap;

use super::{Edit, Scenario, division::Division, store};
use crate::{
    allocation::{FrozenInput, Outcome, allocate},
    core::{findings::Report, ids::ScenarioId, money::Money},
    db::Conn,
    error::AppError,
    texts::money::euros,
};

/// How many scenarios are read at a time.
const BATCH: i64 = 20;
/// How many differences of one scenario are told; the rest is counted.
const MOST_TOLD: usize = 20;

/// Computes every scenario again from its input, and checks its edits; what differs is a finding.
///
/// # Errors
/// Only what the database cannot answer: what is wrong with a scenario is a finding.
pub fn verify(conn: &mut Conn) -> Result<Report, AppError> {
    let mut report = Report::default();
    let mut last = ScenarioId::from("");
    loop {
        let scenarios = store::after(conn, &last, BATCH)?;
        let Some(end) = scenarios.last() else { break };
        last = end.id.clone();
        let ids: Vec<ScenarioId> = scenarios.iter().map(|it| it.id.clone()).collect();
        let edits = store::edits(conn, &ids)?;
        for scenario in &scenarios {
            let of = edits.iter().map(|(it, _)| it);
            let own: Vec<&Edit> = of.filter(|it| it.scenario_id == scenario.id).collect();
            report.count("scenario’s", 1);
            report.count(
                "wijzigingen met de hand",
                u64::try_from(own.len()).unwrap_or_default(),
            );
            for finding in findings_of(scenario, &own) {
                report.find(finding);
            }
        }
    }
    Ok(report)
}

/// What is wrong with one scenario.
pub fn findings_of(scenario: &Scenario, edits: &[&Edit]) -> Vec<String> {
    let mut found = recomputed(scenario);
    found.extend(edited(scenario, edits));
    found.extend(listed(scenario, edits));
    let more = found.len().saturating_sub(MOST_TOLD);
    found.truncate(MOST_TOLD);
    if 0 < more {
        found.push(format!("Er zijn nog {more} verschillen."));
    }
    let name = format!("Scenario “{}” ({})", scenario.name, scenario.id);
    found.iter().map(|it| format!("{name}: {it}")).collect()
}

fn recomputed(scenario: &Scenario) -> Vec<String> {
    let input = match FrozenInput::read(&scenario.input) {
        Ok(it) => it,
        Err(refused) => {
            let first = refused.0.first().map(ToString::to_string);
            return vec![format!(
                "de bewaarde invoer wordt geweigerd. {}",
                first.unwrap_or_default()
            )];
        }
    };
    let mut found = Vec::new();
    if input.sha256() != scenario.input_sha256 {
        found.push(format!(
            "de invoer heeft SHA-256 {}, en bewaard is {}.",
            input.sha256(),
            scenario.input_sha256
        ));
    }
    if input.canonical() != scenario.input {
        found.push("de invoer staat niet in de vaste vorm (RFC 8785).".to_owned());
    }
    let again = allocate(&input);
    if again.json().ok().as_deref() != Some(scenario.result.as_str()) {
        found.extend(match serde_json::from_str::<Outcome>(&scenario.result) {
            Ok(stored) => differences(&stored, &again),
            Err(_) => vec!["de bewaarde uitkomst is niet te lezen.".to_owned()],
        });
    }
    found
}

fn differences(stored: &Outcome, again: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    if stored.engine != again.engine {
        found.push(format!(
            "de uitkomst is gemaakt met regels versie {}; dit programma heeft versie {}.",
            stored.engine, again.engine
        ));
    }
    if stored.status != again.status {
        found.push(format!(
            "de stand is {} en wordt {}.",
            stored.status.as_str(),
            again.status.as_str()
        ));
    }
    let by_line = |of: &Outcome| -> BTreeMap<(String, i32), (Money, String)> {
        let awards = of.awards.iter();
        awards
            .map(|it| ((it.id.clone(), it.year), (it.amount, it.reason.clone())))
            .collect()
    };
    let (then, now) = (by_line(stored), by_line(again));
    let nothing = (Money::ZERO, String::new());
    let mut keys: Vec<_> = then.keys().chain(now.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let (before, why) = then.get(key).unwrap_or(&nothing);
        let (after, because) = now.get(key).unwrap_or(&nothing);
        let (project, year) = key;
        if before != after {
            found.push(format!(
                "project {project} heeft in {year} bewaard {}, en opnieuw berekend {}.",
                euros(*before),
                euros(*after)
            ));
        } else if why != because {
            found.push(format!(
                "project {project} heeft in {year} een andere reden."
            ));
        }
    }
    if found.is_empty() {
        found.push(
            "de bedragen zijn gelijk, maar wat overblijft, wat bindt of het verslag verschilt."
                .to_owned(),
        );
    }
    found
}

/// Whether what lists show of it is what it comes to.
fn listed(scenario: &Scenario, edits: &[&Edit]) -> Option<String> {
    let division = Division::read(scenario, edits).ok()?;
    let sums = division.sums(edits.len()).ok()?;
    (sums != scenario.sums || division.input.seed != scenario.seed).then(|| {
        "wat in de lijst met scenario’s staat (bedragen, aantallen of zaad) is niet wat de uitkomst zegt.".to_owned()
    })
}

/// Whether each edit starts from what stood there, and the amounts as they stand keep to the rules.
fn edited(scenario: &Scenario, edits: &[&Edit]) -> Vec<String> {
    // What cannot be read was found already.
    let Ok(computed) = Division::read(scenario, &[]) else {
        return Vec::new();
    };
    let mut standing: BTreeMap<(&str, i32), Money> = computed
        .lines
        .iter()
        .map(|it| ((it.project.as_str(), it.year), it.amount))
        .collect();
    let mut found = Vec::new();
    for edit in edits {
        let before = standing.insert((edit.project_id.as_str(), edit.year), edit.after_cents);
        if before != Some(edit.before_cents) {
            found.push(format!(
                "wijziging {} begint bij {}, en dat stond er niet.",
                edit.seq,
                euros(edit.before_cents)
            ));
        }
    }
    if !edits.is_empty() {
        let as_it_stands = Division::read(scenario, edits);
        found.extend(as_it_stands.ok().and_then(|it| it.broken_rule()));
    }
    found
}
