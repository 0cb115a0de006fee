//! SQL that finds to whom an envelope is promised, by the balance that is kept for each project.
//! Written out; it means the same on both databases. No rules.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Text},
};

use super::{MOST, Promise, Promises, Whom};
use crate::{
    core::{
        ids::{AccountId, ApplicationId, EnvelopeId, ProjectId},
        money::Money,
    },
    db::Conn,
    error::AppError,
};

/// What a project holds of an envelope by a decision, paid or not, of the columns of
/// `project_balances`; nothing where it has no row there. It is what the lines behind the figure
/// `toegekend` add up to.
pub const AWARDED: &str = "CAST(COALESCE(committed_cents + advanced_cents + paid_cents + accepted_cents + determined_cents, 0) AS BIGINT)";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    application: ApplicationId,
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Text)]
    id: ProjectId,
    #[diesel(sql_type = Text)]
    project: String,
    #[diesel(sql_type = BigInt)]
    reserved: Money,
    #[diesel(sql_type = BigInt)]
    awarded: Money,
    #[diesel(sql_type = Bool)]
    is_closed: bool,
    #[diesel(sql_type = BigInt)]
    many: i64,
}

/// The promises of an envelope, for this person: of a dossier in which
/// they have an interest they see the amounts alone. In one statement.
pub fn of_envelope(
    conn: &mut Conn,
    envelope: &EnvelopeId,
    account: &AccountId,
) -> Result<Promises, AppError> {
    let query = format!(
        "SELECT a.id AS application, a.reference AS reference, p.id AS id, p.title AS project, \
                s.reserved AS reserved, s.awarded AS awarded, \
                EXISTS (SELECT 1 FROM interest_declarations i WHERE i.account_id = $1 \
                        AND i.application_id = a.id AND i.has_conflict) AS is_closed, \
                COUNT(*) OVER () AS many \
         FROM (SELECT project_id, reserved_cents AS reserved, {AWARDED} AS awarded \
               FROM project_balances WHERE envelope_id = $2) AS s \
         JOIN projects p ON p.id = s.project_id \
         JOIN applications a ON a.id = p.application_id \
         WHERE 0 < s.reserved + s.awarded \
         ORDER BY s.reserved + s.awarded DESC, s.project_id LIMIT {MOST}"
    );
    let rows: Vec<Row> = diesel::sql_query(query)
        .bind::<Text, _>(account)
        .bind::<Text, _>(envelope)
        .load(conn)?;
    Ok(Promises {
        count: rows.first().map_or(0, |it| it.many),
        largest: rows.into_iter().map(promise).collect(),
    })
}

fn promise(it: Row) -> Promise {
    let whom = Whom {
        application: it.application,
        reference: it.reference,
        id: it.id,
        project: it.project,
    };
    Promise {
        whom: (!it.is_closed).then_some(whom),
        reserved: it.reserved,
        awarded: it.awarded,
    }
}
