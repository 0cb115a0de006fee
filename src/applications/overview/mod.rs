//! The list of applications.
pub mod pages;
pub mod store;

use super::{Application, state::State};
use crate::core::{
    ids::{AccountId, MunicipalityId, WindowId},
    money::Money,
};

/// Which applications are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this municipality; staff see those that were submitted, of all.
    pub municipality: Option<MunicipalityId>,
    /// Besides, or only if there is no municipality, those that this person was invited to.
    pub invited: Option<AccountId>,
    /// Only in this window.
    pub window: Option<WindowId>,
    /// Only in one of these states; empty is any.
    pub states: Vec<State>,
    /// Only where the reference or the region holds this text, in the form of `sort_name`.
    pub text: String,
}

impl Filter {
    /// Whether staff ask: they see those that were submitted, of all.
    pub fn is_of_staff(&self) -> bool {
        self.municipality.is_none() && self.invited.is_none()
    }
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The application.
    pub application: Application,
    /// The name of its region.
    pub region: String,
    /// The name of its window.
    pub window: String,
    /// The first year of its cycle.
    pub first_year: i32,
    /// What is asked in the first and in the second year.
    pub requested: [Money; 2],
}
