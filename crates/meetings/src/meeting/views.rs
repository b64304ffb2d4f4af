//! What may be read of meetings in lists.

use super::{MeetingId, State};
use kernel::{
    Instant,
    id::{AccountId, OfficeCode},
    time::Date,
};
use store::{Row, Scope, StoreError, values};

/// A meeting in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: MeetingId,
    pub office: OfficeCode,
    pub kind: String,
    pub title: String,
    pub state: Option<State>,
    pub starts: Instant,
    pub ends: Instant,
    pub place: String,
    /// It has a link to a conference.
    pub online: bool,
    pub chair: String,
    pub readers: i64,
    pub pages: i64,
    pub uncounted: i64,
    /// What the asking account is in it.
    pub part: String,
}

impl Line {
    /// Pages that nobody had to print: those of the papers, for each official invited.
    pub fn unprinted(&self) -> i64 {
        self.pages.saturating_mul(self.readers)
    }
}

fn line(row: &Row) -> Result<Line, StoreError> {
    Ok(Line {
        id: row.id("id")?,
        office: OfficeCode::new(row.text("office")?),
        kind: row.string("kind")?,
        title: row.string("title")?,
        state: State::of(row.text("state")?),
        starts: row.instant("starts")?,
        ends: row.instant("ends")?,
        place: row.string("place")?,
        online: row.bool("online")?,
        chair: row.string("chair")?,
        readers: row.int("readers")?,
        pages: row.int("pages")?,
        uncounted: row.int("uncounted")?,
        part: row.string("part")?,
    })
}

/// Which of one's meetings are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// Being prepared, sent, in session: soonest first.
    #[default]
    Coming,
    /// Held: latest first.
    Past,
    Cancelled,
}

impl Which {
    pub const ALL: [Self; 3] = [Self::Coming, Self::Past, Self::Cancelled];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Past => "past",
            Self::Cancelled => "cancelled",
        }
    }
    pub fn of(code: &str) -> Self {
        Self::ALL.into_iter().find(|w| w.code() == code).unwrap_or_default()
    }
    const fn states(self) -> &'static str {
        match self {
            Self::Coming => "('drafting', 'sent', 'open')",
            Self::Past => "('closed', 'concluded')",
            Self::Cancelled => "('cancelled')",
        }
    }
}

/// The place of a line in the list, for the next page.
pub type After = (i64, String);

/// One page of the meetings that an account sees.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    pub account: AccountId,
    pub which: Which,
    /// A kind of the catalogue; empty for all.
    pub kind: &'a str,
    pub after: Option<After>,
    pub limit: i64,
}

const SELECT: &str = "SELECT m.id, m.office, m.kind, m.title, m.state, m.starts, m.ends, m.place, m.online, m.chair, m.readers, m.pages, m.uncounted, p.part \
    FROM meeting_person p JOIN meeting m ON m.province = $1 AND m.id = p.meeting WHERE p.province = $1 AND p.account = $2";

pub async fn list(scope: &Scope, ask: &Ask<'_>) -> Result<Vec<Line>, StoreError> {
    let states = ask.which.states();
    let (order, sign, first) = match ask.which {
        Which::Coming => ("m.starts, m.id", '>', (i64::MIN, String::new())),
        Which::Past | Which::Cancelled => ("m.starts DESC, m.id DESC", '<', (i64::MAX, String::new())),
    };
    let (starts, id) = ask.after.clone().unwrap_or(first);
    let mut sql = format!("{SELECT} AND m.state IN {states} AND (m.starts {sign} $3 OR (m.starts = $3 AND m.id {sign} $4))");
    let mut params = values![ask.account, starts, id, ask.limit];
    if !ask.kind.is_empty() {
        sql.push_str(" AND m.kind = $6");
        params.push(ask.kind.into());
    }
    sql.push_str(&format!(" ORDER BY {order} LIMIT $5"));
    scope.query(&sql, params).await?.iter().map(line).collect()
}

/// Most meetings that figures of a quarter are made of.
const FIGURES_MAX: i64 = 5_000;

/// The meetings an account sees that were held between two instants: what every figure of the quarter is counted from.
pub async fn held(scope: &Scope, account: AccountId, from: Instant, to: Instant) -> Result<Vec<Line>, StoreError> {
    let sql = format!("{SELECT} AND m.state IN ('open', 'closed', 'concluded') AND m.starts >= $3 AND m.starts < $4 ORDER BY m.starts DESC, m.id DESC LIMIT $5");
    scope.query(&sql, values![account, from, to, FIGURES_MAX]).await?.iter().map(line).collect()
}

/// A conclusion that became a directive, as the list of a unit has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectiveLine {
    pub meeting: MeetingId,
    pub conclusion: i64,
    pub lead: OfficeCode,
    pub co: Vec<OfficeCode>,
    pub deadline: Date,
    pub text: String,
    pub at: Instant,
}

/// The directives of a meeting in the order of its conclusions.
pub async fn directives(scope: &Scope, meeting: MeetingId) -> Result<Vec<DirectiveLine>, StoreError> {
    let sql = "SELECT meeting, conclusion, lead, co, deadline, text, at FROM meeting_directive WHERE province = $1 AND meeting = $2 ORDER BY conclusion";
    let read = |row: &Row| {
        Ok(DirectiveLine {
            meeting: row.id("meeting")?,
            conclusion: row.int("conclusion")?,
            lead: OfficeCode::new(row.text("lead")?),
            co: row.text("co")?.split(' ').filter(|c| !c.is_empty()).map(OfficeCode::new).collect(),
            deadline: row.parsed("deadline")?,
            text: row.string("text")?,
            at: row.instant("at")?,
        })
    };
    scope.query(sql, values![meeting]).await?.iter().map(read).collect()
}
