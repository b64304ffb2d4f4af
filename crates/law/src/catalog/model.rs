//! What a language model may change of the law's words, and what it is told.

use crate::norms::{Lexicon, Phrases, tokens};
use kernel::catalog::{Finding, LegalBasis};
use serde::Deserialize;

pub const MODEL: &str = "law/model.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelWords {
    pub legal_basis: Vec<LegalBasis>,
    /// Words that say the same wherever they stand.
    pub same: Vec<Vec<String>>,
    /// Words that may be added or left out.
    pub neutral: Vec<String>,
    /// What may stand before the citation at the beginning of a sentence.
    pub openings: Vec<String>,
    /// The most sentences shown, characters of one, sentences of the law offered.
    pub sentences: usize,
    pub characters: usize,
    pub offered: usize,
    pub prompt: String,
}

/// The same, as it is looked up.
#[derive(Debug, Clone, Default)]
pub struct Wording {
    pub same: Phrases<usize>,
    pub neutral: Phrases<()>,
}

impl ModelWords {
    pub fn wording(&self) -> Wording {
        let mut w = Wording { neutral: Phrases::of(&self.neutral, ()), ..Wording::default() };
        for (class, words) in self.same.iter().enumerate() {
            words.iter().for_each(|p| w.same.add(p, class));
        }
        w
    }

    /// A word that decides something cannot be neutral, nor the same as one that decides otherwise.
    pub fn findings(&self, x: &Lexicon) -> Vec<Finding> {
        let mut out = Vec::new();
        for word in self.neutral.iter().filter(|w| decides(w, x)) {
            out.push(Finding::new(MODEL, None, format!("neutral: “{word}” giới hạn, phủ định, cho phép hoặc đếm; không được thêm bớt tùy ý."), format!("neutral: “{word}” bounds, denies, allows or counts; it may not come and go.")));
        }
        for class in self.same.iter().filter(|c| c.windows(2).any(|p| sense(&p[0], x) != sense(&p[1], x))) {
            out.push(Finding::new(MODEL, None, format!("same: {class:?} không cùng nghĩa trong law/norms.yaml."), format!("same: {class:?} do not mean the same in law/norms.yaml.")));
        }
        if self.sentences == 0 || self.sentences > 10 || self.characters < 100 || self.offered == 0 || self.prompt.trim().is_empty() {
            out.push(Finding::new(MODEL, None, "Cần prompt; sentences từ 1 đến 10, characters từ 100, offered từ 1.", "A prompt is needed; sentences 1 to 10, characters from 100, offered from 1."));
        }
        out
    }
}

fn decides(words: &str, x: &Lexicon) -> bool {
    let t = tokens(words, 0);
    let digit = |k: &str| x.digits.contains_key(k) || x.ten.contains(k) || x.tens.contains(k) || x.hundred.contains(k) || k.bytes().any(|b| b.is_ascii_digit());
    t.is_empty()
        || x.modality.any(&t)
        || x.before.any(&t)
        || x.after.any(&t)
        || x.units.any(&t)
        || x.multiples.any(&t)
        || x.conditions.any(&t)
        || x.exceptions.any(&t)
        || x.choice.any(&t)
        || x.actors.any(&t)
        || t.iter().any(|t| digit(&t.key) || matches!(t.key.as_str(), "và" | "hoặc" | "nhưng" | "chỉ" | "đều" | "mọi" | "các" | "những"))
}

/// What norms make of a phrase: bound, unit, multiple, modality.
fn sense(words: &str, x: &Lexicon) -> String {
    let t = tokens(words, 0);
    let whole = |n: usize| n == t.len();
    let bound = x.before.at(&t, 0).filter(|(_, n)| whole(*n)).map(|(b, _)| (b.bound, b.deadline));
    let unit = x.units.at(&t, 0).filter(|(_, n)| whole(*n)).map(|(u, _)| u.clone());
    let multiple = x.multiples.at(&t, 0).filter(|(_, n)| whole(*n)).map(|(m, _)| *m);
    let modality = x.modality.at(&t, 0).filter(|(_, n)| whole(*n)).map(|(m, _)| *m);
    format!("{bound:?} {unit:?} {multiple:?} {modality:?}")
}
