//! One newtype per kind of id, so that a project's id cannot be passed for an application's.

/// What every id can do; lets [`crate::db::Tx::new_id`] make any of them.
pub trait Id {
    /// Wraps the text of a UUIDv7 in simple form.
    fn from_text(text: String) -> Self;
}

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as it stands in addresses and in the database.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl $crate::core::ids::Id for $name {
            fn from_text(text: String) -> Self {
                Self(text)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        $crate::db::columns::text_column!($name, |it| it.as_str(), |text| Ok(Self(text)));
    )+};
}

id!(
    /// A person who can sign in.
    AccountId,
    /// A version of a scheme (regeling).
    SchemeId,
    /// A criterion on which projects are scored.
    CriterionId,
    /// A two-year cycle.
    CycleId,
    /// One budget year of a cycle.
    BudgetYearId,
    /// The money of one category in one budget year.
    EnvelopeId,
    /// An application window (aanvraagtijdvak).
    WindowId,
    /// Why a window closes later than was set.
    ClosingId,
    /// A region (regio).
    RegionId,
    /// A municipality (gemeente) in a period of its existence.
    MunicipalityId,
    /// An application (aanvraag).
    ApplicationId,
    /// A request to sign an application.
    SigningId,
    /// A project of an application.
    ProjectId,
    /// A file that is added to an application.
    AttachmentId,
    /// A performance indicator of a project.
    IndicatorId,
    /// An edition of an indicator of the shared catalogue.
    CatalogueId,
    /// A request to complete an application.
    CompletionRequestId,
    /// One reviewer's assessment of one project.
    AssessmentId,
    /// A division of the money of a window.
    ScenarioId,
    /// What is proposed for one application.
    ProposalId,
    /// A decision (besluit) on one application.
    DecisionId,
    /// A change of an award after its decision was sent.
    AmendmentId,
    /// A decision on the budget: a transfer, another ceiling, another purpose for what came back.
    BudgetDecisionId,
    /// What is booked at once for one cause.
    TransactionId,
    /// One movement in the journal.
    EntryId,
    /// A message in the outbox.
    MessageId,
    /// One mail to one person.
    MailId,
    /// An invitation to work on an application.
    InvitationId,
    /// What is asked of somebody in an application.
    TaskId,
);
