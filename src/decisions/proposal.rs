//! What is proposed for one application, by hand or from a scenario. Pure data.

use crate::core::{
    ids::{ApplicationId, EnvelopeId, ProjectId, ScenarioId},
    money::Money,
};

/// A proposal that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProposal {
    /// For this application.
    pub application: ApplicationId,
    /// The scenario that was adopted; absent when it is made by hand.
    pub scenario: Option<ScenarioId>,
    /// Why, for the application as a whole.
    pub reasons: String,
    /// One line per project and year, also for nothing.
    pub lines: Vec<NewLine>,
}

/// What a project gets in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// The project.
    pub project: ProjectId,
    /// The budget year.
    pub year: i32,
    /// The envelope that pays: that of its category, or the reserve in a top-up round.
    pub envelope: EnvelopeId,
    /// How much; may be nothing.
    pub amount: Money,
    /// Why, as it will stand in the letter.
    pub reason: String,
}
