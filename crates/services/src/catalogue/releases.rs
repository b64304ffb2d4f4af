//! Drafts and releases of catalogue files, kept in the database: one journal entry a change.
//!
//! # Invariants
//! 1. Whoever last wrote a draft does not release it.
//! 2. A release is never edited, withdrawn or released again; another version supersedes it from its own day.

use casework::DeskError;
use kernel::{
    Actor, Instant, Refusal,
    id::{AccountId, ReleaseId},
    time::Date,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Batch, CommitError, NewEntry, Row, Scope, StoreError, values};

/// What a file of the catalogue is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Procedure,
    Calendar,
}

impl Subject {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Procedure => "procedure",
            Self::Calendar => "calendar",
        }
    }
    pub fn of(text: &str) -> Option<Self> {
        [Self::Procedure, Self::Calendar].into_iter().find(|s| s.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Released,
    Withdrawn,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Who did something, as a reader years later must see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hand {
    pub account: AccountId,
    pub name: String,
    pub at: Instant,
}

impl Hand {
    fn of(actor: &Actor, at: Instant) -> Self {
        Self { account: actor.account, name: actor.name.clone(), at }
    }
}

/// One version of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    pub id: ReleaseId,
    pub subject: Subject,
    /// Of the procedure, or of the calendar.
    pub code: String,
    pub version: String,
    /// Where in the catalogue the file is laid.
    pub path: String,
    pub text: String,
    /// The first day it holds.
    pub starts: Date,
    pub status: Status,
    /// Who last wrote it.
    pub drafted: Hand,
    pub changed_at: Instant,
    pub released: Option<Hand>,
    pub revision: i64,
}

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub subject: Subject,
    pub code: String,
    pub version: String,
    pub path: String,
    pub text: String,
    pub starts: Date,
}

const COLUMNS: &str = "id, subject, code, version, path, text, starts, status, drafted_by, drafted_name, drafted_at, changed_at, \
                       released_by, released_name, released_at, revision";

fn read(row: &Row) -> Result<Release, StoreError> {
    let bad = |what: &str| StoreError::Damaged(format!("catalogue_release: {what}"));
    let released = match (row.opt_text("released_by")?, row.opt_string("released_name")?, row.opt_instant("released_at")?) {
        (Some(by), Some(name), Some(at)) => Some(Hand { account: by.parse().map_err(|_| bad("released_by"))?, name, at }),
        _ => None,
    };
    Ok(Release {
        id: row.id("id")?,
        subject: Subject::of(row.text("subject")?).ok_or_else(|| bad("subject"))?,
        code: row.string("code")?,
        version: row.string("version")?,
        path: row.string("path")?,
        text: row.string("text")?,
        starts: row.parsed("starts")?,
        status: match row.text("status")? {
            "draft" => Status::Draft,
            "released" => Status::Released,
            "withdrawn" => Status::Withdrawn,
            _ => return Err(bad("status")),
        },
        drafted: Hand { account: row.id("drafted_by")?, name: row.string("drafted_name")?, at: row.instant("drafted_at")? },
        changed_at: row.instant("changed_at")?,
        released,
        revision: row.int("revision")?,
    })
}

pub async fn find(scope: &Scope, id: ReleaseId) -> Result<Release, DeskError> {
    let sql = format!("SELECT {COLUMNS} FROM catalogue_release WHERE province = $1 AND id = $2");
    match scope.one(&sql, values![id]).await? {
        Some(row) => Ok(read(&row)?),
        None => Err(Refusal::not_found("Không có bản dự thảo này", "There is no such draft").into()),
    }
}

/// Those of one status, last changed first.
pub async fn with_status(scope: &Scope, status: Status, limit: i64) -> Result<Vec<Release>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM catalogue_release WHERE province = $1 AND status = $2 ORDER BY changed_at DESC, id DESC LIMIT $3");
    scope.query(&sql, values![status.as_str(), limit]).await?.iter().map(read).collect()
}

/// All that was released, in the order of release: what is laid over the files.
pub async fn released(scope: &Scope) -> Result<Vec<Release>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM catalogue_release WHERE province = $1 AND status = $2 ORDER BY released_at, id");
    scope.query(&sql, values![Status::Released.as_str()]).await?.iter().map(read).collect()
}

/// The identities of what was released, without the texts: to see whether something came.
pub async fn released_ids(scope: &Scope) -> Result<Vec<(ReleaseId, Subject, Date)>, StoreError> {
    let sql = "SELECT id, subject, starts FROM catalogue_release WHERE province = $1 AND status = $2 ORDER BY released_at, id";
    let rows = scope.query(sql, values![Status::Released.as_str()]).await?;
    let one = |r: &Row| Ok((r.id("id")?, Subject::of(r.text("subject")?).ok_or_else(|| StoreError::Damaged("catalogue_release: subject".into()))?, r.parsed("starts")?));
    rows.iter().map(one).collect()
}

/// A new draft.
pub async fn draft(scope: &Scope, actor: &Actor, written: Written, now: Instant) -> Result<Release, DeskError> {
    let release = Release {
        id: ReleaseId::new(uuid::Uuid::now_v7()),
        subject: written.subject,
        code: written.code,
        version: written.version,
        path: written.path,
        text: written.text,
        starts: written.starts,
        status: Status::Draft,
        drafted: Hand::of(actor, now),
        changed_at: now,
        released: None,
        revision: 1,
    };
    let mut batch = scope.batch();
    batch.exec(
        format!("INSERT INTO catalogue_release (province, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"),
        row(&release),
    );
    record(&mut batch, &release, "catalogue.drafted", actor, now)?;
    commit(scope, batch).await?;
    Ok(release)
}

/// The draft as it is now; whoever writes it last is who drafted it. `seen` is the revision the writer had before them.
pub async fn rewrite(scope: &Scope, actor: &Actor, id: ReleaseId, seen: i64, written: Written, now: Instant) -> Result<Release, DeskError> {
    let old = open(scope, id, seen).await?;
    let release = Release {
        code: written.code,
        version: written.version,
        path: written.path,
        text: written.text,
        starts: written.starts,
        drafted: Hand::of(actor, now),
        changed_at: now,
        revision: old.revision + 1,
        ..old
    };
    change(scope, &release, "catalogue.changed", actor, now).await?;
    Ok(release)
}

/// Given up; it stays in the journal.
pub async fn withdraw(scope: &Scope, actor: &Actor, id: ReleaseId, seen: i64, now: Instant) -> Result<Release, DeskError> {
    let old = open(scope, id, seen).await?;
    let release = Release { status: Status::Withdrawn, changed_at: now, revision: old.revision + 1, ..old };
    change(scope, &release, "catalogue.withdrawn", actor, now).await?;
    Ok(release)
}

/// Released by somebody else than who wrote it, for a day that has not passed. Whether the file is without fault is for the
/// caller to have checked on this very revision.
pub async fn release(scope: &Scope, actor: &Actor, id: ReleaseId, seen: i64, now: Instant) -> Result<Release, DeskError> {
    let old = open(scope, id, seen).await?;
    releasable(&old, actor.account, now)?;
    let release = Release { status: Status::Released, released: Some(Hand::of(actor, now)), changed_at: now, revision: old.revision + 1, ..old };
    change(scope, &release, "catalogue.released", actor, now).await?;
    Ok(release)
}

/// The rules of a release that need nobody's file: two people, and no day in the past.
pub fn releasable(r: &Release, account: AccountId, now: Instant) -> Result<(), Refusal> {
    if r.drafted.account == account {
        return Err(Refusal::forbidden(
            "two-people",
            format!("Người soạn ({}) không tự phát hành; cần một quản trị viên khác", r.drafted.name),
            format!("Whoever drafted it ({}) does not release it; another administrator is needed", r.drafted.name),
        ));
    }
    if r.starts < now.date() {
        return Err(Refusal::conflict(
            "past-day",
            format!("Ngày bắt đầu {} đã qua; quy định không áp dụng ngược. Sửa ngày trong bản dự thảo rồi phát hành lại.", r.starts),
            format!("The first day {} has passed and no rule applies backwards. Change the day in the draft and release it again.", r.starts),
        ));
    }
    Ok(())
}

/// The draft, if it is still one and is what the writer saw.
async fn open(scope: &Scope, id: ReleaseId, seen: i64) -> Result<Release, DeskError> {
    let old = find(scope, id).await?;
    if old.status != Status::Draft {
        return Err(Refusal::conflict(
            "not-a-draft",
            "Bản này đã phát hành hoặc đã bỏ nên không sửa được; hãy soạn phiên bản mới",
            "This one has been released or given up and cannot be changed; draft another version",
        )
        .into());
    }
    if old.revision != seen {
        return Err(changed(&old).into());
    }
    Ok(old)
}

fn changed(old: &Release) -> Refusal {
    Refusal::conflict(
        "changed-meanwhile",
        format!("{} vừa sửa bản dự thảo này. Xem lại rồi làm tiếp; nội dung bạn nhập vẫn còn.", old.drafted.name),
        format!("{} has just changed this draft. Look again and go on; what you typed is kept.", old.drafted.name),
    )
}

fn row(r: &Release) -> Vec<store::Value> {
    values![
        r.id,
        r.subject.as_str(),
        r.code.as_str(),
        r.version.as_str(),
        r.path.as_str(),
        r.text.as_str(),
        r.starts.to_string(),
        r.status.as_str(),
        r.drafted.account,
        r.drafted.name.as_str(),
        r.drafted.at,
        r.changed_at,
        r.released.as_ref().map(|h| h.account.to_string()),
        r.released.as_ref().map(|h| h.name.clone()),
        r.released.as_ref().map(|h| h.at),
        r.revision
    ]
}

async fn change(scope: &Scope, r: &Release, kind: &str, actor: &Actor, now: Instant) -> Result<(), DeskError> {
    let mut batch = scope.batch();
    let mut params = row(r);
    params.push(store::Value::Int(r.revision - 1));
    batch.guard(
        "UPDATE catalogue_release SET subject = $3, code = $4, version = $5, path = $6, text = $7, starts = $8, status = $9, drafted_by = $10, \
         drafted_name = $11, drafted_at = $12, changed_at = $13, released_by = $14, released_name = $15, released_at = $16, revision = $17 \
         WHERE province = $1 AND id = $2 AND status = 'draft' AND revision = $18",
        params,
        1,
        "revision",
    );
    record(&mut batch, r, kind, actor, now)?;
    commit(scope, batch).await
}

/// The journal keeps the whole text: what was in force can be read without this table.
fn record(batch: &mut Batch, r: &Release, kind: &str, actor: &Actor, now: Instant) -> Result<(), StoreError> {
    let stream = r.id.to_string();
    let payload = json!({
        "subject": r.subject, "code": r.code, "version": r.version, "starts": r.starts, "path": r.path,
        "sha256": hex::encode(Sha256::digest(&r.text)), "text": r.text, "by": actor.name,
    });
    batch.append(NewEntry {
        stream: stream.clone(),
        version: r.revision,
        kind: kind.to_owned(),
        at: now,
        actor: actor.account.to_string(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    });
    let state = serde_json::to_string(r).map_err(|e| StoreError::Damaged(e.to_string()))?;
    batch.snapshot(&stream, r.revision - 1, r.revision, "catalogue", state);
    Ok(())
}

async fn commit(scope: &Scope, batch: Batch) -> Result<(), DeskError> {
    match scope.commit(batch).await {
        Ok(()) => Ok(()),
        Err(CommitError::Conflict { .. }) => Err(Refusal::conflict(
            "changed-meanwhile",
            "Người khác vừa sửa bản này, hoặc phiên bản này đã được phát hành. Xem lại rồi làm tiếp.",
            "Somebody else has just changed this one, or this version has been released. Look again and go on.",
        )
        .into()),
        Err(CommitError::Store(e)) => Err(e.into()),
    }
}

/// A version and how many open cases are pinned to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pinned {
    pub definition: String,
    pub version: String,
    pub open: i64,
}

/// The open cases of every version there are any of.
pub async fn pinned(scope: &Scope, definition: Option<&str>) -> Result<Vec<Pinned>, StoreError> {
    let (more, params) = match definition {
        Some(code) => (" AND definition = $2", values![code]),
        None => ("", values![]),
    };
    let sql = format!(
        "SELECT definition, pinned, COUNT(*) AS n FROM case_view WHERE province = $1 AND finished_at IS NULL{more} \
         GROUP BY definition, pinned ORDER BY definition, pinned"
    );
    let rows = scope.query(&sql, params).await?;
    rows.iter().map(|r| Ok(Pinned { definition: r.string("definition")?, version: r.string("pinned")?, open: r.int("n")? })).collect()
}

/// An open case, without whose it is: the catalogue's administrator need not know.
#[derive(Debug, Clone)]
pub struct OpenCase {
    pub id: kernel::id::CaseId,
    pub code: String,
    pub decides: String,
    pub filed_at: Instant,
    pub due: Option<Instant>,
}

/// Open cases pinned to a version, in the order of their ids, which is that of filing.
pub async fn open_cases(scope: &Scope, code: &str, version: &str, after: &str, limit: i64) -> Result<Vec<OpenCase>, StoreError> {
    let sql = "SELECT case_id, code, decides, filed_at, due FROM case_view WHERE province = $1 AND definition = $2 AND pinned = $3 \
               AND finished_at IS NULL AND case_id > $4 ORDER BY case_id LIMIT $5";
    let rows = scope.query(sql, values![code, version, after, limit]).await?;
    let one = |r: &Row| {
        Ok(OpenCase { id: r.id("case_id")?, code: r.string("code")?, decides: r.string("decides")?, filed_at: r.instant("filed_at")?, due: r.opt_instant("due")? })
    };
    rows.iter().map(one).collect()
}
