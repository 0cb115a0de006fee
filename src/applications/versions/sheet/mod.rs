//! Everything that was entered, in the order of the pages and as people read it. Pure.
//!
//! The print, the PDF and the comparison of versions are made from this one value, so that none of
//! them can leave out what another shows. A field that this folder does not know by name is shown
//! under its own name at the end of its part: nothing that was typed is left out.

mod project;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    applications::{
        attachments::list::Listed,
        project::typed,
        section::{Kind, SectionName},
        submission::content::{Content, FrozenProject, Place},
    },
    core::{answers::Answers, ids::ProjectId, money::Money},
    texts::labels::Label,
};

/// What was entered in a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The sections, then the projects, then the files; each in the order of its page.
    pub parts: Vec<Part>,
}

/// Which part of an application; the same in every version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKey {
    /// A section.
    Section(SectionName),
    /// A project.
    Project(ProjectId),
}

/// A section or a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub key: PartKey,
    /// What stands above it.
    pub title: String,
    /// Its id on the page of the version.
    pub anchor: String,
    /// Its place among the projects, from 1; 0 for a section.
    pub position: i32,
    /// What was asked and answered.
    pub answers: Vec<Entry>,
    /// What has rows.
    pub lists: Vec<List>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name on the form, or of what follows from the form.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What stands in it.
    pub value: Value,
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, exactly as it was typed.
    Text(String),
    /// What was chosen, in words; empty if nothing was.
    Choice(String),
    /// An amount that was typed, and what it means.
    Typed(String, Money),
    /// An amount that follows from what was typed.
    Counted(Money),
}

/// Rows: municipalities, indicators, lines of a budget, years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Which, the same in every version.
    pub name: &'static str,
    /// What stands above it.
    pub title: &'static str,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number on the form, or what it is about.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Its cells.
    pub cells: Vec<Entry>,
}

/// A column of a list that is shown as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The part of the names of its cells that is the same in every row.
    pub part: String,
    /// What stands above it.
    pub label: String,
    /// Whether it holds numbers.
    pub is_number: bool,
}

impl List {
    /// Whether its rows are more than names.
    pub fn has_cells(&self) -> bool {
        self.rows.iter().any(|it| !it.cells.is_empty())
    }

    /// Whether it is shown as a table; otherwise each row is a list of fields.
    pub fn is_table(&self) -> bool {
        !["indicatoren", "bijlagen"].contains(&self.name)
    }

    /// What stands above the names of its rows.
    pub fn head(&self) -> &'static str {
        match self.name {
            "jaren" => "Jaar",
            "verdeling" => "Gemeente",
            _ => "Kosten",
        }
    }

    /// The names of its rows in a line.
    pub fn row_names(&self) -> String {
        let names: Vec<&str> = self.rows.iter().map(|it| it.name.as_str()).collect();
        names.join(", ")
    }

    /// What stands at the start of a row in a table, as it was typed.
    pub fn lead<'a>(&self, row: &'a Row) -> &'a str {
        let typed = row.by_part("omschrijving").and_then(|it| it.value.typed());
        typed.unwrap_or(&row.name)
    }

    /// What stands below it.
    pub fn note(&self, row: &Row) -> String {
        let parts = ["soort", "eenheid"].map(|it| row.by_part(it).and_then(|it| it.value.typed()));
        let said: Vec<&str> = parts.into_iter().flatten().collect();
        said.join(", ")
    }

    /// Its columns, besides what [`List::lead`] and [`List::note`] show; each where a row has it.
    pub fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for row in &self.rows {
            let mut next = 0;
            for cell in &row.cells {
                let part = row.part_of(cell);
                if ["omschrijving", "soort", "eenheid"].contains(&part) {
                    continue;
                }
                let at = columns.iter().position(|it| it.part == part);
                if at.is_none() {
                    let is_text = matches!(cell.value, Value::Text(_) | Value::Choice(_));
                    let column = Column {
                        part: part.to_owned(),
                        label: cell.label.clone(),
                        is_number: !is_text || part == "gewicht" || part.starts_with("aantal"),
                    };
                    columns.insert(next, column);
                }
                next = at.unwrap_or(next).saturating_add(1);
            }
        }
        columns
    }
}

impl Row {
    /// The part of a cell's name that is the same in every row.
    fn part_of<'a>(&self, cell: &'a Entry) -> &'a str {
        let before = cell.name.strip_prefix(&format!("{}.", self.key));
        let after = cell.name.strip_suffix(&format!(".{}", self.key));
        before.or(after).unwrap_or(&cell.name)
    }

    fn by_part(&self, part: &str) -> Option<&Entry> {
        self.cells.iter().find(|it| self.part_of(it) == part)
    }

    /// Its cell in a column.
    pub fn cell(&self, column: &Column) -> Option<&Entry> {
        self.by_part(&column.part)
    }
}

impl Sheet {
    /// What was entered in a version. `names` gives the names of municipalities by their id.
    pub fn of(content: &Content, names: &BTreeMap<String, String>) -> Sheet {
        let sections = SectionName::FORMS
            .iter()
            .zip(1..)
            .map(|(name, at)| section(content, *name, at));
        let projects = content.projects.iter().zip(1..);
        Sheet {
            parts: sections
                .chain(projects.map(|(it, at)| project::part(content, it, at, names)))
                .chain([attachments(content)])
                .collect(),
        }
    }
}

impl Entry {
    fn text(name: impl Into<String>, label: impl Into<String>, text: &str) -> Entry {
        Entry {
            name: name.into(),
            label: label.into(),
            value: Value::Text(text.to_owned()),
        }
    }

    fn choice(name: &str, label: &str, text: impl Into<String>) -> Entry {
        Entry {
            name: name.to_owned(),
            label: label.to_owned(),
            value: Value::Choice(text.into()),
        }
    }

    fn amount(name: impl Into<String>, label: impl Into<String>, text: &str) -> Entry {
        let mut entry = Entry::text(name, label, text);
        if let Ok(amount) = Money::parse_dutch(text) {
            entry.value = Value::Typed(text.to_owned(), amount);
        }
        entry
    }

    fn counted(name: impl Into<String>, label: impl Into<String>, amount: Money) -> Entry {
        Entry {
            name: name.into(),
            label: label.into(),
            value: Value::Counted(amount),
        }
    }
}

impl Value {
    /// The text of it as it was typed or chosen; `None` for what was not typed.
    pub fn typed(&self) -> Option<&str> {
        match self {
            Value::Text(it) | Value::Choice(it) | Value::Typed(it, _) => Some(it),
            Value::Counted(_) => None,
        }
    }

    /// Whether nothing was entered.
    pub fn is_blank(&self) -> bool {
        self.typed().is_some_and(typed::is_blank)
    }
}

fn section(content: &Content, name: SectionName, at: usize) -> Part {
    let typed = content.section(name);
    let mut known = BTreeSet::new();
    let mut answers = Vec::new();
    for field in name.fields() {
        known.insert(field.name.to_owned());
        let text = typed.get(field.name);
        match (field.kind, text) {
            (Kind::Participants, _) => {}
            (Kind::Agree, "ja") => answers.push(Entry::choice(field.name, field.label, "Ja")),
            (Kind::Agree, "") => answers.push(Entry::choice(field.name, field.label, "Nee")),
            _ => answers.push(Entry::text(field.name, field.label, text)),
        }
    }
    let mut lists = Vec::new();
    if name == SectionName::Region {
        // Which were ticked is told by name.
        known.extend(typed.starting_with("deelnemer.").map(|it| it.0.to_owned()));
        lists.push(List {
            name: "deelnemers",
            title: "Deelnemende gemeenten",
            rows: content.participants.iter().map(place).collect(),
        });
    }
    answers.extend(others(&typed, &known, str::to_owned));
    Part {
        key: PartKey::Section(name),
        title: name.label().to_owned(),
        anchor: format!("deel-{at}"),
        position: 0,
        answers,
        lists,
    }
}

/// The files that were added, each with what makes it this file and no other.
fn attachments(content: &Content) -> Part {
    let name = SectionName::Attachments;
    let project = |id: &str| {
        let found = content.projects.iter().find(|it| it.id.as_str() == id);
        found.map_or("De hele aanvraag".to_owned(), title)
    };
    let row = |it: &Listed| {
        let key = format!("bijlage.{}", it.id);
        let cell = |part: &str| format!("{key}.{part}");
        Row {
            name: it.name.clone(),
            cells: vec![
                Entry::text(cell("over"), "Wat het is", &it.about),
                Entry::choice(&cell("project"), "Hoort bij", project(&it.project)),
                Entry::choice(&cell("soort"), "Soort en grootte", it.what()),
                Entry::choice(
                    &cell("sha256"),
                    "Controlegetal (SHA-256)",
                    it.sha256.clone(),
                ),
            ],
            key,
        }
    };
    // What can not be read as files is shown as it stands.
    let (rows, answers): (Vec<Row>, Vec<Entry>) = match content.attachments() {
        Ok(files) => (files.iter().map(row).collect(), Vec::new()),
        Err(_) => {
            let typed = content.section(name);
            (Vec::new(), others(&typed, &BTreeSet::new(), str::to_owned))
        }
    };
    let count = match rows.len() {
        0 => "Geen".to_owned(),
        many => many.to_string(),
    };
    Part {
        key: PartKey::Section(name),
        title: name.label().to_owned(),
        anchor: "bijlagen".to_owned(),
        position: 0,
        answers: [Entry::choice("bijlagen", "Aantal bestanden", count)]
            .into_iter()
            .chain(answers)
            .collect(),
        lists: vec![List {
            name: "bijlagen",
            title: "Bestanden",
            rows,
        }]
        .into_iter()
        .filter(|it| !it.rows.is_empty())
        .collect(),
    }
}

fn place(it: &Place) -> Row {
    Row {
        key: it.cbs_code.clone(),
        name: it.name.clone(),
        cells: Vec::new(),
    }
}

/// The fields that have no place of their own.
fn others(typed: &Answers, known: &BTreeSet<String>, label: impl Fn(&str) -> String) -> Vec<Entry> {
    typed
        .iter()
        .filter(|(name, text)| !known.contains(*name) && !typed::is_blank(text))
        .map(|(name, text)| Entry::text(name, label(name), text))
        .collect()
}

/// What stands above a project.
fn title(it: &FrozenProject) -> String {
    match it.answers.get("titel").trim() {
        "" => format!("Project {}", it.position),
        title => format!("Project {}: {}", it.position, typed::line(title, 200)),
    }
}
