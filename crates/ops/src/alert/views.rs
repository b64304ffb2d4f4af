//! What may be read of alerts in lists and figures.

use super::{Alert, AlertId, Outcome, State};
use crate::{Who, catalog::{Alerts, Level}};
use kernel::{Instant, Text, id::OfficeCode};
use std::collections::BTreeMap;
use store::{Row, Scope, StoreError, values};

/// An alert in a list; also what the evaluation remembers of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: AlertId,
    pub rule: String,
    pub severity: String,
    pub fingerprint: String,
    pub label: Text,
    pub path: String,
    pub value: i64,
    pub since: Instant,
    pub fired: Instant,
    pub owner: OfficeCode,
    pub owner_name: String,
    pub place: Option<OfficeCode>,
    pub place_name: String,
    pub state: State,
    pub level: Level,
    pub waits: Instant,
    pub silent_until: Option<Instant>,
    pub inhibited: bool,
    pub acknowledged: Option<Instant>,
    pub resolved: Option<Instant>,
    pub outcome: Option<Outcome>,
    pub holds: bool,
    /// An explanation was asked for, or a directive given.
    pub changed_anything: bool,
}

impl Line {
    /// The record as a line of a list, so that its standing looks the same everywhere.
    pub fn of(a: &Alert) -> Self {
        Self {
            id: a.id,
            rule: a.cause.rule.clone(),
            severity: a.cause.severity.clone(),
            fingerprint: a.cause.fingerprint.clone(),
            label: a.cause.label.clone(),
            path: a.cause.path.clone(),
            value: a.cause.value,
            since: a.cause.since,
            fired: a.fired,
            owner: a.owner.code.clone(),
            owner_name: a.owner.name.clone(),
            place: a.place.as_ref().map(|p| p.code.clone()),
            place_name: a.place.as_ref().map(|p| p.name.clone()).unwrap_or_default(),
            state: a.state,
            level: a.level,
            waits: a.waits,
            silent_until: a.silence.as_ref().map(|x| x.until),
            inhibited: a.inhibited.is_some(),
            acknowledged: a.acknowledged,
            resolved: a.resolved,
            outcome: a.outcome,
            holds: a.holds,
            changed_anything: !a.asked.is_empty() || !a.directed.is_empty(),
        }
    }
    pub fn is_open(&self) -> bool {
        self.state != State::Resolved
    }
    pub fn is_silent(&self, now: Instant) -> bool {
        self.is_open() && self.silent_until.is_some_and(|until| until > now)
    }
    /// Stands before people: neither silenced nor held back.
    pub fn is_loud(&self, now: Instant) -> bool {
        self.is_open() && !self.inhibited && !self.is_silent(now)
    }
    /// Whether this person may know of it: as [`super::Alert::sees`] says of the record.
    pub fn seen_by(&self, who: &Who) -> bool {
        who.oversees || (who.manages && who.office.as_ref().is_some_and(|o| *o == self.owner || Some(o) == self.place.as_ref()))
    }
}

/// By what alerts are counted and listed: a figure and its list are the same predicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Open,
    Firing,
    Acknowledged,
    /// Loud, and come before the leaders of the province.
    Province,
    Silenced,
    Inhibited,
    Resolved,
    All,
}

impl Which {
    pub const ALL: [Self; 8] = [Self::Firing, Self::Acknowledged, Self::Province, Self::Silenced, Self::Inhibited, Self::Open, Self::Resolved, Self::All];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Firing => "firing",
            Self::Acknowledged => "acknowledged",
            Self::Province => "province",
            Self::Silenced => "silenced",
            Self::Inhibited => "inhibited",
            Self::Resolved => "resolved",
            Self::All => "all",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.code() == code)
    }
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("Chưa kết thúc", "Open"),
            Self::Firing => Text::new("Đang báo", "Firing"),
            Self::Acknowledged => Text::new("Đã tiếp nhận", "Acknowledged"),
            Self::Province => Text::new("Đã lên lãnh đạo tỉnh, thành phố", "Before the province"),
            Self::Silenced => Text::new("Tạm ẩn", "Silenced"),
            Self::Inhibited => Text::new("Nhường cảnh báo lớn hơn", "Standing back"),
            Self::Resolved => Text::new("Đã kết thúc", "Resolved"),
            Self::All => Text::new("Tất cả", "All"),
        }
    }
    pub fn holds(self, l: &Line, now: Instant) -> bool {
        match self {
            Self::Open => l.is_open(),
            Self::Firing => l.is_loud(now) && l.state == State::Firing,
            Self::Acknowledged => l.is_loud(now) && l.state == State::Acknowledged,
            Self::Province => l.is_loud(now) && l.level == Level::Province,
            Self::Silenced => l.is_silent(now),
            Self::Inhibited => l.is_open() && l.inhibited && !l.is_silent(now),
            Self::Resolved => !l.is_open(),
            Self::All => true,
        }
    }
}

/// The worst first, then who has waited longest.
pub fn by_weight(lines: &mut [Line], rules: &Alerts) {
    lines.sort_by_key(|l| (!l.is_open(), std::cmp::Reverse(l.level), rules.rank(&l.severity), l.state != State::Firing, l.fired, l.id.uuid()));
}

fn line(row: &Row) -> Result<Line, StoreError> {
    Ok(Line {
        id: row.id("id")?,
        rule: row.string("rule")?,
        severity: row.string("severity")?,
        fingerprint: row.string("fingerprint")?,
        label: Text::new(row.string("label_vi")?, row.string("label_en")?),
        path: row.string("href")?,
        value: row.int("value")?,
        since: row.instant("since")?,
        fired: row.instant("fired")?,
        owner: OfficeCode::new(row.text("owner")?),
        owner_name: row.string("owner_name")?,
        place: row.opt_text("place")?.map(OfficeCode::new),
        place_name: row.string("place_name")?,
        state: State::of(row.text("state")?),
        level: Level::of(row.text("level")?),
        waits: row.instant("waits")?,
        silent_until: row.opt_instant("silent_until")?,
        inhibited: row.bool("inhibited")?,
        acknowledged: row.opt_instant("acknowledged")?,
        resolved: row.opt_instant("resolved")?,
        outcome: Outcome::of(row.text("outcome")?),
        holds: row.bool("holds")?,
        changed_anything: row.bool("changed_anything")?,
    })
}

/// Most alerts that one list is made of.
pub const MOST: i64 = 20_000;

const SELECT: &str = "SELECT id, rule, severity, fingerprint, label_vi, label_en, href, value, since, fired, owner, owner_name, place, place_name, state, level, waits, silent_until, \
    inhibited, acknowledged, resolved, outcome, holds, changed_anything FROM ops_alert WHERE province = $1";

/// What the evaluation has to remember: alerts that are open or whose condition still holds.
pub async fn live(scope: &Scope) -> Result<Vec<Line>, StoreError> {
    let sql = format!("{SELECT} AND live = 1 ORDER BY fired, id");
    scope.query(&sql, Vec::new()).await?.iter().map(line).collect()
}

/// Those that are not over.
pub async fn open(scope: &Scope) -> Result<Vec<Line>, StoreError> {
    let sql = format!("{SELECT} AND live = 1 AND state <> 'resolved' ORDER BY fired DESC, id DESC LIMIT $2");
    scope.query(&sql, values![MOST]).await?.iter().map(line).collect()
}

/// All that began on or after an instant, latest first.
pub async fn since(scope: &Scope, from: Instant) -> Result<Vec<Line>, StoreError> {
    let sql = format!("{SELECT} AND fired >= $2 ORDER BY fired DESC, id DESC LIMIT $3");
    scope.query(&sql, values![from, MOST]).await?.iter().map(line).collect()
}

/// How a rule does: what it fired, what of it was judged, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Score {
    pub fired: i64,
    pub judged: i64,
    pub false_ones: i64,
    pub changed_anything: i64,
    pub acknowledged: i64,
    /// The middle of the times from firing to taking up, in seconds.
    pub median_seconds: Option<i64>,
}

/// Scores by rule.
pub fn scores<'l>(lines: impl IntoIterator<Item = &'l Line>) -> BTreeMap<String, Score> {
    let mut all: BTreeMap<String, (Score, Vec<i64>)> = BTreeMap::new();
    for l in lines {
        let (score, times) = all.entry(l.rule.clone()).or_default();
        score.fired += 1;
        score.judged += i64::from(l.outcome.is_some());
        score.false_ones += i64::from(l.outcome == Some(Outcome::False));
        score.changed_anything += i64::from(l.changed_anything);
        if let Some(at) = l.acknowledged {
            score.acknowledged += 1;
            times.push(at.seconds_since(l.fired).max(0));
        }
    }
    let middle = |mut times: Vec<i64>| {
        times.sort_unstable();
        let (low, high) = (times.get(times.len().saturating_sub(1) / 2)?, times.get(times.len() / 2)?);
        Some((low + high) / 2)
    };
    all.into_iter().map(|(rule, (score, times))| (rule, Score { median_seconds: middle(times), ..score })).collect()
}
