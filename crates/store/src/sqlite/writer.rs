//! The one thread that writes.

use super::{bind, closed, failed, rows, taken_key};
use crate::{CommitError, Row, StoreError, Value, batch::Statement};
use rusqlite::Connection;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// Acts waiting before callers have to wait to hand over theirs.
const QUEUE: usize = 1024;
/// Acts in one transaction: enough to share the fsync, few enough to answer the first one soon.
const GROUP: usize = 256;

type Answer<T, E> = oneshot::Sender<Result<T, E>>;

enum Job {
    Commit(Vec<Statement>, Answer<(), CommitError>),
    Returning(String, Vec<Value>, Answer<Vec<Row>, StoreError>),
    Script(String, Answer<(), StoreError>),
}

pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

impl Writer {
    pub fn start(conn: Connection) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&conn, jobs))
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Self { queue, thread })
    }

    async fn ask<T, E: From<StoreError>>(&self, job: impl FnOnce(Answer<T, E>) -> Job) -> Result<T, E> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(job(answer)).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }
    pub async fn commit(&self, statements: Vec<Statement>) -> Result<(), CommitError> {
        self.ask(|answer| Job::Commit(statements, answer)).await
    }
    pub async fn returning(&self, sql: String, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.ask(|answer| Job::Returning(sql, params, answer)).await
    }
    pub async fn script(&self, script: String) -> Result<(), StoreError> {
        self.ask(|answer| Job::Script(script, answer)).await
    }
    /// Closes the queue and does the rest once the thread has finished what was queued.
    pub fn end_then(self, rest: impl FnOnce() + Send + 'static) {
        drop(self.queue);
        let thread = self.thread;
        std::thread::spawn(move || {
            let _ = thread.join();
            rest();
        });
    }
}

fn run(conn: &Connection, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            match jobs.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        commit_group(conn, group);
    }
    let _ = conn.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);");
}

/// What a job will be answered once the transaction of its group is durable.
enum Outcome {
    Commit(Answer<(), CommitError>, Result<(), CommitError>),
    Returning(Answer<Vec<Row>, StoreError>, Result<Vec<Row>, StoreError>),
    Script(Answer<(), StoreError>, Result<(), StoreError>),
}

impl Outcome {
    /// Answers; when the group itself failed, what seemed to succeed did not.
    fn send(self, group: &Result<(), StoreError>) {
        match self {
            Self::Commit(to, result) => drop(to.send(result.and_then(|()| Ok(group.clone()?)))),
            Self::Returning(to, result) => drop(to.send(result.and_then(|rows| group.clone().map(|()| rows)))),
            Self::Script(to, result) => drop(to.send(result.and_then(|()| group.clone()))),
        }
    }
}

fn commit_group(conn: &Connection, mut group: Vec<Job>) {
    if let Err(error) = plain(conn, "BEGIN IMMEDIATE") {
        for job in group {
            unanswered(job, &error);
        }
        return;
    }
    // Alone in its transaction a job needs no savepoint of its own: what fails is rolled back whole.
    if group.len() == 1
        && let Some(Job::Commit(..)) = group.first()
        && let Some(Job::Commit(statements, to)) = group.pop()
    {
        let _ = to.send(alone(conn, &statements));
        return;
    }
    let mut outcomes = Vec::with_capacity(group.len());
    for job in group {
        outcomes.push(match job {
            Job::Commit(statements, to) => Outcome::Commit(to, in_savepoint(conn, |c| apply(c, &statements))),
            Job::Returning(sql, params, to) => {
                Outcome::Returning(to, in_savepoint(conn, |c| rows(c, &sql, &params)))
            }
            Job::Script(script, to) => {
                Outcome::Script(to, in_savepoint(conn, |c| c.execute_batch(&script).map_err(|e| failed(&e))))
            }
        });
    }
    let done = if conn.is_autocommit() {
        // A full disk or an I/O error makes SQLite roll the whole transaction back by itself.
        Err(StoreError::Unavailable("the transaction was rolled back by the database".to_owned()))
    } else {
        plain(conn, "COMMIT")
    };
    if done.is_err() && !conn.is_autocommit() {
        let _ = plain(conn, "ROLLBACK");
    }
    for outcome in outcomes {
        outcome.send(&done);
    }
}

fn alone(conn: &Connection, statements: &[Statement]) -> Result<(), CommitError> {
    let result = apply(conn, statements).and_then(|()| Ok(plain(conn, "COMMIT")?));
    if result.is_err() && !conn.is_autocommit() {
        let _ = plain(conn, "ROLLBACK");
    }
    result
}

fn unanswered(job: Job, error: &StoreError) {
    match job {
        Job::Commit(_, to) => drop(to.send(Err(error.clone().into()))),
        Job::Returning(_, _, to) => drop(to.send(Err(error.clone()))),
        Job::Script(_, to) => drop(to.send(Err(error.clone()))),
    }
}

fn plain(conn: &Connection, text: &str) -> Result<(), StoreError> {
    conn.prepare_cached(text).and_then(|mut s| s.raw_execute()).map(drop).map_err(|e| failed(&e))
}

fn in_savepoint<T, E: From<StoreError>>(
    conn: &Connection,
    job: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    plain(conn, "SAVEPOINT act")?;
    let result = job(conn);
    if result.is_err() {
        plain(conn, "ROLLBACK TO act")?;
    }
    plain(conn, "RELEASE act")?;
    result
}

fn apply(conn: &Connection, statements: &[Statement]) -> Result<(), CommitError> {
    for statement in statements {
        let mut prepared = conn.prepare_cached(&statement.sql).map_err(|e| failed(&e))?;
        bind(&mut prepared, &statement.params)?;
        let changed = if prepared.column_count() > 0 {
            // A guard may be a SELECT, and a write may have RETURNING: its rows are what is counted.
            count(&mut prepared)
        } else {
            prepared.raw_execute()
        }
        .map_err(|e| match taken_key(&e) {
            Some(table) => CommitError::conflict(statement.label.map_or(table, str::to_owned)),
            None => failed(&e).into(),
        })?;
        if statement.rows.is_some_and(|rows| rows != changed as u64) {
            return Err(CommitError::conflict(statement.label.unwrap_or("guard")));
        }
    }
    Ok(())
}

fn count(prepared: &mut rusqlite::Statement<'_>) -> rusqlite::Result<usize> {
    let mut answer = prepared.raw_query();
    let mut n = 0;
    while answer.next()?.is_some() {
        n += 1;
    }
    Ok(n)
}
