//! Threads that read, each with its own connection that cannot write.

use super::{closed, connect, rows};
use crate::{Row, StoreError, Value};
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
};
use tokio::sync::oneshot;

struct Question {
    sql: String,
    params: Vec<Value>,
    answer: oneshot::Sender<Result<Vec<Row>, StoreError>>,
}

pub(super) struct Readers {
    queue: mpsc::Sender<Question>,
}

impl Readers {
    pub fn start(path: &Path) -> Result<Self, StoreError> {
        let (queue, questions) = mpsc::channel::<Question>();
        let questions = Arc::new(Mutex::new(questions));
        for i in 0..count() {
            let conn = connect(path, true, false)?;
            let questions = questions.clone();
            std::thread::Builder::new()
                .name(format!("store-reader-{i}"))
                .spawn(move || {
                    loop {
                        let next = questions.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok(Question { sql, params, answer }) = next else { return };
                        // Nobody waits any more: the page was closed before its turn came.
                        if !answer.is_closed() {
                            let _ = answer.send(rows(&conn, &sql, &params));
                        }
                    }
                })
                .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        }
        Ok(Self { queue })
    }

    pub async fn query(&self, sql: String, params: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.queue.send(Question { sql, params, answer }).map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }
}

/// Two per processor: one computes while the other waits for the disk.
fn count() -> usize {
    std::thread::available_parallelism().map_or(4, |n| n.get() * 2).clamp(4, 16)
}
