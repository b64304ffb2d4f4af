//! Whose dossier is taken up next: the law's order (Decree 80/2021 Art. 4.1, Decree 224/2026 Art. 74) within what the clock allows.

use crate::{
    Support,
    dossier::Dossier,
    rules::size::{groups_of, size_class},
    views::{Item, items},
};
use kernel::{Instant, Text, calendar::Span};
use store::{Scope, StoreError, values};

/// A dossier with less time left goes before everybody: three working days, in quarters of a day.
const URGENT: Span = Span::WorkingDays(12);

/// Where the next page of the queue begins: the last row shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub turn: i64,
    pub at: i64,
    pub id: String,
}

impl Place {
    /// Before every row.
    pub fn first() -> Self {
        Self { turn: -1, at: i64::MIN, id: String::new() }
    }
    /// `1~1790000000000000~supp_…`, as in the address.
    pub fn read(text: &str) -> Option<Self> {
        let (turn, rest) = text.split_once('~')?;
        let (at, id) = rest.split_once('~')?;
        let plain = id.len() <= 60 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        Some(Self { turn: turn.parse().ok()?, at: at.parse().ok()?, id: id.to_owned() }).filter(|_| plain)
    }
}
impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~{}~{}", self.turn, self.at, self.id)
    }
}

/// 0: its time runs out; 1: has priority; 2: in the order received.
pub fn turn(i: &Item, urgent_before: Instant) -> i64 {
    if i.due < urgent_before {
        0
    } else if i.priority {
        1
    } else {
        2
    }
}

/// Dossiers waiting for a decision, in their turn and then as received.
pub async fn waiting(scope: &Scope, urgent_before: Instant, after: &Place, limit: i64) -> Result<Vec<Item>, StoreError> {
    let turn = "CAST(CASE WHEN due < $2 THEN 0 WHEN priority = 1 THEN 1 ELSE 2 END AS BIGINT)";
    let when = format!("status = 'received' AND ({turn}, received_at, id) > ($3, $4, $5) ORDER BY {turn}, received_at, id LIMIT $6");
    items(scope, &when, values![urgent_before, after.turn, after.at, after.id.as_str(), limit]).await
}

impl Support {
    /// What is due before this instant has no time to wait. Without a table of holidays only what is overdue goes first.
    pub fn urgent_before(&self, now: Instant) -> Instant {
        self.calendar.due(now, URGENT).unwrap_or(now)
    }

    /// Why a dossier has priority, from the facts it was sent with.
    pub fn why_first(&self, d: &Dossier) -> Vec<Text> {
        let on = d.received_at.date();
        let size = d.facts.size.as_ref().and_then(|s| size_class(s, &self.rules, on).ok());
        let groups = self.rules.size_edition(on).map(|e| groups_of(e, &d.facts, size.as_ref())).unwrap_or_default();
        let mut why: Vec<Text> = groups.iter().map(|g| g.name()).collect();
        if d.facts.hard_area {
            why.push(Text::new("trụ sở ở địa bàn khó khăn", "head office in a hard area"));
        }
        if d.facts.priority_sector {
            why.push(Text::new("ngành ưu tiên", "priority sector"));
        }
        why
    }
}
