//! The rows of the form: which there are, and what stands beside their fields. Pure.

use super::{Meaning, YearTotals, budget, form, indicators, outputs, shares, typed};
use crate::{
    applications::catalogue::{self, Link},
    core::{answers::Answers, money::Money},
    schemes::Municipality,
    texts::money,
};

/// A row of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// Its number, from 1.
    pub number: u32,
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
    /// What the catalogue says, if it comes from there.
    pub chosen: Option<Chosen>,
}

/// What the catalogue says of an indicator, which cannot be changed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// From which edition.
    pub from: String,
    /// What is said, to read.
    pub facts: Vec<(&'static str, String)>,
    /// The fields, to send along.
    pub fields: Vec<(String, String)>,
}

/// What a municipality gets of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// Its name.
    pub name: String,
    /// The field of its weight.
    pub weight: String,
    /// Year and field of its share.
    pub cells: Vec<(i32, String)>,
}

/// How far the requested amount of a year is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// The budget year.
    pub year: i32,
    /// The sum of the shares.
    pub divided: Money,
    /// What is still to be divided; below zero if it is too much.
    pub left: Money,
    /// Whether anything was divided: if not, all is for the lead and nothing is left to do.
    pub is_begun: bool,
}

impl Division {
    /// What is left, as people read it.
    pub fn shown_left(&self) -> String {
        if self.is_begun {
            money::amount(self.left)
        } else {
            "niet verdeeld".to_owned()
        }
    }
}

impl LineRow {
    /// The name of one of its fields.
    pub fn field(&self, name: &str) -> String {
        format!("{}{}.{name}", budget::PREFIX, self.number)
    }

    /// Its fields with words.
    pub fn word_fields(&self) -> Vec<String> {
        ["soort", "omschrijving", "eenheid"]
            .map(|it| self.field(it))
            .to_vec()
    }
}

impl ShareRow {
    /// The fields of its cells.
    pub fn fields(&self) -> Vec<String> {
        let shares = self.cells.iter().map(|(_, field)| field.clone());
        std::iter::once(self.weight.clone()).chain(shares).collect()
    }
}

impl Cell {
    /// Its fields.
    pub fn fields(&self) -> Vec<String> {
        vec![self.quantity.clone(), self.rate.clone()]
    }

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

    /// The names of some of its fields.
    pub fn of(&self, names: &[&str]) -> Vec<String> {
        names.iter().map(|it| self.field(it)).collect()
    }

    /// The fields in which it is said where it stands and where it has to go.
    pub fn numbers(&self, years: &[i32]) -> Vec<String> {
        let goals = years.iter().map(|it| self.goal(it));
        std::iter::once(self.field("beginstand"))
            .chain(goals)
            .collect()
    }
}

/// The rows of the budget that the page shows.
pub fn lines(answers: &Answers, meaning: &Meaning, years: &[i32]) -> Vec<LineRow> {
    form::line_rows(answers)
        .into_iter()
        .map(|number| {
            let field = |name: &str| format!("{}{number}.{name}", budget::PREFIX);
            LineRow {
                number,
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

fn chosen(answers: &Answers, number: u32) -> Option<Chosen> {
    let field = |name: &str| format!("{}{number}.{name}", indicators::PREFIX);
    let link = Link::parse(answers.get(&field(catalogue::FIELD)))?;
    let text = |name: &str| answers.get(&field(name)).to_owned();
    let shown = |name: &str| form::shown_text(&field(name), &text(name));
    let names = ["soort", "naam", "eenheid", "richting"];
    let own = [catalogue::FIELD, catalogue::DEFINITION_FIELD];
    Some(Chosen {
        from: link.shown(),
        facts: vec![
            ("Wat u meet", text("naam")),
            ("Wat meetelt", text(catalogue::DEFINITION_FIELD)),
            ("Soort", shown("soort")),
            ("Eenheid", text("eenheid")),
            ("Richting", shown("richting")),
        ],
        fields: names
            .iter()
            .chain(&own)
            .map(|it| (field(it), text(it)))
            .collect(),
    })
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
            IndicatorRow {
                number,
                legend,
                chosen: chosen(answers, number),
            }
        })
        .collect()
}

/// The municipalities that can get a share: those that take part, and those with one already.
pub fn shares(answers: &Answers, members: &[Municipality], years: &[i32]) -> Vec<ShareRow> {
    let mentioned = shares::mentioned(answers);
    members
        .iter()
        .filter(|it| mentioned.contains(it.id.as_str()))
        .map(|it| ShareRow {
            name: it.name.clone(),
            weight: shares::weight_field(it.id.as_str()),
            cells: years
                .iter()
                .map(|year| (*year, shares::field(it.id.as_str(), *year)))
                .collect(),
        })
        .collect()
}

/// How far each year is divided.
pub fn divisions(answers: &Answers, totals: &[YearTotals]) -> Vec<Division> {
    totals
        .iter()
        .map(|it| {
            let divided = shares::divided(answers, it.year);
            Division {
                year: it.year,
                divided,
                left: it.requested.checked_sub(divided).unwrap_or(Money::ZERO),
                is_begun: shares::is_divided(answers, it.year),
            }
        })
        .collect()
}
