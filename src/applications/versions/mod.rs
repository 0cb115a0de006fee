//! What was entered, version by version: as a sheet to read and print, and what differs between two.
pub mod compare;
pub mod pages;
pub mod pdf;
pub mod sheet;
pub mod words;

use super::submission::content::{Content, FrozenProject};
use crate::{
    applications::dossier::totals::{self, Totals},
    core::money::{Money, MoneyError},
};

/// What a version asks per category and year.
pub fn totals(content: &Content) -> Result<Totals, MoneyError> {
    let asked = |it: &FrozenProject| -> Vec<_> {
        let category = it.category;
        let year =
            |year: &super::submission::content::FrozenYear| (category, year.year, year.requested);
        it.years.iter().map(year).collect()
    };
    let amounts: Vec<(_, i32, Money)> = content.projects.iter().flat_map(asked).collect();
    totals::totals(content.years, &amounts)
}
