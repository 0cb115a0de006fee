//! One application as one page: for the municipality what to do, for staff what was submitted.
pub mod history;
pub mod pages;
pub mod staff;
pub mod store;
pub mod totals;

use super::state::State;
use crate::{
    texts::labels::Label,
    web::parts::{Tag, Tone},
};

/// The state of an application in a word; for the applicant its public name.
pub fn tag(state: State, is_public: bool) -> Tag {
    let tone = match state {
        State::Draft | State::Withdrawn => Tone::Neutral,
        State::CompletionRequested => Tone::Warning,
        State::Submitted | State::Completed => Tone::Info,
        State::Notified => Tone::Success,
        State::InAssessment
        | State::Assessed
        | State::Proposed
        | State::NotTreatedProposed
        | State::Decided => Tone::Busy,
    };
    let text = if is_public {
        state.public_label()
    } else {
        state.label()
    };
    Tag::new(tone, text)
}
