//! Proofs over the tree (RFC 9162, sections 2.1.3 and 2.1.4), pure: which nodes a proof is made of, and whether one holds.

use super::tree::{Hash, node};

/// The root over the leaves `from..to` is one element of a proof.
pub type Range = (u64, u64);

/// The largest power of two smaller than `n`, which is at least 2: where the standard cuts a list of leaves.
fn cut(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// The nodes that prove that a leaf is in a tree: PATH(index, D_size), from the leaf upwards. `None`: there is no such leaf.
pub fn inclusion_nodes(index: u64, size: u64) -> Option<Vec<Range>> {
    if index >= size {
        return None;
    }
    let (mut from, mut to) = (0, size);
    let mut nodes = Vec::new();
    while to - from > 1 {
        let middle = from + cut(to - from);
        if index < middle {
            nodes.push((middle, to));
            to = middle;
        } else {
            nodes.push((from, middle));
            from = middle;
        }
    }
    nodes.reverse();
    Some(nodes)
}

/// The nodes that prove that a tree begins with an older one: PROOF(old, D_new). Two equal trees need none; of nothing, and of
/// a larger tree, there is no proof.
pub fn consistency_nodes(old: u64, new: u64) -> Option<Vec<Range>> {
    if old == 0 || old > new {
        return None;
    }
    let (mut from, mut to) = (0, new);
    let mut whole = true;
    let mut nodes = Vec::new();
    while old != to {
        let middle = from + cut(to - from);
        if old <= middle {
            nodes.push((middle, to));
            to = middle;
        } else {
            nodes.push((from, middle));
            from = middle;
            whole = false;
        }
    }
    // When the old tree is a whole node of the new one, who checks knows its root already.
    if !whole {
        nodes.push((from, to));
    }
    nodes.reverse();
    Some(nodes)
}

/// Whether the leaf with this hash stands at `index` in the tree of `size` leaves with this root (2.1.3.2).
pub fn included(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut here, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if here & 1 == 1 || here == last {
            hash = node(sibling, &hash);
            while here & 1 == 0 && here != 0 {
                here >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        here >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether the tree of `new` leaves begins with the tree of `old` leaves (2.1.4.2).
pub fn consistent(old: u64, old_root: &Hash, new: u64, new_root: &Hash, path: &[Hash]) -> bool {
    if old == new {
        return path.is_empty() && old_root == new_root;
    }
    if old == 0 || old > new {
        return false;
    }
    // The old root is the first node when the old tree is complete.
    let mut nodes = old.is_power_of_two().then_some(old_root).into_iter().chain(path);
    let Some(first) = nodes.next() else { return false };
    let shift = (old - 1).trailing_ones();
    let (mut here, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut before, mut after) = (*first, *first);
    for sibling in nodes {
        if last == 0 {
            return false;
        }
        if here & 1 == 1 || here == last {
            before = node(sibling, &before);
            after = node(sibling, &after);
            while here & 1 == 0 && here != 0 {
                here >>= 1;
                last >>= 1;
            }
        } else {
            after = node(&after, sibling);
        }
        here >>= 1;
        last >>= 1;
    }
    last == 0 && before == *old_root && after == *new_root
}

#[cfg(test)]
mod tests {
    use super::{super::tree::leaf, *};
    use proptest::prelude::*;

    const MOST: u64 = 200;

    fn leaves(n: u64) -> Vec<Hash> {
        (0..n).map(|i| leaf(&i.to_be_bytes())).collect()
    }

    /// MTH of RFC 9162, 2.1.1, as it is written there.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [one] => *one,
            many => {
                let k = many.len().next_power_of_two() / 2;
                node(&mth(&many[..k]), &mth(&many[k..]))
            }
        }
    }

    /// PATH of 2.1.3.1, as it is written there.
    fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut nodes, other) =
            if m < k { (path(m, &leaves[..k]), mth(&leaves[k..])) } else { (path(m - k, &leaves[k..]), mth(&leaves[..k])) };
        nodes.push(other);
        nodes
    }

    /// SUBPROOF of 2.1.4.1, as it is written there.
    fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
        if m == leaves.len() {
            return if whole { Vec::new() } else { vec![mth(leaves)] };
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut nodes, other) = if m <= k {
            (subproof(m, &leaves[..k], whole), mth(&leaves[k..]))
        } else {
            (subproof(m - k, &leaves[k..], false), mth(&leaves[..k]))
        };
        nodes.push(other);
        nodes
    }

    fn hashes(all: &[Hash], nodes: &[Range]) -> Vec<Hash> {
        nodes.iter().map(|(from, to)| mth(&all[*from as usize..*to as usize])).collect()
    }

    /// Every way to spoil a proof by little: one bit of one node, a node more, a node less, two nodes swapped.
    fn spoiled(path: &[Hash]) -> Vec<Vec<Hash>> {
        let mut all = Vec::new();
        for i in 0..path.len() {
            let mut bit = path.to_vec();
            bit[i][i % 32] ^= 1;
            all.push(bit);
            let mut less = path.to_vec();
            less.remove(i);
            all.push(less);
            if i > 0 {
                let mut swapped = path.to_vec();
                swapped.swap(i - 1, i);
                all.push(swapped);
            }
        }
        let mut more = path.to_vec();
        more.push([7; 32]);
        all.push(more);
        all
    }

    #[test]
    fn every_inclusion_proof_holds_and_no_spoiled_one_does() {
        let all = leaves(MOST);
        for size in 1..=MOST {
            let tree = &all[..size as usize];
            let root = mth(tree);
            for index in 0..size {
                let nodes = hashes(tree, &inclusion_nodes(index, size).unwrap());
                assert_eq!(nodes, path(index as usize, tree), "{index} of {size}: the path of the standard");
                let leaf = &all[index as usize];
                assert!(included(leaf, index, size, &nodes, &root), "{index} of {size}");
                assert!(!included(&[9; 32], index, size, &nodes, &root), "another leaf at {index} of {size}");
                assert!(!included(leaf, index, size, &nodes, &[9; 32]), "another root");
                assert!(!included(leaf, index + 1, size, &nodes, &root) && !included(leaf, size, size, &nodes, &root), "another place");
                if index > 0 {
                    assert!(!included(leaf, index - 1, size, &nodes, &root), "another place");
                }
                // All ways to spoil a path for a share of the sizes: the whole square would take minutes.
                if size < 20 || index % 17 == size % 17 {
                    for bad in spoiled(&nodes) {
                        assert!(!included(leaf, index, size, &bad, &root), "{index} of {size}: spoiled");
                    }
                }
            }
            assert_eq!(inclusion_nodes(size, size), None);
        }
    }

    #[test]
    fn every_consistency_proof_holds_and_no_spoiled_one_does() {
        let all = leaves(MOST);
        let roots: Vec<Hash> = (1..=MOST as usize).map(|n| mth(&all[..n])).collect();
        for new in 1..=MOST {
            let tree = &all[..new as usize];
            for old in 1..=new {
                let nodes = hashes(tree, &consistency_nodes(old, new).unwrap());
                assert_eq!(nodes, subproof(old as usize, tree, true), "{old} in {new}: the proof of the standard");
                let (before, after) = (&roots[old as usize - 1], &roots[new as usize - 1]);
                assert!(consistent(old, before, new, after, &nodes), "{old} in {new}");
                assert!(!consistent(old, &[9; 32], new, after, &nodes) && !consistent(old, before, new, &[9; 32], &nodes));
                if old < new {
                    assert!(!consistent(old, after, new, before, &nodes), "the wrong way round");
                    assert!(!consistent(new, after, old, before, &nodes), "a larger tree is no beginning");
                }
                if new < 20 || old % 17 == new % 17 {
                    for bad in spoiled(&nodes) {
                        assert!(!consistent(old, before, new, after, &bad), "{old} in {new}: spoiled");
                    }
                }
            }
            assert_eq!(consistency_nodes(0, new), None);
            assert_eq!(consistency_nodes(new + 1, new), None);
        }
    }

    /// The tree of seven leaves that RFC 9162, 2.1.5 draws, and the proofs it names.
    #[test]
    fn the_examples_of_the_standard() {
        let (a, b, c, d, e, f, j) = ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7));
        let (g, h, i, k, l) = ((0, 2), (2, 4), (4, 6), (0, 4), (4, 7));
        assert_eq!(inclusion_nodes(0, 7).unwrap(), [b, h, l]);
        assert_eq!(inclusion_nodes(3, 7).unwrap(), [c, g, l]);
        assert_eq!(inclusion_nodes(4, 7).unwrap(), [f, j, k]);
        assert_eq!(inclusion_nodes(6, 7).unwrap(), [i, k]);
        assert_eq!(consistency_nodes(3, 7).unwrap(), [c, d, g, l]);
        assert_eq!(consistency_nodes(4, 7).unwrap(), [l]);
        assert_eq!(consistency_nodes(6, 7).unwrap(), [i, j, k]);
        assert_eq!(inclusion_nodes(1, 7).unwrap()[0], a);
        assert_eq!(inclusion_nodes(5, 7).unwrap()[0], e);
    }

    proptest! {
        /// Whatever bytes are sent as a proof, only the right one holds, and nothing panics.
        #[test]
        fn what_is_made_up_proves_nothing(index in any::<u64>(), size in any::<u64>(), nodes in prop::collection::vec(any::<[u8; 32]>(), 0..70), leaf in any::<[u8; 32]>(), root in any::<[u8; 32]>()) {
            prop_assert!(!included(&leaf, index, size, &nodes, &root));
            prop_assert!(!consistent(index, &leaf, size, &root, &nodes));
        }

        #[test]
        fn large_trees_need_few_nodes(size in 1_u64..1 << 40, at in any::<prop::sample::Index>()) {
            let index = at.index(usize::try_from(size).unwrap()) as u64;
            prop_assert!(inclusion_nodes(index, size).unwrap().len() <= 40);
            prop_assert!(consistency_nodes(index + 1, size).unwrap().len() <= 41);
        }
    }
}
