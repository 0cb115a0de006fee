//! The handling of an application by the coordinator: completeness, assignment, and the outcome of
//! the assessments.
pub mod actions;
pub mod form;
pub mod matrix;
pub mod pages;
pub mod store;

use chrono::{NaiveDate, NaiveDateTime};

use super::Advice;
use crate::{
    applications::section::SectionName,
    core::{
        actor::Department,
        ids::{AccountId, AssessmentId, CompletionRequestId, ProjectId},
    },
    schemes::terms::{self, DecisionTerm, Suspension},
    texts::{dates::OnDay, labels::Label},
};

/// A request to complete an application (Awb 4:5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionRequest {
    /// Its id.
    pub id: CompletionRequestId,
    /// What is open again.
    pub parts: Vec<SectionName>,
    /// What is missing, for the municipality.
    pub message: String,
    /// The last day to complete.
    pub due_on: NaiveDate,
    /// When it was asked.
    pub requested_at: NaiveDateTime,
    /// When the application was submitted again, if it was.
    pub answered_at: Option<NaiveDateTime>,
}

impl CompletionRequest {
    /// How it suspends the decision term.
    pub fn suspension(&self) -> Suspension {
        Suspension::by(self.requested_at, self.due_on, self.answered_at)
    }

    /// The names of the parts, in a line.
    pub fn part_names(&self) -> String {
        let names: Vec<&str> = self.parts.iter().map(|it| it.label()).collect();
        names.join(", ")
    }
}

/// Somebody who can assess or decide, or who is tied to a dossier already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their account.
    pub id: AccountId,
    /// Their name.
    pub name: String,
    /// For which departments they can be assigned now.
    pub can_assess_for: Vec<Department>,
    /// For which department they are assigned.
    pub assigned: Option<Department>,
    /// What they declared: whether there is a conflict, and the note.
    pub declared: Option<(bool, String)>,
}

impl Person {
    /// Whether they declared a conflict of interest.
    pub fn has_conflict(&self) -> bool {
        matches!(self.declared, Some((true, _)))
    }
}

/// How far one reviewer is with one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The assessment.
    pub id: AssessmentId,
    /// Of which project.
    pub project: ProjectId,
    /// By whom.
    pub reviewer: AccountId,
    /// For which department.
    pub department: Department,
    /// The advice, once final.
    pub advice: Option<Advice>,
    /// The score in hundredths, once final.
    pub score_hundredths: Option<i64>,
    /// Since when it is final.
    pub final_at: Option<NaiveDateTime>,
}

/// Until when can be decided on an application, if it was submitted.
pub fn decision_term(
    submitted_at: Option<NaiveDateTime>,
    weeks: i32,
    requests: &[CompletionRequest],
    today: NaiveDate,
) -> Option<DecisionTerm> {
    let suspensions: Vec<Suspension> = requests.iter().map(|it| it.suspension()).collect();
    let submitted_on = submitted_at?.dutch_day();
    Some(terms::decision_term(
        submitted_on,
        weeks,
        &suspensions,
        today,
    ))
}
