//! Everything that differs between SQLite and PostgreSQL. If a second file needs a `match` on
//! the database, the thing it needs belongs here.

use diesel::{
    Connection,
    connection::{AnsiTransactionManager, TransactionManager},
    migration::{MigrationSource, MigrationVersion},
    pg::Pg,
    prelude::*,
    r2d2::Error as PoolError,
    sql_types::{BigInt, Text},
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{
    Conn, Value, Work,
    schema::{applicant_limits, envelope_balances, envelopes},
};
use crate::{
    core::{
        ids::{EnvelopeId, MunicipalityId},
        money::Money,
    },
    error::AppError,
};

type Manager = <Conn as Connection>::TransactionManager;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Brings the tables up to date. On a server one process at a time does so.
pub(super) fn migrate(conn: &mut Conn) -> Result<(), AppError> {
    let failed = |it: Box<dyn std::error::Error + Send + Sync>| AppError::internal(it.to_string());
    match conn {
        Conn::Sqlite(it) => it
            .run_pending_migrations(SQLITE_MIGRATIONS)
            .map(drop)
            .map_err(failed),
        Conn::Postgres(it) => {
            diesel::sql_query("SELECT pg_advisory_lock(727274)").execute(it)?;
            let res: Result<Vec<MigrationVersion<'_>>, _> =
                it.run_pending_migrations(POSTGRES_MIGRATIONS);
            let res = res.map(drop).map_err(failed);
            diesel::sql_query("SELECT pg_advisory_unlock(727274)").execute(it)?;
            res
        }
    }
}

/// Migrations of this program against those of a database.
pub(super) struct Migrations {
    /// How many are waiting to be run.
    pub waiting: usize,
    /// How many were run that this program does not have.
    pub unknown: usize,
}

/// How the migrations of a database stand. Only reads: the library makes its own table when it is asked.
pub(super) fn migrations(conn: &mut Conn) -> Result<Migrations, AppError> {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let failed = |it: Box<dyn std::error::Error + Send + Sync>| AppError::internal(it.to_string());
    let (all, has_table) = match conn {
        Conn::Sqlite(_) => (
            MigrationSource::<Sqlite>::migrations(&SQLITE_MIGRATIONS)
                .map_err(failed)?
                .iter()
                .map(|it| it.name().version().to_string())
                .collect::<Vec<_>>(),
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name = '__diesel_schema_migrations'",
        ),
        Conn::Postgres(_) => (
            MigrationSource::<Pg>::migrations(&POSTGRES_MIGRATIONS)
                .map_err(failed)?
                .iter()
                .map(|it| it.name().version().to_string())
                .collect(),
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() \
             AND tablename = '__diesel_schema_migrations'",
        ),
    };
    if diesel::sql_query(has_table).load::<Name>(conn)?.is_empty() {
        return Ok(Migrations {
            waiting: all.len(),
            unknown: 0,
        });
    }
    let run: Vec<Name> =
        diesel::sql_query("SELECT version AS name FROM __diesel_schema_migrations").load(conn)?;
    let is_waiting = |version: &&String| run.iter().all(|it| it.name != **version);
    Ok(Migrations {
        waiting: all.iter().filter(is_waiting).count(),
        unknown: run.iter().filter(|it| !all.contains(&it.name)).count(),
    })
}

/// What a server said, if it is that it has no database of that name.
pub(super) fn missing(err: &PoolError) -> Option<String> {
    match err {
        PoolError::ConnectionError(ConnectionError::BadConnection(said))
            if said.contains("database \"") && said.contains("does not exist") =>
        {
            Some(said.trim().to_owned())
        }
        _ => None,
    }
}

/// SQLite takes its one write lock at the start: a deferred transaction that reads first cannot be
/// upgraded safely and fails with "database is locked". PostgreSQL serialises; what it cannot is
/// retried by `write`.
pub(super) fn begin_write(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(it) => AnsiTransactionManager::begin_transaction_sql(it, "BEGIN IMMEDIATE"),
        Conn::Postgres(it) => {
            AnsiTransactionManager::begin_transaction_sql(it, "BEGIN ISOLATION LEVEL SERIALIZABLE")
        }
    }
}

/// One snapshot for all that a page reads, and no way to write.
pub(super) fn read(conn: &mut Conn, work: &mut Work) -> Result<Value, AppError> {
    match conn {
        Conn::Sqlite(it) => AnsiTransactionManager::begin_transaction_sql(it, "BEGIN DEFERRED")?,
        Conn::Postgres(it) => AnsiTransactionManager::begin_transaction_sql(
            it,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        )?,
    }
    finish(conn, work)
}

/// A write transaction on a server, tried again while the server says that it could not be
/// serialised; and a few times where a row is there already, since somebody may have made it at this
/// very moment: run again, the use case sees the row and can say so.
pub(super) fn write(conn: &mut Conn, work: &mut Work) -> Result<Value, AppError> {
    const TRIES: u32 = 40;
    const TWICE: u32 = 3;
    let (mut tries, mut twice) = (1, 0);
    loop {
        begin_write(conn)?;
        match finish(conn, work) {
            Err(err) if (is_retry(&err) && tries < TRIES) || (is_twice(&err) && twice < TWICE) => {
                twice = twice.saturating_add(u32::from(is_twice(&err)));
                // Grows to a quarter of a second; the id's random tail spreads those who wait.
                let spread =
                    u64::from(uuid::Uuid::now_v7().as_bytes().last().copied().unwrap_or(1));
                let wait = spread % u64::from(2u32.saturating_pow(tries).min(256));
                std::thread::sleep(std::time::Duration::from_millis(wait.saturating_add(1)));
                tries = tries.saturating_add(1);
            }
            Err(AppError::Retry) => return Err(AppError::Busy),
            res => return res,
        }
    }
}

fn is_retry(err: &AppError) -> bool {
    matches!(err, AppError::Retry)
}

/// Whether a row was refused because there is one with the same key.
fn is_twice(err: &AppError) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    let AppError::Internal(err) = err else {
        return false;
    };
    matches!(
        err.downcast_ref::<Error>(),
        Some(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
    )
}

fn finish(conn: &mut Conn, work: &mut Work) -> Result<Value, AppError> {
    match work(conn) {
        Ok(it) => {
            Manager::commit_transaction(conn)?;
            Ok(it)
        }
        Err(err) => match Manager::rollback_transaction(conn) {
            Ok(()) | Err(diesel::result::Error::BrokenTransactionManager) => Err(err),
            Err(rollback) => Err(AppError::internal(rollback)),
        },
    }
}

/// Reads what is free in an envelope and keeps others from promising its money until this
/// transaction ends. On SQLite `BEGIN IMMEDIATE` already does. Take locks in the order of the
/// envelopes' ids, so that two who need the same ones do not wait for each other.
pub fn lock_envelope(conn: &mut Conn, id: &EnvelopeId) -> QueryResult<Money> {
    // The envelope's own row is locked: its balance may not have a row yet.
    if let Conn::Postgres(it) = conn {
        envelopes::table
            .find(id)
            .select(envelopes::id)
            .for_update()
            .first::<EnvelopeId>(it)?;
    }
    let free = envelope_balances::table
        .find(id)
        .select(envelope_balances::free_cents)
        .first(conn)
        .optional()?;
    Ok(free.unwrap_or(Money::ZERO))
}

/// Whether an applicant has limits; on a server their rows are kept from others until this
/// transaction ends, in the order of their years. Take it after the envelopes.
pub fn lock_limits(conn: &mut Conn, municipality: &MunicipalityId) -> QueryResult<bool> {
    let years = applicant_limits::table
        .filter(applicant_limits::municipality_id.eq(municipality))
        .order(applicant_limits::budget_year_id)
        .select(applicant_limits::budget_year_id);
    let found: Vec<String> = match conn {
        Conn::Sqlite(it) => years.load(it)?,
        Conn::Postgres(it) => years.for_update().load(it)?,
    };
    Ok(!found.is_empty())
}

/// One exact sum of cents. `SUM` over BIGINT is NUMERIC in PostgreSQL, and diesel reads SQLite's as
/// a double; hence `expression` is cast. It is SQL of our own making, with at most one `$1`.
pub fn sum_cents(conn: &mut Conn, from_and_where: &str, bind: &str) -> QueryResult<Money> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        total: Money,
    }
    diesel::sql_query(format!("SELECT {from_and_where}"))
        .bind::<Text, _>(bind)
        .get_result::<Row>(conn)
        .map(|it| it.total)
}

/// A line of a grouped count and sum.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Group {
    /// What the line is about: a state, a year, an id.
    #[diesel(sql_type = Text)]
    pub item: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// Their exact sum of cents.
    #[diesel(sql_type = BigInt)]
    pub total: Money,
}

/// Exact counts and sums per group, for the same reason as [`sum_cents`]. `sql` is of our own making,
/// selects a text `item`, a `count` and a `total` that is cast to BIGINT, and has one `$1`.
pub fn groups(conn: &mut Conn, sql: &str, bind: &str) -> QueryResult<Vec<Group>> {
    diesel::sql_query(sql)
        .bind::<Text, _>(bind)
        .get_results(conn)
}
