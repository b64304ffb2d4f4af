//! An answer is the law's own words: passages in force on the asked day, each with its exact citation, or the reason why there is none.

use crate::{
    catalog::Catalog,
    document::{Article, Document},
    library::{Filter, Library},
    search::{Hit, Question, is_personal},
    unit::{Level, Path, Step},
};
use kernel::text::Lang;

/// The most passages of an answer.
pub const PASSAGES: usize = 3;

/// Why nothing is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// No word that says something of a subject.
    Empty,
    /// A verdict, a sum or a prediction in one case.
    Personal,
    /// Nothing found supports an answer.
    Unsupported,
}

impl Refused {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Personal => "personal",
            Self::Unsupported => "unsupported",
        }
    }
}

/// One passage: an article with the clause that answers.
pub struct Passage<'a> {
    pub document: &'a Document,
    pub article: &'a Article,
    /// The clause, and where it stands in the article's text.
    pub clause: Option<(String, std::ops::Range<usize>)>,
    pub hit: Hit,
}

impl Passage<'_> {
    pub fn path(&self) -> Path {
        let mut steps = vec![Step::new(Level::Article, self.article.label.trim_start_matches("Điều ").to_owned())];
        if let Some((val, _)) = &self.clause {
            steps.push(Step::new(Level::Clause, val.clone()));
        }
        Path::of(steps)
    }
    /// “khoản 2 Điều 5 Luật Đất đai năm 2024”.
    pub fn citation(&self) -> String {
        if self.article.label.starts_with("Điều ") {
            format!("{} {}", self.path().text(Lang::Vi), self.document.cited())
        } else {
            format!("{} {}", self.article.label, self.document.cited())
        }
    }
}

pub struct Answer<'a> {
    pub question: Question,
    pub passages: Vec<Passage<'a>>,
    pub refused: Option<Refused>,
}

/// Whether the best passage supports an answer; constants are the catalogue's, measured.
pub fn refusal(text: &str, question: &Question, best: Option<&Hit>, catalog: &Catalog) -> Option<Refused> {
    let c = catalog.words.confidence;
    if question.words < usize::from(c.words) {
        return Some(Refused::Empty);
    }
    if is_personal(text, &catalog.words) {
        return Some(Refused::Personal);
    }
    match best {
        // One word has no pairs.
        Some(h) if h.coverage >= c.coverage && (h.pairs >= c.pairs || h.coverage >= c.alone || question.words < 2) => None,
        _ => Some(Refused::Unsupported),
    }
}

/// Answers a question. A refusal still shows the nearest passages, named as such.
pub fn answer<'a>(library: &'a Library, catalog: &Catalog, text: &str, filter: &Filter<'_>) -> Answer<'a> {
    let question = Question::of(text, &catalog.words);
    let hits = library.search(&question, filter, PASSAGES);
    let refused = refusal(text, &question, hits.first(), catalog);
    let field = library.index.field(question.marked);
    let key = if question.marked { crate::text::key } else { crate::text::bare_key };
    let weight = |word: &str| {
        let hash = crate::search::word_hash(&key(word));
        if question.terms.iter().any(|t| t.hash == hash && t.asked) { field.weight(hash) } else { 0.0 }
    };
    // Passages far behind the first only distract.
    let floor = hits.first().map_or(0.0, |h| h.score * 0.55);
    let passages = hits
        .iter()
        .filter(|h| h.score >= floor)
        .filter_map(|h| {
            let (document, article) = library.entry(h.entry)?;
            Some(Passage { document, article, clause: article.best_clause(weight), hit: *h })
        })
        .collect();
    Answer { question, passages, refused }
}
