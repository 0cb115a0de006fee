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
        "Wat niemand is beloofd: plafond min gereserveerd, toegekend, vrijgevallen en teruggevorderd.",
    ),
    column(
        "bevoorschot",
        Kind::Money,
        "Wat als voorschot is verleend en nog niet betaald, een deel van toegekend.",
    ),
    column(
        "verantwoord",
        Kind::Money,
        "Wat is verantwoord en aanvaard, een deel van betaald.",
    ),
    column(
        "vastgesteld",
        Kind::Money,
        "Wat is vastgesteld, een deel van verantwoord.",
    ),
    column(
        "vrijgevallen",
        Kind::Money,
        "Wat was toegekend en niet nodig is, en nog geen nieuw doel heeft.",
    ),
    column(
        "teruggevorderd",
        Kind::Money,
        "Wat was betaald en is teruggekomen, en nog geen nieuw doel heeft.",
    ),
    column(
        "adres",
        Kind::Text,
        "Het adres van de boekingen achter deze bedragen; zet er de naam van de kolom achter.",
    ),
];

/// Reads the table.
pub fn read(conn: &mut Conn, selection: &Selection) -> Result<Table, AppError> {
    let cycle = selection.cycle.as_ref();
    let envelopes = lines::store::envelopes(conn, cycle.map(|(id, _)| id))?;
    let chosen = lines::Selection {
        envelopes: cycle.map(|_| envelopes.iter().map(|it| it.id.clone()).collect()),
        until: selection.as_of.until,
        ..lines::Selection::default()
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
        for measure in Measure::MAIN.iter().chain(Measure::LATER) {
            row.push(Cell::Money(balance.of(*measure)?));
        }
        let lines = lines::address(&it.cycle, Some(it.year), Some(it.kind));
        row.push(Cell::Address(address(&lines, selection)));
        rows.push(row);
    }
    Ok(Table {
        name: "begroting",
        columns: COLUMNS,
        rows,
        cycle: cycle.map(|(_, name)| name.clone()),
        as_of: selection.as_of.moment,
        site: selection.site.clone(),
        left_out: 0,
    })
}

/// The address of the page with lines, as of the same moment; the figure comes last.
fn address(lines: &str, selection: &Selection) -> String {
    let figure = lines.strip_suffix("&soort=").unwrap_or(lines);
    format!("{figure}{}&soort=", selection.as_of.query())
}
