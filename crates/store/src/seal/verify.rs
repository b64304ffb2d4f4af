//! Recomputing everything and naming the first difference.

use super::{Frontier, Hash, LEAF, entry_bytes, head_bytes, tree};
use crate::{
    Row, Scope, StoreError,
    journal::{self, Cursor, Entry},
    values,
};
use ed25519_dalek::{Signature, VerifyingKey};
use kernel::{Text, id::ProvinceCode};
use std::collections::VecDeque;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub province: ProvinceCode,
    /// Signed heads checked.
    pub heads: u64,
    /// Entries found as they were sealed.
    pub sealed: u64,
    /// Entries after the last head; they are sealed with the next one.
    pub unsealed: u64,
    /// The root of the last head: the fingerprint to keep elsewhere.
    pub root: Option<Hash>,
    /// The first difference; nothing after it was looked at.
    pub fault: Option<Fault>,
}

/// The first difference between the journal and its seals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The entry is not what was sealed.
    Altered { seq: i64, stream: String, version: i64 },
    /// A sealed entry is not there.
    Missing { seq: i64, index: u64 },
    /// An entry is there among sealed ones that was not sealed.
    Inserted { seq: i64, stream: String, version: i64 },
    /// The seal of the entries up to this number does not hold.
    Seal { size: u64, why: &'static str },
}

impl Fault {
    pub fn text(&self) -> Text {
        match self {
            Self::Altered { seq, stream, version } => Text::new(
                format!("Bản ghi số {seq} ({stream}, phiên bản {version}) đã bị sửa sau khi niêm phong."),
                format!("Entry {seq} ({stream}, version {version}) was altered after it was sealed."),
            ),
            Self::Missing { seq, index } => Text::new(
                format!("Thiếu bản ghi số {seq} (vị trí {index} trong niêm phong)."),
                format!("Entry {seq} (place {index} in the seal) is missing."),
            ),
            Self::Inserted { seq, stream, version } => Text::new(
                format!("Bản ghi số {seq} ({stream}, phiên bản {version}) bị chèn vào giữa các bản ghi đã niêm phong."),
                format!("Entry {seq} ({stream}, version {version}) was inserted among sealed entries."),
            ),
            Self::Seal { size, why } => Text::new(
                format!("Niêm phong của {size} bản ghi đầu không hợp lệ ({why})."),
                format!("The seal of the first {size} entries does not hold ({why})."),
            ),
        }
    }
}

/// The journal of the province, page by page.
struct Pages<'a> {
    scope: &'a Scope,
    after: Cursor,
    page: VecDeque<Entry>,
}

impl Pages<'_> {
    async fn next(&mut self) -> Result<Option<Entry>, StoreError> {
        if self.page.is_empty() {
            self.page = journal::since(self.scope, self.after, 1000).await?.into();
        }
        let next = self.page.pop_front();
        if let Some(entry) = &next {
            self.after = entry.cursor();
        }
        Ok(next)
    }
}

/// Recomputes the tree of a province from its journal and compares it with every head. `trusted` are the keys that
/// may have signed; the one in the database proves nothing by itself.
pub async fn verify(scope: &Scope, trusted: &[VerifyingKey]) -> Result<Report, StoreError> {
    let mut report =
        Report { province: scope.province().clone(), heads: 0, sealed: 0, unsealed: 0, root: None, fault: None };
    let mut journal = Pages { scope, after: Cursor::START, page: VecDeque::new() };
    let mut frontier = Frontier::default();
    loop {
        let sql = "SELECT size, leaves, root, at, public_key, signature FROM seal \
                   WHERE province = $1 AND size > $2 ORDER BY size LIMIT 20";
        let heads = scope.query(sql, values![i64::try_from(frontier.size()).unwrap_or(i64::MAX)]).await?;
        if heads.is_empty() {
            break;
        }
        for head in heads {
            report.fault = check(&head, trusted, &mut frontier, &mut journal, &mut report.sealed).await?;
            if report.fault.is_some() {
                return Ok(report);
            }
            report.heads += 1;
            report.root = Some(frontier.root());
        }
    }
    while journal.next().await?.is_some() {
        report.unsealed += 1;
    }
    Ok(report)
}

async fn check(
    head: &Row,
    trusted: &[VerifyingKey],
    frontier: &mut Frontier,
    journal: &mut Pages<'_>,
    sealed: &mut u64,
) -> Result<Option<Fault>, StoreError> {
    let size = u64::try_from(head.int("size")?).unwrap_or(0);
    let broken = |why| Ok(Some(Fault::Seal { size, why }));
    if !signed(head, journal.scope.province(), size, trusted)? {
        return broken("signature");
    }
    let leaves = head.bytes("leaves")?;
    if leaves.len() as u64 != (size - frontier.size()).saturating_mul(LEAF as u64) {
        return broken("number of leaves");
    }
    for leaf in leaves.chunks_exact(LEAF) {
        let (seq, hash) = leaf.split_at(8);
        let seq = i64::from_be_bytes(seq.try_into().unwrap_or_default());
        let hash: Hash = hash.try_into().unwrap_or_default();
        let index = frontier.size();
        match journal.next().await? {
            Some(entry) if entry.seq == seq => {
                if tree::leaf(&entry_bytes(&entry)) != hash {
                    return Ok(Some(Fault::Altered { seq, stream: entry.stream, version: entry.version }));
                }
            }
            Some(entry) if is_there(journal.scope, seq).await? => {
                return Ok(Some(Fault::Inserted { seq: entry.seq, stream: entry.stream, version: entry.version }));
            }
            _ => return Ok(Some(Fault::Missing { seq, index })),
        }
        frontier.append(hash);
        *sealed += 1;
    }
    if frontier.root().as_slice() != head.bytes("root")? {
        return broken("root");
    }
    Ok(None)
}

async fn is_there(scope: &Scope, seq: i64) -> Result<bool, StoreError> {
    let sql = "SELECT seq FROM journal WHERE province = $1 AND seq = $2";
    Ok(scope.one(sql, values![seq]).await?.is_some())
}

fn signed(head: &Row, province: &ProvinceCode, size: u64, trusted: &[VerifyingKey]) -> Result<bool, StoreError> {
    let key = head.bytes("public_key")?;
    let (Ok(signature), Ok(root)) =
        (Signature::from_slice(head.bytes("signature")?), Hash::try_from(head.bytes("root")?))
    else {
        return Ok(false);
    };
    let bytes = head_bytes(province, size, &root, head.instant("at")?);
    Ok(trusted.iter().any(|t| t.as_bytes() == key && t.verify_strict(&bytes, &signature).is_ok()))
}
