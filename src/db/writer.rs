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

use diesel::{Connection, QueryResult, connection::TransactionManager};
use tokio::sync::{mpsc, oneshot};

use super::{Conn, Value, Work, dialect};
use crate::error::AppError;

/// How many may wait, and how many share one commit.
const QUEUE: usize = 1024;
const BATCH: usize = 256;

/// A use case that waits, and who waits for it.
struct Job {
    work: Work,
    asker: Asker,
}

type Outcome = Result<Value, AppError>;
type Asker = oneshot::Sender<Outcome>;
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
                    for (asker, res) in answers {
                        let res = res.and_then(|it| match &committed {
                            Ok(()) => Ok(it),
                            Err(err) => Err(AppError::internal(err.to_string())),
                        });
                        // The asker may have gone; the write stands all the same.
                        let _ = asker.send(res);
                    }
                }
            })?;
        Ok(Writer { queue })
    }

    /// Queues a use case and waits until it is durable, or says why it is not.
    pub async fn write(&self, work: Work) -> Outcome {
        let (asker, answer) = oneshot::channel();
        self.queue
            .try_send(Job { work, asker })
            .map_err(AppError::busy)?;
        answer.await.map_err(AppError::busy)?
    }
}

/// One transaction for the first job and all that wait behind it.
fn batch(
    conn: &mut Conn,
    first: Job,
    jobs: &mut mpsc::Receiver<Job>,
    answers: &mut Vec<(Asker, Outcome)>,
) -> QueryResult<()> {
    dialect::begin_write(conn)?;
    let mut next = Some(first);
    while let Some(job) = next {
        answers.push((job.asker, in_savepoint(conn, job.work)));
        let has_room = answers.len() < BATCH;
        next = has_room.then(|| jobs.try_recv().ok()).flatten();
    }
    let committed = Manager::commit_transaction(conn);
    if committed.is_err() {
        // A full disk may have rolled everything back already; what counts is that nothing is left open.
        let _ = Manager::rollback_transaction(conn);
    }
    committed
}

fn in_savepoint(conn: &mut Conn, mut work: Work) -> Outcome {
    Manager::begin_transaction(conn)?;
    match catch_unwind(AssertUnwindSafe(|| work(conn))) {
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
