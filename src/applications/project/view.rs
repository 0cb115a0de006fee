//! A project as it is read, on the dossier and in a submitted version. Pure.
//!
//! `templates/applications/project/_content.html` shows it.

use super::{
    Direction, EvaluationKind, IndicatorLevel, Meaning, YearTotals, form, shares, subject, typed,
};
use crate::{
    core::{answers::Answers, category::Category, money::Money},
    schemes::{Municipality, WindowKind},
    texts::labels::Label,
};

/// Everything that was typed about a project, in the order of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its name, or that it has none yet.
    pub title: String,
    /// Its category, once chosen.
    pub category: Option<Category>,
    /// What was asked and what was typed.
    pub facts: Vec<(String, String)>,
    /// The years of the columns.
    pub years: Vec<i32>,
    /// The indicators.
    pub indicators: Vec<IndicatorRow>,
    /// The lines of the budget.
    pub lines: Vec<LineRow>,
    /// The totals of each year.
    pub totals: Vec<YearTotals>,
    /// What each municipality gets, in the years that were divided.
    pub shares: Vec<ShareRow>,
    /// Whether all totals foot, so that they may be closed with a double rule.
    pub foots: bool,
}

impl Content {
    /// What a table of this project is called for who cannot see it: a page can hold several.
    pub fn table_name(&self, what: &str) -> String {
        format!("{what} van {}", self.title)
    }
}

/// An indicator as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorRow {
    /// What is measured.
    pub name: String,
    /// Level, unit and direction in words.
    pub note: String,
    /// Where it stands now, or why that is not known.
    pub baseline: String,
    /// The target of each year; empty if there is none.
    pub targets: Vec<String>,
    /// Source, frequency and who measures.
    pub measuring: String,
}

/// What a municipality gets as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// Its name.
    pub name: String,
    /// Per year its share; nothing in a year that was not divided, which is all for the lead.
    pub amounts: Vec<Option<Money>>,
}

/// A line of the budget as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// What is paid.
    pub description: String,
    /// Its kind and unit.
    pub note: String,
    /// Per year quantity and rate in words, and the amount.
    pub costs: Vec<Option<(String, Money)>>,
}

/// What was typed in a project. `municipalities` are those that can take part, with their names.
pub fn content(
    answers: &Answers,
    years: [i32; 2],
    window: WindowKind,
    municipalities: &[Municipality],
) -> Content {
    let (meaning, _) = form::read(answers, years, window);
    let shown: Vec<i32> = years
        .into_iter()
        .filter(|it| meaning.totals(*it).is_some_and(|it| it.is_typed))
        .collect();
    let totals: Vec<YearTotals> = shown
        .iter()
        .filter_map(|it| meaning.totals(*it).copied())
        .collect();
    Content {
        title: if meaning.title.is_empty() {
            "(nog zonder naam)".to_owned()
        } else {
            meaning.title.clone()
        },
        category: meaning.category,
        facts: facts(answers, &meaning, municipalities),
        indicators: indicators(&meaning, &shown),
        lines: lines(&meaning, &shown),
        shares: share_rows(&meaning, &shown, municipalities),
        foots: !totals.is_empty() && totals.iter().all(|it| it.is_sound),
        years: shown,
        totals,
    }
}

fn facts(
    answers: &Answers,
    meaning: &Meaning,
    municipalities: &[Municipality],
) -> Vec<(String, String)> {
    let or_empty = |it: Option<&'static str>| it.unwrap_or("(niet ingevuld)").to_owned();
    let mut facts = vec![
        (
            "Categorie".to_owned(),
            or_empty(meaning.category.map(Label::label)),
        ),
        (
            "Soort project".to_owned(),
            or_empty(meaning.sub_item.map(Label::label)),
        ),
    ];
    if let Some(year) = meaning.year {
        facts.push(("Jaar".to_owned(), year.to_string()));
    }
    let mut add = |label: &str, text: &str| {
        let text = if typed::is_blank(text) {
            "(niet ingevuld)"
        } else {
            text.trim()
        };
        facts.push((label.to_owned(), text.to_owned()));
    };
    for text in subject::TEXTS {
        add(text.label, answers.get(text.name));
        if text.name == "samenwerking" {
            let names: Vec<&str> = municipalities
                .iter()
                .filter(|it| answers.get(&format!("deelnemer.{}", it.id)) == "ja")
                .map(|it| it.name.as_str())
                .collect();
            add("Voor welke gemeenten", &names.join(", "));
        }
    }
    let evaluation = EvaluationKind::parse(answers.get("evaluatie"));
    add(
        "Soort evaluatie",
        evaluation.map(Label::label).unwrap_or_default(),
    );
    let plan = subject::EVALUATION_PLAN;
    add(plan.label, answers.get(plan.name));
    if meaning.shares.is_empty() && 1 < shares::mentioned(answers).len() {
        add(
            "Verdeling over gemeenten",
            "Niet verdeeld: alles is voor de hoofdaanvrager",
        );
    }
    let minimum = |it: &&YearTotals| !it.minimum.is_zero();
    for it in meaning.years.iter().filter(minimum) {
        add(
            &format!("Laagste bedrag in {}", it.year),
            &crate::texts::money::euros(it.minimum),
        );
    }
    facts
}

fn indicators(meaning: &Meaning, years: &[i32]) -> Vec<IndicatorRow> {
    meaning
        .indicators
        .iter()
        .map(|it| {
            let target = |year: &i32| {
                let found = it.targets.iter().find(|(of, _)| of == year);
                found.map_or_else(String::new, |(_, target)| typed::written(*target))
            };
            IndicatorRow {
                name: it.name.clone(),
                note: joined(&[
                    it.level.map_or("", IndicatorLevel::label),
                    &it.unit,
                    it.direction.map_or("", Direction::label),
                    &it.catalogue.as_ref().map_or_else(String::new, |it| {
                        format!("uit de catalogus: {}", it.shown())
                    }),
                ]),
                baseline: match it.baseline_hundredths {
                    Some(hundredths) => typed::written(hundredths),
                    None if it.baseline_absent_because.is_empty() => String::new(),
                    None => format!("Onbekend: {}", it.baseline_absent_because),
                },
                targets: years.iter().map(target).collect(),
                measuring: joined(&[&it.source, &it.frequency, &it.measured_by]),
            }
        })
        .collect()
}

fn lines(meaning: &Meaning, years: &[i32]) -> Vec<LineRow> {
    meaning
        .lines
        .iter()
        .map(|line| {
            let cost = |year: &i32| {
                let it = meaning.cost(line.number, *year)?;
                let how = format!(
                    "{} × {}",
                    typed::written(it.quantity_hundredths),
                    crate::texts::money::amount(it.rate)
                );
                Some((how, it.amount))
            };
            LineRow {
                description: line.description.clone(),
                note: joined(&[line.kind.map_or("", Label::label), &line.unit]),
                costs: years.iter().map(cost).collect(),
            }
        })
        .collect()
}

fn share_rows(meaning: &Meaning, years: &[i32], municipalities: &[Municipality]) -> Vec<ShareRow> {
    let of_year = |year: i32| meaning.shares.iter().filter(move |it| it.year == year);
    municipalities
        .iter()
        .filter(|it| {
            meaning
                .shares
                .iter()
                .any(|share| share.municipality == it.id)
        })
        .map(|it| ShareRow {
            name: it.name.clone(),
            amounts: years
                .iter()
                .map(|year| {
                    of_year(*year).next()?;
                    let own = of_year(*year).find(|share| share.municipality == it.id);
                    Some(own.map_or(Money::ZERO, |share| share.amount))
                })
                .collect(),
        })
        .collect()
}

fn joined(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|it| !it.is_empty()).collect();
    said.join(", ")
}
