//! Contradictions between texts, by the families A to G of the review of documents: effect and basis, references, numbers, competence,
//! lists, rights, content above its rank. A finding shows both texts with the words that differ, the rule of application (Law 64/2025,
//! Art. 58) and how sure it is. It never decides: a person does.
//!
//! Dropped before anything is said: another time or territory, an explicit exception, a choice left to whoever is below, what is stricter
//! where only a floor is set, sooner where an authority has a deadline, and Government resolutions that may override (the catalogue's list).

mod candidates;
mod compare;
mod lists;
mod own;
pub mod pairs;
#[cfg(test)]
mod tests;

pub use candidates::{Checker, Counted};

use crate::{
    catalog::Catalog,
    document::{Article, Document},
    norms::{self, Norm, Span},
};
use kernel::{Text, time::Date};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// One text of a finding: where, what, and the words that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Key of the document; empty for a draft.
    pub key: String,
    /// As a citation says it.
    pub title: String,
    pub rank: u8,
    /// Address of the article, and of the clause and point in it.
    pub eid: String,
    pub unit: String,
    pub label: String,
    /// The sentence above the point, and the sentence.
    pub lead: String,
    pub quote: String,
    /// Bytes of `quote`.
    pub spans: Vec<Span>,
    pub from: Option<Date>,
    pub until: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// `A` to `G`.
    pub family: String,
    /// What differs: `above-most`, `other-actor`, …
    pub code: String,
    pub here: Place,
    pub there: Option<Place>,
    /// Code of the rule of application.
    pub rule: String,
    /// Thousandths.
    pub confidence: u16,
    pub say: Text,
}

impl Found {
    /// The same contradiction at the same places has the same key on every run.
    pub fn key(&self) -> String {
        let place = |p: &Place| format!("{}|{}|{}", p.key, p.eid, p.unit);
        let there = self.there.as_ref().map(place).unwrap_or_default();
        // What has only one side is told apart by its words: an article may cite two texts that have lapsed.
        let words = if self.there.is_none() { self.here.spans.first().and_then(|(s, e)| self.here.quote.get(*s..*e)).unwrap_or_default() } else { "" };
        let mut h = Sha256::new();
        h.update(format!("{}|{}|{}|{there}|{words}", self.family, self.code, place(&self.here)));
        hex::encode(h.finalize()).get(..24).unwrap_or_default().to_owned()
    }
    /// Changes when the words of either side do.
    pub fn content(&self) -> String {
        let mut h = Sha256::new();
        h.update(&self.here.quote);
        h.update([0]);
        h.update(self.there.as_ref().map_or("", |t| t.quote.as_str()));
        h.update(self.say.vi.as_bytes());
        hex::encode(h.finalize()).get(..24).unwrap_or_default().to_owned()
    }
}

/// An article read into norms and lists.
pub struct Read<'a> {
    pub document: &'a Document,
    pub article: &'a Article,
    pub norms: Vec<Norm>,
    lists: Vec<lists::List>,
}

impl<'a> Read<'a> {
    pub fn of(document: &'a Document, article: &'a Article, catalog: &Catalog) -> Self {
        let heading = if article.heading.is_empty() { document.name.clone() } else { article.heading.clone() };
        Self { document, article, norms: norms::read(&heading, &article.text, catalog), lists: lists::read(article, catalog) }
    }
    fn text(&self, span: Span) -> &str {
        self.article.text.get(span.0..span.1).unwrap_or_default()
    }
    fn place(&self, unit: &str, span: Span, lead: Option<Span>, marks: &[Span]) -> Place {
        let quote = self.text(span).to_owned();
        let spans = marks.iter().filter(|m| m.0 >= span.0 && m.1 <= span.1).map(|m| (m.0 - span.0, m.1 - span.0)).collect();
        let (from, until) = self.document.span(self.article);
        Place {
            key: self.document.key.clone(),
            title: self.document.cited(),
            rank: self.document.rank,
            eid: self.article.eid.clone(),
            unit: unit.to_owned(),
            label: unit_label(&self.article.label, unit),
            lead: lead.map(|l| self.text(l).trim().to_owned()).unwrap_or_default(),
            quote,
            spans,
            from,
            until,
        }
    }
    fn norm_place(&self, n: &Norm, marks: &[Span]) -> Place {
        let parts = norms::parts(&self.article.text);
        let lead = parts.iter().find(|p| p.span == n.span).and_then(|p| p.lead);
        self.place(&n.unit, n.span, lead, marks)
    }
}

/// `para_1__point_dd` of `Điều 5` → “điểm đ khoản 1 Điều 5”.
pub fn unit_label(article: &str, unit: &str) -> String {
    let mut out = String::new();
    for step in unit.rsplit("__").filter(|s| !s.is_empty()) {
        let (level, val) = step.split_once('_').unwrap_or((step, ""));
        let word = match level {
            "point" => "điểm",
            "para" => "khoản",
            _ => continue,
        };
        out.push_str(&format!("{word} {} ", val.replace("dd", "đ")));
    }
    out + article
}

/// Which rule of application would decide between two texts, the first being the one that is checked.
pub(crate) fn rule(a: &Document, b: &Document, special: bool) -> &'static str {
    match () {
        () if special => "special",
        () if a.rank > b.rank && b.rank > 0 => "higher",
        () if a.rank == b.rank && a.kind == b.kind && a.body == b.body => "later",
        () => "none",
    }
}

/// Whether a text may differ from a higher one until it is amended: a difference is then no contradiction.
pub(crate) fn overrides(d: &Document, catalog: &Catalog, on: Date) -> bool {
    let issuer = d.docno().and_then(|n| catalog.kind_of(&n, Some(&d.kind)).and_then(|k| k.issuer.clone()));
    catalog.norms.overrides.iter().any(|o| o.kind == d.kind && on < o.until && issuer.as_deref() == Some(&o.issuer) && d.number.as_deref().is_some_and(|n| n.starts_with(&o.number_begins)))
}

/// Both hold somewhere together: neither of another territory, and their times meet.
pub(crate) fn meet(a: &Read<'_>, b: &Read<'_>) -> bool {
    let place = match (&a.document.territory, &b.document.territory) {
        (Some(x), Some(y)) => x == y,
        _ => true,
    };
    let ((from_a, until_a), (from_b, until_b)) = (a.document.span(a.article), b.document.span(b.article));
    let before = |until: Option<Date>, from: Option<Date>| matches!((until, from), (Some(u), Some(f)) if u <= f);
    place && !before(until_a, from_b) && !before(until_b, from_a)
}
