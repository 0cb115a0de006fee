//! `toekenningen`: what was decided per project and year.

use std::collections::BTreeMap;

use super::{
    Selection,
    store::{self, Decision, Line},
    table::{Cell, Column, Kind, Table, column},
};
use crate::{
    core::{category::EnvelopeKind, ids::EnvelopeId},
    db::Conn,
    decisions::outcome::Outcome,
    error::AppError,
    journal::lines::{self, NamedEnvelope},
    texts::{dates, labels::Label},
};

/// How many decisions are read at a time.
const BATCH: i64 = 500;

/// The columns.
pub const COLUMNS: &[Column] = &[
    column("kenmerk", Kind::Text, "Het kenmerk van de aanvraag."),
    column("regio", Kind::Text, "De regio."),
    column("hoofdaanvrager", Kind::Text, "De gemeente die aanvraagt."),
    column("cbs_code", Kind::Text, "De CBS-code van die gemeente."),
    column("project", Kind::Text, "De titel van het project."),
    column("categorie", Kind::Text, "De categorie van het project."),
    column("onderdeel", Kind::Text, "Het onderdeel van de categorie."),
    column("cyclus", Kind::Text, "De cyclus van twee jaar."),
    column("jaar", Kind::Int, "Het begrotingsjaar."),
    column(
        "envelop",
        Kind::Text,
        "De envelop die betaalt: die van de categorie, of de reserve.",
    ),
    column(
        "begrotingsartikel",
        Kind::Text,
        "Het artikel van de rijksbegroting.",
    ),
    column("aangevraagd", Kind::Money, "Wat is gevraagd."),
    column(
        "subsidiabel",
        Kind::Money,
        "Wat voor geld in aanmerking komt.",
    ),
    column(
        "toegekend",
        Kind::Money,
        "Wat is toegekend; nul bij een afwijzing.",
    ),
    column("besluit", Kind::Text, "Het kenmerk van het besluit."),
    column("besluitdatum", Kind::Date, "De dag van het besluit."),
    column("uitkomst", Kind::Text, "De uitkomst voor de hele aanvraag."),
    column(
        "status",
        Kind::Text,
        "Besloten, of bekendgemaakt als de brief is verstuurd.",
    ),
    column(
        "adres",
        Kind::Text,
        "Het adres van de boekingen achter het toegekende bedrag.",
    ),
    column(
        "wijziging",
        Kind::Text,
        "De kenmerken van de besluiten die het bedrag daarna wijzigden, in volgorde; leeg als dat niet gebeurde.",
    ),
];

/// Reads the table: by region, then by application, project and year.
pub fn read(conn: &mut Conn, selection: &Selection) -> Result<Table, AppError> {
    let cycle = selection.cycle.as_ref();
    let envelopes: BTreeMap<EnvelopeId, NamedEnvelope> = lines::store::envelopes(conn, None)?
        .into_iter()
        .map(|it| (it.id.clone(), it))
        .collect();
    let (mut found, mut left_out, mut last) = (Vec::new(), 0_usize, None);
    loop {
        let only = cycle.map(|(id, _)| id);
        let batch =
            store::decisions_after(conn, only, selection.as_of.until, last.as_ref(), BATCH)?;
        let Some(decision) = batch.last() else { break };
        last = Some(decision.id.clone());
        let ids: Vec<_> = batch.iter().map(|it| it.id.clone()).collect();
        let mut of_each = store::lines_of(conn, &ids, selection.as_of.until)?;
        for decision in batch {
            let of_this = of_each.remove(&decision.id).unwrap_or_default();
            if selection.closed.contains(&decision.application) {
                left_out = left_out.saturating_add(of_this.len());
            } else {
                found.extend(of_this.into_iter().map(|line| (decision.clone(), line)));
            }
        }
    }
    found.sort_by(|(a, x), (b, y)| {
        let key = |decision: &Decision, line: &Line| {
            (
                decision.region_sort_name.clone(),
                decision.application_reference.clone(),
                line.position,
                line.project_id.clone(),
                line.year,
                decision.id.clone(),
            )
        };
        key(a, x).cmp(&key(b, y))
    });
    let rows = found
        .into_iter()
        .map(|(decision, line)| row(&decision, line, &envelopes, selection))
        .collect::<Result<_, AppError>>()?;
    Ok(Table {
        name: "toekenningen",
        columns: COLUMNS,
        rows,
        cycle: cycle.map(|(_, name)| name.clone()),
        as_of: selection.as_of.moment,
        site: selection.site.clone(),
        left_out,
    })
}

fn row(
    decision: &Decision,
    line: Line,
    envelopes: &BTreeMap<EnvelopeId, NamedEnvelope>,
    selection: &Selection,
) -> Result<Vec<Cell>, AppError> {
    let envelope = envelopes
        .get(&line.envelope)
        .ok_or_else(|| AppError::internal("a decision names an unknown envelope"))?;
    let was_sent = decision
        .notified_at
        .is_some_and(|it| selection.as_of.until.is_none_or(|until| it < until));
    let status = if was_sent {
        "bekendgemaakt"
    } else {
        "besloten"
    };
    let named = |it: EnvelopeKind| Cell::from(it.label());
    let lines = lines::address(&envelope.cycle, Some(line.year), Some(envelope.kind));
    let lines = format!(
        "{lines}toegekend&aanvraag={}&project={}{}",
        decision.application,
        line.project_id,
        selection.as_of.query()
    );
    Ok(vec![
        Cell::Text(decision.application_reference.clone()),
        Cell::Text(decision.region.clone()),
        Cell::Text(decision.lead.clone()),
        Cell::Text(decision.cbs_code.clone()),
        Cell::Text(line.project),
        Cell::text(line.category.map(|it| it.label().to_owned())),
        Cell::text(line.sub_item.map(|it| it.label().to_owned())),
        Cell::Text(envelope.cycle_name.clone()),
        Cell::from(line.year),
        named(envelope.kind),
        Cell::Text(envelope.budget_article.clone()),
        Cell::money(line.requested),
        Cell::money(line.eligible),
        Cell::Money(line.awarded),
        Cell::Text(decision.reference.clone()),
        Cell::Date(dates::on_the_clock(decision.decided_at).date()),
        Cell::from(outcome(decision.outcome)),
        Cell::from(status),
        Cell::Address(lines),
        Cell::text(Some(line.changes.join(", ")).filter(|it| !it.is_empty())),
    ])
}

/// The outcome as it stands in the file: a contract, so not the words of the screen.
fn outcome(it: Outcome) -> &'static str {
    match it {
        Outcome::Awarded => "toegekend",
        Outcome::PartiallyAwarded => "gedeeltelijk toegekend",
        Outcome::Rejected => "afgewezen",
        Outcome::NotTreated => "buiten behandeling",
    }
}
