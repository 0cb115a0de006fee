//! Writes the workbook of an application: instructions, and the lines of all projects as they stand.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime,
    Format, FormatAlign, FormatBorder, Formula, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::{GUIDE, LINES, MADE, MOMENT, MOST_ROWS, REFERENCE};
use crate::{
    applications::project::{LineKind, MOST_LINES, budget, incoming::Column, typed},
    core::answers::Answers,
    error::AppError,
    texts::labels::Label,
};

/// What a workbook is made of.
#[derive(Debug, Clone)]
pub struct Book<'a> {
    /// The reference of the application.
    pub reference: &'a str,
    /// The region.
    pub region: &'a str,
    /// The cycle.
    pub cycle: &'a str,
    /// When it is made (UTC).
    pub made: NaiveDateTime,
    /// The years of the columns.
    pub years: &'a [i32],
    /// The projects: what they are called, and what was typed.
    pub projects: Vec<(String, &'a Answers)>,
}

/// The bytes of the workbook; the same for the same state.
pub fn write(it: &Book<'_>) -> Result<Vec<u8>, AppError> {
    book(it).map_err(AppError::internal)
}

fn book(it: &Book<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&it.made.format("%Y-%m-%dT%H:%M:%S").to_string())?;
    book.set_properties(
        &DocProperties::new()
            .set_title(format!("Begroting van {}", it.reference))
            .set_author("Versterkingsgelden")
            .set_creation_datetime(&made),
    );
    let (first, last) = guide(book.add_worksheet(), it)?;
    lines(book.add_worksheet(), it, first, last)?;
    book.save_to_buffer()
}

/// The sheet with instructions; the first and last row of the list of projects.
fn guide(sheet: &mut Worksheet, it: &Book<'_>) -> Result<(u32, u32), XlsxError> {
    sheet.set_name(GUIDE)?;
    sheet.set_column_width(0, 44)?;
    sheet.set_column_width(1, 60)?;
    let title = Format::new().set_bold().set_font_size(14);
    let head = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut row = 0;
    sheet.write_string_with_format(row, 0, format!("Begroting van {}", it.reference), &title)?;
    row += 1;
    sheet.write_string(row, 0, format!("Regio {}, cyclus {}", it.region, it.cycle))?;
    row += 2;
    sheet.write_string_with_format(row, 0, "Zo vult u het in", &head)?;
    for sentence in instructions(it.years) {
        row += 1;
        sheet.merge_range(row, 0, row, 1, &sentence, &wrapped)?;
        sheet.set_row_height(row, 32)?;
    }
    row += 2;
    for (name, value) in [
        (REFERENCE, it.reference.to_owned()),
        (MADE, it.made.format(MOMENT).to_string()),
    ] {
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, value)?;
        row += 1;
    }
    row += 1;
    sheet.write_string_with_format(row, 0, "Soorten kosten", &head)?;
    for kind in LineKind::ALL {
        row += 1;
        sheet.write_string(row, 0, kind.label())?;
    }
    row += 2;
    sheet.write_string_with_format(row, 0, "Uw projecten", &head)?;
    let first = row.saturating_add(1);
    for (name, _) in &it.projects {
        row += 1;
        sheet.write_string(row, 0, name)?;
    }
    sheet.protect();
    Ok((first, row))
}

fn instructions(years: &[i32]) -> Vec<String> {
    let list: Vec<String> = years.iter().map(i32::to_string).collect();
    vec![
        format!("1. Vul op het blad “{LINES}” op elke rij één regel van de begroting in. Een project mag meer regels hebben: hoogstens {MOST_LINES}."),
        "2. Kies in de kolommen Project en Soort kosten uit de lijst. Verander de namen niet: daaraan herkennen wij waar een regel bij hoort.".to_owned(),
        format!("3. Vul per jaar ({}) het aantal en het tarief in. Geen kosten in een jaar? Laat dan beide leeg.", list.join(" en ")),
        "4. Laat de koppen en de kolommen staan. Rijen mag u invoegen en verwijderen. Eigen berekeningen zet u op een eigen blad; dat lezen wij niet.".to_owned(),
        "5. Sla het werkblad op als .xlsx en stuur het in via Begroting, Werkblad. U ziet eerst wat er verandert. Daarna pas nemen wij het over.".to_owned(),
        "6. De regels van een project komen in de plaats van die er stonden. Een project waarvan u geen regels invult, blijft zoals het is.".to_owned(),
    ]
}

fn lines(sheet: &mut Worksheet, it: &Book<'_>, first: u32, last: u32) -> Result<(), XlsxError> {
    sheet.set_name(LINES)?;
    sheet.set_freeze_panes(1, 0)?;
    let columns = Column::of_application(it.years);
    let head = Format::new()
        .set_bold()
        .set_border_bottom(FormatBorder::Thin);
    let (text, number) = formats();
    for (at, column) in (0..).zip(&columns) {
        let (width, format) = match column {
            Column::Project => (34, &text),
            Column::Description => (40, &text),
            Column::Kind => (22, &text),
            Column::Unit => (14, &text),
            Column::Quantity(_) | Column::Rate(_) => (14, &number),
        };
        sheet.set_column_width(at, width)?;
        sheet.set_column_format(at, format)?;
        sheet.write_string_with_format(0, at, column.name(), &head)?;
    }
    let mut row = 0;
    for (name, answers) in &it.projects {
        for texts in rows_of(answers, &columns) {
            row += 1;
            put(sheet, row, name, &columns, &texts)?;
        }
    }
    validate(sheet, &columns, it, first, last)?;
    protect(sheet);
    Ok(())
}

fn formats() -> (Format, Format) {
    let text = Format::new().set_num_format("@").set_unlocked();
    let number = Format::new().set_num_format("#,##0.00").set_unlocked();
    (text, number)
}

/// The rows of a project as they were typed; one that is empty if there are none, to begin on.
fn rows_of(answers: &Answers, columns: &[Column]) -> Vec<Vec<String>> {
    let of_row = |row: u32| {
        let get = |name: &str| answers.get(&format!("{}{row}.{name}", budget::PREFIX));
        // A number is a number in a cell, without the unit that was typed behind it.
        let number = |name: String| {
            let bare = typed::without_unit(get(&name), get("eenheid"));
            typed::line(bare, 200)
        };
        let text = |column: &Column| match column {
            Column::Project => String::new(),
            Column::Kind => LineKind::parse(get("soort"))
                .map_or("", Label::label)
                .to_owned(),
            Column::Description => typed::line(get("omschrijving"), 2_000),
            Column::Unit => typed::line(get("eenheid"), 2_000),
            Column::Quantity(year) => number(format!("aantal.{year}")),
            Column::Rate(year) => number(format!("tarief.{year}")),
        };
        columns.iter().map(text).collect()
    };
    let rows: Vec<Vec<String>> = typed::rows(answers, budget::PREFIX, MOST_LINES)
        .into_iter()
        .filter(|it| !typed::is_blank_row(answers, budget::PREFIX, *it))
        .map(of_row)
        .collect();
    if rows.is_empty() {
        vec![columns.iter().map(|_| String::new()).collect()]
    } else {
        rows
    }
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    project: &str,
    columns: &[Column],
    texts: &[String],
) -> Result<(), XlsxError> {
    let (as_text, as_number) = formats();
    for (at, (column, text)) in (0..).zip(columns.iter().zip(texts)) {
        match (column, number_of(*column, text)) {
            (Column::Project, _) => {
                sheet.write_string_with_format(row, at, project, &as_text)?;
            }
            (_, Some(number)) => {
                sheet.write_with_format(row, at, number, &as_number)?;
            }
            (_, None) if text.is_empty() => {}
            (_, None) => {
                sheet.write_string_with_format(row, at, text, &as_text)?;
            }
        }
    }
    Ok(())
}

/// The number that was typed; what cannot be read stays the text it is.
fn number_of(column: Column, text: &str) -> Option<Decimal> {
    match column {
        Column::Quantity(_) => {
            let hundredths = typed::number(text, "", "").ok()??;
            Some(Decimal::new(hundredths, 2))
        }
        Column::Rate(_) => Some(typed::amount(text, "").ok()??.to_decimal()),
        _ => None,
    }
}

/// Lists to choose from, and no numbers below zero.
fn validate(
    sheet: &mut Worksheet,
    columns: &[Column],
    it: &Book<'_>,
    first: u32,
    last: u32,
) -> Result<(), XlsxError> {
    let kinds: Vec<&str> = LineKind::ALL.iter().map(|it| it.label()).collect();
    for (at, column) in (0..).zip(columns) {
        let rule = match column {
            Column::Project if !it.projects.is_empty() => {
                let list = format!(
                    "={GUIDE}!$A${}:$A${}",
                    first.saturating_add(1),
                    last.saturating_add(1)
                );
                said(
                    DataValidation::new().allow_list_formula(Formula::new(list)),
                    "Kies een project uit de lijst.",
                )?
            }
            Column::Kind => said(
                DataValidation::new().allow_list_strings(&kinds)?,
                "Kies een soort kosten uit de lijst.",
            )?,
            Column::Quantity(_) | Column::Rate(_) => said(
                DataValidation::new()
                    .allow_decimal_number(DataValidationRule::Between(0.0, 99_999_999.99)),
                "Vul een getal in van 0 tot en met 99.999.999,99.",
            )?,
            _ => continue,
        };
        sheet.add_data_validation(1, at, MOST_ROWS.saturating_sub(1), at, &rule)?;
    }
    Ok(())
}

fn said(rule: DataValidation, sentence: &str) -> Result<DataValidation, XlsxError> {
    rule.set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("Dit kan hier niet")?
        .set_error_message(sentence)
}

/// The head cannot be changed; everything below it can.
fn protect(sheet: &mut Worksheet) {
    sheet.protect_with_options(&ProtectionOptions {
        insert_rows: true,
        delete_rows: true,
        format_cells: true,
        format_columns: true,
        format_rows: true,
        sort: true,
        ..ProtectionOptions::new()
    });
}
