//! The one type for a connection to either database, and how one is opened.
#![expect(
    clippy::disallowed_types,
    reason = "the derive names f32 and f64 for column types that we do not use"
)]

use diesel::{
    Connection,
    connection::{Instrumentation, InstrumentationEvent, SimpleConnection},
    r2d2::{Error as PoolError, ManageConnection, R2D2Connection},
};

use super::Listener;

/// A connection to PostgreSQL or SQLite. Which of them it is matters to `dialect` alone.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL, for more than one machine.
    Postgres(diesel::PgConnection),
    /// SQLite in one file, the embedded default. Last: its `establish` accepts any path.
    Sqlite(diesel::SqliteConnection),
}

/// Where the database is: `sqlite://PATH` or `postgres://...`.
#[derive(Clone)]
pub struct DatabaseUrl(String);

/// What is wrong with a database address.
#[derive(Debug, thiserror::Error)]
#[error("a database address starts with sqlite:// or postgres://")]
pub struct UnknownDatabase;

impl DatabaseUrl {
    /// Checks the scheme. A path without one is refused: a typo must not make an empty database.
    pub fn parse(url: &str) -> Result<DatabaseUrl, UnknownDatabase> {
        let known = ["sqlite://", "postgres://", "postgresql://"];
        if known.iter().any(|it| url.starts_with(it)) {
            Ok(DatabaseUrl(url.to_owned()))
        } else {
            Err(UnknownDatabase)
        }
    }

    /// The file of an embedded database.
    pub fn sqlite_path(&self) -> Option<&str> {
        self.0.strip_prefix("sqlite://")
    }
}

/// What a connection is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Many at once; on SQLite they cannot write.
    Read,
    /// The one writer of an embedded database, or any connection to a server.
    Write,
}

/// Opens connections for the pool, with somebody who listens to their statements if asked.
pub(super) struct Manager {
    url: DatabaseUrl,
    purpose: Purpose,
    listener: Option<Listener>,
}

impl Manager {
    pub(super) fn new(url: DatabaseUrl, purpose: Purpose, listener: Option<Listener>) -> Manager {
        Manager {
            url,
            purpose,
            listener,
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = PoolError;

    fn connect(&self) -> Result<Conn, PoolError> {
        let mut conn = match self.url.sqlite_path() {
            Some(path) => {
                let mut it = diesel::SqliteConnection::establish(path)
                    .map_err(PoolError::ConnectionError)?;
                // busy_timeout first: switching to WAL itself takes a lock.
                it.batch_execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF;",
                )
                .map_err(PoolError::QueryError)?;
                it.batch_execute(match self.purpose {
                    Purpose::Read => "PRAGMA query_only = ON",
                    // Room for what many batches of writes touch (in KiB), so that few pages are read
                    // again; and some of them before they are copied into the file (in pages).
                    Purpose::Write => {
                        "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000"
                    }
                })
                .map_err(PoolError::QueryError)?;
                Conn::Sqlite(it)
            }
            None => {
                let mut it = diesel::PgConnection::establish(&self.url.0)
                    .map_err(PoolError::ConnectionError)?;
                it.batch_execute(
                    "SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '10s'; \
                     SET idle_in_transaction_session_timeout = '60s'",
                )
                .map_err(PoolError::QueryError)?;
                Conn::Postgres(it)
            }
        };
        if let Some(listener) = &self.listener {
            conn.set_instrumentation(listener.clone());
        }
        Ok(conn)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), PoolError> {
        conn.ping().map_err(PoolError::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let is_frame = [
                "BEGIN",
                "COMMIT",
                "ROLLBACK",
                "SAVEPOINT",
                "RELEASE",
                "SELECT 1",
            ]
            .iter()
            .any(|it| text.starts_with(it));
            if !is_frame {
                (self.0)(&text);
            }
        }
    }
}
