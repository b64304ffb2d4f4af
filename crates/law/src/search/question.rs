//! A question as the index reads it: words and pairs with weights, and what people say turned into what laws say.

use super::field::{SEED, hash, pair};
use crate::{
    catalog::{Said, Words},
    text::{self, fold},
};

/// The longest question that is read; the rest adds nothing.
pub const LONGEST: usize = 2_000;
/// Weight of a word that the question does not say itself.
const SAID: f32 = 0.45;
/// What words that name no subject weigh, and pairs with one of them: “là bao lâu” must not decide.
const SILENT: f32 = 0.2;
const HALF: f32 = 0.5;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    pub hash: u64,
    pub weight: f32,
    pub pair: bool,
    /// A word of the question that says something of a subject: confidence is counted over these.
    pub asked: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub marked: bool,
    pub terms: Vec<Term>,
    /// Words of weight in it.
    pub words: usize,
    /// English words led to Vietnamese ones.
    pub english: bool,
    /// Terms that people say, and the words that laws say in their place.
    pub stands: Vec<(Vec<u64>, Vec<u64>)>,
}

impl Question {
    pub fn of(text: &str, words: &Words) -> Self {
        let text: String = unicode_normalization::UnicodeNormalization::nfc(text.chars().take(LONGEST)).collect();
        let english = is_english(&text, &words.english);
        if english {
            let law: Vec<&str> = said(&text, &words.english, false).map(|s| s.law.as_str()).collect();
            let mut q = Self { marked: true, terms: Vec::new(), words: 0, english, stands: Vec::new() };
            q.add(&law.join(" . "), &Stop::of(&words.stop, true), 1.0, true);
            q.expand(&law.join(" "), words);
            return q.counted();
        }
        let marked = text::is_marked(&text);
        let mut q = Self { marked, terms: Vec::new(), words: 0, english, stands: Vec::new() };
        q.add(&text, &Stop::of(&words.stop, marked), 1.0, true);
        q.expand(&text, words);
        q.counted()
    }

    fn expand(&mut self, text: &str, words: &Words) {
        let stop = Stop::of(&words.stop, self.marked);
        let key = if self.marked { text::key } else { text::bare_key };
        for s in said(text, &words.said, self.marked) {
            self.add(&s.law, &stop, SAID, false);
            let say: Vec<String> = text::words(&s.say).map(|w| key(w.text)).collect();
            let terms = say.iter().map(|k| hash(SEED, k)).chain(say.windows(2).map(|p| pair(&p[0], &p[1]))).collect();
            let law = text::words(&s.law).map(|w| key(w.text)).filter(|k| !stop.has(k)).map(|k| hash(SEED, &k)).collect();
            self.stands.push((terms, law));
        }
    }

    fn counted(mut self) -> Self {
        self.words = self.terms.iter().filter(|t| t.asked && !t.pair).count();
        self
    }

    fn add(&mut self, text: &str, stop: &Stop, weight: f32, asked: bool) {
        let key = if self.marked { text::key } else { text::bare_key };
        let mut before: Option<(String, bool, usize)> = None;
        for w in text::words(text) {
            let k = key(w.text);
            let says = !stop.has(&k);
            self.push(Term { hash: hash(SEED, &k), weight: weight * if says { 1.0 } else { SILENT }, pair: false, asked: asked && says });
            // Pairs do not reach over a full stop.
            if let Some((b, b_says, end)) = &before
                && !text.get(*end..w.start).is_some_and(|gap| gap.contains(['.', ';', '?']))
            {
                let share = if says && *b_says { 1.0 } else if says || *b_says { HALF } else { SILENT };
                self.push(Term { hash: pair(b, &k), weight: weight * share, pair: true, asked: asked && says && *b_says });
            }
            before = Some((k, says, w.end));
        }
    }

    fn push(&mut self, term: Term) {
        // A word said twice weighs once: a question is not an article.
        if let Some(old) = self.terms.iter_mut().find(|t| t.hash == term.hash) {
            old.asked |= term.asked;
            old.weight = old.weight.max(term.weight);
        } else if self.terms.len() < 600 {
            self.terms.push(term);
        }
    }
}

struct Stop(Vec<String>);

impl Stop {
    fn of(words: &[String], marked: bool) -> Self {
        Self(words.iter().map(|w| if marked { text::key(w) } else { text::bare_key(w) }).collect())
    }
    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|w| w == key) || key.chars().all(|c| c.is_ascii_digit())
    }
}

fn padded(text: &str, marked: bool) -> String {
    let words: Vec<String> = text::words(text).map(|w| if marked { text::key(w.text) } else { text::bare_key(w.text) }).collect();
    format!(" {} ", words.join(" "))
}

/// What laws call the things that a text speaks of.
fn said<'a>(text: &'a str, table: &'a [Said], marked: bool) -> impl Iterator<Item = &'a Said> {
    let padded_text = padded(text, marked);
    table.iter().filter(move |s| padded_text.contains(&padded(&s.say, marked)))
}

/// A text of ASCII words that names something of the English table and reads as English.
fn is_english(text: &str, table: &[Said]) -> bool {
    const COMMON: [&str; 24] = ["the", "how", "what", "when", "where", "who", "is", "are", "do", "does", "my", "of", "for", "to", "can", "which", "i", "a", "an", "in", "and", "must", "should", "long"];
    if text::is_marked(text) {
        return false;
    }
    let words: Vec<String> = text::words(text).map(|w| fold(w.text)).collect();
    let common = words.iter().filter(|w| COMMON.contains(&w.as_str())).count();
    let named = said(text, table, false).next().is_some();
    named && (common >= 2 || common * 3 >= words.len()) || (named && words.len() <= 4 && !words.iter().all(|w| crate::decode::is_syllable(w)))
}

/// Whether a question asks for a verdict, a sum or a prediction in one case, or has nothing to do with law.
pub fn is_personal(text: &str, words: &Words) -> bool {
    let marked = text::is_marked(text);
    let text = padded(text, marked);
    words.personal.iter().any(|p| text.contains(&padded(p, marked)))
}
