//! What a sentence is about, as weighed words and pairs of words: how alike two of them are.

use super::{Lexicon, Tok};
use crate::search::{pair_hash, word_hash};
use std::collections::{BTreeSet, HashSet};

/// Hashes as the index has them, so that its weights can be asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bag {
    words: BTreeSet<u64>,
    pairs: BTreeSet<u64>,
}

/// The weight of a term; rare ones weigh more.
pub type Weigh<'a> = &'a dyn Fn(u64) -> f32;

impl Bag {
    /// Words that say something of the subject: no bounds, no numbers, no actors, no words without a subject.
    pub fn of(toks: &[Tok], silent: &[bool], actor: &[bool], stop: &HashSet<String>) -> Self {
        let mut bag = Self::default();
        let mut before: Option<(usize, &str)> = None;
        for (i, t) in toks.iter().enumerate() {
            let out = silent.get(i) == Some(&true) || actor.get(i) == Some(&true) || t.key.chars().all(|c| c.is_ascii_digit() || c == '%');
            if out {
                before = None;
                continue;
            }
            if !stop.contains(&t.key) {
                bag.words.insert(word_hash(&t.key));
                if let Some((n, b)) = before
                    && n + 1 == i
                    && !t.cut
                {
                    bag.pairs.insert(pair_hash(b, &t.key));
                }
                before = Some((i, &t.key));
            } else {
                before = None;
            }
        }
        bag
    }
    pub fn plain(toks: &[Tok], x: &Lexicon) -> Self {
        let mut silent = vec![false; toks.len()];
        super::quantity::read(toks, x, &mut silent);
        for (_, s, e) in x.modality.all(toks) {
            silent[s..e].fill(true);
        }
        for (_, s, e) in x.silent.all(toks) {
            silent[s..e].fill(true);
        }
        let mut actor = vec![false; toks.len()];
        for (_, s, e) in x.actors.all(toks) {
            actor[s..e].fill(true);
        }
        Self::of(toks, &silent, &actor, &x.stop)
    }
    pub fn add(&mut self, other: &Self) {
        self.words.extend(&other.words);
        self.pairs.extend(&other.pairs);
    }
    pub fn len(&self) -> usize {
        self.words.len()
    }
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
    fn weight(&self, weigh: Weigh<'_>) -> f32 {
        self.words.iter().chain(&self.pairs).map(|h| weigh(*h)).sum()
    }
    fn shared(&self, other: &Self, weigh: Weigh<'_>) -> f32 {
        let both = |a: &BTreeSet<u64>, b: &BTreeSet<u64>| a.intersection(b).map(|h| weigh(*h)).sum::<f32>();
        both(&self.words, &other.words) + both(&self.pairs, &other.pairs)
    }
    /// The share of this one's weight that the other has, in thousandths.
    pub fn within(&self, other: &Self, weigh: Weigh<'_>) -> u16 {
        thousandths(self.shared(other, weigh), self.weight(weigh))
    }
}

fn thousandths(part: f32, whole: f32) -> u16 {
    if whole <= 0.0 { 0 } else { (part / whole * 1000.0).clamp(0.0, 1000.0) as u16 }
}

/// How alike two bags are: what they share, twice, over what both have; in thousandths.
pub fn alike(a: &Bag, b: &Bag, weigh: Weigh<'_>) -> u16 {
    thousandths(2.0 * a.shared(b, weigh), a.weight(weigh) + b.weight(weigh))
}
