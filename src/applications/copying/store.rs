//! SQL about where texts came from. No rules.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::Copied;
use crate::{
    applications::{Application, submission::content::Content},
    core::ids::{ApplicationId, MunicipalityId, ProjectId, RegionId},
    db::{
        Conn, Tx,
        schema::{
            application_copies, application_versions, application_windows, applications, cycles,
        },
    },
    error::AppError,
    schemes::{Cycle, WindowKind},
};

/// The last application of a region and its lead in the main window of a cycle before this year
/// that was submitted.
pub fn earlier(
    conn: &mut Conn,
    region: &RegionId,
    lead: &MunicipalityId,
    before: i32,
) -> Result<Option<(Application, Cycle)>, AppError> {
    Ok(applications::table
        .inner_join(application_windows::table.inner_join(cycles::table))
        .filter(applications::lead_municipality_id.eq(lead))
        .filter(applications::region_id.eq(region))
        .filter(applications::latest_version.gt(0))
        .filter(application_windows::kind.eq(WindowKind::Main))
        .filter(cycles::first_year.lt(before))
        .order((cycles::first_year.desc(), applications::id.desc()))
        .select((Application::as_select(), Cycle::as_select()))
        .first(conn)
        .optional()?)
}

/// An application of which something was taken over, with its cycle.
pub fn source(conn: &mut Conn, id: &ApplicationId) -> Result<(Application, Cycle), AppError> {
    Ok(applications::table
        .inner_join(application_windows::table.inner_join(cycles::table))
        .filter(applications::id.eq(id))
        .select((Application::as_select(), Cycle::as_select()))
        .first(conn)?)
}

/// Keeps where the texts of an application came from: the version of then stays the one of the first time.
pub fn keep(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    source: &Application,
    projects: &BTreeMap<ProjectId, ProjectId>,
) -> Result<(), AppError> {
    let projects = serde_json::to_string(projects)?;
    let changed = diesel::update(application_copies::table.find(id))
        .set(application_copies::projects.eq(&projects))
        .execute(tx.conn)?;
    if changed == 1 {
        return Ok(());
    }
    diesel::insert_into(application_copies::table)
        .values((
            application_copies::application_id.eq(id),
            application_copies::source_id.eq(&source.id),
            application_copies::source_number.eq(source.latest_version),
            application_copies::projects.eq(&projects),
        ))
        .execute(tx.conn)?;
    diesel::update(applications::table.find(id))
        .set(applications::copied_from.eq(Some(&source.id)))
        .execute(tx.conn)?;
    Ok(())
}

/// What was taken over, for an application that took something over.
pub fn copied(conn: &mut Conn, application: &Application) -> Result<Option<Copied>, AppError> {
    if application.copied_from.is_none() {
        return Ok(None);
    }
    let (projects, content): (String, String) = application_copies::table
        .inner_join(
            application_versions::table.on(application_versions::application_id
                .eq(application_copies::source_id)
                .and(application_versions::number.eq(application_copies::source_number))),
        )
        .filter(application_copies::application_id.eq(&application.id))
        .select((application_copies::projects, application_versions::content))
        .first(conn)?;
    let content = Content::parse(&content)?;
    Ok(Some(Copied {
        cycle: content.cycle.clone(),
        projects: serde_json::from_str(&projects)?,
        content,
    }))
}
