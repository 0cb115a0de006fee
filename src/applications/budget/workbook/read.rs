//! The cells of a workbook that came back. Pure.
//!
//! - A formula: its last outcome is taken if that is a plain number, and the page says so. Any other
//!   formula is refused at its cell, as is one that was never computed.
//! - A number that was stored as text is read if it can be read in one way only, and the page says so.
//! - Cells are read one by one and not as a table: one cell in the last corner of a sheet would make
//!   that a table of 17 billion.

use std::{
    collections::BTreeMap,
    fmt::{Display, LowerExp},
    io::Cursor,
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::NaiveDateTime;
use rust_decimal::Decimal;

use super::{Expected, GUIDE, LINES, MADE, MOMENT, MOST_ROWS, REFERENCE, cell_name, container};
use crate::applications::project::{
    incoming::{self, Cell, Column, Entry, Fault, ReadLine, Row},
    marks,
    typed::quoted,
};

/// The most cells of a sheet that are looked at, the empty ones included.
const MOST_CELLS: u32 = 100_000;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// What stands in a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its lines.
    pub lines: Vec<ReadLine>,
    /// What was read otherwise than it stands there, with the cell.
    pub notes: Vec<String>,
    /// When it was handed out (UTC), if that can still be read.
    pub made: Option<NaiveDateTime>,
}

/// Everything in a workbook, or every fault with its cell.
pub fn read(bytes: &[u8], expected: &Expected) -> Result<Incoming, Vec<Fault>> {
    container::check(bytes).map_err(|it| vec![it])?;
    let mut book: Book = Xlsx::new(Cursor::new(bytes)).map_err(|err| vec![of_library(&err)])?;
    let mut notes = sheets(&book)?;
    let made = guide(&mut book, &expected.reference)?;
    let merged = book
        .merge_cells_by_sheet_name(LINES)
        .map_err(|err| vec![of_library(&err)])?;
    let mut faults: Vec<Fault> = merged
        .iter()
        .take(20)
        .map(|it| {
            let (from, to) = (cell_name(it.start.0, it.start.1), cell_name(it.end.0, it.end.1));
            at(format!("{from}:{to}"), "deze cellen zijn samengevoegd. Splits ze: elke cel hoort bij één regel en één kolom.")
        })
        .collect();
    let mut table = Table::default();
    table.read(&mut book, expected, &mut faults)?;
    table.check_head(expected, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let rows = table.rows(expected);
    let lines = incoming::read(&expected.columns, &rows)?;
    notes.extend(table.notes);
    notes.extend(texts_read(&expected.columns, &rows));
    Ok(Incoming { lines, notes, made })
}

fn at(cell: impl AsRef<str>, sentence: impl Into<String>) -> Fault {
    Fault::new(format!("{LINES}, cel {}", cell.as_ref()), sentence)
}

/// Whether the two sheets are there and nothing is hidden; what is not read.
fn sheets(book: &Book<'_>) -> Result<Vec<String>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut notes = Vec::new();
    for it in book.sheets_metadata().iter().take(50) {
        let name = quoted(&it.name);
        if it.visible != SheetVisible::Visible {
            faults.push(Fault::new("", format!("Het blad {name} is verborgen. Wij lezen geen verborgen bladen: maak het zichtbaar of verwijder het.")));
        } else if it.typ != SheetType::WorkSheet {
            notes.push(format!(
                "Het blad {name} is geen gewoon blad. Dat lezen wij niet."
            ));
        } else if it.name != GUIDE && it.name != LINES {
            notes.push(format!(
                "Het blad {name} is niet van ons. Dat lezen wij niet."
            ));
        }
    }
    for wanted in [GUIDE, LINES] {
        let is_there = |it: &calamine::Sheet| it.name == wanted && it.typ == SheetType::WorkSheet;
        if !book.sheets_metadata().iter().any(is_there) {
            faults.push(Fault::new("", format!("Het blad “{wanted}” ontbreekt. Geef het blad zijn naam terug, of haal een nieuw werkblad op en kopieer uw regels daarin.")));
        }
    }
    if faults.is_empty() {
        Ok(notes)
    } else {
        Err(faults)
    }
}

/// Whether this is the workbook of this application, and when it was handed out.
fn guide(book: &mut Book<'_>, reference: &str) -> Result<Option<NaiveDateTime>, Vec<Fault>> {
    let wrong = |err: XlsxError| vec![of_library(&err)];
    let mut facts: BTreeMap<(u32, u32), String> = BTreeMap::new();
    let mut cells = book.worksheet_cells_reader(GUIDE).map_err(wrong)?;
    for _ in 0..2_000 {
        let Some(it) = cells.next_cell().map_err(wrong)? else {
            break;
        };
        if let DataRef::String(_) | DataRef::SharedString(_) = it.get_value() {
            facts.insert(it.get_position(), plain(it.get_value()));
        }
    }
    let fact = |name: &str| {
        let ((row, _), _) = facts
            .iter()
            .find(|((_, column), text)| *column == 0 && *text == name)?;
        facts.get(&(*row, 1)).map(|it| it.trim().to_owned())
    };
    match fact(REFERENCE) {
        Some(it) if it == reference => {}
        Some(it) => {
            return Err(vec![Fault::new(
                "",
                format!(
                    "Dit werkblad hoort bij aanvraag {}, niet bij {reference}. Kies het werkblad van deze aanvraag.",
                    quoted(&it)
                ),
            )]);
        }
        None => {
            return Err(vec![Fault::new(
                "",
                format!(
                    "Op het blad “{GUIDE}” staat niet meer bij welke aanvraag het hoort ({REFERENCE}). Haal een nieuw werkblad op en kopieer uw regels daarin."
                ),
            )]);
        }
    }
    Ok(fact(MADE).and_then(|it| NaiveDateTime::parse_from_str(&it, MOMENT).ok()))
}

fn plain(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(it) => it.clone(),
        DataRef::SharedString(it) => (*it).to_owned(),
        _ => String::new(),
    }
}

/// The cells of the sheet with the lines in which something stands, by row and column from 0.
#[derive(Default)]
struct Table {
    cells: BTreeMap<u32, BTreeMap<u32, Entry>>,
    notes: Vec<String>,
}

impl Table {
    fn read(
        &mut self,
        book: &mut Book<'_>,
        expected: &Expected,
        faults: &mut Vec<Fault>,
    ) -> Result<(), Vec<Fault>> {
        let wrong = |err: XlsxError| vec![of_library(&err)];
        let mut cells = book.worksheet_cells_reader(LINES).map_err(wrong)?;
        let mut seen = 0_u32;
        while let Some(it) = cells.next_cell_with_formula_metadata().map_err(wrong)? {
            seen = seen.saturating_add(1);
            let (row, column) = it.pos;
            let name = cell_name(row, column);
            let known = usize::try_from(column)
                .ok()
                .and_then(|at| expected.columns.get(at));
            let entry = if it.formula.is_some() {
                self.formula(&name, &it.value, known.copied())
            } else {
                value(&it.value)
            };
            if is_empty(&entry) && seen < MOST_CELLS {
                continue;
            }
            if MOST_CELLS <= seen || MOST_ROWS <= row {
                faults.push(at(name, format!("het blad gaat verder dan rij {MOST_ROWS}. Zoveel regels kan een begroting niet hebben: verwijder de rijen die niet bij uw begroting horen.")));
                return Ok(());
            }
            if known.is_none() {
                faults.push(at(name, "hier staat iets in een kolom die wij niet kennen. Verwijder de kolom, of zet de berekening op een eigen blad."));
                if 50 < faults.len() {
                    return Ok(());
                }
                continue;
            }
            self.cells.entry(row).or_default().insert(column, entry);
        }
        Ok(())
    }

    /// What is taken of a formula.
    fn formula(&mut self, name: &str, outcome: &DataRef<'_>, column: Option<Column>) -> Entry {
        let is_number = matches!(column, Some(Column::Quantity(_) | Column::Rate(_)));
        match value(outcome) {
            Entry::Number(number) if is_number => {
                self.notes.push(format!(
                    "{LINES}, cel {name}: van de formule namen wij de uitkomst over: {}.",
                    number.round_sf(15).unwrap_or(number).normalize().to_string().replace('.', ",")
                ));
                Entry::Number(number)
            }
            Entry::Refused(sentence) => Entry::Refused(sentence),
            Entry::Empty => Entry::Refused("hier staat een formule zonder uitkomst. Open het werkblad in Excel of LibreOffice en sla het opnieuw op, of vul het getal zelf in.".to_owned()),
            Entry::Text(_) | Entry::Number(_) => Entry::Refused("hier staat een formule. Vul de uitkomst zelf in: van een formule nemen wij alleen een getal over.".to_owned()),
        }
    }

    fn check_head(&self, expected: &Expected, faults: &mut Vec<Fault>) {
        let empty = BTreeMap::new();
        let head = self.cells.get(&0).unwrap_or(&empty);
        for (column, wanted) in (0..).zip(&expected.columns) {
            let wanted = wanted.name();
            let found = match head.get(&column) {
                Some(Entry::Text(text)) => text.trim().to_owned(),
                Some(Entry::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            if found != wanted {
                let there = if found.is_empty() {
                    "er staat niets".to_owned()
                } else {
                    format!("er staat {}", quoted(&found))
                };
                faults.push(at(cell_name(0, column), format!("hier hoort “{wanted}” te staan; {there}. Zet de kop terug, of haal een nieuw werkblad op en kopieer uw regels daarin.")));
            }
        }
    }

    fn rows(&self, expected: &Expected) -> Vec<Row> {
        self.cells
            .iter()
            .filter(|(row, _)| **row != 0)
            .map(|(row, cells)| Row {
                at: format!("{LINES}, rij {}", row.saturating_add(1)),
                cells: (0..)
                    .zip(&expected.columns)
                    .map(|(column, _)| Cell {
                        at: format!("{LINES}, cel {}", cell_name(*row, column)),
                        entry: cells.get(&column).cloned().unwrap_or(Entry::Empty),
                    })
                    .collect(),
            })
            .collect()
    }
}

fn is_empty(entry: &Entry) -> bool {
    match entry {
        Entry::Empty => true,
        Entry::Text(text) => text.trim().is_empty(),
        Entry::Number(_) | Entry::Refused(_) => false,
    }
}

fn value(value: &DataRef<'_>) -> Entry {
    match value {
        DataRef::Empty => Entry::Empty,
        DataRef::String(_) | DataRef::SharedString(_) => Entry::Text(plain(value)),
        DataRef::Int(it) => Entry::Number(Decimal::from(*it)),
        DataRef::Float(it) => number(*it),
        DataRef::Bool(_) => Entry::Refused("hier staat WAAR of ONWAAR. Vul een tekst of getal in.".to_owned()),
        DataRef::Error(it) => Entry::Refused(format!("hier staat de foutmelding {it}. Herstel de formule of vul de waarde zelf in.")),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            Entry::Refused("hier staat een datum of tijd. Zet de cel op “Getal” of “Tekst” en vul de waarde opnieuw in.".to_owned())
        }
    }
}

/// A float as the shortest text that gives it back; too large for that is too high.
fn number(it: impl Display + LowerExp) -> Entry {
    match it.to_string().parse() {
        Ok(number) => Entry::Number(number),
        Err(_) => match Decimal::from_scientific(&format!("{it:e}")) {
            Ok(number) => Entry::Number(number),
            Err(_) => Entry::Text(format!("{it:.0}")),
        },
    }
}

/// The numbers that stood there as text.
fn texts_read(columns: &[Column], rows: &[Row]) -> Vec<String> {
    let around = incoming::evidence(columns, rows).map(|(marks, _)| marks);
    rows.iter()
        .flat_map(|row| columns.iter().zip(&row.cells))
        .filter_map(|(column, cell)| match (column, &cell.entry) {
            (Column::Quantity(_) | Column::Rate(_), Entry::Text(text))
                if !text.trim().is_empty() =>
            {
                let read = marks::hundredths(text, around).ok()?;
                Some(format!(
                    "{}: {} stond er als tekst. Wij lazen {}.",
                    cell.at,
                    quoted(text),
                    crate::texts::money::amount(crate::core::money::Money::from_cents(read))
                ))
            }
            _ => None,
        })
        .collect()
}

/// What the library could not read, as people can act on it.
fn of_library(err: &XlsxError) -> Fault {
    match err {
        XlsxError::Password => Fault::new(
            "",
            "Het bestand is met een wachtwoord beveiligd. Haal het wachtwoord eraf en sla het opnieuw op.",
        ),
        _ => container::damaged(),
    }
}
