//! Two or three scenarios side by side: the first is the base, the others differ from it.
pub mod chart;
pub mod pages;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    division::{Division, Line},
    names::Names,
    open::{Opened, Setting},
    show::view,
};
use crate::core::{
    category::Category,
    money::{Money, MoneyError},
};

/// An amount in one of the scenarios, and how it differs from the base's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The amount.
    pub amount: Money,
    /// More or less than the base; absent for the base itself.
    pub difference: Option<Money>,
}

/// One category in all scenarios.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRow {
    /// The category.
    pub category: Category,
    /// Its amount in the base.
    pub ceiling: Money,
    /// What is eligible in the base.
    pub eligible: Money,
    /// What it gets in each.
    pub cells: Vec<Cell>,
    /// Which part of what is eligible it gets in each, in thousandths; nothing where there is no division.
    pub shares: Vec<Option<i64>>,
}

/// The categories of one year in all scenarios, with their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearGroup {
    /// The budget year.
    pub year: i32,
    /// Its categories, in the order of the base.
    pub rows: Vec<CategoryRow>,
    /// What can be spent in the base: the amounts of the categories, and what was given to none.
    pub ceiling: Money,
    /// What is eligible in the base.
    pub eligible: Money,
    /// What is awarded in each.
    pub cells: Vec<Cell>,
    /// What is left in each.
    pub left: Vec<Cell>,
}

/// One region in all scenarios.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRow {
    /// Its name.
    pub name: String,
    /// What is eligible in the base.
    pub eligible: Money,
    /// What it gets in each.
    pub cells: Vec<Cell>,
    /// Which part of what is eligible it gets in each, in thousandths; nothing where there is no division.
    pub shares: Vec<Option<i64>>,
}

/// A project that does not get the same in all scenarios.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its region.
    pub region: String,
    /// Its category, in words.
    pub category: String,
    /// What it gets in each.
    pub cells: Vec<Cell>,
}

/// Which year is compared; all years together if none.
pub type Year = Option<i32>;

/// What some lines get in each scenario, from the base on.
fn cells(opened: &[Opened], of: impl Fn(&Line) -> bool) -> Result<Vec<Cell>, MoneyError> {
    let awarded = opened.iter().map(|it| Ok(it.division.tally(&of)?.awarded));
    compared(awarded.collect::<Result<_, MoneyError>>()?)
}

fn is_in(year: Year, line: &Line) -> bool {
    year.is_none_or(|it| line.year == it)
}

fn base(opened: &[Opened]) -> Option<&Division> {
    opened.first().map(|it| &it.division)
}

/// Per category, in the order of the base.
pub fn categories(opened: &[Opened], year: Year) -> Result<Vec<CategoryRow>, MoneyError> {
    let Some(base) = base(opened) else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    for rule in &base.input.categories {
        let Ok(category) = Category::parse(&rule.id) else {
            continue;
        };
        let amounts = rule.amounts.iter();
        let of_year = amounts.filter(|(it, _)| year.is_none_or(|wanted| **it == wanted));
        let of = |line: &Line| line.category == rule.id && is_in(year, line);
        rows.push(CategoryRow {
            category,
            ceiling: Money::sum(of_year.map(|(_, it)| *it))?,
            eligible: base.eligible(|it, at| {
                it.category == rule.id && year.is_none_or(|wanted| wanted == at)
            })?,
            cells: cells(opened, of)?,
            shares: shares(opened, of)?,
        });
    }
    Ok(rows)
}

/// Per year, and in it per category: all in one view. Only the chosen year, if one is.
pub fn years(opened: &[Opened], chosen: Year) -> Result<Vec<YearGroup>, MoneyError> {
    let Some(base) = base(opened) else {
        return Ok(Vec::new());
    };
    let years = base.input.years.iter().copied();
    years
        .filter(|it| chosen.is_none_or(|wanted| wanted == *it))
        .map(|year| {
            let of = |line: &Line| line.year == year;
            let spent = cells(opened, of)?;
            Ok(YearGroup {
                year,
                rows: categories(opened, Some(year))?,
                ceiling: ceiling(base, year),
                eligible: base.eligible(|_, at| at == year)?,
                left: left(opened, year, &spent)?,
                cells: spent,
            })
        })
        .collect()
}

fn ceiling(division: &Division, year: i32) -> Money {
    let ceiling = division.input.ceilings.get(&year);
    ceiling.copied().unwrap_or_default()
}

/// What each scenario leaves of its own ceiling.
fn left(opened: &[Opened], year: i32, spent: &[Cell]) -> Result<Vec<Cell>, MoneyError> {
    let mut all = Vec::new();
    for (it, cell) in opened.iter().zip(spent) {
        all.push(ceiling(&it.division, year).checked_sub(cell.amount)?);
    }
    compared(all)
}

/// Which part of what is eligible some lines get in each scenario, in thousandths.
fn shares(opened: &[Opened], of: impl Fn(&Line) -> bool) -> Result<Vec<Option<i64>>, MoneyError> {
    let share = |it: &Opened| {
        if !it.division.is_feasible() {
            return Ok(None);
        }
        let tally = it.division.tally(&of)?;
        Ok(Some(view::thousandths(tally.awarded, tally.eligible)))
    };
    opened.iter().map(share).collect()
}

/// Amounts from the base on, each with its difference from the base's.
fn compared(amounts: Vec<Money>) -> Result<Vec<Cell>, MoneyError> {
    let base = amounts.first().copied().unwrap_or_default();
    let cell = |(at, amount): (usize, Money)| {
        let difference = amount.checked_sub(base)?;
        Ok(Cell {
            amount,
            difference: (at != 0).then_some(difference),
        })
    };
    amounts.into_iter().enumerate().map(cell).collect()
}

/// Per region, by name.
pub fn regions(
    opened: &[Opened],
    setting: &Setting,
    year: Year,
) -> Result<Vec<RegionRow>, MoneyError> {
    let all = opened.iter().flat_map(|it| &it.division.lines);
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for line in all.filter(|it| is_in(year, it)) {
        names.insert(setting.names.applicant(&line.applicant), &line.applicant);
    }
    let row = |(name, applicant): (&str, &str)| {
        let of = |line: &Line| line.applicant == applicant && is_in(year, line);
        let asked = |it: &Division| {
            it.eligible(|it, at| {
                it.applicant == applicant && year.is_none_or(|wanted| wanted == at)
            })
        };
        let base = base(opened).map(asked).transpose()?;
        Ok(RegionRow {
            name: name.to_owned(),
            eligible: base.unwrap_or_default(),
            cells: cells(opened, of)?,
            shares: shares(opened, of)?,
        })
    };
    names.into_iter().map(row).collect()
}

/// The projects that do not get the same in all scenarios, by region and title.
pub fn changed(
    opened: &[Opened],
    names: &Names,
    year: Year,
) -> Result<Vec<ProjectRow>, MoneyError> {
    let mut amounts: BTreeMap<&str, (String, Vec<Money>)> = BTreeMap::new();
    for (at, it) in opened.iter().enumerate() {
        for line in it.division.lines.iter().filter(|line| is_in(year, line)) {
            let (_, own) = amounts
                .entry(&line.project)
                .or_insert_with(|| (line.category.clone(), vec![Money::ZERO; opened.len()]));
            if let Some(sum) = own.get_mut(at) {
                *sum = sum.checked_add(line.amount)?;
            }
        }
    }
    let mut rows = Vec::new();
    for (id, (category, own)) in amounts {
        // Where there is no division there is no other amount.
        let divided = opened
            .iter()
            .zip(&own)
            .filter(|(it, _)| it.division.is_feasible());
        let amounts: BTreeSet<Money> = divided.map(|(_, it)| *it).collect();
        if amounts.len() < 2 {
            continue;
        }
        rows.push(ProjectRow {
            id: id.to_owned(),
            title: names.title(id).to_owned(),
            region: names.region_of(id).to_owned(),
            category: view::category(&category),
            cells: compared(own)?,
        });
    }
    rows.sort_by(|a, b| (&a.region, &a.title, &a.id).cmp(&(&b.region, &b.title, &b.id)));
    Ok(rows)
}
