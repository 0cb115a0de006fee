//! The life of an application, in one table.
//!
//! Pure: this file knows nothing of HTTP, SQL or who is asking (that is `identity::policy`).

use crate::db::columns::text_enum;

text_enum! {
    /// Where an application stands.
    pub enum State {
        /// Concept: being written.
        Draft => "draft",
        /// Ingediend.
        Submitted => "submitted",
        /// Aanvulling gevraagd: named sections are open again, the decision term is suspended.
        CompletionRequested => "completion_requested",
        /// Aangevuld: submitted again after a request.
        Completed => "completed",
        /// In behandeling: complete, being assessed.
        InAssessment => "in_assessment",
        /// Beoordeeld: every project has its score and eligible amounts.
        Assessed => "assessed",
        /// Voorgesteld: amounts are proposed and their money is reserved.
        Proposed => "proposed",
        /// Voorgesteld buiten behandeling te stellen: asked to complete, and nothing came (Awb 4:5).
        NotTreatedProposed => "not_treated_proposed",
        /// Besloten; the outcome stands in the decision.
        Decided => "decided",
        /// Bekendgemaakt: the letter was sent; the award can be carried out.
        Notified => "notified",
        /// Ingetrokken.
        Withdrawn => "withdrawn",
    }
}

text_enum! {
    /// What can happen to an application.
    pub enum Event {
        /// The signatory submits, or submits again after a request for completion.
        Submit => "submit",
        /// The coordinator asks to complete named sections (Awb 4:5).
        RequestCompletion => "request_completion",
        /// The coordinator declares it complete and has it assessed.
        StartAssessment => "start_assessment",
        /// The coordinator establishes the outcome of the assessments.
        CloseAssessment => "close_assessment",
        /// The coordinator opens the assessment again.
        ReopenAssessment => "reopen_assessment",
        /// Amounts are proposed, by hand or from a scenario.
        Propose => "propose",
        /// It is proposed to leave the application untreated (Awb 4:5).
        ProposeNotTreated => "propose_not_treated",
        /// The proposal is withdrawn and its money released.
        WithdrawProposal => "withdraw_proposal",
        /// Who decides gives the proposal back to who made it; its money is released.
        ReturnProposal => "return_proposal",
        /// A decision is taken on the proposal.
        Decide => "decide",
        /// A decision to leave it untreated was not sent in time: it is treated after all (Awb 4:5
        /// lid 4).
        Lapse => "lapse",
        /// The decision is sent (Awb 3:41).
        Notify => "notify",
        /// The signatory withdraws the application.
        Withdraw => "withdraw",
        /// The municipality goes on with what it withdrew, while the window is open.
        Resume => "resume",
        /// The municipality takes back what it submitted, to correct it and submit it again.
        Correct => "correct",
    }
}

impl Event {
    /// After these nothing is submitted any more.
    pub const TAKING_BACK: [Event; 2] = [Event::Withdraw, Event::Correct];
}

/// An event that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} is not possible in state {state:?}")]
pub struct NotPossible {
    /// Where the application stands.
    pub state: State,
    /// What was tried.
    pub event: Event,
}

impl State {
    /// The whole state machine. A pair not listed is not possible.
    pub fn next(self, event: Event) -> Result<State, NotPossible> {
        use Event as E;
        use State as S;
        let next = match (self, event) {
            (S::Draft, E::Submit) => S::Submitted,
            (S::CompletionRequested, E::Submit) => S::Completed,
            (S::Submitted | S::Completed, E::RequestCompletion) => S::CompletionRequested,
            // Without completion: once its last day has passed, which the use case checks.
            (S::Submitted | S::Completed | S::CompletionRequested, E::StartAssessment) => {
                S::InAssessment
            }
            (S::CompletionRequested, E::ProposeNotTreated) => S::NotTreatedProposed,
            (S::NotTreatedProposed, E::WithdrawProposal | E::ReturnProposal) => {
                S::CompletionRequested
            }
            (S::NotTreatedProposed, E::Decide) => S::Decided,
            (S::Decided, E::Lapse) => S::InAssessment,
            (S::InAssessment, E::CloseAssessment) => S::Assessed,
            (S::Assessed, E::ReopenAssessment) => S::InAssessment,
            (S::Assessed, E::Propose) => S::Proposed,
            (S::Proposed, E::WithdrawProposal | E::ReturnProposal) => S::Assessed,
            (S::Proposed, E::Decide) => S::Decided,
            (S::Decided, E::Notify) => S::Notified,
            (
                S::Draft
                | S::Submitted
                | S::CompletionRequested
                | S::Completed
                | S::InAssessment
                | S::Assessed,
                E::Withdraw,
            ) => S::Withdrawn,
            // There is one application for each region and window: without this, who withdrew could
            // not apply any more. In time, which the use case checks.
            (S::Withdrawn, E::Resume) => S::Draft,
            // In time, too. What we ask to complete is completed.
            (S::Submitted, E::Correct) => S::Draft,
            (state, event) => return Err(NotPossible { state, event }),
        };
        Ok(next)
    }

    /// Whether the municipality can withdraw it: until the decision. While a proposal is open, that
    /// is withdrawn first, by the same use case.
    pub fn can_be_withdrawn(self) -> bool {
        self.is_proposed() || self.next(Event::Withdraw).is_ok()
    }

    /// Whether a proposal waits for a decision.
    pub fn is_proposed(self) -> bool {
        matches!(self, State::Proposed | State::NotTreatedProposed)
    }

    /// Whether the municipality has sent it, so that the ministry may see it.
    pub fn is_submitted(self) -> bool {
        !matches!(self, State::Draft)
    }

    /// Whether the municipality is writing in it: for the first time, or to complete it.
    pub fn is_being_written(self) -> bool {
        matches!(self, State::Draft | State::CompletionRequested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The matrix as a reviewer reads it: a change to the machine shows as a diff of this table.
    #[test]
    fn the_whole_table() {
        let mut table = String::new();
        for state in State::ALL {
            for event in Event::ALL {
                if let Ok(next) = state.next(*event) {
                    table.push_str(&format!("{state:?} --{event:?}--> {next:?}\n"));
                }
            }
        }
        insta::assert_snapshot!(table, @r"
        Draft --Submit--> Submitted
        Draft --Withdraw--> Withdrawn
        Submitted --RequestCompletion--> CompletionRequested
        Submitted --StartAssessment--> InAssessment
        Submitted --Withdraw--> Withdrawn
        Submitted --Correct--> Draft
        CompletionRequested --Submit--> Completed
        CompletionRequested --StartAssessment--> InAssessment
        CompletionRequested --ProposeNotTreated--> NotTreatedProposed
        CompletionRequested --Withdraw--> Withdrawn
        Completed --RequestCompletion--> CompletionRequested
        Completed --StartAssessment--> InAssessment
        Completed --Withdraw--> Withdrawn
        InAssessment --CloseAssessment--> Assessed
        InAssessment --Withdraw--> Withdrawn
        Assessed --ReopenAssessment--> InAssessment
        Assessed --Propose--> Proposed
        Assessed --Withdraw--> Withdrawn
        Proposed --WithdrawProposal--> Assessed
        Proposed --ReturnProposal--> Assessed
        Proposed --Decide--> Decided
        NotTreatedProposed --WithdrawProposal--> CompletionRequested
        NotTreatedProposed --ReturnProposal--> CompletionRequested
        NotTreatedProposed --Decide--> Decided
        Decided --Lapse--> InAssessment
        Decided --Notify--> Notified
        Withdrawn --Resume--> Draft
        ");
    }
}
