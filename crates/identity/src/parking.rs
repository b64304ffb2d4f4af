//! What somebody typed into a form whose session had ended: kept for two hours, for the account that signs in next in
//! that browser, and for nobody else.

use crate::secret;
use bytes::Bytes;
use kernel::{Instant, id::AccountId};
use store::{Scope, values};

/// The largest form kept.
pub(crate) const LIMIT: usize = 1 << 20;
const SECONDS: i64 = 2 * 60 * 60;
/// Forms kept at one time. Whoever sends one has not signed in, so without a bound a flood of them would fill the disk.
const MOST: i64 = 2_000;

/// A form as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedForm {
    pub path: String,
    pub content_type: String,
    pub body: Bytes,
}

#[derive(Clone, Debug)]
pub(crate) struct ParkingLot {
    pub scope: Scope,
}

impl ParkingLot {
    pub async fn park(&self, path: &str, content_type: &str, body: Bytes, at: Instant) -> anyhow::Result<String> {
        anyhow::ensure!(body.len() <= LIMIT, "a form of {} bytes is past the limit of {LIMIT}", body.len());
        let held = self.scope.one("SELECT COUNT(*) AS n FROM identity_parked WHERE province = $1 AND expires > $2", values![at]).await?;
        let held = held.map_or(Ok(0), |row| row.int("n"))?;
        anyhow::ensure!(held < MOST, "{held} forms are kept already");
        let token = secret::fresh()?;
        let mut batch = self.scope.batch();
        batch.exec(
            "INSERT INTO identity_parked (province, token, path, content_type, body, expires) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            values![secret::digest(&token), path, content_type, body.to_vec(), at.plus_seconds(SECONDS)],
        );
        self.scope.commit(batch).await?;
        Ok(token)
    }

    /// Gives a kept form to the account that has just signed in; once given it stays that account's.
    pub async fn give(&self, token: &str, account: AccountId, at: Instant) -> anyhow::Result<bool> {
        if !secret::plausible(token) {
            return Ok(false);
        }
        let mut batch = self.scope.batch();
        batch.guard(
            "UPDATE identity_parked SET account = $3 WHERE province = $1 AND token = $2 AND expires > $4 \
             AND (account IS NULL OR account = $3)",
            values![secret::digest(token), account, at],
            1,
            "parked",
        );
        match self.scope.commit(batch).await {
            Ok(()) => Ok(true),
            Err(store::CommitError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The kept form of an account; it stays until it is taken or its time is over, so that a page may be reloaded.
    pub async fn look(&self, token: &str, account: AccountId, at: Instant) -> anyhow::Result<Option<ParkedForm>> {
        if !secret::plausible(token) {
            return Ok(None);
        }
        let row = self
            .scope
            .one(
                "SELECT path, content_type, body FROM identity_parked \
                 WHERE province = $1 AND token = $2 AND account = $3 AND expires > $4",
                values![secret::digest(token), account, at],
            )
            .await?;
        let read = |row: store::Row| -> Result<ParkedForm, store::StoreError> {
            Ok(ParkedForm {
                path: row.string("path")?,
                content_type: row.string("content_type")?,
                body: Bytes::copy_from_slice(row.bytes("body")?),
            })
        };
        Ok(row.map(read).transpose()?)
    }

    /// The kept form of an account, once.
    pub async fn take(&self, token: &str, account: AccountId, at: Instant) -> anyhow::Result<Option<ParkedForm>> {
        let Some(form) = self.look(token, account, at).await? else { return Ok(None) };
        let mut batch = self.scope.batch();
        batch.guard(
            "DELETE FROM identity_parked WHERE province = $1 AND token = $2 AND account = $3",
            values![secret::digest(token), account],
            1,
            "parked",
        );
        match self.scope.commit(batch).await {
            Ok(()) => Ok(Some(form)),
            Err(store::CommitError::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
