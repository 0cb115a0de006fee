//! The rows of the form: which there are, and what stands beside their fields. Pure.

use super::{Meaning, budget, form, indicators, outputs, typed};
use crate::core::{answers::Answers, money::Money};

/// A row of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// Its number, from 1.
    pub number: u32,
    /// What it is called.
    pub name: String,
    /// Its cells, per year.
    pub cells: Vec<Cell>,
}

/// What a row of the budget has for one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The budget year.
    pub year: i32,
    /// The field of the quantity.
    pub quantity: String,
    /// The field of the rate.
    pub rate: String,
    /// What it comes to, if both can be read.
    pub amount: Option<Money>,
}

/// An indicator on the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorRow {
    /// Its number, from 1.
    pub number: u32,
    /// What stands above it.
    pub legend: String,
}

impl LineRow {
    /// The name of one of its fields.
    pub fn field(&self, name: &str) -> String {
        format!("{}{}.{name}", budget::PREFIX, self.number)
    }
}

impl Cell {
    /// The id of what it comes to.
    pub fn output(&self, line: &u32) -> String {
        outputs::amount_id(*line, self.year)
    }
}

impl IndicatorRow {
    /// The name of one of its fields.
    pub fn field(&self, name: &str) -> String {
        format!("{}{}.{name}", indicators::PREFIX, self.number)
    }

    /// The name of the field of its target in a year.
    pub fn goal(&self, year: &i32) -> String {
        self.field(&format!("doel.{year}"))
    }
}

/// The rows of the budget that the page shows.
pub fn lines(answers: &Answers, meaning: &Meaning, years: &[i32]) -> Vec<LineRow> {
    form::line_rows(answers)
        .into_iter()
        .map(|number| {
            let field = |name: &str| format!("{}{number}.{name}", budget::PREFIX);
            let description = answers.get(&field("omschrijving"));
            LineRow {
                number,
                name: if typed::is_blank(description) {
                    format!("Regel {number}")
                } else {
                    typed::line(description, 60)
                },
                cells: years
                    .iter()
                    .map(|year| Cell {
                        year: *year,
                        quantity: field(&format!("aantal.{year}")),
                        rate: field(&format!("tarief.{year}")),
                        amount: meaning.cost(number, *year).map(|it| it.amount),
                    })
                    .collect(),
            }
        })
        .collect()
}

/// The indicators that the page shows.
pub fn indicators(answers: &Answers) -> Vec<IndicatorRow> {
    form::indicator_rows(answers)
        .into_iter()
        .map(|number| {
            let name = answers.get(&format!("{}{number}.naam", indicators::PREFIX));
            let legend = if typed::is_blank(name) {
                format!("Indicator {number}")
            } else {
                format!("Indicator {number}: {}", typed::line(name, 60))
            };
            IndicatorRow { number, legend }
        })
        .collect()
}

/// The fields of the budget that stand in cells: their errors stand above the table.
pub fn budget_fields(lines: &[LineRow], years: &[i32]) -> Vec<String> {
    let below = ["eigen-bijdrage", "cofinanciering"];
    lines
        .iter()
        .flat_map(|row| &row.cells)
        .flat_map(|it| [it.quantity.clone(), it.rate.clone()])
        .chain(
            below
                .iter()
                .flat_map(|name| years.iter().map(move |it| format!("{name}.{it}"))),
        )
        .collect()
}
