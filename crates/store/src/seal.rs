//! Sealing: the journal of each province becomes a Merkle tree (RFC 9162 shape) with signed heads.
//!
//! Whoever changes, removes or inserts an entry behind the program's back has to change the tree, and with it heads
//! signed with a key that is not in the database. Cutting off the newest heads together with their entries shows only
//! against a copy of a later head kept elsewhere: give the printed head to the archive.
//!
//! # Canonical bytes of an entry (leaf data)
//! `phusa-entry-1` and then, in this order: seq, province, stream, version, kind, at, actor, on_behalf, key, payload.
//! Integers are 8 bytes big-endian; `at` is microseconds since 1970 UTC. Texts are their length in bytes (4 bytes
//! big-endian) and UTF-8. The optional ones are preceded by one byte: 0 absent, 1 present.
//!
//! # Signed bytes of a head
//! `phusa-tree-head-1`, province (as a text above), size (8 bytes), root (32 bytes), at (8 bytes); Ed25519 (RFC 8032).

mod bundle;
pub mod head;
mod key;
pub mod proof;
mod tree;
mod verify;

pub use bundle::{Bundle, Proven, Sealed, Signed, prove, prove_head, read_entry};
pub use ed25519_dalek::VerifyingKey;
pub use head::Head;
pub use key::{Key, statement_holds};
pub use tree::{Frontier, Hash};
pub use verify::{Fault, Report, verify, verify_against};

use crate::{
    Batch, Scope, StoreError,
    consumer::{Consumer, Follow},
    journal::Entry,
    values,
};
use kernel::{Instant, id::ProvinceCode};
use std::sync::Arc;

/// The consumer that seals the province's journal; run it every few seconds with [`Consumer::spawn_every`].
pub fn consumer(scope: Scope, key: Key) -> Consumer {
    Consumer::new(scope, "seal", Arc::new(Sealer { key })).limit(1000)
}

struct Sealer {
    key: Key,
}

#[async_trait::async_trait]
impl Follow for Sealer {
    async fn follow(&self, scope: &Scope, entries: &[Entry], now: Instant) -> Result<Batch, StoreError> {
        let last = scope
            .one("SELECT size, frontier FROM seal WHERE province = $1 ORDER BY size DESC LIMIT 1", Vec::new())
            .await?;
        let mut frontier = match last {
            None => Frontier::default(),
            Some(row) => {
                let size = u64::try_from(row.int("size")?).unwrap_or(0);
                Frontier::read(size, row.bytes("frontier")?)
                    .ok_or_else(|| StoreError::Damaged(format!("the frontier of seal {size}")))?
            }
        };
        let mut leaves = Vec::with_capacity(entries.len() * LEAF);
        for entry in entries {
            let hash = tree::leaf(&entry_bytes(entry));
            leaves.extend_from_slice(&entry.seq.to_be_bytes());
            leaves.extend_from_slice(&hash);
            frontier.append(hash);
        }
        let root = frontier.root();
        let signature = self.key.sign(&head_bytes(scope.province(), frontier.size(), &root, now));
        let mut batch = scope.batch();
        batch.unique(
            "INSERT INTO seal (province, size, leaves, frontier, root, at, public_key, signature) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                i64::try_from(frontier.size()).unwrap_or(i64::MAX),
                leaves,
                frontier.bytes(),
                root.to_vec(),
                now,
                self.key.public().as_bytes().to_vec(),
                signature.to_vec()
            ],
            "cursor",
        );
        Ok(batch)
    }
}

/// Bytes of one leaf in the column `leaves`: seq and hash.
const LEAF: usize = 40;

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn optional(out: &mut Vec<u8>, value: Option<&str>) {
    out.push(u8::from(value.is_some()));
    if let Some(value) = value {
        text(out, value);
    }
}

/// See the module's documentation.
pub fn entry_bytes(e: &Entry) -> Vec<u8> {
    let mut out = b"phusa-entry-1".to_vec();
    out.extend_from_slice(&e.seq.to_be_bytes());
    text(&mut out, e.province.as_str());
    text(&mut out, &e.stream);
    out.extend_from_slice(&e.version.to_be_bytes());
    text(&mut out, &e.kind);
    out.extend_from_slice(&e.at.micros().to_be_bytes());
    text(&mut out, &e.actor);
    optional(&mut out, e.on_behalf.as_deref());
    optional(&mut out, e.key.as_deref());
    text(&mut out, &e.payload);
    out
}

/// See the module's documentation.
pub fn head_bytes(province: &ProvinceCode, size: u64, root: &Hash, at: Instant) -> Vec<u8> {
    let mut out = b"phusa-tree-head-1".to_vec();
    text(&mut out, province.as_str());
    out.extend_from_slice(&size.to_be_bytes());
    out.extend_from_slice(root);
    out.extend_from_slice(&at.micros().to_be_bytes());
    out
}
