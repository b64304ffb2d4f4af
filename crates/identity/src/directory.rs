//! The directory of a province: accounts, posts and tokens. Every change is a journal entry on the account's stream.

use crate::account::{Account, AccountKind, NewAccount, roles};
use kernel::{
    Actor, Instant, Refusal,
    id::{AccountId, RoleCode},
};
use std::collections::BTreeSet;
use store::{Batch, CommitError, NewEntry, Row, Scope, StoreError, values};

const COLUMNS: &str = "id, version, kind, issuer, subject, name, party, personal_number, email, phone, birthdate, disabled_at";

/// Accounts, posts and tokens of one province.
#[derive(Clone, Debug)]
pub struct Directory {
    pub(crate) scope: Scope,
}

/// What an identity provider asserts of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asserted {
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub personal_number: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub birthdate: Option<String>,
    pub acr: Option<String>,
}

impl Directory {
    pub fn new(scope: Scope) -> Self {
        Self { scope }
    }
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Adds an account to a batch: for many at once (demonstration data, import of a staff list).
    pub fn add_account(&self, batch: &mut Batch, new: &NewAccount, by: AccountId, at: Instant) {
        batch.unique(
            "INSERT INTO identity_account (province, id, version, kind, issuer, subject, name, party, personal_number, \
             email, phone, birthdate, created) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            values![
                new.id, new.kind.as_str(), &new.issuer, &new.subject, &new.name, new.party, new.personal_number.clone(),
                new.email.clone(), new.phone.clone(), new.birthdate.clone(), at
            ],
            "account",
        );
        batch.append(entry(new.id, 1, "account.created", by, at, &serde_json::json!({"kind": new.kind})));
    }

    /// Creates an account; a second one of the same provider and subject is refused.
    pub async fn create(&self, new: &NewAccount, by: AccountId, at: Instant) -> anyhow::Result<Account> {
        if new.name.is_empty() {
            return Err(Refusal::invalid("name-missing", "Cần ghi tên của tài khoản.", "The account needs a name.").into());
        }
        let mut batch = self.scope.batch();
        self.add_account(&mut batch, new, by, at);
        self.scope.commit(batch).await.map_err(taken)?;
        self.account(new.id).await?.ok_or_else(|| anyhow::anyhow!("the account is not there after creating it"))
    }

    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.first("id = $2", values![id]).await
    }
    pub async fn by_subject(&self, issuer: &str, subject: &str) -> Result<Option<Account>, StoreError> {
        self.first("issuer = $2 AND subject = $3", values![issuer, subject]).await
    }
    /// The account of the person with this number; the oldest, if a province let one person have two.
    pub async fn by_personal_number(&self, number: &str) -> Result<Option<Account>, StoreError> {
        self.first("personal_number = $2 ORDER BY id LIMIT 1", values![number]).await
    }
    /// The accounts of a condition, which speaks of `$2` and further; order and limit are part of it.
    pub(crate) async fn accounts(&self, condition: &str, params: Vec<store::Value>) -> Result<Vec<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM identity_account WHERE province = $1 AND {condition}");
        self.scope.query(&sql, params).await?.iter().map(read).collect()
    }
    async fn first(&self, condition: &str, params: Vec<store::Value>) -> Result<Option<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM identity_account WHERE province = $1 AND {condition}");
        self.scope.one(&sql, params).await?.map(|row| read(&row)).transpose()
    }

    /// The account somebody means on the command line or in administration: by id, by the provider's subject, by
    /// e-mail or by full name. More than one match is refused with the candidates.
    pub async fn find(&self, text: &str) -> anyhow::Result<Account> {
        if let Ok(id) = text.parse::<AccountId>()
            && let Some(account) = self.account(id).await?
        {
            return Ok(account);
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM identity_account WHERE province = $1 AND (subject = $2 OR email = $2 OR name = $3) \
             ORDER BY id LIMIT 6"
        );
        let rows = self.scope.query(&sql, values![text, kernel::text::clean(text)]).await?;
        let mut found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let refused = |vi: String, en: String| Refusal::new(kernel::refusal::RefusalKind::NotFound, "account", vi, en);
        match found.len() {
            1 => Ok(found.swap_remove(0)),
            0 => Err(refused(format!("Không có tài khoản “{text}”."), format!("There is no account “{text}”.")).into()),
            _ => {
                let mut refusal = refused(
                    format!("Có nhiều tài khoản “{text}”; hãy dùng mã tài khoản."),
                    format!("More than one account is called “{text}”; use the account's id."),
                );
                for a in &found {
                    let line = format!("{} · {} · {}", a.id, a.name, a.subject);
                    refusal = refusal.because(None, line.clone(), line);
                }
                Err(refusal.into())
            }
        }
    }

    /// Accounts in order of their id, after one that was seen: for the administrator's list.
    pub async fn page(&self, after: Option<AccountId>, limit: u32) -> Result<Vec<Account>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM identity_account WHERE province = $1 AND id > $2 ORDER BY id LIMIT $3");
        let after = after.map(|a| a.to_string()).unwrap_or_default();
        self.scope.query(&sql, values![after, i64::from(limit.min(500))]).await?.iter().map(read).collect()
    }

    /// The account of a person who comes from an identity provider: found by provider and subject and brought up to
    /// date, or created. A person known under the same personal number keeps the party (and so the cases).
    pub async fn welcome(&self, said: &Asserted, at: Instant) -> anyhow::Result<Account> {
        for _ in 0..3 {
            let known = match self.by_subject(&said.issuer, &said.subject).await? {
                Some(account) => Some(account),
                None => self.claim(&said.issuer, &said.subject, said.personal_number.as_deref(), at).await?,
            };
            let id = match known {
                Some(account) => {
                    self.refresh(&account, said, at).await?;
                    account.id
                }
                None => {
                    let mut new = NewAccount::new(AccountKind::Person, &said.issuer, &said.subject, &said.name);
                    new.personal_number.clone_from(&said.personal_number);
                    new.email.clone_from(&said.email);
                    new.phone.clone_from(&said.phone);
                    new.birthdate.clone_from(&said.birthdate);
                    if let Some(party) = self.party_of_number(said.personal_number.as_deref()).await? {
                        new.party = Some(party);
                    }
                    let mut batch = self.scope.batch();
                    self.add_account(&mut batch, &new, new.id, at);
                    match self.scope.commit(batch).await {
                        // The same person has just signed in for the first time from a second window.
                        Err(CommitError::Conflict { .. }) => continue,
                        other => other?,
                    }
                    new.id
                }
            };
            if let Some(account) = self.account(id).await? {
                return Ok(account);
            }
        }
        anyhow::bail!("an account kept changing while its owner signed in")
    }

    async fn refresh(&self, account: &Account, said: &Asserted, at: Instant) -> Result<(), CommitError> {
        let mut batch = self.scope.batch();
        let keep = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
        // A post-holder's name and number are the administrator's record; a provider may only prove who came.
        let number = if account.kind == AccountKind::Person {
            keep(&said.personal_number, &account.personal_number)
        } else {
            keep(&account.personal_number, &said.personal_number)
        };
        let name = if account.kind == AccountKind::Person && !said.name.is_empty() { &said.name } else { &account.name };
        batch.exec(
            "UPDATE identity_account SET name = $3, personal_number = $4, email = $5, phone = $6, birthdate = $7, \
             acr = $8, signed_in = $9 WHERE province = $1 AND id = $2",
            values![
                account.id,
                name,
                number,
                keep(&said.email, &account.email),
                keep(&said.phone, &account.phone),
                keep(&said.birthdate, &account.birthdate),
                said.acr.clone(),
                at
            ],
        );
        self.scope.commit(batch).await
    }

    async fn party_of_number(&self, number: Option<&str>) -> Result<Option<kernel::id::PartyId>, StoreError> {
        let Some(number) = number else { return Ok(None) };
        let row = self
            .scope
            .one(
                "SELECT party FROM identity_account WHERE province = $1 AND personal_number = $2 AND party IS NOT NULL \
                 ORDER BY id LIMIT 1",
                values![number],
            )
            .await?;
        row.map(|r| r.id("party")).transpose()
    }

    /// Closes an account: nobody signs in with it, its sessions and tokens end.
    pub async fn disable(&self, account: AccountId, by: AccountId, at: Instant) -> anyhow::Result<()> {
        let known = self.account(account).await?.ok_or_else(nobody)?;
        let mut batch = self.scope.batch();
        batch.exec("UPDATE identity_account SET disabled_at = $3 WHERE province = $1 AND id = $2", values![account, at]);
        batch.exec("DELETE FROM identity_session WHERE province = $1 AND account = $2", values![account]);
        batch.exec(
            "UPDATE identity_token SET revoked = $3 WHERE province = $1 AND account = $2 AND revoked IS NULL",
            values![account, at],
        );
        self.step(&mut batch, account, known.version + 1, "account.disabled", by, at, &serde_json::json!({}));
        self.scope.commit(batch).await.map_err(taken)?;
        Ok(())
    }

    /// What an account is at an instant; `None` when it does not exist or is closed.
    pub async fn actor(&self, account: AccountId, at: Instant) -> Result<Option<Actor>, StoreError> {
        match self.account(account).await? {
            Some(known) if known.disabled_at.is_none_or(|end| at < end) => Ok(Some(self.as_actor(known, at).await?)),
            _ => Ok(None),
        }
    }

    /// The roles come from the posts valid then, of one office: the office of the post opened last. Who speaks for a
    /// party is a citizen too.
    pub(crate) async fn as_actor(&self, account: Account, at: Instant) -> Result<Actor, StoreError> {
        let mut posts = match account.kind {
            AccountKind::Person => Vec::new(),
            _ => self.posts(account.id).await?,
        };
        posts.retain(|p| p.valid_at(at));
        let office = posts.first().map(|p| p.office.clone());
        let mut held: BTreeSet<RoleCode> =
            posts.iter().filter(|p| Some(&p.office) == office.as_ref()).map(|p| p.role.clone()).collect();
        let mut lent = self.lent(account.id, &posts, at).await?;
        lent.retain(|l| !held.contains(&l.role));
        held.extend(lent.iter().map(|l| l.role.clone()));
        if account.party.is_some() {
            held.insert(RoleCode::new(roles::CITIZEN));
        }
        Ok(Actor {
            account: account.id,
            province: self.scope.province().clone(),
            name: account.name,
            party: account.party,
            personal_number: account.personal_number,
            roles: held,
            title: posts.into_iter().next().map(|p| p.title),
            office,
            lent,
        })
    }

    /// A change of an account that exists: its version moves on with its journal stream, or somebody else was first.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn step(&self, batch: &mut Batch, account: AccountId, version: i64, kind: &str, by: AccountId, at: Instant, payload: &serde_json::Value) {
        batch.guard(
            "UPDATE identity_account SET version = $3 WHERE province = $1 AND id = $2 AND version = $4",
            values![account, version, version - 1],
            1,
            "account",
        );
        batch.append(entry(account, version, kind, by, at, payload));
    }
}

fn entry(account: AccountId, version: i64, kind: &str, by: AccountId, at: Instant, payload: &serde_json::Value) -> NewEntry {
    NewEntry {
        stream: account.to_string(),
        version,
        kind: kind.to_owned(),
        at,
        actor: by.to_string(),
        on_behalf: None,
        key: None,
        payload: payload.to_string(),
    }
}

fn read(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.id("id")?,
        version: row.int("version")?,
        kind: row.parsed("kind")?,
        issuer: row.string("issuer")?,
        subject: row.string("subject")?,
        name: row.string("name")?,
        party: row.opt_text("party")?.map(|_| row.id("party")).transpose()?,
        personal_number: row.opt_string("personal_number")?,
        email: row.opt_string("email")?,
        phone: row.opt_string("phone")?,
        birthdate: row.opt_string("birthdate")?,
        disabled_at: row.opt_instant("disabled_at")?,
    })
}

pub(crate) fn nobody() -> Refusal {
    Refusal::not_found("Không có tài khoản này.", "There is no such account.")
}

/// A conflict in words; a failure of the store stays a failure.
pub(crate) fn taken(error: CommitError) -> anyhow::Error {
    match error {
        CommitError::Conflict { label } if label == "post" || label == "token" => {
            Refusal::not_found("Không có vị trí hoặc thẻ truy cập này.", "There is no such post or token.").into()
        }
        CommitError::Conflict { .. } => Refusal::conflict(
            "account-changed",
            "Tài khoản này đã có, hoặc người khác vừa thay đổi nó. Hãy tải lại rồi thử lần nữa.",
            "This account exists already, or somebody else has just changed it. Reload and try again.",
        )
        .into(),
        CommitError::Store(error) => error.into(),
    }
}
