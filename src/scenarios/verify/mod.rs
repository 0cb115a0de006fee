//! Computes every stored scenario again, compares it with what was proposed and decided, and names each difference.
//!
//! A scenario that was made by other rules (another `engine`) is computed with the rules of today, too, and what comes of that is told, but is
//! no finding: a new version of the rules does not make an old division wrong. That nobody changed it shows from the hashes
//! that its fact in the audit trail carries. See `docs/adr/0015`.

mod adopted;
mod store;

use std::collections::BTreeMap;

use self::store::Line;
use super::{Edit, Scenario, division::Division};
use crate::{
    allocation::{ENGINE, FrozenInput, Outcome, allocate, check},
    audit::{Fact, Stream},
    core::{findings::Report, hex, ids::ScenarioId, money::Money},
    db::Conn,
    error::AppError,
    texts::money::euros,
};

/// How many scenarios are read at a time.
const BATCH: i64 = 20;
/// How many differences of one scenario are told; the rest is counted.
const MOST_TOLD: usize = 20;

/// Computes every scenario again from its input, and checks its edits, its fact, its proposals and the decisions on them; what
/// differs is a finding.
///
/// # Errors
/// Only what the database cannot answer: what is wrong with a scenario is a finding.
pub fn verify(conn: &mut Conn) -> Result<Report, AppError> {
    let mut report = Report::default();
    let mut last = ScenarioId::from("");
    loop {
        let scenarios = super::store::after(conn, &last, BATCH)?;
        let Some(end) = scenarios.last() else { break };
        last = end.id.clone();
        let beside = Beside::read(conn, &scenarios)?;
        for scenario in &scenarios {
            verify_one(scenario, &beside, &mut report);
        }
    }
    Ok(report)
}

/// What stands beside some scenarios.
struct Beside {
    edits: Vec<Edit>,
    proposed: Vec<Line>,
    decided: Vec<Line>,
    created: BTreeMap<String, Fact>,
}

impl Beside {
    fn read(conn: &mut Conn, scenarios: &[Scenario]) -> Result<Beside, AppError> {
        let ids: Vec<ScenarioId> = scenarios.iter().map(|it| it.id.clone()).collect();
        let edits = super::store::edits(conn, &ids)?;
        Ok(Beside {
            edits: edits.into_iter().map(|(it, _)| it).collect(),
            proposed: store::proposed(conn, &ids)?,
            decided: store::decided(conn, &ids)?,
            created: store::created(conn, &ids)?.into_iter().collect(),
        })
    }
}

fn verify_one(scenario: &Scenario, beside: &Beside, report: &mut Report) {
    let of_edits = beside.edits.iter();
    let edits: Vec<&Edit> = of_edits
        .filter(|it| it.scenario_id == scenario.id)
        .collect();
    report.count("scenario’s", 1);
    report.count(
        "wijzigingen met de hand",
        u64::try_from(edits.len()).unwrap_or_default(),
    );
    let proposed: Vec<&Line> = lines_of(scenario, &beside.proposed);
    let decided: Vec<&Line> = lines_of(scenario, &beside.decided);
    let stream = Stream::Scenario(&scenario.id).to_string();
    let mut found = recorded(scenario, beside.created.get(&stream));
    found.extend(recomputed(scenario, report));
    found.extend(edited(scenario, &edits));
    found.extend(listed(scenario, &edits));
    // What cannot be read was found already.
    if let Ok(division) = Division::read(scenario, &edits) {
        found.extend(adopted::findings(scenario, &division, &proposed, &decided));
    }
    let more = found.len().saturating_sub(MOST_TOLD);
    found.truncate(MOST_TOLD);
    if 0 < more {
        found.push(format!("Er zijn nog {more} verschillen."));
    }
    for it in found {
        report.find(format!("{}: {it}", named(scenario)));
    }
}

fn lines_of<'l>(scenario: &Scenario, lines: &'l [Line]) -> Vec<&'l Line> {
    lines
        .iter()
        .filter(|it| it.scenario == scenario.id)
        .collect()
}

fn named(scenario: &Scenario) -> String {
    format!("Scenario “{}” ({})", scenario.name, scenario.id)
}

/// Whether input and outcome are those that the audit trail saw.
fn recorded(scenario: &Scenario, fact: Option<&Fact>) -> Vec<String> {
    let Some(Fact::ScenarioCreated {
        input_sha256,
        result_sha256,
        ..
    }) = fact
    else {
        return vec!["in het auditlog staat niet dat het gemaakt is.".to_owned()];
    };
    let mut found = Vec::new();
    let pairs = [
        ("invoer", &scenario.input, input_sha256),
        ("uitkomst", &scenario.result, result_sha256),
    ];
    for (what, text, recorded) in pairs {
        let own = hex::sha256(text);
        if own != *recorded {
            found.push(format!(
                "de bewaarde {what} heeft SHA-256 {own}, en in het auditlog staat {recorded}."
            ));
        }
    }
    found
}

fn recomputed(scenario: &Scenario, report: &mut Report) -> Vec<String> {
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
    let Ok(stored) = serde_json::from_str::<Outcome>(&scenario.result) else {
        found.push("de bewaarde uitkomst is niet te lezen.".to_owned());
        return found;
    };
    let again = allocate(&input);
    if stored.engine != ENGINE {
        report.note(by_other_rules(scenario, &stored, &again));
        found.extend(kept_rules(&input, &stored));
    } else if again.json().ok().as_deref() != Some(scenario.result.as_str()) {
        found.extend(differences(&stored, &again));
    }
    found
}

/// What the rules of today make of an input that was divided by others.
fn by_other_rules(scenario: &Scenario, stored: &Outcome, again: &Outcome) -> String {
    let amounts = |of: &Outcome| -> BTreeMap<(String, i32), Money> {
        let awards = of.awards.iter();
        awards
            .map(|it| ((it.id.clone(), it.year), it.amount))
            .collect()
    };
    let (then, now) = (amounts(stored), amounts(again));
    let keys = then.keys().chain(now.keys());
    let mut changed: Vec<_> = keys.filter(|it| then.get(*it) != now.get(*it)).collect();
    changed.sort_unstable();
    changed.dedup();
    let outcome = match changed.len() {
        0 => "dezelfde bedragen".to_owned(),
        1 => "1 ander bedrag".to_owned(),
        many => format!("{many} andere bedragen"),
    };
    format!(
        "{}: gemaakt met regels versie {}. Met de regels van nu, versie {ENGINE}, geeft dezelfde invoer {outcome}.",
        named(scenario),
        stored.engine
    )
}

/// Whatever the rules were, the amounts keep to the ceilings and limits of the input.
fn kept_rules(input: &FrozenInput, stored: &Outcome) -> Vec<String> {
    if stored.awards.is_empty() {
        return Vec::new();
    }
    let violations = check(input, &stored.awards);
    violations.into_iter().map(|it| it.sentence).collect()
}

fn differences(stored: &Outcome, again: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
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
