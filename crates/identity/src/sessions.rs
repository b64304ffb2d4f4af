//! Sessions: an opaque 256-bit id in a cookie, its SHA-256 in the database, an idle and an absolute end.

use crate::secret;
use axum::http::HeaderValue;
use kernel::{Instant, id::AccountId, text::Lang};
use store::{Scope, StoreError, values};

/// How long a session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    /// Without a request for so long, it ends.
    pub idle_seconds: i64,
    /// It ends so long after signing in, whatever happens.
    pub absolute_seconds: i64,
    /// Cookies are sent over HTTPS only and bound to this host (`__Host-`).
    pub secure: bool,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self { idle_seconds: 60 * 60, absolute_seconds: 12 * 60 * 60, secure: false }
    }
}

impl SessionRules {
    pub(crate) fn cookie_name(&self) -> &'static str {
        if self.secure { "__Host-session" } else { "session" }
    }
    /// The cookie that carries a session; an empty value removes it.
    pub(crate) fn cookie(&self, secret: &str) -> Option<HeaderValue> {
        let age = if secret.is_empty() { 0 } else { self.absolute_seconds };
        self.made(self.cookie_name(), secret, "/", age)
    }
    /// The cookie that ties a sign-in under way to the browser that began it.
    pub(crate) fn login_cookie(&self, secret: &str) -> Option<HeaderValue> {
        let age = if secret.is_empty() { 0 } else { LOGIN_SECONDS };
        self.made(LOGIN_COOKIE, secret, "/sign-in", age)
    }
    fn made(&self, name: &str, value: &str, path: &str, age: i64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        HeaderValue::from_str(&format!("{name}={value}; Path={path}; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")).ok()
    }
}

/// A sign-in must be finished within this time.
pub(crate) const LOGIN_SECONDS: i64 = 15 * 60;
pub(crate) const LOGIN_COOKIE: &str = "signing-in";
/// Letters of a browser's name for itself that are kept.
const AGENT_MAX: usize = 200;
/// A session's last use is written down at most this often.
const TOUCH_SECONDS: i64 = 60;

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub account: AccountId,
    pub created: Instant,
    pub expires: Instant,
    pub lang: Option<Lang>,
    /// For signing out at the provider too.
    pub(crate) id_token: Option<String>,
}

/// The sessions of a province.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    pub scope: Scope,
    pub rules: SessionRules,
}

impl Sessions {
    /// Opens a session; the secret goes into the cookie and nowhere else. `agent` is what the browser calls itself.
    pub async fn open(&self, account: AccountId, lang: Lang, acr: Option<&str>, id_token: &str, agent: Option<&str>, at: Instant) -> anyhow::Result<String> {
        let secret = secret::fresh()?;
        let mut batch = self.scope.batch();
        batch.exec(
            "INSERT INTO identity_session (province, token, account, created, seen, expires, lang, acr, id_token, agent) \
             VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9)",
            values![
                secret::digest(&secret), account, at, at.plus_seconds(self.rules.absolute_seconds), lang.code(),
                acr.map(str::to_owned), id_token, agent.map(|a| kernel::text::clean(a).chars().take(AGENT_MAX).collect::<String>())
            ],
        );
        self.scope.commit(batch).await?;
        Ok(secret)
    }

    /// The session of a cookie, if it is alive; its use is noted now and then.
    pub async fn find(&self, secret: &str, at: Instant) -> anyhow::Result<Option<Session>> {
        if !secret::plausible(secret) {
            return Ok(None);
        }
        let token = secret::digest(secret);
        let row = self
            .scope
            .one(
                "SELECT account, created, seen, expires, lang, id_token FROM identity_session \
                 WHERE province = $1 AND token = $2 AND expires > $3",
                values![&token, at],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let seen = row.instant("seen")?;
        if at.seconds_since(seen) >= self.rules.idle_seconds {
            return Ok(None);
        }
        if at.seconds_since(seen) >= TOUCH_SECONDS {
            let mut batch = self.scope.batch();
            batch.exec("UPDATE identity_session SET seen = $3 WHERE province = $1 AND token = $2", values![token, at]);
            self.scope.commit(batch).await?;
        }
        Ok(Some(Session {
            account: row.id("account")?,
            created: row.instant("created")?,
            expires: row.instant("expires")?,
            lang: match row.text("lang")? {
                "en" => Some(Lang::En),
                "vi" => Some(Lang::Vi),
                _ => None,
            },
            id_token: row.opt_string("id_token")?,
        }))
    }

    pub async fn close(&self, secret: &str) -> anyhow::Result<()> {
        if secret::plausible(secret) {
            let mut batch = self.scope.batch();
            batch.exec(
                "DELETE FROM identity_session WHERE province = $1 AND token = $2",
                values![secret::digest(secret)],
            );
            self.scope.commit(batch).await?;
        }
        Ok(())
    }

    /// Removes what nobody can use any more.
    pub async fn sweep(&self, at: Instant) -> anyhow::Result<()> {
        let mut batch = self.scope.batch();
        let idle = at.plus_seconds(-self.rules.idle_seconds);
        batch.exec("DELETE FROM identity_session WHERE province = $1 AND (expires <= $2 OR seen <= $3)", values![at, idle]);
        batch.exec("DELETE FROM identity_login WHERE province = $1 AND expires <= $2", values![at]);
        batch.exec("DELETE FROM identity_parked WHERE province = $1 AND expires <= $2", values![at]);
        self.scope.commit(batch).await?;
        Ok(())
    }
}

/// A sign-in under way: what must come back from the provider, and where the person was going.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub nonce: String,
    pub verifier: String,
    pub next: String,
    pub parked: Option<String>,
    pub redirect: String,
}

impl Sessions {
    /// Keeps a sign-in under its state, tied to the browser's cookie.
    pub async fn begin(&self, state: &str, browser: &str, login: &Login, at: Instant) -> anyhow::Result<()> {
        let mut batch = self.scope.batch();
        batch.exec(
            "INSERT INTO identity_login (province, state, browser, nonce, verifier, next, parked, redirect, expires) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                secret::digest(state), secret::digest(browser), &login.nonce, &login.verifier, &login.next,
                login.parked.clone(), &login.redirect, at.plus_seconds(LOGIN_SECONDS)
            ],
        );
        self.scope.commit(batch).await?;
        Ok(())
    }

    /// Takes a sign-in out again, once. Another browser's, an old or an unknown one is `None`.
    pub async fn resume(&self, state: &str, browser: &str, at: Instant) -> anyhow::Result<Option<Login>> {
        let (state, browser) = (secret::digest(state), secret::digest(browser));
        let row = self
            .scope
            .one(
                "SELECT nonce, verifier, next, parked, redirect FROM identity_login \
                 WHERE province = $1 AND state = $2 AND browser = $3 AND expires > $4",
                values![&state, browser, at],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mut batch = self.scope.batch();
        batch.guard("DELETE FROM identity_login WHERE province = $1 AND state = $2", values![state], 1, "login");
        match self.scope.commit(batch).await {
            Err(store::CommitError::Conflict { .. }) => return Ok(None),
            other => other?,
        }
        Ok(Some(read_login(&row)?))
    }
}

fn read_login(row: &store::Row) -> Result<Login, StoreError> {
    Ok(Login {
        nonce: row.string("nonce")?,
        verifier: row.string("verifier")?,
        next: row.string("next")?,
        parked: row.opt_string("parked")?,
        redirect: row.string("redirect")?,
    })
}
