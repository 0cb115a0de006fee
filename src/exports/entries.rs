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
    decisions::{self, amendments},
    error::AppError,
    journal::{
        CauseKind,
        balance::Measure,
        lines::{self, Line, NamedEnvelope, store::Start},
    },
    schemes::budget_decisions,
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
        "Waarop de boeking rust: cyclus, voorstel, besluit, begrotingsbesluit, of wat na de toekenning komt.",
    ),
    column(
        "oorzaak_kenmerk",
        Kind::Text,
        "Het kenmerk van het besluit of begrotingsbesluit, of anders het id.",
    ),
    column(
        "bevoorschot",
        Kind::Money,
        "Wat de boeking met bevoorschot doet.",
    ),
    column(
        "verantwoord",
        Kind::Money,
        "Wat de boeking met verantwoord doet.",
    ),
    column(
        "vastgesteld",
        Kind::Money,
        "Wat de boeking met vastgesteld doet.",
    ),
    column(
        "vrijgevallen",
        Kind::Money,
        "Wat de boeking met vrijgevallen doet.",
    ),
    column(
        "teruggevorderd",
        Kind::Money,
        "Wat de boeking met teruggevorderd doet.",
    ),
    column(
        "transactie",
        Kind::Text,
        "Het kenmerk van de transactie: wat in een keer is geboekt om een reden.",
    ),
    column(
        "oorzaak_id",
        Kind::Text,
        "Het id van waarop de boeking rust.",
    ),
    column(
        "adres",
        Kind::Text,
        "Het adres van de pagina van waarop de boeking rust.",
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
        until: selection.as_of.until,
        ..lines::Selection::default()
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
        site: selection.site.clone(),
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
    for measure in Measure::MAIN {
        row.push(Cell::Money(movement.effect(*measure, &this)?));
    }
    row.extend(cause(line, selection));
    for measure in Measure::LATER {
        row.push(Cell::Money(movement.effect(*measure, &this)?));
    }
    row.push(Cell::from(line.transaction.as_str()));
    if is_closed(line, selection) {
        row.extend([Cell::Empty, Cell::Empty]);
    } else {
        row.push(Cell::from(line.cause_id.as_str()));
        row.push(Cell::Address(cause_address(line)));
    }
    Ok(row)
}

/// The address of the page of what a line rests on.
pub fn cause_address(line: &Line) -> String {
    if line.budget_decision.is_some() {
        return budget_decisions::address(&line.cause_id.as_str().into());
    }
    match &line.application {
        None => format!("/inrichting/cycli/{}", line.cause_id),
        Some(application) if line.amendment.is_some() => amendments::address(application),
        Some(application) => decisions::address(application),
    }
}

/// For whom, and on what the line rests. The amounts of a dossier that is closed to whoever asks
/// stay, or nothing would foot; whose they are does not.
fn cause(line: &Line, selection: &Selection) -> [Cell; 4] {
    if is_closed(line, selection) {
        let closed = || Cell::from("gesloten dossier");
        return [closed(), Cell::Empty, Cell::Empty, Cell::Empty];
    }
    let of_budget = line.budget_decision.clone().map(|(reference, _)| reference);
    let of = line
        .decision
        .clone()
        .or(of_budget)
        .or(line.amendment.clone());
    [
        Cell::text(line.reference.clone()),
        Cell::text(line.project.clone()),
        Cell::from(cause_name(line.cause_kind)),
        Cell::Text(of.unwrap_or_else(|| line.cause_id.clone())),
    ]
}

fn is_closed(line: &Line, selection: &Selection) -> bool {
    let application = line.application.as_ref();
    application.is_some_and(|it| selection.closed.contains(it))
}

/// The Dutch name of what a line rests on, as it stands in the file: a contract.
const fn cause_name(kind: CauseKind) -> &'static str {
    match kind {
        CauseKind::Cycle => "cyclus",
        CauseKind::Proposal => "voorstel",
        CauseKind::Decision => "besluit",
        CauseKind::BudgetDecision => "begrotingsbesluit",
        CauseKind::Amendment => "wijziging",
        CauseKind::Advance => "voorschot",
        CauseKind::Payment => "betaling",
        CauseKind::Accountability => "verantwoording",
        CauseKind::Determination => "vaststelling",
        CauseKind::Recovery => "terugvordering",
    }
}
