//! Private SQL: one journal entry, one snapshot and the rows of the views, in one batch.

use crate::model::{Assessment, AssessmentEvent, Enterprise, EnterpriseEvent, Purpose};
use kernel::{
    Actor, Instant,
    id::{AssessmentId, EnterpriseId},
    text::fold,
};
use serde::{Serialize, de::DeserializeOwned};
use store::{Batch, CommitError, Migration, NewEntry, Scope, StoreError, values};

pub const MIGRATIONS: &[Migration] = &[
    Migration::same("centre", 1, "centre", include_str!("../migrations/0001_centre.sql")),
    Migration::same("centre", 2, "respondents", include_str!("../migrations/0002_respondents.sql")),
    Migration::same("centre", 3, "claims", include_str!("../migrations/0003_claims.sql")),
    Migration::same("centre", 4, "levels", include_str!("../migrations/0004_levels.sql")),
];

/// The state of a stream as it was last written.
pub async fn load<T: DeserializeOwned>(scope: &Scope, stream: &str) -> Result<Option<T>, StoreError> {
    let Some(found) = store::snapshot::load(scope, stream).await? else { return Ok(None) };
    serde_json::from_str(&found.state).map(Some).map_err(|e| StoreError::Damaged(format!("{stream} does not read: {e}")))
}

fn json<T: Serialize>(value: &T) -> String {
    // These types hold no map with keys that are not text and no number that JSON lacks.
    serde_json::to_string(value).unwrap_or_default()
}

fn entry(batch: &mut Batch, stream: String, version: i64, kind: &str, at: Instant, actor: &str, payload: String) {
    batch.append(NewEntry { stream, version, kind: kind.to_owned(), at, actor: actor.to_owned(), on_behalf: None, key: None, payload });
}

/// Who acted, for the journal; a visitor without account is nobody by name.
pub fn actor_name(actor: Option<&Actor>) -> String {
    actor.map_or_else(|| "anonymous".to_owned(), |a| a.account.to_string())
}

/// Everything one event of an enterprise changes.
pub fn write_enterprise(batch: &mut Batch, after: &Enterprise, event: &EnterpriseEvent, actor: Option<&Actor>) {
    let (stream, version) = (after.id.to_string(), after.version);
    entry(batch, stream.clone(), version, event.kind(), after.changed_at, &actor_name(actor), json(event));
    batch.snapshot(&stream, version - 1, version, "enterprise", json(after));
    let p = &after.profile;
    let row = values![
        after.id,
        version,
        p.kind.code(),
        p.code.as_str(),
        after.head_code.clone(),
        p.name.as_str(),
        fold(&p.name),
        p.vsic.as_str(),
        p.vsic.get(..1).unwrap_or(""),
        p.area.as_str(),
        p.founded,
        after.size(),
        after.level,
        after.assessed_at,
        after.stage.code(),
        after.stage_since,
        after.created_at,
        after.changed_at,
        after.level_of.as_ref().map(|l| l.framework.clone()),
        after.level_of.as_ref().map(|l| l.tier.clone()),
        i64::from(after.consents_to(Purpose::Statistics))
    ];
    if version == 1 {
        batch.unique(
            "INSERT INTO enterprise (province, id, version, kind, code, head_code, name, folded, vsic, sector, area, founded, size, \
             level, assessed_at, stage, stage_since, created_at, changed_at, level_framework, level_tier, statistics) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
            row,
            "enterprise-code",
        );
    } else {
        batch.unique(
            "UPDATE enterprise SET version = $3, kind = $4, code = $5, head_code = $6, name = $7, folded = $8, vsic = $9, sector = $10, \
             area = $11, founded = $12, size = $13, level = $14, assessed_at = $15, stage = $16, stage_since = $17, created_at = $18, \
             changed_at = $19, level_framework = $20, level_tier = $21, statistics = $22 WHERE province = $1 AND id = $2",
            row,
            "enterprise-code",
        );
    }
    crate::claims::rows::write(batch, after, event);
}

/// The figures of a result that lists and peers are read by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    pub answered: i64,
    /// × 100.
    pub total: Option<i64>,
    pub level: Option<i64>,
    pub tier: String,
    pub size: Option<String>,
    /// JSON: share of each dimension.
    pub dimensions: Option<String>,
    /// `criterion:option` of everything chosen in a survey.
    pub choices: Vec<String>,
}

/// Everything one event of an assessment changes.
pub fn write_assessment(batch: &mut Batch, after: &Assessment, figures: &Figures, event: &AssessmentEvent, actor: Option<&Actor>) {
    let (stream, version) = (after.id.to_string(), after.version);
    entry(batch, stream.clone(), version, event.kind(), after.changed_at, &actor_name(actor), json(event));
    batch.snapshot(&stream, version - 1, version, "assessment", json(after));
    let row = assessment_row(after, figures);
    let sql = if version == 1 {
        "INSERT INTO assessment (province, id, version, owner, share, share_until, enterprise, framework, edition, stage, vsic, size, area, \
         status, tier, consultant, answered, total, level, dimensions, earlier, started_at, submitted_at, verified_at, subject) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)"
    } else {
        "UPDATE assessment SET version = $3, owner = $4, share = $5, share_until = $6, enterprise = $7, framework = $8, edition = $9, \
         stage = $10, vsic = $11, size = $12, area = $13, status = $14, tier = $15, consultant = $16, answered = $17, total = $18, \
         level = $19, dimensions = $20, earlier = $21, started_at = $22, submitted_at = $23, verified_at = $24, subject = $25 \
         WHERE province = $1 AND id = $2"
    };
    batch.exec(sql, row);
    match event {
        AssessmentEvent::Invited(invite) => batch.exec(
            "INSERT INTO assessment_invite (province, hash, assessment, until) VALUES ($1, $2, $3, $4)",
            values![invite.hash.as_str(), after.id, invite.until],
        ),
        AssessmentEvent::InviteEnded { invite } => {
            if let Some(ended) = after.invites.iter().find(|i| i.id == *invite) {
                batch.exec("DELETE FROM assessment_invite WHERE province = $1 AND hash = $2", values![ended.hash.as_str()]);
            }
        }
        _ => {}
    }
    if let AssessmentEvent::Submitted = event {
        for choice in &figures.choices {
            batch.exec(
                "INSERT INTO survey_choice (province, framework, edition, choice, assessment) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                values![after.framework.as_str(), after.edition.as_str(), choice.as_str(), after.id],
            );
        }
    }
}

/// The columns of `assessment` after the province, in the order of [`ASSESSMENT`].
pub fn assessment_row(a: &Assessment, f: &Figures) -> Vec<store::Value> {
    values![
        a.id,
        a.version,
        a.owner.as_str(),
        a.share.as_ref().map(|s| s.0.clone()),
        a.share.as_ref().map(|s| s.1),
        a.enterprise,
        a.framework.as_str(),
        a.edition.as_str(),
        a.stage.as_str(),
        a.vsic.as_str(),
        f.size.clone(),
        a.area.as_str(),
        a.status.code(),
        f.tier.as_str(),
        a.consultant.as_ref().map(|c| c.0),
        f.answered,
        f.total,
        f.level,
        f.dimensions.clone(),
        a.earlier,
        a.started_at,
        a.submitted_at,
        a.verified_at,
        a.subject.clone()
    ]
}

/// Columns of `assessment`, province first: for bulk loading.
pub const ASSESSMENT: [&str; 25] = [
    "province", "id", "version", "owner", "share", "share_until", "enterprise", "framework", "edition", "stage", "vsic", "size", "area", "status",
    "tier", "consultant", "answered", "total", "level", "dimensions", "earlier", "started_at", "submitted_at", "verified_at", "subject",
];

pub async fn enterprise_by_code(scope: &Scope, code: &str) -> Result<Option<EnterpriseId>, StoreError> {
    let row = scope.one("SELECT id FROM enterprise WHERE province = $1 AND code = $2", values![code]).await?;
    row.map(|r| r.id("id")).transpose()
}

pub async fn assessment_by_owner(scope: &Scope, hash: &str) -> Result<Option<AssessmentId>, StoreError> {
    let row = scope.one("SELECT id FROM assessment WHERE province = $1 AND owner = $2", values![hash]).await?;
    row.map(|r| r.id("id")).transpose()
}

/// The assessment behind a share link that has not run out.
pub async fn assessment_by_share(scope: &Scope, hash: &str, now: Instant) -> Result<Option<AssessmentId>, StoreError> {
    let sql = "SELECT id FROM assessment WHERE province = $1 AND share = $2 AND share_until > $3";
    let row = scope.one(sql, values![hash, now]).await?;
    row.map(|r| r.id("id")).transpose()
}

/// The assessment behind a respondent's link that is still good.
pub async fn assessment_by_invite(scope: &Scope, hash: &str, now: Instant) -> Result<Option<AssessmentId>, StoreError> {
    let sql = "SELECT assessment FROM assessment_invite WHERE province = $1 AND hash = $2 AND until > $3";
    let row = scope.one(sql, values![hash, now]).await?;
    row.map(|r| r.id("assessment")).transpose()
}

/// The version that something sent under this key made, if it was received before.
pub async fn sent(scope: &Scope, id: AssessmentId, key: &str) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT version FROM assessment_sent WHERE province = $1 AND assessment = $2 AND key = $3";
    let row = scope.one(sql, values![id, key]).await?;
    row.map(|r| r.int("version")).transpose()
}

/// Remembers a key in the batch of what it brought. Conflict label: `sent`.
pub fn remember_sent(batch: &mut Batch, after: &Assessment, key: &str) {
    batch.unique(
        "INSERT INTO assessment_sent (province, assessment, key, version, at) VALUES ($1, $2, $3, $4, $5)",
        values![after.id, key, after.version, after.changed_at],
        "sent",
    );
}

/// Commits; `false` when somebody else was first.
pub async fn commit(scope: &Scope, batch: Batch) -> Result<bool, CommitError> {
    match scope.commit(batch).await {
        Ok(()) => Ok(true),
        Err(CommitError::Conflict { label }) if label == "version" || label == "sent" => Ok(false),
        Err(e) => Err(e),
    }
}
