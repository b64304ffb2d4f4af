//! Questions of an office in lists.

use super::{QuestionId, State};
use kernel::{Instant, id::OfficeCode};
use store::{Scope, StoreError, values};

#[derive(Debug, Clone)]
pub struct Line {
    pub id: QuestionId,
    pub code: String,
    pub asked: Instant,
    pub text: String,
}

/// Open questions oldest first, answered ones newest first.
pub async fn list(scope: &Scope, office: &OfficeCode, state: State, limit: i64) -> Result<Vec<Line>, StoreError> {
    let sql = match state {
        State::Open => "SELECT id, code, asked, text FROM law_question WHERE province = $1 AND office = $2 AND state = $3 ORDER BY asked, id LIMIT $4",
        State::Answered => "SELECT id, code, asked, text FROM law_question WHERE province = $1 AND office = $2 AND state = $3 ORDER BY asked DESC, id DESC LIMIT $4",
    };
    let rows = scope.query(sql, values![office, state.code(), limit]).await?;
    rows.iter().map(|r| Ok(Line { id: r.id("id")?, code: r.string("code")?, asked: r.instant("asked")?, text: r.string("text")? })).collect()
}
