//! JSON: what accounts for the rows, then the rows. Amounts are texts, exact to the cent.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    csv, sha256,
    table::{Cell, Column, Table},
};
use crate::{error::AppError, texts::dates::OnDay};

/// Writes a table, with a line feed at the end.
pub fn write(table: &Table) -> Result<Vec<u8>, AppError> {
    let rows = table.rows.iter().map(|cells| Row {
        columns: table.columns,
        cells,
    });
    let file = File {
        export: table.name,
        cyclus: table.cycle.as_deref(),
        stand_van: table.as_of.machine(),
        aantal_regels: table.rows.len(),
        weggelaten_regels: table.left_out,
        totalen: Totals(
            table
                .totals()?
                .into_iter()
                .map(|(name, it)| (name, it.to_string()))
                .collect(),
        ),
        sha256_csv: sha256(&csv::write(table, csv::Profile::Rfc4180)?),
        regels: rows.collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&file)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[derive(Serialize)]
struct File<'a> {
    export: &'static str,
    cyclus: Option<&'a str>,
    stand_van: String,
    aantal_regels: usize,
    weggelaten_regels: usize,
    totalen: Totals,
    sha256_csv: String,
    regels: Vec<Row<'a>>,
}

struct Totals(Vec<(&'static str, String)>);

impl Serialize for Totals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, it)| (name, it)))
    }
}

struct Row<'a> {
    columns: &'static [Column],
    cells: &'a [Cell],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            match cell {
                Cell::Empty => map.serialize_entry(column.name, &())?,
                Cell::Text(it) | Cell::Address(it) => map.serialize_entry(column.name, it)?,
                Cell::Int(it) => map.serialize_entry(column.name, it)?,
                Cell::Money(it) => map.serialize_entry(column.name, it)?,
                Cell::Date(it) => map.serialize_entry(column.name, &it.to_string())?,
                Cell::Moment(it) => map.serialize_entry(column.name, &it.machine())?,
            }
        }
        map.end()
    }
}
