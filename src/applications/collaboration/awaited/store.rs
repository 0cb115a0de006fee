//! SQL about whom and what an application waits for: in one statement, since the check page needs all of
//! it. Whose role or right lets them sign is asked of the policy.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    prelude::*,
    sql_types::{Nullable, Text},
};

use super::{Awaited, Invited, Open, Signer};
use crate::{
    applications::{collaboration::store::read_grant, section::SectionName, state::Event},
    audit::Stream,
    core::{
        actor::Role,
        ids::{AccountId, ApplicationId, TaskId},
    },
    db::Conn,
    error::AppError,
    identity::policy::{Action, Right},
};

/// The most rows that are read.
const MOST: i64 = 1_000;
/// How both databases write a moment as text.
const MOMENT: &str = "%Y-%m-%d %H:%M:%S%.f";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    organisation: String,
    #[diesel(sql_type = Text)]
    permission: String,
    #[diesel(sql_type = Nullable<Text>)]
    part: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    due_on: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    at: Option<String>,
}

/// Whom and what an application waits for.
pub fn of(conn: &mut Conn, id: &ApplicationId) -> Result<Awaited, AppError> {
    let rows: Vec<Row> = diesel::sql_query(sql())
        .bind::<Text, _>(id.as_str())
        .bind::<Text, _>(Stream::Application(id).to_string())
        .load(conn)?;
    let mut awaited = Awaited::default();
    for row in rows {
        match row.kind.as_str() {
            "signer" => awaited.add_signer(Signer {
                account: AccountId::from(row.id.as_str()),
                name: row.name,
                organisation: row.organisation,
            }),
            "task" => awaited.open.push(Open {
                id: TaskId::from(row.id.as_str()),
                assignee: row.name,
                section: section(row.part.as_deref())?,
                due_on: day(row.due_on.as_deref())?,
            }),
            "invited" => awaited.invited.push(invited(row)?),
            _ => awaited.taken_back_at = moment(row.at.as_deref())?,
        }
    }
    Ok(awaited)
}

impl Awaited {
    /// Who works for the municipality that applies, and was invited besides, counts once, as that.
    fn add_signer(&mut self, it: Signer) {
        match self
            .signers
            .iter_mut()
            .find(|old| old.account == it.account)
        {
            Some(old) if it.organisation.is_empty() => *old = it,
            Some(_) => {}
            None => self.signers.push(it),
        }
    }
}

/// `$1` is the application, `$2` the stream of its facts. A role in applications of others (an invited
/// person's) is none in this one.
fn sql() -> String {
    let submit = Action::SubmitApplication;
    let roles = Role::ALL
        .iter()
        .filter(|it| it.may(submit) && **it != Role::Collaborator)
        .map(|it| it.as_str());
    let rights = Right::ALL.iter().filter(|it| it.may(submit));
    let (roles, rights) = (quoted(roles), quoted(rights.map(|it| it.as_str())));
    let taken_back = Event::TAKING_BACK
        .map(|it| format!("f.detail LIKE '%\"{}\"%'", it.as_str()))
        .join(" OR ");
    format!(
        "SELECT 'signer' AS kind, p.id AS id, p.name AS name, '' AS organisation, '' AS permission, \
           CAST(NULL AS TEXT) AS part, CAST(NULL AS TEXT) AS due_on, CAST(NULL AS TEXT) AS at \
         FROM applications a JOIN accounts p ON p.municipality_id = a.lead_municipality_id \
         WHERE a.id = $1 AND p.disabled_at IS NULL AND EXISTS \
           (SELECT 1 FROM account_roles r WHERE r.account_id = p.id AND r.role IN ({roles})) \
         UNION ALL \
         SELECT 'signer', p.id, p.name, c.organisation, '', NULL, NULL, NULL \
         FROM collaborators c JOIN accounts p ON p.id = c.account_id \
         WHERE c.application_id = $1 AND c.removed_at IS NULL AND p.disabled_at IS NULL \
           AND c.permission IN ({rights}) \
         UNION ALL \
         SELECT 'invited', i.id, i.email, i.organisation, i.permission, i.sections, \
           CAST(i.due_on AS TEXT), CAST(i.expires_at AS TEXT) \
         FROM invitations i \
         WHERE i.application_id = $1 AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL \
         UNION ALL \
         SELECT 'task', t.id, p.name, '', '', t.section, CAST(t.due_on AS TEXT), NULL \
         FROM part_tasks t JOIN accounts p ON p.id = t.assignee_id \
         WHERE t.application_id = $1 AND t.dropped_at IS NULL AND t.done_at IS NULL \
         UNION ALL \
         SELECT 'taken_back', '', '', '', '', NULL, NULL, CAST(MAX(f.at) AS TEXT) FROM audit_facts f \
         WHERE f.stream = $2 AND f.kind = 'application_moved' \
           AND ({taken_back}) \
         ORDER BY kind, name, id LIMIT {MOST}"
    )
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|it| format!("'{it}'")).collect();
    names.join(", ")
}

fn invited(row: Row) -> Result<Invited, AppError> {
    let right = Right::parse(&row.permission).map_err(AppError::internal)?;
    Ok(Invited {
        email: row.name,
        organisation: row.organisation,
        grant: read_grant((right, row.part))?,
        due_on: day(row.due_on.as_deref())?,
        expires_at: moment(row.at.as_deref())?.ok_or(AppError::NotFound)?,
    })
}

fn section(text: Option<&str>) -> Result<Option<SectionName>, AppError> {
    let parsed = text.map(SectionName::parse).transpose();
    parsed.map_err(AppError::internal)
}

fn day(text: Option<&str>) -> Result<Option<NaiveDate>, AppError> {
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(AppError::internal)
}

fn moment(text: Option<&str>) -> Result<Option<NaiveDateTime>, AppError> {
    let parse = |it| NaiveDateTime::parse_from_str(it, MOMENT);
    text.map(parse).transpose().map_err(AppError::internal)
}
