//! The one error that becomes a response: data and no text. `texts::sentences` says it in Dutch,
//! `web::errors` makes the page.

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    applications::state::{Event, NotPossible, State},
    core::{
        answers::FieldErrors,
        category::EnvelopeKind,
        money::{Money, MoneyError},
    },
    identity::policy::NotAllowed,
};

/// Why a request is not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// It does not exist, or one may not know that it does.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or the session ended.
    #[error("sign in first")]
    SignIn,
    /// One may see it and not do it.
    #[error("not allowed")]
    Forbidden,
    /// What was posted is not a form of ours: no or a wrong forgery token, not UTF-8, ...
    #[error("the request is not valid: {0}")]
    BadRequest(&'static str),
    /// The form was made in an earlier session of this browser; it can be sent again.
    #[error("the form was made in an earlier session")]
    OldForm,
    /// More bytes than any form of ours has.
    #[error("the request is too large")]
    TooLarge,
    /// Too many tries; try again after this many seconds.
    #[error("too many tries")]
    TooMany {
        /// Seconds to wait.
        seconds: u64,
    },
    /// What was typed cannot be meant; every finding with its field.
    #[error("the input is not valid")]
    Invalid(FieldErrors),
    /// Somebody else saved meanwhile.
    #[error("someone else changed this meanwhile")]
    Stale,
    /// A rule of the domain stands in the way.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// More is asked of the machine than it can do now.
    #[error("busy, try again")]
    Busy,
    /// The transaction could not be serialised; `db` runs it again and never lets this out.
    #[error("could not be serialised")]
    Retry,
    /// A bug or a broken machine.
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A rule that stands in the way, with what is needed to say so and to say what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The state of the application does not allow it.
    NotPossible {
        /// Where the application stands.
        state: State,
        /// What was tried.
        event: Event,
    },
    /// The application cannot be changed in this state, or this section is not open.
    NotOpenForChange,
    /// A file waits for the virus scanner.
    FileWaits,
    /// Something was found in a file; it is held.
    FileHeld,
    /// Who was invited was given other sections, or may only read.
    NotGiven,
    /// Somebody removed this project.
    ProjectRemoved,
    /// The window has not opened yet.
    WindowNotOpen {
        /// When it opens (UTC).
        opens_at: NaiveDateTime,
    },
    /// The window has closed.
    WindowClosed {
        /// When it closed (UTC).
        closed_at: NaiveDateTime,
    },
    /// The window is open: until it closes anybody can still apply.
    WindowStillOpen {
        /// When it closes (UTC).
        closes_at: NaiveDateTime,
    },
    /// The check list still has this many points that block.
    NotComplete {
        /// How many.
        blocking: usize,
    },
    /// What was submitted is taken back to be corrected only from submission until it is handled.
    NotCorrected {
        /// Where the application stands.
        state: State,
    },
    /// Nobody but who asks can sign the application.
    NobodyToSign,
    /// The cycle is open already: its amounts can only change by decisions.
    CycleNotDraft,
    /// The cycle is not open: nothing is booked in it yet, or nothing any more.
    CycleNotOpen,
    /// The scheme is frozen since the first window opened on it; make a new version.
    SchemeFrozen,
    /// There is one already.
    AlreadyExists,
    /// A top-up needs an award in the cycle's main round.
    NoAwardToAddTo,
    /// Interests have not been declared for this dossier.
    InterestsNotDeclared,
    /// Projects that lack a final NCTV assessment.
    AssessmentMissing {
        /// Their titles.
        projects: Vec<String>,
    },
    /// Prevention projects that lack SZW's advice.
    SzwAdviceMissing {
        /// Their titles.
        projects: Vec<String>,
    },
    /// An assessment that is final does not change any more.
    AssessmentFinal,
    /// The municipality can still complete its application.
    CurePeriodRuns {
        /// The last day to complete.
        due_on: NaiveDate,
    },
    /// To leave an application untreated had to be made known by this day (Awb 4:5 lid 4).
    UntreatedTooLate {
        /// The last day.
        last_day: NaiveDate,
    },
    /// A reviewer who closed an assessment stays assigned.
    HasAssessed {
        /// Who.
        name: String,
    },
    /// Applications of the cycle still wait for a decision or its notification.
    CycleNotDone {
        /// How many.
        open: usize,
    },
    /// A window of the cycle has not closed yet.
    WindowsStillOpen,
    /// Reviewers are assigned and projects assessed only while the application is being handled.
    NotInAssessment {
        /// Where the application stands.
        state: State,
    },
    /// More is promised than an envelope has.
    OverCeiling {
        /// The budget year.
        year: i32,
        /// The envelope.
        envelope: EnvelopeKind,
        /// What was asked.
        asked: Money,
        /// What is still free.
        room: Money,
    },
    /// What others ask would take money that an envelope keeps for its own category.
    BelowFloor {
        /// The budget year.
        year: i32,
        /// The envelope.
        envelope: EnvelopeKind,
        /// What was asked.
        asked: Money,
        /// What others can have.
        room: Money,
    },
    /// An applicant would be promised more than it gets of a year at most.
    AboveApplicantLimit {
        /// The budget year.
        year: i32,
        /// What was asked.
        asked: Money,
        /// What more it can get.
        room: Money,
    },
    /// An applicant would be promised less than it gets of a year at least, although it asks that.
    BelowApplicantLimit {
        /// The budget year.
        year: i32,
        /// What was asked.
        asked: Money,
        /// What this application has to give.
        least: Money,
    },
    /// The most that an applicant gets would become less than it was promised.
    LimitBelowPromised {
        /// The budget year.
        year: i32,
        /// What was asked.
        asked: Money,
        /// What it was promised.
        promised: Money,
    },
    /// More would be given another purpose than was released or recovered.
    NotComeBack {
        /// The budget year.
        year: i32,
        /// The envelope.
        envelope: EnvelopeKind,
        /// What was asked.
        asked: Money,
        /// What came back.
        room: Money,
    },
    /// An envelope would get less than is promised from it.
    BelowPromised {
        /// The budget year.
        year: i32,
        /// The envelope.
        envelope: EnvelopeKind,
        /// How much less was asked.
        asked: Money,
        /// What is still free.
        room: Money,
    },
    /// A ceiling moved since another was proposed.
    CeilingMoved {
        /// The budget year.
        year: i32,
        /// The envelope.
        envelope: EnvelopeKind,
        /// What it was when it was proposed.
        was: Money,
        /// What it is now.
        is: Money,
        /// What was proposed.
        becomes: Money,
    },
    /// Four eyes: who proposed does not decide.
    FourEyes,
    /// Four eyes: who changed amounts of a scenario by hand does not decide on the proposals that come from it.
    EditedScenario,
    /// SZW has not agreed to the prevention projects.
    SzwConsentMissing,
    /// SZW refused; a new proposal is needed.
    SzwRefused,
    /// Assessed amounts or rules changed since the scenario was made.
    ScenarioStale,
    /// The scenario is adopted or discarded and does not change any more.
    ScenarioClosed,
    /// The scenario divides more than there is: it can be looked at, and not adopted.
    ScenarioHypothetical,
    /// The scenario has no division, or breaks a rule; the first sentence that says which.
    ScenarioBreaksRule(String),
    /// An award changed since a change of it was proposed.
    AwardMoved,
    /// A change of this award waits for a decision already.
    AmendmentOpen,
    /// There is no award that was made known, so nothing to change.
    NoAward,
    /// An amount lies above what is eligible, or below the minimum that a project can do with.
    AmountOutOfRange {
        /// At least this, or nothing.
        minimum: Money,
        /// At most this.
        eligible: Money,
    },
    /// Indicators can be reported only for an award that was sent.
    NothingAwarded,
    /// The last day passed.
    TooLate {
        /// The last day.
        last_day: NaiveDate,
    },
    /// The installation was built without PDF.
    NoPdf,
    /// There is too much text for a PDF.
    TooLongToPrint,
}

impl AppError {
    /// Wraps what should not have happened.
    pub fn internal(err: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> AppError {
        AppError::Internal(err.into())
    }

    /// For `map_err` where the machine, not the request, is the cause.
    pub fn busy<E>(_: E) -> AppError {
        AppError::Busy
    }
}

impl From<Refusal> for AppError {
    fn from(it: Refusal) -> AppError {
        AppError::Refused(it)
    }
}

impl From<NotPossible> for AppError {
    fn from(it: NotPossible) -> AppError {
        AppError::Refused(Refusal::NotPossible {
            state: it.state,
            event: it.event,
        })
    }
}

impl From<NotAllowed> for AppError {
    fn from(_: NotAllowed) -> AppError {
        AppError::Forbidden
    }
}

impl From<MoneyError> for AppError {
    fn from(err: MoneyError) -> AppError {
        AppError::internal(err)
    }
}

impl From<serde_json::Error> for AppError {
    fn from(err: serde_json::Error) -> AppError {
        AppError::internal(err)
    }
}

impl From<askama::Error> for AppError {
    fn from(err: askama::Error) -> AppError {
        AppError::internal(err)
    }
}

impl From<diesel::result::Error> for AppError {
    fn from(err: diesel::result::Error) -> AppError {
        use diesel::result::{DatabaseErrorKind, Error};
        match err {
            Error::NotFound => AppError::NotFound,
            Error::DatabaseError(kind, ref info)
                if matches!(kind, DatabaseErrorKind::SerializationFailure)
                    || info.message().contains("deadlock detected")
                    || info.message().contains("lock timeout")
                    || info.message().contains("database is locked") =>
            {
                AppError::Retry
            }
            // The server gave up on a statement after the time that `db::connection` allows one: nothing was written.
            Error::DatabaseError(_, ref info)
                if info.message().contains("due to statement timeout") =>
            {
                AppError::Busy
            }
            err => AppError::internal(err),
        }
    }
}
