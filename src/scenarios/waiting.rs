//! Who stays out of a scenario that is adopted: applications that are not assessed yet, and regions that were given more
//! time and can still apply. Pure.

use chrono::NaiveDateTime;

use super::{open::Setting, store::Dossier};
use crate::{
    applications::state::State,
    texts::{dates, labels::Label},
};

/// A region that stays out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its name.
    pub region: String,
    /// Why.
    pub why: String,
}

/// Everybody who stays out at this moment, in the order of the regions.
pub fn waiting(setting: &Setting, now: NaiveDateTime) -> Vec<Waiting> {
    let dossiers = &setting.material.dossiers;
    let on_its_way = |it: &&Dossier| {
        matches!(
            it.application.state,
            State::Submitted
                | State::CompletionRequested
                | State::Completed
                | State::InAssessment
                | State::NotTreatedProposed
        )
    };
    let not_assessed = dossiers.iter().filter(on_its_way).map(|it| Waiting {
        region: it.region.clone(),
        why: format!(
            "de aanvraag is nog niet beoordeeld ({})",
            it.application.state.label().to_lowercase()
        ),
    });
    let has_applied = |region| {
        let mut own = dossiers.iter().map(|it| &it.application);
        own.any(|it| it.region_id == region && it.state != State::Withdrawn)
    };
    let given = setting.round.more_time.iter();
    let can_apply = given
        .filter(|it| now < it.closes_at && !has_applied(it.region.clone()))
        .map(|it| Waiting {
            region: it.name.clone(),
            why: format!(
                "kreeg uitstel en kan nog aanvragen tot {}",
                dates::moment(it.closes_at)
            ),
        });
    not_assessed.chain(can_apply).collect()
}
