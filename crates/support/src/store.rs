//! The room's writing SQL. A cap is kept here: the statement that adds money names the cap, and the row it changes is the
//! lock that other writers wait for.

use crate::{
    catalog::CapType,
    dossier::{By, Commitment, Dossier, Entry, EntryKind, Event, Recorded, Status},
    papers::{Tray, TrayEvent},
};
use kernel::{
    Dong,
    id::{EnterpriseId, GrantId},
};
use store::{Batch, NewEntry, values};

/// Conflict labels, and what they mean to the caller.
pub const CAP: &str = "support-cap";
pub const ELSEWHERE: &str = "support-elsewhere";
pub const COURSES: &str = "support-courses";
pub const LEDGER: &str = "support-ledger";
pub const ENTRY: &str = "support-entry";
pub const CODE: &str = "support-code";

/// Which total a statement speaks of.
#[derive(Clone, Copy)]
struct Key<'a> {
    enterprise: EnterpriseId,
    content: &'a str,
    year: i16,
    period: &'a str,
}

const HERE: &str = "province = $1 AND enterprise = $2 AND content = $3 AND year = $4 AND period = $5";

impl Key<'_> {
    fn values(self) -> Vec<store::Value> {
        values![self.enterprise, self.content, i64::from(self.year), self.period]
    }
    fn with(self, more: Vec<store::Value>) -> Vec<store::Value> {
        let mut all = self.values();
        all.extend(more);
        all
    }
    fn year_row(self) -> Self {
        Self { period: "", ..self }
    }
    fn ensure(self, batch: &mut Batch) {
        batch.exec(
            "INSERT INTO support_total (province, enterprise, content, year, period, committed, paid, grants, elsewhere, pending_elsewhere) \
             VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0) ON CONFLICT (province, enterprise, content, year, period) DO NOTHING",
            self.values(),
        );
    }
    fn guard(self, batch: &mut Batch, set: &str, when: &str, more: Vec<store::Value>, label: &'static str) {
        batch.guard(format!("UPDATE support_total SET {set} WHERE {HERE}{when}"), self.with(more), 1, label);
    }
}

/// Puts one recorded event of a dossier into the batch: journal, snapshot, list row, and what it does to the ledger.
pub fn write(batch: &mut Batch, before: Option<&Dossier>, after: &Dossier, recorded: &Recorded, by: By<'_>) -> Result<(), store::StoreError> {
    let damaged = |e: serde_json::Error| store::StoreError::Damaged(e.to_string());
    let stream = Dossier::stream(after.id);
    let expected = before.map_or(0, |b| b.version);
    batch.append(NewEntry {
        stream: stream.clone(),
        version: after.version,
        kind: recorded.event.kind().to_owned(),
        at: by.at,
        actor: by.actor.account.to_string(),
        on_behalf: Some(after.enterprise.to_string()),
        key: None,
        payload: serde_json::to_string(recorded).map_err(damaged)?,
    });
    batch.snapshot(&stream, expected, after.version, "support", serde_json::to_string(after).map_err(damaged)?);
    row(batch, before.is_none(), after);
    pending(batch, before, after);
    ledger(batch, after, &recorded.event, by);
    Ok(())
}

/// One event of a dossier's tray: journal and snapshot.
pub fn tray(batch: &mut Batch, before: &Tray, after: &Tray, event: &TrayEvent, by: By<'_>) -> Result<(), store::StoreError> {
    let damaged = |e: serde_json::Error| store::StoreError::Damaged(e.to_string());
    let stream = Tray::stream(after.dossier);
    append(batch, &stream, after.version, event.kind(), by, Some(after.enterprise), serde_json::to_string(event).map_err(damaged)?);
    batch.snapshot(&stream, before.version, after.version, "support-papers", serde_json::to_string(after).map_err(damaged)?);
    Ok(())
}

fn row(batch: &mut Batch, new: bool, d: &Dossier) {
    let (amount, open, paid) = d.money();
    let contents: Vec<&str> = d.contents().into_iter().collect();
    let appeal = d.appeals.last().is_some_and(|a| a.answer.is_none());
    let params = values![
        d.id,
        d.code.as_str(),
        d.enterprise,
        d.facts.name.as_str(),
        d.facts.code.as_str(),
        d.status.code(),
        i64::from(d.year),
        contents.join(" "),
        d.priority,
        d.received_at,
        d.due,
        d.notice.as_ref().map(|n| n.at),
        amount,
        open,
        paid,
        d.publish_due,
        d.published_at,
        appeal
    ];
    if new {
        batch.unique(
            "INSERT INTO support_dossier (province, id, code, enterprise, enterprise_name, enterprise_code, status, year, contents, priority, \
             received_at, due, decided_at, amount, open, paid, publish_due, published_at, appeal_open) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            params,
            CODE,
        );
    } else {
        batch.guard(
            "UPDATE support_dossier SET code = $3, enterprise = $4, enterprise_name = $5, enterprise_code = $6, status = $7, year = $8, \
             contents = $9, priority = $10, received_at = $11, due = $12, decided_at = $13, amount = $14, open = $15, paid = $16, \
             publish_due = $17, published_at = $18, appeal_open = $19 WHERE province = $1 AND id = $2",
            params,
            1,
            "version",
        );
    }
}

/// A request that begins (or begins again) to wait: the same content must not wait at another agency, nor have been
/// granted there this year. The guard locks the row against somebody recording just that.
fn pending(batch: &mut Batch, before: Option<&Dossier>, after: &Dossier) {
    let waits = |d: &Dossier| d.status == Status::Received;
    if before.is_some_and(waits) || !waits(after) {
        return;
    }
    for content in after.contents() {
        let key = Key { enterprise: after.facts.holder(), content, year: after.year, period: "" };
        key.ensure(batch);
        key.guard(batch, "elsewhere = elsewhere", " AND elsewhere = 0 AND pending_elsewhere = 0", Vec::new(), ELSEWHERE);
    }
}

fn ledger(batch: &mut Batch, d: &Dossier, event: &Event, by: By<'_>) {
    match event {
        Event::Approved { commitments, approvals, .. } => {
            // Everybody takes the rows in one order, so that two dossiers cannot wait for one another.
            let mut ordered: Vec<&Commitment> = commitments.iter().collect();
            ordered.sort_by(|a, b| (&a.content, a.year, &a.period).cmp(&(&b.content, b.year, &b.period)));
            for c in ordered {
                let cap_type = approvals.iter().find(|a| a.line == c.line).map_or(CapType::Year, |a| a.cap_type);
                commit(batch, d.holder(c), c, cap_type);
                if let Some(entry) = d.entry(c.entry) {
                    post(batch, d, entry, by);
                }
            }
        }
        Event::Paid { entry } => moved(batch, d, entry, "committed = committed - $6, paid = paid + $6", " AND committed >= $6", by),
        Event::Released { entry } => moved(batch, d, entry, "committed = committed - $6", " AND committed >= $6", by),
        Event::Reversed { entry, .. } => moved(batch, d, entry, "paid = paid - $6", " AND paid >= $6", by),
        _ => {}
    }
}

/// Adds a commitment under its caps: nothing from another agency, courses left, and never above the amount.
fn commit(batch: &mut Batch, enterprise: EnterpriseId, c: &Commitment, cap_type: CapType) {
    let key = Key { enterprise, content: &c.content, year: c.year, period: &c.period };
    let year = key.year_row();
    year.ensure(batch);
    year.guard(batch, "grants = grants + 1", " AND elsewhere = 0", Vec::new(), ELSEWHERE);
    if let Some(most) = c.courses_per_year {
        year.guard(batch, "grants = grants", " AND grants <= $6", values![most], COURSES);
    }
    match c.cap {
        Some(cap) if cap_type == CapType::Year => add(batch, year, c.amount, Some(cap)),
        Some(cap) => {
            add(batch, year, c.amount, None);
            key.ensure(batch);
            key.guard(batch, "grants = grants + 1", "", Vec::new(), CAP);
            add(batch, key, c.amount, Some(cap));
        }
        None => add(batch, year, c.amount, None),
    }
}

fn add(batch: &mut Batch, key: Key<'_>, amount: Dong, cap: Option<Dong>) {
    match cap {
        Some(cap) => key.guard(batch, "committed = committed + $6", " AND committed + paid + $6 <= $7", values![amount, cap], CAP),
        None => key.guard(batch, "committed = committed + $6", "", values![amount], CAP),
    }
}

/// Moves money of a commitment in the year's total and in its period's; a commitment left without any gives its course back.
fn moved(batch: &mut Batch, d: &Dossier, entry: &Entry, set: &str, when: &str, by: By<'_>) {
    let Some(c) = d.commitment(entry.commitment) else { return };
    let emptied = c.open.0 == 0 && c.paid.0 == 0;
    let set = if emptied { format!("{set}, grants = grants - 1") } else { set.to_owned() };
    let key = Key { enterprise: d.holder(c), content: &c.content, year: c.year, period: &c.period };
    key.year_row().guard(batch, &set, when, values![entry.amount], LEDGER);
    if !c.period.is_empty() {
        key.guard(batch, &set, when, values![entry.amount], LEDGER);
    }
    post(batch, d, entry, by);
}

fn post(batch: &mut Batch, d: &Dossier, e: &Entry, by: By<'_>) {
    let Some(c) = d.commitment(e.commitment) else { return };
    batch.unique(
        "INSERT INTO support_entry (province, id, kind, enterprise, content, year, period, amount, who, priority, dossier, dossier_code, line, \
         commitment, reverses, contract, acceptance, invoices, reason, at, actor, actor_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        values![
            e.id,
            e.kind.code(),
            d.holder(c),
            c.content.as_str(),
            i64::from(c.year),
            c.period.as_str(),
            e.amount,
            c.who.code(),
            c.priority,
            d.id,
            d.code.as_str(),
            i64::try_from(c.line).unwrap_or(i64::MAX),
            e.commitment,
            e.reverses,
            e.contract.as_str(),
            e.acceptance.as_str(),
            e.invoices.as_str(),
            e.reason.as_str(),
            e.at,
            by.actor.account,
            e.by.as_str()
        ],
        ENTRY,
    );
    debug_assert!(e.kind != EntryKind::Reversal || e.reverses.is_some());
}

/// Support of another agency, as recorded by an officer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NewElsewhere {
    pub id: GrantId,
    pub enterprise: EnterpriseId,
    pub content: String,
    pub year: i16,
    pub agency: String,
    pub granted: bool,
    pub amount: Option<Dong>,
    pub reference: String,
}

/// Records what another agency did. It is a fact, so it is never refused; where ours overlaps, the row says so.
pub fn elsewhere(batch: &mut Batch, e: &NewElsewhere, by: By<'_>) -> Result<(), store::StoreError> {
    let payload = serde_json::to_string(e).map_err(|x| store::StoreError::Damaged(x.to_string()))?;
    append(batch, &e.id.to_string(), 1, "support.elsewhere", by, Some(e.enterprise), payload);
    let key = Key { enterprise: e.enterprise, content: &e.content, year: e.year, period: "" };
    key.ensure(batch);
    let counter = counter(e.granted);
    key.guard(batch, &format!("{counter} = {counter} + 1"), "", Vec::new(), LEDGER);
    batch.unique(
        "INSERT INTO support_elsewhere (province, id, enterprise, content, year, agency, granted, amount, reference, doubled, at, actor_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
         (SELECT CASE WHEN committed + paid > 0 THEN 1 ELSE 0 END FROM support_total \
          WHERE province = $1 AND enterprise = $3 AND content = $4 AND year = $5 AND period = ''), $10, $11)",
        values![
            e.id,
            e.enterprise,
            e.content.as_str(),
            i64::from(e.year),
            e.agency.as_str(),
            e.granted,
            e.amount,
            e.reference.as_str(),
            by.at,
            by.actor.name.as_str()
        ],
        ENTRY,
    );
    Ok(())
}

/// Takes a record about another agency back: it was wrong, or the matter there has ended.
pub fn withdraw_elsewhere(batch: &mut Batch, e: &NewElsewhere, why: &str, by: By<'_>) {
    let payload = serde_json::json!({ "why": why }).to_string();
    append(batch, &e.id.to_string(), 2, "support.elsewhere_withdrawn", by, Some(e.enterprise), payload);
    batch.guard(
        "UPDATE support_elsewhere SET withdrawn_at = $3, withdrawn_why = $4 WHERE province = $1 AND id = $2 AND withdrawn_at IS NULL",
        values![e.id, by.at, why],
        1,
        LEDGER,
    );
    let key = Key { enterprise: e.enterprise, content: &e.content, year: e.year, period: "" };
    let counter = counter(e.granted);
    key.guard(batch, &format!("{counter} = {counter} - 1"), &format!(" AND {counter} > 0"), Vec::new(), LEDGER);
}

const fn counter(granted: bool) -> &'static str {
    if granted { "elsewhere" } else { "pending_elsewhere" }
}

/// Sets the plan of a year for a content.
pub fn budget(batch: &mut Batch, version: i64, year: i16, content: &str, amount: Dong, by: By<'_>) {
    let stream = format!("support-budget-{year}");
    let payload = serde_json::json!({ "content": content, "amount": amount }).to_string();
    append(batch, &stream, version, "support.budget", by, None, payload);
    batch.exec(
        "INSERT INTO support_budget (province, year, content, amount) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (province, year, content) DO UPDATE SET amount = excluded.amount",
        values![i64::from(year), content, amount],
    );
}

fn append(batch: &mut Batch, stream: &str, version: i64, kind: &str, by: By<'_>, enterprise: Option<EnterpriseId>, payload: String) {
    batch.append(NewEntry {
        stream: stream.to_owned(),
        version,
        kind: kind.to_owned(),
        at: by.at,
        actor: by.actor.account.to_string(),
        on_behalf: enterprise.map(|e| e.to_string()),
        key: None,
        payload,
    });
}

/// When the year's plan was last changed, for its next version.
pub async fn budget_version(scope: &store::Scope, year: i16) -> Result<i64, store::StoreError> {
    let sql = "SELECT COALESCE(MAX(version), 0) AS v FROM journal WHERE province = $1 AND stream = $2";
    scope.one(sql, values![format!("support-budget-{year}")]).await?.map_or(Ok(0), |r| r.int("v"))
}

