//! What may be read of the room's tables.

use crate::model::{Link, Notice, Passkey, Password, Recovery, Setup};
use kernel::{Instant, Text, id::AccountId};
use store::{Row, Scope, StoreError, values};

const PASSKEY: &str = "credential, account, name, public_key, counter, backed_up, created, used, suspect";

fn passkey(r: &Row) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        credential: r.string("credential")?,
        account: r.id("account")?,
        name: r.string("name")?,
        public_key: hex::decode(r.text("public_key")?).map_err(|e| StoreError::Damaged(format!("public key of a passkey: {e}")))?,
        counter: u32::try_from(r.int("counter")?).map_err(|_| StoreError::Damaged("counter of a passkey".to_owned()))?,
        backed_up: r.int("backed_up")? != 0,
        created: r.instant("created")?,
        used: r.opt_instant("used")?,
        suspect: r.opt_instant("suspect")?,
    })
}

pub async fn passkeys(scope: &Scope, account: AccountId) -> Result<Vec<Passkey>, StoreError> {
    let sql = format!("SELECT {PASSKEY} FROM local_passkey WHERE province = $1 AND account = $2 ORDER BY created, credential");
    scope.query(&sql, values![account]).await?.iter().map(passkey).collect()
}

pub async fn a_passkey(scope: &Scope, credential: &str) -> Result<Option<Passkey>, StoreError> {
    let sql = format!("SELECT {PASSKEY} FROM local_passkey WHERE province = $1 AND credential = $2");
    scope.one(&sql, values![credential]).await?.as_ref().map(passkey).transpose()
}

/// The account for which a question was put by this browser, if it still waits: empty for a sign-in.
pub async fn challenge(scope: &Scope, digest: &str, browser: &str, at: Instant) -> Result<Option<String>, StoreError> {
    let sql = "SELECT account FROM local_challenge WHERE province = $1 AND challenge = $2 AND browser = $3 AND expires > $4";
    scope.one(sql, values![digest, browser, at]).await?.map(|r| r.string("account")).transpose()
}

const PASSWORD: &str = "SELECT p.account, p.login, p.hash, p.secret, p.step, p.set_at, p.used, \
    (SELECT COUNT(*) FROM local_recovery_code c WHERE c.province = p.province AND c.account = p.account) AS codes \
    FROM local_password p WHERE p.province = $1 AND";

fn password(r: &Row) -> Result<Password, StoreError> {
    Ok(Password {
        account: r.id("account")?,
        login: r.string("login")?,
        hash: r.string("hash")?,
        secret: r.string("secret")?,
        step: r.int("step")?,
        set_at: r.instant("set_at")?,
        used: r.opt_instant("used")?,
        codes: r.int("codes")?,
    })
}

pub async fn password_of(scope: &Scope, account: AccountId) -> Result<Option<Password>, StoreError> {
    scope.one(&format!("{PASSWORD} p.account = $2"), values![account]).await?.as_ref().map(password).transpose()
}

pub async fn password_by_login(scope: &Scope, login: &str) -> Result<Option<Password>, StoreError> {
    scope.one(&format!("{PASSWORD} p.login = $2"), values![login]).await?.as_ref().map(password).transpose()
}

/// A set-up that waits for its first code.
pub async fn setup(scope: &Scope, digest: &str, at: Instant) -> Result<Option<Setup>, StoreError> {
    let sql = "SELECT account, login, hash, secret, link FROM local_setup WHERE province = $1 AND token = $2 AND expires > $3";
    let row = scope.one(sql, values![digest, at]).await?;
    row.map(|r| Ok(Setup { account: r.id("account")?, login: r.string("login")?, hash: r.string("hash")?, secret: r.string("secret")?, link: r.string("link")? })).transpose()
}

/// A link that can still be used.
pub async fn link(scope: &Scope, digest: &str, at: Instant) -> Result<Option<Link>, StoreError> {
    let sql = "SELECT token, account, kind, expires, used FROM local_link WHERE province = $1 AND token = $2 AND expires > $3 AND used IS NULL";
    let row = scope.one(sql, values![digest, at]).await?;
    row.map(|r| Ok(Link { token: r.string("token")?, account: r.id("account")?, kind: r.parsed("kind")?, expires: r.instant("expires")?, used: r.opt_instant("used")? })).transpose()
}

fn recovery(r: &Row) -> Result<Recovery, StoreError> {
    Ok(Recovery {
        id: r.string("id")?,
        account: r.id("account")?,
        asked_by: r.id("asked_by")?,
        asked_name: r.string("asked_name")?,
        reason: r.string("reason")?,
        asked_at: r.instant("asked_at")?,
        expires: r.instant("expires")?,
        decided_name: r.opt_string("decided_name")?,
        decided_at: r.opt_instant("decided_at")?,
        approved: r.opt_int("approved")? == Some(1),
    })
}

const RECOVERY: &str = "SELECT id, account, asked_by, asked_name, reason, asked_at, expires, decided_name, decided_at, approved FROM local_recovery WHERE province = $1";

/// Recoveries, newest first.
pub async fn recoveries(scope: &Scope, limit: i64) -> Result<Vec<Recovery>, StoreError> {
    scope.query(&format!("{RECOVERY} ORDER BY asked_at DESC, id DESC LIMIT $2"), values![limit]).await?.iter().map(recovery).collect()
}

pub async fn a_recovery(scope: &Scope, id: &str) -> Result<Option<Recovery>, StoreError> {
    scope.one(&format!("{RECOVERY} AND id = $2"), values![id]).await?.as_ref().map(recovery).transpose()
}

/// A recovery of this account that waits for the second administrator.
pub async fn waiting(scope: &Scope, account: AccountId, at: Instant) -> Result<Option<Recovery>, StoreError> {
    let sql = format!("{RECOVERY} AND account = $2 AND decided_at IS NULL AND expires > $3 ORDER BY asked_at DESC LIMIT 1");
    scope.one(&sql, values![account, at]).await?.as_ref().map(recovery).transpose()
}

/// What the person is told now, newest first.
pub async fn notices(scope: &Scope, account: AccountId, at: Instant) -> Result<Vec<Notice>, StoreError> {
    let sql = "SELECT id, at, vi, en, read_at FROM local_notice WHERE province = $1 AND account = $2 AND until > $3 ORDER BY at DESC, id DESC LIMIT 50";
    let rows = scope.query(sql, values![account, at]).await?;
    rows.iter().map(|r| Ok(Notice { id: r.string("id")?, at: r.instant("at")?, text: Text::new(r.text("vi")?, r.text("en")?), read_at: r.opt_instant("read_at")? })).collect()
}
