//! How what a scenario was made of has moved since, in words. Pure.

use std::collections::{BTreeMap, BTreeSet};

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
    let (whole, gone) = missing(&then, &now);
    found.extend(applications(
        &whole,
        names,
        ["doet niet meer mee", "doen niet meer mee"],
    ));
    found.extend(
        gone.iter()
            .map(|it| format!("{} doet niet meer mee.", named(names, it))),
    );
    let (whole, new) = missing(&now, &then);
    found.extend(applications(
        &whole,
        names,
        ["is erbij gekomen", "zijn erbij gekomen"],
    ));
    found.extend(
        new.iter()
            .map(|it| format!("{} is erbij gekomen.", named(names, it))),
    );
    for (id, project) in &then {
        if let Some(it) = now.get(id) {
            found.extend(changes(names, project, it));
        }
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

/// What is in `one` and not in `other`: per applicant of whom nothing is, how many projects; and the other projects.
fn missing<'p>(
    one: &'p BTreeMap<String, Project>,
    other: &BTreeMap<String, Project>,
) -> (BTreeMap<&'p str, usize>, Vec<&'p str>) {
    let stays: BTreeSet<&str> = other.values().map(|it| it.applicant.as_str()).collect();
    let (mut whole, mut projects) = (BTreeMap::new(), Vec::new());
    for (id, project) in one.iter().filter(|(id, _)| !other.contains_key(*id)) {
        if stays.contains(project.applicant.as_str()) {
            projects.push(id.as_str());
        } else {
            let count: &mut usize = whole.entry(project.applicant.as_str()).or_default();
            *count = count.saturating_add(1);
        }
    }
    (whole, projects)
}

/// Whole applications in one sentence.
fn applications(
    whole: &BTreeMap<&str, usize>,
    names: &Names,
    [one, many]: [&str; 2],
) -> Option<String> {
    let projects: usize = whole.values().sum();
    let projects = match projects {
        1 => "1 project".to_owned(),
        more => format!("{more} projecten"),
    };
    let mut who: Vec<&str> = whole.keys().map(|it| names.applicant(it)).collect();
    who.sort_unstable();
    match who.as_slice() {
        [] => None,
        [name] => Some(format!("De aanvraag van {name} {one} ({projects}).")),
        all => Some(format!(
            "{} aanvragen {many} ({projects}): {}.",
            all.len(),
            all.join(", ")
        )),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::{FrozenInput, Score};

    fn project(id: &str, applicant: &str) -> Project {
        Project {
            id: id.to_owned(),
            applicant: applicant.to_owned(),
            category: "baseline".to_owned(),
            score: Score::from_hundredths(400),
            coupled: false,
            eligible: [(2027, Money::from_euros(10))].into(),
            minimum: BTreeMap::new(),
        }
    }

    #[test]
    fn whole_applications_are_told_in_one_sentence_and_projects_each() {
        let stored = FrozenInput::read(
            r#"{"version":1,"years":[2027],"ceilings":{"2027":"1.00"},
            "categories":[{"id":"baseline","mode":"at_most","amounts":{"2027":"1.00"},"method":"pro_rata"}],
            "projects":[
              {"id":"a1","applicant":"A","category":"baseline","score":"4.00","eligible":{"2027":"10.00"}},
              {"id":"a2","applicant":"A","category":"baseline","score":"4.00","eligible":{"2027":"10.00"}},
              {"id":"b1","applicant":"B","category":"baseline","score":"4.00","eligible":{"2027":"10.00"}},
              {"id":"c1","applicant":"C","category":"baseline","score":"4.00","eligible":{"2027":"10.00"}},
              {"id":"c2","applicant":"C","category":"baseline","score":"4.00","eligible":{"2027":"10.00"}}],
            "ties":["score"]}"#,
        )
        .unwrap();
        let ceilings = [(2027, Money::from_euros(1))].into();
        let now = [project("c1", "C"), project("d1", "D")];
        assert_eq!(
            differences(&stored, &now, &ceilings, &Names::default()),
            [
                "2 aanvragen doen niet meer mee (3 projecten): A, B.",
                "Project 'c2' doet niet meer mee.",
                "De aanvraag van D is erbij gekomen (1 project).",
            ]
        );
    }
}
