//! XLSX: amounts and dates as numbers with a format, a totals row, and a second sheet that accounts
//! for the first.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Url, Workbook, Worksheet,
    XlsxError,
};

use super::{
    csv, sha256,
    table::{Cell, Column, Kind, Table},
};
use crate::{
    error::AppError,
    texts::dates::{self, OnDay},
};

/// The name of the second sheet.
const ACCOUNT: &str = "Verantwoording";

/// The most links of one sheet that Excel opens.
const MOST_LINKS: usize = 65_530;

/// Writes a table. What it is as of is its date of creation, so that the same table gives the same
/// bytes.
pub fn write(table: &Table) -> Result<Vec<u8>, AppError> {
    let account = account(table)?;
    book(table, &account).map_err(AppError::internal)
}

/// What accounts for the table: a name and what there is to say.
fn account(table: &Table) -> Result<Vec<(String, Cell)>, AppError> {
    let count = |it: usize| Cell::Int(i64::try_from(it).unwrap_or(i64::MAX));
    let cycle = table.cycle.as_deref().unwrap_or("alle cycli");
    let mut account = vec![
        ("Export".to_owned(), Cell::from(table.name)),
        ("Cyclus".to_owned(), Cell::from(cycle)),
        ("Stand van".to_owned(), Cell::Moment(table.as_of)),
        (
            "Stand van (ISO 8601)".to_owned(),
            Cell::Text(table.as_of.machine()),
        ),
        ("Aantal regels".to_owned(), count(table.rows.len())),
        (
            "Regels van dossiers die voor u gesloten zijn".to_owned(),
            count(table.left_out),
        ),
    ];
    for (name, total) in table.totals()? {
        account.push((format!("Totaal {name}"), Cell::Money(total)));
    }
    let digest = sha256(&csv::write(table, csv::Profile::Rfc4180)?);
    account.push(("SHA-256 van de CSV".to_owned(), Cell::Text(digest)));
    Ok(account)
}

fn book(table: &Table, account: &[(String, Cell)]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = moment(&table.as_of)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(table.name)
            .set_author("Versterkingsgelden")
            .set_creation_datetime(&made),
    );
    sheet(book.add_worksheet(), table)?;
    let sheet = book.add_worksheet();
    sheet.set_name(ACCOUNT)?;
    sheet.set_column_width(0, 44)?;
    sheet.set_column_width(1, 66)?;
    for (row, (name, cell)) in (0..).zip(account) {
        sheet.write_string(row, 0, name)?;
        let left = format(kind_of(cell)).set_align(FormatAlign::Left);
        put(sheet, row, 1, cell, &left)?;
    }
    book.save_to_buffer()
}

fn sheet(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    sheet.set_name(table.name)?;
    sheet.set_freeze_panes(1, 0)?;
    let head = Format::new()
        .set_bold()
        .set_border_bottom(FormatBorder::Thin);
    for (at, column) in (0..).zip(table.columns) {
        sheet.set_column_width(at, width(column))?;
        sheet.write_string_with_format(0, at, column.name, &head)?;
    }
    let formats: Vec<Format> = table.columns.iter().map(|it| format(it.kind)).collect();
    let site = site(table);
    let mut next = 1;
    for (row, cells) in (1..).zip(&table.rows) {
        for (at, (cell, format)) in (0..).zip(cells.iter().zip(&formats)) {
            match (cell, site) {
                (Cell::Address(path), Some(site)) => {
                    let link = Url::new(format!("{site}{path}")).set_text(path);
                    sheet.write_url(row, at, link)?;
                }
                _ => put(sheet, row, at, cell, format)?,
            }
        }
        next = row.saturating_add(1);
    }
    totals(sheet, table, next)
}

/// The website that addresses lead to, without a slash at its end; none where there are more of them than a
/// sheet may have, so that all are the same.
fn site(table: &Table) -> Option<&str> {
    let site = table.site.as_deref()?.trim_end_matches('/');
    let is_web = site.starts_with("https://") || site.starts_with("http://");
    (is_web && table.rows.len() <= MOST_LINKS).then_some(site)
}

/// The totals row closes with the bookkeeper's double rule. The amounts are written and not left to
/// a formula: not every program that reads the file computes.
fn totals(sheet: &mut Worksheet, table: &Table, row: u32) -> Result<(), XlsxError> {
    let rule = |it: Format| {
        it.set_bold()
            .set_border_top(FormatBorder::Thin)
            .set_border_bottom(FormatBorder::Double)
    };
    let Ok(totals) = table.totals() else {
        return Err(XlsxError::ParameterError("a total overflows".to_owned()));
    };
    for (at, column) in (0..).zip(table.columns) {
        let format = rule(format(column.kind));
        let total = totals.iter().find(|(name, _)| *name == column.name);
        match (at, total) {
            (_, Some((_, total))) => put(sheet, row, at, &Cell::Money(*total), &format)?,
            (0, None) => put(sheet, row, at, &Cell::from("Totaal"), &rule(Format::new()))?,
            _ => put(sheet, row, at, &Cell::Empty, &format)?,
        }
    }
    Ok(())
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    at: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => sheet.write_blank(row, at, format)?,
        Cell::Text(it) | Cell::Address(it) => {
            sheet.write_string_with_format(row, at, it, format)?
        }
        Cell::Int(it) => {
            sheet.write_with_format(row, at, rust_decimal::Decimal::from(*it), format)?
        }
        Cell::Money(it) => sheet.write_with_format(row, at, it.to_decimal(), format)?,
        Cell::Date(it) => {
            let day = ExcelDateTime::parse_from_str(&it.to_string())?;
            sheet.write_datetime_with_format(row, at, &day, format)?
        }
        Cell::Moment(it) => sheet.write_datetime_with_format(row, at, &moment(it)?, format)?,
    };
    Ok(())
}

fn moment(it: &chrono::NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let local = dates::on_the_clock(*it);
    ExcelDateTime::parse_from_str(&local.format("%Y-%m-%dT%H:%M:%S").to_string())
}

fn kind_of(cell: &Cell) -> Kind {
    match cell {
        Cell::Empty | Cell::Text(_) | Cell::Address(_) => Kind::Text,
        Cell::Int(_) => Kind::Int,
        Cell::Money(_) => Kind::Money,
        Cell::Date(_) => Kind::Date,
        Cell::Moment(_) => Kind::Moment,
    }
}

fn format(kind: Kind) -> Format {
    match kind {
        Kind::Text => Format::new(),
        Kind::Int => Format::new().set_num_format("0"),
        Kind::Money => Format::new().set_num_format("#,##0.00"),
        Kind::Date => Format::new().set_num_format("dd-mm-yyyy"),
        Kind::Moment => Format::new().set_num_format("dd-mm-yyyy hh:mm:ss"),
    }
}

/// In characters.
fn width(column: &Column) -> u16 {
    match column.kind {
        Kind::Text => 24,
        Kind::Int => 8,
        Kind::Money => 16,
        Kind::Date => 12,
        Kind::Moment => 20,
    }
}
