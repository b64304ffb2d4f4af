//! From a citation to units of documents that are known, or to the reason why not.

use super::{Citation, Doc, Named};
use crate::{
    catalog::Catalog,
    number::Docno,
    text::{self, fold},
    unit::{Level, Path},
};
use kernel::time::Date;
use std::collections::HashMap;

/// One version of an article as far as citations need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub from: Option<Date>,
    /// The first day on which it no longer applies.
    pub until: Option<Date>,
    pub clauses: Vec<(String, Vec<String>)>,
}

/// A document that is known, with or without its text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    pub key: String,
    /// Code of the kind.
    pub kind: String,
    pub rank: u8,
    pub number: Option<Docno>,
    /// The body, for local documents.
    pub body: Option<String>,
    /// Without its kind: “Đất đai”.
    pub name: String,
    /// Kind and name: “Luật Đất đai”.
    pub title: String,
    pub issued: Option<Date>,
    pub effective: Option<Date>,
    /// The first day on which it no longer applies.
    pub until: Option<Date>,
    /// Articles by address, if the text is known.
    pub articles: Option<HashMap<String, Vec<Shape>>>,
}

impl Known {
    pub fn in_force(&self, on: Date) -> bool {
        self.effective.is_none_or(|d| d <= on) && self.until.is_none_or(|d| on < d)
    }
    /// Whether a unit exists, on a day if one is given; `None` when the text is not known or the unit is above articles.
    pub fn has(&self, path: &Path, on: Option<Date>) -> Option<bool> {
        let articles = self.articles.as_ref()?;
        let eid = path.article_eid()?;
        let Some(versions) = articles.get(&eid) else { return Some(false) };
        let alive = |s: &&Shape| on.is_none_or(|d| s.from.is_none_or(|f| f <= d) && s.until.is_none_or(|u| d < u));
        Some(versions.iter().filter(alive).any(|s| {
            let clause = path.step(Level::Clause);
            let point = path.step(Level::Point);
            match (clause, point) {
                (None, None) => true,
                (Some(c), None) => s.clauses.iter().any(|(v, _)| *v == c.val),
                (Some(c), Some(p)) => s.clauses.iter().any(|(v, points)| *v == c.val && points.contains(&p.val)),
                (None, Some(p)) => s.clauses.iter().any(|(v, points)| v.is_empty() && points.contains(&p.val)),
            }
        }))
    }
}

/// All documents that are known.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    docs: Vec<Known>,
    by_key: HashMap<String, usize>,
    by_number: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    longest: usize,
}

impl Registry {
    pub fn of(docs: Vec<Known>) -> Self {
        let mut r = Self::default();
        for (i, d) in docs.iter().enumerate() {
            r.by_key.insert(d.key.clone(), i);
            if let Some(n) = &d.number {
                r.by_number.entry(n.to_string().to_uppercase()).or_default().push(i);
            }
            let name = name_key(&d.name);
            r.longest = r.longest.max(name.split(' ').count());
            if !name.is_empty() {
                r.by_name.entry(name).or_default().push(i);
            }
        }
        r.docs = docs;
        r
    }
    pub fn docs(&self) -> &[Known] {
        &self.docs
    }
    pub fn get(&self, key: &str) -> Option<&Known> {
        self.docs.get(*self.by_key.get(key)?)
    }
    pub fn numbered(&self, number: &str) -> impl Iterator<Item = &Known> {
        self.by_number.get(&number.to_uppercase()).into_iter().flatten().filter_map(|i| self.docs.get(*i))
    }
    pub fn called(&self, name: &str) -> impl Iterator<Item = &Known> {
        self.by_name.get(&name_key(name)).into_iter().flatten().filter_map(|i| self.docs.get(*i))
    }
    /// The longest known name of a kind that these words begin with.
    pub fn longest_name<'w>(&self, kind: &str, word: impl Fn(usize) -> Option<&'w str>) -> Option<(String, usize)> {
        let mut key = String::new();
        let mut best = None;
        for n in 0..self.longest.min(40) {
            let Some(w) = word(n) else { break };
            if n > 0 {
                key.push(' ');
            }
            key.push_str(w);
            if let Some(known) = self.by_name.get(&key).and_then(|list| list.iter().filter_map(|i| self.docs.get(*i)).find(|d| d.kind == kind)) {
                best = Some((known.name.clone(), n + 1));
            }
        }
        best
    }
}

fn name_key(name: &str) -> String {
    let words: Vec<String> = text::words(name).map(|w| fold(w.text)).collect();
    words.join(" ")
}

/// Where a citation stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen<'a> {
    pub key: Option<&'a str>,
    pub article: Option<&'a str>,
    pub clause: Option<&'a str>,
    /// The body that issues the citing text, for local numbers.
    pub body: Option<&'a str>,
    /// The citing text's own date, or the day asked about.
    pub on: Date,
}

#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Exactly this.
    Resolved,
    /// This, by what the citing text is; said so on screen.
    Inferred,
    /// Several fit: all are shown.
    Ambiguous,
    /// Nobody knows it.
    Unknown,
    /// Nobody knows it, and these come near: probably a wrong reference.
    Near,
    /// Such a number cannot exist; the suggestion may.
    Impossible(String),
    /// An individual or administrative document: never a rule.
    Administrative,
    Party,
    Standard,
    Precedent,
    Blanket,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub key: String,
    pub path: Path,
    /// Whether the unit exists on that day; `None` when the text is not known.
    pub exists: Option<bool>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    pub state: State,
    pub targets: Vec<Target>,
}

impl Resolution {
    fn bare(state: State) -> Self {
        Self { state, targets: Vec::new() }
    }
}

impl Registry {
    pub fn resolve(&self, c: &Citation, seen: &Seen<'_>, catalog: &Catalog) -> Resolution {
        match &c.doc {
            Doc::Standard(_) => Resolution::bare(State::Standard),
            Doc::Blanket(_) => Resolution::bare(State::Blanket),
            Doc::This | Doc::Unsaid => self.own(c, seen),
            Doc::Named(named) => {
                let (state, keys) = self.document(named, seen, catalog);
                let on = self.day(keys.first(), c, seen);
                Resolution { state, targets: keys.iter().flat_map(|k| self.targets(k, &c.paths, seen, on)).collect() }
            }
        }
    }

    /// The day on which a cited unit must exist: the citing day; for a document that has lapsed, its last.
    fn day(&self, key: Option<&String>, _c: &Citation, seen: &Seen<'_>) -> Option<Date> {
        let known = self.get(key?)?;
        known.in_force(seen.on).then_some(seen.on)
    }

    fn targets(&self, key: &str, paths: &[Path], seen: &Seen<'_>, on: Option<Date>) -> Vec<Target> {
        let known = self.get(key);
        let whole = [Path::default()];
        let paths = if paths.is_empty() { &whole[..] } else { paths };
        paths
            .iter()
            .map(|p| {
                let path = here(p, seen).unwrap_or_else(|| p.clone());
                let exists = if path.steps.is_empty() { None } else { known.and_then(|k| k.has(&path, on)) };
                Target { key: key.to_owned(), path, exists }
            })
            .collect()
    }

    fn own(&self, c: &Citation, seen: &Seen<'_>) -> Resolution {
        let Some(key) = seen.key else { return Resolution::bare(State::Unknown) };
        let paths: Option<Vec<Path>> = c.paths.iter().map(|p| here(p, seen)).collect();
        let Some(paths) = paths else { return Resolution::bare(State::Unknown) };
        let state = if c.doc == Doc::This { State::Resolved } else { State::Inferred };
        Resolution { state, targets: self.targets(key, &paths, seen, None) }
    }

    fn document(&self, n: &Named, seen: &Seen<'_>, catalog: &Catalog) -> (State, Vec<String>) {
        if let Some(number) = &n.number {
            return self.by_its_number(number, n, seen, catalog);
        }
        if let Some(short) = &n.short {
            let keys: Vec<String> = self.docs.iter().filter(|d| Some(d.kind.as_str()) == n.kind.as_deref() && d.number.as_ref().is_some_and(|x| x.num == *short)).map(|d| d.key.clone()).take(6).collect();
            return (if keys.is_empty() { State::Unknown } else { State::Ambiguous }, keys);
        }
        let all: Vec<&Known> = match &n.name {
            Some(name) => self.called(name).filter(|d| n.kind.as_deref().is_none_or(|k| d.kind == k)).collect(),
            None => self.docs.iter().filter(|d| Some(d.kind.as_str()) == n.kind.as_deref()).collect(),
        };
        let fits: Vec<&&Known> = match n.year {
            Some(year) => all.iter().filter(|d| d.issued.is_some_and(|i| u16::try_from(i.year()) == Ok(year))).collect(),
            None => {
                let now: Vec<_> = all.iter().filter(|d| d.in_force(seen.on)).collect();
                if now.is_empty() { all.iter().collect() } else { now }
            }
        };
        let keys: Vec<String> = fits.iter().map(|d| d.key.clone()).take(6).collect();
        match fits.as_slice() {
            [] => (if all.is_empty() { State::Unknown } else { State::Near }, all.iter().map(|d| d.key.clone()).take(6).collect()),
            [one] if n.year.is_some() || one.in_force(seen.on) => (State::Resolved, keys),
            [_] => (State::Inferred, keys),
            _ => (State::Ambiguous, keys),
        }
    }

    fn by_its_number(&self, number: &Docno, n: &Named, seen: &Seen<'_>, catalog: &Catalog) -> (State, Vec<String>) {
        if number.is_party() {
            return (State::Party, Vec::new());
        }
        let kind = catalog.kind_of(number, n.kind.as_deref());
        let code = n.kind.as_deref().or(kind.map(|k| k.code.as_str()));
        let mut found: Vec<&Known> = self.numbered(&number.to_string()).filter(|d| n.kind.is_none() || Some(d.kind.as_str()) == code).collect();
        let mut inferred = false;
        if number.is_local() {
            let body = n.issuer.as_deref().map(fold);
            let own = seen.body.map(fold);
            let of = |b: &str| found.iter().copied().filter(|d| d.body.as_deref().map(fold).is_some_and(|x| x.contains(b) || b.contains(&x))).collect::<Vec<_>>();
            (found, inferred) = match (body, own) {
                (Some(b), _) => (of(&place(&b)), false),
                (None, Some(b)) if !of(&place(&b)).is_empty() => (of(&place(&b)), true),
                _ => (found, false),
            };
        }
        let keys: Vec<String> = found.iter().map(|d| d.key.clone()).take(6).collect();
        match found.len() {
            1 if inferred => return (State::Inferred, keys),
            1 => return (State::Resolved, keys),
            2.. => return (State::Ambiguous, keys),
            _ => {}
        }
        if number.tail() == "AL" {
            return (State::Precedent, Vec::new());
        }
        if let (Some(year), Some(term)) = (number.year, number.term())
            && !catalog.terms_of(year).any(|t| t == term)
            && let Some(right) = catalog.terms_of(year).next()
        {
            let symbol = number.symbol.trim_end_matches(|c: char| c.is_ascii_digit());
            return (State::Impossible(Docno { symbol: format!("{symbol}{right}"), ..number.clone() }.to_string()), Vec::new());
        }
        let near = self.near(number, n);
        if !near.is_empty() {
            return (State::Near, near);
        }
        let normative = number.year.is_some() || number.dashed || matches!(number.symbol.as_str(), "CP" | "HĐBT" | "TTg");
        if kind.is_some_and(|k| k.rank == 0) || kind.is_none() || !normative {
            return (State::Administrative, Vec::new());
        }
        (State::Unknown, Vec::new())
    }

    /// The same number in the normative series of that year, or the same series of another body.
    fn near(&self, number: &Docno, n: &Named) -> Vec<String> {
        let year = number.year.or_else(|| n.date.and_then(|d| u16::try_from(d.year()).ok()));
        let with_year = Docno { year, ..number.clone() };
        let same_day = |d: &&Known| n.date.is_none_or(|day| d.issued == Some(day));
        if number.year.is_none() {
            return self.numbered(&with_year.to_string()).filter(same_day).map(|d| d.key.clone()).take(3).collect();
        }
        let head = |s: &str| s.split('-').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let close = |d: &&Known| d.number.as_ref().is_some_and(|x| x.num == number.num && x.year == number.year && x.symbol != number.symbol && head(&x.symbol) == head(&number.symbol));
        if number.is_local() { Vec::new() } else { self.docs.iter().filter(close).map(|d| d.key.clone()).take(3).collect() }
    }
}

/// “Ủy ban nhân dân tỉnh Lào Cai” → “lao cai”: bodies are compared by their place.
fn place(folded: &str) -> String {
    ["tinh ", "thanh pho ", "xa ", "phuong ", "dac khu "].iter().find_map(|w| folded.rsplit_once(w).map(|(_, p)| p.to_owned())).unwrap_or_else(|| folded.to_owned())
}

/// “Điều này” becomes the article that speaks; `None` when nobody knows which.
fn here(path: &Path, seen: &Seen<'_>) -> Option<Path> {
    let mut path = path.clone();
    for step in &mut path.steps {
        if step.val == "này" {
            step.val = match step.level {
                Level::Article => seen.article?.to_owned(),
                Level::Clause => seen.clause?.to_owned(),
                _ => return None,
            };
        }
    }
    // “khoản này” and “điểm a khoản này” stand in the article that speaks.
    if path.step(Level::Article).is_none() && path.steps.iter().any(|s| matches!(s.level, Level::Clause | Level::Point)) && let Some(article) = seen.article {
        path.steps.insert(0, crate::unit::Step::new(Level::Article, article));
    }
    Some(path)
}
