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
        /// Start and write an application.
        EditApplication => "edit_application",
        /// Submit an application, also again after a request.
        SubmitApplication => "submit_application",
        /// Withdraw an application.
        WithdrawApplication => "withdraw_application",
        /// Read the municipality's messages.
        SeeMessages => "see_messages",
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
    /// None.
    None,
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
            A::EditApplication | A::ReportProgress => matches!(self, R::Editor | R::Signatory),
            A::SeeMessages => matches!(self, R::Editor | R::Signatory),
            A::SeeDeliveries => matches!(self, R::Coordinator | R::Auditor),
            A::SubmitApplication | A::WithdrawApplication => self == R::Signatory,
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
            A::SeeAssessments | A::SeeDecisions | A::SeeResults => {
                !matches!(self, R::Editor | R::Signatory | R::Administrator)
            }
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
            A::SeeAudit => self == R::Auditor,
            A::ManageAccounts => self == R::Administrator,
        }
    }

    /// Which applications this role can know of.
    pub fn scope(self) -> Scope {
        match self {
            Role::Editor | Role::Signatory => Scope::OwnMunicipality,
            Role::Administrator => Scope::None,
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
    } else {
        Scope::None
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
}
