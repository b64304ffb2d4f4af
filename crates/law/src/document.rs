//! A document of the corpus with its articles, and what holds on a day.

use crate::{
    number::Docno,
    text::fold,
    unit::{self, Clause},
};
use kernel::{Text, time::Date};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Kind, number and, for local documents, body: `luat:31/2024/QH15`, `qd:12/2026/QĐ-UBND@ubnd-tinh-lao-cai`.
    pub key: String,
    pub kind: String,
    pub rank: u8,
    #[serde(default)]
    pub number: Option<String>,
    /// Without its kind: “Đất đai”.
    pub name: String,
    /// As a citation says it: “Luật Đất đai”.
    pub title: String,
    #[serde(default)]
    pub issuer: Option<String>,
    /// The body that issued a local document, as its key has it.
    #[serde(default)]
    pub body: Option<String>,
    /// Code of the area inside which it holds; nothing for the whole country.
    #[serde(default)]
    pub territory: Option<String>,
    #[serde(default)]
    pub issued: Option<Date>,
    #[serde(default)]
    pub effective: Option<Date>,
    /// The first day on which it no longer applies, as whoever imported it says.
    #[serde(default)]
    pub until: Option<Date>,
    /// Where the text was taken from.
    #[serde(default)]
    pub source: String,
    /// Only some of its articles are here.
    #[serde(default)]
    pub excerpt: bool,
    /// A consolidation: read, never cited as a source of rules.
    #[serde(default)]
    pub reading_copy: bool,
    /// “Căn cứ …”, one line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<String>,
    pub articles: Vec<Article>,
}

/// One version of one article, annex or whole text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    pub eid: String,
    pub label: String,
    #[serde(default)]
    pub heading: String,
    #[serde(default)]
    pub path: Vec<String>,
    pub text: String,
    /// Where it differs from the document's own dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Key of the document that made or ended this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What holds on a day. “Không rõ” is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    NotYet,
    InForce,
    Partly,
    Lapsed,
    Unknown,
}

impl Status {
    pub fn text(self) -> Text {
        let (vi, en) = match self {
            Self::NotYet => ("Chưa có hiệu lực", "Not yet in force"),
            Self::InForce => ("Còn hiệu lực", "In force"),
            Self::Partly => ("Hết hiệu lực một phần", "Partly lapsed"),
            Self::Lapsed => ("Hết hiệu lực", "Lapsed"),
            Self::Unknown => ("Không rõ hiệu lực", "Not known whether in force"),
        };
        Text::new(vi, en)
    }
}

/// Latin letters, digits and dashes; đ becomes `dd`, so that NĐ and ND stay apart.
pub fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'đ' | 'Đ' => out.push_str("dd"),
            c => match fold(&c.to_string()).chars().next() {
                Some(l) if l.is_ascii_alphanumeric() => out.push(l),
                _ if out.ends_with('-') || out.is_empty() => {}
                _ => out.push('-'),
            },
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

pub fn key_of(kind: &str, number: &Docno, body: Option<&str>) -> String {
    match body.filter(|_| number.is_local()) {
        Some(body) => format!("{kind}:{number}@{}", slug(body)),
        None => format!("{kind}:{number}"),
    }
}

impl Document {
    /// Its place in an address.
    pub fn slug(&self) -> String {
        slug(&self.key)
    }
    pub fn docno(&self) -> Option<Docno> {
        self.number.as_deref().and_then(Docno::parse)
    }
    pub fn status(&self, on: Date) -> Status {
        match (self.effective, self.until) {
            (_, Some(until)) if until <= on => Status::Lapsed,
            (None, _) => Status::Unknown,
            (Some(from), _) if on < from => Status::NotYet,
            _ if self.articles.iter().any(|a| a.until.is_some_and(|u| u <= on) && a.by.is_some()) => Status::Partly,
            _ => Status::InForce,
        }
    }
    /// From when and until when a version of an article applies.
    pub fn span(&self, a: &Article) -> (Option<Date>, Option<Date>) {
        let from = a.from.or(self.effective);
        let until = match (a.until, self.until) {
            (Some(a), Some(d)) => Some(a.min(d)),
            (a, d) => a.or(d),
        };
        (from, until)
    }
    pub fn article_status(&self, a: &Article, on: Date) -> Status {
        match self.span(a) {
            (_, Some(until)) if until <= on => Status::Lapsed,
            (None, _) => Status::Unknown,
            (Some(from), _) if on < from => Status::NotYet,
            _ => Status::InForce,
        }
    }
    /// The version of an article on a day; before its first and after its last, the nearest.
    pub fn article(&self, eid: &str, on: Date) -> Option<&Article> {
        let versions = || self.articles.iter().filter(|a| a.eid == eid);
        versions().find(|a| self.article_status(a, on) == Status::InForce).or_else(|| versions().filter(|a| self.article_status(a, on) == Status::Lapsed).next_back()).or_else(|| versions().next())
    }
    /// “Điều 5 Luật Đất đai năm 2024”, in the form of Decree 78/2025, Art. 68: laws by name and year, others by number.
    pub fn cited(&self) -> String {
        let year = self.issued.map(|d| d.year());
        match (self.kind.as_str(), year) {
            ("luat" | "pl" | "hp", Some(year)) if self.number.is_some() || self.kind == "hp" => format!("{} năm {year}", self.title),
            _ => self.title.clone(),
        }
    }
}

impl Article {
    pub fn clauses(&self) -> Vec<Clause> {
        unit::clauses(&self.text)
    }
    /// The clause that holds most of these words' weight; the span of its text.
    pub fn best_clause(&self, weight: impl Fn(&str) -> f32) -> Option<(String, std::ops::Range<usize>)> {
        let clauses = self.clauses();
        let score = |text: &str| {
            let mut seen = std::collections::HashSet::new();
            crate::text::words(text).filter(|w| seen.insert(crate::text::key(w.text))).map(|w| weight(w.text)).sum::<f32>()
        };
        let of = |c: &Clause| score(self.text.get(c.start..c.end).unwrap_or_default());
        let (best, clause) = clauses.iter().filter(|c| !c.val.is_empty()).map(|c| (of(c), c)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.start.cmp(&a.1.start)))?;
        // Where the sentence above the clauses, or all of them alike, say what was asked, the article answers as a whole.
        let lead = score(self.text.get(..clauses.first().map_or(0, |c| c.start)).unwrap_or_default());
        let level = clauses.len() > 1 && clauses.iter().all(|c| of(c) >= best);
        (best > 0.0 && best > lead && !level).then(|| (clause.val.clone(), clause.start..clause.end))
    }
    pub fn sha256(&self) -> String {
        use sha2::Digest as _;
        hex::encode(sha2::Sha256::digest(self.text.as_bytes()))
    }
}
