//! Applications being written: kept on every step, submitted once, never lost by a closed browser.

use casework::{Definition, DeskError, event::GivenFile};
use kernel::{
    Actor, Instant, Refusal,
    id::{AccountId, DefinitionCode, DraftId, FileId},
};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::{Batch, CommitError, Row, Scope, StoreError, values};

/// Most files one draft may hold.
pub const FILES_MAX: usize = 60;

#[derive(Debug, Clone)]
pub struct Draft {
    pub id: DraftId,
    pub account: AccountId,
    pub definition: DefinitionCode,
    pub version: String,
    pub answers: Value,
    pub files: Vec<GivenFile>,
    /// Counts the saves; two windows on one draft do not overwrite one another unseen.
    pub revision: i64,
    pub changed_at: Instant,
}

const COLUMNS: &str = "id, account, definition, version, answers, files, revision, changed_at";

fn read(row: &Row) -> Result<Draft, StoreError> {
    Ok(Draft {
        id: row.id("id")?,
        account: row.id("account")?,
        definition: DefinitionCode::new(row.text("definition")?),
        version: row.string("version")?,
        answers: row.json("answers")?,
        files: row.json("files")?,
        revision: row.int("revision")?,
        changed_at: row.instant("changed_at")?,
    })
}

pub async fn create(scope: &Scope, actor: &Actor, d: &Definition, answers: Value, now: Instant) -> Result<Draft, DeskError> {
    let draft = Draft {
        id: DraftId::new(uuid::Uuid::now_v7()),
        account: actor.account,
        definition: d.code.clone(),
        version: d.version.clone(),
        answers,
        files: Vec::new(),
        revision: 1,
        changed_at: now,
    };
    let mut batch = scope.batch();
    batch.exec(
        "INSERT INTO draft (province, id, account, definition, version, answers, files, revision, created_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, '[]', 1, $7, $7)",
        values![draft.id, draft.account, draft.definition.as_str(), draft.version.as_str(), draft.answers.to_string(), now],
    );
    commit(scope, batch).await?;
    Ok(draft)
}

/// The draft if it is the actor's own; for anybody else it does not exist.
pub async fn find(scope: &Scope, actor: &Actor, id: DraftId) -> Result<Draft, DeskError> {
    let sql = format!("SELECT {COLUMNS} FROM draft WHERE province = $1 AND id = $2 AND account = $3");
    let row = scope.one(&sql, values![id, actor.account]).await?;
    match row {
        Some(row) => Ok(read(&row)?),
        None => Err(Refusal::not_found(
            "Không có bản nháp này; có thể hồ sơ đã được nộp hoặc đã bỏ",
            "There is no such draft; it may have been submitted or discarded",
        )
        .into()),
    }
}

/// The actor's drafts, last changed first.
pub async fn own(scope: &Scope, actor: &Actor, limit: i64) -> Result<Vec<Draft>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM draft WHERE province = $1 AND account = $2 ORDER BY changed_at DESC LIMIT $3");
    scope.query(&sql, values![actor.account, limit]).await?.iter().map(read).collect()
}

/// Saves the answers of one section: fields of the section that are absent now are removed, all others stay.
pub async fn save_section(
    scope: &Scope,
    draft: &mut Draft,
    fields: &[String],
    given: Map<String, Value>,
    now: Instant,
) -> Result<(), DeskError> {
    let mut answers = draft.answers.as_object().cloned().unwrap_or_default();
    for field in fields {
        answers.shift_remove(field);
    }
    answers.extend(given);
    draft.answers = Value::Object(answers);
    save(scope, draft, now).await
}

pub async fn add_files(scope: &Scope, draft: &mut Draft, files: Vec<GivenFile>, now: Instant) -> Result<(), DeskError> {
    if draft.files.len() + files.len() > FILES_MAX {
        return Err(Refusal::invalid(
            "too-many-files",
            format!("Hồ sơ đã có {FILES_MAX} tệp; hãy gộp bớt tệp"),
            format!("The application holds {FILES_MAX} files already; combine some"),
        )
        .into());
    }
    for file in files {
        // The same bytes for the same paper are the same file.
        if !draft.files.iter().any(|f| f.component == file.component && f.sha256 == file.sha256) {
            draft.files.push(file);
        }
    }
    save(scope, draft, now).await
}

pub async fn remove_file(scope: &Scope, draft: &mut Draft, file: FileId, now: Instant) -> Result<(), DeskError> {
    draft.files.retain(|f| f.file != file);
    save(scope, draft, now).await
}

async fn save(scope: &Scope, draft: &mut Draft, now: Instant) -> Result<(), DeskError> {
    let mut batch = scope.batch();
    let files = serde_json::to_string(&draft.files).unwrap_or_default();
    batch.guard(
        "UPDATE draft SET answers = $3, files = $4, revision = $5, changed_at = $6 \
         WHERE province = $1 AND id = $2 AND revision = $7",
        values![draft.id, draft.answers.to_string(), files, draft.revision + 1, now, draft.revision],
        1,
        "draft",
    );
    commit(scope, batch).await?;
    draft.revision += 1;
    draft.changed_at = now;
    Ok(())
}

pub async fn discard(scope: &Scope, draft: &Draft) -> Result<(), DeskError> {
    let mut batch = scope.batch();
    close(&mut batch, draft);
    commit(scope, batch).await
}

/// Removes the draft in the batch that files it: submitting twice cannot make two dossiers.
pub fn close(batch: &mut Batch, draft: &Draft) {
    batch.guard("DELETE FROM draft WHERE province = $1 AND id = $2", values![draft.id], 1, "draft");
}

async fn commit(scope: &Scope, batch: Batch) -> Result<(), DeskError> {
    scope.commit(batch).await.map_err(|e| match e {
        CommitError::Conflict { .. } => Refusal::conflict(
            "draft-changed",
            "Bản nháp vừa được lưu ở một cửa sổ khác. Tải lại trang để xem bản mới nhất rồi nhập tiếp.",
            "The draft has just been saved in another window. Reload to see the newest version, then go on.",
        )
        .into(),
        CommitError::Store(e) => e.into(),
    })
}

/// The definition a draft was begun under, or the one in force now with a word that it changed.
pub fn definition_of(rules: &casework::Rules, draft: &Draft, now: Instant) -> Result<(Arc<Definition>, bool), Refusal> {
    let code = draft.definition.as_str();
    // The version of the day of filing counts, also where the older one has no last day of its own.
    rules.definitions.current(code, now.date()).map(|d| (d.clone(), d.version != draft.version)).ok_or_else(|| {
        Refusal::conflict(
            "not-in-force",
            format!("Thủ tục {code} không còn hiệu lực; nội dung bạn đã nhập vẫn được giữ"),
            format!("Procedure {code} is no longer in force; what you typed is kept"),
        )
    })
}
