//! What the pages of people read and write beside the directory's own acts.

use crate::{
    account::{Account, AccountKind, NewAccount, Post, roles},
    directory::{Directory, nobody, taken},
    posts::read_post,
    sessions::Sessions,
};
use kernel::{
    Instant, Refusal,
    id::{AccountId, OfficeCode},
    party::PersonalNumber,
};
use serde_json::json;
use store::{StoreError, values};

/// More officials than any province has; a list beyond it says that it was cut.
pub const OFFICIALS_MAX: i64 = 20_000;
/// The key of an account whose holder has not signed in yet; the subject is the personal number that is expected.
pub const EXPECTED: &str = "expected";

impl Directory {
    /// Officials and services by name.
    pub(super) async fn officials(&self) -> Result<Vec<Account>, StoreError> {
        self.accounts("kind IN ('official', 'service') ORDER BY name, id LIMIT $2", values![OFFICIALS_MAX]).await
    }

    /// Those with exactly this personal number, e-mail, phone or id.
    pub(super) async fn marked(&self, text: &str) -> Result<Vec<Account>, StoreError> {
        let mut found = self.accounts("personal_number = $2 ORDER BY id LIMIT 20", values![text]).await?;
        if found.is_empty() {
            found = self.accounts("id = $2 OR email = $2 OR phone = $2 ORDER BY id LIMIT 20", values![text]).await?;
        }
        Ok(found)
    }

    /// Who holds, held or will hold a post in an office.
    pub(super) async fn posted_in(&self, office: &str) -> Result<Vec<Account>, StoreError> {
        self.accounts("id IN (SELECT account FROM identity_post WHERE province = $1 AND office = $2) ORDER BY name, id LIMIT $3", values![office, OFFICIALS_MAX]).await
    }

    /// The posts of all these accounts, the newest first.
    pub(super) async fn posts_of(&self, accounts: &[Account]) -> Result<Vec<Post>, StoreError> {
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (2..2 + accounts.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT id, account, office, role, title, valid_from, valid_to FROM identity_post \
             WHERE province = $1 AND account IN ({}) ORDER BY valid_from DESC, id DESC",
            places.join(", ")
        );
        let ids = accounts.iter().flat_map(|a| values![a.id]).collect();
        self.scope.query(&sql, ids).await?.iter().map(read_post).collect()
    }

    /// Whether somebody other than this account is an administrator now and may sign in.
    pub(super) async fn another_administrator(&self, than: AccountId, at: Instant) -> Result<bool, StoreError> {
        let sql = "SELECT p.id FROM identity_post p JOIN identity_account a ON a.province = p.province AND a.id = p.account \
                   WHERE p.province = $1 AND p.role = $2 AND p.account <> $3 AND p.valid_from <= $4 \
                   AND (p.valid_to IS NULL OR p.valid_to > $4) AND a.disabled_at IS NULL LIMIT 1";
        Ok(self.scope.one(sql, values![roles::ADMINISTRATOR, than, at]).await?.is_some())
    }

    /// An official who is to sign in with this personal number. Somebody who has an account as a citizen keeps it, and with it
    /// their cases.
    pub(super) async fn expect_official(&self, number: &str, name: &str, email: Option<&str>, by: AccountId, at: Instant) -> anyhow::Result<AccountId> {
        let known = self.by_personal_number(number).await?;
        match known {
            Some(a) if a.kind == AccountKind::Person => {
                let mut batch = self.scope.batch();
                batch.exec(
                    "UPDATE identity_account SET kind = 'official', name = $3, email = COALESCE($4, email) WHERE province = $1 AND id = $2",
                    values![a.id, name, email],
                );
                self.step(&mut batch, a.id, a.version + 1, "account.made_official", by, at, &json!({}));
                self.scope.commit(batch).await.map_err(taken)?;
                Ok(a.id)
            }
            Some(a) => Err(Refusal::conflict(
                "account-there",
                format!("Đã có tài khoản cán bộ với số định danh này: {}.", a.name),
                format!("There is an official's account with this personal number: {}.", a.name),
            )
            .into()),
            None => {
                let mut new = NewAccount::new(AccountKind::Official, EXPECTED, number, name);
                new.personal_number = Some(number.to_owned());
                new.email = email.map(str::to_owned);
                Ok(self.create(&new, by, at).await?.id)
            }
        }
    }

    /// Makes somebody an administrator from the machine itself, where there is nobody yet who could: the account of this personal
    /// number, or one that is expected. Answers the account.
    pub async fn appoint_administrator(&self, number: &PersonalNumber, name: &str, office: &OfficeCode, by: AccountId, at: Instant) -> anyhow::Result<AccountId> {
        let official = self.by_personal_number(number.as_str()).await?.filter(|a| a.kind != AccountKind::Person);
        let account = match official {
            Some(known) => known.id,
            None => self.expect_official(number.as_str(), name, None, by, at).await?,
        };
        let held = self.posts(account).await?;
        if !held.iter().any(|p| p.role.as_str() == roles::ADMINISTRATOR && p.valid_at(at)) {
            self.open_post(account, office, roles::ADMINISTRATOR, "Quản trị hệ thống", at, None, by, at).await?;
        }
        Ok(account)
    }

    /// The expected account of a person who signs in for the first time becomes theirs. `None`: nobody was expected.
    pub(crate) async fn claim(&self, issuer: &str, subject: &str, number: Option<&str>, at: Instant) -> anyhow::Result<Option<Account>> {
        let Some(number) = number else { return Ok(None) };
        let Some(account) = self.by_subject(EXPECTED, number).await? else { return Ok(None) };
        let mut batch = self.scope.batch();
        batch.exec("UPDATE identity_account SET issuer = $3, subject = $4 WHERE province = $1 AND id = $2", values![account.id, issuer, subject]);
        self.step(&mut batch, account.id, account.version + 1, "account.bound", account.id, at, &json!({"issuer": issuer}));
        self.scope.commit(batch).await.map_err(taken)?;
        Ok(self.account(account.id).await?)
    }

    /// Opens an account again that was closed; its sessions and tokens stay ended.
    pub(super) async fn reopen(&self, account: AccountId, by: AccountId, at: Instant) -> anyhow::Result<()> {
        let known = self.account(account).await?.ok_or_else(nobody)?;
        if known.disabled_at.is_none() {
            return Ok(());
        }
        let mut batch = self.scope.batch();
        batch.exec("UPDATE identity_account SET disabled_at = NULL WHERE province = $1 AND id = $2", values![account]);
        self.step(&mut batch, account, known.version + 1, "account.reopened", by, at, &json!({}));
        self.scope.commit(batch).await.map_err(taken)?;
        Ok(())
    }

    /// Ends every session of an account, by an administrator.
    pub(super) async fn end_sessions(&self, account: AccountId, by: AccountId, at: Instant) -> anyhow::Result<()> {
        let known = self.account(account).await?.ok_or_else(nobody)?;
        let mut batch = self.scope.batch();
        batch.exec("DELETE FROM identity_session WHERE province = $1 AND account = $2", values![account]);
        self.step(&mut batch, account, known.version + 1, "sessions.ended", by, at, &json!({}));
        self.scope.commit(batch).await.map_err(taken)?;
        Ok(())
    }
}

/// A session as its owner or an administrator sees it: never with what would let somebody use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The beginning of the stored digest: names it among the account's sessions, opens nothing.
    pub handle: String,
    pub created: Instant,
    pub seen: Instant,
    /// The browser's own words for itself.
    pub agent: Option<String>,
    /// How the person proved who they are: `loa2`, `passkey`, `password+totp`.
    pub acr: Option<String>,
}

/// Letters of a handle.
const HANDLE: usize = 16;

pub(crate) fn handle(digest: &str) -> String {
    digest.chars().take(HANDLE).collect()
}

impl Sessions {
    /// The living sessions of an account, the last used first.
    pub(crate) async fn of(&self, account: AccountId, at: Instant) -> Result<Vec<Seen>, StoreError> {
        let idle = at.plus_seconds(-self.rules.idle_seconds);
        let sql = "SELECT token, created, seen, agent, acr FROM identity_session WHERE province = $1 AND account = $2 \
                   AND expires > $3 AND seen > $4 ORDER BY seen DESC, token LIMIT 100";
        let rows = self.scope.query(sql, values![account, at, idle]).await?;
        rows.iter()
            .map(|r| {
                Ok(Seen { handle: handle(r.text("token")?), created: r.instant("created")?, seen: r.instant("seen")?, agent: r.opt_string("agent")?, acr: r.opt_string("acr")? })
            })
            .collect()
    }

    /// Ends one of the account's own sessions, or all but the one in use.
    pub(crate) async fn end_own(&self, account: AccountId, which: &str, own_digest: &str) -> anyhow::Result<()> {
        let mut batch = self.scope.batch();
        if which == "others" {
            batch.exec("DELETE FROM identity_session WHERE province = $1 AND account = $2 AND token <> $3", values![account, own_digest]);
        } else if which.len() == HANDLE && which.bytes().all(|b| b.is_ascii_hexdigit()) {
            let end = format!("{which}g");
            batch.exec("DELETE FROM identity_session WHERE province = $1 AND account = $2 AND token >= $3 AND token < $4", values![account, which, end]);
        }
        self.scope.commit(batch).await?;
        Ok(())
    }
}
