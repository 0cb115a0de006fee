//! What taking over a workbook would change, per project and year. Pure.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::{
    applications::{
        budget::overview,
        project::{
            Meaning, form,
            incoming::{self, NewLine},
            store::Draft,
        },
    },
    core::{ids::ProjectId, money::Money},
    schemes::WindowKind,
};

/// What would change in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The project.
    pub project: ProjectId,
    /// What it is called.
    pub name: String,
    /// Its version now.
    pub version: i32,
    /// All its lines from then on.
    pub lines: Vec<NewLine>,
    /// Its totals per year.
    pub years: Vec<YearChange>,
    /// How many things stand in the way of submitting it then.
    pub findings: usize,
    /// Who saved it after the workbook was handed out, and when: that is lost.
    pub overtaken: Option<(String, NaiveDateTime)>,
}

/// The totals of a project in a year, now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearChange {
    /// The budget year.
    pub year: i32,
    /// The costs now.
    pub costs_before: Money,
    /// The costs then.
    pub costs_after: Money,
    /// What is requested now.
    pub requested_before: Money,
    /// What is requested then.
    pub requested_after: Money,
}

/// A preview of a workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// The projects in which something changes.
    pub changes: Vec<Change>,
    /// The names of the projects that say the same.
    pub same: Vec<String>,
    /// The names of the projects without a line in the workbook, which stay as they are.
    pub absent: Vec<String>,
}

/// What these lines, by the place of their project, would change. `made` is when the workbook was
/// handed out.
pub fn preview(
    drafts: &[Draft],
    mut lines: BTreeMap<usize, Vec<NewLine>>,
    years: [i32; 2],
    window: WindowKind,
    made: Option<NaiveDateTime>,
) -> Preview {
    let mut res = Preview::default();
    for (at, draft) in drafts.iter().enumerate() {
        let name = overview::name(draft);
        let Some(lines) = lines.remove(&at) else {
            res.absent.push(name);
            continue;
        };
        if incoming::lines_of(&draft.answers, years, window) == lines {
            res.same.push(name);
            continue;
        }
        let (before, _) = form::read(&draft.answers, years, window);
        let answers = incoming::replace(&draft.answers, &lines);
        let (after, findings) = form::read(&answers, years, window);
        let overtaken = made.is_some_and(|made| made < draft.saved_at);
        res.changes.push(Change {
            project: draft.id.clone(),
            name,
            version: draft.version,
            lines,
            years: years_of(&before, &after),
            findings: findings.len(),
            overtaken: overtaken.then(|| (draft.saved_by.clone(), draft.saved_at)),
        });
    }
    res
}

fn years_of(before: &Meaning, after: &Meaning) -> Vec<YearChange> {
    before
        .years
        .iter()
        .zip(&after.years)
        .filter(|(before, after)| before.is_typed || after.is_typed)
        .map(|(before, after)| YearChange {
            year: after.year,
            costs_before: before.costs,
            costs_after: after.costs,
            requested_before: before.requested,
            requested_after: after.requested,
        })
        .collect()
}
