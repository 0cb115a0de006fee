//! What is asked of somebody in an application: "vul uw deel in vóór".
pub mod actions;
pub mod pages;
pub mod store;

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    applications::section::SectionName,
    core::ids::{AccountId, ApplicationId, TaskId},
    texts::{
        dates::{self, OnDay},
        labels::Label,
    },
    web::parts::{Tag, Task as Line, Tone},
};

/// Something that is about to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// Of whom.
    pub assignee: AccountId,
    /// In which section; absent for the whole application.
    pub section: Option<SectionName>,
    /// A word to it; may be empty.
    pub note: String,
    /// Before which day.
    pub due_on: Option<NaiveDate>,
}

/// Something that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartTask {
    /// Its id.
    pub id: TaskId,
    /// In which application.
    pub application_id: ApplicationId,
    /// What was asked of whom.
    pub asked: NewTask,
    /// The name of who was asked.
    pub assignee: String,
    /// Who asked.
    pub set_by: AccountId,
    /// When it was done (UTC).
    pub done_at: Option<NaiveDateTime>,
    /// What the assignee said with it.
    pub answer: String,
}

impl PartTask {
    /// The section, or "De hele aanvraag".
    pub fn part(&self) -> &'static str {
        part(self.asked.section)
    }

    /// How it stands on this day.
    pub fn tag(&self, today: NaiveDate) -> Tag {
        match (self.done_at, self.asked.due_on) {
            (Some(_), _) => Tag::new(Tone::Success, "Klaar"),
            (None, Some(due)) if due <= today => Tag::new(Tone::Warning, "Te laat"),
            (None, _) => Tag::new(Tone::Busy, "Open"),
        }
    }

    /// By whom and before when, or that it is done.
    pub fn said(&self) -> String {
        match (self.done_at, self.asked.due_on) {
            (Some(at), _) => format!(
                "Klaar gemeld door {}, {}",
                self.assignee,
                dates::short_date(at)
            ),
            (None, Some(due)) => {
                format!(
                    "{} vult dit in vóór {}",
                    self.assignee,
                    dates::short_date(due)
                )
            }
            (None, None) => format!("{} vult dit in", self.assignee),
        }
    }

    /// The task in a list of things to do.
    pub fn line(&self, now: NaiveDateTime) -> Line {
        let tag = self.tag(now.dutch_day());
        Line::new(self.part(), self.address(), tag).with_note(self.asked_of_you())
    }

    /// Where it is done: the page of the section, or of the application.
    pub fn href(&self) -> String {
        let id = &self.application_id;
        match self.asked.section {
            Some(section) => section.href(id),
            None => format!("/aanvragen/{id}"),
        }
    }

    /// What is asked of whoever looks, and before when.
    pub fn asked_of_you(&self) -> String {
        match self.asked.due_on {
            Some(due) => format!("Vul uw deel in vóór {}", dates::date(due)),
            None => "Vul uw deel in".to_owned(),
        }
    }

    /// The page of the task.
    pub fn address(&self) -> String {
        format!("/aanvragen/{}/taken/{}", self.application_id, self.id)
    }
}

/// A section, or "De hele aanvraag".
pub fn part(section: Option<SectionName>) -> &'static str {
    section.map_or("De hele aanvraag", |it| it.label())
}

/// Says at each section of a list who was asked to write it. `lines` are the sections in their order,
/// first of all.
pub fn noted(lines: Vec<Line>, tasks: &[PartTask]) -> Vec<Line> {
    let of = |line: &Line| -> Vec<String> {
        let end = line.href.as_deref().unwrap_or_default();
        let is_of = |it: &&PartTask| {
            let section = it.asked.section;
            section.is_some_and(|section| section.href(&it.application_id) == end)
        };
        tasks.iter().filter(is_of).map(PartTask::said).collect()
    };
    lines
        .into_iter()
        .map(|mut line| {
            let said = of(&line);
            if !said.is_empty() {
                let first = line.note.take();
                let all: Vec<String> = first.into_iter().chain(said).collect();
                line.note = Some(all.join(". "));
            }
            line
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_said_at_its_section() {
        let task = |section, done: bool| PartTask {
            id: "t".into(),
            application_id: "a".into(),
            asked: NewTask {
                assignee: "p".into(),
                section,
                note: String::new(),
                due_on: "2026-09-30".parse().ok(),
            },
            assignee: "Petra".to_owned(),
            set_by: "d".into(),
            done_at: done.then(|| "2026-09-20T08:00:00".parse().unwrap()),
            answer: String::new(),
        };
        let line = |href: &str| Line::new("x", href, Tag::new(Tone::Neutral, "Nog niet"));
        let lines = vec![
            line("/aanvragen/a/onderdelen/analysis").with_note("Nu open bij Bram"),
            line("/aanvragen/a#projecten"),
            line("/aanvragen/a/controle"),
        ];
        let tasks = [
            task(Some(SectionName::Analysis), false),
            task(Some(SectionName::Projects), true),
            task(None, false),
        ];
        let notes: Vec<_> = noted(lines, &tasks).into_iter().map(|it| it.note).collect();
        assert_eq!(
            notes,
            [
                Some("Nu open bij Bram. Petra vult dit in vóór 30 sep 2026".to_owned()),
                Some("Klaar gemeld door Petra, 20 sep 2026".to_owned()),
                None
            ]
        );
        let open = task(None, false);
        let tag = |day: &str| open.tag(day.parse().unwrap()).text;
        assert_eq!(
            (tag("2026-09-29"), tag("2026-09-30")),
            ("Open".into(), "Te laat".into())
        );
    }
}
