//! Asking: one question, one record of it.

use crate::{
    Registers,
    model::{Answer, Asked, Difference, NoAnswer, Outcome, Question, hash, judge},
    store as tables,
};
use kernel::{Actor, Instant, Text};
use ::store::{Batch, StoreError};
use std::time::Instant as Stopwatch;

/// What is asked, by whom and for what.
#[derive(Debug, Clone)]
pub struct Asking<'a> {
    pub actor: &'a Actor,
    pub source: &'a str,
    pub record: &'a str,
    pub key: String,
    pub purpose: Text,
    pub procedure: &'a str,
    pub dossier: &'a str,
    pub fields: Vec<String>,
    /// Field of the database and what the form says of it.
    pub expected: Vec<(String, String)>,
}

/// What came of it, with the record to be committed.
#[derive(Debug, Clone)]
pub struct Said {
    pub asked: Asked,
    pub answer: Option<Answer>,
    pub differs: Vec<Difference>,
}

impl Registers {
    /// Puts one question; commits nothing. The caller writes [`Said::asked`] in the batch of what it does with the answer.
    pub async fn put(&self, a: Asking<'_>, now: Instant) -> Said {
        let id = uuid::Uuid::now_v7().to_string();
        let question = Question {
            id: id.clone(),
            source: a.source.to_owned(),
            record: a.record.to_owned(),
            key: a.key.clone(),
            purpose: a.purpose.vi.clone(),
            procedure: a.procedure.to_owned(),
            dossier: a.dossier.to_owned(),
            fields: a.fields.clone(),
        };
        let watch = Stopwatch::now();
        let reply = match &self.register {
            Some(register) => register.ask(&question).await,
            None => Err(NoAnswer::NotConnected),
        };
        let (outcome, differs, answer) = match reply {
            Ok(answer) => {
                let (outcome, differs) = judge(&answer, &a.fields, &a.expected);
                (outcome, differs, Some(answer))
            }
            Err(NoAnswer::NotConnected) => (Outcome::NotConnected, Vec::new(), None),
            Err(why) => {
                tracing::warn!(source = a.source, %why, "a database did not answer");
                (Outcome::Waiting, Vec::new(), None)
            }
        };
        let asked = Asked {
            id,
            at: now,
            subject: a.key,
            source: question.source,
            record: question.record,
            actor: a.actor.account.to_string(),
            actor_name: a.actor.name.clone(),
            office: a.actor.office.as_ref().map(ToString::to_string).unwrap_or_default(),
            purpose: a.purpose,
            procedure: question.procedure,
            dossier: question.dossier,
            fields: a.fields,
            outcome,
            sha256: answer.as_ref().filter(|x| x.found).map(|x| hash(&x.data)).unwrap_or_default(),
            took_ms: i64::try_from(watch.elapsed().as_millis()).unwrap_or(i64::MAX),
        };
        Said { asked, answer, differs }
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.scope.commit(batch).await.map_err(|e| match e {
            ::store::CommitError::Store(e) => e,
            ::store::CommitError::Conflict { label } => StoreError::Database(format!("conflict: {label}")),
        })
    }

    /// Records questions that led to nothing else.
    pub async fn record(&self, said: &[&Asked]) -> Result<(), StoreError> {
        let mut batch = self.scope.batch();
        for asked in said {
            tables::asked(&mut batch, asked)?;
        }
        self.commit(batch).await
    }
}
