//! How far the assessment of an application is: projects against reviewers, as one person may see
//! it. Pure.

use super::{Given, Person};
use crate::{
    applications::{Project, state::State},
    assessments::{Advice, assesses, may_read, sees_category},
    core::{
        actor::{Actor, Department},
        ids::AssessmentId,
    },
};

/// Projects against reviewers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The reviewers, NCTV first.
    pub columns: Vec<Column>,
    /// The projects that the viewer sees, in the order of the application.
    pub rows: Vec<Row>,
}

/// A reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Who.
    pub person: Person,
    /// For which department.
    pub department: Department,
}

/// A project with one cell per reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The project.
    pub project: Project,
    /// In the order of the columns.
    pub cells: Vec<Cell>,
}

/// What one reviewer made of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Not theirs to assess.
    NotTheirs,
    /// Nothing saved yet.
    Open,
    /// Begun.
    Draft,
    /// Final, and closed to the viewer until their own is.
    Closed,
    /// Final.
    Final {
        /// The assessment.
        id: AssessmentId,
        /// Its score in hundredths.
        score_hundredths: i64,
        /// Its advice.
        advice: Advice,
        /// Whether it counts: not when its writer declared a conflict of interest.
        counts: bool,
    },
}

impl Matrix {
    /// The matrix as this person may see it.
    pub fn new(
        actor: &Actor,
        state: State,
        projects: Vec<Project>,
        people: &[Person],
        given: &[Given],
    ) -> Matrix {
        let mut columns: Vec<Column> = people
            .iter()
            .filter_map(|it| {
                Some(Column {
                    department: it.assigned?,
                    person: it.clone(),
                })
            })
            .collect();
        columns.sort_by_key(|it| it.department);
        let rows = projects
            .into_iter()
            .filter(|it| sees_category(actor, it.category))
            .map(|project| {
                let of: Vec<&Given> = given.iter().filter(|it| it.project == project.id).collect();
                let own_is_final = state != State::InAssessment
                    || of
                        .iter()
                        .any(|it| it.reviewer == actor.id && it.final_at.is_some());
                let cells = columns
                    .iter()
                    .map(|column| cell(actor, own_is_final, column, &project, &of))
                    .collect();
                Row { project, cells }
            })
            .collect();
        Matrix { columns, rows }
    }

    /// How many projects have a final NCTV assessment, and SZW's on prevention, that counts.
    pub fn done(&self) -> usize {
        self.rows.iter().filter(|it| self.is_done(it)).count()
    }

    fn is_done(&self, row: &Row) -> bool {
        let has = |department: Department| {
            let is_final = |(column, cell): (&Column, &Cell)| {
                column.department == department
                    && !column.person.has_conflict()
                    && matches!(cell, Cell::Closed | Cell::Final { .. })
            };
            self.columns.iter().zip(&row.cells).any(is_final)
        };
        Department::ALL
            .iter()
            .filter(|it| assesses(**it, row.project.category))
            .all(|it| has(*it))
    }
}

fn cell(
    actor: &Actor,
    own_is_final: bool,
    column: &Column,
    project: &Project,
    given: &[&Given],
) -> Cell {
    if !assesses(column.department, project.category) {
        return Cell::NotTheirs;
    }
    let Some(it) = given.iter().find(|it| it.reviewer == column.person.id) else {
        return Cell::Open;
    };
    let whose = (&it.reviewer, it.department);
    match (it.score_hundredths, it.advice, it.final_at) {
        (Some(score_hundredths), Some(advice), Some(_)) => {
            if !may_read(actor, own_is_final, whose, true) {
                return Cell::Closed;
            }
            Cell::Final {
                id: it.id.clone(),
                score_hundredths,
                advice,
                counts: !column.person.has_conflict(),
            }
        }
        _ => Cell::Draft,
    }
}
