//! PostgreSQL: a pool of connections, prepared statements, and a batch sent without waiting for each answer.

pub(crate) mod connection;
mod types;

use crate::{CommitError, Row, StoreError, Value, batch::Statement, row::Columns, sqlite::wrong_count};
use connection::{Connection, Manager};
use deadpool::{Runtime, managed::{Object, Pool, PoolError, Timeouts}};
use deadpool_postgres::{ClientWrapper as Client, ManagerConfig, RecyclingMethod};
use futures::future::{MaybeDone, maybe_done};
use std::{
    future::Future,
    pin::Pin,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::Duration,
};
use tokio_postgres::{NoTls, error::SqlState, types::ToSql};

/// A statement or a commit that has no answer after this long is an error, not a hang.
const DEADLINE: Duration = Duration::from_secs(30);
/// Getting a connection, or making one.
const CONNECT: Duration = Duration::from_secs(5);
/// Serialization failures and deadlocks are repeated this often.
const ATTEMPTS: u32 = 5;
/// Statements sent in one go; more only makes the server's answers pile up.
const PIPELINE: usize = 64;

pub(crate) struct Postgres {
    pool: Pool<Manager>,
    /// Row-level security stands: statements of a province run behind it.
    walled: Arc<AtomicBool>,
}

impl Postgres {
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let mut config =
            tokio_postgres::Config::from_str(url).map_err(|e| StoreError::Address(e.to_string()))?;
        config.connect_timeout(CONNECT).application_name("phusa").tcp_user_timeout(DEADLINE);
        let limits = format!(
            "-c statement_timeout={} -c idle_in_transaction_session_timeout=60000 -c lock_timeout=10000",
            DEADLINE.as_millis()
        );
        let options = config.get_options().map_or_else(|| limits.clone(), |given| format!("{limits} {given}"));
        config.options(options);
        let manager = Manager(deadpool_postgres::Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast }));
        let size = std::thread::available_parallelism().map_or(16, |n| n.get() * 8).clamp(16, 48);
        let pool = Pool::<Manager>::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(CONNECT), create: Some(CONNECT), recycle: Some(CONNECT) })
            .build()
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        let this = Self { pool, walled: Arc::default() };
        this.query("SELECT 1 AS one", &[], None).await?;
        Ok(this)
    }

    /// From now on statements of a province run behind the wall.
    pub fn wall_stands(&self) {
        self.walled.store(true, Ordering::Release);
    }

    /// A connection that speaks for a province, or for the house.
    async fn connection(&self, province: Option<&str>) -> Result<Object<Manager>, StoreError> {
        let mut connection = self.pool.get().await.map_err(|e| match e {
            PoolError::Timeout(_) => StoreError::Timeout(CONNECT.as_millis() as u64),
            PoolError::Backend(e) => failed(&e),
            other => StoreError::Unavailable(other.to_string()),
        })?;
        let province = province.filter(|_| self.walled.load(Ordering::Acquire));
        connection.speak_for(province).await?;
        Ok(connection)
    }

    /// A connection for the caller alone, which does not return to the pool; it speaks for the house.
    pub async fn taken(&self) -> Result<Client, StoreError> {
        Ok(Object::take(self.connection(None).await?).into_client())
    }

    pub async fn query(&self, sql: &str, params: &[Value], province: Option<&str>) -> Result<Vec<Row>, StoreError> {
        let client = self.connection(province).await?;
        match tokio::time::timeout(DEADLINE, rows(&client, sql, params)).await {
            Ok(answer) => answer,
            Err(_) => Err(given_up(client)),
        }
    }

    /// Runs to its end even when the caller goes away: a connection never returns to the pool inside a transaction.
    pub async fn commit(&self, statements: Vec<Statement>, province: Option<&str>) -> Result<(), CommitError> {
        let pool = Self { pool: self.pool.clone(), walled: self.walled.clone() };
        let province = province.map(str::to_owned);
        tokio::spawn(async move { pool.commit_with_retries(&statements, province.as_deref()).await })
            .await
            .map_err(|e| StoreError::Unavailable(e.to_string()))?
    }

    async fn commit_with_retries(&self, statements: &[Statement], province: Option<&str>) -> Result<(), CommitError> {
        let mut attempt = 1;
        loop {
            let client = self.connection(province).await?;
            let result = match tokio::time::timeout(DEADLINE, transaction(&client, statements)).await {
                Ok(result) => result,
                Err(_) => return Err(given_up(client).into()),
            };
            match result {
                Err(Failure::Again(_)) if attempt < ATTEMPTS => {
                    let pause = rand::random_range(1..=5 * u64::from(attempt * attempt));
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    attempt += 1;
                }
                Err(Failure::Again(error) | Failure::Final(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
    }

    pub async fn script(&self, script: &str) -> Result<(), StoreError> {
        let client = self.connection(None).await?;
        // An index on millions of rows takes longer than any page may.
        let whole = format!("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; {script}; COMMIT");
        let result = client.batch_execute(&whole).await.map_err(|e| failed(&e));
        if result.is_err() {
            client.batch_execute("ROLLBACK").await.map_err(|e| failed(&e))?;
        }
        result
    }
}

/// The connection is in an unknown state: it is closed instead of returned.
fn given_up(client: Object<Manager>) -> StoreError {
    drop(Object::take(client));
    StoreError::Timeout(DEADLINE.as_millis() as u64)
}

enum Failure {
    /// Repeating the whole transaction may succeed.
    Again(CommitError),
    Final(CommitError),
}

async fn prepare(client: &Connection, sql: &str, params: &[Value]) -> Result<tokio_postgres::Statement, StoreError> {
    let statement = client.prepare_cached(sql).await.map_err(|e| failed(&e))?;
    if statement.params().len() != params.len() {
        return Err(wrong_count(statement.params().len(), params.len()));
    }
    Ok(statement)
}

fn as_params(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|v| v as &(dyn ToSql + Sync)).collect()
}

async fn rows(client: &Connection, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
    let statement = prepare(client, sql, params).await?;
    let answer = client.query(&statement, &as_params(params)).await.map_err(|e| failed(&e))?;
    read_rows(&statement, answer)
}

pub(crate) fn read_rows(
    statement: &tokio_postgres::Statement,
    answer: Vec<tokio_postgres::Row>,
) -> Result<Vec<Row>, StoreError> {
    let columns: Columns = statement.columns().iter().map(|c| c.name().to_owned()).collect();
    let mut out = Vec::with_capacity(answer.len());
    for row in answer {
        let mut values = Vec::with_capacity(columns.len());
        for (i, column) in columns.iter().enumerate() {
            values.push(row.try_get(i).map_err(|_| StoreError::WrongType {
                column: column.clone(),
                asked: "integer, text or bytes",
                found: "another type",
            })?);
        }
        out.push(Row::new(columns.clone(), values));
    }
    Ok(out)
}

/// One round trip when nothing is guarded (a failed statement turns COMMIT into ROLLBACK), two when the counts must be
/// seen before COMMIT.
async fn transaction(client: &Connection, statements: &[Statement]) -> Result<(), Failure> {
    let fatal = |e: StoreError| Failure::Final(e.into());
    let mut prepared = Vec::with_capacity(statements.len());
    for statement in statements {
        prepared.push(prepare(client, &statement.sql, &statement.params).await.map_err(fatal)?);
    }
    let guarded = statements.iter().any(|s| s.rows.is_some()) || statements.len() > PIPELINE;
    let mut sent: Vec<Step<'_>> = vec![step(plain(client, "BEGIN"))];
    let mut done = 0;
    for (statement, prepared) in statements.iter().zip(&prepared) {
        sent.push(step(execute(client, prepared, &statement.params)));
        if sent.len() > PIPELINE {
            let first = done;
            done += settle(client, std::mem::take(&mut sent), &statements[first..], first == 0).await?;
        }
    }
    if !guarded {
        sent.push(step(plain(client, "COMMIT")));
    }
    settle(client, sent, &statements[done..], done == 0).await?;
    if guarded {
        plain(client, "COMMIT").await.map_err(|e| failure(&e, None))?;
    }
    Ok(())
}

type Step<'a> = Pin<Box<MaybeDone<Pin<Box<dyn Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>>>>;

fn step<'a>(work: impl Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a) -> Step<'a> {
    Box::pin(maybe_done(Box::pin(work)))
}

async fn plain(client: &Client, text: &str) -> Result<u64, tokio_postgres::Error> {
    client.batch_execute(text).await.map(|()| 0)
}

async fn execute(
    client: &Client,
    statement: &tokio_postgres::Statement,
    params: &[Value],
) -> Result<u64, tokio_postgres::Error> {
    client.execute(statement, &as_params(params)).await
}

/// Waits for everything sent, in the order sent: the first poll of each step is what puts it on the wire. Answers how
/// many statements these were; `begun` says that the first step was BEGIN.
async fn settle(
    client: &Client,
    mut sent: Vec<Step<'_>>,
    statements: &[Statement],
    begun: bool,
) -> Result<usize, Failure> {
    let (mut on_the_wire, mut waiting) = (false, 0);
    futures::future::poll_fn(|cx| {
        if !on_the_wire {
            on_the_wire = true;
            for step in &mut sent {
                let _ = step.as_mut().poll(cx);
            }
        }
        // Answers come in order, so only the first unanswered step needs looking at.
        while let Some(next) = sent.get_mut(waiting) {
            if next.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            waiting += 1;
        }
        Poll::Ready(())
    })
    .await;
    let mut results = sent.iter_mut().map(|s| s.as_mut().take_output().unwrap_or(Ok(0)));
    let mut first_failure = None;
    if begun && let Some(Err(e)) = results.next() {
        first_failure = Some(failure(&e, None));
    }
    let mut settled = 0;
    for result in results {
        let statement = statements.get(settled);
        settled += 1;
        let fault = match (result, statement) {
            (Err(e), statement) => Some(failure(&e, statement)),
            (Ok(n), Some(s)) if s.rows.is_some_and(|rows| rows != n) => {
                Some(Failure::Final(CommitError::conflict(s.label.unwrap_or("guard"))))
            }
            _ => None,
        };
        if first_failure.is_none() {
            first_failure = fault;
        }
    }
    match first_failure {
        None => Ok(settled),
        Some(failure) => {
            if let Err(e) = plain(client, "ROLLBACK").await {
                return Err(Failure::Final(failed(&e).into()));
            }
            Err(failure)
        }
    }
}

fn failure(error: &tokio_postgres::Error, statement: Option<&Statement>) -> Failure {
    match error.code() {
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => {
            let table = error.as_db_error().and_then(|e| e.table()).unwrap_or("unique");
            Failure::Final(CommitError::conflict(statement.and_then(|s| s.label).unwrap_or(table)))
        }
        Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED => {
            Failure::Again(failed(error).into())
        }
        _ => Failure::Final(failed(error).into()),
    }
}

pub(crate) fn failed(error: &tokio_postgres::Error) -> StoreError {
    match error.as_db_error() {
        Some(e) if *e.code() == SqlState::QUERY_CANCELED => StoreError::Timeout(DEADLINE.as_millis() as u64),
        Some(e) => {
            let detail = e.detail().map(|d| format!(" ({d})")).unwrap_or_default();
            StoreError::Database(format!("{} {}{detail}", e.code().code(), e.message()))
        }
        None => {
            let cause = std::error::Error::source(error);
            let broken = error.is_closed() || cause.is_none_or(|c| c.is::<std::io::Error>());
            let text = cause.map_or_else(|| error.to_string(), |c| format!("{error}: {c}"));
            // The rest are values that do not fit their column.
            if broken { StoreError::Unavailable(text) } else { StoreError::Database(text) }
        }
    }
}
