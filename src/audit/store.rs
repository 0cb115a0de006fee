//! SQL about facts. No rules.

use chrono::NaiveDateTime;
use diesel::{prelude::*, sql_types::Text};

use super::chain::Link;
use crate::{
    db::{
        Conn, Tx,
        schema::{audit_facts, audit_heads},
    },
    error::AppError,
};

/// Where a stream ends.
#[derive(
    Debug, Clone, PartialEq, Eq, Queryable, Selectable, serde::Serialize, serde::Deserialize,
)]
#[diesel(table_name = audit_heads)]
pub struct Head {
    /// The dossier, cycle, account, ...
    pub stream: String,
    /// How many facts it has.
    pub seq: i64,
    /// The hash of the last.
    pub hash: String,
}

/// A fact as it is stored.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Queryable,
    Selectable,
    Insertable,
    serde::Serialize,
    serde::Deserialize,
)]
#[diesel(table_name = audit_facts, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are described at chain::Link")]
pub struct FactRow {
    pub id: String,
    pub stream: String,
    pub seq: i64,
    pub at: NaiveDateTime,
    pub actor_id: String,
    pub actor_name: String,
    pub kind: String,
    pub detail: String,
    pub origin: String,
    pub prev_hash: String,
    pub hash: String,
}

pub(super) fn head(conn: &mut Conn, stream: &str) -> Result<Option<Head>, AppError> {
    Ok(audit_heads::table
        .find(stream)
        .select(Head::as_select())
        .first(conn)
        .optional()?)
}

/// Adds a fact. The database moves the head of its stream, and takes no fact that does not follow it.
pub(super) fn append(tx: &mut Tx<'_>, link: &Link) -> Result<(), AppError> {
    diesel::insert_into(audit_facts::table)
        .values(&FactRow::from(link))
        .execute(tx.conn)?;
    Ok(())
}

/// The facts of one stream, oldest first, at most `limit`.
pub fn of_stream(conn: &mut Conn, stream: &str, limit: i64) -> Result<Vec<FactRow>, AppError> {
    Ok(audit_facts::table
        .filter(audit_facts::stream.eq(stream))
        .order(audit_facts::seq)
        .limit(limit)
        .select(FactRow::as_select())
        .load(conn)?)
}

/// The facts of one stream that are of these kinds, newest first; at most `limit`.
pub fn latest_of_kinds(
    conn: &mut Conn,
    stream: &str,
    kinds: &[&str],
    limit: i64,
) -> Result<Vec<FactRow>, AppError> {
    Ok(audit_facts::table
        .filter(audit_facts::stream.eq(stream))
        .filter(audit_facts::kind.eq_any(kinds.to_vec()))
        .order(audit_facts::seq.desc())
        .limit(limit)
        .select(FactRow::as_select())
        .load(conn)?)
}

/// The facts of one stream, newest first: one page of them.
pub fn latest_of_stream(
    conn: &mut Conn,
    stream: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<FactRow>, AppError> {
    Ok(audit_facts::table
        .filter(audit_facts::stream.eq(stream))
        .order(audit_facts::seq.desc())
        .limit(limit)
        .offset(offset)
        .select(FactRow::as_select())
        .load(conn)?)
}

/// How many facts a stream has.
pub fn count_of_stream(conn: &mut Conn, stream: &str) -> Result<i64, AppError> {
    Ok(audit_facts::table
        .filter(audit_facts::stream.eq(stream))
        .count()
        .get_result(conn)?)
}

/// The facts of all streams, newest first: one page of them.
pub fn latest(conn: &mut Conn, limit: i64, offset: i64) -> Result<Vec<FactRow>, AppError> {
    Ok(audit_facts::table
        .order((audit_facts::at.desc(), audit_facts::id.desc()))
        .limit(limit)
        .offset(offset)
        .select(FactRow::as_select())
        .load(conn)?)
}

/// How many facts there are.
pub fn count(conn: &mut Conn) -> Result<i64, AppError> {
    Ok(audit_facts::table.count().get_result(conn)?)
}

/// The next facts after a place, in the order in which they are verified: by stream, by number.
pub fn after(
    conn: &mut Conn,
    stream: &str,
    seq: i64,
    limit: i64,
) -> Result<Vec<FactRow>, AppError> {
    Ok(audit_facts::table
        .filter(
            audit_facts::stream
                .gt(stream.to_owned())
                .or(audit_facts::stream
                    .eq(stream.to_owned())
                    .and(audit_facts::seq.gt(seq))),
        )
        .order((audit_facts::stream, audit_facts::seq))
        .limit(limit)
        .select(FactRow::as_select())
        .load(conn)?)
}

/// All heads, by stream.
pub fn heads(conn: &mut Conn) -> Result<Vec<Head>, AppError> {
    Ok(audit_heads::table
        .order(audit_heads::stream)
        .select(Head::as_select())
        .load(conn)?)
}

/// Applications, cycles and scenarios that no fact tells of: a stream that was removed together
/// with its head. At most 200.
pub fn missing_streams(conn: &mut Conn) -> Result<Vec<String>, AppError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        stream: String,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT d.stream AS stream FROM (\
         SELECT 'application:' || id AS stream FROM applications \
         UNION ALL SELECT 'cycle:' || id FROM cycles \
         UNION ALL SELECT 'scenario:' || id FROM scenarios) AS d \
         LEFT JOIN audit_heads h ON h.stream = d.stream \
         WHERE h.stream IS NULL ORDER BY d.stream LIMIT 200",
    )
    .load(conn)?;
    Ok(rows.into_iter().map(|it| it.stream).collect())
}

impl From<&Link> for FactRow {
    fn from(it: &Link) -> FactRow {
        FactRow {
            hash: it.hash(),
            id: it.id.clone(),
            stream: it.stream.clone(),
            seq: it.seq,
            at: it.at,
            actor_id: it.actor_id.clone(),
            actor_name: it.actor_name.clone(),
            kind: it.kind.clone(),
            detail: it.detail.clone(),
            origin: it.origin.clone(),
            prev_hash: it.prev_hash.clone(),
        }
    }
}

impl From<&FactRow> for Link {
    fn from(it: &FactRow) -> Link {
        Link {
            id: it.id.clone(),
            stream: it.stream.clone(),
            seq: it.seq,
            at: it.at,
            actor_id: it.actor_id.clone(),
            actor_name: it.actor_name.clone(),
            kind: it.kind.clone(),
            detail: it.detail.clone(),
            origin: it.origin.clone(),
            prev_hash: it.prev_hash.clone(),
        }
    }
}
