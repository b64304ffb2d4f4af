//! What may be read of matters.

use super::{MatterKind, store::NEVER};
use kernel::{
    Instant, Text,
    id::{AccountId, BoardId, MatterId},
};
use store::{Row, Scope, StoreError, values};

/// A line of a queue.
#[derive(Debug, Clone)]
pub struct MatterLine {
    pub id: MatterId,
    pub board: BoardId,
    pub board_name: Text,
    pub kind: Option<MatterKind>,
    pub title: String,
    pub state: String,
    pub opened_at: Instant,
    pub due: Option<Instant>,
    pub votes: i64,
    /// Whether the asking account has voted.
    pub voted: bool,
}

const COLUMNS: &str = "m.id, m.board, b.name_vi, b.name_en, m.kind, m.title, m.state, m.opened_at, m.due, \
    (SELECT count(*) FROM board_vote v WHERE v.province = $1 AND v.matter = m.id) AS votes, \
    (SELECT count(*) FROM board_vote v WHERE v.province = $1 AND v.matter = m.id AND v.account = $2) AS mine";
const FROM: &str = "FROM board_matter m JOIN board b ON b.province = $1 AND b.id = m.board WHERE m.province = $1";

fn line(row: &Row) -> Result<MatterLine, StoreError> {
    let due = row.int("due")?;
    Ok(MatterLine {
        id: row.id("id")?,
        board: row.id("board")?,
        board_name: Text::new(row.string("name_vi")?, row.string("name_en")?),
        kind: MatterKind::of(row.text("kind")?),
        title: row.string("title")?,
        state: row.string("state")?,
        opened_at: row.instant("opened_at")?,
        due: (due != NEVER).then(|| Instant::from_micros(due)),
        votes: row.int("votes")?,
        voted: row.int("mine")? > 0,
    })
}

/// The place of a line in the queue, for the next page.
pub type After = (i64, String);

/// One page of a queue: of one board or of all, in one state, by due time. `only` limits it to boards on which that
/// account sits or has sat; officers ask without it.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    pub account: AccountId,
    pub only: bool,
    pub board: Option<BoardId>,
    pub state: &'a str,
    pub after: Option<After>,
    pub limit: i64,
}

pub async fn queue(scope: &Scope, ask: &Ask<'_>) -> Result<Vec<MatterLine>, StoreError> {
    let (due, id) = ask.after.clone().unwrap_or((i64::MIN, String::new()));
    let mut sql = format!("SELECT {COLUMNS} {FROM} AND m.state = $3 AND (m.due > $4 OR (m.due = $4 AND m.id > $5))");
    let mut params = values![ask.account, ask.state, due, id, ask.limit];
    if ask.only {
        sql.push_str(" AND EXISTS (SELECT 1 FROM board_seat s WHERE s.province = $1 AND s.account = $2 AND s.board = m.board)");
    }
    if let Some(board) = ask.board {
        sql.push_str(" AND m.board = $7");
        params.push(board.into());
    }
    sql.push_str(" ORDER BY m.due, m.id LIMIT $6");
    scope.query(&sql, params).await?.iter().map(line).collect()
}

/// Matters about one outside subject, newest first: what a bridge asks before it goes on.
pub async fn about(scope: &Scope, kind: &str, id: &str) -> Result<Vec<MatterLine>, StoreError> {
    let sql = format!("SELECT {COLUMNS} {FROM} AND m.subject_kind = $3 AND m.subject_id = $4 ORDER BY m.opened_at DESC, m.id DESC LIMIT 50");
    scope.query(&sql, values!["", kind, id]).await?.iter().map(line).collect()
}
