//! Applications: what a region asks for, and its life until it is decided and sent.
pub mod actions;
pub mod attachments;
pub mod budget;
pub mod catalogue;
pub mod check;
pub mod collaboration;
pub mod copying;
pub mod dossier;
pub mod drafting;
pub mod openness;
pub mod overview;
pub mod pages;
pub mod presence;
pub mod progress;
pub mod project;
pub mod reference;
pub mod reminding;
pub mod saving;
pub mod second_look;
pub mod section;
pub mod signing;
pub mod state;
pub mod store;
pub mod submission;
pub mod versions;

use chrono::NaiveDateTime;

use crate::{
    core::{
        actor::Actor,
        category::{Category, SubItem},
        ids::{ApplicationId, MunicipalityId, ProjectId, RegionId, SigningId, WindowId},
        money::Money,
    },
    db::schema,
    identity::policy::{self, Action, NotAllowed},
    schemes::{Closing, Cycle, Municipality, Region, Window},
    web::frame::Frame,
};
use collaboration::Grant;
use drafting::CompletionRequest;
use state::State;

/// An application of one region in one window.
#[derive(
    Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable, diesel::Insertable,
)]
#[diesel(table_name = schema::applications, treat_none_as_default_value = false)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// What people call it by, such as `VG-2027-0503`.
    pub reference: String,
    /// The window it was made in.
    pub window_id: WindowId,
    /// For whom.
    pub region_id: RegionId,
    /// By whom: the lead on the day it was started.
    pub lead_municipality_id: MunicipalityId,
    /// The awarded application that a top-up adds to.
    pub parent_id: Option<ApplicationId>,
    /// Where it stands.
    pub state: State,
    /// The request to sign that waits for an answer.
    pub signing_id: Option<SigningId>,
    /// The earlier application whose texts it began with.
    pub copied_from: Option<ApplicationId>,
    /// The number of the last submitted version; 0 before the first.
    pub latest_version: i32,
    /// When it was first submitted.
    pub submitted_at: Option<NaiveDateTime>,
    /// When it was started.
    pub created_at: NaiveDateTime,
    /// When it last changed.
    pub updated_at: NaiveDateTime,
    /// Counts changes.
    pub version: i32,
}

impl Application {
    /// The way to its pages, for the frame of one of them.
    pub fn crumbs(&self, frame: Frame) -> Frame {
        let page = format!("/aanvragen/{}", self.id);
        frame
            .crumb("Aanvragen", "/aanvragen")
            .crumb(self.reference.as_str(), page)
    }
}

/// An application with where it belongs: what the head of every page of a dossier says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The application.
    pub application: Application,
    /// The window it was made in; it closes when it does for this region.
    pub window: Window,
    /// Why that is later than was set, in the order in which it was recorded.
    pub closings: Vec<Closing>,
    /// The cycle of that window.
    pub cycle: Cycle,
    /// For whom.
    pub region: Region,
    /// By whom.
    pub lead: Municipality,
    /// The request for completion that waits for an answer, if it is open again because of one.
    pub request: Option<CompletionRequest>,
    /// What was given to who looks, if they were invited to it.
    pub grant: Option<Grant>,
}

impl Head {
    /// Whether who looks may do this with the application.
    pub fn may(&self, actor: &Actor, action: Action) -> bool {
        policy::may_in(actor, self.grant.as_ref().map(|it| it.right), action)
    }

    /// The way to the pages of the application, for the frame of one of them.
    pub fn crumbs(&self, frame: Frame) -> Frame {
        self.application.crumbs(frame)
    }

    /// Whether who looks may write in every section, and not only in those that they were asked for.
    pub fn may_write_all(&self, actor: &Actor) -> bool {
        let has_all = self.grant.as_ref().is_none_or(|it| it.sections.is_none());
        has_all && self.may(actor, Action::EditApplication)
    }

    /// `Ok` if who looks may do this with the application; 403 otherwise.
    pub fn require(&self, actor: &Actor, action: Action) -> Result<(), NotAllowed> {
        policy::require_in(actor, self.grant.as_ref().map(|it| it.right), action)
    }
}

/// A project of an application: what was typed means so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its application.
    pub application_id: ApplicationId,
    /// Its place in the application, from 1.
    pub position: i32,
    /// Its title.
    pub title: String,
    /// Its category, once chosen.
    pub category: Option<Category>,
    /// Its part, once chosen.
    pub sub_item: Option<SubItem>,
    /// Its score in hundredths, once the assessment is closed.
    pub score_hundredths: Option<i64>,
    /// Counts changes.
    pub version: i32,
    /// Its years in order; a one-year project has one.
    pub years: Vec<ProjectYear>,
}

/// The amounts of a project in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectYear {
    /// The budget year.
    pub year: i32,
    /// All costs.
    pub costs: Money,
    /// Paid by the municipalities themselves.
    pub own_contribution: Money,
    /// Paid by others.
    pub co_financing: Money,
    /// What is asked: costs less own contribution and co-financing.
    pub requested: Money,
    /// With less than this the project cannot be done; 0 if any amount helps.
    pub minimum: Money,
    /// What was found eligible, once the assessment is closed.
    pub eligible: Option<Money>,
}
