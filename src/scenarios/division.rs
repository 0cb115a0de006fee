//! A scenario as it stands: the outcome of the engine with the edits by hand laid over it. Pure.

use std::collections::BTreeMap;

use super::{Edit, Scenario, Sums};
use crate::{
    allocation::{Award, FrozenInput, Outcome, Project, Status, ViolatedRule, check, is_in_full},
    core::money::{Money, MoneyError},
    texts::money::with_signs,
};

/// What one project gets in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The project.
    pub project: String,
    /// The budget year.
    pub year: i32,
    /// Who asks.
    pub applicant: String,
    /// The id of its category.
    pub category: String,
    /// Its score, as `7.50`.
    pub score: String,
    /// The most it can get.
    pub eligible: Money,
    /// The least it can do with.
    pub minimum: Money,
    /// What the engine gave.
    pub computed: Money,
    /// What it gets: the last edit, or what the engine gave.
    pub amount: Money,
    /// Why: the reason of the last edit, or the engine's with a euro sign before each amount.
    pub reason: String,
    /// Whether it was changed by hand.
    pub is_edited: bool,
}

/// A scenario, read.
#[derive(Debug, Clone)]
pub struct Division {
    /// What was divided.
    pub input: FrozenInput,
    /// What the engine made of it.
    pub outcome: Outcome,
    /// By project and year; empty if there is no division.
    pub lines: Vec<Line>,
}

/// What is stored is not an input or an outcome.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The input.
    #[error("the stored input is refused: {0}")]
    Input(String),
    /// The outcome.
    #[error("the stored outcome cannot be read")]
    Outcome(#[from] serde_json::Error),
}

/// How some lines went together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// The sum of what is eligible.
    pub eligible: Money,
    /// The sum of what is awarded.
    pub awarded: Money,
    /// Projects that get all they can.
    pub full: usize,
    /// Projects that get something, and not all.
    pub partly: usize,
    /// Projects that get nothing.
    pub nothing: usize,
}

impl Division {
    /// Reads a stored scenario with its edits, in the order they were made.
    ///
    /// # Errors
    /// [`Unreadable`]: somebody changed what is stored.
    pub fn read(scenario: &Scenario, edits: &[&Edit]) -> Result<Division, Unreadable> {
        Division::of(&scenario.input, &scenario.result, edits)
    }

    /// Reads an input and its outcome; see [`Division::read`].
    pub fn of(input: &str, result: &str, edits: &[&Edit]) -> Result<Division, Unreadable> {
        let input = FrozenInput::read(input).map_err(|it| {
            let sentences: Vec<String> = it.0.iter().map(ToString::to_string).collect();
            Unreadable::Input(sentences.join(" "))
        })?;
        let outcome: Outcome = serde_json::from_str(result)?;
        let lines = lines(&input, &outcome, edits);
        Ok(Division {
            input,
            outcome,
            lines,
        })
    }

    /// Whether there are amounts.
    pub fn is_feasible(&self) -> bool {
        self.outcome.status != Status::Infeasible
    }

    /// Whether any amount was changed by hand.
    pub fn is_edited(&self) -> bool {
        self.lines.iter().any(|it| it.is_edited)
    }

    /// The amounts as they stand.
    pub fn awards(&self) -> Vec<Award> {
        self.lines
            .iter()
            .map(|it| Award {
                id: it.project.clone(),
                year: it.year,
                amount: it.amount,
                reason: it.reason.clone(),
            })
            .collect()
    }

    /// Why there is no division, in Dutch sentences: rules that cannot hold together. Empty if there is one.
    pub fn conflict(&self) -> Vec<String> {
        if self.is_feasible() {
            return Vec::new();
        }
        let rules = self.outcome.conflict.iter();
        let said: Vec<String> = rules.map(|it| it.sentence.clone()).collect();
        if said.is_empty() {
            return vec!["Niet alle afspraken kunnen tegelijk gelden.".to_owned()];
        }
        said
    }

    /// What is eligible of the projects and years that `of` picks, whether or not there is a division.
    ///
    /// # Errors
    /// A sum that is too large.
    pub fn eligible(&self, of: impl Fn(&Project, i32) -> bool) -> Result<Money, MoneyError> {
        let projects = self.input.projects.iter();
        let asked =
            projects.flat_map(|it| it.eligible.iter().map(move |(year, of)| (it, *year, *of)));
        Money::sum(
            asked
                .filter(|(it, year, _)| of(it, *year))
                .map(|(_, _, it)| it),
        )
    }

    /// The first rule that the amounts as they stand break, or all that cannot hold together, in a Dutch sentence. The rounding unit
    /// binds the engine and not a person: an edit by hand may have any amount of cents.
    pub fn broken_rule(&self) -> Option<String> {
        if !self.is_feasible() {
            return Some(self.conflict().join(" "));
        }
        check(&self.input, &self.awards())
            .into_iter()
            .find(|it| it.rule != ViolatedRule::Rounding)
            .map(|it| it.sentence)
    }

    /// How the lines that `of` picks went together; projects are counted over their picked years.
    ///
    /// # Errors
    /// A sum that is too large.
    pub fn tally(&self, of: impl Fn(&Line) -> bool) -> Result<Tally, MoneyError> {
        let mut tally = Tally::default();
        let mut projects: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        for line in self.lines.iter().filter(|it| of(it)) {
            tally.eligible = tally.eligible.checked_add(line.eligible)?;
            tally.awarded = tally.awarded.checked_add(line.amount)?;
            let (is_full, has_some) = projects.entry(&line.project).or_insert((true, false));
            *is_full &= line.eligible.is_zero()
                || is_in_full(line.amount, line.eligible, self.input.rounding);
            *has_some |= !line.amount.is_zero();
        }
        for (is_full, has_some) in projects.values() {
            match (is_full, has_some) {
                (_, false) => tally.nothing = tally.nothing.saturating_add(1),
                (true, true) => tally.full = tally.full.saturating_add(1),
                (false, true) => tally.partly = tally.partly.saturating_add(1),
            }
        }
        Ok(tally)
    }

    /// What lists show of it.
    ///
    /// # Errors
    /// A sum that is too large.
    pub fn sums(&self, edits: usize) -> Result<Sums, MoneyError> {
        let tally = self.tally(|_| true)?;
        let count = |it: usize| i32::try_from(it).unwrap_or(i32::MAX);
        Ok(Sums {
            is_feasible: self.is_feasible(),
            ceiling_cents: Money::sum(self.input.ceilings.values().copied())?,
            eligible_cents: tally.eligible,
            awarded_cents: tally.awarded,
            full_count: count(tally.full),
            partly_count: count(tally.partly),
            nothing_count: count(tally.nothing),
            edit_count: count(edits),
        })
    }

    /// The lines of one project, by year.
    pub fn of_project(&self, project: &str) -> Vec<&Line> {
        self.lines
            .iter()
            .filter(|it| it.project == project)
            .collect()
    }
}

fn lines(input: &FrozenInput, outcome: &Outcome, edits: &[&Edit]) -> Vec<Line> {
    let projects: BTreeMap<&str, _> = input
        .projects
        .iter()
        .map(|it| (it.id.as_str(), it))
        .collect();
    let last: BTreeMap<(&str, i32), &Edit> = edits
        .iter()
        .map(|it| ((it.project_id.as_str(), it.year), *it))
        .collect();
    let line = |award: &Award| {
        let project = projects.get(award.id.as_str())?;
        let of = |amounts: &BTreeMap<i32, Money>| amounts.get(&award.year).copied();
        let edit = last.get(&(award.id.as_str(), award.year));
        Some(Line {
            project: award.id.clone(),
            year: award.year,
            applicant: project.applicant.clone(),
            category: project.category.clone(),
            score: project.score.to_string(),
            eligible: of(&project.eligible).unwrap_or_default(),
            minimum: of(&project.minimum).unwrap_or_default(),
            computed: award.amount,
            amount: edit.map_or(award.amount, |it| it.after_cents),
            reason: edit.map_or_else(|| with_signs(&award.reason), |it| it.reason.clone()),
            is_edited: edit.is_some(),
        })
    };
    outcome.awards.iter().filter_map(line).collect()
}
