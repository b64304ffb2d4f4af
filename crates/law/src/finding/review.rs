//! The review: documents held against the corpus, and what is found kept. It stops anywhere and goes on there; what did not change is
//! not written again.

use super::{
    Event, Finding, State, id_of,
    views::{self, Progress},
};
use crate::{
    Law,
    conflict::{Checker, Found},
    document::Document,
    library::Library,
};
use kernel::time::Date;
use records::{Author, Failure};
use std::sync::Arc;

/// Documents that are looked at between two entries of progress.
const AT_ONCE: usize = 8;

/// What a review changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    pub fresh: usize,
    pub changed: usize,
    pub closed: usize,
    pub same: usize,
}

impl Changes {
    pub fn add(&mut self, o: Self) {
        self.fresh += o.fresh;
        self.changed += o.changed;
        self.closed += o.closed;
        self.same += o.same;
    }
}

pub const CORPUS: &str = "corpus";
pub const CATALOGUE: &str = "catalogue";

impl Law {
    /// One document of the corpus, by its key.
    pub async fn review_document(&self, by: &Author, key: &str) -> Result<Changes, Failure> {
        let library = self.library().await?;
        if library.get(key).is_none() {
            return Err(records::gone().into());
        }
        let found = self.looked_at(library, vec![key.to_owned()]).await?;
        let mut all = Changes::default();
        for (key, list) in found {
            all.add(self.keep_findings(by, &key, CORPUS, list).await?);
        }
        Ok(all)
    }

    async fn looked_at(&self, library: Arc<Library>, keys: Vec<String>) -> Result<Vec<(String, Vec<Found>)>, Failure> {
        let (catalog, on) = (self.catalog.clone(), self.now().date());
        let work = move || {
            let mut checker = Checker::new(&library, &catalog, on);
            keys.into_iter().filter_map(|k| library.get(&k).map(|d| (k, checker.document(d)))).collect::<Vec<_>>()
        };
        Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?)
    }

    /// All documents, from where the last run over this corpus and this day stopped. `told` hears how far it is.
    pub async fn review_all(&self, by: &Author, mut told: impl FnMut(&Progress)) -> Result<Progress, Failure> {
        let library = self.library().await?;
        let corpus = crate::store::changes(&self.scope).await?;
        let day = self.now().date().to_string();
        let mut keys: Vec<String> = library.documents.iter().map(|d| d.key.clone()).collect();
        keys.sort();
        let before = views::progress(&self.scope).await?.filter(|p| p.corpus == corpus && p.day == day && !p.ended);
        let mut p = before.unwrap_or(Progress { corpus, day, ..Progress::default() });
        p.total = i64::try_from(keys.len()).unwrap_or(i64::MAX);
        let left: Vec<String> = keys.into_iter().filter(|k| *k > p.next).collect();
        for some in left.chunks(AT_ONCE) {
            for (key, list) in self.looked_at(library.clone(), some.to_vec()).await? {
                let c = self.keep_findings(by, &key, CORPUS, list).await?;
                let n = |v: usize| i64::try_from(v).unwrap_or(i64::MAX);
                (p.fresh, p.changed, p.closed) = (p.fresh + n(c.fresh), p.changed + n(c.changed), p.closed + n(c.closed));
                p.documents += 1;
                p.next = key;
            }
            views::keep(&self.scope, &p, self.now()).await?;
            told(&p);
        }
        // Findings of documents that were taken out of the corpus are gone with them.
        for key in views::sources(&self.scope, CORPUS).await? {
            if library.get(&key).is_none() {
                let c = self.keep_findings(by, &key, CORPUS, Vec::new()).await?;
                p.closed += i64::try_from(c.closed).unwrap_or(0);
            }
        }
        let c = self.review_procedures(by).await?;
        let n = |v: usize| i64::try_from(v).unwrap_or(i64::MAX);
        (p.fresh, p.changed, p.closed) = (p.fresh + n(c.fresh), p.changed + n(c.changed), p.closed + n(c.closed));
        p.ended = true;
        views::keep(&self.scope, &p, self.now()).await?;
        Ok(p)
    }

    /// What was found of one document, or of one procedure, against what stands: new, changed, gone.
    pub async fn keep_findings(&self, by: &Author, document: &str, source: &str, found: Vec<Found>) -> Result<Changes, Failure> {
        let (mut out, on) = (Changes::default(), self.now().date());
        let mut seen = std::collections::HashSet::new();
        for f in found {
            let id = id_of(&f);
            if !seen.insert(id) {
                continue;
            }
            let stands = records::load::<Finding>(&self.scope, &id.to_string()).await?;
            match stands.as_ref().map(|s| (s.state.state, s.state.found.content() == f.content())) {
                None => out.fresh += 1,
                Some((State::Closed, _)) => out.fresh += 1,
                Some((_, false)) => out.changed += 1,
                Some(_) => {
                    out.same += 1;
                    continue;
                }
            }
            records::change::<Finding>(&self.scope, &id.to_string(), by, |stands| Ok(step(stands, &f, source, on))).await?;
        }
        for id in views::of_document(&self.scope, document, source).await? {
            if !seen.contains(&id) {
                records::change::<Finding>(&self.scope, &id.to_string(), by, |f| Ok(f.filter(|f| f.state != State::Closed).map(|_| Event::Closed { on }))).await?;
                out.closed += 1;
            }
        }
        Ok(out)
    }
}

fn step(stands: Option<&Finding>, f: &Found, source: &str, on: Date) -> Option<Event> {
    let found = Box::new(f.clone());
    match stands {
        None => Some(Event::Found { id: id_of(f), found, source: source.to_owned(), on }),
        Some(s) if s.state == State::Closed => Some(Event::Reopened { found, on }),
        Some(s) if s.found.content() != f.content() => Some(Event::Changed { found, on }),
        Some(_) => None,
    }
}

/// A draft that is in no corpus, held against it: what citations and dates say is `check`'s.
pub fn draft(text: &str, library: &Library, catalog: &crate::Catalog, on: Date) -> Vec<Found> {
    let parsed = crate::parse::parse(text);
    let word = parsed.head.kind.as_deref().map(crate::text::fold);
    let code = word.and_then(|w| catalog.kinds.kinds.iter().find(|k| crate::text::fold(&k.name.vi) == w)).map(|k| k.code.as_str());
    // A draft without a number is taken for the lowest.
    let kind = parsed.head.number.as_ref().and_then(|n| catalog.kind_of(n, code));
    let plain = |b: &crate::parse::Block| crate::document::Article { eid: b.eid.clone(), label: b.label.clone(), heading: b.heading.clone(), path: b.path.clone(), text: b.body.clone(), from: None, until: None, by: None };
    let document = Document {
        key: String::new(),
        kind: kind.map_or_else(|| "qd".to_owned(), |k| k.code.clone()),
        rank: kind.map_or(u8::MAX, |k| k.rank).max(1),
        number: parsed.head.number.as_ref().map(ToString::to_string),
        name: crate::parse::sentence_case(&parsed.head.title),
        title: "Dự thảo".into(),
        issuer: parsed.head.issuer.clone(),
        body: parsed.head.issuer.clone(),
        territory: None,
        issued: parsed.head.issued.or(Some(on)),
        effective: None,
        until: None,
        source: String::new(),
        excerpt: false,
        reading_copy: false,
        bases: parsed.bases.clone(),
        articles: parsed.blocks.iter().map(plain).collect(),
    };
    let found = Checker::new(library, catalog, on).document(&document);
    found.into_iter().filter(|f| f.family != "A" && f.family != "B").collect()
}
