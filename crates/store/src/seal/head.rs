//! Signed heads and the hashes between them, read from the table of seals.

use super::{
    Frontier, Hash, LEAF, head_bytes,
    proof::{self, Range},
};
use crate::{Row, Scope, StoreError, journal::Cursor, values};
use ed25519_dalek::{Signature, VerifyingKey};
use kernel::{Instant, id::ProvinceCode};

/// What was signed of the tree at one time. Two heads of one province are the whole story of what was between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub province: ProvinceCode,
    /// Number of entries under it.
    pub size: u64,
    pub root: Hash,
    pub at: Instant,
    pub public_key: [u8; 32],
    pub signature: [u8; 64],
}

const COLUMNS: &str = "size, root, at, public_key, signature";

impl Head {
    /// `None`: what is stored has not the length of a root, a key, a signature.
    pub(super) fn read(province: &ProvinceCode, row: &Row) -> Result<Option<Self>, StoreError> {
        let (Ok(size), Ok(root), Ok(public_key), Ok(signature)) = (
            u64::try_from(row.int("size")?),
            Hash::try_from(row.bytes("root")?),
            <[u8; 32]>::try_from(row.bytes("public_key")?),
            <[u8; 64]>::try_from(row.bytes("signature")?),
        ) else {
            return Ok(None);
        };
        Ok(Some(Self { province: province.clone(), size, root, at: row.instant("at")?, public_key, signature }))
    }

    /// Whether one of the trusted keys signed it; the key beside it proves nothing by itself.
    pub fn signed_by(&self, trusted: &[VerifyingKey]) -> bool {
        let bytes = head_bytes(&self.province, self.size, &self.root, self.at);
        let signature = Signature::from_bytes(&self.signature);
        trusted.iter().any(|t| *t.as_bytes() == self.public_key && t.verify_strict(&bytes, &signature).is_ok())
    }
}

fn one(scope: &Scope, row: Option<Row>) -> Result<Option<Head>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let damaged = || StoreError::Damaged("a head of the seal has a wrong length".to_owned());
    Head::read(scope.province(), &row)?.ok_or_else(damaged).map(Some)
}

/// A size as the table holds it.
fn int(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// The newest head.
pub async fn newest(scope: &Scope) -> Result<Option<Head>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM seal WHERE province = $1 ORDER BY size DESC LIMIT 1");
    one(scope, scope.one(&sql, Vec::new()).await?)
}

/// The head of exactly this size.
pub async fn of_size(scope: &Scope, size: u64) -> Result<Option<Head>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM seal WHERE province = $1 AND size = $2");
    one(scope, scope.one(&sql, values![int(size)]).await?)
}

/// The first head over the entry at this place.
pub async fn over(scope: &Scope, index: u64) -> Result<Option<Head>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM seal WHERE province = $1 AND size > $2 ORDER BY size LIMIT 1");
    one(scope, scope.one(&sql, values![int(index)]).await?)
}

/// Heads smaller than a size, largest first.
pub async fn before(scope: &Scope, size: u64, limit: u32) -> Result<Vec<Head>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM seal WHERE province = $1 AND size < $2 ORDER BY size DESC LIMIT $3");
    let rows = scope.query(&sql, values![int(size), limit]).await?;
    let heads = rows.into_iter().map(|row| one(scope, Some(row))).collect::<Result<Vec<_>, _>>()?;
    Ok(heads.into_iter().flatten().collect())
}

/// The path that proves the entry at `index` under the head of `size`.
pub async fn inclusion(scope: &Scope, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    let nodes = proof::inclusion_nodes(index, size).ok_or_else(|| missing(size))?;
    roots(scope, &nodes).await
}

/// The path that proves that the head of `new` begins with the head of `old`.
pub async fn consistency(scope: &Scope, old: u64, new: u64) -> Result<Vec<Hash>, StoreError> {
    let nodes = proof::consistency_nodes(old, new).ok_or_else(|| missing(old))?;
    roots(scope, &nodes).await
}

fn missing(size: u64) -> StoreError {
    StoreError::Damaged(format!("the seal does not reach to {size}"))
}

async fn roots(scope: &Scope, nodes: &[Range]) -> Result<Vec<Hash>, StoreError> {
    let mut hashes = Vec::with_capacity(nodes.len());
    for node in nodes {
        hashes.push(root_of(scope, *node).await?);
    }
    Ok(hashes)
}

/// The root over the leaves of one node of the tree, from two rows whatever its size: the frontier of the last head before its
/// end holds the roots of all complete parts up to there, the sealing run after it the few leaves that are left.
async fn root_of(scope: &Scope, (from, to): Range) -> Result<Hash, StoreError> {
    let sql = "SELECT size, frontier FROM seal WHERE province = $1 AND size < $2 ORDER BY size DESC LIMIT 1";
    let before = match scope.one(sql, values![int(to)]).await? {
        None => Frontier::default(),
        Some(row) => {
            let size = u64::try_from(row.int("size")?).unwrap_or(0);
            Frontier::read(size, row.bytes("frontier")?).ok_or_else(|| missing(size))?
        }
    };
    let sql = "SELECT leaves FROM seal WHERE province = $1 AND size >= $2 ORDER BY size LIMIT 1";
    let row = scope.one(sql, values![int(to)]).await?.ok_or_else(|| missing(to))?;
    let start = before.size();
    let mut tree = if start > from { before.tail(from).ok_or_else(|| missing(start))? } else { Frontier::default() };
    let skip = usize::try_from(from.saturating_sub(start)).unwrap_or(usize::MAX);
    let take = usize::try_from(to - from.max(start)).unwrap_or(usize::MAX);
    for leaf in row.bytes("leaves")?.chunks_exact(LEAF).skip(skip).take(take) {
        tree.append(leaf_of(leaf).1);
    }
    if tree.size() == to - from { Ok(tree.root()) } else { Err(missing(to)) }
}

/// One leaf of the column `leaves`.
pub(super) fn leaf_of(leaf: &[u8]) -> (i64, Hash) {
    let (seq, hash) = leaf.split_at(8.min(leaf.len()));
    (i64::from_be_bytes(seq.try_into().unwrap_or_default()), hash.try_into().unwrap_or_default())
}

/// The place of a sealed entry in the tree and its leaf hash; `None` when it is not sealed.
pub async fn place(scope: &Scope, seq: i64) -> Result<Option<(u64, Hash)>, StoreError> {
    let run = match run_of(scope, seq).await? {
        Some(size) => size,
        // Rows behind which an entry is gone cannot be compared: look through all of them.
        None => return search(scope, seq).await,
    };
    match in_run(scope, seq, run).await? {
        Some(found) => Ok(Some(found)),
        None => search(scope, seq).await,
    }
}

/// The sealing run that holds the entry, halved down to by the order of the journal.
async fn run_of(scope: &Scope, seq: i64) -> Result<Option<u64>, StoreError> {
    let (Some(target), Some(newest)) = (cursor(scope, seq).await?, newest(scope).await?) else { return Ok(None) };
    let (mut low, mut high) = (0, newest.size);
    while low < high {
        let middle = low + (high - low) / 2;
        // The run over the place `middle`: its own first and last entry.
        let sql = "SELECT size, substr(leaves, 1, 8) AS head, substr(leaves, length(leaves) - 39, 8) AS tail FROM seal \
                   WHERE province = $1 AND size > $2 ORDER BY size LIMIT 1";
        let Some(row) = scope.one(sql, values![int(middle)]).await? else { return Ok(None) };
        let size = u64::try_from(row.int("size")?).unwrap_or(0);
        let (Some(first), Some(last)) = (cursor(scope, seq_of(row.bytes("head")?)).await?, cursor(scope, seq_of(row.bytes("tail")?)).await?)
        else {
            return Ok(None);
        };
        if target < first {
            high = middle;
        } else if target > last {
            low = size;
        } else {
            return Ok(Some(size));
        }
    }
    Ok(None)
}

fn seq_of(bytes: &[u8]) -> i64 {
    i64::from_be_bytes(bytes.try_into().unwrap_or_default())
}

async fn cursor(scope: &Scope, seq: i64) -> Result<Option<Cursor>, StoreError> {
    let row = scope.one("SELECT tx FROM journal WHERE province = $1 AND seq = $2", values![seq]).await?;
    row.map(|r| Ok(Cursor { tx: r.int("tx")?, seq })).transpose()
}

async fn in_run(scope: &Scope, seq: i64, size: u64) -> Result<Option<(u64, Hash)>, StoreError> {
    let row = scope.one("SELECT size, leaves FROM seal WHERE province = $1 AND size = $2", values![int(size)]).await?;
    row.map_or(Ok(None), |row| find(&row, seq))
}

fn find(row: &Row, seq: i64) -> Result<Option<(u64, Hash)>, StoreError> {
    let leaves = row.bytes("leaves")?;
    let size = u64::try_from(row.int("size")?).unwrap_or(0);
    let start = size.saturating_sub((leaves.len() / LEAF) as u64);
    let found = leaves.chunks_exact(LEAF).map(leaf_of).zip(start..).find(|((s, _), _)| *s == seq);
    Ok(found.map(|((_, hash), index)| (index, hash)))
}

async fn search(scope: &Scope, seq: i64) -> Result<Option<(u64, Hash)>, StoreError> {
    let mut after = 0_i64;
    loop {
        let sql = "SELECT size, leaves FROM seal WHERE province = $1 AND size > $2 ORDER BY size LIMIT 50";
        let rows = scope.query(sql, values![after]).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        after = last.int("size")?;
        for row in &rows {
            if let Some(found) = find(row, seq)? {
                return Ok(Some(found));
            }
        }
    }
}
