//! One inverted index: terms are hashes, lists are flat. Scores are BM25 with a flat curve (k1 0.4, b 0.6): with pairs of syllables
//! that was measured to rank better than the usual constants.

use super::{Hit, Question, Term};
use crate::text;
use std::collections::HashMap;

/// So many by words alone are looked at again by what they are about.
const WIDE: usize = 100;
/// The share of a law's phrase that has to be there for what people say in its place.
const SPOKEN: f32 = 0.7;
/// What it weighs that the question says the heading, and that the heading says the question.
const SAID_OF_HEADING: f32 = 1.0;
const HEADING_OF_ASKED: f32 = 0.5;
const K1: f32 = 0.4;
const B: f32 = 0.6;

#[derive(Default)]
pub struct Field {
    terms: HashMap<u64, (u32, u32)>,
    docs: Vec<u32>,
    counts: Vec<u8>,
    /// What the length of an entry makes of a count, ready.
    norms: Vec<f32>,
    /// Words of each entry's heading, entry after entry, and where each ends.
    heads: Vec<u64>,
    head_ends: Vec<u32>,
}

#[derive(Default)]
pub struct Builder {
    heads: Vec<u64>,
    head_ends: Vec<u32>,
    ids: HashMap<u64, u32>,
    df: Vec<u32>,
    flat: Vec<(u32, u8)>,
    ends: Vec<usize>,
    lens: Vec<u32>,
    counts: HashMap<u32, u8>,
}

/// FNV-1a: the same on every machine and every run.
pub fn hash(seed: u64, text: &str) -> u64 {
    text.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
pub const SEED: u64 = 0xcbf2_9ce4_8422_2325;

pub fn pair(a: &str, b: &str) -> u64 {
    hash(hash(hash(SEED, a), "\u{1}"), b)
}

impl Builder {
    pub fn add(&mut self, parts: &[&str], heading: &str, key: fn(&str) -> String) {
        self.counts.clear();
        let start = self.heads.len();
        for word in text::words(heading) {
            let h = hash(SEED, &key(word.text));
            if !self.heads[start..].contains(&h) {
                self.heads.push(h);
            }
        }
        self.head_ends.push(u32::try_from(self.heads.len()).unwrap_or(u32::MAX));
        let mut length = 0u32;
        for part in parts {
            let mut before: Option<String> = None;
            for word in text::words(part) {
                let word = key(word.text);
                self.count(hash(SEED, &word));
                length += 1;
                if let Some(before) = &before {
                    self.count(pair(before, &word));
                    length += 1;
                }
                before = Some(word);
            }
        }
        let start = self.flat.len();
        self.flat.extend(self.counts.iter().map(|(t, n)| (*t, *n)));
        self.flat[start..].sort_unstable();
        for (t, _) in &self.flat[start..] {
            self.df[*t as usize] += 1;
        }
        self.ends.push(self.flat.len());
        self.lens.push(length);
    }

    fn count(&mut self, term: u64) {
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        let id = *self.ids.entry(term).or_insert(next);
        if id == next {
            self.df.push(0);
        }
        let n = self.counts.entry(id).or_insert(0);
        *n = n.saturating_add(1);
    }

    /// Lists by term from lists by entry, by counting.
    pub fn finish(self) -> Field {
        let mut starts = Vec::with_capacity(self.df.len() + 1);
        let mut total = 0u32;
        for df in &self.df {
            starts.push(total);
            total += df;
        }
        let mut docs = vec![0u32; total as usize];
        let mut counts = vec![0u8; total as usize];
        let mut at = starts.clone();
        let mut from = 0;
        for (doc, end) in self.ends.iter().enumerate() {
            for (t, n) in &self.flat[from..*end] {
                let place = &mut at[*t as usize];
                docs[*place as usize] = u32::try_from(doc).unwrap_or(u32::MAX);
                counts[*place as usize] = *n;
                *place += 1;
            }
            from = *end;
        }
        let n = self.lens.len().max(1) as f32;
        let average = (self.lens.iter().map(|l| *l as f32).sum::<f32>() / n).max(1.0);
        let norms = self.lens.iter().map(|l| K1 * (1.0 - B + B * *l as f32 / average)).collect();
        let terms = self.ids.into_iter().map(|(h, id)| (h, (starts[id as usize], self.df[id as usize]))).collect();
        Field { terms, docs, counts, norms, heads: self.heads, head_ends: self.head_ends }
    }
}

impl Field {
    pub fn terms(&self) -> usize {
        self.terms.len()
    }
    pub fn postings(&self) -> usize {
        self.docs.len()
    }
    fn idf(&self, df: u32) -> f32 {
        let (n, df) = (self.norms.len() as f32, df as f32);
        (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
    }
    /// How rare a term is; a term nobody uses is as rare as one that stands once.
    pub fn weight(&self, term: u64) -> f32 {
        self.idf(self.terms.get(&term).map_or(1, |(_, df)| *df))
    }
    pub fn knows(&self, term: u64) -> bool {
        self.terms.contains_key(&term)
    }

    fn list(&self, term: u64) -> Option<(&[u32], &[u8], u32)> {
        let (start, df) = *self.terms.get(&term)?;
        let range = start as usize..(start + df) as usize;
        Some((self.docs.get(range.clone())?, self.counts.get(range)?, df))
    }

    pub fn search(&self, question: &Question, limit: usize, allowed: impl Fn(u32) -> bool) -> Vec<Hit> {
        let terms = &question.terms[..];
        let mut scores = vec![0f32; self.norms.len()];
        for term in terms {
            let Some((docs, counts, df)) = self.list(term.hash) else { continue };
            let weight = self.idf(df) * term.weight;
            for (doc, n) in docs.iter().zip(counts) {
                let tf = f32::from(*n);
                scores[*doc as usize] += weight * tf * (1.0 + K1) / (tf + self.norms[*doc as usize]);
            }
        }
        let wide = limit.max(WIDE);
        let mut best: Vec<(f32, u32)> = Vec::with_capacity(wide * 2 + 1);
        let mut floor = 0f32;
        for (doc, score) in (0u32..).zip(&scores) {
            if *score > floor && allowed(doc) {
                best.push((*score, doc));
                if best.len() > wide * 2 {
                    best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                    best.truncate(wide);
                    floor = best.last().map_or(0.0, |(s, _)| *s);
                }
            }
        }
        let order = |best: &mut Vec<(f32, u32)>| best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order(&mut best);
        best.truncate(wide);
        for (score, entry) in &mut best {
            *score *= self.about(terms, *entry);
        }
        order(&mut best);
        best.truncate(limit);
        best.into_iter().map(|(score, entry)| self.hit(question, entry, score)).collect()
    }

    /// How much an article is about what is asked: the share of its heading's weight that the question says, and of the question's that the
    /// heading says.
    fn about(&self, terms: &[Term], entry: u32) -> f32 {
        let at = |i: u32| self.head_ends.get(i as usize).map_or(0, |e| *e as usize);
        let start = entry.checked_sub(1).map_or(0, at);
        let Some(heading) = self.heads.get(start..at(entry)) else { return 1.0 };
        let (mut all, mut said) = (0f32, 0f32);
        for word in heading {
            let weight = self.weight(*word);
            all += weight;
            said += terms.iter().find(|t| t.hash == *word && !t.pair).map_or(0.0, |t| weight * t.weight.min(1.0));
        }
        let (mut asked, mut met) = (0f32, 0f32);
        for t in terms.iter().filter(|t| t.asked && !t.pair) {
            let weight = self.weight(t.hash);
            asked += weight;
            met += if heading.contains(&t.hash) { weight } else { 0.0 };
        }
        let share = |part: f32, whole: f32| if whole > 0.0 { part / whole } else { 0.0 };
        1.0 + SAID_OF_HEADING * share(said, all) + HEADING_OF_ASKED * share(met, asked)
    }

    fn holds(&self, term: u64, entry: u32) -> bool {
        self.list(term).is_some_and(|(docs, ..)| docs.binary_search(&entry).is_ok())
    }

    /// How much of what was asked a passage holds. What people say is held where what laws say for it is.
    fn hit(&self, question: &Question, entry: u32, score: f32) -> Hit {
        let spoken: Vec<u64> = question
            .stands
            .iter()
            .filter(|(_, law)| {
                let all: f32 = law.iter().map(|l| self.weight(*l)).sum();
                let held: f32 = law.iter().filter(|l| self.holds(**l, entry)).map(|l| self.weight(*l)).sum();
                held > all * SPOKEN
            })
            .flat_map(|(say, _)| say.iter().copied())
            .collect();
        let share = |pairs: bool| {
            let (mut all, mut found) = (0f32, 0f32);
            for term in question.terms.iter().filter(|t| t.pair == pairs && t.asked) {
                let weight = self.weight(term.hash);
                all += weight;
                if spoken.contains(&term.hash) || self.holds(term.hash, entry) {
                    found += weight;
                }
            }
            if all > 0.0 { (found / all * 1000.0) as u16 } else { 0 }
        };
        Hit { entry, score, coverage: share(false), pairs: share(true) }
    }
}
