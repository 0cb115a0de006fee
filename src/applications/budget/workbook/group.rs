//! Which lines of a workbook belong to which project, and what they change. Pure.

use std::collections::BTreeMap;

use super::Expected;
use crate::applications::project::{
    MOST_LINES,
    incoming::{Fault, NewLine, ReadLine},
    typed::quoted,
};

/// The lines per project, by its place among the expected ones; or every fault.
pub fn by_project(
    lines: Vec<ReadLine>,
    expected: &Expected,
) -> Result<BTreeMap<usize, Vec<NewLine>>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut seen: Vec<(usize, NewLine, String)> = Vec::new();
    for it in lines {
        let Some((name, cell)) = &it.project else {
            continue;
        };
        let Some(project) = expected.projects.iter().position(|known| known == name) else {
            faults.push(unknown(name, cell, expected));
            continue;
        };
        if let Some((_, _, at)) = seen
            .iter()
            .find(|(of, line, _)| *of == project && *line == it.line)
        {
            faults.push(Fault::new(&*it.at, format!("deze regel is precies gelijk aan {at}. Haal er één weg, of geef ze elk een eigen omschrijving.")));
        }
        seen.push((project, it.line, it.at));
    }
    let mut grouped: BTreeMap<usize, Vec<NewLine>> = BTreeMap::new();
    for (project, line, at) in seen {
        let lines = grouped.entry(project).or_default();
        lines.push(line);
        if u32::try_from(lines.len()).is_ok_and(|it| it == MOST_LINES.saturating_add(1)) {
            let name = expected.projects.get(project).map_or("", String::as_str);
            faults.push(Fault::new(
                at,
                format!(
                    "project {} heeft meer dan {MOST_LINES} regels. Voeg regels samen.",
                    quoted(name)
                ),
            ));
        }
    }
    if faults.is_empty() {
        Ok(grouped)
    } else {
        Err(faults)
    }
}

fn unknown(name: &str, cell: &str, expected: &Expected) -> Fault {
    let known: Vec<String> = expected
        .projects
        .iter()
        .take(10)
        .map(|it| quoted(it))
        .collect();
    let list = match known.is_empty() {
        true => "Uw aanvraag heeft nog geen projecten: maak ze eerst hier aan.".to_owned(),
        false => format!("Kies uit: {}.", known.join(", ")),
    };
    Fault::new(
        cell,
        format!(
            "het project {} kennen wij niet, of het heeft nu een andere naam of plaats. {list}",
            quoted(name)
        ),
    )
}
