//! Plumbing to the two databases. No table is named here but in `schema` and `dialect`.
pub mod clock;
pub mod columns;
mod connection;
pub mod dialect;
pub mod schema;
mod writer;

use std::{any::Any, fmt, path::Path, sync::Arc, time::Duration};

use chrono::NaiveDateTime;
use diesel::r2d2::{ManageConnection, Pool};

use crate::{
    core::{actor::Actor, ids::Id},
    error::AppError,
};
use clock::{Clock, IdSource};
pub use connection::{Conn, DatabaseUrl, UnknownDatabase};
use connection::{Manager, Purpose};

/// The right to write. Carries who writes and when, so that nothing is written without them.
pub struct Tx<'c> {
    /// The open transaction.
    pub conn: &'c mut Conn,
    /// Who does it.
    pub actor: Actor,
    /// The moment it is done, in UTC; the same for all that one use case writes.
    pub now: NaiveDateTime,
    ids: IdSource,
}

impl Tx<'_> {
    /// A fresh id that sorts after all made before it.
    pub fn new_id<T: Id>(&self) -> T {
        T::from_text(self.ids.next(self.now))
    }
}

/// The database: reads run beside each other, writes are whole or nothing.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Manager>,
    /// Only an embedded database has one; a server queues its writers itself.
    writer: Option<writer::Writer>,
    clock: Clock,
    ids: IdSource,
}

/// Is told the text of every statement that runs, with its values; not of the frames of transactions.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(&str) + Send + Sync>);

impl Listener {
    /// Calls `f` with each statement.
    pub fn new(f: impl Fn(&str) + Send + Sync + 'static) -> Listener {
        Listener(Arc::new(f))
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections for reading (and, on a server, for writing).
    pub connections: u32,
    /// How long one waits for a connection before the answer is "busy".
    pub patience: Duration,
    /// Where the time comes from.
    pub clock: Clock,
    /// Where ids come from.
    pub ids: IdSource,
    /// Who listens to the statements: tests do, since it costs a text per statement.
    pub listener: Option<Listener>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            connections: 8,
            patience: Duration::from_secs(5),
            clock: Clock::System,
            ids: IdSource::random(),
            listener: None,
        }
    }
}

/// Why a database cannot be used as it is.
#[derive(Debug, thiserror::Error)]
pub enum NotAsIs {
    /// There is none at this address: the path of a file, or what the server said.
    #[error("there is no database: {0}")]
    Missing(String),
    /// It lacks this many migrations.
    #[error("{0} migrations are waiting")]
    Behind(usize),
    /// It had migrations that this program does not know: a newer one made them.
    #[error("{0} migrations are of a newer program")]
    Ahead(usize),
    /// It does not open.
    #[error(transparent)]
    Failed(#[from] AppError),
}

/// A connection to a database that is there already. SQLite would make a file that is not.
fn as_is(url: &DatabaseUrl, listener: Option<Listener>) -> Result<Conn, NotAsIs> {
    if let Some(path) = url.sqlite_path().filter(|it| !Path::new(it).is_file()) {
        return Err(NotAsIs::Missing(path.to_owned()));
    }
    let opened = Manager::new(url.clone(), Purpose::Write, listener).connect();
    opened.map_err(|err| match dialect::missing(&err) {
        Some(said) => NotAsIs::Missing(said),
        None => NotAsIs::Failed(AppError::internal(err)),
    })
}

/// How many migrations are waiting, where this program knows all that were run.
fn known(of: dialect::Migrations) -> Result<usize, NotAsIs> {
    match of.unknown {
        0 => Ok(of.waiting),
        unknown => Err(NotAsIs::Ahead(unknown)),
    }
}

impl Store {
    /// Opens the database, makes it if it is a file that does not exist, and brings its tables up
    /// to date; not one of a newer program.
    pub fn open(url: &DatabaseUrl, options: Options) -> Result<Store, NotAsIs> {
        let mut first = Manager::new(url.clone(), Purpose::Write, options.listener.clone())
            .connect()
            .map_err(AppError::internal)?;
        known(dialect::migrations(&mut first)?)?;
        dialect::migrate(&mut first)?;
        Ok(Store::over(first, url, options)?)
    }

    /// Opens a database that is there with the tables of this program: makes none and changes none.
    pub fn open_as_is(url: &DatabaseUrl, options: Options) -> Result<Store, NotAsIs> {
        let mut first = as_is(url, options.listener.clone())?;
        match known(dialect::migrations(&mut first)?)? {
            0 => Ok(Store::over(first, url, options)?),
            waiting => Err(NotAsIs::Behind(waiting)),
        }
    }

    /// A store that begins with this connection.
    fn over(first: Conn, url: &DatabaseUrl, options: Options) -> Result<Store, AppError> {
        let manager = |purpose| Manager::new(url.clone(), purpose, options.listener.clone());
        let (writer, purpose) = match url.sqlite_path() {
            Some(_) => (
                Some(writer::Writer::start(first).map_err(AppError::internal)?),
                Purpose::Read,
            ),
            None => (None, Purpose::Write),
        };
        let pool = Pool::builder()
            .max_size(options.connections)
            .min_idle(Some(1))
            .test_on_check_out(url.sqlite_path().is_none())
            .connection_timeout(options.patience)
            .build(manager(purpose))
            .map_err(AppError::internal)?;
        Ok(Store {
            pool,
            writer,
            clock: options.clock,
            ids: options.ids,
        })
    }

    /// How many migrations a database that is there lacks, without running them.
    pub fn pending_migrations(url: &DatabaseUrl) -> Result<usize, NotAsIs> {
        known(dialect::migrations(&mut as_is(url, None)?)?)
    }

    /// The moment as this store sees it, in UTC.
    pub fn now(&self) -> NaiveDateTime {
        self.clock.now()
    }

    /// The same database with another clock: the demo tells its story in the past.
    pub fn with_clock(&self, clock: Clock) -> Store {
        Store {
            clock,
            ..self.clone()
        }
    }

    /// Reads one snapshot. Nothing can be written: on SQLite the connection refuses, on PostgreSQL
    /// the transaction does.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let mut once = Some(f);
        let work = Box::new(move |conn: &mut Conn| {
            let f = once
                .take()
                .ok_or_else(|| AppError::internal("a read ran twice"))?;
            f(conn).map(boxed)
        });
        unboxed(self.read_any(work).await?)
    }

    /// One use case, one write transaction. All of `f` commits or none of it does. `f` may run more
    /// than once (a server's transaction is retried), so it does nothing outside the database.
    pub async fn write<T: Send + 'static>(
        &self,
        actor: &Actor,
        f: impl Fn(&mut Tx<'_>) -> Result<T, AppError> + Send + Sync + 'static,
    ) -> Result<T, AppError> {
        let (now, ids, actor) = (self.now(), self.ids.clone(), actor.clone());
        let work = Box::new(move |conn: &mut Conn| {
            let mut tx = Tx {
                conn,
                actor: actor.clone(),
                now,
                ids: ids.clone(),
            };
            f(&mut tx).map(boxed)
        });
        unboxed(self.write_any(work).await?)
    }

    async fn read_any(&self, mut work: Work) -> Result<Value, AppError> {
        let pool = self.pool.clone();
        blocking(move || {
            let mut conn = pool.get().map_err(AppError::busy)?;
            dialect::read(&mut conn, &mut work)
        })
        .await
    }

    async fn write_any(&self, mut work: Work) -> Result<Value, AppError> {
        if let Some(writer) = &self.writer {
            return writer.write(work).await;
        }
        let pool = self.pool.clone();
        blocking(move || {
            let mut conn = pool.get().map_err(AppError::busy)?;
            dialect::write(&mut conn, &mut work)
        })
        .await
    }
}

/// What is to be done in a transaction, and what comes of it: of no type, so that all that surrounds
/// it is compiled once and not for every page and use case anew.
type Work = Box<dyn FnMut(&mut Conn) -> Result<Value, AppError> + Send>;
type Value = Box<dyn Any + Send>;

fn boxed<T: Send + 'static>(it: T) -> Value {
    Box::new(it)
}

fn unboxed<T: 'static>(it: Value) -> Result<T, AppError> {
    let it = it
        .downcast()
        .map_err(|_| AppError::internal("a value of another type"))?;
    Ok(*it)
}

/// Runs on a thread that may wait, inside the span of the request that asked.
async fn blocking(
    f: impl FnOnce() -> Result<Value, AppError> + Send + 'static,
) -> Result<Value, AppError> {
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(f))
        .await
        .map_err(AppError::internal)?
}
