//! The form of a project: from what was typed to what it means, with every finding. Pure.
//!
//! The names of the fields, exactly as they stand in the stored answers (`<jaar>` is a budget year,
//! `<n>` a row from 1):
//!
//! - `categorie`, `onderdeel`, `jaar`, `titel`; the texts of [`subject::TEXTS`]; `deelnemer.<id>`;
//!   `evaluatie`, `evaluatieplan`
//! - `indicator.<n>.` with `soort`, `naam`, `eenheid`, `richting`, `beginstand`, `geen-beginstand`,
//!   `doel.<jaar>`, `bron`, `frequentie`, `wie`; `catalogus` and `definitie` if it comes from the catalogue
//! - `regel.<n>.` with `soort`, `omschrijving`, `eenheid`, `aantal.<jaar>`, `tarief.<jaar>`
//! - `eigen-bijdrage.<jaar>`, `cofinanciering.<jaar>`, `minimum.<jaar>`
//! - `gewicht.<id>`, `aandeel.<id>.<jaar>`: the division over municipalities

use std::collections::BTreeMap;

use super::{
    Direction, EvaluationKind, IndicatorLevel, LineKind, MOST_INDICATORS, MOST_LINES, Meaning,
    budget, indicators, paste,
    shares::{self, Names},
    subject, typed,
};
use crate::{
    applications::{
        catalogue::{self, Link},
        saving::SEQUENCE_FIELD,
    },
    core::{
        answers::{Answers, FieldErrors},
        category::{Category, SubItem},
    },
    schemes::WindowKind,
    texts::labels::Label,
};

/// The field that says that texts of two people were chosen from.
pub const MERGE_FIELD: &str = "samenvoegen";
/// What the names of the fields of those choices start with.
pub const CHOICE_PREFIX: &str = "keuze.";
/// The choice for what is typed here.
pub const MINE: &str = "mijn";
/// The choice for what was saved by the other.
pub const THEIRS: &str = "hun";

/// How many rows of the budget a page shows at least.
const LEAST_LINES: u32 = 3;

/// What was typed means so far, and every finding with its field, in the order of the page. `years`
/// are the two years of the cycle.
pub fn read(answers: &Answers, years: [i32; 2], window: WindowKind) -> (Meaning, FieldErrors) {
    read_named(answers, years, window, &Names::new())
}

/// [`read`], with findings that name municipalities.
pub fn read_named(
    answers: &Answers,
    years: [i32; 2],
    window: WindowKind,
    names: &Names,
) -> (Meaning, FieldErrors) {
    let mut errors = FieldErrors::default();
    let subject = subject::read(answers, years, window, &mut errors);
    let runs_in = subject.runs_in(years);
    let indicators = indicators::read(answers, years, &runs_in, &mut errors);
    let (lines, totals) = budget::read(answers, years, &subject, &mut errors);
    let shares = shares::read(answers, &totals, names, &mut errors);
    let meaning = Meaning {
        category: subject.category,
        sub_item: subject.sub_item,
        year: subject.year,
        title: subject.title,
        lines,
        years: totals,
        shares,
        indicators,
    };
    let errors = in_order(errors, &fields(answers, years));
    (meaning, errors)
}

/// Every finding with its field, in the order of the page: what stands in the way of submitting.
pub fn findings(
    answers: &Answers,
    years: [i32; 2],
    window: WindowKind,
    names: &Names,
) -> FieldErrors {
    read_named(answers, years, window, names).1
}

/// The years that the page shows. A top-up is for the second year only; of a project that runs in one
/// year the other is shown only if something stands in its fields.
pub fn shown_years(answers: &Answers, years: [i32; 2], window: WindowKind) -> Vec<i32> {
    let [_, second] = years;
    if window == WindowKind::TopUp {
        return vec![second];
    }
    let is_one_year = Category::parse(answers.get("categorie")).is_ok_and(Category::is_one_year);
    let is_chosen = |it: &i32| it.to_string() == answers.get("jaar");
    let is_left_out = |it: &i32| !is_chosen(it) && !is_filled(answers, *it);
    let is_short = is_one_year && years.iter().any(is_chosen);
    let years = years.into_iter();
    years.filter(|it| !(is_short && is_left_out(it))).collect()
}

/// Whether something stands in a field of this year.
fn is_filled(answers: &Answers, year: i32) -> bool {
    let year = format!(".{year}");
    answers
        .iter()
        .any(|(name, text)| name.ends_with(&year) && !typed::is_blank(text))
}

/// The findings about numbers that were typed and choices that were made, and that cannot stay: to mark on a page that
/// is not checked, too.
pub fn unread(answers: &Answers, findings: &FieldErrors) -> FieldErrors {
    let mut found = FieldErrors::default();
    for (field, sentence) in findings.iter() {
        let is_choice = ["onderdeel", "jaar"].contains(&field);
        if (is_choice || is_number(field)) && !typed::is_blank(answers.get(field)) {
            found.push(field, sentence);
        }
    }
    found
}

/// Whether a number or an amount is typed in a field.
fn is_number(field: &str) -> bool {
    let mut parts = field.rsplit('.');
    let (last, before) = (parts.next().unwrap_or_default(), parts.next());
    let of_year = [
        "doel",
        "aantal",
        "tarief",
        "eigen-bijdrage",
        "cofinanciering",
        "minimum",
    ];
    last == "beginstand"
        || before.is_some_and(|it| of_year.contains(&it))
        || [shares::PREFIX, shares::WEIGHT_PREFIX]
            .iter()
            .any(|it| field.starts_with(it))
}

/// Whether nothing was typed yet.
pub fn is_empty(answers: &Answers) -> bool {
    answers.iter().all(|(_, text)| typed::is_blank(text))
}

/// The rows of the budget that a page shows: from 1, with the empty ones.
pub fn line_rows(answers: &Answers) -> Vec<u32> {
    shown(answers, budget::PREFIX, LEAST_LINES, MOST_LINES)
}

/// The rows for indicators that a page shows: from 1, with the empty ones.
pub fn indicator_rows(answers: &Answers) -> Vec<u32> {
    shown(
        answers,
        indicators::PREFIX,
        indicators::LEAST_SHOWN,
        MOST_INDICATORS,
    )
}

/// Adds an empty row to the budget, if there may be more; its number.
pub fn add_line(answers: &mut Answers) -> Option<u32> {
    let row = next(&line_rows(answers), MOST_LINES)?;
    answers.set(format!("{}{row}.omschrijving", budget::PREFIX), "");
    Some(row)
}

/// Adds an empty indicator, if there may be more; its number.
pub fn add_indicator(answers: &mut Answers) -> Option<u32> {
    let row = next(&indicator_rows(answers), MOST_INDICATORS)?;
    answers.set(format!("{}{row}.naam", indicators::PREFIX), "");
    Some(row)
}

/// The row for an indicator that is chosen: the first in which nothing stands.
pub fn free_indicator(answers: &Answers) -> Option<u32> {
    let blank = |it: &u32| typed::is_blank_row(answers, indicators::PREFIX, *it);
    (1..=MOST_INDICATORS).find(blank)
}

/// What the names of the fields of the lines of the budget start with.
pub const LINES: &str = budget::PREFIX;
/// What the names of the fields of the indicators start with.
pub const INDICATORS: &str = indicators::PREFIX;

/// What a button does with a row: `los.3` makes the third indicator one's own, `weg.3` takes it away, and
/// `regel-weg.3` the third line of the budget. The other rows keep their numbers, so that who types in
/// one of them is not in another row all at once.
pub fn part_with(answers: &mut Answers, button: &str) {
    let Some((what, Ok(row))) = button.split_once('.').map(|(a, b)| (a, b.parse::<u32>())) else {
        return;
    };
    let (what, prefix) = match what {
        "regel-weg" => ("weg", budget::PREFIX),
        other => (other, indicators::PREFIX),
    };
    let start = format!("{prefix}{row}.");
    let names: Vec<String> = answers
        .starting_with(&start)
        .map(|it| it.0.to_owned())
        .filter(|name| {
            let part = name.strip_prefix(&start).unwrap_or_default();
            let is_link = [catalogue::FIELD, catalogue::DEFINITION_FIELD].contains(&part);
            what == "weg" || (what == "los" && is_link)
        })
        .collect();
    for name in names {
        answers.set(name, "");
    }
}

/// A field that two people typed differently in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub field: String,
    /// What people call it.
    pub label: String,
    /// What was saved by the other.
    pub theirs: String,
    /// What is typed here.
    pub mine: String,
}

/// The fields in which two versions of a project differ, in the order of the page.
pub fn differences(mine: &Answers, theirs: &Answers, years: [i32; 2]) -> Vec<Difference> {
    let mut all = theirs.clone();
    for (name, text) in mine.iter() {
        all.set(name, text);
    }
    let order = positions(&fields(&all, years));
    let mut found: Vec<Difference> = all
        .iter()
        .filter(|(name, _)| mine.get(name) != theirs.get(name))
        .map(|(name, _)| Difference {
            field: name.to_owned(),
            label: label(name),
            theirs: theirs.get(name).to_owned(),
            mine: mine.get(name).to_owned(),
        })
        .collect();
    found.sort_by_key(|it| order.get(&it.field).copied().unwrap_or(usize::MAX));
    found
}

/// What was typed of a project: a posted form without what belongs to the form itself.
pub fn typed_in(posted: &Answers) -> Answers {
    let own = [
        "versie",
        "actie",
        "naar",
        SEQUENCE_FIELD,
        MERGE_FIELD,
        paste::FIELD,
    ];
    let mut answers = Answers::default();
    for (name, text) in posted.iter() {
        if !own.contains(&name) && !name.starts_with(CHOICE_PREFIX) {
            answers.set(name, text);
        }
    }
    answers
}

/// What was typed here with, where that was chosen, what the other saved; or the fields for which
/// nothing was chosen.
pub fn merged(posted: &Answers, theirs: &Answers, years: [i32; 2]) -> Result<Answers, FieldErrors> {
    let mut answers = typed_in(posted);
    let mut errors = FieldErrors::default();
    for it in differences(&answers, theirs, years) {
        let choice = format!("{CHOICE_PREFIX}{}", it.field);
        match posted.get(&choice) {
            THEIRS => answers.set(it.field, it.theirs),
            MINE => {}
            _ => errors.push(choice, format!("{}: kies welke tekst blijft.", it.label)),
        }
    }
    if errors.is_empty() {
        Ok(answers)
    } else {
        Err(errors)
    }
}

/// What stands in a field, as people read it.
pub fn shown_text(field: &str, text: &str) -> String {
    let label = match field.rsplit('.').next().unwrap_or_default() {
        "categorie" => Category::parse(text).map(Label::label),
        "onderdeel" => SubItem::parse(text).map(Label::label),
        "evaluatie" => EvaluationKind::parse(text).map(Label::label),
        "richting" => Direction::parse(text).map(Label::label),
        catalogue::FIELD => {
            return match Link::parse(text) {
                Some(link) => link.shown(),
                None => "(eigen indicator)".to_owned(),
            };
        }
        "soort" => LineKind::parse(text)
            .map(Label::label)
            .or_else(|_| IndicatorLevel::parse(text).map(Label::label)),
        _ => Err(String::new()),
    };
    match label {
        Ok(label) => label.to_owned(),
        Err(_) if typed::is_blank(text) => "(leeg)".to_owned(),
        Err(_) => text.to_owned(),
    }
}

/// What a field is called, for a list of fields away from the form.
pub fn label(field: &str) -> String {
    let texts = subject::TEXTS.iter().chain([&subject::EVALUATION_PLAN]);
    if let Some(text) = texts.into_iter().find(|it| it.name == field) {
        return text.label.to_owned();
    }
    let parts: Vec<&str> = field.split('.').collect();
    match parts.as_slice() {
        ["categorie"] => "Categorie".to_owned(),
        ["onderdeel"] => "Soort project".to_owned(),
        ["jaar"] => "In welk jaar".to_owned(),
        ["titel"] => "Naam van het project".to_owned(),
        ["evaluatie"] => "Soort evaluatie".to_owned(),
        ["deelnemer", _] => "Een deelnemende gemeente".to_owned(),
        ["eigen-bijdrage", year] => format!("Eigen bijdrage in {year}"),
        ["cofinanciering", year] => format!("Cofinanciering in {year}"),
        ["minimum", year] => format!("Laagste bedrag in {year}"),
        ["gewicht", _] => "Verdeelsleutel van een gemeente".to_owned(),
        ["aandeel", _, year] => format!("Deel van een gemeente in {year}"),
        ["regel", row, rest @ ..] => format!("Begroting, regel {row}: {}", rest.join(" in ")),
        ["indicator", row, rest @ ..] => format!(
            "Indicator {row}: {}",
            rest.join(" in ")
                .replace("geen-beginstand", "waarom geen beginstand")
                .replace(catalogue::FIELD, "uit de catalogus")
        ),
        _ => field.to_owned(),
    }
}

/// Whether a field is one of the amounts: a line, what others pay, a share, or the least that is needed.
pub fn is_of_budget(field: &str) -> bool {
    let of_years = ["eigen-bijdrage.", "cofinanciering.", "minimum."];
    [LINES, shares::PREFIX, shares::WEIGHT_PREFIX]
        .iter()
        .chain(&of_years)
        .any(|it| field.starts_with(it))
}

/// The fields of the page, in its order.
pub fn fields(answers: &Answers, years: [i32; 2]) -> Vec<String> {
    let mut res: Vec<String> = ["categorie", "onderdeel", "jaar", "titel"]
        .map(str::to_owned)
        .to_vec();
    for text in subject::TEXTS {
        res.push(text.name.to_owned());
        if text.name == "samenwerking" {
            res.push("deelnemer".to_owned());
            let chosen = answers.starting_with("deelnemer.");
            res.extend(chosen.map(|(name, _)| name.to_owned()));
        }
    }
    res.extend(["evaluatie", subject::EVALUATION_PLAN.name].map(str::to_owned));
    for row in indicator_rows(answers) {
        res.extend(indicator_fields(row, years));
    }
    for row in line_rows(answers) {
        res.extend(line_fields(row, years));
    }
    for name in ["eigen-bijdrage", "cofinanciering"] {
        res.extend(years.map(|it| format!("{name}.{it}")));
    }
    for prefix in [shares::WEIGHT_PREFIX, shares::PREFIX] {
        let typed = answers.starting_with(prefix);
        res.extend(typed.map(|(name, _)| name.to_owned()));
    }
    res.extend(years.map(|it| format!("minimum.{it}")));
    res
}

fn indicator_fields(row: u32, years: [i32; 2]) -> Vec<String> {
    let first = [
        catalogue::FIELD,
        "soort",
        "naam",
        catalogue::DEFINITION_FIELD,
        "eenheid",
        "richting",
        "beginstand",
        "geen-beginstand",
    ];
    let goals = years.map(|it| format!("doel.{it}"));
    let last = ["bron", "frequentie", "wie"].map(str::to_owned);
    first
        .map(str::to_owned)
        .into_iter()
        .chain(goals)
        .chain(last)
        .map(|it| format!("{}{row}.{it}", indicators::PREFIX))
        .collect()
}

fn line_fields(row: u32, years: [i32; 2]) -> Vec<String> {
    let cells = years
        .into_iter()
        .flat_map(|it| [format!("aantal.{it}"), format!("tarief.{it}")]);
    ["soort", "omschrijving", "eenheid"]
        .map(str::to_owned)
        .into_iter()
        .chain(cells)
        .map(|it| format!("{}{row}.{it}", budget::PREFIX))
        .collect()
}

fn in_order(errors: FieldErrors, fields: &[String]) -> FieldErrors {
    let order = positions(fields);
    let mut found: Vec<(&str, &str)> = errors.iter().collect();
    found.sort_by_key(|(field, _)| order.get(*field).copied().unwrap_or(usize::MAX));
    let mut res = FieldErrors::default();
    for (field, sentence) in found {
        res.push(field, sentence);
    }
    res
}

fn positions(fields: &[String]) -> BTreeMap<String, usize> {
    fields.iter().cloned().zip(0..).collect()
}

/// A row in which nothing stands is not shown between others: it was taken away. Behind them are those
/// that were added, and as many empty ones as make the least.
fn shown(answers: &Answers, prefix: &str, least: u32, most: u32) -> Vec<u32> {
    let last = typed::rows(answers, prefix, most).last().copied();
    let last = last.unwrap_or(0);
    let blank = |it: &u32| typed::is_blank_row(answers, prefix, *it);
    let last_filled = (1..=last).rfind(|it| !blank(it)).unwrap_or(0);
    let hidden = |it: &u32| *it < last_filled && last < most && blank(it);
    let mut rows: Vec<u32> = (1..=last).filter(|it| !hidden(it)).collect();
    let wanted = usize::try_from(least).unwrap_or(usize::MAX);
    rows.extend((last.saturating_add(1)..=most).take(wanted.saturating_sub(rows.len())));
    rows
}

fn next(rows: &[u32], most: u32) -> Option<u32> {
    let row = rows.last()?.checked_add(1)?;
    (row <= most).then_some(row)
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
