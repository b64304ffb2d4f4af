//! Verifications: asked for by a person or by the day, done behind the requests.

use crate::{Audit, keep, model::Run, store as tables, views};
use ::store::{
    Batch, CommitError, Scope, StoreError,
    effects::{Effect, Failed, Handler},
    seal,
};
use kernel::{Actor, Instant, Text};
use serde::Deserialize;
use std::time::Instant as Stopwatch;

/// A verification that waits this long (in seconds) has been lost with its effect; another may be asked for.
const WAITS: i64 = 3600;

impl Audit {
    /// Asks for a verification; false when one waits already.
    pub async fn ask(&self, actor: &Actor, now: Instant) -> Result<bool, StoreError> {
        let waiting = views::runs(&self.scope, 1).await?.into_iter().any(|r| r.ended_at.is_none() && now.seconds_since(r.asked_at) < WAITS);
        if waiting {
            return Ok(false);
        }
        let id = uuid::Uuid::now_v7().to_string();
        let mut batch = self.scope.batch();
        tables::asked(&mut batch, &id, actor, false, now, format!("audit.verify:{id}"));
        self.scope.commit(batch).await.map_err(|e| StoreError::Database(e.to_string()))?;
        Ok(true)
    }

    /// Asks for the day's verification if nobody has; several processes ask once.
    pub async fn ask_daily(&self, now: Instant) -> Result<bool, StoreError> {
        let id = format!("daily-{}", now.date());
        if views::a_run(&self.scope, &id).await?.is_some() {
            return Ok(false);
        }
        let mut batch = self.scope.batch();
        tables::asked(&mut batch, &id, &Actor::system(self.scope.province().clone()), true, now, format!("audit.verify:{id}"));
        match self.scope.commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(CommitError::Store(e)) => Err(e),
        }
    }

    /// Compares the journal with its seals and with the head kept outside.
    pub async fn verify(&self, id: &str, asked_at: Instant) -> Result<(Run, Option<seal::Head>), StoreError> {
        let watch = Stopwatch::now();
        let (kept, unread) = match keep::read(&self.outside, self.scope.province().as_str()) {
            Ok(kept) => (kept, None),
            Err(e) => {
                tracing::error!(%e, "the head kept outside");
                (None, Some(unreadable()))
            }
        };
        let report = seal::verify_against(&self.scope, &[self.trusted], kept.as_slice()).await?;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let faults: Vec<Text> = report.faults().map(seal::Fault::text).chain(unread).collect();
        let run = Run {
            id: id.to_owned(),
            asked_at,
            asked_by: String::new(),
            ended_at: None,
            took_ms: i64::try_from(watch.elapsed().as_millis()).unwrap_or(i64::MAX),
            heads: count(report.heads),
            sealed: count(report.sealed),
            unsealed: count(report.unsealed),
            root: report.root.map(hex::encode).unwrap_or_default(),
            faults,
        };
        Ok((run, report.newest))
    }
}

fn unreadable() -> Text {
    Text::new(
        format!("Tệp {} giữ niêm phong ngoài cơ sở dữ liệu không đọc được; không thể biết các bản ghi mới nhất có bị cắt hay không.", keep::NAME),
        format!("The file {} with the head kept outside the database cannot be read; whether the newest entries were cut off is not known.", keep::NAME),
    )
}

/// Does a verification.
pub struct Verify(pub Audit);

#[derive(Deserialize)]
struct Asked {
    run: String,
}

#[async_trait::async_trait]
impl Handler for Verify {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        let asked: Asked = effect.read()?;
        let Some(waiting) = views::a_run(scope, &asked.run).await?.filter(|r| r.ended_at.is_none()) else { return Ok(None) };
        let (run, newest) = self.0.verify(&asked.run, waiting.asked_at).await?;
        if !run.faults.is_empty() {
            tracing::error!(faults = ?run.faults, "the journal does not agree with its seals");
        } else if let Some(head) = &newest {
            // Only a head that held replaces the one before: a cut journal must not make itself the measure.
            keep::write(&self.0.outside, head)?;
        }
        let now = self.0.now();
        let mut batch = scope.batch();
        tables::verified(&mut batch, &run, &Actor::system(scope.province().clone()), now);
        Ok(Some(batch))
    }
}
