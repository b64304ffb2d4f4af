//! Bearer tokens: how programs and the command line come in. Shown once, kept as SHA-256.

use crate::{
    account::Account,
    directory::{Directory, nobody, taken},
    secret,
};
use kernel::{Instant, id::AccountId};
use store::{StoreError, values};
use uuid::Uuid;

/// What bearer tokens begin with, so that leak scanners find them.
pub const TOKEN_PREFIX: &str = "phusa_";

/// What is known of a token: everything but the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownToken {
    pub id: String,
    pub name: String,
    pub expires: Instant,
    pub revoked: Option<Instant>,
}

impl Directory {
    /// The tokens of an account, the newest first.
    pub async fn tokens(&self, account: AccountId) -> Result<Vec<KnownToken>, StoreError> {
        let sql = "SELECT id, name, expires, revoked FROM identity_token WHERE province = $1 AND account = $2 ORDER BY created DESC, id LIMIT 500";
        let rows = self.scope.query(sql, values![account]).await?;
        rows.iter()
            .map(|r| Ok(KnownToken { id: r.string("id")?, name: r.string("name")?, expires: r.instant("expires")?, revoked: r.opt_instant("revoked")? }))
            .collect()
    }

    /// Makes a bearer token for an account; the answer is the only time it is seen.
    pub async fn create_token(&self, account: AccountId, name: &str, days: u32, by: AccountId, at: Instant) -> anyhow::Result<String> {
        let known = self.account(account).await?.ok_or_else(nobody)?;
        let secret = secret::fresh()?;
        let id = Uuid::now_v7().simple().to_string();
        let expires = at.plus_seconds(i64::from(days.clamp(1, 3660)) * 86_400);
        let mut batch = self.scope.batch();
        batch.exec(
            "INSERT INTO identity_token (province, token, id, name, account, created, expires) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            values![secret::digest(&secret), &id, kernel::text::clean(name), account, at, expires],
        );
        let payload = serde_json::json!({"token": id, "expires": expires});
        self.step(&mut batch, account, known.version + 1, "token.created", by, at, &payload);
        self.scope.commit(batch).await.map_err(taken)?;
        Ok(format!("{TOKEN_PREFIX}{secret}"))
    }

    /// Ends a token by its id.
    pub async fn revoke_token(&self, account: AccountId, token_id: &str, by: AccountId, at: Instant) -> anyhow::Result<()> {
        let known = self.account(account).await?.ok_or_else(nobody)?;
        let mut batch = self.scope.batch();
        batch.guard(
            "UPDATE identity_token SET revoked = $4 WHERE province = $1 AND id = $2 AND account = $3 AND revoked IS NULL",
            values![token_id, account, at],
            1,
            "token",
        );
        self.step(&mut batch, account, known.version + 1, "token.revoked", by, at, &serde_json::json!({"token": token_id}));
        self.scope.commit(batch).await.map_err(taken)?;
        Ok(())
    }

    /// The account a bearer token stands for, if it is good now.
    pub(crate) async fn by_token(&self, token: &str, at: Instant) -> Result<Option<Account>, StoreError> {
        let Some(secret) = token.strip_prefix(TOKEN_PREFIX).filter(|s| secret::plausible(s)) else { return Ok(None) };
        let row = self
            .scope
            .one(
                "SELECT account FROM identity_token WHERE province = $1 AND token = $2 AND revoked IS NULL AND expires > $3",
                values![secret::digest(secret), at],
            )
            .await?;
        match row {
            Some(row) => Ok(self.account(row.id("account")?).await?.filter(|a| a.disabled_at.is_none())),
            None => Ok(None),
        }
    }
}
