//! Pairs of texts with what a reader found in them: precision, recall, and whether a text and its compliant twin are told apart.

use super::{Found, Read, compare, own};
use crate::{
    catalog::Catalog,
    document::{Article, Document},
    library::Library,
    number::Docno,
    parse,
};
use kernel::time::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One text of a pair.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// `22/2014/QĐ-UBND`.
    pub number: String,
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub issuer: Option<String>,
    #[serde(default)]
    pub issued: Option<Date>,
    #[serde(default)]
    pub effective: Option<Date>,
    #[serde(default)]
    pub heading: String,
    pub text: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub id: String,
    /// The family in which they contradict each other; nothing where they do not.
    #[serde(default)]
    pub family: Option<String>,
    /// A text and its compliant twin share this.
    #[serde(default)]
    pub twin: Option<String>,
    /// `tune` was looked at while words and bars were chosen, `keep` was not.
    #[serde(default)]
    pub part: String,
    /// The text that is checked, and the one it is held against.
    pub here: Side,
    pub there: Side,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub pairs: usize,
    pub right: usize,
    pub missed: usize,
    pub false_alarms: usize,
    pub twins: usize,
    pub apart: usize,
}

impl Sums {
    /// Thousandths.
    pub fn precision(&self) -> usize {
        self.right * 1000 / (self.right + self.false_alarms).max(1)
    }
    pub fn recall(&self) -> usize {
        self.right * 1000 / (self.right + self.missed).max(1)
    }
    pub fn line(&self, name: &str) -> String {
        format!("{name}: {} pairs, precision .{:03}, recall .{:03}, twins told apart {} of {}", self.pairs, self.precision().min(999), self.recall().min(999), self.apart, self.twins).replace(".999", "1.00")
    }
}

pub fn read(text: &str) -> Result<Vec<Pair>, String> {
    serde_json::from_str(text).map_err(|e| e.to_string())
}

fn document(s: &Side, catalog: &Catalog) -> Document {
    let number = Docno::parse(&s.number);
    let kind = number.as_ref().and_then(|n| catalog.kind_of(n, s.kind.as_deref()));
    let heading = s.heading.clone();
    let article = Article { eid: "art_1".into(), label: "Điều".into(), heading: heading.clone(), path: Vec::new(), text: s.text.clone(), from: None, until: None, by: None };
    let effective = s.effective.or_else(|| parse::effect_of(std::iter::once((heading.as_str(), s.text.as_str())), s.issued));
    Document {
        key: s.number.clone(),
        kind: kind.map_or_else(String::new, |k| k.code.clone()),
        rank: kind.map_or(0, |k| k.rank),
        number: Some(s.number.clone()),
        name: heading,
        title: s.number.clone(),
        issuer: s.issuer.clone(),
        body: s.issuer.clone(),
        territory: None,
        issued: s.issued,
        effective,
        until: None,
        source: String::new(),
        excerpt: true,
        reading_copy: false,
        bases: Vec::new(),
        articles: vec![article],
    }
}

/// What is found between the two texts of a pair.
pub fn findings(p: &Pair, catalog: &Catalog) -> Vec<Found> {
    let (a, b) = (document(&p.here, catalog), document(&p.there, catalog));
    let (Some(x), Some(y)) = (a.articles.first(), b.articles.first()) else { return Vec::new() };
    let library = Library::default();
    let (x, y) = (Read::of(&a, x, catalog), Read::of(&b, y, catalog));
    let on = a.effective.or(a.issued).unwrap_or(Date::MAX);
    let mut out = own::document(&a, &library, catalog);
    out.extend(own::article(&x, &library, catalog, on));
    let weigh = |_: u64| 1.0;
    out.extend(compare::between(&x, &y, &compare::Cx { catalog, weigh: &weigh, on, cited: true }));
    out
}

/// Sums over all, and by part and family.
pub fn measure(pairs: &[Pair], catalog: &Catalog) -> (BTreeMap<String, Sums>, Vec<String>) {
    let mut all: BTreeMap<String, Sums> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut twins: BTreeMap<(String, &str), Vec<bool>> = BTreeMap::new();
    for p in pairs {
        let found = findings(p, catalog);
        let families: Vec<&str> = found.iter().map(|f| f.family.as_str()).collect();
        // A finding of another family than the reader's is not the reader's.
        let right = match &p.family {
            Some(f) => families.contains(&f.as_str()),
            None => found.is_empty(),
        };
        let mut names = vec!["all".to_owned(), format!("part {}", p.part)];
        names.extend(p.family.iter().chain(p.twin.as_ref().and_then(|t| pairs.iter().find(|o| o.twin.as_ref() == Some(t) && o.family.is_some())).and_then(|o| o.family.as_ref())).take(1).map(|f| format!("family {f}")));
        for name in names {
            let s = all.entry(name.clone()).or_default();
            s.pairs += 1;
            s.right += usize::from(p.family.is_some() && right);
            s.missed += usize::from(p.family.is_some() && !right);
            s.false_alarms += usize::from(match &p.family {
                Some(f) => families.iter().any(|x| x != f),
                None => !found.is_empty(),
            });
            if let Some(t) = &p.twin {
                twins.entry((name, t)).or_default().push(right);
            }
        }
        if !right {
            wrong.push(format!("{}: {} → {}", p.id, p.family.as_deref().unwrap_or("–"), if families.is_empty() { "–".to_owned() } else { found.iter().map(|f| format!("{} {} ({})", f.family, f.code, f.confidence)).collect::<Vec<_>>().join(", ") }));
        }
    }
    for ((name, _), rights) in twins.into_iter().filter(|(_, r)| r.len() > 1) {
        let s = all.entry(name).or_default();
        s.twins += 1;
        s.apart += usize::from(rights.iter().all(|r| *r));
    }
    (all, wrong)
}
