//! What one document does to others: the phrases of amending, repealing and replacing read as operations, and carried out.
//! Each keeps where it stands; what cannot be carried out says why.

use crate::{
    catalog::Catalog,
    cite::{self, Citation, Doc, Registry, Seen},
    document::{Article, Document},
    parse::effective_in,
    text::fold,
    unit::{Level, Path},
};
use kernel::time::Date;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// New text for a unit: “sửa đổi, bổ sung khoản 2 Điều 5 như sau: “…””.
    Replace(String),
    /// “bổ sung Điều 15a vào sau Điều 15 như sau”.
    Insert(String),
    /// Of a unit, or of the whole document when the path is empty.
    Repeal,
    /// “thay thế cụm từ “A” bằng cụm từ “B””; an empty second is “bỏ cụm từ “A””.
    Phrase(String, String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub source: String,
    /// The article that says it.
    pub unit: String,
    pub target: String,
    pub path: Path,
    pub change: Change,
    pub on: Date,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Applied,
    /// The unit is not in the target's text.
    NoUnit,
    /// The target is not in the corpus.
    NotHere,
    /// A document cannot amend itself.
    ItsOwn,
}

/// One paragraph with what it quotes below it.
struct Said<'a> {
    text: &'a str,
    quoted: String,
}

/// All operations of a document, in the order they stand.
pub fn operations(d: &Document, registry: &Registry, catalog: &Catalog) -> Vec<Operation> {
    let Some(on) = d.effective else { return Vec::new() };
    let mut out = Vec::new();
    for a in &d.articles {
        let folded = fold(&a.text);
        let heading = fold(&a.heading);
        if !["het hieu luc", "bai bo", "sua doi", "thay the", "bo cum tu", "bo sung"].iter().any(|w| folded.contains(w) || heading.contains(w)) {
            continue;
        }
        let seen = Seen { key: Some(&d.key), article: None, clause: None, body: d.body.as_deref(), on };
        let resolve = |text: &str| -> Vec<(Citation, Vec<String>)> {
            cite::find(text, catalog, registry)
                .into_iter()
                .filter(|c| matches!(c.doc, Doc::Named(_) | Doc::Unsaid))
                .map(|c| {
                    let keys = if c.doc == Doc::Unsaid { Vec::new() } else { registry.resolve(&c, &seen, catalog).targets.into_iter().map(|t| t.key).collect() };
                    (c, keys)
                })
                .collect()
        };
        // “Sửa đổi, bổ sung một số điều của Luật X”: the document of the units below.
        let mut about: Option<String> = (heading.contains("sua doi") || heading.contains("bai bo")).then(|| resolve(&a.heading).into_iter().find_map(|(_, k)| k.into_iter().next())).flatten();
        for said in paragraphs(&a.text) {
            let folded = fold(said.text);
            if folded.contains("mot so dieu") && folded.contains("sua doi") && !folded.contains("het hieu luc") && let Some(key) = resolve(said.text).into_iter().find_map(|(_, k)| k.into_iter().next()) {
                about = Some(key);
                continue;
            }
            read(&said, &folded, about.as_deref(), &resolve, &mut |target, path, change| {
                out.push(Operation { source: d.key.clone(), unit: a.eid.clone(), target, path, change, on: effective_in(said.text, d.issued).unwrap_or(on) });
            });
        }
    }
    out
}

type Resolve<'a> = &'a dyn Fn(&str) -> Vec<(Citation, Vec<String>)>;

fn read(said: &Said<'_>, folded: &str, about: Option<&str>, resolve: Resolve<'_>, put: &mut dyn FnMut(String, Path, Change)) {
    let each = |text: &str, put: &mut dyn FnMut(String, Path)| {
        for (c, keys) in resolve(text) {
            let key = keys.first().cloned().or_else(|| (c.doc == Doc::Unsaid).then(|| about.map(str::to_owned)).flatten());
            let Some(key) = key else { continue };
            if c.paths.is_empty() {
                put(key, Path::default());
            } else {
                for p in c.paths {
                    put(key.clone(), p);
                }
            }
        }
    };
    let byte = |at: usize| said.text.char_indices().nth(folded.get(..at).map_or(0, |s| s.chars().count())).map_or(said.text.len(), |(i, _)| i);
    if let Some(at) = folded.find("het hieu luc") {
        // What stands before the words lapses; “kể từ ngày Luật này có hiệu lực” stands behind.
        return each(said.text.get(..byte(at)).unwrap_or_default(), &mut |k, p| put(k, p, Change::Repeal));
    }
    let start = folded.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' ' | ')')).trim_start();
    let start = if start.len() > 3 && start.as_bytes().get(1) == Some(&b')') { start.get(2..).unwrap_or_default().trim_start() } else { start };
    if start.starts_with("bai bo") {
        return each(said.text, &mut |k, p| put(k, p, Change::Repeal));
    }
    if folded.contains("thay the cum tu") || start.starts_with("bo cum tu") {
        let phrases = quoted(said.text);
        let pair = match phrases.as_slice() {
            [a, b, ..] if folded.contains("bang cum tu") => (a.clone(), b.clone()),
            [a, ..] if start.starts_with("bo cum tu") => (a.clone(), String::new()),
            _ => return,
        };
        return each(said.text, &mut |k, p| put(k, p, Change::Phrase(pair.0.clone(), pair.1.clone())));
    }
    if said.quoted.is_empty() {
        // “Quyết định này thay thế Quyết định số …”.
        if let Some(at) = folded.find("thay the ").filter(|at| folded.get(..*at).is_some_and(|b| b.contains(" nay "))) {
            each(said.text.get(byte(at)..).unwrap_or_default(), &mut |k, p| if p.steps.is_empty() { put(k, p, Change::Repeal) });
        }
        return;
    }
    let inserts = start.starts_with("bo sung");
    if !(inserts || folded.contains("sua doi")) {
        return;
    }
    let mut first = true;
    each(said.text, &mut |k, p| {
        // “Bổ sung Điều 15a vào sau Điều 15”: only the first is new.
        if p.steps.is_empty() || (inserts && !first) {
            return;
        }
        first = false;
        put(k, p, if inserts { Change::Insert(said.quoted.clone()) } else { Change::Replace(said.quoted.clone()) });
    });
}

/// Paragraphs of an article; what a paragraph that ends in a colon quotes belongs to it.
fn paragraphs(text: &str) -> Vec<Said<'_>> {
    let mut out: Vec<Said<'_>> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let trimmed = line.trim();
        let starts = trimmed.starts_with(['“', '"']) && out.last().is_some_and(|s| s.text.trim_end().ends_with(':'));
        if open || starts {
            if let Some(last) = out.last_mut() {
                if !last.quoted.is_empty() {
                    last.quoted.push('\n');
                }
                last.quoted.push_str(trimmed);
            }
            let end = trimmed.trim_end_matches(['.', ';', ' ']);
            open = !(end.ends_with('”') || (end.ends_with('"') && end.len() > 1));
        } else {
            out.push(Said { text: line, quoted: String::new() });
        }
    }
    for said in &mut out {
        let text = said.quoted.trim().trim_start_matches(['“', '"']).trim_end_matches(['.', ';', ' ']).trim_end_matches(['”', '"']);
        said.quoted = text.to_owned();
    }
    out
}

fn quoted(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((start, close)) = rest.find(['“', '"']).map(|s| (s, if rest[s..].starts_with('“') { '”' } else { '"' })) {
        let inner = &rest[start + rest[start..].chars().next().map_or(1, char::len_utf8)..];
        let Some(end) = inner.find(close) else { break };
        out.push(inner[..end].to_owned());
        rest = &inner[end + close.len_utf8()..];
    }
    out
}

/// Carries an operation out: a new version of the article begins, the old one ends.
pub fn apply(d: &mut Document, o: &Operation) -> Outcome {
    if o.path.steps.is_empty() && o.path.component.is_none() {
        return match &o.change {
            Change::Repeal => {
                d.until = Some(d.until.map_or(o.on, |u| u.min(o.on)));
                Outcome::Applied
            }
            Change::Phrase(a, b) => {
                let eids: Vec<String> = d.articles.iter().filter(|x| x.until.is_none() && x.text.contains(a.as_str())).map(|x| x.eid.clone()).collect();
                for eid in &eids {
                    version(d, eid, o, |text| Some(text.replace(a.as_str(), b)));
                }
                if eids.is_empty() { Outcome::NoUnit } else { Outcome::Applied }
            }
            _ => Outcome::NoUnit,
        };
    }
    let Some(eid) = o.path.article_eid() else { return Outcome::NoUnit };
    let clause = o.path.step(Level::Clause).map(|s| s.val.clone());
    let point = o.path.step(Level::Point).map(|s| s.val.clone());
    let whole = clause.is_none() && point.is_none();
    match &o.change {
        Change::Insert(text) if whole => insert(d, &eid, text, o),
        Change::Replace(text) if whole => replace(d, &eid, text, o),
        Change::Repeal if whole => end(d, &eid, o),
        Change::Insert(text) => done(version(d, &eid, o, |old| Some(format!("{old}\n{text}")))),
        Change::Replace(text) => done(version(d, &eid, o, |old| splice(old, clause.as_deref(), point.as_deref(), text))),
        Change::Repeal => done(version(d, &eid, o, |old| splice(old, clause.as_deref(), point.as_deref(), &repealed(clause.as_deref(), point.as_deref())))),
        Change::Phrase(a, b) => done(version(d, &eid, o, |old| old.contains(a.as_str()).then(|| old.replace(a.as_str(), b)))),
    }
}

fn done(found: bool) -> Outcome {
    if found { Outcome::Applied } else { Outcome::NoUnit }
}

fn repealed(clause: Option<&str>, point: Option<&str>) -> String {
    match (clause, point) {
        (_, Some(p)) => format!("{p}) (được bãi bỏ)"),
        (Some(c), None) => format!("{c}. (Được bãi bỏ)"),
        _ => String::new(),
    }
}

/// The text with one clause or point put anew.
fn splice(old: &str, clause: Option<&str>, point: Option<&str>, new: &str) -> Option<String> {
    let clauses = crate::unit::clauses(old);
    let c = clauses.iter().find(|c| c.val == clause.unwrap_or_default())?;
    let (start, end) = match point {
        Some(p) => c.points.iter().find(|x| x.val == p).map(|x| (x.start, x.end))?,
        None => (c.start, c.end),
    };
    let tail = old.get(end..)?;
    Some(format!("{}{}{}{tail}", old.get(..start)?, new.trim_end(), if tail.is_empty() { "" } else { "\n" }))
}

fn current<'a>(d: &'a Document, eid: &str) -> Option<(usize, &'a Article)> {
    d.articles.iter().enumerate().filter(|(_, a)| a.eid == eid && a.until.is_none()).next_back()
}

fn version(d: &mut Document, eid: &str, o: &Operation, change: impl FnOnce(&str) -> Option<String>) -> bool {
    let Some((i, old)) = current(d, eid) else { return false };
    let Some(text) = change(&old.text) else { return false };
    // Several changes of one day make one version.
    if old.from == Some(o.on) && old.by.as_deref() == Some(&o.source) {
        d.articles[i].text = text;
        return true;
    }
    let new = Article { text, from: Some(o.on), until: None, by: Some(o.source.clone()), ..old.clone() };
    d.articles[i].until = Some(o.on);
    d.articles[i].by = Some(o.source.clone());
    d.articles.insert(i + 1, new);
    true
}

/// New text that brings its own heading: “Điều 5. Tên\n1. …”.
fn headed(text: &str) -> (Option<String>, String) {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    match first.strip_prefix("Điều ") {
        Some(rest) => (Some(rest.split_once(['.', ':']).map(|(_, h)| h.trim().to_owned()).unwrap_or_default()), lines.collect::<Vec<_>>().join("\n")),
        None => (None, text.to_owned()),
    }
}

fn replace(d: &mut Document, eid: &str, text: &str, o: &Operation) -> Outcome {
    let (heading, body) = headed(text);
    if !version(d, eid, o, |_| Some(body)) {
        return Outcome::NoUnit;
    }
    if let (Some(heading), Some((i, _))) = (heading, current(d, eid)) {
        d.articles[i].heading = heading;
    }
    Outcome::Applied
}

fn insert(d: &mut Document, eid: &str, text: &str, o: &Operation) -> Outcome {
    if current(d, eid).is_some() {
        return replace(d, eid, text, o);
    }
    let Some(step) = o.path.step(Level::Article) else { return Outcome::NoUnit };
    let base = step.val.trim_end_matches(|c: char| c.is_lowercase());
    let prefix = format!("art_{base}");
    let Some(i) = d.articles.iter().rposition(|a| a.eid == prefix || a.eid.strip_prefix(&prefix).is_some_and(|r| r.bytes().all(|b| b.is_ascii_lowercase()))) else { return Outcome::NoUnit };
    let (heading, body) = headed(text);
    let path = d.articles[i].path.clone();
    d.articles.insert(i + 1, Article { eid: eid.to_owned(), label: format!("Điều {}", step.val), heading: heading.unwrap_or_default(), path, text: body, from: Some(o.on), until: None, by: Some(o.source.clone()) });
    Outcome::Applied
}

fn end(d: &mut Document, eid: &str, o: &Operation) -> Outcome {
    let Some((i, _)) = current(d, eid) else { return Outcome::NoUnit };
    d.articles[i].until = Some(o.on);
    d.articles[i].by = Some(o.source.clone());
    Outcome::Applied
}
