//! The lines of the journal as people and files read them: with the envelope's name, for whom, and
//! what they rest on.
pub mod store;

use chrono::NaiveDateTime;

use super::{CauseKind, balance::Movement};
use crate::core::{
    category::EnvelopeKind,
    ids::{ApplicationId, CycleId, EntryId, EnvelopeId, MunicipalityId, ProjectId, TransactionId},
    money::Money,
};

/// The address of the lines behind the figures of envelopes, up to the name of the figure.
pub fn address(cycle: &CycleId, year: Option<i32>, kind: Option<EnvelopeKind>) -> String {
    let year = year.map(|it| format!("&jaar={it}")).unwrap_or_default();
    let kind = kind.map(|it| format!("&envelop={}", it.as_str()));
    format!(
        "/boekingen?cyclus={cycle}{year}{}&soort=",
        kind.unwrap_or_default()
    )
}

/// An envelope with what people call it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEnvelope {
    /// Its id.
    pub id: EnvelopeId,
    /// Its cycle.
    pub cycle: CycleId,
    /// The name of its cycle.
    pub cycle_name: String,
    /// Its budget year.
    pub year: i32,
    /// What it is for.
    pub kind: EnvelopeKind,
    /// The article of the state budget that pays it.
    pub budget_article: String,
    /// What was planned for it before its cycle was opened.
    pub planned: Money,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: EntryId,
    /// When it was booked (UTC).
    pub booked_at: NaiveDateTime,
    /// The name of who booked it.
    pub booked_by: String,
    /// What moved from where to where.
    pub movement: Movement,
    /// For whom, where it is a promise.
    pub application: Option<ApplicationId>,
    /// The reference of that application.
    pub reference: Option<String>,
    /// The title of the project.
    pub project: Option<String>,
    /// The transaction that it is in.
    pub transaction: TransactionId,
    /// What it rests on.
    pub cause_kind: CauseKind,
    /// The id of the cause.
    pub cause_id: String,
    /// The reference of the decision, where that is the cause.
    pub decision: Option<String>,
    /// The reference of the decision on the budget with its reason, where that is the cause.
    pub budget_decision: Option<(String, String)>,
    /// The reference of the change of the award that it rests on.
    pub amendment: Option<String>,
}

impl Line {
    /// Its place in the journal.
    pub fn place(&self) -> Place {
        Place {
            booked_at: self.booked_at,
            id: self.id.clone(),
        }
    }
}

/// A place in the journal: lines stand in the order in which they were booked, then by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The moment (UTC).
    pub booked_at: NaiveDateTime,
    /// The line at that moment.
    pub id: EntryId,
}

/// Which lines are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Those that touch one of these envelopes; all lines if absent.
    pub envelopes: Option<std::collections::BTreeSet<EnvelopeId>>,
    /// Those that change this figure of these envelopes together.
    pub measure: Option<super::balance::Measure>,
    /// Those booked before this moment (UTC).
    pub until: Option<NaiveDateTime>,
    /// Those that rest on this.
    pub cause: Option<String>,
    /// Those of this transaction: what was booked at once for one reason.
    pub transaction: Option<TransactionId>,
    /// Those of this application.
    pub application: Option<ApplicationId>,
    /// Those of this project.
    pub project: Option<ProjectId>,
    /// Those of applications that this municipality leads.
    pub municipality: Option<MunicipalityId>,
}
