//! A batch: everything one act changes, committed whole or not at all.

use crate::{StoreError, Value};
use kernel::{Instant, id::ProvinceCode};
use std::borrow::Cow;

/// One statement of a batch and what it must have done.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub sql: Cow<'static, str>,
    pub params: Vec<Value>,
    /// Rows that must have changed; otherwise a conflict.
    pub rows: Option<u64>,
    /// The label of the conflict; the table's name when nothing is given.
    pub label: Option<&'static str>,
}

/// A journal entry to append. `version` is the entry's own place in its stream, from 1; the pair is the optimistic lock.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub stream: String,
    pub version: i64,
    pub kind: String,
    pub at: Instant,
    pub actor: String,
    pub on_behalf: Option<String>,
    pub key: Option<String>,
    /// JSON.
    pub payload: String,
}

/// Something to do in the outside world after commit: at least once, retried, dead letters kept.
#[derive(Debug, Clone)]
pub struct NewEffect {
    pub kind: String,
    pub stream: String,
    /// JSON.
    pub payload: String,
    pub due: Instant,
    /// A second effect with the same key in the province is silently the same effect.
    pub dedup_key: Option<String>,
}

/// Statements to commit together. Made by [`crate::Scope::batch`]; `$1` of every statement is the province and is
/// put there by the batch itself, callers' parameters start at `$2`.
#[derive(Debug, Clone)]
#[must_use = "a batch does nothing until it is committed"]
pub struct Batch {
    pub(crate) province: Option<ProvinceCode>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) fault: Option<StoreError>,
}

impl Batch {
    pub(crate) fn new(province: Option<ProvinceCode>) -> Self {
        Self { province, statements: Vec::new(), fault: None }
    }
    pub fn province(&self) -> Option<&ProvinceCode> {
        self.province.as_ref()
    }
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    fn push(&mut self, sql: Cow<'static, str>, params: Vec<Value>, rows: Option<u64>, label: Option<&'static str>) {
        let params = match &self.province {
            None => params,
            Some(province) => {
                if let Err(fault) = crate::sql::scoped(&sql) {
                    self.fault.get_or_insert(fault);
                }
                let mut all = Vec::with_capacity(params.len() + 1);
                all.push(Value::from(province));
                all.extend(params);
                all
            }
        };
        self.statements.push(Statement { sql, params, rows, label });
    }

    /// A statement that may change any number of rows. A taken unique key is a conflict labelled with the table.
    pub fn exec(&mut self, sql: impl Into<Cow<'static, str>>, params: Vec<Value>) {
        self.push(sql.into(), params, None, None);
    }

    /// A statement that must change exactly `rows` rows; otherwise (or when a unique key is taken) nothing is
    /// committed and the answer is a conflict with this label.
    pub fn guard(&mut self, sql: impl Into<Cow<'static, str>>, params: Vec<Value>, rows: u64, label: &'static str) {
        self.push(sql.into(), params, Some(rows), Some(label));
    }

    /// An insert whose taken unique key is a conflict with this label.
    pub fn unique(&mut self, sql: impl Into<Cow<'static, str>>, params: Vec<Value>, label: &'static str) {
        self.push(sql.into(), params, None, Some(label));
    }

    /// Appends to the journal. Conflict label: `version`.
    pub fn append(&mut self, entry: NewEntry) {
        let params = crate::values![
            entry.stream, entry.version, entry.kind, entry.at, entry.actor, entry.on_behalf, entry.key, entry.payload
        ];
        self.unique(
            "INSERT INTO journal (province, stream, version, kind, at, actor, on_behalf, key, payload) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params,
            "version",
        );
    }

    /// Queues an effect.
    pub fn effect(&mut self, effect: NewEffect) {
        let params = crate::values![effect.kind, effect.stream, effect.payload, effect.due, effect.dedup_key];
        self.exec(
            "INSERT INTO effect (province, kind, stream, payload, due, dedup_key) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (province, dedup_key) DO NOTHING",
            params,
        );
    }

    /// Writes the state of a stream: inserts when `expected` is 0, otherwise replaces exactly that version.
    /// Conflict label: `version`.
    pub fn snapshot(&mut self, stream: &str, expected: i64, version: i64, kind: &str, state: impl Into<String>) {
        let params = crate::values![stream, version, kind, state.into()];
        if expected == 0 {
            self.unique(
                "INSERT INTO snapshot (province, stream, version, kind, state) VALUES ($1, $2, $3, $4, $5)",
                params,
                "version",
            );
        } else {
            let mut params = params;
            params.push(Value::Int(expected));
            self.guard(
                "UPDATE snapshot SET version = $3, kind = $4, state = $5 \
                 WHERE province = $1 AND stream = $2 AND version = $6",
                params,
                1,
                "version",
            );
        }
    }

    /// Remembers the answer to a request so that sending it twice does it once. `request_hash` tells a repeated
    /// request from another one under the same key. Conflict label: `idempotency`.
    pub fn idempotent(&mut self, actor: &str, key: &str, request_hash: &str, answer: impl Into<String>, at: Instant) {
        self.unique(
            "INSERT INTO idempotency (province, actor, key, request, answer, at) VALUES ($1, $2, $3, $4, $5, $6)",
            crate::values![actor, key, request_hash, answer.into(), at],
            "idempotency",
        );
    }

    /// Adds the batch of one province to a batch across provinces. Plumbing only.
    pub fn absorb(&mut self, other: Batch) {
        if self.province.is_some() {
            self.fault.get_or_insert(StoreError::Unscoped("the batch of one province takes no other".to_owned()));
        }
        if let Some(fault) = other.fault {
            self.fault.get_or_insert(fault);
        }
        self.statements.extend(other.statements);
    }

    /// Adds the statements of another batch of the same province.
    pub fn extend(&mut self, other: Batch) {
        if other.province != self.province && !other.is_empty() {
            self.fault.get_or_insert(StoreError::Unscoped("batches of two provinces do not mix".to_owned()));
        }
        if let Some(fault) = other.fault {
            self.fault.get_or_insert(fault);
        }
        self.statements.extend(other.statements);
    }
}
