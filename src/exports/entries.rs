//! `boekingen`: the journal, with what each line does to every figure of the state budget, so that
//! the sums of its columns are the figures of `begroting`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Selection,
    table::{Cell, Column, Kind, Table, column},
};
use crate::{
    core::ids::EnvelopeId,
    db::Conn,
    error::AppError,
    journal::{
        balance::Measure,
        lines::{self, Line, NamedEnvelope, store::Start},
    },
    texts::labels::Label,
};

/// How many lines are read at a time.
const BATCH: i64 = 2_000;

/// The columns.
pub const COLUMNS: &[Column] = &[
    column(
        "boeking",
        Kind::Text,
        "Het kenmerk van de boeking. Een overheveling heeft twee regels met hetzelfde kenmerk.",
    ),
    column("geboekt_op", Kind::Moment, "Wanneer is geboekt."),
    column("geboekt_door", Kind::Text, "Wie heeft geboekt."),
    column("soort", Kind::Text, "Wat voor boeking het is."),
    column("cyclus", Kind::Text, "De cyclus van de envelop."),
    column("jaar", Kind::Int, "Het begrotingsjaar van de envelop."),
    column("envelop", Kind::Text, "De categorie, of de reserve."),
    column(
        "begrotingsartikel",
        Kind::Text,
        "Het artikel van de rijksbegroting.",
    ),
    column("van", Kind::Text, "Waar het geld stond."),
    column("naar", Kind::Text, "Waar het geld nu staat."),
    column(
        "bedrag",
        Kind::Money,
        "Hoeveel geld er is verplaatst; altijd meer dan nul.",
    ),
    column(
        "plafond",
        Kind::Money,
        "Wat de boeking met het plafond doet.",
    ),
    column(
        "gereserveerd",
        Kind::Money,
        "Wat de boeking met gereserveerd doet.",
    ),
    column(
        "toegekend",
        Kind::Money,
        "Wat de boeking met toegekend doet.",
    ),
    column("betaald", Kind::Money, "Wat de boeking met betaald doet."),
    column("vrij", Kind::Money, "Wat de boeking met vrij doet."),
    column("aanvraag", Kind::Text, "Het kenmerk van de aanvraag."),
    column("project", Kind::Text, "De titel van het project."),
    column(
        "oorzaak",
        Kind::Text,
        "Waarop de boeking rust: cyclus, voorstel, besluit, overheveling of plafondwijziging.",
    ),
    column(
        "oorzaak_kenmerk",
        Kind::Text,
        "Het kenmerk van het besluit, de reden van de overheveling of plafondwijziging, of anders het id.",
    ),
];

/// Reads the table.
pub fn read(conn: &mut Conn, selection: &Selection) -> Result<Table, AppError> {
    let cycle = selection.cycle.as_ref();
    let envelopes: BTreeMap<EnvelopeId, NamedEnvelope> = lines::store::envelopes(conn, None)?
        .into_iter()
        .map(|it| (it.id.clone(), it))
        .collect();
    let chosen: BTreeSet<EnvelopeId> = envelopes
        .values()
        .filter(|it| cycle.is_none_or(|(id, _)| it.cycle == *id))
        .map(|it| it.id.clone())
        .collect();
    let wanted = lines::Selection {
        envelopes: cycle.map(|_| chosen.clone()),
        measure: None,
        until: selection.as_of.until,
    };
    let (mut rows, mut last) = (Vec::new(), None);
    loop {
        let batch = lines::store::lines(conn, &wanted, Start::After(last.as_ref()), BATCH)?;
        let Some(line) = batch.last() else { break };
        last = Some(line.place());
        for line in &batch {
            for id in touched(line).intersection(&chosen) {
                rows.push(row(line, id, envelopes.get(id), selection)?);
            }
        }
    }
    Ok(Table {
        name: "boekingen",
        columns: COLUMNS,
        rows,
        cycle: cycle.map(|(_, name)| name.clone()),
        as_of: selection.as_of.moment,
        left_out: 0,
    })
}

fn touched(line: &Line) -> BTreeSet<EnvelopeId> {
    let movement = &line.movement;
    BTreeSet::from([movement.from_envelope.clone(), movement.to_envelope.clone()])
}

fn row(
    line: &Line,
    id: &EnvelopeId,
    envelope: Option<&NamedEnvelope>,
    selection: &Selection,
) -> Result<Vec<Cell>, AppError> {
    let envelope =
        envelope.ok_or_else(|| AppError::internal("a journal line names an unknown envelope"))?;
    let movement = &line.movement;
    let mut row = vec![
        Cell::from(line.id.as_str()),
        Cell::Moment(line.booked_at),
        Cell::Text(line.booked_by.clone()),
        Cell::from(movement.kind.label()),
        Cell::Text(envelope.cycle_name.clone()),
        Cell::from(envelope.year),
        Cell::from(envelope.kind.label()),
        Cell::Text(envelope.budget_article.clone()),
        Cell::from(movement.from.label()),
        Cell::from(movement.to.label()),
        Cell::Money(movement.amount),
    ];
    let this = BTreeSet::from([id.clone()]);
    for measure in Measure::ALL {
        row.push(Cell::Money(movement.effect(*measure, &this)?));
    }
    row.extend(cause(line, selection));
    Ok(row)
}

/// For whom, and on what the line rests. The amounts of a dossier that is closed to whoever asks
/// stay, or nothing would foot; whose they are does not.
fn cause(line: &Line, selection: &Selection) -> [Cell; 4] {
    let application = line.application.as_ref();
    if application.is_some_and(|it| selection.closed.contains(it)) {
        let closed = || Cell::from("gesloten dossier");
        return [closed(), Cell::Empty, Cell::Empty, Cell::Empty];
    }
    let of = line
        .decision
        .clone()
        .unwrap_or_else(|| line.cause_id.clone());
    [
        Cell::text(line.reference.clone()),
        Cell::text(line.project.clone()),
        Cell::from(cause_name(&line.cause_kind)),
        Cell::Text(of),
    ]
}

/// The Dutch name of what a line rests on.
pub fn cause_name(kind: &str) -> &str {
    match kind {
        "cycle" => "cyclus",
        "proposal" => "voorstel",
        "decision" => "besluit",
        "transfer" => "overheveling",
        "adjustment" => "plafondwijziging",
        "payment" => "betaling",
        other => other,
    }
}
