//! Who may do what: pure, total, and written out as a table by its test.
//!
//! This table says what a role may come to do at all. Whose dossiers one sees is `Scope`; in which
//! state it can be done is `applications::state`; who did the step before (four eyes) is checked by
//! the use case.

use crate::core::actor::{Actor, Role};
use crate::db::columns::text_enum;

text_enum! {
    /// Everything somebody can come to do, pages and changes alike.
    pub enum Action {
        /// See one's own start page.
        SeeDashboard => "see_dashboard",
        /// See applications: one's own, or the submitted ones.
        SeeApplications => "see_applications",
        /// Start an application.
        StartApplication => "start_application",
        /// Write an application.
        EditApplication => "edit_application",
        /// Remove, put back, move and copy whole projects, also those of the cycle before.
        ArrangeProjects => "arrange_projects",
        /// Submit an application, also again after a request.
        SubmitApplication => "submit_application",
        /// Withdraw an application.
        WithdrawApplication => "withdraw_application",
        /// Invite others to an application, ask things of them, take that back.
        InvitePartners => "invite_partners",
        /// Read the municipality's messages.
        SeeMessages => "see_messages",
        /// Choose how to be mailed about what we need not mail.
        ChooseMail => "choose_mail",
        /// See what was told to municipalities, and when.
        SeeDeliveries => "see_deliveries",
        /// Try a mail again that was given up.
        ResendMail => "resend_mail",
        /// Report what was reached on indicators.
        ReportProgress => "report_progress",
        /// See what all regions promised and reached.
        SeeResults => "see_results",
        /// See schemes, cycles, windows and regions.
        SeeSetup => "see_setup",
        /// Set up cycles, envelopes, windows and regions.
        Setup => "setup",
        /// Ask for completion, declare complete.
        CheckCompleteness => "check_completeness",
        /// Assign reviewers.
        AssignReviewers => "assign_reviewers",
        /// Declare one's interests in a dossier.
        DeclareInterests => "declare_interests",
        /// Score a project and advise on it.
        Assess => "assess",
        /// See what reviewers made of a project.
        SeeAssessments => "see_assessments",
        /// Establish the outcome of the assessments.
        CloseAssessment => "close_assessment",
        /// See scenarios.
        SeeScenarios => "see_scenarios",
        /// Make, edit, adopt and discard scenarios.
        MakeScenarios => "make_scenarios",
        /// Propose amounts by hand, withdraw a proposal.
        Propose => "propose",
        /// See proposals and decisions.
        SeeDecisions => "see_decisions",
        /// Agree or not for SZW on prevention projects.
        CoDecide => "co_decide",
        /// Decide on an application.
        Decide => "decide",
        /// Send the decision.
        Notify => "notify",
        /// See the state budget, the journal and the exports.
        SeeFinance => "see_finance",
        /// Propose a transfer between envelopes, or another amount for an envelope.
        ProposeBudget => "propose_budget",
        /// Decide on such a proposal.
        Transfer => "transfer",
        /// See the audit trail and verify it.
        SeeAudit => "see_audit",
        /// See which files are held because something was found in them.
        SeeHeldFiles => "see_held_files",
        /// Manage accounts and roles.
        ManageAccounts => "manage_accounts",
    }
}

/// Which applications somebody can know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those of their own municipality, from the first word on.
    OwnMunicipality,
    /// All that were submitted, except where they declared a conflict of interest.
    Submitted,
    /// Those that they were invited to, from the first word on. Who works for a municipality can be
    /// invited to applications of others besides.
    Invited,
    /// None.
    None,
}

impl Scope {
    /// Whether one sees an application as who asks for money does: its draft, and of what the ministry
    /// makes of it only what was made known.
    pub fn is_applicant(self) -> bool {
        matches!(self, Scope::OwnMunicipality | Scope::Invited)
    }
}

text_enum! {
    /// What somebody who was invited may do with an application, beside reading all of it.
    pub enum Right {
        /// Read.
        View => "view",
        /// Write in the sections that were given.
        Edit => "edit",
        /// Submit besides.
        Sign => "sign",
    }
}

impl Right {
    /// What it allows in the application that it was given for.
    pub fn may(self, action: Action) -> bool {
        match action {
            Action::SeeDashboard | Action::SeeApplications => true,
            Action::EditApplication => self != Right::View,
            Action::SubmitApplication => self == Right::Sign,
            _ => false,
        }
    }
}

/// A role that does not allow an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{action:?} is not allowed")]
pub struct NotAllowed {
    /// What was tried.
    pub action: Action,
}

impl Role {
    /// The whole table.
    pub fn may(self, action: Action) -> bool {
        use Action as A;
        use Role as R;
        match action {
            A::SeeDashboard => true,
            A::SeeApplications => self != R::Administrator,
            // Of a collaborator these three are asked again, of the application: see `may_in`.
            A::EditApplication => matches!(self, R::Editor | R::Signatory | R::Collaborator),
            A::SubmitApplication => matches!(self, R::Signatory | R::Collaborator),
            // Not of who was invited: a partner writes what they were asked for.
            A::StartApplication | A::ArrangeProjects | A::ReportProgress | A::InvitePartners => {
                matches!(self, R::Editor | R::Signatory)
            }
            A::SeeMessages => matches!(self, R::Editor | R::Signatory),
            A::ChooseMail => matches!(self, R::Editor | R::Signatory | R::Collaborator),
            A::SeeDeliveries => matches!(self, R::Coordinator | R::Auditor),
            A::WithdrawApplication => self == R::Signatory,
            A::SeeSetup => matches!(self, R::Coordinator | R::Finance | R::Auditor),
            A::Setup | A::CheckCompleteness | A::AssignReviewers | A::CloseAssessment => {
                self == R::Coordinator
            }
            A::DeclareInterests => matches!(
                self,
                R::Coordinator
                    | R::NctvReviewer
                    | R::SzwReviewer
                    | R::NctvDecisionMaker
                    | R::SzwDecisionMaker
            ),
            A::Assess => matches!(self, R::NctvReviewer | R::SzwReviewer),
            A::SeeAssessments | A::SeeDecisions | A::SeeResults => !matches!(
                self,
                R::Editor | R::Signatory | R::Administrator | R::Collaborator
            ),
            A::SeeScenarios => matches!(
                self,
                R::Coordinator
                    | R::NctvDecisionMaker
                    | R::SzwDecisionMaker
                    | R::Finance
                    | R::Auditor
            ),
            A::MakeScenarios | A::Propose | A::Notify | A::ResendMail => self == R::Coordinator,
            A::CoDecide => self == R::SzwDecisionMaker,
            A::Decide => self == R::NctvDecisionMaker,
            A::SeeFinance => matches!(
                self,
                R::Coordinator | R::NctvDecisionMaker | R::Finance | R::Auditor
            ),
            A::ProposeBudget => matches!(self, R::Coordinator | R::NctvDecisionMaker),
            A::Transfer => self == R::NctvDecisionMaker,
            A::SeeHeldFiles => matches!(self, R::Coordinator | R::Administrator | R::Auditor),
            A::SeeAudit => self == R::Auditor,
            A::ManageAccounts => self == R::Administrator,
        }
    }

    /// Which applications this role can know of.
    pub fn scope(self) -> Scope {
        match self {
            Role::Editor | Role::Signatory => Scope::OwnMunicipality,
            Role::Administrator => Scope::None,
            Role::Collaborator => Scope::Invited,
            _ => Scope::Submitted,
        }
    }
}

/// Whether any of somebody's roles allows it.
pub fn may(actor: &Actor, action: Action) -> bool {
    actor.roles.iter().any(|it| it.may(action))
}

/// `Ok` if somebody may do it; 403 otherwise.
pub fn require(actor: &Actor, action: Action) -> Result<(), NotAllowed> {
    if may(actor, action) {
        Ok(())
    } else {
        Err(NotAllowed { action })
    }
}

/// Which applications somebody can know of: the widest of their roles.
pub fn scope(actor: &Actor) -> Scope {
    let has = |scope| actor.roles.iter().any(|it| it.scope() == scope);
    if has(Scope::OwnMunicipality) {
        Scope::OwnMunicipality
    } else if has(Scope::Submitted) {
        Scope::Submitted
    } else if has(Scope::Invited) {
        Scope::Invited
    } else {
        Scope::None
    }
}

/// Whether somebody may do it in one application: who was invited to it by the right that they were
/// given, anybody else by the roles that are their own.
pub fn may_in(actor: &Actor, invited: Option<Right>, action: Action) -> bool {
    match invited {
        Some(right) => right.may(action),
        None => actor
            .roles
            .iter()
            .any(|it| *it != Role::Collaborator && it.may(action)),
    }
}

/// `Ok` if somebody may do it in one application; 403 otherwise.
pub fn require_in(actor: &Actor, invited: Option<Right>, action: Action) -> Result<(), NotAllowed> {
    if may_in(actor, invited, action) {
        Ok(())
    } else {
        Err(NotAllowed { action })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        let mut table = format!("{:22}", "");
        for role in Role::ALL {
            table.push_str(&format!("{role:?} "));
        }
        for action in Action::ALL {
            table.push_str(&format!("\n{:22}", format!("{action:?}")));
            for role in Role::ALL {
                let mark = if role.may(*action) { "x" } else { "." };
                table.push_str(&format!(
                    "{mark:<width$} ",
                    width = format!("{role:?}").len()
                ));
            }
        }
        let table: String = table
            .lines()
            .map(|it| format!("{}\n", it.trim_end()))
            .collect();
        insta::assert_snapshot!(table);
    }

    /// What an invitation can allow, of all there is.
    #[test]
    fn the_rights_of_who_was_invited() {
        let table: String = Right::ALL
            .iter()
            .map(|right| {
                let may = Action::ALL.iter().filter(|it| right.may(**it));
                let names: Vec<String> = may.map(|it| format!("{it:?}")).collect();
                format!("{right:?}: {}\n", names.join(" "))
            })
            .collect();
        insta::assert_snapshot!(table, @r"
        View: SeeDashboard SeeApplications
        Edit: SeeDashboard SeeApplications EditApplication
        Sign: SeeDashboard SeeApplications EditApplication SubmitApplication
        ");
    }

    /// An editor who may sign for another municipality does not sign for their own.
    #[test]
    fn a_right_in_one_application_is_none_in_another() {
        let editor = Actor {
            roles: vec![Role::Editor, Role::Collaborator],
            ..Actor::command_line()
        };
        assert!(may_in(
            &editor,
            Some(Right::Sign),
            Action::SubmitApplication
        ));
        assert!(!may_in(&editor, None, Action::SubmitApplication));
        assert!(!may_in(&editor, Some(Right::View), Action::EditApplication));
        assert!(may_in(&editor, None, Action::EditApplication));
    }
}
