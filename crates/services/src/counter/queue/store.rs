//! The queue's rows: a number is drawn once, a ticket is called by one window.

use super::rules::{self, State, Step, Waiting};
use crate::counter::catalog::QueueRules;
use casework::DeskError;
use kernel::{
    Actor, Instant, Refusal,
    id::{OfficeCode, TicketId},
};
use serde_json::json;
use ::store::{Batch, CommitError, NewEntry, Row, Scope, StoreError, values};

/// How often somebody else may be first before the caller is told.
const TRIES: usize = 20;
/// Tickets looked at when one is called; more never wait in one hall.
const WAITING_MAX: i64 = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub version: i64,
    pub office: String,
    pub day: String,
    pub serial: i64,
    pub label: String,
    pub group: String,
    pub priority: Option<String>,
    pub state: State,
    pub taken_at: Instant,
    pub called_at: Option<Instant>,
    pub window: Option<i64>,
    pub calls: i64,
}

impl Ticket {
    pub fn waiting(&self) -> Waiting {
        Waiting { id: self.id, group: self.group.clone(), priority: self.priority.is_some(), taken_at: self.taken_at, serial: self.serial }
    }
}

const TICKET: &str = "id, version, office, day, serial, label, grp, priority, state, taken_at, called_at, win, calls";

fn ticket(r: &Row) -> Result<Ticket, StoreError> {
    let state = r.text("state")?;
    Ok(Ticket {
        id: r.id("id")?,
        version: r.int("version")?,
        office: r.string("office")?,
        day: r.string("day")?,
        serial: r.int("serial")?,
        label: r.string("label")?,
        group: r.string("grp")?,
        priority: r.opt_string("priority")?,
        state: State::of(state).ok_or_else(|| StoreError::Damaged(format!("ticket state {state}")))?,
        taken_at: r.instant("taken_at")?,
        called_at: r.opt_instant("called_at")?,
        window: r.opt_int("win")?,
        calls: r.int("calls")?,
    })
}

/// The day of a queue, in the time of the place.
pub fn day(now: Instant) -> String {
    now.date().to_string()
}

pub async fn find(scope: &Scope, office: &str, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    let sql = format!("SELECT {TICKET} FROM queue_ticket WHERE province = $1 AND id = $2 AND office = $3");
    scope.one(&sql, values![id, office]).await?.as_ref().map(ticket).transpose()
}

/// Tickets of a day in one state, in the order they were drawn; called ones newest call first.
pub async fn of_state(scope: &Scope, office: &str, day: &str, state: State, limit: i64) -> Result<Vec<Ticket>, StoreError> {
    let order = match state {
        State::Waiting => "taken_at, serial",
        _ => "called_at DESC, serial DESC",
    };
    let sql = format!("SELECT {TICKET} FROM queue_ticket WHERE province = $1 AND office = $2 AND day = $3 AND state = $4 ORDER BY {order} LIMIT $5");
    scope.query(&sql, values![office, day, state.code(), limit]).await?.iter().map(ticket).collect()
}

/// Whether the tickets called last had priority, newest first.
pub async fn recent(scope: &Scope, office: &str, day: &str, limit: usize) -> Result<Vec<bool>, StoreError> {
    let sql = "SELECT priority FROM queue_ticket WHERE province = $1 AND office = $2 AND day = $3 AND called_at IS NOT NULL \
               ORDER BY called_at DESC, serial DESC LIMIT $4";
    let rows = scope.query(sql, values![office, day, limit as i64]).await?;
    rows.iter().map(|r| Ok(r.opt_text("priority")?.is_some())).collect()
}

/// Seconds a ticket took today on average, and the windows that called somebody in the last half hour.
pub async fn pace(scope: &Scope, office: &str, now: Instant) -> Result<(Option<i64>, i64), StoreError> {
    let sql = "SELECT called_at, ended_at FROM queue_ticket WHERE province = $1 AND office = $2 AND day = $3 AND state = 'done' ORDER BY called_at DESC LIMIT 20";
    let rows = scope.query(sql, values![office, day(now)]).await?;
    let mut took = Vec::new();
    for r in &rows {
        if let (Some(from), Some(to)) = (r.opt_instant("called_at")?, r.opt_instant("ended_at")?) {
            took.push(to.seconds_since(from).max(1));
        }
    }
    let average = (took.len() >= 5).then(|| took.iter().sum::<i64>() / took.len() as i64);
    let sql = "SELECT COUNT(DISTINCT win) AS n FROM queue_ticket WHERE province = $1 AND office = $2 AND day = $3 AND called_at > $4";
    let row = scope.one(sql, values![office, day(now), now.plus_seconds(-1800)]).await?;
    Ok((average, row.map_or(Ok(0), |r| r.int("n"))?.max(1)))
}

fn entry(batch: &mut Batch, t: &Ticket, version: i64, kind: &str, at: Instant, by: &str, payload: &serde_json::Value) {
    batch.append(NewEntry {
        stream: t.id.to_string(),
        version,
        kind: kind.to_owned(),
        at,
        actor: by.to_owned(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    });
}

/// Draws the next number of the day.
pub async fn draw(scope: &Scope, rules: &QueueRules, office: &OfficeCode, group: &str, priority: Option<&str>, now: Instant) -> Result<Ticket, DeskError> {
    let day = day(now);
    for _ in 0..TRIES {
        let row = scope.one("SELECT last FROM queue_number WHERE province = $1 AND office = $2 AND day = $3", values![office, day.as_str()]).await?;
        let last = row.map_or(Ok(0), |r| r.int("last"))?;
        if last >= rules.most_a_day {
            return Err(Refusal::new(kernel::refusal::RefusalKind::TooMany, "queue-full", "Hôm nay đã hết số. Hãy hỏi người hướng dẫn tại sảnh hoặc nộp trực tuyến.", "No numbers are left today. Ask the guide in the hall, or apply online.").into());
        }
        let serial = last + 1;
        let t = Ticket {
            id: TicketId::new(uuid::Uuid::now_v7()),
            version: 1,
            office: office.to_string(),
            day: day.clone(),
            serial,
            label: format!("{group}{serial:03}"),
            group: group.to_owned(),
            priority: priority.map(str::to_owned),
            state: State::Waiting,
            taken_at: now,
            called_at: None,
            window: None,
            calls: 0,
        };
        let mut batch = scope.batch();
        if last == 0 {
            batch.unique("INSERT INTO queue_number (province, office, day, last) VALUES ($1, $2, $3, 1)", values![office, day.as_str()], "number");
        } else {
            batch.guard("UPDATE queue_number SET last = $4 WHERE province = $1 AND office = $2 AND day = $3 AND last = $5", values![office, day.as_str(), serial, last], 1, "number");
        }
        batch.unique(
            "INSERT INTO queue_ticket (province, id, version, office, day, serial, label, grp, priority, state, taken_at, calls) \
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, 'waiting', $9, 0)",
            values![t.id, office, day.as_str(), serial, t.label.as_str(), group, t.priority.clone(), now],
            "ticket",
        );
        entry(&mut batch, &t, 1, "ticket.drawn", now, "kiosk", &json!({"office": office, "day": day, "label": t.label, "group": group, "priority": priority}));
        match scope.commit(batch).await {
            Ok(()) => return Ok(t),
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Store(e)) => return Err(e.into()),
        }
    }
    Err(busy().into())
}

fn busy() -> Refusal {
    Refusal::conflict("queue-busy", "Nhiều người cùng lấy số hoặc gọi số; hãy bấm lại", "Many are drawing or calling numbers at once; press again")
}

/// The window's next ticket. Whom the window had is done with; nobody waiting is no refusal. Two windows never get the same one.
pub async fn call_next(scope: &Scope, rules: &QueueRules, by: &Actor, office: &OfficeCode, window: i64, groups: &[String], now: Instant) -> Result<Option<Ticket>, DeskError> {
    let day = day(now);
    for _ in 0..TRIES {
        let waiting = of_state(scope, office.as_str(), &day, State::Waiting, WAITING_MAX).await?;
        let recent = recent(scope, office.as_str(), &day, rules.in_a_row).await?;
        let line: Vec<Waiting> = waiting.iter().map(Ticket::waiting).collect();
        let next = rules::next(&line, groups, &recent, rules.in_a_row).and_then(|n| waiting.iter().find(|t| t.id == n.id)).cloned();
        let mut batch = scope.batch();
        for served in of_state(scope, office.as_str(), &day, State::Called, 200).await?.iter().filter(|t| t.window == Some(window)) {
            write(&mut batch, served, Step::Finish, State::Done, by, now, window, None);
        }
        if let Some(t) = &next {
            let to = rules::after(t.state, Step::Call)?;
            write(&mut batch, t, Step::Call, to, by, now, window, None);
        }
        if batch.is_empty() {
            return Ok(None);
        }
        match scope.commit(batch).await {
            Ok(()) => return Ok(next),
            // Another window was quicker: look again.
            Err(CommitError::Conflict { .. }) => {}
            Err(CommitError::Store(e)) => return Err(e.into()),
        }
    }
    Err(busy().into())
}

#[expect(clippy::too_many_arguments, reason = "one private writer; the parts are the row's")]
fn write(batch: &mut Batch, t: &Ticket, step: Step, to: State, by: &Actor, now: Instant, window: i64, group: Option<&str>) {
    let called = matches!(step, Step::Call | Step::Recall);
    let called_at = if called { Some(now) } else { t.called_at };
    let ended = matches!(to, State::Done | State::NoShow).then_some(now);
    let calls = t.calls + i64::from(called);
    let group = group.unwrap_or(&t.group);
    batch.guard(
        "UPDATE queue_ticket SET version = $4, state = $5, called_at = $6, ended_at = $7, win = $8, calls = $9, grp = $10 \
         WHERE province = $1 AND id = $2 AND version = $3",
        values![t.id, t.version, t.version + 1, to.code(), called_at, ended, window, calls, group],
        1,
        "ticket",
    );
    let payload = json!({"window": window, "group": group, "by": by.name, "label": t.label});
    entry(batch, t, t.version + 1, step.kind(), now, &by.account.to_string(), &payload);
}

/// A window's other steps with a ticket.
pub async fn step(scope: &Scope, by: &Actor, t: &Ticket, step: Step, window: i64, group: Option<&str>, now: Instant) -> Result<(), DeskError> {
    let to = rules::after(t.state, step)?;
    let mut batch = scope.batch();
    write(&mut batch, t, step, to, by, now, window, group);
    scope.commit(batch).await.map_err(|e| match e {
        CommitError::Conflict { .. } => Refusal::conflict("ticket-state", "Số này vừa được quầy khác xử lý. Xem hàng chờ hiện tại.", "Another window has just dealt with this number. Look at the queue as it is now.").into(),
        CommitError::Store(e) => e.into(),
    })
}
