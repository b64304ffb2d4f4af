//! Posts: a role held in an office for a time. Who held what when is never rewritten, only ended.

use crate::{
    account::{Account, Post, roles},
    directory::{Directory, nobody, taken},
};
use kernel::{
    Instant, Refusal,
    id::{AccountId, OfficeCode, RoleCode},
};
use std::collections::HashMap;
use store::{Batch, Row, StoreError, values};
use uuid::Uuid;

impl Directory {
    /// Adds a post to a batch; the account must have been created in the same batch or have no other post yet opened
    /// in it (`version` is the account's next journal version).
    pub fn add_post(&self, batch: &mut Batch, post: &Post, version: i64, by: AccountId, at: Instant) {
        batch.exec(
            "INSERT INTO identity_post (province, id, account, office, role, title, valid_from, valid_to) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![&post.id, post.account, &post.office, &post.role, &post.title, post.valid_from, post.valid_to],
        );
        let payload = serde_json::json!({
            "post": post.id, "office": post.office, "role": post.role, "from": post.valid_from, "to": post.valid_to,
        });
        self.step(batch, post.account, version, "post.opened", by, at, &payload);
    }

    /// Opens a post for an account.
    #[allow(clippy::too_many_arguments)]
    pub async fn open_post(
        &self,
        account: AccountId,
        office: &OfficeCode,
        role: &str,
        title: &str,
        from: Instant,
        to: Option<Instant>,
        by: AccountId,
        at: Instant,
    ) -> anyhow::Result<Post> {
        if !roles::ALL.iter().any(|(code, ..)| *code == role) || role == roles::CITIZEN {
            return Err(Refusal::invalid("unknown-role", format!("Không có vai trò “{role}”."), format!("There is no role “{role}”.")).into());
        }
        let known = self.account(account).await?.ok_or_else(nobody)?;
        let post = new_post(account, office, role, title, from, to);
        let mut batch = self.scope.batch();
        self.add_post(&mut batch, &post, known.version + 1, by, at);
        self.scope.commit(batch).await.map_err(taken)?;
        Ok(post)
    }

    /// Ends a post at an instant; what was done in it stays done in it.
    pub async fn close_post(&self, account: AccountId, post: &str, end: Instant, by: AccountId, at: Instant) -> anyhow::Result<()> {
        let known = self.account(account).await?.ok_or_else(nobody)?;
        let mut batch = self.scope.batch();
        batch.guard(
            "UPDATE identity_post SET valid_to = $4 WHERE province = $1 AND id = $2 AND account = $3",
            values![post, account, end],
            1,
            "post",
        );
        self.step(&mut batch, account, known.version + 1, "post.closed", by, at, &serde_json::json!({"post": post, "to": end}));
        self.scope.commit(batch).await.map_err(taken)?;
        Ok(())
    }

    /// All posts of an account, past and coming ones too.
    pub async fn posts(&self, account: AccountId) -> Result<Vec<Post>, StoreError> {
        let rows = self
            .scope
            .query(
                "SELECT id, account, office, role, title, valid_from, valid_to FROM identity_post \
                 WHERE province = $1 AND account = $2 ORDER BY valid_from DESC, id DESC",
                values![account],
            )
            .await?;
        rows.iter().map(read_post).collect()
    }

    /// Who holds a role in an office at an instant: the people a case can be assigned to.
    pub async fn holders(&self, office: &str, role: &str, at: Instant) -> Result<Vec<(Account, Post)>, StoreError> {
        let rows = self
            .scope
            .query(
                "SELECT id, account, office, role, title, valid_from, valid_to FROM identity_post WHERE province = $1 \
                 AND office = $2 AND role = $3 AND valid_from <= $4 AND (valid_to IS NULL OR valid_to > $4) ORDER BY id",
                values![office, role, at],
            )
            .await?;
        let mut holders = Vec::with_capacity(rows.len());
        for row in &rows {
            let post = read_post(row)?;
            if let Some(account) = self.account(post.account).await?.filter(|a| a.disabled_at.is_none()) {
                holders.push((account, post));
            }
        }
        Ok(holders)
    }

    /// Who holds a post at an instant, by name; each once, with the post opened last, which is the one the account acts in.
    /// `None`: in any office.
    pub async fn officials_at(&self, office: Option<&OfficeCode>, at: Instant) -> Result<Vec<(Account, Post)>, StoreError> {
        const VALID: &str = "valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)";
        let sql = format!(
            "SELECT id, account, office, role, title, valid_from, valid_to FROM identity_post \
             WHERE province = $1 AND {VALID} ORDER BY valid_from DESC, id DESC"
        );
        let mut last: HashMap<AccountId, Post> = HashMap::new();
        for row in &self.scope.query(&sql, values![at]).await? {
            let post = read_post(row)?;
            last.entry(post.account).or_insert(post);
        }
        let holders = format!("disabled_at IS NULL AND id IN (SELECT account FROM identity_post WHERE province = $1 AND {VALID}) ORDER BY name, id");
        let accounts = self.accounts(&holders, values![at]).await?;
        let with_post = accounts.into_iter().filter_map(|a| last.remove(&a.id).map(|post| (a, post)));
        Ok(with_post.filter(|(_, post)| office.is_none_or(|o| *o == post.office)).collect())
    }
}

/// A post with a new id.
pub fn new_post(account: AccountId, office: &OfficeCode, role: &str, title: &str, from: Instant, to: Option<Instant>) -> Post {
    Post {
        id: format!("post_{}", Uuid::now_v7().simple()),
        account,
        office: office.clone(),
        role: RoleCode::new(role),
        title: kernel::text::clean(title),
        valid_from: from,
        valid_to: to,
    }
}

pub(crate) fn read_post(row: &Row) -> Result<Post, StoreError> {
    Ok(Post {
        id: row.string("id")?,
        account: row.id("account")?,
        office: OfficeCode::new(row.text("office")?),
        role: RoleCode::new(row.text("role")?),
        title: row.string("title")?,
        valid_from: row.instant("valid_from")?,
        valid_to: row.opt_instant("valid_to")?,
    })
}
