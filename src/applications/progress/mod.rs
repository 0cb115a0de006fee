//! What was reached: actuals of indicators per awarded project and year, against their targets.
pub mod actions;
pub mod form;
pub mod pages;
pub mod store;

use chrono::NaiveDateTime;

use crate::{
    applications::project::Direction,
    core::{
        ids::{IndicatorId, ProjectId},
        money::Money,
    },
};

/// The target of an indicator in a year for which money was awarded, with what was reported on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// The indicator.
    pub indicator: IndicatorId,
    /// Its project.
    pub project: ProjectId,
    /// The name of the project.
    pub title: String,
    /// The place of the project in the application.
    pub position: i32,
    /// The budget year.
    pub year: i32,
    /// What was awarded to the project for that year.
    pub awarded: Money,
    /// What is measured.
    pub name: String,
    /// What is counted.
    pub unit: String,
    /// Which way is better.
    pub direction: Direction,
    /// Where it stood before, in hundredths.
    pub baseline_hundredths: Option<i64>,
    /// What was promised, in hundredths.
    pub target_hundredths: i64,
    /// What was reached, in hundredths, once reported.
    pub actual_hundredths: Option<i64>,
    /// Why the target was not reached.
    pub explanation: String,
    /// When it was reported, and by whom.
    pub reported: Option<(NaiveDateTime, String)>,
    /// Counts reports.
    pub version: i32,
}

/// What somebody reports on a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The goal as it was read now.
    pub goal: Goal,
    /// The version of the goal that the form was made from.
    pub version: i32,
    /// What was reached, in hundredths; nothing takes the report back.
    pub actual_hundredths: Option<i64>,
    /// Why the target was not reached; may be empty if it was.
    pub explanation: String,
}

impl Goal {
    /// Whether this falls short of the target.
    pub fn is_missed_by(&self, actual_hundredths: i64) -> bool {
        match self.direction {
            Direction::Up => actual_hundredths < self.target_hundredths,
            Direction::Down => self.target_hundredths < actual_hundredths,
        }
    }
}
