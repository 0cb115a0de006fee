//! The one writer of an embedded database.
//!
//! Use cases wait in a bounded queue; each runs in a savepoint of its own; what is waiting is
//! committed together, and only then is anyone answered. So a durable write costs a share of one
//! fsync, writers never fight over SQLite's lock, and a full queue is said at once (503).
//! A use case that fails or panics rolls back its own savepoint and nobody else's.
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use diesel::{
    Connection, QueryResult, connection::TransactionManager, result::Error as DieselError,
};
use tokio::sync::{mpsc, oneshot};

use super::{Conn, dialect};
use crate::error::AppError;

/// How many may wait, and how many share one commit.
const QUEUE: usize = 1024;
const BATCH: usize = 256;

type Job = Box<dyn FnOnce(&mut Conn) -> Answer + Send>;
/// Called when it is known whether the batch was committed.
type Answer = Box<dyn FnOnce(Result<(), &DieselError>) + Send>;
type Manager = <Conn as Connection>::TransactionManager;

/// A handle to the writer's queue.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
}

impl Writer {
    /// Takes the connection to a thread of its own; the thread ends when the last `Writer` does.
    pub fn start(mut conn: Conn) -> std::io::Result<Writer> {
        let (queue, mut jobs) = mpsc::channel(QUEUE);
        thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                while let Some(first) = jobs.blocking_recv() {
                    let mut answers = Vec::new();
                    let committed = batch(&mut conn, first, &mut jobs, &mut answers);
                    for answer in answers {
                        answer(committed.as_ref().copied());
                    }
                }
            })?;
        Ok(Writer { queue })
    }

    /// Queues a use case and waits until it is durable, or says why it is not.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let res = in_savepoint(conn, f);
            Box::new(move |committed| {
                let res = res.and_then(|it| match committed {
                    Ok(()) => Ok(it),
                    Err(err) => Err(AppError::internal(err.to_string())),
                });
                // The asker may have gone; the write stands all the same.
                let _ = answer.send(res);
            })
        });
        self.queue.try_send(job).map_err(AppError::busy)?;
        answered.await.map_err(AppError::busy)?
    }
}

/// One transaction for the first job and all that wait behind it.
fn batch(
    conn: &mut Conn,
    first: Job,
    jobs: &mut mpsc::Receiver<Job>,
    answers: &mut Vec<Answer>,
) -> QueryResult<()> {
    dialect::begin_write(conn)?;
    answers.push(first(conn));
    while answers.len() < BATCH {
        match jobs.try_recv() {
            Ok(job) => answers.push(job(conn)),
            Err(_) => break,
        }
    }
    let committed = Manager::commit_transaction(conn);
    if committed.is_err() {
        // A full disk may have rolled everything back already; what counts is that nothing is left open.
        let _ = Manager::rollback_transaction(conn);
    }
    committed
}

fn in_savepoint<T>(
    conn: &mut Conn,
    f: impl FnOnce(&mut Conn) -> Result<T, AppError>,
) -> Result<T, AppError> {
    Manager::begin_transaction(conn)?;
    match catch_unwind(AssertUnwindSafe(|| f(conn))) {
        Ok(Ok(it)) => {
            Manager::commit_transaction(conn)?;
            Ok(it)
        }
        Ok(Err(err)) => {
            Manager::rollback_transaction(conn)?;
            Err(err)
        }
        Err(_panic) => {
            Manager::rollback_transaction(conn)?;
            Err(AppError::internal("a use case panicked"))
        }
    }
}
