//! The room's catalogue: kinds of documents with their rank, terms, short names, abolished bodies, words of questions.

mod model;
mod norms;

pub use model::{MODEL, ModelWords, Wording};
pub use norms::{ActorKind, Bound, Norms, NORMS, Unit};

use crate::{norms::Lexicon, number::Docno, text::fold};
use kernel::{
    Text,
    catalog::{Files, Finding, LegalBasis, parse_yaml},
    time::Date,
};
use serde::Deserialize;

pub const KINDS: &str = "law/kinds.yaml";
pub const WORDS: &str = "law/words.yaml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinds {
    pub legal_basis: Vec<LegalBasis>,
    pub kinds: Vec<Kind>,
    pub terms: Vec<Term>,
    pub short_names: Vec<ShortName>,
    pub abolished: Vec<Abolished>,
    pub abolished_basis: Vec<LegalBasis>,
    pub local_effect: LocalEffect,
}

/// The days after signing before which a local document takes no effect.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalEffect {
    pub days: i32,
    pub legal_basis: LegalBasis,
}

/// A kind of document of one issuer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub code: String,
    /// 1 is the highest; 0 is no normative text.
    pub rank: u8,
    pub name: Text,
    pub symbols: Vec<String>,
    #[serde(default)]
    pub issuer: Option<String>,
    #[serde(default)]
    pub local: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub term: u16,
    pub from: u16,
    pub to: u16,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShortName {
    pub short: String,
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abolished {
    pub words: String,
    pub since: Date,
    pub note: Text,
}

/// Words of questions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Words that say nothing of a subject.
    pub stop: Vec<String>,
    /// What people say → what laws say.
    pub said: Vec<Said>,
    /// English words for the subjects of Vietnamese law.
    pub english: Vec<Said>,
    /// Beginnings of questions that ask for a verdict, a sum or a prediction in one case.
    pub personal: Vec<String>,
    pub confidence: Confidence,
    /// The office that answers what the corpus does not.
    pub hand_over: HandOver,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    pub office: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub say: String,
    pub law: String,
}

/// Below these an answer is refused; in thousandths, measured (docs/law.md).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confidence {
    /// Share of the question's weight that the best passage covers.
    pub coverage: u16,
    /// The same, of pairs of syllables.
    pub pairs: u16,
    /// Share of words that supports an answer without any pair.
    pub alone: u16,
    /// Words of weight that a question must have.
    pub words: u16,
}

#[derive(Debug, Clone)]
pub struct Catalog {
    pub kinds: Kinds,
    pub words: Words,
    pub norms: Norms,
    /// The words of `norms` as they are looked up.
    pub lexicon: Lexicon,
    pub model: ModelWords,
    /// What a model may exchange or leave out, as it is looked up.
    pub wording: Wording,
}

impl Catalog {
    /// The kind of a number whose kind is not written: by its symbol.
    pub fn kind_of(&self, number: &Docno, word: Option<&str>) -> Option<&Kind> {
        let fits = |k: &Kind| k.symbols.iter().any(|s| symbol_fits(&number.symbol, s));
        let of_word = |k: &&Kind| word.is_none_or(|w| k.code == w);
        let mut best: Option<(usize, &Kind)> = None;
        for kind in self.kinds.kinds.iter().filter(of_word).filter(|k| fits(k)) {
            let length = kind.symbols.iter().filter(|s| symbol_fits(&number.symbol, s)).map(String::len).max().unwrap_or(0);
            if best.is_none_or(|(l, _)| length > l) {
                best = Some((length, kind));
            }
        }
        best.map(|(_, k)| k).or_else(|| word.and_then(|w| self.kinds.kinds.iter().find(|k| k.code == w)))
    }
    /// The year's terms of the National Assembly.
    pub fn terms_of(&self, year: u16) -> impl Iterator<Item = u16> {
        self.kinds.terms.iter().filter(move |t| (t.from..=t.to).contains(&year)).map(|t| t.term)
    }
    pub fn rank_name(&self, rank: u8) -> Option<&Text> {
        self.kinds.kinds.iter().find(|k| k.rank == rank).map(|k| &k.name)
    }
}

/// `QH15` fits `QH`; `TT-BTC` fits `TT`; `QĐ-UBND` fits itself, and `QĐ` less well.
fn symbol_fits(symbol: &str, pattern: &str) -> bool {
    symbol.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '/']) || rest.bytes().all(|b| b.is_ascii_digit()))
}

fn read<T: serde::de::DeserializeOwned>(files: &Files, path: &str) -> Result<T, Vec<Finding>> {
    let Some(text) = files.get(path) else {
        return Err(vec![Finding::new(path, None, "Thiếu tệp này trong danh mục.", "This file is missing from the catalogue.")]);
    };
    parse_yaml(path, text).map_err(|f| vec![f])
}

/// Reads and checks the files.
pub fn load(files: &Files) -> Result<Catalog, Vec<Finding>> {
    let kinds: Kinds = read(files, KINDS)?;
    let words: Words = read(files, WORDS)?;
    let norms = norms::load(files)?;
    let lexicon = Lexicon::of(&norms);
    let model: ModelWords = read(files, MODEL)?;
    let mut findings = model.findings(&lexicon);
    if kinds.kinds.is_empty() || kinds.legal_basis.is_empty() {
        findings.push(Finding::new(KINDS, None, "Cần loại văn bản và căn cứ.", "Kinds and their source are needed."));
    }
    if kinds.local_effect.days < 0 {
        findings.push(Finding::new(KINDS, None, "local_effect: số ngày từ 0.", "local_effect: the days are 0 or more."));
    }
    for t in kinds.terms.iter().filter(|t| t.from > t.to) {
        findings.push(Finding::new(KINDS, None, format!("Khóa {}: năm đầu sau năm cuối.", t.term), format!("Term {} ends before it begins.", t.term)));
    }
    let c = words.confidence;
    if c.coverage > 1000 || c.pairs > 1000 || c.words == 0 {
        findings.push(Finding::new(WORDS, None, "confidence: coverage, pairs từ 0 đến 1000; words từ 1.", "confidence: coverage and pairs are 0 to 1000; words at least 1."));
    }
    for s in words.said.iter().chain(&words.english).filter(|s| fold(&s.say).trim().is_empty() || s.law.trim().is_empty()) {
        findings.push(Finding::new(WORDS, None, format!("Dòng “{}” trống.", s.say), format!("The line “{}” is empty.", s.say)));
    }
    if findings.is_empty() {
        let wording = model.wording();
        Ok(Catalog { kinds, words, norms, lexicon, model, wording })
    } else { Err(findings) }
}

#[cfg(test)]
pub(crate) fn built_in() -> Catalog {
    let mut files = Files::new();
    files.insert(KINDS, include_str!("../../../catalog/law/kinds.yaml"));
    files.insert(WORDS, include_str!("../../../catalog/law/words.yaml"));
    files.insert(NORMS, include_str!("../../../catalog/law/norms.yaml"));
    files.insert(MODEL, include_str!("../../../catalog/law/model.yaml"));
    load(&files).expect("the built-in catalogue loads")
}
