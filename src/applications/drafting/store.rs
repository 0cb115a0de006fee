//! SQL about what is written of an application. No rules.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{CompletionRequest, Draft, DraftProject, Opening, RemovedProject, SavedSection};
use crate::{
    applications::{Application, section::SectionName, state::State, store},
    core::{
        actor::Actor,
        answers::Answers,
        ids::{ApplicationId, CompletionRequestId, MunicipalityId, RegionId, WindowId},
    },
    db::{
        Conn, Tx,
        schema::{
            accounts, application_participants, application_sections, applications,
            completion_requests, decisions, municipalities,
        },
    },
    error::AppError,
    schemes::{self, Municipality},
};

/// The sections that were saved, with who did so.
pub fn sections(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<BTreeMap<SectionName, SavedSection>, AppError> {
    let rows: Vec<(SectionName, String, chrono::NaiveDateTime, String, i32)> =
        application_sections::table
            .inner_join(accounts::table)
            .filter(application_sections::application_id.eq(id))
            .order(application_sections::section)
            .limit(10)
            .select((
                application_sections::section,
                application_sections::answers,
                application_sections::saved_at,
                accounts::name,
                application_sections::version,
            ))
            .load(conn)?;
    rows.into_iter()
        .map(|(name, answers, saved_at, saved_by, version)| {
            let section = SavedSection {
                answers: serde_json::from_str(&answers)?,
                saved_at: Some(saved_at),
                saved_by,
                version,
            };
            Ok((name, section))
        })
        .collect()
}

/// Saves a section, if nobody saved since version `seen` of it (0: it was never saved).
pub fn save_section(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    section: SectionName,
    answers: &Answers,
    seen: i32,
) -> Result<(), AppError> {
    let answers = serde_json::to_string(answers)?;
    let changed = if seen == 0 {
        diesel::insert_into(application_sections::table)
            .values((
                application_sections::application_id.eq(id),
                application_sections::section.eq(section),
                application_sections::answers.eq(answers),
                application_sections::saved_at.eq(tx.now),
                application_sections::saved_by.eq(&tx.actor.id),
                application_sections::version.eq(1),
            ))
            .execute(tx.conn)?
    } else {
        diesel::update(
            application_sections::table
                .find((id, section))
                .filter(application_sections::version.eq(seen)),
        )
        .set((
            application_sections::answers.eq(answers),
            application_sections::saved_at.eq(tx.now),
            application_sections::saved_by.eq(&tx.actor.id),
            application_sections::version.eq(application_sections::version + 1),
        ))
        .execute(tx.conn)?
    };
    match changed {
        1 => Ok(()),
        _ => Err(AppError::Stale),
    }
}

/// The municipalities that an application is made for, by name.
pub fn participants(conn: &mut Conn, id: &ApplicationId) -> Result<Vec<Municipality>, AppError> {
    Ok(application_participants::table
        .inner_join(municipalities::table)
        .filter(application_participants::application_id.eq(id))
        .order((municipalities::sort_name, municipalities::id))
        .limit(500)
        .select(Municipality::as_select())
        .load(conn)?)
}

/// Makes the application one for exactly these municipalities.
pub fn set_participants(
    tx: &mut Tx<'_>,
    id: &ApplicationId,
    participants: &[&MunicipalityId],
) -> Result<(), AppError> {
    diesel::delete(
        application_participants::table.filter(application_participants::application_id.eq(id)),
    )
    .execute(tx.conn)?;
    for participant in participants {
        diesel::insert_into(application_participants::table)
            .values((
                application_participants::application_id.eq(id),
                application_participants::municipality_id.eq(*participant),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Everything that is written of an application, in two statements.
pub fn draft(conn: &mut Conn, id: &ApplicationId) -> Result<Draft, AppError> {
    let sections = sections(conn, id)?;
    let mut draft = Draft {
        sections,
        ..Draft::default()
    };
    for (project, typed, removed_at) in store::written_projects(conn, id)? {
        match removed_at {
            None => draft.projects.push(DraftProject {
                project,
                answers: serde_json::from_str(&typed)?,
            }),
            Some(removed_at) => draft.removed.push(RemovedProject {
                id: project.id,
                title: project.title,
                removed_at,
            }),
        }
    }
    draft
        .removed
        .sort_by_key(|it| std::cmp::Reverse(it.removed_at));
    Ok(draft)
}

/// When and where an application can be changed by this person, who may know of it.
pub fn opening(
    conn: &mut Conn,
    actor: &Actor,
    application: &Application,
) -> Result<Opening, AppError> {
    let region = Some(&application.region_id);
    let window = schemes::store::window_for(conn, &application.window_id, region)?;
    let grant = store::may_know(conn, actor, application)?;
    let request = match application.state {
        State::CompletionRequested => open_request(conn, &application.id)?,
        _ => None,
    };
    Ok(Opening {
        window,
        request,
        grant,
    })
}

/// The last request for completion that was not answered.
fn open_request(
    conn: &mut Conn,
    id: &ApplicationId,
) -> Result<Option<CompletionRequest>, AppError> {
    let row: Option<RequestRow> = completion_requests::table
        .filter(completion_requests::application_id.eq(id))
        .filter(completion_requests::answered_at.is_null())
        .order((
            completion_requests::requested_at.desc(),
            completion_requests::id.desc(),
        ))
        .select(REQUEST)
        .first(conn)
        .optional()?;
    row.map(request).transpose()
}

/// What is read of a request for completion.
pub const REQUEST: (
    completion_requests::id,
    completion_requests::sections,
    completion_requests::message,
    completion_requests::due_on,
) = (
    completion_requests::id,
    completion_requests::sections,
    completion_requests::message,
    completion_requests::due_on,
);

/// A request for completion as it is read.
pub type RequestRow = (CompletionRequestId, String, String, NaiveDate);

/// The request that was read.
pub fn request((id, sections, message, due_on): RequestRow) -> Result<CompletionRequest, AppError> {
    Ok(CompletionRequest {
        id,
        sections: serde_json::from_str(&sections)?,
        message,
        due_on,
    })
}

/// Marks a request for completion as answered.
pub fn answer_request(tx: &mut Tx<'_>, id: &CompletionRequestId) -> Result<(), AppError> {
    diesel::update(completion_requests::table.find(id))
        .set(completion_requests::answered_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends the requests for completion that were not answered: the application starts anew.
pub fn end_requests(tx: &mut Tx<'_>, id: &ApplicationId) -> Result<(), AppError> {
    diesel::update(
        completion_requests::table
            .filter(completion_requests::application_id.eq(id))
            .filter(completion_requests::answered_at.is_null()),
    )
    .set(completion_requests::answered_at.eq(Some(tx.now)))
    .execute(tx.conn)?;
    Ok(())
}

/// Whether a region has an application in a window.
pub fn exists(conn: &mut Conn, window: &WindowId, region: &RegionId) -> Result<bool, AppError> {
    Ok(diesel::select(diesel::dsl::exists(
        applications::table
            .filter(applications::window_id.eq(window))
            .filter(applications::region_id.eq(region)),
    ))
    .get_result(conn)?)
}

/// Which of these references there are.
pub fn references_among(conn: &mut Conn, candidates: &[String]) -> Result<Vec<String>, AppError> {
    Ok(applications::table
        .filter(applications::reference.eq_any(candidates.to_vec()))
        .order((applications::reference, applications::id))
        .limit(100)
        .select(applications::reference)
        .load(conn)?)
}

/// The application of a region in a window of which an award was made known.
pub fn awarded(
    conn: &mut Conn,
    window: &WindowId,
    region: &RegionId,
) -> Result<Option<Application>, AppError> {
    Ok(applications::table
        .inner_join(decisions::table.on(decisions::application_id.eq(applications::id)))
        .filter(applications::window_id.eq(window))
        .filter(applications::region_id.eq(region))
        .filter(applications::state.eq(State::Notified))
        .filter(decisions::outcome.eq_any(["awarded", "partially_awarded"]))
        .filter(decisions::notified_at.is_not_null())
        .order((applications::id, decisions::id))
        .select(Application::as_select())
        .first(conn)
        .optional()?)
}
