//! Open dossiers whose promise a newer calendar would count otherwise.

use super::{Desk, DeskError};
use crate::recount::{Affected, affected};
use kernel::{
    Instant,
    calendar::Calendar,
    id::{CaseCode, CaseId, OfficeCode},
};
use serde::Serialize;
use store::values;

/// Cases read at once.
const PAGE: i64 = 200;

/// An open dossier that a newer calendar concerns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AffectedCase {
    pub case: CaseId,
    pub code: CaseCode,
    pub title: String,
    pub decides: OfficeCode,
    pub filed_at: Instant,
    pub clocks: Vec<Affected>,
}

impl Desk {
    /// One page of open dossiers, from `after` on, that a newer version of a calendar would let fall due at another instant;
    /// only of offices that keep this calendar. The second value is where the next page begins, absent at the end. Nothing is
    /// changed.
    pub async fn affected_by(&self, newer: &Calendar, after: Option<CaseId>) -> Result<(Vec<AffectedCase>, Option<CaseId>), DeskError> {
        let sql = "SELECT case_id FROM case_view WHERE province = $1 AND finished_at IS NULL AND due IS NOT NULL AND case_id > $2 \
                   ORDER BY case_id LIMIT $3";
        let start = after.map(|c| c.to_string()).unwrap_or_default();
        let rows = self.scope.query(sql, values![start, PAGE]).await?;
        let ids: Vec<CaseId> = rows.iter().map(|r| r.id("case_id")).collect::<Result<_, _>>()?;
        let next = ids.last().copied().filter(|_| ids.len() as i64 == PAGE);
        let mut out = Vec::new();
        for id in ids {
            let Some(found) = self.load(id).await? else { continue };
            let s = &found.state;
            let kept = self.identity.offices().get(s.offices.decides.as_str()).map_or("vn-offices", |o| o.calendar.as_str());
            if kept != &*newer.code {
                continue;
            }
            let clocks = affected(&found.definition, s, newer);
            if !clocks.is_empty() {
                out.push(AffectedCase {
                    case: s.id,
                    code: s.code.clone(),
                    title: s.title.clone(),
                    decides: s.offices.decides.clone(),
                    filed_at: s.filed_at,
                    clocks,
                });
            }
        }
        Ok((out, next))
    }
}
