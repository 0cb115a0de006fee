//! What was entered, as an accessible PDF: the copy to keep. Pure.

use chrono::NaiveDateTime;
use serde_json::{Value as Json, json};

use super::sheet::{Entry, List, Part, Sheet, Value};
use crate::{
    applications::{dossier::totals::Totals, submission::content::Content},
    core::money::Money,
    error::{AppError, Refusal},
    texts::{
        dates::{self, OnDay},
        labels::Label,
        money,
    },
    typeset::{self, Template},
};

/// The most text of one document, in bytes: some six hundred pages. Above it the page that prints
/// and the file with data remain.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// What was entered.
    pub content: Content,
    /// The same, as people read it.
    pub sheet: Sheet,
    /// What it asks.
    pub totals: Totals,
    /// Whether it was submitted.
    pub status: Status,
}

/// Whether what is printed was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// A draft, as it is at this moment (UTC).
    Draft {
        /// When it was printed.
        at: NaiveDateTime,
        /// The SHA-256 of what would be frozen.
        sha256: String,
    },
    /// A frozen version.
    Submitted {
        /// Its number.
        number: i32,
        /// When it was submitted (UTC).
        at: NaiveDateTime,
        /// By whom.
        by: String,
        /// The SHA-256 of its content.
        sha256: String,
    },
}

const COPY: Template = Template {
    name: "aanvraag.typ",
    text: include_str!("../../../templates/letters/aanvraag.typ"),
};

/// Typesets it. The same copy gives the same bytes. Takes up to seconds of computing: not for an
/// async thread, and one at a time ([`typeset::turn`]). Refused above [`MOST_BYTES`].
pub fn pdf(copy: &Copy) -> Result<Vec<u8>, AppError> {
    let data = data(copy);
    if MOST_BYTES < data.to_string().len() {
        return Err(Refusal::TooLongToPrint.into());
    }
    Ok(typeset::pdf(&COPY, data, &ident(copy))?)
}

fn ident(copy: &Copy) -> String {
    let reference = &copy.content.reference;
    match &copy.status {
        Status::Draft { sha256, .. } => format!("{reference}/concept/{sha256}"),
        Status::Submitted { number, sha256, .. } => format!("{reference}/{number}/{sha256}"),
    }
}

/// Everything that the template prints, as words.
fn data(copy: &Copy) -> Json {
    let content = &copy.content;
    let reference = &content.reference;
    let (at, sha256, name) = match &copy.status {
        Status::Draft { at, sha256 } => (*at, sha256, "concept".to_owned()),
        Status::Submitted {
            at, sha256, number, ..
        } => (*at, sha256, format!("versie {number}")),
    };
    json!({
        "title": format!("Aanvraag {reference}, {name}"),
        "author": format!("Gemeente {}", content.lead.name),
        "description": format!("Wat is ingevuld in aanvraag {reference}, {name}; SHA-256 {sha256}"),
        "date": at.dutch_day().to_string(),
        "running": format!("Aanvraag {reference}, {name}, gemeente {}", content.lead.name),
        "mark": format!("SHA-256 {sha256}"),
        "draft": matches!(copy.status, Status::Draft { .. }),
        "draft-note": "Dit is nog niet ingediend. Zo stond de aanvraag er op dit moment.",
        "facts": facts(copy, at, sha256),
        "totals": totals(&copy.totals),
        "parts": copy.sheet.parts.iter().map(part).collect::<Vec<_>>(),
    })
}

fn field(label: &str, text: impl Into<String>) -> Json {
    json!({ "label": label, "text": text.into() })
}

fn facts(copy: &Copy, at: NaiveDateTime, sha256: &str) -> Vec<Json> {
    let content = &copy.content;
    let mut facts = vec![
        field("Kenmerk", content.reference.as_str()),
        field("Aanvrager", format!("Gemeente {}", content.lead.name)),
        field("Regio", content.region.as_str()),
        field("Aanvraagperiode", period(&content.window, &content.cycle)),
    ];
    match &copy.status {
        Status::Draft { .. } => facts.push(field("Afgedrukt", dates::moment(at))),
        Status::Submitted { number, by, .. } => {
            facts.push(field("Versie", number.to_string()));
            facts.push(field("Ontvangen", dates::moment(at)));
            facts.push(field("Ingediend door", by.as_str()));
        }
    }
    facts.push(field("Aangevraagd", money::euros(content.requested)));
    facts.push(field("Controlegetal (SHA-256)", sha256));
    facts
}

/// The window, with the years of its cycle where its name does not say them.
fn period(window: &str, cycle: &str) -> String {
    if window.contains(cycle) {
        window.to_owned()
    } else {
        format!("{window}, {cycle}")
    }
}

fn totals(totals: &Totals) -> Json {
    let years = totals.years.iter().map(i32::to_string);
    let columns: Vec<String> = years.chain(["Samen".to_owned()]).collect();
    let row = |name: &str, per_year: &[Money], total: Money, is_sum: bool| {
        let amounts = per_year.iter().copied().chain([total]);
        let cells: Vec<String> = amounts.map(money::amount).collect();
        json!({ "name": name, "note": "", "cells": cells, "sum": is_sum })
    };
    let mut rows: Vec<Json> = totals
        .rows
        .iter()
        .map(|it| {
            let name = it.category.map_or("Nog geen categorie", Label::label);
            row(name, &it.per_year, it.total, false)
        })
        .collect();
    rows.push(row("Samen", &totals.per_year, totals.total, true));
    json!({
        "title": "Aangevraagd per categorie en jaar, in euro",
        "head": "Categorie",
        "numbers": vec![true; columns.len()],
        "columns": columns,
        "rows": rows,
    })
}

fn part(part: &Part) -> Json {
    json!({
        "title": part.title,
        "fields": fields(&part.answers),
        "lists": part.lists.iter().map(|it| list(it, part)).collect::<Vec<_>>(),
    })
}

fn fields(entries: &[Entry]) -> Vec<Json> {
    entries
        .iter()
        .map(|it| field(&it.label, shown(&it.value)))
        .collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Counted(amount) | Value::Typed(_, amount) => money::amount(*amount),
        Value::Text(text) | Value::Choice(text) => text.replace("\r\n", "\n").trim().to_owned(),
    }
}

fn list(list: &List, part: &Part) -> Json {
    if !list.has_cells() {
        return json!({ "kind": "names", "title": list.title, "text": list.row_names() });
    }
    if !list.is_table() {
        let record =
            |it: &super::sheet::Row| json!({ "name": it.name, "fields": fields(&it.cells) });
        let records: Vec<Json> = list.rows.iter().map(record).collect();
        // The part about files has nothing else: its own title says what they are.
        let is_all = part.lists.len() == 1;
        let title = if is_all { "" } else { list.title };
        return json!({ "kind": "records", "title": title, "records": records });
    }
    let columns = list.columns();
    let row = |row: &super::sheet::Row| {
        let cell = |column| {
            row.cell(column)
                .map_or_else(String::new, |it| shown(&it.value))
        };
        json!({
            "name": list.lead(row),
            "note": list.note(row),
            "cells": columns.iter().map(cell).collect::<Vec<_>>(),
            "sum": false,
        })
    };
    json!({
        "kind": "table",
        "title": format!("{} van {}, bedragen in euro", list.title, part.title),
        "table": {
            "head": list.head(),
            "columns": columns.iter().map(|it| it.label.as_str()).collect::<Vec<_>>(),
            "numbers": columns.iter().map(|it| it.is_number).collect::<Vec<_>>(),
            "rows": list.rows.iter().map(row).collect::<Vec<_>>(),
        },
    })
}

#[cfg(test)]
mod tests {
    use crate::applications::{
        section::SectionName,
        submission::content::Content,
        versions::{
            self,
            sheet::{Entry, List, Part, PartKey, Row, Value},
        },
    };

    #[test]
    fn a_part_with_one_list_of_records_names_it_once() {
        let file = Row {
            key: "bijlage.1".to_owned(),
            name: "Besluit.pdf".to_owned(),
            cells: vec![Entry {
                name: "bijlage.1.over".to_owned(),
                label: "Wat het is".to_owned(),
                value: Value::Text("Het besluit".to_owned()),
            }],
        };
        let list = List {
            name: "bijlagen",
            title: "Bestanden",
            rows: vec![file],
        };
        let mut part = Part {
            key: PartKey::Section(SectionName::Attachments),
            title: "Bijlagen".to_owned(),
            anchor: "bijlagen".to_owned(),
            position: 0,
            answers: Vec::new(),
            lists: vec![list.clone()],
        };
        assert_eq!(super::list(&list, &part)["title"], "");
        part.lists.push(list.clone());
        assert_eq!(super::list(&list, &part)["title"], "Bestanden");
    }

    #[test]
    fn a_period_says_its_years_once() {
        assert_eq!(
            super::period("Aanvragen 2027-2028", "2027-2028"),
            "Aanvragen 2027-2028"
        );
        assert_eq!(
            super::period("Aanvullend", "2027-2028"),
            "Aanvullend, 2027-2028"
        );
    }

    /// `scripts/check-letters.sh` prints it for other programs, long after this test.
    #[test]
    fn the_sample_is_a_version_as_they_are_stored() {
        let sample = include_str!("../../../tests/data/applications/two_projects.json");
        let content = Content::parse(sample.trim_end()).unwrap();
        assert_eq!(content.projects.len(), 2);
        assert!(content.projects.iter().all(|it| it.sub_item.is_some()));
        versions::totals(&content).unwrap();
    }
}
