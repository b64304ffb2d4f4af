//! A text as the grammar reads it: words with what stands before them, numbers of documents recognised first.

use super::Registry;
use crate::{
    catalog::Catalog,
    number::{self, Docno},
    text::{self, fold},
};
use std::collections::HashMap;

pub struct Tok<'a> {
    pub text: &'a str,
    pub fold: String,
    pub start: usize,
    pub end: usize,
    /// What stands between the word before and this one.
    pub gap: &'a str,
}

pub struct KindWords<'a> {
    pub bare: Vec<String>,
    pub marked: Vec<String>,
    pub code: &'a str,
    pub rank: u8,
}

pub struct Tokens<'a> {
    pub source: &'a str,
    pub list: Vec<Tok<'a>>,
    pub catalog: &'a Catalog,
    pub registry: &'a Registry,
    numbers: HashMap<usize, (Docno, usize)>,
    /// Names of kinds as words, the longest first.
    pub kinds: Vec<KindWords<'a>>,
    /// Whether the text has marks: then a kind must be written with them.
    pub marked: bool,
}

impl<'a> Tokens<'a> {
    pub fn of(source: &'a str, catalog: &'a Catalog, registry: &'a Registry) -> Self {
        let source = source.get(..super::MOST.min(source.len())).unwrap_or(source);
        let mut list: Vec<Tok<'a>> = Vec::new();
        let mut before = 0;
        for w in text::words(source) {
            list.push(Tok { text: w.text, fold: fold(w.text), start: w.start, end: w.end, gap: source.get(before..w.start).unwrap_or_default() });
            before = w.end;
        }
        let numbers = numbers(source, &list);
        let mut kinds: Vec<KindWords<'_>> = Vec::new();
        for k in &catalog.kinds.kinds {
            let marked: Vec<String> = text::words(&k.name.vi).map(|w| w.text.to_lowercase()).collect();
            if !kinds.iter().any(|w| w.marked == marked) {
                kinds.push(KindWords { bare: marked.iter().map(|w| fold(w)).collect(), marked, code: &k.code, rank: k.rank });
            }
        }
        kinds.sort_by_key(|w| std::cmp::Reverse(w.bare.len()));
        Self { source, list, catalog, registry, numbers, kinds, marked: text::is_marked(source) }
    }
    pub fn len(&self) -> usize {
        self.list.len()
    }
    pub fn get(&self, i: usize) -> Option<&Tok<'a>> {
        self.list.get(i)
    }
    pub fn is(&self, i: usize, word: &str) -> bool {
        self.list.get(i).is_some_and(|t| t.fold == word)
    }
    /// These words one after the other, with nothing but spaces between (before the first, anything).
    pub fn are(&self, i: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, w)| self.is(i + n, w) && (n == 0 || self.gap(i + n).is_empty() || self.gap(i + n) == ","))
    }
    /// The signs before a word, without spaces.
    pub fn gap(&self, i: usize) -> &str {
        self.list.get(i).map_or("", |t| t.gap.trim())
    }
    /// Whether nothing but a space, or a comma, stands before a word of the same line.
    pub fn near(&self, i: usize) -> bool {
        self.list.get(i).is_some_and(|t| matches!(t.gap.trim(), "" | ",") && !t.gap.contains("\n\n"))
    }
    pub fn end(&self, i: usize) -> usize {
        self.list.get(i).map_or(self.source.len(), |t| t.end)
    }
    /// A number of a document that begins with this word, and the first word after it.
    pub fn number(&self, i: usize) -> Option<(&Docno, usize, usize)> {
        let t = self.list.get(i)?;
        let (number, end) = self.numbers.get(&t.start)?;
        let mut next = i + 1;
        while self.list.get(next).is_some_and(|t| t.start < *end) {
            next += 1;
        }
        Some((number, next, *end))
    }
}

fn numbers(source: &str, list: &[Tok<'_>]) -> HashMap<usize, (Docno, usize)> {
    let mut out = HashMap::new();
    let mut skip = 0;
    for t in list {
        if t.start < skip || !t.text.starts_with(|c: char| c.is_ascii_digit()) || t.gap.ends_with('/') {
            continue;
        }
        // A number is short: look at what can hold it, not at the whole text.
        let window: Vec<char> = source.get(t.start..).unwrap_or_default().chars().take(120).collect();
        if let Some((number, end)) = number::scan(&window, 0) {
            let bytes: usize = window.iter().take(end).map(|c| c.len_utf8()).sum();
            skip = t.start + bytes;
            out.insert(t.start, (number, skip));
        }
    }
    out
}
