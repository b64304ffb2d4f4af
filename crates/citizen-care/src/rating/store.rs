//! Ratings as rows: private SQL of this room.

use super::{FollowUp, Rating};
use kernel::{Instant, id::{CaseCode, CaseId, OfficeCode}};
use store::{Batch, Row, Scope, StoreError, values};

const COLUMNS: &str = "case_id, case_code, kind, definition, office, party, stars, words, version, given_at, changed_at, until, \
                       follow, follow_due, answer, answered_by, answered_at";
/// A page of a list.
pub const PAGE: i64 = 50;

fn read(row: &Row) -> Result<Rating, StoreError> {
    Ok(Rating {
        case: row.id("case_id")?,
        code: CaseCode::new(row.text("case_code")?),
        kind: row.string("kind")?,
        definition: row.string("definition")?,
        office: OfficeCode::new(row.text("office")?),
        party: row.id("party")?,
        stars: u8::try_from(row.int("stars")?).unwrap_or(1),
        words: row.string("words")?,
        version: row.int("version")?,
        given_at: row.instant("given_at")?,
        changed_at: row.instant("changed_at")?,
        until: row.instant("until")?,
        follow: FollowUp::of_code(row.text("follow")?),
        follow_due: row.opt_instant("follow_due")?,
        answer: row.string("answer")?,
        answered_by: row.string("answered_by")?,
        answered_at: row.opt_instant("answered_at")?,
    })
}

pub async fn of_case(scope: &Scope, case: CaseId) -> Result<Option<Rating>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM care_rating WHERE province = $1 AND case_id = $2");
    scope.one(&sql, values![case]).await?.as_ref().map(read).transpose()
}

/// Writes a rating in the batch of its journal entry; conflict label `version`.
pub fn put(batch: &mut Batch, r: &Rating) {
    let follow_due = r.follow_due;
    if r.version == 1 {
        batch.unique(
            "INSERT INTO care_rating (province, case_id, case_code, kind, definition, office, party, stars, words, version, given_at, \
             changed_at, until, follow, follow_due, answer, answered_by, answered_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            values![
                r.case, &r.code, r.kind.as_str(), r.definition.as_str(), &r.office, r.party, r.stars, r.words.as_str(), r.version,
                r.given_at, r.changed_at, r.until, r.follow.code(), follow_due, r.answer.as_str(), r.answered_by.as_str(), r.answered_at
            ],
            "version",
        );
        return;
    }
    batch.guard(
        "UPDATE care_rating SET stars = $3, words = $4, version = $5, changed_at = $6, follow = $7, follow_due = $8, answer = $9, \
         answered_by = $10, answered_at = $11 WHERE province = $1 AND case_id = $2 AND version = $12",
        values![
            r.case, r.stars, r.words.as_str(), r.version, r.changed_at, r.follow.code(), follow_due, r.answer.as_str(),
            r.answered_by.as_str(), r.answered_at, r.version - 1
        ],
        1,
        "version",
    );
}

/// How often each step was chosen, by cases of one office or of all, from an instant on: index 0 is the worst step.
pub async fn spread(scope: &Scope, office: Option<&str>, since: Instant) -> Result<[i64; 5], StoreError> {
    let (place, mut params) = part(office, 3);
    let sql = format!("SELECT stars, COUNT(*) AS n FROM care_rating WHERE province = $1 AND given_at >= $2{place} GROUP BY stars");
    params.insert(0, since.into());
    let mut out = [0; 5];
    for row in scope.query(&sql, params).await? {
        let slot = usize::try_from(row.int("stars")? - 1).ok().and_then(|n| out.get_mut(n));
        if let Some(slot) = slot {
            *slot = row.int("n")?;
        }
    }
    Ok(out)
}

/// Those that wait for an answer, first due first.
pub async fn waiting(scope: &Scope, office: Option<&str>) -> Result<Vec<Rating>, StoreError> {
    let (place, mut params) = part(office, 2);
    let limit = params.len() + 2;
    params.push(PAGE.into());
    let sql = format!("SELECT {COLUMNS} FROM care_rating WHERE province = $1 AND follow = 'open'{place} ORDER BY follow_due, case_id LIMIT ${limit}");
    scope.query(&sql, params).await?.iter().map(read).collect()
}

/// Newest first, before an instant and case.
pub async fn newest(scope: &Scope, office: Option<&str>, before: (Instant, &str)) -> Result<Vec<Rating>, StoreError> {
    let (place, more) = part(office, 4);
    let mut params = values![before.0, before.1];
    params.extend(more);
    let limit = params.len() + 2;
    params.push(PAGE.into());
    let sql = format!(
        "SELECT {COLUMNS} FROM care_rating WHERE province = $1 AND (given_at, case_id) < ($2, $3){place} \
         ORDER BY given_at DESC, case_id DESC LIMIT ${limit}"
    );
    scope.query(&sql, params).await?.iter().map(read).collect()
}

fn part(office: Option<&str>, first: usize) -> (String, Vec<store::Value>) {
    office.map_or_else(|| (String::new(), Vec::new()), |o| (format!(" AND office = ${first}"), values![o]))
}
