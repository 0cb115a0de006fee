//! Everything that was entered, in the order of the pages and as people read it. Pure.
//!
//! The print, the PDF and the comparison of versions are made from this one value, so that none of
//! them can leave out what another shows. A field that this file does not know by name is shown
//! under its own name at the end of its part: nothing that was typed is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    applications::{
        attachments::list::Listed,
        catalogue,
        project::{
            EvaluationKind, MOST_INDICATORS, MOST_LINES, Meaning, budget, coaching, form,
            indicators, shares, subject, typed,
        },
        section::{Kind, SectionName},
        submission::content::{Content, FrozenProject, Place},
    },
    core::{
        answers::Answers,
        category::{Category, SubItem},
        ids::ProjectId,
        money::Money,
    },
    schemes::sort_name,
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
                        is_number: !is_text || part.starts_with("aantal"),
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
                .chain(projects.map(|(it, at)| project(content, it, at, names)))
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

fn project(
    content: &Content,
    it: &FrozenProject,
    at: usize,
    names: &BTreeMap<String, String>,
) -> Part {
    let typed = &it.answers;
    let (meaning, _) = form::read(typed, content.years, content.window_kind);
    let answers = texts(typed);
    let lists = vec![
        participants(typed, names),
        indicator_rows(typed, content.years),
        line_rows(typed, &meaning, content.years),
        year_rows(it, content.years),
        share_rows(it),
    ];
    let mut known: BTreeSet<String> = answers.iter().map(|it| it.name.clone()).collect();
    known.extend(counted_shares(it, names));
    for row in lists.iter().flat_map(|it| &it.rows) {
        known.insert(row.key.clone());
        known.extend(row.cells.iter().map(|it| it.name.clone()));
    }
    let mut more = others(typed, &known, |field| label(field, names));
    more.sort_by_cached_key(|it| place_of(&it.name, names));
    Part {
        key: PartKey::Project(it.id.clone()),
        title: title(it),
        anchor: format!("project-{at}"),
        position: it.position,
        answers: answers.into_iter().chain(more).collect(),
        lists: lists.into_iter().filter(|it| !it.rows.is_empty()).collect(),
    }
}

/// What stands above a project.
fn title(it: &FrozenProject) -> String {
    match it.answers.get("titel").trim() {
        "" => format!("Project {}", it.position),
        title => format!("Project {}: {}", it.position, typed::line(title, 200)),
    }
}

/// What a field without a place of its own is called; a municipality by its name.
fn label(field: &str, names: &BTreeMap<String, String>) -> String {
    let name = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
    match field.split('.').collect::<Vec<_>>().as_slice() {
        ["gewicht", id] => format!("Verdeelsleutel van {}", name(id)),
        ["aandeel", id, year] => format!("Verdeling, aandeel van {} in {year}", name(id)),
        _ => form::label(field),
    }
}

/// Fields of municipalities stand in the order of the region, behind all others.
fn place_of(field: &str, names: &BTreeMap<String, String>) -> Option<(bool, String)> {
    let weight = field.strip_prefix(shares::WEIGHT_PREFIX);
    let share = field
        .strip_prefix(shares::PREFIX)
        .and_then(|it| it.split_once('.'));
    let id = weight.or(share.map(|it| it.0))?;
    let name = names.get(id).map_or(id, String::as_str);
    Some((weight.is_none(), sort_name(name)))
}

/// The fields of shares that say what was counted: [`share_rows`] tells them.
fn counted_shares<'a>(
    it: &'a FrozenProject,
    names: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = String> + 'a {
    let is_counted = |field: &str, text: &str| {
        let parts = field.strip_prefix(shares::PREFIX)?.rsplit_once('.');
        let (id, year) = parts?;
        let (name, amount) = (names.get(id)?, Money::parse_dutch(text).ok()?);
        let found = it.shares.iter().find(|it| {
            it.municipality.name == *name && it.year.to_string() == year && it.amount == amount
        });
        found.map(|_| field.to_owned())
    };
    it.answers
        .starting_with(shares::PREFIX)
        .filter_map(move |(field, text)| is_counted(field, text))
}

/// For whom each year is, as it was counted.
fn share_rows(it: &FrozenProject) -> List {
    let mut rows: Vec<Row> = Vec::new();
    for share in &it.shares {
        let key = &share.municipality.cbs_code;
        let cell = Entry::counted(
            format!("deel.{}", share.year),
            format!("Aandeel in {}", share.year),
            share.amount,
        );
        match rows.iter_mut().find(|it| it.key == *key) {
            Some(row) => row.cells.push(cell),
            None => rows.push(Row {
                key: key.clone(),
                name: share.municipality.name.clone(),
                cells: vec![cell],
            }),
        }
    }
    List {
        name: "verdeling",
        title: "Verdeling over gemeenten",
        rows,
    }
}

/// What was chosen, in words, or the text itself if it stands for nothing that can be chosen.
fn chosen<T: Label>(text: &str, parse: impl Fn(&str) -> Result<T, String>) -> String {
    parse(text).map_or_else(|_| text.to_owned(), |it| it.label().to_owned())
}

fn texts(typed: &Answers) -> Vec<Entry> {
    let get = |name: &str| typed.get(name);
    let mut entries = vec![
        Entry::text("titel", "Naam van het project", get("titel")),
        Entry::choice(
            "categorie",
            "Categorie",
            chosen(get("categorie"), Category::parse),
        ),
        Entry::choice(
            "onderdeel",
            "Soort project",
            chosen(get("onderdeel"), SubItem::parse),
        ),
    ];
    if !typed::is_blank(get("jaar")) {
        entries.push(Entry::choice("jaar", "In welk jaar", get("jaar")));
    }
    let text = |it: &subject::Text| Entry::text(it.name, it.label, typed.get(it.name));
    entries.extend(subject::TEXTS.iter().map(text));
    let evaluation = chosen(get("evaluatie"), EvaluationKind::parse);
    entries.push(Entry::choice("evaluatie", "Soort evaluatie", evaluation));
    entries.push(text(&subject::EVALUATION_PLAN));
    entries
}

fn participants(typed: &Answers, names: &BTreeMap<String, String>) -> List {
    let row = |(field, text): (&str, &str)| {
        let id = field.strip_prefix("deelnemer.")?;
        let name = names.get(id).map_or(id, String::as_str).to_owned();
        (text == "ja").then(|| Row {
            key: field.to_owned(),
            name,
            cells: Vec::new(),
        })
    };
    let mut rows: Vec<Row> = typed.starting_with("deelnemer.").filter_map(row).collect();
    rows.sort_by_cached_key(|it| (sort_name(&it.name), it.key.clone()));
    List {
        name: "gemeenten",
        title: "Voor welke gemeenten",
        rows,
    }
}

fn indicator_rows(typed: &Answers, years: [i32; 2]) -> List {
    let prefix = indicators::PREFIX;
    let numbers = typed::rows(typed, prefix, MOST_INDICATORS);
    let row = |number: u32| {
        let field = |part: &str| format!("{prefix}{number}.{part}");
        let text = |part: &str, label: &str| {
            let name = field(part);
            let text = typed.get(&name).to_owned();
            Entry::text(name, label, &text)
        };
        // Of a percentage some have the sign and others not; the unit says it.
        let figure = |part: &str, label: &str| {
            let name = field(part);
            let unit = typed.get(&field("eenheid"));
            let shown = coaching::bare_number(typed.get(&name), unit).to_owned();
            Entry::text(name, label, &shown)
        };
        let choice = |part: &str, label: &str| {
            let name = field(part);
            let shown = form::shown_text(&name, typed.get(&name));
            let blank = typed::is_blank(typed.get(&name));
            Entry::choice(&name, label, if blank { String::new() } else { shown })
        };
        let mut cells = vec![
            choice("soort", "Soort"),
            text("naam", "Wat wordt gemeten"),
            text(catalogue::DEFINITION_FIELD, "Wat meetelt"),
            choice(catalogue::FIELD, "Uit de catalogus"),
            text("eenheid", "Eenheid"),
            choice("richting", "Richting"),
            figure("beginstand", "Beginstand"),
            text("geen-beginstand", "Waarom geen beginstand"),
        ];
        let goal = |year: &i32| figure(&format!("doel.{year}"), &format!("Doel in {year}"));
        cells.extend(years.iter().map(goal));
        cells.push(text("bron", "Bron van de cijfers"));
        cells.push(text("frequentie", "Hoe vaak wordt gemeten"));
        cells.push(text("wie", "Wie meet"));
        cells.retain(|it| !it.value.is_blank());
        Row {
            key: format!("{prefix}{number}"),
            name: named(typed.get(&field("naam")), "Indicator", number),
            cells,
        }
    };
    List {
        name: "indicatoren",
        title: "Indicatoren",
        rows: numbers
            .into_iter()
            .filter(|it| !typed::is_blank_row(typed, prefix, *it))
            .map(row)
            .collect(),
    }
}

fn line_rows(typed: &Answers, meaning: &Meaning, years: [i32; 2]) -> List {
    let prefix = budget::PREFIX;
    let numbers = typed::rows(typed, prefix, MOST_LINES);
    let row = |number: u32| {
        let field = |part: &str| format!("{prefix}{number}.{part}");
        let get = |part: &str| typed.get(&field(part)).to_owned();
        let bare = |part: &str| {
            let (text, unit) = (get(part), get("eenheid"));
            typed::without_unit(&text, &unit).to_owned()
        };
        let kind = match get("soort").as_str() {
            "" => String::new(),
            text => form::shown_text("regel.soort", text),
        };
        let mut cells = vec![
            Entry::choice(&field("soort"), "Soort kosten", kind),
            Entry::text(
                field("omschrijving"),
                "Wat wordt betaald",
                &get("omschrijving"),
            ),
            Entry::text(field("eenheid"), "Eenheid", &get("eenheid")),
        ];
        for year in years {
            let (quantity, rate) = (format!("aantal.{year}"), format!("tarief.{year}"));
            cells.push(Entry::text(
                field(&quantity),
                format!("Aantal in {year}"),
                &bare(&quantity),
            ));
            cells.push(Entry::amount(
                field(&rate),
                format!("Tarief in {year}"),
                &bare(&rate),
            ));
            if let Some(cost) = meaning.cost(number, year) {
                let name = field(&format!("bedrag.{year}"));
                cells.push(Entry::counted(
                    name,
                    format!("Bedrag in {year}"),
                    cost.amount,
                ));
            }
        }
        cells.retain(|it| !it.value.is_blank());
        Row {
            key: format!("{prefix}{number}"),
            name: named(&get("omschrijving"), "Regel", number),
            cells,
        }
    };
    List {
        name: "begroting",
        title: "Begroting",
        rows: numbers
            .into_iter()
            .filter(|it| !typed::is_blank_row(typed, prefix, *it))
            .map(row)
            .collect(),
    }
}

fn year_rows(it: &FrozenProject, years: [i32; 2]) -> List {
    let row = |year: i32| {
        let amounts = it.years.iter().find(|it| it.year == year);
        let mut cells = Vec::new();
        if let Some(it) = amounts {
            cells.push(Entry::counted(format!("kosten.{year}"), "Kosten", it.costs));
        }
        for (name, label) in [
            ("eigen-bijdrage", "Af: eigen bijdrage"),
            ("cofinanciering", "Af: cofinanciering"),
        ] {
            let field = format!("{name}.{year}");
            let text = it.answers.get(&field).to_owned();
            cells.push(Entry::amount(field, label, &text));
        }
        if let Some(it) = amounts {
            let name = format!("gevraagd.{year}");
            cells.push(Entry::counted(name, "Aangevraagd", it.requested));
        }
        let field = format!("minimum.{year}");
        let text = it.answers.get(&field).to_owned();
        let label = "Laagste bedrag waarmee het project nog kan";
        cells.push(Entry::amount(field, label, &text));
        cells.retain(|it| !it.value.is_blank());
        Row {
            key: year.to_string(),
            name: year.to_string(),
            cells,
        }
    };
    List {
        name: "jaren",
        title: "Bedragen per jaar",
        rows: years
            .into_iter()
            .map(row)
            .filter(|it| !it.cells.is_empty())
            .collect(),
    }
}

/// What a row is called.
fn named(text: &str, noun: &str, number: u32) -> String {
    if typed::is_blank(text) {
        format!("{noun} {number}")
    } else {
        typed::line(text, 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn municipalities_stand_in_the_order_of_the_region() {
        let names = [("1", "Westland"), ("2", "Delft"), ("3", "'s-Gravenzande")];
        let names = names.map(|(id, name)| (id.to_owned(), name.to_owned()));
        let names = BTreeMap::from(names);
        let mut fields = [
            "aandeel.2.2027",
            "gewicht.1",
            "later",
            "gewicht.3",
            "gewicht.2",
        ];
        fields.sort_by_cached_key(|it| place_of(it, &names));
        assert_eq!(
            fields,
            [
                "later",
                "gewicht.2",
                "gewicht.3",
                "gewicht.1",
                "aandeel.2.2027"
            ]
        );
    }
}
