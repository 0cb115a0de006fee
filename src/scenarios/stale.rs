//! How what a scenario was made of has moved since, in words. Pure.

use std::collections::BTreeMap;

use super::names::Names;
use crate::{
    allocation::{Input, Project},
    core::money::Money,
    texts::money::euros,
};

/// What differs between the base of a scenario (its projects and what can be spent per year) and
/// what it would be now; empty if nothing does. A transfer between two envelopes of one year leaves
/// the year's sum, so it makes no scenario stale: each envelope is checked when it is adopted.
pub fn differences(
    stored: &Input,
    projects: &[Project],
    ceilings: &BTreeMap<i32, Money>,
    names: &Names,
) -> Vec<String> {
    let by_id = |of: &[Project]| -> BTreeMap<String, Project> {
        of.iter().map(|it| (it.id.clone(), it.clone())).collect()
    };
    let (then, now) = (by_id(&stored.projects), by_id(projects));
    let mut found = Vec::new();
    for (id, project) in &then {
        match now.get(id) {
            None => found.push(format!("{} doet niet meer mee.", named(names, id))),
            Some(it) => found.extend(changes(names, project, it)),
        }
    }
    for id in now.keys().filter(|it| !then.contains_key(*it)) {
        found.push(format!("{} is erbij gekomen.", named(names, id)));
    }
    for (year, before) in &stored.ceilings {
        let after = ceilings.get(year).copied().unwrap_or_default();
        if after != *before {
            found.push(format!(
                "In {year} was {} vrij om te verdelen, en nu {}.",
                euros(*before),
                euros(after)
            ));
        }
    }
    found
}

fn named(names: &Names, id: &str) -> String {
    names.in_sentence(&format!("Project '{id}'"))
}

fn changes(names: &Names, then: &Project, now: &Project) -> Vec<String> {
    let mut found = Vec::new();
    if then.score != now.score {
        found.push(format!(
            "De score was {} en is nu {}.",
            points(then),
            points(now)
        ));
    }
    amounts("Subsidiabel", &then.eligible, &now.eligible, &mut found);
    amounts(
        "Het laagste bedrag",
        &then.minimum,
        &now.minimum,
        &mut found,
    );
    if found.is_empty() && then != now {
        found.push(
            "De aanvrager, de categorie of de koppeling van de jaren is gewijzigd.".to_owned(),
        );
    }
    if found.is_empty() {
        return Vec::new();
    }
    vec![format!("{}: {}", named(names, &then.id), found.join(" "))]
}

fn points(of: &Project) -> String {
    of.score.to_string().replace('.', ",")
}

fn amounts(
    what: &str,
    then: &BTreeMap<i32, Money>,
    now: &BTreeMap<i32, Money>,
    found: &mut Vec<String>,
) {
    let mut years: Vec<i32> = then.keys().chain(now.keys()).copied().collect();
    years.sort_unstable();
    years.dedup();
    for year in years {
        let of = |it: &BTreeMap<i32, Money>| it.get(&year).copied().unwrap_or_default();
        let (before, after) = (of(then), of(now));
        if before != after {
            found.push(format!(
                "{what} in {year} was {} en is nu {}.",
                euros(before),
                euros(after)
            ));
        }
    }
}
