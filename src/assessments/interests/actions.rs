//! Declaring interests: load, check, save, record.

use super::{form::Declared, store};
use crate::{
    applications,
    audit::{self, Fact, Stream},
    core::ids::ApplicationId,
    db::Tx,
    error::AppError,
    identity::policy::{self, Action},
};

/// Declares the actor's interests in a dossier. An interest can be declared later too; once it is,
/// the dossier is closed to them, so they cannot take it back.
pub fn declare(
    tx: &mut Tx<'_>,
    application: &ApplicationId,
    declared: &Declared,
) -> Result<(), AppError> {
    policy::require(&tx.actor, Action::DeclareInterests)?;
    let application = applications::store::visible(tx.conn, &tx.actor, application)?;
    store::put(tx, &application.id, declared.has_conflict, &declared.note)?;
    let fact = Fact::InterestsDeclared {
        has_conflict: declared.has_conflict,
    };
    audit::record(tx, Stream::Application(&application.id), &fact)
}
