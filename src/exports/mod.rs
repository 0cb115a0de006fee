//! Tables of typed cells, written as CSV, XLSX or JSON, with totals that foot.
//!
//! Column names and their order are a contract with whoever reads the files: `docs/exports.md`.
pub mod as_of;
pub mod awards;
pub mod budget;
pub mod csv;
pub mod entries;
pub mod json;
pub mod pages;
mod store;
pub mod table;
pub mod xlsx;

use base64::Engine;
use sha2::{Digest, Sha256};

use crate::{
    core::{
        actor::Actor,
        hex,
        ids::{ApplicationId, CycleId},
    },
    db::{Conn, columns::text_enum},
    error::AppError,
};
use as_of::AsOf;
use table::Table;

text_enum! {
    /// What can be exported.
    pub enum Export {
        /// What was decided per project and year.
        Awards => "toekenningen",
        /// The figures of each envelope.
        Budget => "begroting",
        /// The journal.
        Entries => "boekingen",
    }
}

text_enum! {
    /// How a table is written.
    pub enum Format {
        /// RFC 4180: comma, decimal point, UTF-8.
        Csv => "csv",
        /// As Excel opens it in the Netherlands: semicolon, decimal comma, byte order mark.
        CsvExcel => "csv-excel",
        /// A workbook with numbers as numbers and a sheet that accounts for them.
        Xlsx => "xlsx",
        /// For programs.
        Json => "json",
    }
}

/// What an export is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// This cycle only, with its name.
    pub cycle: Option<(CycleId, String)>,
    /// As of when.
    pub as_of: AsOf,
    /// Dossiers that whoever asks may not know of.
    pub closed: Vec<ApplicationId>,
    /// The address of the website, where it is known.
    pub site: Option<String>,
}

/// A file with what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The name to keep it under.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Export {
    /// Reads the table. The rows are read in batches, so that no statement takes long.
    pub fn read(self, conn: &mut Conn, selection: &Selection) -> Result<Table, AppError> {
        match self {
            Export::Awards => awards::read(conn, selection),
            Export::Budget => budget::read(conn, selection),
            Export::Entries => entries::read(conn, selection),
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Export::Awards => "Toekenningen",
            Export::Budget => "Begroting",
            Export::Entries => "Boekingen",
        }
    }

    /// What it is, for whoever chooses.
    pub const fn about(self) -> &'static str {
        match self {
            Export::Awards => {
                "Wat is besloten, per regio, project, categorie en jaar: gevraagd, subsidiabel en toegekend."
            }
            Export::Budget => {
                "De stand per jaar en envelop: plafond, gereserveerd, toegekend, betaald en vrij."
            }
            Export::Entries => {
                "Elke boeking, met wat zij doet met elk bedrag van de begroting. De totalen zijn die van de begroting."
            }
        }
    }
}

impl Format {
    /// The end of the file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Csv | Format::CsvExcel => "csv",
            Format::Xlsx => "xlsx",
            Format::Json => "json",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Csv | Format::CsvExcel => "text/csv; charset=utf-8; header=present",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Json => "application/json",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Format::Csv => "CSV",
            Format::CsvExcel => "CSV voor Excel",
            Format::Xlsx => "Excel (XLSX)",
            Format::Json => "JSON",
        }
    }

    /// Writes a table. The same table gives the same bytes.
    pub fn write(self, table: &Table) -> Result<Vec<u8>, AppError> {
        match self {
            Format::Csv => csv::write(table, csv::Profile::Rfc4180),
            Format::CsvExcel => csv::write(table, csv::Profile::DutchExcel),
            Format::Xlsx => xlsx::write(table),
            Format::Json => json::write(table),
        }
    }
}

/// A table as a file: `begroting-2027-2028-20261123.xlsx`.
pub fn file(table: &Table, format: Format) -> Result<File, AppError> {
    let day = crate::texts::dates::on_the_clock(table.as_of).format("%Y%m%d");
    let cycle = match &table.cycle {
        Some(name) => format!("-{}", plain(name)),
        None => String::new(),
    };
    Ok(File {
        name: format!("{}{cycle}-{day}.{}", table.name, format.extension()),
        bytes: format.write(table)?,
    })
}

/// A text that can stand in the name of a file on any machine.
fn plain(text: &str) -> String {
    let safe = |it: char| it.is_ascii_alphanumeric() || it == '-';
    text.chars()
        .map(|it| if safe(it) { it } else { '-' })
        .collect()
}

/// The SHA-256 of a file, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes))
}

/// The value of the header `Repr-Digest` (RFC 9530) of a file.
pub fn repr_digest(bytes: &[u8]) -> String {
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes));
    format!("sha-256=:{digest}:")
}

/// The dossiers that a declared conflict of interest closes to somebody.
pub fn closed_to(conn: &mut Conn, actor: &Actor) -> Result<Vec<ApplicationId>, AppError> {
    store::closed_to(conn, &actor.id)
}
