//! The room's SQL. Each change is a journal entry in the same batch.

use kernel::{
    Actor, Instant,
    actor::Capacity,
    id::{AccountId, CaseId, OfficeCode, RoleCode},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{Batch, NewEntry, Row, Scope, StoreError, values};

/// A delegation as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    pub id: String,
    pub giver: AccountId,
    pub giver_post: String,
    pub giver_name: String,
    pub giver_title: String,
    pub taker: AccountId,
    pub taker_name: String,
    pub office: OfficeCode,
    pub role: RoleCode,
    pub capacity: Capacity,
    pub document: String,
    pub definitions: BTreeSet<String>,
    pub from: Instant,
    pub to: Instant,
    pub created: Instant,
    pub revoked: Option<Instant>,
}

impl Delegation {
    pub fn holds(&self, at: Instant) -> bool {
        self.from <= at && at < self.to && self.revoked.is_none()
    }
}

/// A case opened in an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    pub id: String,
    pub account: AccountId,
    pub name: String,
    pub office: String,
    pub case: CaseId,
    pub code: String,
    pub reason: String,
    pub opened: Instant,
    pub until: Instant,
    /// When, by whom, and what was found: `justified` or `not-justified`.
    pub review: Option<Review>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub at: Instant,
    pub by: String,
    pub justified: bool,
    pub note: String,
}

fn by(actor: &Actor) -> Value {
    json!({"account": actor.account, "name": actor.name, "office": actor.office, "title": actor.title})
}

fn entry(batch: &mut Batch, stream: String, version: i64, kind: &str, actor: &Actor, at: Instant, payload: &Value) {
    batch.append(NewEntry {
        stream,
        version,
        kind: kind.to_owned(),
        at,
        actor: actor.account.to_string(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    });
}

fn words(codes: &BTreeSet<String>) -> String {
    codes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

pub fn lend(batch: &mut Batch, d: &Delegation, actor: &Actor) {
    let payload = json!({
        "by": by(actor), "taker": d.taker, "taker_name": d.taker_name, "role": d.role, "office": d.office, "capacity": d.capacity,
        "document": d.document, "definitions": d.definitions, "from": d.from, "to": d.to,
    });
    entry(batch, d.id.clone(), 1, "delegation.given", actor, d.created, &payload);
    batch.unique(
        "INSERT INTO identity_delegation (province, id, giver, giver_post, giver_name, giver_title, taker, taker_name, office, role, capacity, \
         document, definitions, valid_from, valid_to, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        values![
            d.id.as_str(), d.giver, d.giver_post.as_str(), d.giver_name.as_str(), d.giver_title.as_str(), d.taker, d.taker_name.as_str(), &d.office,
            &d.role, d.capacity.code(), d.document.as_str(), words(&d.definitions), d.from, d.to, d.created
        ],
        "delegation",
    );
}

/// Ends it now; what was signed under it stays signed.
pub fn revoke(batch: &mut Batch, d: &Delegation, actor: &Actor, at: Instant) {
    entry(batch, d.id.clone(), 2, "delegation.ended", actor, at, &json!({"by": by(actor), "giver": d.giver, "taker": d.taker}));
    batch.guard(
        "UPDATE identity_delegation SET revoked_at = $3, revoked_by = $4 WHERE province = $1 AND id = $2 AND revoked_at IS NULL",
        values![d.id.as_str(), at, actor.account],
        1,
        "delegation",
    );
}

const DELEGATION: &str = "id, giver, giver_post, giver_name, giver_title, taker, taker_name, office, role, capacity, document, definitions, valid_from, \
                          valid_to, created, revoked_at";

/// What an account gives or takes, the newest first.
pub async fn of(scope: &Scope, account: AccountId, limit: i64) -> Result<Vec<Delegation>, StoreError> {
    let sql = format!("SELECT {DELEGATION} FROM identity_delegation WHERE province = $1 AND (giver = $2 OR taker = $2) ORDER BY created DESC, id DESC LIMIT $3");
    scope.query(&sql, values![account, limit]).await?.iter().map(delegation).collect()
}

/// Everybody's that have not ended, the newest first.
pub async fn standing(scope: &Scope, now: Instant, limit: i64) -> Result<Vec<Delegation>, StoreError> {
    let sql = format!("SELECT {DELEGATION} FROM identity_delegation WHERE province = $1 AND valid_to > $2 AND revoked_at IS NULL ORDER BY created DESC, id DESC LIMIT $3");
    scope.query(&sql, values![now, limit]).await?.iter().map(delegation).collect()
}

pub async fn find(scope: &Scope, id: &str) -> Result<Option<Delegation>, StoreError> {
    let sql = format!("SELECT {DELEGATION} FROM identity_delegation WHERE province = $1 AND id = $2");
    scope.one(&sql, values![id]).await?.as_ref().map(delegation).transpose()
}

fn delegation(row: &Row) -> Result<Delegation, StoreError> {
    Ok(Delegation {
        id: row.string("id")?,
        giver: row.id("giver")?,
        giver_post: row.string("giver_post")?,
        giver_name: row.string("giver_name")?,
        giver_title: row.string("giver_title")?,
        taker: row.id("taker")?,
        taker_name: row.string("taker_name")?,
        office: OfficeCode::new(row.text("office")?),
        role: RoleCode::new(row.text("role")?),
        capacity: Capacity::of(row.text("capacity")?).ok_or_else(|| StoreError::Damaged("capacity of a delegation".into()))?,
        document: row.string("document")?,
        definitions: row.text("definitions")?.split_whitespace().map(str::to_owned).collect(),
        from: row.instant("valid_from")?,
        to: row.instant("valid_to")?,
        created: row.instant("created")?,
        revoked: row.opt_instant("revoked_at")?,
    })
}

pub fn open(batch: &mut Batch, e: &Emergency, actor: &Actor) {
    let payload = json!({"by": by(actor), "case": e.case, "code": e.code, "reason": e.reason, "until": e.until});
    entry(batch, e.id.clone(), 1, "emergency.opened", actor, e.opened, &payload);
    batch.unique(
        "INSERT INTO identity_emergency (province, id, account, account_name, office, case_id, case_code, reason, opened, until) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values![e.id.as_str(), e.account, e.name.as_str(), e.office.as_str(), e.case, e.code.as_str(), e.reason.as_str(), e.opened, e.until],
        "emergency",
    );
}

pub fn review(batch: &mut Batch, e: &Emergency, justified: bool, note: &str, actor: &Actor, at: Instant) {
    let verdict = if justified { "justified" } else { "not-justified" };
    let payload = json!({"by": by(actor), "of": e.account, "code": e.code, "verdict": verdict, "note": note});
    entry(batch, e.id.clone(), 2, "emergency.reviewed", actor, at, &payload);
    batch.guard(
        "UPDATE identity_emergency SET reviewed_at = $3, reviewed_by = $4, verdict = $5, note = $6 WHERE province = $1 AND id = $2 AND reviewed_at IS NULL",
        values![e.id.as_str(), at, actor.name.as_str(), verdict, note],
        1,
        "emergency",
    );
}

const EMERGENCY: &str = "id, account, account_name, office, case_id, case_code, reason, opened, until, reviewed_at, reviewed_by, verdict, note";

/// The openings before one, those not reviewed first on the first page of each.
pub async fn emergencies(scope: &Scope, waiting: bool, before: Instant, limit: i64) -> Result<Vec<Emergency>, StoreError> {
    let which = if waiting { "reviewed_at IS NULL" } else { "reviewed_at IS NOT NULL" };
    let sql = format!("SELECT {EMERGENCY} FROM identity_emergency WHERE province = $1 AND {which} AND opened < $2 ORDER BY opened DESC, id DESC LIMIT $3");
    scope.query(&sql, values![before, limit]).await?.iter().map(emergency).collect()
}

/// How many openings wait for their review.
pub async fn waiting(scope: &Scope) -> Result<i64, StoreError> {
    let row = scope.one("SELECT count(*) AS n FROM identity_emergency WHERE province = $1 AND reviewed_at IS NULL", Vec::new()).await?;
    row.map_or(Ok(0), |r| r.int("n"))
}

/// An account's own openings, the newest first.
pub async fn own_emergencies(scope: &Scope, account: AccountId, limit: i64) -> Result<Vec<Emergency>, StoreError> {
    let sql = format!("SELECT {EMERGENCY} FROM identity_emergency WHERE province = $1 AND account = $2 ORDER BY opened DESC, id DESC LIMIT $3");
    scope.query(&sql, values![account, limit]).await?.iter().map(emergency).collect()
}

pub async fn find_emergency(scope: &Scope, id: &str) -> Result<Option<Emergency>, StoreError> {
    let sql = format!("SELECT {EMERGENCY} FROM identity_emergency WHERE province = $1 AND id = $2");
    scope.one(&sql, values![id]).await?.as_ref().map(emergency).transpose()
}

fn emergency(row: &Row) -> Result<Emergency, StoreError> {
    let review = match row.opt_instant("reviewed_at")? {
        None => None,
        Some(at) => Some(Review {
            at,
            by: row.opt_string("reviewed_by")?.unwrap_or_default(),
            justified: row.opt_string("verdict")?.as_deref() == Some("justified"),
            note: row.opt_string("note")?.unwrap_or_default(),
        }),
    };
    Ok(Emergency {
        id: row.string("id")?,
        account: row.id("account")?,
        name: row.string("account_name")?,
        office: row.string("office")?,
        case: row.id("case_id")?,
        code: row.string("case_code")?,
        reason: row.string("reason")?,
        opened: row.instant("opened")?,
        until: row.instant("until")?,
        review,
    })
}

/// Somebody of an office, with the post opened last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    pub name: String,
    pub post: identity::Post,
}

/// Who holds a post in an office at an instant, by name; the newest post of each comes first.
pub async fn colleagues(scope: &Scope, office: &OfficeCode, at: Instant) -> Result<Vec<Colleague>, StoreError> {
    let sql = "SELECT a.name, p.id, p.account, p.office, p.role, p.title, p.valid_from, p.valid_to FROM identity_post p \
               JOIN identity_account a ON a.province = p.province AND a.id = p.account \
               WHERE p.province = $1 AND p.office = $2 AND p.valid_from <= $3 AND (p.valid_to IS NULL OR p.valid_to > $3) \
               AND a.disabled_at IS NULL ORDER BY a.name, p.valid_from DESC, p.id DESC LIMIT 1000";
    let rows = scope.query(sql, values![office, at]).await?;
    rows.iter()
        .map(|r| {
            Ok(Colleague {
                name: r.string("name")?,
                post: identity::Post {
                    id: r.string("id")?,
                    account: r.id("account")?,
                    office: OfficeCode::new(r.text("office")?),
                    role: RoleCode::new(r.text("role")?),
                    title: r.string("title")?,
                    valid_from: r.instant("valid_from")?,
                    valid_to: r.opt_instant("valid_to")?,
                },
            })
        })
        .collect()
}
