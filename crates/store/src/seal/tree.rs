//! The Merkle tree of RFC 9162, section 2.1, built by appending.

use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

/// Hash of a leaf: 0x00 before the data, so that no leaf can pass for a node.
pub fn leaf(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

pub(super) fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// What is needed of a tree to append to it: its size, and the roots of its complete subtrees, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// From the stored form; `None` when it cannot be the frontier of that size.
    pub fn read(size: u64, bytes: &[u8]) -> Option<Self> {
        let peaks: Vec<Hash> = bytes.chunks_exact(32).filter_map(|c| c.try_into().ok()).collect();
        (bytes.len() == 32 * size.count_ones() as usize).then_some(Self { size, peaks })
    }
    pub fn bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }
    /// The frontier of the leaves from `from` on as a tree of their own. Only where the tree itself is cut there: `from` is a
    /// multiple of a power of two that is not smaller than the number of those leaves.
    pub(super) fn tail(&self, from: u64) -> Option<Self> {
        let size = self.size.checked_sub(from)?;
        let keep = size.count_ones() as usize;
        let skip = self.peaks.len().checked_sub(keep)?;
        Some(Self { size, peaks: self.peaks.get(skip..)?.to_vec() })
    }
    pub fn size(&self) -> u64 {
        self.size
    }
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Every one at the end of the size is a complete subtree that this leaf completes further.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return Sha256::digest([]).into() };
        peaks.fold(*last, |right, left| node(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MTH of RFC 9162, 2.1.1, as it is written there.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => *one,
            many => {
                let k = many.len().next_power_of_two() / 2;
                node(&mth(&many[..k]), &mth(&many[k..]))
            }
        }
    }

    #[test]
    fn appending_gives_the_tree_of_the_standard() {
        let leaves: Vec<Hash> = (0u8..70).map(|i| leaf(&[i])).collect();
        let mut frontier = Frontier::default();
        assert_eq!(frontier.root(), mth(&[]));
        for (i, l) in leaves.iter().enumerate() {
            frontier.append(*l);
            assert_eq!(frontier.root(), mth(&leaves[..=i]));
            assert_eq!(Frontier::read(frontier.size(), &frontier.bytes()).as_ref(), Some(&frontier));
        }
        // The first test vector of the reference implementation of certificate transparency: the empty leaf.
        assert_eq!(hex::encode(leaf(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }
}
