//! Power of others an account holds at an instant: roles lent by delegation, cases opened in an emergency.
//!
//! What is written here, and the rules it is written under, are the room of powers; identity only reads what holds now.

use crate::{account::Post, directory::Directory};
use kernel::{
    Instant,
    actor::{Capacity, Lent},
    id::{AccountId, CaseId, RoleCode},
};
use std::collections::BTreeSet;
use store::{Row, StoreError, values};

/// Columns of a delegation as [`read`] takes them.
const COLUMNS: &str = "d.id, d.role, d.capacity, d.document, d.definitions, d.giver, d.giver_name, d.giver_title";

impl Directory {
    /// The roles lent to an account at an instant in one office. A delegation ends with its own time, when it is revoked, and
    /// when the giver's post or account ends: nobody lends what they no longer have.
    pub(crate) async fn lent(&self, account: AccountId, held: &[Post], at: Instant) -> Result<Vec<Lent>, StoreError> {
        let Some(post) = held.first() else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT {COLUMNS} FROM identity_delegation d \
             JOIN identity_post p ON p.province = d.province AND p.id = d.giver_post \
             JOIN identity_account g ON g.province = d.province AND g.id = d.giver \
             WHERE d.province = $1 AND d.taker = $2 AND d.office = $3 AND d.valid_from <= $4 AND d.valid_to > $4 AND d.revoked_at IS NULL \
             AND p.valid_from <= $4 AND (p.valid_to IS NULL OR p.valid_to > $4) AND (g.disabled_at IS NULL OR g.disabled_at > $4) ORDER BY d.id"
        );
        let rows = self.scope.query(&sql, values![account, post.office.as_str(), at]).await?;
        rows.iter().map(|row| read(row, held, at)).collect()
    }

    /// Who may see a case now because they opened it in an emergency.
    pub(crate) async fn emergencies(&self, case: CaseId, at: Instant) -> Result<BTreeSet<AccountId>, StoreError> {
        let sql = "SELECT account FROM identity_emergency WHERE province = $1 AND case_id = $2 AND opened <= $3 AND until > $3";
        let rows = self.scope.query(sql, values![case, at]).await?;
        rows.iter().map(|r| r.id("account")).collect()
    }
}

fn read(row: &Row, held: &[Post], at: Instant) -> Result<Lent, StoreError> {
    let capacity = Capacity::of(row.text("capacity")?).ok_or_else(|| StoreError::Damaged("capacity of a delegation".into()))?;
    let role = RoleCode::new(row.text("role")?);
    Ok(Lent {
        delegation: row.string("id")?,
        beyond: !held.iter().any(|p| p.role == role && held.first().is_some_and(|first| first.office == p.office) && p.valid_at(at)),
        role,
        capacity,
        giver_account: row.id("giver")?,
        giver: row.string("giver_name")?,
        giver_title: row.string("giver_title")?,
        document: row.string("document")?,
        definitions: row.text("definitions")?.split_whitespace().map(str::to_owned).collect(),
    })
}
