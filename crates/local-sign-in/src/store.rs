//! The room's writing SQL. What somebody does is one journal entry in the same batch; no entry holds a secret or its hash.

use crate::model::{LinkKind, Recovery, Setup};
use kernel::{Actor, Instant, Text, id::AccountId};
use serde_json::{Value, json};
use store::{Batch, NewEntry, values};
use uuid::Uuid;

/// Who acted, as the journal keeps it.
#[derive(Debug, Clone)]
pub struct By {
    pub account: AccountId,
    pub name: String,
    pub office: Option<String>,
}

impl From<&Actor> for By {
    fn from(a: &Actor) -> Self {
        Self { account: a.account, name: a.name.clone(), office: a.office.as_ref().map(ToString::to_string) }
    }
}

/// One act on the means of signing in of an account; each is a stream of its own, as looking and asking are elsewhere.
pub fn entry(batch: &mut Batch, kind: &str, of: AccountId, by: &By, at: Instant, more: Value) {
    let mut payload = json!({"by": {"account": by.account, "name": by.name, "office": by.office}, "of": of});
    if let (Some(all), Value::Object(more)) = (payload.as_object_mut(), more) {
        all.extend(more);
    }
    batch.append(NewEntry {
        stream: format!("sign-in:{}", Uuid::now_v7()),
        version: 1,
        kind: kind.to_owned(),
        at,
        actor: by.account.to_string(),
        on_behalf: (by.account != of).then(|| of.to_string()),
        key: None,
        payload: payload.to_string(),
    });
}

pub fn notice(batch: &mut Batch, account: AccountId, text: &Text, at: Instant, days: i64) {
    batch.exec(
        "INSERT INTO local_notice (province, id, account, at, vi, en, until) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![Uuid::now_v7().to_string(), account, at, text.vi.as_str(), text.en.as_str(), at.plus_seconds(days * 86_400)],
    );
}

pub fn notices_read(batch: &mut Batch, account: AccountId, at: Instant) {
    batch.exec("UPDATE local_notice SET read_at = $3 WHERE province = $1 AND account = $2 AND read_at IS NULL", values![account, at]);
}

/// A question is put; `account` is empty for a sign-in.
pub fn asked(batch: &mut Batch, digest: &str, account: &str, browser: &str, expires: Instant) {
    batch.unique(
        "INSERT INTO local_challenge (province, challenge, account, browser, expires) VALUES ($1, $2, $3, $4, $5)",
        values![digest, account, browser, expires],
        "challenge",
    );
}

/// A question is answered, once. Conflict label: `challenge`.
pub fn answered(batch: &mut Batch, digest: &str) {
    batch.guard("DELETE FROM local_challenge WHERE province = $1 AND challenge = $2", values![digest], 1, "challenge");
}

pub fn passkey_added(batch: &mut Batch, key: &crate::webauthn::NewKey, name: &str, by: &By, at: Instant) {
    batch.unique(
        "INSERT INTO local_passkey (province, credential, account, name, public_key, counter, backed_up, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![key.credential.as_str(), by.account, name, hex::encode(&key.public_key), i64::from(key.counter), i64::from(key.backed_up), at],
        "passkey",
    );
    entry(batch, "sign-in.passkey-added", by.account, by, at, json!({"key": name}));
}

pub fn passkey_removed(batch: &mut Batch, credential: &str, name: &str, by: &By, at: Instant) {
    batch.guard("DELETE FROM local_passkey WHERE province = $1 AND credential = $2 AND account = $3", values![credential, by.account], 1, "passkey");
    entry(batch, "sign-in.passkey-removed", by.account, by, at, json!({"key": name}));
}

/// A key was used. Two answers with one counter cannot both be taken.
pub fn passkey_used(batch: &mut Batch, credential: &str, before: u32, used: crate::webauthn::Used, at: Instant) {
    batch.guard(
        "UPDATE local_passkey SET counter = $3, backed_up = $4, used = $5 WHERE province = $1 AND credential = $2 AND counter = $6 AND suspect IS NULL",
        values![credential, i64::from(used.counter), i64::from(used.backed_up), at, i64::from(before)],
        1,
        "passkey",
    );
}

pub fn passkey_suspect(batch: &mut Batch, credential: &str, name: &str, by: &By, at: Instant) {
    batch.exec("UPDATE local_passkey SET suspect = $3 WHERE province = $1 AND credential = $2", values![credential, at]);
    entry(batch, "sign-in.passkey-suspect", by.account, by, at, json!({"key": name}));
}

pub fn setup_begun(batch: &mut Batch, digest: &str, s: &Setup, expires: Instant) {
    batch.unique(
        "INSERT INTO local_setup (province, token, account, login, hash, secret, link, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![digest, s.account, s.login.as_str(), s.hash.as_str(), s.secret.as_str(), s.link.as_str(), expires],
        "setup",
    );
}

/// The first code was good: password, secret and recovery codes stand. Conflict labels: `setup`, `local_password` (the name is taken).
pub fn password_set(batch: &mut Batch, digest: &str, s: &Setup, step: i64, codes: &[String], by: &By, at: Instant) {
    batch.guard("DELETE FROM local_setup WHERE province = $1 AND token = $2", values![digest], 1, "setup");
    batch.exec("DELETE FROM local_recovery_code WHERE province = $1 AND account = $2", values![s.account]);
    batch.exec("DELETE FROM local_password WHERE province = $1 AND account = $2", values![s.account]);
    batch.unique(
        "INSERT INTO local_password (province, account, login, hash, secret, step, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![s.account, s.login.as_str(), s.hash.as_str(), s.secret.as_str(), step, at],
        "login",
    );
    for code in codes {
        batch.exec("INSERT INTO local_recovery_code (province, account, code) VALUES ($1, $2, $3)", values![s.account, code.as_str()]);
    }
    entry(batch, "sign-in.password-set", s.account, by, at, json!({"by_link": !s.link.is_empty()}));
}

pub fn password_removed(batch: &mut Batch, by: &By, at: Instant) {
    batch.guard("DELETE FROM local_password WHERE province = $1 AND account = $2", values![by.account], 1, "password");
    batch.exec("DELETE FROM local_recovery_code WHERE province = $1 AND account = $2", values![by.account]);
    entry(batch, "sign-in.password-removed", by.account, by, at, json!({}));
}

/// The code of a step was used; an older one or the same is refused. Conflict label: `code`.
pub fn code_used(batch: &mut Batch, account: AccountId, step: i64, at: Instant) {
    batch.guard("UPDATE local_password SET step = $3, used = $4 WHERE province = $1 AND account = $2 AND step < $3", values![account, step, at], 1, "code");
}

/// A recovery code was used, once. Conflict label: `code`.
pub fn recovery_code_used(batch: &mut Batch, by: &By, digest: &str, at: Instant) {
    batch.guard("DELETE FROM local_recovery_code WHERE province = $1 AND account = $2 AND code = $3", values![by.account, digest], 1, "code");
    batch.exec("UPDATE local_password SET used = $3 WHERE province = $1 AND account = $2", values![by.account, at]);
    entry(batch, "sign-in.recovery-code-used", by.account, by, at, json!({}));
}

pub fn link_made(batch: &mut Batch, digest: &str, account: AccountId, kind: LinkKind, by: &By, at: Instant, expires: Instant) {
    // A newer link takes the place of those before it.
    batch.exec("UPDATE local_link SET used = $3 WHERE province = $1 AND account = $2 AND used IS NULL", values![account, at]);
    batch.unique(
        "INSERT INTO local_link (province, token, account, kind, made_by, made_at, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values![digest, account, kind.as_str(), by.account, at, expires],
        "link",
    );
}

/// A link is used, once. Conflict label: `link`.
pub fn link_used(batch: &mut Batch, digest: &str, at: Instant) {
    batch.guard("UPDATE local_link SET used = $3 WHERE province = $1 AND token = $2 AND used IS NULL", values![digest, at], 1, "link");
}

/// All keys of an account go: they were lost.
pub fn passkeys_removed(batch: &mut Batch, account: AccountId) {
    batch.exec("DELETE FROM local_passkey WHERE province = $1 AND account = $2", values![account]);
}

pub fn recovery_asked(batch: &mut Batch, r: &Recovery, by: &By) {
    batch.unique(
        "INSERT INTO local_recovery (province, id, account, asked_by, asked_name, reason, asked_at, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![r.id.as_str(), r.account, r.asked_by, r.asked_name.as_str(), r.reason.as_str(), r.asked_at, r.expires],
        "recovery",
    );
    entry(batch, "sign-in.recovery-asked", r.account, by, r.asked_at, json!({"recovery": r.id, "reason": r.reason}));
}

/// Decided once, and never by who asked (the database says so too). Conflict label: `recovery`.
pub fn recovery_decided(batch: &mut Batch, r: &Recovery, approved: bool, by: &By, at: Instant) {
    batch.guard(
        "UPDATE local_recovery SET decided_by = $3, decided_name = $4, decided_at = $5, approved = $6 \
         WHERE province = $1 AND id = $2 AND decided_at IS NULL AND expires > $5 AND asked_by <> $3 AND account <> $3",
        values![r.id.as_str(), by.account, by.name.as_str(), at, i64::from(approved)],
        1,
        "recovery",
    );
    entry(batch, "sign-in.recovery-decided", r.account, by, at, json!({"recovery": r.id, "approved": approved, "asked_by": r.asked_by}));
}

/// Removes what nobody can use any more.
pub fn sweep(batch: &mut Batch, at: Instant, forgotten_hours: i64) {
    batch.exec("DELETE FROM local_challenge WHERE province = $1 AND expires <= $2", values![at]);
    batch.exec("DELETE FROM local_setup WHERE province = $1 AND expires <= $2", values![at]);
    batch.exec("DELETE FROM local_attempt WHERE province = $1 AND last <= $2 AND until <= $3", values![at.plus_seconds(-forgotten_hours * 3600), at]);
}
