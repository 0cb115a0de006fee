//! Writing an application, section by section, without losing a word.
pub mod actions;
pub mod form;
pub mod pages;
pub mod store;
mod view;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};

use super::{
    Head, Project,
    collaboration::Grant,
    openness,
    section::SectionName,
    state::{Event, State},
};
use crate::{
    core::{
        answers::Answers,
        ids::{CompletionRequestId, ProjectId},
    },
    error::Refusal,
    schemes::Window,
    texts::dates::OnDay,
};

/// A section as it was last saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedSection {
    /// What was typed.
    pub answers: Answers,
    /// When it was saved; absent if it never was.
    pub saved_at: Option<NaiveDateTime>,
    /// The name of who saved it; empty if nobody did.
    pub saved_by: String,
    /// Counts the times it was saved with something new; 0 before the first.
    pub version: i32,
}

/// A project as it is written now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftProject {
    /// What it means so far.
    pub project: Project,
    /// What was typed.
    pub answers: Answers,
}

/// A project that was removed; it keeps what was typed in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedProject {
    /// Its id.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
    /// When it was removed (UTC).
    pub removed_at: NaiveDateTime,
}

impl RemovedProject {
    /// What it is called; a place it has no longer.
    pub fn name(&self) -> &str {
        match self.title.trim() {
            "" => "Project zonder naam",
            title => title,
        }
    }
}

/// Everything that is written of an application.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The sections that were saved.
    pub sections: BTreeMap<SectionName, SavedSection>,
    /// The projects, by their place.
    pub projects: Vec<DraftProject>,
    /// The projects that were removed and can be put back, the last one first.
    pub removed: Vec<RemovedProject>,
}

impl Draft {
    /// A section as it was last saved; empty if it never was.
    pub fn section(&self, name: SectionName) -> SavedSection {
        self.sections.get(&name).cloned().unwrap_or_default()
    }
}

/// A request for completion that was not answered yet (Awb 4:5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionRequest {
    /// Its id.
    pub id: CompletionRequestId,
    /// The sections that are open again.
    pub sections: Vec<SectionName>,
    /// What the ministry asks.
    pub message: String,
    /// The last day to answer.
    pub due_on: NaiveDate,
}

/// When and where an application can be changed: its window, and the request that reopened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The window it was made in.
    pub window: Window,
    /// The request that waits for an answer, if there is one.
    pub request: Option<CompletionRequest>,
    /// What was given to who wants to change it, if they were invited to it.
    pub grant: Option<Grant>,
}

impl Opening {
    /// The last day on which can be submitted.
    pub fn last_day(&self) -> NaiveDate {
        self.request
            .as_ref()
            .map_or_else(|| self.window.closes_at.dutch_day(), |it| it.due_on)
    }

    /// When and where the application of this page can be changed by who looks.
    pub fn of(head: &Head) -> Opening {
        Opening {
            window: head.window.clone(),
            request: head.request.clone(),
            grant: head.grant.clone(),
        }
    }

    /// The sections that are open again.
    pub fn reopened(&self) -> &[SectionName] {
        self.request
            .as_ref()
            .map_or(&[], |it| it.sections.as_slice())
    }

    /// What the ministry asks about this section, if the section is open again because of that.
    pub fn asked_of(&self, section: SectionName) -> Option<&str> {
        let request = self.request.as_ref();
        let asked = request.filter(|it| it.sections.contains(&section));
        asked.map(|it| it.message.trim())
    }

    /// `Ok` if this section can be changed at this moment (UTC) by who asks; otherwise the reason.
    pub fn may_change(
        &self,
        state: State,
        section: SectionName,
        now: NaiveDateTime,
    ) -> Result<(), Refusal> {
        // Of what is not open at all, the time is not the reason.
        openness::may_change(state, section, self.reopened(), true)?;
        self.in_time(state, now)?;
        match &self.grant {
            Some(grant) => grant.may_change(section),
            None => Ok(()),
        }
    }

    /// `Ok` if it can be submitted at this moment (UTC), for the first time or again.
    pub fn may_submit(&self, state: State, now: NaiveDateTime) -> Result<(), Refusal> {
        match state.next(Event::Submit) {
            Ok(_) => self.in_time(state, now),
            Err(it) => Err(Refusal::NotPossible {
                state: it.state,
                event: it.event,
            }),
        }
    }

    /// `Ok` if an application that was withdrawn can be taken up again at this moment (UTC): while a
    /// new one could be made.
    pub fn may_resume(&self, state: State, now: NaiveDateTime) -> Result<(), Refusal> {
        match state.next(Event::Resume) {
            Ok(draft) => self.in_time(draft, now),
            Err(it) => Err(Refusal::NotPossible {
                state: it.state,
                event: it.event,
            }),
        }
    }

    /// Until when (UTC) what was submitted can be corrected at this moment: taken back and submitted again.
    /// Not once we began to handle it; what we ask to complete is completed.
    pub fn may_correct(&self, state: State, now: NaiveDateTime) -> Result<NaiveDateTime, Refusal> {
        let draft = state
            .next(Event::Correct)
            .map_err(|it| Refusal::NotCorrected { state: it.state })?;
        self.in_time(draft, now)?;
        Ok(self.window.closes_at)
    }

    /// A first submission has to be inside the window, a later one before the request's last day
    /// ends.
    fn in_time(&self, state: State, now: NaiveDateTime) -> Result<(), Refusal> {
        match (state, &self.request) {
            (State::CompletionRequested, Some(request)) if request.due_on < now.dutch_day() => {
                Err(Refusal::TooLate {
                    last_day: request.due_on,
                })
            }
            (State::CompletionRequested, _) => Ok(()),
            _ if now < self.window.opens_at => Err(Refusal::WindowNotOpen {
                opens_at: self.window.opens_at,
            }),
            _ if self.window.closes_at <= now => Err(Refusal::WindowClosed {
                closed_at: self.window.closes_at,
            }),
            _ => Ok(()),
        }
    }
}
