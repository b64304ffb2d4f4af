//! The corpus in memory: documents with what they do to each other carried out, the registry of citations, the index. All of it is
//! derived from the imported texts and built again when one changes.

#[cfg(test)]
mod tests;

use crate::{
    amend::{self, Operation, Outcome},
    catalog::Catalog,
    cite::{Known, Registry, Shape},
    document::{Article, Document, Status},
    search::{Entry, Hit, Index, Question, Source},
};
use kernel::time::Date;
use std::collections::HashMap;

#[derive(Default)]
pub struct Library {
    pub documents: Vec<Document>,
    pub registry: Registry,
    pub index: Index,
    /// What documents do to others, and whether it could be carried out.
    pub operations: Vec<(Operation, Outcome)>,
    by_slug: HashMap<String, usize>,
    spans: Vec<(Date, Date)>,
}

/// What is asked for beside the words.
#[derive(Debug, Clone)]
pub struct Filter<'a> {
    pub on: Date,
    /// Codes of the areas that contain the asking commune; documents of other territories are left out.
    pub territories: &'a [String],
    /// The lowest legal force, as a rank; nothing for all.
    pub rank: Option<u8>,
    /// Lapsed documents too.
    pub any_time: bool,
}

impl Filter<'_> {
    pub fn on(on: Date) -> Self {
        Self { on, territories: &[], rank: None, any_time: false }
    }
}

impl Library {
    pub fn build(mut documents: Vec<Document>, catalog: &Catalog) -> Self {
        documents.sort_by(|a, b| a.issued.cmp(&b.issued).then_with(|| a.key.cmp(&b.key)));
        let plain = Registry::of(documents.iter().map(|d| known(d, false)).collect());
        let mut operations: Vec<Operation> = documents.iter().filter(|d| !d.reading_copy).flat_map(|d| amend::operations(d, &plain, catalog)).collect();
        operations.sort_by(|a, b| a.on.cmp(&b.on).then_with(|| a.source.cmp(&b.source)));
        let places: HashMap<String, usize> = documents.iter().enumerate().map(|(i, d)| (d.key.clone(), i)).collect();
        let operations = operations
            .into_iter()
            .map(|o| {
                let outcome = match places.get(&o.target) {
                    Some(i) if o.source != o.target => amend::apply(&mut documents[*i], &o),
                    Some(_) => Outcome::ItsOwn,
                    None => Outcome::NotHere,
                };
                (o, outcome)
            })
            .collect();
        let registry = Registry::of(documents.iter().map(|d| known(d, true)).collect());
        let by_slug = documents.iter().enumerate().map(|(i, d)| (d.slug(), i)).collect();
        let sources = || {
            documents.iter().enumerate().flat_map(|(d, doc)| {
                doc.articles.iter().enumerate().map(move |(a, article)| Source {
                    entry: Entry { document: u32::try_from(d).unwrap_or(u32::MAX), article: u32::try_from(a).unwrap_or(u32::MAX) },
                    name: &doc.title,
                    path: &article.path,
                    heading: &article.heading,
                    text: &article.text,
                })
            })
        };
        let spans = documents
            .iter()
            .flat_map(|d| {
                d.articles.iter().map(|a| {
                    let (from, until) = d.span(a);
                    // A day nobody knows is no day on which it applies.
                    (from.unwrap_or(Date::MAX), until.unwrap_or(Date::MAX))
                })
            })
            .collect();
        let index = Index::build(sources());
        Self { documents, registry, index, operations, by_slug, spans }
    }

    pub fn by_slug(&self, slug: &str) -> Option<&Document> {
        self.documents.get(*self.by_slug.get(slug)?)
    }
    pub fn get(&self, key: &str) -> Option<&Document> {
        self.by_slug(&crate::document::slug(key))
    }
    pub fn entry(&self, entry: u32) -> Option<(&Document, &Article)> {
        let e = self.index.entries.get(entry as usize)?;
        let document = self.documents.get(e.document as usize)?;
        Some((document, document.articles.get(e.article as usize)?))
    }

    /// The best passages, what does not apply left out before anything is ranked.
    pub fn search(&self, question: &Question, filter: &Filter<'_>, limit: usize) -> Vec<Hit> {
        let open: Vec<bool> = self
            .documents
            .iter()
            .map(|d| {
                // A consolidation is read where its base document is missing, never beside it.
                let shadow = d.reading_copy && self.documents.iter().any(|x| !x.reading_copy && x.name == d.name);
                let here = !shadow && d.territory.as_ref().is_none_or(|t| filter.territories.contains(t));
                here && filter.rank.is_none_or(|r| d.rank > 0 && d.rank <= r)
            })
            .collect();
        self.index.search(question, limit, |entry| {
            let document = self.index.entries.get(entry as usize).map_or(0, |e| e.document as usize);
            let (from, until) = self.spans.get(entry as usize).copied().unwrap_or((Date::MAX, Date::MAX));
            open.get(document).copied().unwrap_or(false) && (filter.any_time || (from <= filter.on && filter.on < until))
        })
    }

    /// Documents by number, part of a number, name or a short name.
    pub fn find_documents(&self, text: &str, catalog: &Catalog) -> Vec<&Document> {
        let asked = crate::text::fold(text.trim());
        if asked.is_empty() {
            return Vec::new();
        }
        let long = catalog.kinds.short_names.iter().find(|s| crate::text::fold(&s.short) == asked).map(|s| crate::text::fold(&s.name));
        let asked = long.unwrap_or(asked);
        let mut found: Vec<(u8, &Document)> = self
            .documents
            .iter()
            .filter_map(|d| {
                let number = d.number.as_deref().map(crate::text::fold).unwrap_or_default();
                let title = crate::text::fold(&d.title);
                let place = if number == asked || title == asked {
                    0
                } else if number.starts_with(&asked) || title.starts_with(&asked) {
                    1
                } else if number.contains(&asked) || title.contains(&asked) || (!title.is_empty() && title.len() > 9 && asked.contains(&title)) {
                    2
                } else {
                    return None;
                };
                Some((place, d))
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.issued.cmp(&a.1.issued)));
        found.into_iter().map(|(_, d)| d).collect()
    }

    pub fn articles(&self) -> usize {
        self.documents.iter().map(|d| d.articles.len()).sum()
    }
    pub fn count(&self, status: Status, on: Date) -> usize {
        self.documents.iter().filter(|d| d.status(on) == status).count()
    }
}

fn known(d: &Document, shapes: bool) -> Known {
    // An excerpt cannot say that an article does not exist.
    let articles = (shapes && !d.excerpt && !d.articles.is_empty()).then(|| {
        let mut map: HashMap<String, Vec<Shape>> = HashMap::new();
        for a in &d.articles {
            let clauses = a.clauses().into_iter().map(|c| (c.val, c.points.into_iter().map(|p| p.val).collect())).collect();
            let (from, until) = d.span(a);
            map.entry(a.eid.clone()).or_default().push(Shape { from, until, clauses });
        }
        map
    });
    Known {
        key: d.key.clone(),
        kind: d.kind.clone(),
        rank: d.rank,
        number: d.docno(),
        body: d.body.clone(),
        name: d.name.clone(),
        title: d.title.clone(),
        issued: d.issued,
        effective: d.effective,
        until: d.until,
        articles,
    }
}
