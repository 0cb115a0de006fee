//! `begroting`: the figures of each envelope, summed from the journal.

use super::{
    Selection,
    table::{Cell, Column, Kind, Table, column},
};
use crate::{
    db::Conn,
    error::AppError,
    journal::{
        balance::{self, Balance, Measure},
        lines,
    },
    texts::labels::Label,
};

/// The columns.
pub const COLUMNS: &[Column] = &[
    column("cyclus", Kind::Text, "De cyclus van twee jaar."),
    column("jaar", Kind::Int, "Het begrotingsjaar."),
    column("envelop", Kind::Text, "De categorie, of de reserve."),
    column(
        "begrotingsartikel",
        Kind::Text,
        "Het artikel van de rijksbegroting.",
    ),
    column(
        "verplichtingenjaar",
        Kind::Int,
        "Het begrotingsjaar waarop de verplichting drukt.",
    ),
    column(
        "kasjaar",
        Kind::Int,
        "Het begrotingsjaar waarin het voorschot wordt betaald.",
    ),
    column("plafond", Kind::Money, "Wat in de envelop zit."),
    column(
        "gereserveerd",
        Kind::Money,
        "Wat is voorgesteld en nog niet besloten.",
    ),
    column(
        "toegekend",
        Kind::Money,
        "Wat is besloten, betaald of niet.",
    ),
    column(
        "betaald",
        Kind::Money,
        "Wat is betaald, een deel van toegekend.",
    ),
    column(
        "vrij",
        Kind::Money,
        "Wat niemand is beloofd: plafond min gereserveerd min toegekend.",
    ),
];

/// Reads the table.
pub fn read(conn: &mut Conn, selection: &Selection) -> Result<Table, AppError> {
    let cycle = selection.cycle.as_ref();
    let envelopes = lines::store::envelopes(conn, cycle.map(|(id, _)| id))?;
    let chosen = lines::Selection {
        envelopes: cycle.map(|_| envelopes.iter().map(|it| it.id.clone()).collect()),
        measure: None,
        until: selection.as_of.until,
    };
    let balances = balance::balances(&lines::store::movements(conn, &chosen, None)?)?;
    let mut rows = Vec::new();
    for it in &envelopes {
        let nothing = Balance::empty(it.id.clone());
        let balance = balances.get(&it.id).unwrap_or(&nothing);
        let mut row = vec![
            Cell::Text(it.cycle_name.clone()),
            Cell::from(it.year),
            Cell::from(it.kind.label()),
            Cell::Text(it.budget_article.clone()),
            Cell::from(it.year),
            Cell::from(it.year),
        ];
        for measure in Measure::ALL {
            row.push(Cell::Money(balance.of(*measure)?));
        }
        rows.push(row);
    }
    Ok(Table {
        name: "begroting",
        columns: COLUMNS,
        rows,
        cycle: cycle.map(|(_, name)| name.clone()),
        as_of: selection.as_of.moment,
        left_out: 0,
    })
}
