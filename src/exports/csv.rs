//! CSV: by RFC 4180, or as Excel opens it in the Netherlands.

use csv::{Terminator, WriterBuilder};

use super::table::{Cell, Table};
use crate::{
    core::money::Money,
    error::AppError,
    texts::dates::{self, OnDay},
};

/// For whom it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Programs: comma, decimal point, ISO 8601 dates.
    Rfc4180,
    /// Excel with Dutch settings: byte order mark, semicolon, decimal comma, 31-12-2027.
    DutchExcel,
}

/// Writes a table with a head row; lines end in CR LF. Totals do not stand in it: every row is a
/// row of data.
pub fn write(table: &Table, profile: Profile) -> Result<Vec<u8>, AppError> {
    let (mark, delimiter) = match profile {
        Profile::Rfc4180 => ("", b','),
        Profile::DutchExcel => ("\u{feff}", b';'),
    };
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(Terminator::CRLF)
        .from_writer(mark.as_bytes().to_vec());
    writer
        .write_record(table.columns.iter().map(|it| it.name))
        .map_err(AppError::internal)?;
    for row in &table.rows {
        writer
            .write_record(row.iter().map(|it| text(it, profile)))
            .map_err(AppError::internal)?;
    }
    writer
        .into_inner()
        .map_err(|err| AppError::internal(err.to_string()))
}

fn text(cell: &Cell, profile: Profile) -> String {
    let is_dutch = profile == Profile::DutchExcel;
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(it) | Cell::Address(it) => harmless(it),
        Cell::Int(it) => it.to_string(),
        Cell::Money(it) if is_dutch => dutch(*it),
        Cell::Money(it) => it.to_string(),
        Cell::Date(it) if is_dutch => it.format("%d-%m-%Y").to_string(),
        Cell::Date(it) => it.to_string(),
        Cell::Moment(it) if is_dutch => {
            let local = dates::on_the_clock(*it);
            local.format("%d-%m-%Y %H:%M:%S").to_string()
        }
        Cell::Moment(it) => it.machine(),
    }
}

/// `1234,50`: without group separators, with the minus that spreadsheets read.
fn dutch(it: Money) -> String {
    it.to_string().replace('.', ",")
}

/// A text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV
/// injection). What municipalities type ends up in these files.
fn harmless(text: &str) -> String {
    let runs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(runs) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
