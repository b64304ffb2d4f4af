//! Tells the portal: every change once and in order, dossier by dossier.
//!
//! The journal is the outbox. For each dossier the versions between the last acknowledged and the newest are folded; a
//! version that changes what the portal sees is one message, named `code/version/round`. A message that fails for now is
//! tried again later with growing pauses; a refused one stops its dossier until a person has looked, never the others.

use crate::{NationalPortal, message, wire::{Failure, Portal}};
use casework::{CaseState, Definition, evolve};
use futures::{StreamExt as _, stream};
use kernel::{Actor, Instant, id::CaseId};
use serde_json::json;
use std::sync::Arc;
use store::{CommitError, NewEntry, Row, StoreError, values};

/// Dossiers told at the same time.
const AT_ONCE: usize = 16;
/// Dossiers taken in one go.
const GROUP: i64 = 200;
/// Longest pause between two tries, in seconds.
const LONGEST_PAUSE: i64 = 3600;

/// The pause before try number `attempts + 1`: 2 s, 4 s, … an hour.
pub fn pause(attempts: i64) -> i64 {
    1_i64.checked_shl(u32::try_from(attempts.clamp(1, 20)).unwrap_or(20)).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

struct Waiting {
    case: CaseId,
    sent: i64,
    version: i64,
    sends: i64,
    round: i64,
    attempts: i64,
}

impl Waiting {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            case: row.id("case_id")?,
            sent: row.int("sent")?,
            version: row.int("version")?,
            sends: row.int("sends")?,
            round: row.int("round")?,
            attempts: row.int("attempts")?,
        })
    }
}

/// What one go did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub messages: usize,
    pub failed: usize,
    pub rejected: usize,
}

impl NationalPortal {
    /// Tells what is due now; answers what was told.
    pub async fn send_due(&self, portal: &dyn Portal, now: Instant) -> Result<Told, StoreError> {
        let sql = "SELECT case_id, sent, version, sends, round, attempts FROM national_case \
                   WHERE province = $1 AND due IS NOT NULL AND due <= $2 ORDER BY due, case_id LIMIT $3";
        let rows = self.scope.query(sql, values![now, GROUP]).await?;
        let waiting: Vec<Waiting> = rows.iter().map(Waiting::of).collect::<Result<_, _>>()?;
        let done: Vec<Result<Told, StoreError>> = stream::iter(waiting).map(|w| self.tell(portal, w, now)).buffer_unordered(AT_ONCE).collect().await;
        let mut told = Told::default();
        for one in done {
            let one = one?;
            told.messages += one.messages;
            told.failed += one.failed;
            told.rejected += one.rejected;
        }
        Ok(told)
    }

    async fn tell(&self, portal: &dyn Portal, w: Waiting, now: Instant) -> Result<Told, StoreError> {
        let mut told = Told::default();
        let history = self.desk.history(w.case).await?;
        let mut state: Option<CaseState> = None;
        let mut last: Option<message::Dossier> = None;
        let (mut at, mut sends) = (w.sent, w.sends);
        let mut progress: Vec<(i64, u8)> = Vec::new();
        let mut failure = None;
        let house = message::House { public_url: &self.public_url, result_codes: &self.result_codes };
        for event in &history {
            state = evolve(w.case, state, event);
            let Some(s) = &state else { continue };
            let Some(d) = self.definition(s) else {
                failure = Some(Failure::ForGood(format!("definition {} {} is not in the catalogue", s.definition, s.pinned)));
                break;
            };
            let version = i64::try_from(s.version).unwrap_or(i64::MAX);
            let now_seen = message::dossier(&d, s, &house);
            // A new round tells the present state again, even when nothing changed.
            let again = w.round > 0 && w.sent == w.version && version == w.version;
            if (version <= w.sent && !again) || (!again && last.as_ref().is_some_and(|l| message::same_content(l, &now_seen))) {
                if version > w.sent {
                    at = version;
                }
                last = Some(now_seen);
                continue;
            }
            let key = format!("{}/{version}/{}", s.code, w.round);
            match portal.put(&key, &now_seen).await {
                Ok(()) => {
                    told.messages += 1;
                    (at, sends) = (version, sends + 1);
                    progress.push((version, now_seen.status));
                    last = Some(now_seen);
                }
                Err(failed) => {
                    failure = Some(failed);
                    break;
                }
            }
        }
        match &failure {
            Some(Failure::ForNow(_)) => told.failed += 1,
            Some(Failure::ForGood(_)) => told.rejected += 1,
            None => {}
        }
        self.keep(&w, at, sends, &progress, failure, now).await?;
        Ok(told)
    }

    fn definition(&self, s: &CaseState) -> Option<Arc<Definition>> {
        self.desk.rules().definitions.pinned(s.definition.as_str(), &s.pinned).cloned()
    }

    /// Writes how far it got: one journal entry for each acknowledged message, and the row.
    async fn keep(&self, w: &Waiting, at: i64, sends: i64, progress: &[(i64, u8)], failure: Option<Failure>, now: Instant) -> Result<(), StoreError> {
        let mut batch = self.scope.batch();
        let stream = exchange_stream(w.case);
        let system = Actor::system(self.scope.province().clone()).account.to_string();
        for (number, (version, status)) in progress.iter().enumerate() {
            batch.append(NewEntry {
                stream: stream.clone(),
                version: w.sends + 1 + number as i64,
                kind: "national.acknowledged".into(),
                at: now,
                actor: system.clone(),
                on_behalf: None,
                key: None,
                payload: json!({"case": w.case, "version": version, "status": status, "round": w.round}).to_string(),
            });
        }
        let (attempts, due, error, rejected) = match failure {
            None => (0, None, None, 0_i64),
            Some(Failure::ForNow(why)) => (w.attempts + 1, Some(now.plus_seconds(pause(w.attempts + 1))), Some(why), 0),
            Some(Failure::ForGood(why)) => (w.attempts + 1, None, Some(why), 1),
        };
        let at_once = (rejected == 0).then_some(now);
        let last = progress.last().map(|(_, status)| i64::from(*status));
        let sent_at = last.map(|_| now);
        batch.guard(
            // News that came meanwhile is due at once.
            "UPDATE national_case SET sent = $4, sends = $5, attempts = $6, error = $7, rejected = $8, \
             due = CASE WHEN version > $4 THEN COALESCE(CAST($9 AS BIGINT), CAST($10 AS BIGINT)) ELSE CAST($9 AS BIGINT) END, \
             sent_status = COALESCE($11, sent_status), sent_at = COALESCE($12, sent_at) \
             WHERE province = $1 AND case_id = $2 AND sent = $3 AND sends = $13",
            values![w.case, w.sent, at, sends, attempts, error, rejected, due, at_once, last, sent_at, w.sends],
            1,
            "exchange",
        );
        match self.scope.commit(batch).await {
            // Another node told the same: its word counts, the portal knows a message by its key.
            Ok(()) | Err(CommitError::Conflict { .. }) => Ok(()),
            Err(CommitError::Store(e)) => Err(e),
        }
    }

    /// Tells these dossiers again, as they stand: after a comparison, or when what was refused has been mended.
    pub async fn resend(&self, codes: &[String], by: &Actor, now: Instant) -> Result<usize, StoreError> {
        let mut asked = 0;
        for code in codes {
            let sql = "SELECT case_id, sends, sent, version FROM national_case WHERE province = $1 AND code = $2";
            let Some(row) = self.scope.one(sql, values![code.as_str()]).await? else { continue };
            let (case, sends): (CaseId, i64) = (row.id("case_id")?, row.int("sends")?);
            let mut batch = self.scope.batch();
            batch.append(NewEntry {
                stream: exchange_stream(case),
                version: sends + 1,
                kind: "national.resend".into(),
                at: now,
                actor: by.account.to_string(),
                on_behalf: None,
                key: None,
                payload: json!({"case": case, "code": code, "by": by.name}).to_string(),
            });
            batch.guard(
                "UPDATE national_case SET round = round + 1, sends = sends + 1, rejected = 0, attempts = 0, error = NULL, due = $3 \
                 WHERE province = $1 AND case_id = $2 AND sends = $4",
                values![case, now, sends],
                1,
                "exchange",
            );
            match self.scope.commit(batch).await {
                Ok(()) => asked += 1,
                // It was told in this very moment: asking again would tell it twice for nothing.
                Err(CommitError::Conflict { .. }) => {}
                Err(CommitError::Store(e)) => return Err(e),
            }
        }
        Ok(asked)
    }
}

/// The journal of what was exchanged about a dossier.
fn exchange_stream(case: CaseId) -> String {
    format!("national_{}", case.uuid().simple())
}

#[cfg(test)]
mod tests {
    #[test]
    fn pauses_grow_to_an_hour() {
        let pauses: Vec<i64> = (1..=14).map(super::pause).collect();
        assert_eq!(pauses[..4], [2, 4, 8, 16]);
        assert_eq!(pauses[13], 3600);
        assert!(pauses.windows(2).all(|w| w[0] <= w[1]));
    }
}
