//! What a division gives.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{input::Year, what_if::WhatIf};
use crate::{core::money::Money, db::columns::text_enum};

/// The version of the rules in this engine. Changes whenever the same input can give another outcome,
/// so that a stored division is compared with the rules it was made by.
pub const ENGINE: &str = "2026.5";

text_enum! {
    /// Whether there is a division.
    pub enum Status {
        /// Every rule holds and the categories with `exact` have the highest value: no division of what they could
        /// spend when their turn came has a higher one.
        Optimal => "optimal",
        /// Every rule holds; optimality does not apply to the methods, or was not proven.
        Feasible => "feasible",
        /// Not every rule can hold, or the chosen methods do not get there. There are no awards.
        Infeasible => "infeasible",
    }
}

/// The outcome of a division. Byte for byte the same for the same input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Version of this format: 1.
    pub version: i64,
    /// SHA-256 of the canonical input.
    pub input_sha256: String,
    /// [`ENGINE`].
    pub engine: String,
    /// Whether there is a division.
    pub status: Status,
    /// One per project and year of its eligible amounts, also where it is nothing; by id and year.
    /// Empty when infeasible, so that nobody can pay from it.
    pub awards: Vec<Award>,
    /// Per year, what is left of each category's amount and of the year's ceiling (`total`).
    pub left: BTreeMap<Year, BTreeMap<String, Money>>,
    /// The limits without which someone would have got more.
    pub binding: Vec<RuleLine>,
    /// How it went, in sentences, in the order of the steps.
    pub trace: Vec<String>,
    /// When infeasible: the rules that do not hold together.
    pub conflict: Vec<RuleLine>,
    /// What a little more would have changed.
    #[serde(default)]
    pub what_if: WhatIf,
}

impl Outcome {
    /// The outcome as it is written and stored: indented, with a line feed at the end.
    ///
    /// # Errors
    /// None is known: every outcome can be written.
    pub fn json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// What one project gets in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// The project.
    pub id: String,
    /// The budget year.
    pub year: Year,
    /// Nothing, or between minimum and eligible.
    pub amount: Money,
    /// Why, in Dutch, to be used word for word in a letter.
    pub reason: String,
}

/// Whether an award is all that a project could get: its eligible amount, rounded down to the unit of the division. What
/// the rounding took off is no cut. Nothing is never in full.
pub fn is_in_full(award: Money, eligible: Money, rounding: Money) -> bool {
    let unit = rounding.cents().max(1);
    !award.is_zero() && eligible.cents() - eligible.cents() % unit <= award.cents()
}

/// A rule of the input and what it did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleLine {
    /// Where in the input the rule stands: `categories[1].amounts.2027`.
    pub path: String,
    /// What it did, in Dutch.
    pub sentence: String,
}

impl RuleLine {
    pub(super) fn new(path: impl Into<String>, sentence: impl Into<String>) -> RuleLine {
        RuleLine {
            path: path.into(),
            sentence: sentence.into(),
        }
    }
}
