//! What is asked of the state budget and the journal: which cycle, year, envelope and figure, as of
//! which day. Pure.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use crate::{
    core::{
        answers::{Answers, FieldErrors},
        category::EnvelopeKind,
        ids::EnvelopeId,
    },
    error::AppError,
    exports::as_of::AsOf,
    journal::{
        balance::Measure,
        lines::{self, NamedEnvelope},
    },
    schemes::{Cycle, CycleState},
};

/// The query as it came; what is left out or empty is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The id of a cycle.
    pub cyclus: String,
    /// A budget year.
    pub jaar: String,
    /// An envelope's kind.
    pub envelop: String,
    /// A figure.
    pub soort: String,
    /// A day.
    pub per: String,
    /// A time of that day.
    pub om: String,
    /// The id of what the lines rest on.
    pub oorzaak: String,
    /// The id of a transaction.
    pub transactie: String,
    /// The id of an application.
    pub aanvraag: String,
    /// The id of a project.
    pub project: String,
    /// The id of a municipality.
    pub gemeente: String,
}

impl Asked {
    /// As the texts of a form.
    pub fn answers(&self, cycle: Option<&Cycle>) -> Answers {
        Answers::default()
            .with("cyclus", cycle.map(|it| it.id.as_str()).unwrap_or_default())
            .with("jaar", &self.jaar)
            .with("envelop", &self.envelop)
            .with("soort", &self.soort)
            .with("per", &self.per)
            .with("om", &self.om)
            .with("oorzaak", &self.oorzaak)
            .with("transactie", &self.transactie)
            .with("aanvraag", &self.aanvraag)
            .with("project", &self.project)
            .with("gemeente", &self.gemeente)
    }

    /// As of when; what cannot be a day is said at its field, and then now is shown.
    pub fn as_of(&self, now: NaiveDateTime) -> (AsOf, FieldErrors) {
        let mut errors = FieldErrors::default();
        let as_of = AsOf::read(&self.per, &self.om, now).unwrap_or_else(|err| {
            errors.push("per", err.sentence());
            AsOf::now(now)
        });
        (as_of, errors)
    }

    /// The cycle that is asked, or else the newest that is open, or else the newest.
    pub fn cycle<'a>(&self, cycles: &'a [Cycle]) -> Result<Option<&'a Cycle>, AppError> {
        if !self.cyclus.is_empty() {
            let found = cycles.iter().find(|it| it.id.as_str() == self.cyclus);
            return found.map(Some).ok_or(AppError::NotFound);
        }
        let open = cycles.iter().find(|it| it.state == CycleState::Open);
        Ok(open.or(cycles.first()))
    }

    /// The figure that is asked.
    pub fn measure(&self) -> Result<Option<Measure>, AppError> {
        optional(&self.soort, |it| Measure::parse(it).ok())
    }

    /// The envelope's kind that is asked.
    pub fn kind(&self) -> Result<Option<EnvelopeKind>, AppError> {
        optional(&self.envelop, |it| EnvelopeKind::parse(it).ok())
    }

    /// The budget year that is asked.
    pub fn year(&self) -> Result<Option<i32>, AppError> {
        optional(&self.jaar, |it| it.parse().ok())
    }

    /// The envelopes of a cycle that are asked.
    pub fn envelopes(
        &self,
        all: &[NamedEnvelope],
        cycle: Option<&Cycle>,
    ) -> Result<BTreeSet<EnvelopeId>, AppError> {
        let (year, kind) = (self.year()?, self.kind()?);
        Ok(all
            .iter()
            .filter(|it| cycle.is_some_and(|cycle| cycle.id == it.cycle))
            .filter(|it| year.is_none_or(|year| year == it.year))
            .filter(|it| kind.is_none_or(|kind| kind == it.kind))
            .map(|it| it.id.clone())
            .collect())
    }

    /// The address of the lines behind a figure.
    pub fn lines(
        cycle: &Cycle,
        year: i32,
        kind: Option<EnvelopeKind>,
        measure: Measure,
        as_of: &AsOf,
    ) -> String {
        format!(
            "{}{}{}",
            lines::address(&cycle.id, Some(year), kind),
            measure.as_str(),
            as_of.query()
        )
    }
}

/// Nothing, or something that we know; an address that somebody made up is not found.
fn optional<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, AppError> {
    match text {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or(AppError::NotFound),
    }
}
