//! Checks the journal: everything that is kept beside its lines is computed again from them.
mod store;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    balance::{self, Balance, Measure, Movement},
    lines::{self, NamedEnvelope, Selection},
};
use crate::{
    core::{
        findings::Report,
        ids::{CycleId, EnvelopeId},
        money::Money,
    },
    db::Conn,
    error::AppError,
    texts::{labels::Label, money::euros},
};

/// Recomputes every balance, year total, reservation and commitment from the lines, and looks for
/// lines that rest on nothing.
pub fn verify(conn: &mut Conn) -> Result<Report, AppError> {
    let mut report = Report::default();
    let envelopes = lines::store::envelopes(conn, None)?;
    let movements = lines::store::movements(conn, &Selection::default(), None)?;
    let lines: i64 = movements.iter().map(|it| it.entries).sum();
    report.count("boekingen", u64::try_from(lines).unwrap_or_default());
    let all = Books {
        envelopes: envelopes.iter().map(|it| (&it.id, it)).collect(),
        computed: balance::balances(&movements)?,
        movements: &movements,
    };
    let kept = store::kept_balances(conn)?;
    all.compare_balances(&kept, &mut report)?;
    all.compare_years(
        &store::years(conn)?,
        &store::opened_with(conn)?,
        &mut report,
    )?;
    compare_promises(conn, &mut report)?;
    look_for_strange_lines(conn, &mut report)?;
    Ok(report)
}

/// What the lines add up to, and for which envelopes.
struct Books<'a> {
    envelopes: BTreeMap<&'a EnvelopeId, &'a NamedEnvelope>,
    computed: BTreeMap<EnvelopeId, Balance>,
    movements: &'a [Movement],
}

impl Books<'_> {
    fn name(&self, id: &EnvelopeId) -> String {
        self.envelopes.get(id).map_or_else(
            || format!("Envelop {id}"),
            |it| format!("{} {} ({})", it.kind.label(), it.year, it.cycle_name),
        )
    }

    fn compare_balances(&self, kept: &[Balance], report: &mut Report) -> Result<(), AppError> {
        let kept: BTreeMap<&EnvelopeId, &Balance> =
            kept.iter().map(|it| (&it.envelope, it)).collect();
        let ids: BTreeSet<&EnvelopeId> = self.computed.keys().chain(kept.keys().copied()).collect();
        for id in ids {
            report.count("enveloppen", 1);
            let nothing = Balance::empty(id.clone());
            let computed = self.computed.get(id).unwrap_or(&nothing);
            let kept = kept.get(id).copied().unwrap_or(&nothing);
            for measure in Measure::ALL.iter().filter(|it| **it != Measure::Ceiling) {
                let (lines, standing) = (computed.of(*measure)?, kept.of(*measure)?);
                let (name, label) = (self.name(id), measure.label().to_lowercase());
                if lines != standing {
                    report.find(format!(
                        "{name}: {label} is volgens de boekingen {} en volgens de stand {}.",
                        euros(lines),
                        euros(standing)
                    ));
                }
                if lines < Money::ZERO {
                    report.find(format!(
                        "{name}: {label} is {}, en een bedrag onder nul kan niet.",
                        euros(lines)
                    ));
                }
            }
        }
        Ok(())
    }

    fn compare_years(
        &self,
        years: &[store::Year],
        opened_with: &[(EnvelopeId, Money)],
        report: &mut Report,
    ) -> Result<(), AppError> {
        for year in years {
            report.count("begrotingsjaren", 1);
            let name = format!("Jaar {} ({})", year.year, year.cycle_name);
            let booked = balance::sum(
                self.movements,
                Measure::Ceiling,
                &self.of(&year.cycle, year.year),
            )?;
            if booked != year.appropriated {
                report.find(format!(
                    "{name}: in de enveloppen staat volgens de boekingen {} en volgens de stand {}.",
                    euros(booked),
                    euros(year.appropriated)
                ));
            }
            // Of an open cycle the amounts footed, and a ceiling changes with what is booked alone.
            if year.opened_at.is_some() && year.ceiling != booked {
                report.find(format!(
                    "{name}: in de enveloppen staat volgens de boekingen {} en het plafond is {}.",
                    euros(booked),
                    euros(year.ceiling)
                ));
            }
        }
        let open: BTreeSet<&CycleId> = years
            .iter()
            .filter(|it| it.opened_at.is_some())
            .map(|it| &it.cycle)
            .collect();
        let opened_with: BTreeMap<&EnvelopeId, Money> =
            opened_with.iter().map(|(id, it)| (id, *it)).collect();
        for envelope in self.envelopes.values() {
            let booked = opened_with.get(&envelope.id).copied().unwrap_or_default();
            let expected = if open.contains(&envelope.cycle) {
                envelope.planned
            } else {
                Money::ZERO
            };
            if booked != expected {
                report.find(format!(
                    "{}: bij de opening is {} geboekt en er was {} vastgesteld.",
                    self.name(&envelope.id),
                    euros(booked),
                    euros(expected)
                ));
            }
        }
        Ok(())
    }

    fn of(&self, cycle: &CycleId, year: i32) -> BTreeSet<EnvelopeId> {
        let all = self.envelopes.values();
        all.filter(|it| it.cycle == *cycle && it.year == year)
            .map(|it| it.id.clone())
            .collect()
    }
}

fn compare_promises(conn: &mut Conn, report: &mut Report) -> Result<(), AppError> {
    for it in store::commitments_that_differ(conn)? {
        report.find(differs(&it, "toegekend", "het besluit"));
    }
    for it in store::reservations_that_differ(conn)? {
        report.find(differs(&it, "gereserveerd", "het voorstel"));
    }
    for it in store::limits_that_differ(conn)? {
        report.find(format!(
            "{} in {}: volgens de boekingen is {} beloofd en volgens de grens {}.",
            it.project,
            it.year.unwrap_or_default(),
            euros(it.booked),
            euros(it.promised)
        ));
    }
    for it in store::project_balances_that_differ(conn)? {
        report.find(differs(&it, "beloofd", "de stand"));
    }
    Ok(())
}

fn differs(it: &store::Promise, what: &str, paper: &str) -> String {
    let reference = it.reference.as_deref().unwrap_or("Onbekende aanvraag");
    let year = it.year.map(|it| format!(" in {it}")).unwrap_or_default();
    format!(
        "{reference}, project {}{year}: volgens de boekingen is {} {what} en volgens {paper} {}.",
        it.project,
        euros(it.booked),
        euros(it.promised)
    )
}

fn look_for_strange_lines(conn: &mut Conn, report: &mut Report) -> Result<(), AppError> {
    for id in store::orphans(conn)? {
        report.find(format!(
            "Boeking {id} rust op iets dat er niet is, of dat over iets anders gaat."
        ));
    }
    for reference in store::decided_and_not_booked(conn)? {
        report.find(format!(
            "Begrotingsbesluit {reference} is genomen en niet geboekt."
        ));
    }
    for id in store::of_another_application(conn)? {
        report.find(format!(
            "Boeking {id} noemt een project dat niet bij haar aanvraag hoort."
        ));
    }
    for id in store::out_of_ring(conn)? {
        report.find(format!(
            "Boeking {id} geeft geoormerkt geld aan een andere categorie."
        ));
    }
    Ok(())
}
