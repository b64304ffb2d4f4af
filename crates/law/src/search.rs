//! Search over articles: syllables and pairs of syllables, with and without marks, BM25 with constants that were measured.
//!
//! Marks decide the road: a question with marks asks the marked field, one without asks the bare field. What is not in force on the
//! asked day, not of the asked territory or rank is left out before anything is ranked.

mod field;
pub mod eval;
mod question;

pub use field::Field;

/// The term of one word, as its key.
pub fn word_hash(key: &str) -> u64 {
    field::hash(field::SEED, key)
}

/// The term of two words that stand together.
pub fn pair_hash(before: &str, key: &str) -> u64 {
    field::pair(before, key)
}

pub use question::{Question, Term, is_personal};

use crate::text;

/// One version of one article, as the index sees it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub document: u32,
    pub article: u32,
}

/// The index over all versions of all articles.
#[derive(Default)]
pub struct Index {
    pub entries: Vec<Entry>,
    marked: Field,
    bare: Field,
}

/// What is indexed of one version of an article.
pub struct Source<'a> {
    pub entry: Entry,
    pub name: &'a str,
    /// Part, chapter, section it stands in.
    pub path: &'a [String],
    pub heading: &'a str,
    pub text: &'a str,
}

/// A place in the ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub entry: u32,
    pub score: f32,
    /// Share of the question's weight found in the passage: of words, and of pairs of words; in thousandths.
    pub coverage: u16,
    pub pairs: u16,
}

impl Index {
    pub fn build<'a>(sources: impl Iterator<Item = Source<'a>> + Clone) -> Self {
        let entries = sources.clone().map(|s| s.entry).collect();
        let of = |key: fn(&str) -> String| {
            let mut builder = field::Builder::default();
            for s in sources.clone() {
                // A heading says what the article is about: it counts three times; what it stands in, once.
                let mut parts = vec![s.name, s.heading, s.heading, s.heading, s.text];
                parts.extend(s.path.last().map(|p| &**p));
                builder.add(&parts, s.heading, key);
            }
            builder.finish()
        };
        Self { entries, marked: of(text::key), bare: of(text::bare_key) }
    }

    /// The best passages among those allowed, best first.
    pub fn search(&self, question: &Question, limit: usize, allowed: impl Fn(u32) -> bool) -> Vec<Hit> {
        let field = if question.marked { &self.marked } else { &self.bare };
        field.search(question, limit, allowed)
    }
    pub fn field(&self, marked: bool) -> &Field {
        if marked { &self.marked } else { &self.bare }
    }
    pub fn len(&self) -> usize {
        self.entries.len()
    }
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
