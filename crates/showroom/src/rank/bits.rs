//! Sets of codes as bits: two thousand solutions are compared with one need in microseconds.

use std::collections::BTreeMap;

/// The codes met so far, numbered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary(BTreeMap<String, usize>);

impl Vocabulary {
    pub fn bit(&mut self, code: &str) -> usize {
        if let Some(bit) = self.0.get(code) {
            return *bit;
        }
        let bit = self.0.len();
        self.0.insert(code.to_owned(), bit);
        bit
    }
    pub fn set<'a>(&mut self, codes: impl IntoIterator<Item = &'a String>) -> Bits {
        let mut bits = Bits::default();
        for code in codes {
            bits.insert(self.bit(code));
        }
        bits
    }
    pub fn find(&self, code: &str) -> Option<usize> {
        self.0.get(code).copied()
    }
    /// The known ones of the codes that hold a condition.
    pub fn matching(&self, holds: impl Fn(&str) -> bool) -> Bits {
        let mut bits = Bits::default();
        for (code, bit) in &self.0 {
            if holds(code) {
                bits.insert(*bit);
            }
        }
        bits
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub fn insert(&mut self, bit: usize) {
        if self.0.len() <= bit / 64 {
            self.0.resize(bit / 64 + 1, 0);
        }
        if let Some(word) = self.0.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }
    pub fn has(&self, bit: usize) -> bool {
        self.0.get(bit / 64).is_some_and(|word| word & (1 << (bit % 64)) != 0)
    }
    pub fn meets(&self, other: &Self) -> bool {
        let mut i = 0;
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(i)) {
            if a & b != 0 {
                return true;
            }
            i += 1;
        }
        false
    }
    pub fn common(&self, other: &Self) -> u32 {
        let (mut i, mut n) = (0, 0);
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(i)) {
            n += (a & b).count_ones();
            i += 1;
        }
        n
    }
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|w| *w == 0)
    }
}
