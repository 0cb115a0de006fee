//! The workbook of a budget: handed out, filled in elsewhere, damaged in every way, taken in once.
mod damage;
mod round_trip;
mod stories;

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use chrono::NaiveDateTime;
use versterkingsgelden::{
    applications::{
        budget::{
            overview,
            workbook::{Expected, group, read, write},
        },
        project::{
            incoming::{Fault, NewLine, lines_of},
            store::Draft,
        },
    },
    core::{
        answers::Answers,
        ids::{ApplicationId, ProjectId},
    },
    schemes::WindowKind,
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::support::{moment, projects};

const YEARS: [i32; 2] = [2027, 2028];
const REFERENCE: &str = "VG-2027-0503";

/// A project as it is stored.
fn draft(position: i32, typed: Vec<(String, String)>) -> Draft {
    Draft {
        id: ProjectId::from(&*format!("p{position}")),
        application_id: ApplicationId::from("a"),
        position,
        answers: Answers::from_pairs(typed).unwrap(),
        removed_at: None,
        saved_at: made(),
        saved_by: "Delft".to_owned(),
        version: 2,
    }
}

fn made() -> NaiveDateTime {
    moment("2026-09-15T08:00:00")
}

/// Two projects: one with two lines, one with one.
fn two_projects() -> Vec<Draft> {
    let costs = [(2027, "55.780,00"), (2028, "63760")];
    let mut first = projects::project("prevention", "targeted", "Jongerenwerk & “online”", &costs);
    for (field, text) in [
        ("soort", "staff"),
        ("omschrijving", "=Uren <projectleider>"),
        ("eenheid", "uur"),
        ("aantal.2027", "120,5"),
        ("tarief.2027", "€ 92,35"),
    ] {
        first.push((format!("regel.3.{field}"), text.to_owned()));
    }
    let second = projects::project("one_year", "pilot", "Proef", &[(2028, "25.000")]);
    vec![draft(1, first), draft(2, second)]
}

fn expected(drafts: &[Draft]) -> Expected {
    Expected::of(REFERENCE, &YEARS, drafts)
}

/// The workbook of these projects as it is handed out.
fn handed_out(drafts: &[Draft]) -> Vec<u8> {
    write::write(&write::Book {
        reference: REFERENCE,
        region: "Delft en omgeving",
        cycle: "2027-2028",
        made: made(),
        years: &YEARS,
        projects: drafts
            .iter()
            .map(|it| (overview::name(it), &it.answers))
            .collect(),
    })
    .unwrap()
}

type Lines = BTreeMap<usize, Vec<NewLine>>;

/// The lines in a workbook per project, and what was noted; or what is wrong.
fn taken_in(bytes: &[u8], drafts: &[Draft]) -> Result<(Lines, Vec<String>), Vec<String>> {
    let said = |faults: Vec<Fault>| faults.iter().map(Fault::said).collect::<Vec<_>>();
    let expected = expected(drafts);
    let incoming = read::read(bytes, &expected).map_err(said)?;
    let lines = group::by_project(incoming.lines, &expected).map_err(said)?;
    Ok((lines, incoming.notes))
}

/// The lines of these projects as they stand.
fn as_typed(drafts: &[Draft]) -> Lines {
    drafts
        .iter()
        .map(|it| lines_of(&it.answers, YEARS, WindowKind::Main))
        .enumerate()
        .collect()
}

/// The parts of a zip.
fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).unwrap();
            let mut text = Vec::new();
            part.read_to_end(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

/// A zip of these parts.
fn packed(parts: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer
            .start_file(&**name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook in which one of its texts is changed.
fn with_part(bytes: &[u8], name: &str, change: impl FnOnce(String) -> String) -> Vec<u8> {
    let mut parts = parts(bytes);
    let text = String::from_utf8(parts.remove(name).unwrap()).unwrap();
    parts.insert(name.to_owned(), change(text).into_bytes());
    packed(&parts)
}

/// A workbook in which these cells of the lines are something else: each a whole `<c>` element, in
/// place of the one with that name, or at the end of its row.
fn with_cells(bytes: &[u8], cells: &[&str]) -> Vec<u8> {
    with_part(bytes, "xl/worksheets/sheet2.xml", |sheet| {
        cells.iter().fold(sheet, |sheet, cell| {
            let name = cell.split('"').nth(1).unwrap();
            let start = format!("<c r=\"{name}\"");
            if let Some(at) = sheet.find(&start) {
                let (before, from) = sheet.split_at(at);
                let end = from.find("/>").filter(|it| !from[..*it].contains('>'));
                let end = end.map_or_else(|| from.find("</c>").unwrap() + 4, |it| it + 2);
                return format!("{before}{cell}{}", &from[end..]);
            }
            let row = name.trim_start_matches(|it: char| it.is_ascii_alphabetic());
            let start = format!("<row r=\"{row}\"");
            match sheet.find(&start) {
                Some(at) => {
                    let (before, from) = sheet.split_at(at);
                    format!(
                        "{before}{}",
                        from.replacen("</row>", &format!("{cell}</row>"), 1)
                    )
                }
                None => sheet.replace(
                    "</sheetData>",
                    &format!("<row r=\"{row}\">{cell}</row></sheetData>"),
                ),
            }
        })
    })
}
