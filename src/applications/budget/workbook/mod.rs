//! The workbook of an application's budget: handed out, filled in elsewhere, and read back.
//!
//! What comes back is checked from the outside in: the container ([`container`]), the sheets and cells
//! ([`read`]), the lines ([`group`]). Everything is read or nothing, and every fault has its cell.
pub mod actions;
pub mod container;
pub mod group;
pub mod pages;
pub mod preview;
pub mod read;
pub mod write;

use super::overview;
use crate::{
    applications::project::{incoming::Column, store::Draft},
    schemes::WindowKind,
};

/// The sheet with instructions.
pub const GUIDE: &str = "Uitleg";
/// The sheet with the lines.
pub const LINES: &str = "Begroting";
/// What stands before the reference of the application on the sheet with instructions.
pub const REFERENCE: &str = "Kenmerk van de aanvraag";
/// What stands before the moment at which the workbook was made.
pub const MADE: &str = "Stand van";
/// How that moment is written.
pub const MOMENT: &str = "%Y-%m-%d %H:%M:%S UTC";
/// The most rows that are read: sixty projects of forty lines, and room between them.
pub const MOST_ROWS: u32 = 3_000;
/// The largest file that is taken in, in bytes.
pub const LARGEST: usize = 2 * 1024 * 1024;

/// What a workbook of an application has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The reference of the application.
    pub reference: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its projects, as they are called in the workbook.
    pub projects: Vec<String>,
}

impl Expected {
    /// What the workbook of this application has to hold.
    pub fn of(reference: &str, years: &[i32], drafts: &[Draft]) -> Expected {
        Expected {
            reference: reference.to_owned(),
            columns: Column::of_application(years),
            projects: drafts.iter().map(overview::name).collect(),
        }
    }
}

/// The years for which can be asked: a top-up is for the second year only.
pub fn years_of(years: [i32; 2], window: WindowKind) -> Vec<i32> {
    let [first, second] = years;
    match window {
        WindowKind::Main => vec![first, second],
        WindowKind::TopUp => vec![second],
    }
}

/// The name of a cell: `F7` for row 6 and column 5, counted from 0.
pub fn cell_name(row: u32, column: u32) -> String {
    let mut letters = String::new();
    let mut rest = Some(column);
    while let Some(it) = rest {
        let letter = char::from_u32(u32::from(b'A').saturating_add(it % 26)).unwrap_or('?');
        letters.insert(0, letter);
        rest = (it / 26).checked_sub(1);
    }
    format!("{letters}{}", row.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_names_that_people_see() {
        for (row, column, name) in [
            (0, 0, "A1"),
            (6, 5, "F7"),
            (9, 25, "Z10"),
            (0, 26, "AA1"),
            (1_048_575, 16_383, "XFD1048576"),
        ] {
            assert_eq!(cell_name(row, column), name);
        }
    }
}
