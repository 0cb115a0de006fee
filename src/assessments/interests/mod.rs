//! Declarations of interests: whoever assesses or decides first says, per dossier, whether they
//! have an interest in it (Awb 2:4). A declared conflict closes the dossier to that person
//! everywhere: `applications::store::visible` does so.
pub mod actions;
pub mod form;
pub mod pages;
pub mod store;

use chrono::NaiveDateTime;

use crate::{
    core::{actor::Actor, ids::ApplicationId},
    db::Conn,
    error::AppError,
    identity::policy::{self, Action},
};

/// What somebody declared about one dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Whether they have an interest in it.
    pub has_conflict: bool,
    /// Which; not empty where there is one.
    pub note: String,
    /// When.
    pub declared_at: NaiveDateTime,
}

/// Whether somebody declared that they have no interest in a dossier, so that they may assess it
/// or decide on it.
pub fn declared(
    conn: &mut Conn,
    actor: &Actor,
    application: &ApplicationId,
) -> Result<bool, AppError> {
    let declaration = store::declaration(conn, actor, application)?;
    Ok(declaration.is_some_and(|it| !it.has_conflict))
}

/// Whether somebody has to declare before they may use assessments at all: those who assess and
/// those who decide. Others read along.
pub fn must_declare(actor: &Actor) -> bool {
    [Action::Assess, Action::Decide, Action::CoDecide]
        .into_iter()
        .any(|it| policy::may(actor, it))
}

/// Where somebody declares their interests in a dossier, to go on to `then` afterwards.
pub fn address(application: &ApplicationId, then: &str) -> String {
    format!("/aanvragen/{application}/belangen?naar={then}")
}
