//! Cases that were filed before there was a search, brought into it a portion at a time.

use crate::{desk::Desk, state::CaseState};
use kernel::id::CaseId;
use std::time::Duration;
use store::{Batch, CommitError, StoreError, values};

/// Cases of one portion: read, and written in one batch.
const PORTION: i64 = 200;
/// Behind every case id.
const END: &str = "~";
const TRIES: usize = 5;

impl Desk {
    /// Brings the next portion into the search; answers whether more is left. Costs one look once all is done. A case that is
    /// changed meanwhile is read again: the guard is its last change.
    pub async fn find_older(&self) -> Result<bool, StoreError> {
        let scope = self.scope();
        let row = scope.one("SELECT upto FROM case_find_done WHERE province = $1", values![]).await?;
        let upto = row.map_or(Ok(String::new()), |r| r.string("upto"))?;
        if upto == END {
            return Ok(false);
        }
        let sql = "SELECT case_id FROM case_view WHERE province = $1 AND case_id > $2 ORDER BY case_id LIMIT $3";
        let rows = scope.query(sql, values![upto.as_str(), PORTION]).await?;
        let ids = rows.iter().map(|r| r.id("case_id")).collect::<Result<Vec<CaseId>, _>>()?;
        if !self.bring(&ids).await? {
            for id in &ids {
                self.bring_one(*id).await?;
            }
        }
        let last = ids.last().map_or_else(|| END.to_owned(), ToString::to_string);
        let mut batch = scope.batch();
        batch.exec(
            "INSERT INTO case_find_done (province, upto) VALUES ($1, $2) ON CONFLICT (province) DO UPDATE SET upto = excluded.upto",
            values![last],
        );
        match scope.commit(batch).await {
            Ok(()) | Err(CommitError::Conflict { .. }) => Ok(true),
            Err(CommitError::Store(e)) => Err(e),
        }
    }

    /// Everything that is left, with a pause between portions so that acts go first.
    pub async fn find_all_older(&self) -> Result<u64, StoreError> {
        let mut portions = 0;
        while self.find_older().await? {
            portions += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(portions)
    }

    async fn bring_one(&self, id: CaseId) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            if self.bring(&[id]).await? {
                return Ok(());
            }
        }
        Err(StoreError::Damaged(format!("{id} changes all the time")))
    }

    /// Nothing is written, and the answer is no, when one of them was changed since it was read.
    async fn bring(&self, ids: &[CaseId]) -> Result<bool, StoreError> {
        let mut batch = self.scope().batch();
        for id in ids {
            if let Some(found) = self.load(*id).await? {
                write(&mut batch, &found.state);
            }
        }
        match self.scope().commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(CommitError::Store(e)) => Err(e),
        }
    }
}

fn write(batch: &mut Batch, s: &CaseState) {
    batch.guard(
        "UPDATE case_view SET person = $2 WHERE province = $1 AND case_id = $3 AND changed_at = $4 \
         AND EXISTS (SELECT 1 FROM snapshot WHERE province = $1 AND stream = $3 AND version = $5)",
        values![super::person(s), s.id, s.changed_at, i64::try_from(s.version).unwrap_or(i64::MAX)],
        1,
        "find",
    );
    super::insert(batch, s);
}
