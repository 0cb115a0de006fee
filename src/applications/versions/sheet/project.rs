//! A project as people read it: its texts, its indicators, its budget, and for whom it is. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, List, Part, PartKey, Row, others, title};
use crate::{
    applications::{
        catalogue,
        project::{
            EvaluationKind, MOST_INDICATORS, MOST_LINES, Meaning, budget, coaching, form,
            indicators, shares, subject, typed,
        },
        submission::content::{Content, FrozenProject},
    },
    core::{
        answers::Answers,
        category::{Category, SubItem},
        money::Money,
    },
    schemes::sort_name,
    texts::labels::Label,
};

/// A project as it was typed, with the amounts that follow.
pub(super) fn part(
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
        share_rows(it, names),
    ];
    let mut known: BTreeSet<String> = answers.iter().map(|it| it.name.clone()).collect();
    known.extend(counted_shares(it, names));
    known.extend(weights(it, names).map(|(field, _, _)| field.to_owned()));
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

/// The weights of municipalities that have a share: their fields, whose they are, and what was typed.
fn weights<'a>(
    it: &'a FrozenProject,
    names: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
    it.answers
        .starting_with(shares::WEIGHT_PREFIX)
        .filter(|(_, text)| !typed::is_blank(text))
        .filter_map(|(field, text)| {
            let name = names.get(field.strip_prefix(shares::WEIGHT_PREFIX)?)?;
            let has_share = it.shares.iter().any(|it| it.municipality.name == *name);
            has_share.then_some((field, name.as_str(), text))
        })
}

/// For whom each year is, as it was counted, and with which weight.
fn share_rows(it: &FrozenProject, names: &BTreeMap<String, String>) -> List {
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
    for (_, name, text) in weights(it, names) {
        let cell = Entry::text("gewicht", "Verdeelsleutel", text);
        if let Some(row) = rows.iter_mut().find(|it| it.name == name) {
            row.cells.insert(0, cell);
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
