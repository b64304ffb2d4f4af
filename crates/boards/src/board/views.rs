//! What may be read of boards.

use super::SeatRole;
use kernel::{
    Instant, Text,
    id::{AccountId, BoardId},
    time::Date,
};
use store::{Row, Scope, StoreError, values};

/// A line of the list of boards.
#[derive(Debug, Clone)]
pub struct BoardLine {
    pub id: BoardId,
    pub name: Text,
    pub field: String,
    pub term_from: Date,
    pub term_to: Date,
    pub closed: bool,
    pub seats: i64,
    pub open: i64,
    pub chair: Option<String>,
}

fn line(row: &Row) -> Result<BoardLine, StoreError> {
    Ok(BoardLine {
        id: row.id("id")?,
        name: Text::new(row.string("name_vi")?, row.string("name_en")?),
        field: row.string("field")?,
        term_from: row.parsed("term_from")?,
        term_to: row.parsed("term_to")?,
        closed: row.bool("closed")?,
        seats: row.int("seats")?,
        open: row.int("open")?,
        chair: row.opt_string("chair")?,
    })
}

/// Boards in order of their names; working ones first. A province has tens of them.
pub async fn boards(scope: &Scope, today: Date, limit: i64) -> Result<Vec<BoardLine>, StoreError> {
    let sql = "SELECT b.id, b.name_vi, b.name_en, b.field, b.term_from, b.term_to, b.closed, \
        (SELECT count(*) FROM board_seat s WHERE s.province = $1 AND s.board = b.id AND s.from_day <= $2 AND (s.to_day IS NULL OR s.to_day >= $2)) AS seats, \
        (SELECT count(*) FROM board_matter m WHERE m.province = $1 AND m.board = b.id AND m.state = 'open') AS open, \
        (SELECT max(s.name) FROM board_seat s WHERE s.province = $1 AND s.board = b.id AND s.role = 'chair' AND s.from_day <= $2 AND (s.to_day IS NULL OR s.to_day >= $2)) AS chair \
        FROM board b WHERE b.province = $1 ORDER BY b.closed, b.sort, b.id LIMIT $3";
    scope.query(sql, values![today, limit]).await?.iter().map(line).collect()
}

/// How many matters of a board are not concluded.
pub async fn open_matters(scope: &Scope, board: BoardId) -> Result<usize, StoreError> {
    let row = scope.one("SELECT count(*) AS n FROM board_matter WHERE province = $1 AND board = $2 AND state = 'open'", values![board]).await?;
    Ok(row.map(|r| r.int("n")).transpose()?.and_then(|n| usize::try_from(n).ok()).unwrap_or(0))
}

/// Boards on which an account sits or has sat.
pub async fn boards_of(scope: &Scope, account: AccountId) -> Result<Vec<BoardId>, StoreError> {
    let sql = "SELECT DISTINCT board FROM board_seat WHERE province = $1 AND account = $2 ORDER BY board";
    scope.query(sql, values![account]).await?.iter().map(|r| r.id("board")).collect()
}

/// What a member carries: across all boards, because a person has one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    pub account: AccountId,
    pub name: String,
    pub role: SeatRole,
    /// Boards with a seat today.
    pub boards: i64,
    /// Open matters of those boards in which the member has not voted.
    pub waiting: i64,
    /// Open matters to report on.
    pub reporting: i64,
    /// Votes cast since the instant asked for.
    pub voted: i64,
}

pub async fn workload(scope: &Scope, board: BoardId, today: Date, since: Instant) -> Result<Vec<Load>, StoreError> {
    let sql = "SELECT s.account, s.name, s.role, \
        (SELECT count(DISTINCT o.board) FROM board_seat o WHERE o.province = $1 AND o.account = s.account AND o.from_day <= $3 AND (o.to_day IS NULL OR o.to_day >= $3)) AS boards, \
        (SELECT count(*) FROM board_matter m WHERE m.province = $1 AND m.state = 'open' \
           AND EXISTS (SELECT 1 FROM board_seat o WHERE o.province = $1 AND o.board = m.board AND o.account = s.account AND o.from_day <= $3 AND (o.to_day IS NULL OR o.to_day >= $3)) \
           AND NOT EXISTS (SELECT 1 FROM board_vote v WHERE v.province = $1 AND v.matter = m.id AND v.account = s.account)) AS waiting, \
        (SELECT count(*) FROM board_matter m WHERE m.province = $1 AND m.state = 'open' AND m.rapporteur = s.account) AS reporting, \
        (SELECT count(*) FROM board_vote v WHERE v.province = $1 AND v.account = s.account AND v.at >= $4) AS voted \
        FROM board_seat s WHERE s.province = $1 AND s.board = $2 AND s.from_day <= $3 AND (s.to_day IS NULL OR s.to_day >= $3) ORDER BY s.place";
    let rows = scope.query(sql, values![board, today, since]).await?;
    rows.iter()
        .map(|row| {
            Ok(Load {
                account: row.id("account")?,
                name: row.string("name")?,
                role: SeatRole::of(row.text("role")?).unwrap_or(SeatRole::Member),
                boards: row.int("boards")?,
                waiting: row.int("waiting")?,
                reporting: row.int("reporting")?,
                voted: row.int("voted")?,
            })
        })
        .collect()
}
