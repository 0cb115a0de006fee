//! A project of an application: what is typed, what it means, what is wrong with it.
//!
//! What was typed is kept as it was typed ([`crate::core::answers::Answers`]); a [`Meaning`] is
//! what can be made of it so far. [`form::read`] goes from one to the other and names every finding.
pub mod actions;
pub mod budget;
pub mod coaching;
pub mod form;
pub mod incoming;
pub mod indicators;
pub mod marks;
pub mod outputs;
pub mod pages;
pub mod paste;
pub mod preview;
pub mod rows;
pub mod shares;
pub mod showing;
pub mod store;
pub mod subject;
pub mod typed;
pub mod view;

use crate::{
    applications::{ProjectYear, catalogue::Link, saving::merge::Rows},
    core::{
        category::{Category, SubItem},
        money::Money,
    },
    db::columns::text_enum,
    texts::labels::Label,
};

/// The most projects of one application.
pub const MOST_PROJECTS: usize = 60;
/// The most lines of one project's budget.
pub const MOST_LINES: u32 = 40;
/// The most indicators of one project.
pub const MOST_INDICATORS: u32 = 20;

/// The rows of the form of a project.
pub const ROWS: [Rows; 2] = [
    Rows {
        prefix: budget::PREFIX,
        most: MOST_LINES,
        name: "omschrijving",
    },
    Rows {
        prefix: indicators::PREFIX,
        most: MOST_INDICATORS,
        name: "naam",
    },
];

text_enum! {
    /// What a line of a budget pays for.
    pub enum LineKind {
        /// Hours of the municipality's own staff.
        Staff => "staff",
        /// Hiring others.
        Hiring => "hiring",
        /// Material.
        Material => "material",
        /// Anything else.
        Other => "other",
    }
}

text_enum! {
    /// What an indicator measures (RAND Europe 2022: opbrengsten = resultaten + uitkomsten).
    pub enum IndicatorLevel {
        /// What was done: people trained, talks held.
        Output => "output",
        /// What changed because of it.
        Outcome => "outcome",
    }
}

text_enum! {
    /// Which way an indicator has to go.
    pub enum Direction {
        /// More is better.
        Up => "up",
        /// Less is better.
        Down => "down",
    }
}

text_enum! {
    /// How the project is evaluated (Toolkit Evidence Based Werken).
    pub enum EvaluationKind {
        /// Is the plan sound?
        Plan => "plan",
        /// Was it done as planned?
        Process => "proces",
        /// Did it work?
        Effect => "effect",
    }
}

/// What was typed means so far. What cannot be read is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// The category.
    pub category: Option<Category>,
    /// The part of it; only if it belongs to the category.
    pub sub_item: Option<SubItem>,
    /// The year of a one-year project.
    pub year: Option<i32>,
    /// Its name, as it is shown in lists; may be empty.
    pub title: String,
    /// The budget, line by line.
    pub lines: Vec<Line>,
    /// The totals of each year of the cycle, in order.
    pub years: Vec<YearTotals>,
    /// What of the requested amount is for which municipality, in the years that were divided.
    pub shares: Vec<shares::Share>,
    /// The indicators.
    pub indicators: Vec<Indicator>,
}

/// A line of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its row on the form, from 1.
    pub number: u32,
    /// What it pays for.
    pub kind: Option<LineKind>,
    /// In words.
    pub description: String,
    /// What is counted, such as hours.
    pub unit: String,
    /// What it costs, in the years in which that can be read.
    pub costs: Vec<Cost>,
}

/// What a line costs in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// The budget year.
    pub year: i32,
    /// How many, in hundredths.
    pub quantity_hundredths: i64,
    /// The price of one.
    pub rate: Money,
    /// Quantity times rate, rounded half up to the cent.
    pub amount: Money,
}

/// What is asked for one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearTotals {
    /// The budget year.
    pub year: i32,
    /// The sum of all amounts that can be read.
    pub costs: Money,
    /// Paid by the municipalities themselves.
    pub own_contribution: Money,
    /// Paid by others.
    pub co_financing: Money,
    /// Costs less own contribution and co-financing; negative if they are more than the costs.
    pub requested: Money,
    /// With less than this the project cannot be done.
    pub minimum: Money,
    /// Whether anything was typed for this year.
    pub is_typed: bool,
    /// Whether everything typed for this year can be read and the amounts foot.
    pub is_sound: bool,
}

/// An indicator: what will be measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its row on the form, from 1.
    pub number: u32,
    /// Output or outcome.
    pub level: Option<IndicatorLevel>,
    /// The edition of the catalogue that it comes from; absent if it is their own.
    pub catalogue: Option<Link>,
    /// What is measured.
    pub name: String,
    /// What is counted.
    pub unit: String,
    /// Which way is better.
    pub direction: Option<Direction>,
    /// Where it stands now, in hundredths.
    pub baseline_hundredths: Option<i64>,
    /// Why that is not known.
    pub baseline_absent_because: String,
    /// Year and target in hundredths, in the years in which that can be read.
    pub targets: Vec<(i32, i64)>,
    /// Where the figures come from.
    pub source: String,
    /// How often is measured.
    pub frequency: String,
    /// Who measures.
    pub measured_by: String,
}

impl Meaning {
    /// The years that can be counted with: typed, readable, footing.
    pub fn project_years(&self) -> Vec<ProjectYear> {
        self.years
            .iter()
            .filter(|it| it.is_typed && it.is_sound)
            .map(|it| ProjectYear {
                year: it.year,
                costs: it.costs,
                own_contribution: it.own_contribution,
                co_financing: it.co_financing,
                requested: it.requested,
                minimum: it.minimum,
                eligible: None,
            })
            .collect()
    }

    /// The indicator in a row of the form, if anything was typed in it.
    pub fn indicator(&self, number: u32) -> Option<&Indicator> {
        self.indicators.iter().find(|it| it.number == number)
    }

    /// The totals of one year.
    pub fn totals(&self, year: i32) -> Option<&YearTotals> {
        self.years.iter().find(|it| it.year == year)
    }

    /// What a line costs in one year, if that can be read.
    pub fn cost(&self, number: u32, year: i32) -> Option<&Cost> {
        let line = self.lines.iter().find(|it| it.number == number)?;
        line.costs.iter().find(|it| it.year == year)
    }
}

impl LineKind {
    /// What belongs to it.
    pub fn help(self) -> &'static str {
        match self {
            LineKind::Staff => {
                "De tijd van mensen in dienst van een gemeente of organisatie die meedoet."
            }
            LineKind::Hiring => {
                "Wie u van buiten betaalt voor werk: een bureau, een trainer, een zzp’er."
            }
            LineKind::Material => "Wat u koopt of laat maken: folders, lesmateriaal, software.",
            LineKind::Other => "Wat nergens anders past, zoals zaalhuur of reiskosten.",
        }
    }
}

impl Label for LineKind {
    fn label(self) -> &'static str {
        match self {
            LineKind::Staff => "Uren eigen personeel",
            LineKind::Hiring => "Inhuur",
            LineKind::Material => "Materiaal",
            LineKind::Other => "Overig",
        }
    }
}

impl Label for IndicatorLevel {
    fn label(self) -> &'static str {
        match self {
            IndicatorLevel::Output => "Directe opbrengst (output)",
            IndicatorLevel::Outcome => "Effect (outcome)",
        }
    }
}

impl Label for Direction {
    fn label(self) -> &'static str {
        match self {
            Direction::Up => "Omhoog: meer is beter",
            Direction::Down => "Omlaag: minder is beter",
        }
    }
}

impl Label for EvaluationKind {
    fn label(self) -> &'static str {
        match self {
            EvaluationKind::Plan => "Planevaluatie: klopt het plan?",
            EvaluationKind::Process => "Procesevaluatie: is het gedaan zoals bedacht?",
            EvaluationKind::Effect => "Effectevaluatie: werkt het?",
        }
    }
}
