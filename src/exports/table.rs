//! A table of typed cells: what an export is before it is a file.

use chrono::{NaiveDate, NaiveDateTime};

use crate::core::money::{Money, MoneyError};

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// An amount in euros.
    Money,
    /// A day.
    Date,
    /// A moment; in files on the clock of the Netherlands.
    Moment,
}

/// A column. Its name is a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name: Dutch, lower case, with underscores.
    pub name: &'static str,
    /// What stands in it.
    pub kind: Kind,
    /// What it means, in Dutch.
    pub about: &'static str,
}

/// A column, for lists of them.
pub const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, about }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known.
    Empty,
    /// Text.
    Text(String),
    /// The address of a page of ours, without the name of the website; a text that leads somewhere.
    Address(String),
    /// A whole number.
    Int(i64),
    /// An amount.
    Money(Money),
    /// A day.
    Date(NaiveDate),
    /// A moment (UTC).
    Moment(NaiveDateTime),
}

impl Cell {
    /// Text, or nothing.
    pub fn text(text: Option<String>) -> Cell {
        text.map_or(Cell::Empty, Cell::Text)
    }

    /// An amount, or nothing.
    pub fn money(amount: Option<Money>) -> Cell {
        amount.map_or(Cell::Empty, Cell::Money)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Cell {
        Cell::Int(i64::from(number))
    }
}

/// The rows that were asked for, all of them, and what accounts for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name of the export.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
    /// Its rows; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// The name of the cycle, if it is about one.
    pub cycle: Option<String>,
    /// The moment of which this is the state (UTC).
    pub as_of: NaiveDateTime,
    /// The address of the website, such as `https://versterkingsgelden.example`, where it is known: a
    /// workbook leads there.
    pub site: Option<String>,
    /// How many rows were left out because whoever asked may not know of the dossier.
    pub left_out: usize,
}

impl Table {
    /// The control totals: the sum of every column of money, in the order of the columns.
    pub fn totals(&self) -> Result<Vec<(&'static str, Money)>, MoneyError> {
        let money = self.columns.iter().enumerate();
        money
            .filter(|(_, it)| it.kind == Kind::Money)
            .map(|(at, column)| {
                let cells = self.rows.iter().filter_map(|row| match row.get(at) {
                    Some(Cell::Money(it)) => Some(*it),
                    _ => None,
                });
                Ok((column.name, Money::sum(cells)?))
            })
            .collect()
    }
}
