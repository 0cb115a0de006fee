//! SQL of the auditor's pages. No rules.

use diesel::prelude::*;

use crate::{
    core::ids::ApplicationId,
    db::{Conn, schema::applications},
    error::AppError,
};

/// The application that people call by this reference.
pub fn application(conn: &mut Conn, reference: &str) -> Result<Option<ApplicationId>, AppError> {
    Ok(applications::table
        .filter(applications::reference.eq(reference))
        .select(applications::id)
        .first(conn)
        .optional()?)
}
