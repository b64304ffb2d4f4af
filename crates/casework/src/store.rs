//! Private SQL: rows of the views, derived from the state after an act and written in its batch.

use crate::{
    Definition,
    definition::WaitingOn,
    state::{CaseState, ClockRun},
};
use kernel::{Instant, id::CaseId};
use numbering::{Fate, Line};
use store::{Batch, Migration, Scope, StoreError, values};

pub const MIGRATIONS: &[Migration] =
    &[
        Migration::same("casework", 1, "cases", include_str!("../migrations/0001_cases.sql")),
        Migration::same("casework", 2, "members", include_str!("../migrations/0002_members.sql")),
        Migration {
            room: "casework",
            number: 3,
            name: "find",
            sqlite: include_str!("../migrations/0003_find.sqlite.sql"),
            postgres: include_str!("../migrations/0003_find.postgres.sql"),
        },
        Migration::same("casework", 4, "cases that went to another province", include_str!("../migrations/0004_gone.sql")),
        Migration::same("casework", 5, "issued documents by hash", include_str!("../migrations/0005_documents.sql")),
        Migration::same("casework", 6, "numbers shared with other rooms", include_str!("../migrations/0006_shared_numbers.sql")),
        Migration::same("casework", 7, "issued documents by code", include_str!("../migrations/0007_verification.sql")),
    ];

/// The stream of a case in the journal.
pub fn stream(id: CaseId) -> String {
    id.to_string()
}

/// The files of documents that this event keeps, so that a copy can be told from something else and a code finds its document.
pub fn write_documents(batch: &mut Batch, s: &CaseState, event: &crate::Event) {
    for change in &event.changes {
        if let crate::Change::DocumentFiled(f) = change {
            let number = i64::try_from(f.number).unwrap_or(i64::MAX);
            batch.exec(
                "INSERT INTO case_document (province, sha256, case_id, document, number, code) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                values![f.sha256.as_str(), s.id, f.document.as_str(), number, crate::verification::code(s.id, &f.document, f.number)],
            );
        }
    }
}

/// The case, document and number of an issued file with this hash.
pub async fn document_by_hash(scope: &Scope, sha256: &str) -> Result<Option<(CaseId, String, u64)>, StoreError> {
    document(scope, "SELECT case_id, document, number FROM case_document WHERE province = $1 AND sha256 = $2 ORDER BY case_id LIMIT 1", sha256).await
}

/// The case, document and number of the issued file that bears this code of verification.
pub async fn document_by_code(scope: &Scope, code: &str) -> Result<Option<(CaseId, String, u64)>, StoreError> {
    document(scope, "SELECT case_id, document, number FROM case_document WHERE province = $1 AND code = $2 ORDER BY case_id LIMIT 1", code).await
}

async fn document(scope: &Scope, sql: &str, wanted: &str) -> Result<Option<(CaseId, String, u64)>, StoreError> {
    let rows = scope.query(sql, values![wanted]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let case = row.text("case_id")?.parse().map_err(|_| StoreError::Damaged("case_document names no case".into()))?;
    Ok(Some((case, row.string("document")?, u64::try_from(row.int("number")?).unwrap_or_default())))
}

/// One thing somebody of an office has to do.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkItem {
    pub item: String,
    pub office: String,
    pub role: String,
    /// `todo`, `waiting` (on the applicant) or `opinion`.
    pub list: &'static str,
    pub sort_due: Instant,
    pub due: Option<Instant>,
    pub step: String,
    pub step_due: Option<Instant>,
    pub assignee: Option<(String, String)>,
}

/// The legal due instant that counts now.
pub fn legal_due(s: &CaseState) -> Option<Instant> {
    ["processing", "intake"].iter().find_map(|c| {
        let clock = s.clocks.get(*c).filter(|c| c.run != ClockRun::Stopped)?;
        Some(clock.due)
    })
}

/// Everything that waits on an office in this state.
pub fn work_items(d: &Definition, s: &CaseState) -> Vec<WorkItem> {
    let mut items = Vec::new();
    let waiting_on = d.state("handling", s.track("handling")).map_or(WaitingOn::Nobody, |x| x.waiting_on);
    let due = legal_due(s);
    if let Some(step) = s.step.as_ref().filter(|_| waiting_on != WaitingOn::Nobody) {
        let applicant_due = s.clocks.get("applicant").filter(|c| c.run == ClockRun::Running).map(|c| c.due);
        let (list, sort_due) = match waiting_on {
            WaitingOn::Applicant => ("waiting", applicant_due.unwrap_or(step.due)),
            _ => ("todo", due.map_or(step.due, |d| d.min(step.due))),
        };
        let item = |item: String, assignee: Option<(String, String)>| WorkItem {
            item,
            office: step.office.to_string(),
            role: step.role.to_string(),
            list,
            sort_due,
            due,
            step: step.code.clone(),
            step_due: Some(step.due),
            assignee,
        };
        // A step of an appointed role waits on each of its members by name.
        let members = s.members_of(step.role.as_str());
        items.extend(members.iter().map(|m| item(format!("step:{}", m.account), Some((m.account.to_string(), m.name.clone())))));
        if members.is_empty() {
            items.push(item("step".into(), s.assignee.as_ref().map(|a| (a.account.to_string(), a.name.clone()))));
        }
    }
    items.extend(s.open_requests().map(|r| WorkItem {
        item: r.id.to_string(),
        office: r.office.to_string(),
        role: "consulted".into(),
        list: "opinion",
        sort_due: r.due,
        due: Some(r.due),
        step: "opinion".into(),
        step_due: Some(r.due),
        assignee: None,
    }));
    items
}

/// Writes the views of a case as they are after an act; `old` is what waited on offices before it, nothing for a new case.
pub fn write_views(batch: &mut Batch, d: &Definition, old: Option<&[WorkItem]>, after: &CaseState) {
    match old {
        None => insert_case(batch, d, after),
        Some(_) => update_case(batch, d, after),
    }
    let old = old.unwrap_or_default();
    let new = work_items(d, after);
    for gone in old.iter().filter(|o| !new.iter().any(|n| n.item == o.item)) {
        batch.exec(
            "DELETE FROM work_item WHERE province = $1 AND case_id = $2 AND item = $3",
            values![after.id, gone.item.as_str()],
        );
    }
    for item in new.iter().filter(|n| !old.contains(n)) {
        put_item(batch, after, item);
    }
}

/// The list of one's own cases, as people are appointed and dismissed.
pub fn write_members(batch: &mut Batch, after: &CaseState, event: &crate::Event) {
    for change in &event.changes {
        match change {
            crate::Change::Appointed { role, account, .. } => batch.exec(
                "INSERT INTO case_member (province, account, role, since, case_id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                values![*account, role.as_str(), event.at, after.id],
            ),
            crate::Change::Dismissed { role, account, .. } => batch.exec(
                "DELETE FROM case_member WHERE province = $1 AND account = $2 AND role = $3 AND case_id = $4",
                values![*account, role.as_str(), after.id],
            ),
            _ => {}
        }
    }
}

/// Everybody appointed to a case that came from another province.
pub fn write_all_members(batch: &mut Batch, s: &CaseState) {
    for (role, members) in &s.members {
        for m in members {
            batch.exec(
                "INSERT INTO case_member (province, account, role, since, case_id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                values![m.account, role.as_str(), m.since, s.id],
            );
        }
    }
}

/// The columns of `case_view` after the province, in order; shared by the act path and bulk loading.
pub fn case_row(d: &Definition, s: &CaseState) -> Vec<store::Value> {
    let phone = s.people.applicant.phone.as_deref().or(s.people.owner.phone.as_deref());
    let finished = s.clocks.get("processing").and_then(|c| c.stopped);
    values![
        s.id,
        s.code.as_str(),
        s.definition.as_str(),
        s.pinned.as_str(),
        s.title.as_str(),
        phone,
        s.offices.received.as_str(),
        s.offices.decides.as_str(),
        s.track("handling"),
        s.outcome.as_ref().map(|o| format!("{:?}", o.outcome).to_lowercase()),
        s.filed_at,
        legal_due(s).or_else(|| s.clocks.get("processing").map(|c| c.due)),
        finished,
        s.changed_at,
        s.next_timer(d),
        crate::views_find::person(s)
    ]
}

fn insert_case(batch: &mut Batch, d: &Definition, s: &CaseState) {
    batch.unique(
        "INSERT INTO case_view (province, case_id, code, definition, pinned, title, phone, received, decides, handling, \
         outcome, filed_at, due, finished_at, changed_at, timer_at, person) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        case_row(d, s),
        "code",
    );
    crate::views_find::insert(batch, s);
    for party in parties(s) {
        batch.exec(
            "INSERT INTO case_person (province, party, filed_at, case_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            values![party, s.filed_at, s.id],
        );
    }
}

/// The parties that may see the case as theirs.
pub fn parties(s: &CaseState) -> Vec<String> {
    let p = &s.people;
    let mut out: Vec<String> = [Some(&p.applicant), Some(&p.owner), p.proxy.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|x| x.party.map(|id| id.to_string()))
        .collect();
    out.sort();
    out.dedup();
    out
}

fn update_case(batch: &mut Batch, d: &Definition, s: &CaseState) {
    let finished = s.clocks.get("processing").and_then(|c| c.stopped);
    batch.exec(
        "UPDATE case_view SET handling = $3, outcome = $4, due = $5, finished_at = $6, changed_at = $7, timer_at = $8, received = $9, decides = $10 \
         WHERE province = $1 AND case_id = $2",
        values![
            s.id,
            s.track("handling"),
            s.outcome.as_ref().map(|o| format!("{:?}", o.outcome).to_lowercase()),
            legal_due(s).or_else(|| s.clocks.get("processing").map(|c| c.due)),
            finished,
            s.changed_at,
            s.next_timer(d),
            s.offices.received.as_str(),
            s.offices.decides.as_str()
        ],
    );
}

/// The columns of `work_item` after the province, in order.
pub fn item_row(s: &CaseState, i: &WorkItem) -> Vec<store::Value> {
    values![
        s.id,
        i.item.as_str(),
        i.office.as_str(),
        i.role.as_str(),
        i.list,
        i.sort_due,
        i.due,
        i.step.as_str(),
        i.step_due,
        s.code.as_str(),
        s.title.as_str(),
        s.definition.as_str(),
        s.pinned.as_str(),
        i.assignee.as_ref().map(|a| a.0.clone()),
        i.assignee.as_ref().map(|a| a.1.clone())
    ]
}

fn put_item(batch: &mut Batch, s: &CaseState, item: &WorkItem) {
    batch.exec(
        "INSERT INTO work_item (province, case_id, item, office, role, list, sort_due, due, step, step_due, code, title, \
         definition, pinned, assignee, assignee_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         ON CONFLICT (province, case_id, item) DO UPDATE SET office = excluded.office, role = excluded.role, \
         list = excluded.list, sort_due = excluded.sort_due, due = excluded.due, step = excluded.step, \
         step_due = excluded.step_due, assignee = excluded.assignee, assignee_name = excluded.assignee_name",
        item_row(s, item),
    );
}

/// The register, number and line of every document this event issues. Nothing of the people in the case stands there.
pub fn numbered<'a>(d: &'a Definition, after: &'a CaseState, event: &'a crate::Event, taker: &'a str) -> impl Iterator<Item = (&'a str, u64, Line<'a>)> {
    event.changes.iter().filter_map(move |change| {
        let crate::Change::DocumentIssued { document, number, symbol } = change else { return None };
        let decl = d.documents.get(document)?;
        let line = Line { fate: Fate::Used, taker, at: event.at, symbol, about: &decl.name.vi, code: after.code.as_str(), signer: &event.by.name };
        Some((decl.register.as_str(), *number, line))
    })
}

/// Draws the next case code number of an office on a day; durable at once, so a code is never given twice.
pub async fn next_code(scope: &Scope, office: &str, day: &str) -> Result<u64, StoreError> {
    let rows = scope
        .db()
        .returning(
            "INSERT INTO code_sequence (province, office, day, last) VALUES ($1, $2, $3, 1) \
             ON CONFLICT (province, office, day) DO UPDATE SET last = code_sequence.last + 1 RETURNING last",
            &values![scope.province().as_str(), office, day],
        )
        .await?;
    let row = rows.first().ok_or_else(|| StoreError::Damaged("code_sequence gave no row".into()))?;
    Ok(row.int("last")? as u64)
}

/// The columns of `journal` that a bulk load gives, after the province: stream, version, kind, at, actor, on_behalf, payload.
pub fn journal_row(d: &Definition, after: &CaseState, event: &crate::Event) -> Vec<store::Value> {
    let applicant = after.people.applicant.party;
    values![
        stream(after.id),
        after.version as i64,
        format!("{}.{}", d.kind, event.act),
        event.at,
        event.by.account,
        applicant,
        crate::desk::json_text(event)
    ]
}

/// The columns of `snapshot` after the province: stream, version, kind, state.
pub fn snapshot_row(d: &Definition, s: &CaseState) -> Vec<store::Value> {
    values![stream(s.id), s.version as i64, d.kind.as_str(), crate::desk::json_text(s)]
}
