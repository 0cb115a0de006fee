//! Everything that can have happened, as data.

use crate::{
    core::{
        ids::{
            AccountId, ApplicationId, AttachmentId, CycleId, DecisionId, InvitationId, MailId,
            MunicipalityId, ProjectId, ProposalId, RegionId, ScenarioId, SchemeId, TaskId,
            WindowId,
        },
        money::Money,
    },
    error::AppError,
};

/// What a fact is about: each has a chain of its own.
#[derive(Debug, Clone, Copy)]
pub enum Stream<'a> {
    /// An application with all that hangs on it: projects, assessments, proposals, decisions.
    Application(&'a ApplicationId),
    /// A cycle with its years, envelopes and windows.
    Cycle(&'a CycleId),
    /// A scheme version.
    Scheme(&'a SchemeId),
    /// A region with its members and lead.
    Region(&'a RegionId),
    /// A scenario.
    Scenario(&'a ScenarioId),
    /// An indicator of the shared catalogue, by its code.
    Indicator(&'a str),
    /// An account.
    Account(&'a AccountId),
    /// The installation itself.
    Installation,
}

impl std::fmt::Display for Stream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stream::Application(id) => write!(f, "application:{id}"),
            Stream::Cycle(id) => write!(f, "cycle:{id}"),
            Stream::Scheme(id) => write!(f, "scheme:{id}"),
            Stream::Region(id) => write!(f, "region:{id}"),
            Stream::Scenario(id) => write!(f, "scenario:{id}"),
            Stream::Indicator(code) => write!(f, "indicator:{code}"),
            Stream::Account(id) => write!(f, "account:{id}"),
            Stream::Installation => f.write_str("installation:1"),
        }
    }
}

/// One fact, in the past tense. Amounts are cents-exact texts in euros, so that they read well in
/// an export; free text of a dossier is not repeated here.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the fields say what the sentence above them is about"
)]
pub enum Fact {
    /// An account was made.
    AccountCreated { email: String, roles: Vec<String> },
    /// Somebody got other roles.
    RolesChanged { roles: Vec<String> },
    /// An account was closed.
    AccountDisabled,
    /// A closed account was opened again.
    AccountReopened,
    /// Somebody signed in.
    SignedIn,
    /// Somebody tried to sign in and failed.
    SignInFailed,
    /// Somebody signed out.
    SignedOut,
    /// Somebody chose another password; their other sessions ended.
    PasswordChanged,
    /// A scheme version was made.
    SchemeCreated { title: String, version: i32 },
    /// A region got members or another lead.
    RegionChanged { name: String },
    /// A cycle was drafted or its draft changed.
    CycleDrafted { name: String },
    /// A cycle was opened: its amounts footed and were booked.
    CycleOpened { totals: Vec<YearAmount> },
    /// A cycle was closed, with what was not promised per year.
    CycleClosed { left: Vec<YearAmount> },
    /// A window was set.
    WindowSet { window: WindowId, name: String },
    /// A window that had opened closes later, with the reason.
    WindowExtended {
        window: WindowId,
        closes_at: chrono::NaiveDateTime,
        reason: String,
    },
    /// An outage was recorded; this is when the window closes after it.
    OutageRecorded {
        window: WindowId,
        starts_at: chrono::NaiveDateTime,
        ends_at: chrono::NaiveDateTime,
        closes_at: chrono::NaiveDateTime,
        reason: String,
    },
    /// A region was given more time in a window, with the reason.
    RegionExtended {
        window: WindowId,
        region: RegionId,
        closes_at: chrono::NaiveDateTime,
        reason: String,
    },
    /// The texts of an earlier application were taken over.
    ApplicationCopied { from: String },
    /// A signatory was asked to submit what was written at that moment.
    SigningAsked { sha256: String },
    /// The signatory gave it back.
    SigningReturned,
    /// Somebody was invited to work on an application; no sections is all of it.
    PartnerInvited {
        invitation: InvitationId,
        organisation: String,
        right: String,
        sections: Vec<String>,
    },
    /// Who was invited accepted.
    InvitationAccepted { invitation: InvitationId },
    /// An invitation was taken back, also to send another in its place.
    InvitationWithdrawn { invitation: InvitationId },
    /// Who was invited may do something else.
    PartnerRightChanged {
        account: AccountId,
        right: String,
        sections: Vec<String>,
    },
    /// Who was invited has no access any more.
    PartnerRemoved { account: AccountId },
    /// Something was asked of somebody; without a section, of the whole application.
    TaskSet {
        task: TaskId,
        section: Option<String>,
    },
    /// Who was asked says that it is done.
    TaskDone {
        task: TaskId,
        section: Option<String>,
    },
    /// It is not done after all.
    TaskReopened {
        task: TaskId,
        section: Option<String>,
    },
    /// It is not asked any more.
    TaskDropped {
        task: TaskId,
        section: Option<String>,
    },
    /// An application was started.
    ApplicationStarted { reference: String },
    /// A section was saved.
    SectionSaved { section: String, version: i32 },
    /// A project was added.
    ProjectAdded { project: ProjectId },
    /// A project was saved.
    ProjectSaved { project: ProjectId, version: i32 },
    /// A project was removed from the draft.
    ProjectRemoved { project: ProjectId },
    /// A removed project was put back.
    ProjectRestored { project: ProjectId },
    /// A project got another place among the others.
    ProjectMoved { project: ProjectId, position: i32 },
    /// A file was added.
    AttachmentAdded {
        attachment: AttachmentId,
        sha256: String,
    },
    /// What was said of a file was changed.
    AttachmentDescribed { attachment: AttachmentId },
    /// A file was removed.
    AttachmentRemoved { attachment: AttachmentId },
    /// A removed file was put back.
    AttachmentRestored { attachment: AttachmentId },
    /// The scanner found nothing in a file.
    AttachmentCleared { attachment: AttachmentId },
    /// The scanner found something in a file, which is held since.
    AttachmentHeld {
        attachment: AttachmentId,
        sha256: String,
        found: String,
    },
    /// A file that was removed long before, and that no version names, was deleted.
    AttachmentForgotten { attachment: AttachmentId },
    /// A version was submitted.
    ApplicationSubmitted { number: i32, sha256: String },
    /// Something happened to the application that its state tells.
    ApplicationMoved { event: String },
    /// Completion was asked for.
    CompletionRequested {
        sections: Vec<String>,
        due_on: chrono::NaiveDate,
    },
    /// A reviewer was assigned.
    ReviewerAssigned { reviewer: AccountId, name: String },
    /// An assignment was taken back, with the reason.
    AssignmentWithdrawn {
        reviewer: AccountId,
        name: String,
        reason: String,
    },
    /// What was changed after the last submission and not submitted counts no longer.
    DraftSetBack { number: i32 },
    /// Interests were declared.
    InterestsDeclared { has_conflict: bool },
    /// An assessment was made final.
    AssessmentFinished {
        project: ProjectId,
        department: String,
    },
    /// A final assessment was opened again.
    AssessmentReopened {
        project: ProjectId,
        department: String,
        reviewer: AccountId,
    },
    /// A scenario was made, with the SHA-256 of its input and of its outcome.
    ScenarioCreated {
        name: String,
        input_sha256: String,
        result_sha256: String,
    },
    /// One amount of a scenario was changed by hand.
    ScenarioEdited {
        project: ProjectId,
        year: i32,
        before: Money,
        after: Money,
    },
    /// A scenario was adopted: its lines became proposals.
    ScenarioAdopted { proposals: usize },
    /// A scenario was put away.
    ScenarioDiscarded,
    /// Amounts were proposed and reserved.
    Proposed { proposal: ProposalId, total: Money },
    /// It was proposed to leave the application untreated.
    NotTreatedProposed { proposal: ProposalId },
    /// A proposal's reservation was given back.
    ReservationReleased { proposal: ProposalId, total: Money },
    /// A proposal was given back to who made it; the reason stands with the proposal.
    ProposalReturned { proposal: ProposalId },
    /// The money of a proposal is kept for longer, or for shorter.
    ReservationExtended {
        proposal: ProposalId,
        last_day: chrono::NaiveDate,
    },
    /// SZW spoke on the prevention projects.
    CoDecided { proposal: ProposalId, agreed: bool },
    /// A decision was taken.
    Decided {
        decision: DecisionId,
        outcome: String,
        total: Money,
    },
    /// The decision was sent.
    DecisionSent {
        decision: DecisionId,
        letter_sha256: String,
    },
    /// A change of an award was proposed.
    AmendmentProposed { reference: String },
    /// SZW spoke on the prevention projects in a change of an award.
    AmendmentCoDecided { reference: String, agreed: bool },
    /// An award was changed.
    AmendmentDecided {
        reference: String,
        raised: Money,
        lowered: Money,
        /// Of the letter; absent from before there were any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter_sha256: Option<String>,
    },
    /// A proposal to change an award was withdrawn.
    AmendmentWithdrawn { reference: String },
    /// An applicant got other limits.
    ApplicantLimitSet {
        municipality: MunicipalityId,
        year: i32,
        at_least: Money,
        at_most: Option<Money>,
    },
    /// A decision on the budget was proposed.
    BudgetDecisionProposed { reference: String },
    /// A proposal for the budget was withdrawn.
    BudgetDecisionWithdrawn { reference: String },
    /// A proposal for the budget was given back to who made it.
    BudgetDecisionReturned { reference: String },
    /// Money was moved between envelopes.
    Transferred {
        from: String,
        to: String,
        year: i32,
        amount: Money,
    },
    /// An envelope of an open cycle got another ceiling.
    CeilingChanged {
        envelope: String,
        year: i32,
        before: Money,
        after: Money,
    },
    /// The journal was verified in the night, and something did not hold.
    JournalUnsound { findings: u64, first: String },
    /// A mail was given up: it could not be delivered.
    MailGivenUp { mail: MailId },
    /// A mail that was given up is tried again.
    MailTriedAgain { mail: MailId },
    /// Somebody chose how to be mailed.
    MailWishChosen { wish: String },
    /// Progress on indicators was reported.
    ProgressReported { project: ProjectId, year: i32 },
    /// An indicator was put in the shared catalogue.
    CatalogueAdded { code: String },
    /// An indicator of the catalogue got other words; a new edition if the old one was chosen.
    CatalogueChanged { code: String, edition: i32 },
    /// An indicator of the catalogue was withdrawn.
    CatalogueWithdrawn { code: String },
    /// A withdrawn indicator can be chosen again.
    CataloguePutBack { code: String },
}

/// An amount of a year.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct YearAmount {
    /// The budget year.
    pub year: i32,
    /// The amount.
    pub amount: Money,
}

impl Fact {
    /// The fact's data as JSON, its kind included.
    pub fn detail(&self) -> Result<String, AppError> {
        Ok(serde_json_canonicalizer::to_string(self)?)
    }

    /// The fact that was stored as this text; one we do not know is an error.
    pub fn parse(detail: &str) -> Result<Fact, AppError> {
        Ok(serde_json::from_str(detail)?)
    }

    /// The name of this kind of fact.
    pub fn kind(&self) -> &'static str {
        match self {
            Fact::AccountCreated { .. } => "account_created",
            Fact::RolesChanged { .. } => "roles_changed",
            Fact::AccountDisabled => "account_disabled",
            Fact::AccountReopened => "account_reopened",
            Fact::SignedIn => "signed_in",
            Fact::SignInFailed => "sign_in_failed",
            Fact::SignedOut => "signed_out",
            Fact::PasswordChanged => "password_changed",
            Fact::SchemeCreated { .. } => "scheme_created",
            Fact::RegionChanged { .. } => "region_changed",
            Fact::CycleDrafted { .. } => "cycle_drafted",
            Fact::CycleOpened { .. } => "cycle_opened",
            Fact::CycleClosed { .. } => "cycle_closed",
            Fact::WindowSet { .. } => "window_set",
            Fact::WindowExtended { .. } => "window_extended",
            Fact::OutageRecorded { .. } => "outage_recorded",
            Fact::RegionExtended { .. } => "region_extended",
            Fact::ApplicationCopied { .. } => "application_copied",
            Fact::SigningAsked { .. } => "signing_asked",
            Fact::SigningReturned => "signing_returned",
            Fact::PartnerInvited { .. } => "partner_invited",
            Fact::InvitationAccepted { .. } => "invitation_accepted",
            Fact::InvitationWithdrawn { .. } => "invitation_withdrawn",
            Fact::PartnerRightChanged { .. } => "partner_right_changed",
            Fact::PartnerRemoved { .. } => "partner_removed",
            Fact::TaskSet { .. } => "task_set",
            Fact::TaskDone { .. } => "task_done",
            Fact::TaskReopened { .. } => "task_reopened",
            Fact::TaskDropped { .. } => "task_dropped",
            Fact::ApplicationStarted { .. } => "application_started",
            Fact::SectionSaved { .. } => "section_saved",
            Fact::ProjectAdded { .. } => "project_added",
            Fact::ProjectSaved { .. } => "project_saved",
            Fact::ProjectRemoved { .. } => "project_removed",
            Fact::ProjectRestored { .. } => "project_restored",
            Fact::ProjectMoved { .. } => "project_moved",
            Fact::AttachmentAdded { .. } => "attachment_added",
            Fact::AttachmentDescribed { .. } => "attachment_described",
            Fact::AttachmentRemoved { .. } => "attachment_removed",
            Fact::AttachmentRestored { .. } => "attachment_restored",
            Fact::AttachmentCleared { .. } => "attachment_cleared",
            Fact::AttachmentHeld { .. } => "attachment_held",
            Fact::AttachmentForgotten { .. } => "attachment_forgotten",
            Fact::ApplicationSubmitted { .. } => "application_submitted",
            Fact::ApplicationMoved { .. } => "application_moved",
            Fact::CompletionRequested { .. } => "completion_requested",
            Fact::ReviewerAssigned { .. } => "reviewer_assigned",
            Fact::AssignmentWithdrawn { .. } => "assignment_withdrawn",
            Fact::DraftSetBack { .. } => "draft_set_back",
            Fact::InterestsDeclared { .. } => "interests_declared",
            Fact::AssessmentFinished { .. } => "assessment_finished",
            Fact::AssessmentReopened { .. } => "assessment_reopened",
            Fact::ScenarioCreated { .. } => "scenario_created",
            Fact::ScenarioEdited { .. } => "scenario_edited",
            Fact::ScenarioAdopted { .. } => "scenario_adopted",
            Fact::ScenarioDiscarded => "scenario_discarded",
            Fact::Proposed { .. } => "proposed",
            Fact::NotTreatedProposed { .. } => "not_treated_proposed",
            Fact::ReservationReleased { .. } => "reservation_released",
            Fact::ProposalReturned { .. } => "proposal_returned",
            Fact::ReservationExtended { .. } => "reservation_extended",
            Fact::CoDecided { .. } => "co_decided",
            Fact::Decided { .. } => "decided",
            Fact::DecisionSent { .. } => "decision_sent",
            Fact::AmendmentProposed { .. } => "amendment_proposed",
            Fact::AmendmentCoDecided { .. } => "amendment_co_decided",
            Fact::AmendmentDecided { .. } => "amendment_decided",
            Fact::AmendmentWithdrawn { .. } => "amendment_withdrawn",
            Fact::ApplicantLimitSet { .. } => "applicant_limit_set",
            Fact::BudgetDecisionProposed { .. } => "budget_decision_proposed",
            Fact::BudgetDecisionWithdrawn { .. } => "budget_decision_withdrawn",
            Fact::BudgetDecisionReturned { .. } => "budget_decision_returned",
            Fact::Transferred { .. } => "transferred",
            Fact::CeilingChanged { .. } => "ceiling_changed",
            Fact::JournalUnsound { .. } => "journal_unsound",
            Fact::MailGivenUp { .. } => "mail_given_up",
            Fact::MailTriedAgain { .. } => "mail_tried_again",
            Fact::MailWishChosen { .. } => "mail_wish_chosen",
            Fact::ProgressReported { .. } => "progress_reported",
            Fact::CatalogueAdded { .. } => "catalogue_added",
            Fact::CatalogueChanged { .. } => "catalogue_changed",
            Fact::CatalogueWithdrawn { .. } => "catalogue_withdrawn",
            Fact::CataloguePutBack { .. } => "catalogue_put_back",
        }
    }
}
