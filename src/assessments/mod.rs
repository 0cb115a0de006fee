//! Assessment: completeness, assignment, interests, scores and advice, and their outcome per project.
pub mod actions;
pub mod form;
pub mod handling;
pub mod interests;
pub mod labels;
pub mod pages;
pub mod score;
pub mod store;

use chrono::NaiveDateTime;

use crate::{
    applications::Application,
    core::{
        actor::{Actor, Department, Role},
        answers::Answers,
        category::Category,
        ids::{AccountId, AssessmentId, CriterionId, SchemeId},
        money::Money,
    },
    db::columns::text_enum,
    identity::policy::Action,
};

text_enum! {
    /// What a reviewer advises about a project.
    pub enum Advice {
        /// Honoreren.
        Fund => "fund",
        /// Honoreren met voorwaarde.
        FundConditionally => "fund_conditionally",
        /// Afwijzen.
        Reject => "reject",
    }
}

/// What one reviewer makes of one project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Its id.
    pub id: AssessmentId,
    /// Exactly what was typed.
    pub answers: Answers,
    /// The advice, once it is final.
    pub advice: Option<Advice>,
    /// The weighted score in hundredths, once it is final.
    pub score_hundredths: Option<i64>,
    /// Since when it does not change any more.
    pub final_at: Option<NaiveDateTime>,
    /// When it was last saved.
    pub saved_at: NaiveDateTime,
    /// Counts changes.
    pub version: i32,
}

/// A complete assessment, as the form means it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// A score for every criterion of the form.
    pub scores: Vec<Scored>,
    /// What is eligible in every year of the project.
    pub eligible: Vec<(i32, Money)>,
    /// What the reviewer advises.
    pub advice: Advice,
    /// Why; not empty.
    pub advice_reason: String,
}

/// A score on one criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// The criterion.
    pub criterion: CriterionId,
    /// From 1 to 5.
    pub score: i32,
    /// Why; not empty.
    pub reason: String,
}

/// A reviewer of an application, with what they made of one of its projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Who.
    pub reviewer: AccountId,
    /// Their name.
    pub name: String,
    /// For which department they assess.
    pub department: Department,
    /// Whether they declared a conflict of interest; `None` before they declared anything.
    pub has_conflict: Option<bool>,
    /// Their assessment, once they saved one.
    pub assessment: Option<Assessment>,
}

impl Seat {
    /// Whether their assessment is final and counts: a declared conflict takes it out.
    pub fn counts(&self) -> bool {
        self.has_conflict != Some(true)
            && self
                .assessment
                .as_ref()
                .is_some_and(|it| it.final_at.is_some())
    }
}

/// An application with what its handling needs to know around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// The application.
    pub application: Application,
    /// The name of its region.
    pub region: String,
    /// The name of the municipality that leads it.
    pub municipality: String,
    /// The name of its window.
    pub window: String,
    /// The scheme version whose criteria and terms hold.
    pub scheme: SchemeId,
    /// Weeks within which is decided (Awb 4:13).
    pub decision_term_weeks: i32,
}

/// Whether somebody may know of the assessment of a project of this category: SZW's reviewers
/// advise on prevention and see nothing else.
pub fn sees_category(actor: &Actor, category: Option<Category>) -> bool {
    category == Some(Category::Prevention)
        || actor
            .roles
            .iter()
            .any(|it| *it != Role::SzwReviewer && it.may(Action::SeeAssessments))
}

/// Whether a department assesses projects of this category: NCTV all, SZW prevention.
pub fn assesses(department: Department, category: Option<Category>) -> bool {
    match department {
        Department::Nctv => true,
        Department::Szw => category == Some(Category::Prevention),
    }
}

/// Whether somebody may read what `reviewer` of `department` made of a project. A draft is read by
/// its writer only. Reviewers judge by themselves: what a colleague of the same department made of
/// it stays closed until `own_is_final`, their own assessment of that project.
pub fn may_read(
    actor: &Actor,
    own_is_final: bool,
    (reviewer, department): (&AccountId, Department),
    is_final: bool,
) -> bool {
    if *reviewer == actor.id {
        return true;
    }
    let judges_too = actor
        .roles
        .iter()
        .any(|it| department_of(*it) == Some(department));
    is_final && (own_is_final || !judges_too)
}

/// The department that a role assesses for.
pub fn department_of(role: Role) -> Option<Department> {
    match role {
        Role::NctvReviewer => Some(Department::Nctv),
        Role::SzwReviewer => Some(Department::Szw),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role) -> Actor {
        Actor {
            id: AccountId::from("me"),
            roles: vec![role],
            ..Actor::command_line()
        }
    }

    #[test]
    fn szw_reviewers_see_prevention_only() {
        let szw = actor(Role::SzwReviewer);
        assert!(sees_category(&szw, Some(Category::Prevention)));
        assert!(!sees_category(&szw, Some(Category::Baseline)));
        assert!(sees_category(
            &actor(Role::Auditor),
            Some(Category::Baseline)
        ));
        assert!(!sees_category(
            &actor(Role::Editor),
            Some(Category::Baseline)
        ));
        assert!(!assesses(Department::Szw, Some(Category::OneYear)));
        assert!(assesses(Department::Nctv, Some(Category::OneYear)));
    }

    #[test]
    fn reviewers_judge_by_themselves() {
        let (me, other) = (AccountId::from("me"), AccountId::from("other"));
        let nctv = actor(Role::NctvReviewer);
        let reads = |actor: &Actor, own, of: &AccountId, department, is_final| {
            may_read(actor, own, (of, department), is_final)
        };
        // One's own draft, and never another's.
        assert!(reads(&nctv, false, &me, Department::Nctv, false));
        assert!(!reads(&nctv, true, &other, Department::Nctv, false));
        assert!(!reads(
            &actor(Role::Coordinator),
            true,
            &other,
            Department::Nctv,
            false
        ));
        // A colleague's once one's own is final; the other department's as soon as it is.
        assert!(!reads(&nctv, false, &other, Department::Nctv, true));
        assert!(reads(&nctv, true, &other, Department::Nctv, true));
        assert!(reads(&nctv, false, &other, Department::Szw, true));
        assert!(reads(
            &actor(Role::Coordinator),
            false,
            &other,
            Department::Nctv,
            true
        ));
    }
}
