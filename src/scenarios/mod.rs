//! Scenarios: ways to divide the money of a window, made by the engine, edited by hand, compared,
//! and one of them adopted: then every application gets its proposal, or none does.
//!
//! A scenario keeps its input and its outcome as `allocate` reads and writes them, so that anybody
//! can compute it again ([`verify`]). What was changed by hand stands beside it, with who and why
//! ([`division`] lays it over the outcome). [`assemble`] makes the input of what was assessed and of
//! what is free in the envelopes; [`stale`] tells in words how that has moved since.
//!
//! An envelope pays for its own category. Where the scheme lets what is left over fund projects of
//! another category, the envelope that left it pays, if need be a part ([`pay`]); adopting
//! never takes more from an envelope than it has. Nothing is adopted while its window is open; who stays out of it is
//! confirmed by name ([`waiting`]), and what edits by hand set free is given or told why not ([`freed`]).
//!
//! What lists show of a scenario is kept beside it ([`Sums`]). What would have changed an outcome is computed with
//! it; [`counterfactual`] says which of it a letter tells.
pub mod actions;
pub mod assemble;
pub mod compare;
pub mod counterfactual;
pub mod division;
mod form;
pub mod freed;
mod making;
pub mod names;
pub mod open;
pub mod pages;
pub mod papers;
pub mod pay;
pub mod pots;
pub mod show;
pub mod stale;
pub mod store;
pub mod verify;
pub mod waiting;

use chrono::NaiveDateTime;

use crate::{
    allocation::{Method, TieKey},
    core::{
        ids::{AccountId, ProjectId, ScenarioId, WindowId},
        money::Money,
    },
    db::{columns::text_enum, schema},
    texts::labels::Label,
};

text_enum! {
    /// Where a scenario stands.
    pub enum ScenarioState {
        /// Can be edited, adopted or discarded.
        Draft => "draft",
        /// Its lines became proposals.
        Adopted => "adopted",
        /// Put away.
        Discarded => "discarded",
    }
}

/// A division of the money of a window.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::scenarios, treat_none_as_default_value = false)]
pub struct Scenario {
    /// Its id.
    pub id: ScenarioId,
    /// The window whose money it divides.
    pub window_id: WindowId,
    /// Its name, once per window.
    pub name: String,
    /// Where it stands.
    pub state: ScenarioState,
    /// What `allocate` reads: canonical JSON (RFC 8785).
    pub input: String,
    /// The SHA-256 of the input.
    pub input_sha256: String,
    /// What `allocate` writes, byte for byte.
    pub result: String,
    /// When it was made.
    pub created_at: NaiveDateTime,
    /// By whom.
    pub created_by: AccountId,
    /// When it was adopted.
    pub adopted_at: Option<NaiveDateTime>,
    /// By whom.
    pub adopted_by: Option<AccountId>,
    /// Counts changes.
    pub version: i32,
    /// Whether it divides more than there is: it can be looked at, and never adopted.
    pub is_hypothetical: bool,
    /// Whether projects of two years stand or fall with both.
    pub is_coupled: bool,
    /// The public seed of its lottery; the next scenario begins with it.
    pub seed: String,
    /// What lists show of it.
    #[diesel(embed)]
    pub sums: Sums,
}

/// What lists show of a scenario as it stands, kept beside it so that they need not read its input and outcome.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    diesel::Queryable,
    diesel::Selectable,
    diesel::Insertable,
)]
#[diesel(table_name = schema::scenarios, treat_none_as_default_value = false)]
pub struct Sums {
    /// Whether there is a division.
    pub is_feasible: bool,
    /// What can be spent in all years together.
    pub ceiling_cents: Money,
    /// What is eligible.
    pub eligible_cents: Money,
    /// What is awarded.
    pub awarded_cents: Money,
    /// Projects that get all they can.
    pub full_count: i32,
    /// Projects that get something, and not all.
    pub partly_count: i32,
    /// Projects that get nothing.
    pub nothing_count: i32,
    /// Amounts that were changed by hand.
    pub edit_count: i32,
}

/// One amount that was changed by hand.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::scenario_edits, treat_none_as_default_value = false)]
pub struct Edit {
    /// The scenario.
    pub scenario_id: ScenarioId,
    /// Its place among the scenario's edits, from 1.
    pub seq: i32,
    /// The project.
    pub project_id: ProjectId,
    /// The budget year.
    pub year: i32,
    /// What it was.
    pub before_cents: Money,
    /// What it became.
    pub after_cents: Money,
    /// Why; stands in the letter in place of the engine's reason.
    pub reason: String,
    /// When.
    pub edited_at: NaiveDateTime,
    /// By whom.
    pub edited_by: AccountId,
}

impl Label for ScenarioState {
    fn label(self) -> &'static str {
        match self {
            ScenarioState::Draft => "Concept",
            ScenarioState::Adopted => "Overgenomen",
            ScenarioState::Discarded => "Verworpen",
        }
    }
}

impl Label for TieKey {
    fn label(self) -> &'static str {
        match self {
            TieKey::Score => "De hoogste score",
            TieKey::AmountAscending => "Het laagste bedrag",
            TieKey::Lottery => "De loting",
        }
    }
}

impl Label for Method {
    fn label(self) -> &'static str {
        match self {
            Method::RankingSkip => "Score, slaat over",
            Method::RankingStop => "Score, stopt",
            Method::RankingPartial => "Score, laatste deels",
            Method::ProRata => "Evenredig",
            Method::EqualAwards => "Kleinste eerst vol",
            Method::EqualLosses => "Iedereen evenveel minder",
            Method::Talmud => "Talmoed",
            Method::Exact => "Hoogste waarde",
        }
    }
}

impl Method {
    /// What it does, in a sentence. The definitions stand in `docs/verdelen.md`.
    pub const fn meaning(self) -> &'static str {
        match self {
            Method::RankingSkip => {
                "De hoogste score eerst. Een project dat niet meer past wordt overgeslagen."
            }
            Method::RankingStop => {
                "De hoogste score eerst. Bij het eerste project dat niet past houdt het op."
            }
            Method::RankingPartial => {
                "De hoogste score eerst. Het eerste project dat niet past krijgt wat er nog is."
            }
            Method::ProRata => "Iedereen krijgt hetzelfde deel van het subsidiabele bedrag.",
            Method::EqualAwards => {
                "Iedereen krijgt evenveel, en niemand meer dan subsidiabel is. Kleine bedragen worden dus helemaal betaald."
            }
            Method::EqualLosses => "Iedereen krijgt evenveel minder dan subsidiabel is.",
            Method::Talmud => {
                "Tot de helft van wat subsidiabel is krijgt iedereen evenveel. Daarboven krijgt iedereen evenveel minder."
            }
            Method::Exact => {
                "De som van score maal bedrag is zo hoog mogelijk. De uitkomst zegt of dat bewezen is."
            }
        }
    }
}
