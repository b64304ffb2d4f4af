//! Which articles are held against which: those cited, those of the documents named as bases, and those the index finds for the same words.

use super::{Found, Read, compare, own};
use crate::{
    catalog::Catalog,
    cite::{self, Seen},
    document::{Article, Document},
    library::{Filter, Library},
    norms::Weigh,
    search::Question,
};
use kernel::time::Date;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

/// Articles the index is asked for, and those of them from the bases of the document.
const FROM_INDEX: usize = 10;
const FROM_BASES: usize = 5;
/// Of an article's words these are asked.
const ASKED: usize = 900;

/// What a run looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    pub articles: usize,
    pub pairs: usize,
}

/// Holds articles of a corpus against each other; what was read once is kept.
pub struct Checker<'a> {
    library: &'a Library,
    catalog: &'a Catalog,
    on: Date,
    read: HashMap<(usize, usize), Rc<Read<'a>>>,
    places: HashMap<&'a str, usize>,
    pub counted: Counted,
}

impl<'a> Checker<'a> {
    pub fn new(library: &'a Library, catalog: &'a Catalog, on: Date) -> Self {
        let places = library.documents.iter().enumerate().map(|(i, d)| (d.key.as_str(), i)).collect();
        Self { library, catalog, on, read: HashMap::new(), places, counted: Counted::default() }
    }

    fn read(&mut self, document: usize, article: usize) -> Option<Rc<Read<'a>>> {
        if let Some(r) = self.read.get(&(document, article)) {
            return Some(r.clone());
        }
        let d = self.library.documents.get(document)?;
        let r = Rc::new(Read::of(d, d.articles.get(article)?, self.catalog));
        self.read.insert((document, article), r.clone());
        Some(r)
    }

    /// A document of the corpus, or a draft that is not in it.
    pub fn document(&mut self, d: &'a Document) -> Vec<Found> {
        if d.rank == 0 || d.reading_copy {
            return Vec::new();
        }
        let mut out = own::document(d, self.library, self.catalog);
        self.circle(d, &mut out);
        let bases = self.bases(d);
        let on = self.on;
        for a in d.articles.iter().filter(|a| holds(d, a, on)) {
            self.counted.articles += 1;
            let read = Read::of(d, a, self.catalog);
            out.extend(own::article(&read, self.library, self.catalog, self.on));
            if read.norms.is_empty() || own::transitional(a, self.catalog) {
                continue;
            }
            for ((document, article), cited) in self.candidates(d, a, &bases) {
                let Some(other) = self.read(document, article) else { continue };
                self.counted.pairs += 1;
                let weigh = |h: u64| self.library.index.field(true).weight(h).max(0.2);
                let cx = compare::Cx { catalog: self.catalog, weigh: &weigh as Weigh<'_>, on: self.on, cited };
                out.extend(compare::between(&read, &other, &cx));
            }
        }
        once(out)
    }

    /// Documents that amend each other.
    fn circle(&self, d: &Document, out: &mut Vec<Found>) {
        let amends = |a: &str, b: &str| self.library.operations.iter().any(|(o, _)| o.source == a && o.target == b);
        let targets: HashSet<&str> = self.library.operations.iter().filter(|(o, _)| o.source == d.key && o.target != d.key).map(|(o, _)| o.target.as_str()).collect();
        for t in targets.into_iter().filter(|t| amends(t, &d.key) && *t < d.key.as_str()) {
            let title = self.library.get(t).map_or_else(|| t.to_owned(), Document::cited);
            let here = super::Place { key: d.key.clone(), title: d.cited(), rank: d.rank, eid: String::new(), unit: String::new(), label: String::new(), lead: String::new(), quote: title.clone(), spans: vec![(0, title.len())], from: d.effective, until: d.until };
            out.push(Found { family: "B".into(), code: "circle".into(), here, there: None, rule: "own".into(), confidence: 800, say: kernel::Text::new("Hai văn bản sửa đổi lẫn nhau", "Two documents amend each other") });
        }
    }

    fn bases(&self, d: &Document) -> HashSet<usize> {
        let seen = Seen { key: Some(&d.key), article: None, clause: None, body: d.body.as_deref(), on: self.on };
        let cited = d.bases.iter().flat_map(|b| cite::find(b, self.catalog, &self.library.registry));
        cited.flat_map(|c| self.library.registry.resolve(&c, &seen, self.catalog).targets).filter_map(|t| self.places.get(t.key.as_str()).copied()).collect()
    }

    /// Articles to hold one against, and whether it cites them.
    fn candidates(&self, d: &Document, a: &Article, bases: &HashSet<usize>) -> BTreeMap<(usize, usize), bool> {
        let mut out = BTreeMap::new();
        let number = a.label.trim_start_matches("Điều ").to_owned();
        let seen = Seen { key: Some(&d.key), article: Some(&number), clause: None, body: d.body.as_deref(), on: self.on };
        for c in cite::find(&a.text, self.catalog, &self.library.registry) {
            for t in self.library.registry.resolve(&c, &seen, self.catalog).targets.into_iter().filter(|t| t.key != d.key) {
                let Some(&document) = self.places.get(t.key.as_str()) else { continue };
                let Some(eid) = t.path.article_eid() else { continue };
                let Some(other) = self.library.documents.get(document) else { continue };
                for (article, x) in other.articles.iter().enumerate().filter(|(_, x)| x.eid == eid && holds(other, x, self.on)) {
                    let _ = x;
                    out.insert((document, article), true);
                }
            }
        }
        let text: String = format!("{} {}", a.heading, a.text).chars().take(ASKED).collect();
        let question = Question::of(&text, &self.catalog.words);
        let territories: Vec<String> = d.territory.iter().cloned().collect();
        let filter = Filter { on: self.on, territories: &territories, rank: Some(d.rank), any_time: false };
        let (mut many, mut based) = (0, 0);
        for hit in self.library.search(&question, &filter, 60) {
            let Some(e) = self.library.index.entries.get(hit.entry as usize) else { continue };
            let (document, article) = (e.document as usize, e.article as usize);
            let Some(other) = self.library.documents.get(document) else { continue };
            // Of two texts of one rank the later is checked against the earlier, once.
            if other.key == d.key || other.rank == 0 || (other.rank == d.rank && (other.issued, &other.key) >= (d.issued, &d.key)) {
                continue;
            }
            let of_basis = bases.contains(&document);
            if many < FROM_INDEX || (of_basis && based < FROM_BASES) {
                out.entry((document, article)).or_insert(of_basis && other.rank < d.rank);
                many += 1;
                based += usize::from(of_basis);
            }
        }
        out
    }
}

fn holds(d: &Document, a: &Article, on: Date) -> bool {
    let (from, until) = d.span(a);
    // A draft has no day yet.
    (d.key.is_empty() || from.is_some_and(|f| f <= on)) && until.is_none_or(|u| on < u)
}

/// The same difference seen against several articles, or twice, is one finding: the surest.
fn once(mut all: Vec<Found>) -> Vec<Found> {
    all.sort_by(|x, y| y.confidence.cmp(&x.confidence).then_with(|| x.here.eid.cmp(&y.here.eid)).then_with(|| x.key().cmp(&y.key())));
    let mut seen = HashSet::new();
    all.retain(|f| seen.insert(f.key()) && seen.insert(format!("{}|{}|{}|{}|{:?}", f.family, f.here.eid, f.here.unit, f.here.quote, f.here.spans)));
    all
}
