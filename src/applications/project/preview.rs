//! How the indicators of a project will be reported: the rows of the progress report before there is
//! one. Pure.

use super::{Indicator, Meaning, form, typed::written};
use crate::core::answers::Answers;

/// What is shown where a number is not there yet.
const NOT_YET: &str = "nog niet";

/// An indicator as it will be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number on the form.
    pub number: u32,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell, which changes while one types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The id of its place on the page.
    pub id: String,
    /// What stands above it.
    pub label: String,
    /// What stands in it.
    pub text: String,
    /// Whether it is a number.
    pub is_number: bool,
}

/// The rows that the page shows: one for every indicator of the form.
pub fn rows(answers: &Answers, meaning: &Meaning, years: &[i32]) -> Vec<Row> {
    form::indicator_rows(answers)
        .into_iter()
        .map(|number| Row {
            number,
            cells: cells(number, meaning.indicator(number), years),
        })
        .collect()
}

fn cells(number: u32, of: Option<&Indicator>, years: &[i32]) -> Vec<Cell> {
    let cell = |part: &str, label: String, text: String, is_number: bool| Cell {
        id: format!("voorbeeld-{number}-{part}"),
        label,
        text,
        is_number,
    };
    let name = of.map_or("", |it| it.name.as_str());
    let unit = of.map_or("", |it| it.unit.as_str());
    let shown = |text: &str| if text.is_empty() { NOT_YET } else { text }.to_owned();
    let mut cells = vec![
        cell(
            "naam",
            "Indicator".to_owned(),
            if name.is_empty() {
                format!("Indicator {number}")
            } else {
                name.to_owned()
            },
            false,
        ),
        cell("eenheid", "Eenheid".to_owned(), shown(unit), false),
        cell("beginstand", "Beginstand".to_owned(), baseline(of), true),
    ];
    for year in years {
        let target = of.and_then(|it| it.targets.iter().find(|(of, _)| of == year));
        let target = target.map_or_else(|| NOT_YET.to_owned(), |it| written(it.1));
        cells.push(cell(
            &format!("doel-{year}"),
            format!("Doel {year}"),
            target,
            true,
        ));
    }
    let how = of.map_or_else(String::new, |it| {
        let parts = [&it.frequency, &it.source, &it.measured_by];
        let said: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|it| !it.is_empty())
            .collect();
        said.join(", ")
    });
    cells.push(cell(
        "hoe",
        "Hoe vaak, waaruit, door wie".to_owned(),
        shown(&how),
        false,
    ));
    cells
}

fn baseline(of: Option<&Indicator>) -> String {
    match of {
        Some(it) if it.baseline_hundredths.is_some() => {
            it.baseline_hundredths.map_or_else(String::new, written)
        }
        Some(it) if !it.baseline_absent_because.is_empty() => "onbekend".to_owned(),
        _ => NOT_YET.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemes::WindowKind;

    #[test]
    fn a_row_shows_what_was_typed_and_what_is_still_missing() {
        let answers = Answers::default()
            .with("indicator.1.naam", "Gesprekken")
            .with("indicator.1.eenheid", "jongeren")
            .with("indicator.1.richting", "up")
            .with("indicator.1.beginstand", "52")
            .with("indicator.1.doel.2027", "60,5")
            .with("indicator.1.frequentie", "elk kwartaal")
            .with("indicator.1.wie", "de projectleider");
        let (meaning, _) = form::read(&answers, [2027, 2028], WindowKind::Main);
        let rows = rows(&answers, &meaning, &[2027, 2028]);
        let texts =
            |row: &Row| -> Vec<String> { row.cells.iter().map(|it| it.text.clone()).collect() };
        assert_eq!(
            texts(&rows[0]),
            [
                "Gesprekken",
                "jongeren",
                "52",
                "60,5",
                "nog niet",
                "elk kwartaal, de projectleider"
            ]
        );
        assert_eq!(
            texts(&rows[1]),
            [
                "Indicator 2",
                "nog niet",
                "nog niet",
                "nog niet",
                "nog niet",
                "nog niet"
            ]
        );
        assert_eq!(rows[0].cells[3].id, "voorbeeld-1-doel-2027");
    }
}
