//! What comes next for an application that was submitted, and when. Pure.

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    applications::state::State,
    schemes::terms::{self, Suspension},
    texts::dates::{self, OnDay},
};

/// What the term to decide on an application follows from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// The term of its scheme, in weeks.
    pub weeks: i32,
    /// When completion was asked for, which makes it longer.
    pub suspensions: Vec<Suspension>,
}

impl Term {
    /// The last day to decide on what was submitted at this moment (UTC), as it is known today.
    pub fn last_day(&self, submitted_at: NaiveDateTime, today: NaiveDate) -> NaiveDate {
        let from = submitted_at.dutch_day();
        terms::decision_term(from, self.weeks, &self.suspensions, today).last_day
    }
}

/// What the ministry does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The last day for it, for people.
    pub when: String,
    /// The same, for machines.
    pub datetime: String,
    /// What, in a sentence without a full stop.
    pub sentence: String,
    /// That the day has passed, if it has.
    pub note: Option<String>,
}

/// What the ministry does next in this state, without a full stop; `None` where it is the municipality's
/// turn, or nothing more is to come. What the ministry thinks of it is not to be seen from this.
pub fn step(state: State) -> Option<&'static str> {
    match state {
        State::Submitted => Some("De NCTV kijkt of de aanvraag volledig is en beslist daarna"),
        State::Completed => Some("De NCTV kijkt of de aanvulling volledig is en beslist daarna"),
        State::InAssessment
        | State::Assessed
        | State::Proposed
        | State::NotTreatedProposed
        | State::Decided => Some("De NCTV beslist op de aanvraag"),
        State::Draft | State::CompletionRequested | State::Notified | State::Withdrawn => None,
    }
}

/// What the ministry does next with an application and by when, in whole sentences to who applied.
pub fn sentences(
    state: State,
    submitted_at: Option<NaiveDateTime>,
    term: &Term,
    today: NaiveDate,
) -> Option<String> {
    let step = with_day(state, submitted_at, term, today)?;
    let first = match state {
        State::Submitted => "Wij kijken eerst of uw aanvraag volledig is. ",
        State::Completed => "Wij kijken eerst of uw aanvulling volledig is. ",
        _ => "",
    };
    let by = dates::date(term.last_day(submitted_at?, today));
    let late = step.note.map(|it| format!(" {it}")).unwrap_or_default();
    Some(format!("{first}Wij beslissen uiterlijk op {by}.{late}"))
}

/// What the ministry does next with an application, and the last day for that.
pub fn with_day(
    state: State,
    submitted_at: Option<NaiveDateTime>,
    term: &Term,
    today: NaiveDate,
) -> Option<Step> {
    let (sentence, submitted_at) = (step(state)?, submitted_at?);
    let last_day = term.last_day(submitted_at, today);
    let note = (last_day < today)
        .then(|| "Deze dag is voorbij. Vraag de NCTV wanneer het besluit komt.".to_owned());
    Some(Step {
        when: format!("Uiterlijk {}", dates::date(last_day)),
        datetime: last_day.machine(),
        sentence: sentence.to_owned(),
        note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_after_submission_has_its_step_and_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let at = "2026-09-15T08:00:00".parse().ok();
        let mut term = Term {
            weeks: 13,
            suspensions: Vec::new(),
        };
        let said = |state, term: &Term, today| {
            with_day(state, at, term, day(today)).map(|it| (it.when, it.note.is_some()))
        };
        let usual = "Uiterlijk dinsdag 15 december 2026".to_owned();
        for state in State::ALL {
            let is_ours = step(*state).is_some();
            let expected = is_ours.then(|| (usual.clone(), false));
            assert_eq!(said(*state, &term, "2026-09-16"), expected, "{state:?}");
        }
        let late = said(State::Decided, &term, "2026-12-16");
        assert_eq!(late, Some((usual, true)));
        // Ten days in which the municipality completed it.
        term.suspensions = vec![Suspension {
            asked_on: day("2026-10-01"),
            due_on: day("2026-10-29"),
            answered_on: Some(day("2026-10-12")),
        }];
        let longer = said(State::Completed, &term, "2026-10-13");
        assert_eq!(
            longer,
            Some(("Uiterlijk vrijdag 25 december 2026".to_owned(), false))
        );
    }
}
