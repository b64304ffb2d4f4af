//! The bars of the law room (domain page 8.5) in one report: how real texts are read, found and held apart, and how fast; the same questions
//! through `bm25s` in Python beside. The texts are data beside the project (`--texts`), packed or unpacked.

use super::{Folder, Line, Options, own_mb, percentile};
use ::law::{
    Catalog, Filter, Library,
    document::Document,
    measure,
    search::{Question, eval},
    store::said,
};
use anyhow::Context as _;
use kernel::{text::Lang, time::{Date, date}};
use std::{
    collections::BTreeMap,
    io::Write as _,
    path::Path,
    process::Command,
    time::Instant as Clock,
};

const QUESTIONS: &str = "crates/law/tests/questions.jsonl";
const PAIRS: &str = "crates/law/tests/pairs.json";
const SCRIPT: &str = "benches/law/search.py";
/// As many as the law asks for; the corpus is repeated with changed words until there are so many.
const ARTICLES: usize = 60_000;
/// The day of the project's questions.
const DAY: Date = date(2026, 11, 23);

pub fn run(options: &Options) -> anyhow::Result<()> {
    let texts = options.texts.as_deref().context("--texts DIR: the folder with vlc_fulltext.jsonl, four_laws_structured.jsonl, congbao_titles.jsonl (or .xz)")?;
    let (catalog, findings) = crate::catalog::Catalog::load(&crate::catalog::built_in()).map_or_else(|f| (None, f), |c| (Some(c), Vec::new()));
    let Some(catalog) = catalog else { anyhow::bail!("{}", crate::commands::findings(&findings)) };
    let c = &*catalog.rooms.law;
    let folder = Folder::of(options.data.as_ref())?;
    titles(texts)?;
    let documents = import(texts, c)?;
    let laws = documents.clone();
    let watch = Clock::now();
    let library = Library::build(documents, c);
    row("corpus: versions, registry, index", watch.elapsed().as_secs_f64(), "s").print()?;
    row("corpus: articles", library.articles() as f64, "articles").print()?;
    let set = questions()?;
    let quality = quality(&library, c, &set)?;
    pairs(c)?;
    grounding(&library, c)?;
    let peer = peer(&folder.path, options, &library, &set)?;
    drop(library);
    let times = large(laws, c, &set)?;
    beside(&quality, peer.as_ref(), times)
}

fn row(case: &str, value: f64, unit: &'static str) -> Line {
    Line { bench: "law", case: case.to_owned(), value, unit, ..Line::default() }
}

/// A data set, unpacked by `xz` where it is packed.
fn set(texts: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let plain = texts.join(name);
    if plain.exists() {
        return std::fs::read(&plain).with_context(|| plain.display().to_string());
    }
    let packed = texts.join(format!("{name}.xz"));
    anyhow::ensure!(packed.exists(), "{} is missing (packed as .xz or not)", plain.display());
    let ran = Command::new("xz").arg("-dkc").arg(&packed).output().context("xz is missing: apt-get install -y xz-utils")?;
    anyhow::ensure!(ran.status.success(), "{}: {}", packed.display(), String::from_utf8_lossy(&ran.stderr));
    Ok(ran.stdout)
}

fn titles(texts: &Path) -> anyhow::Result<()> {
    let text = String::from_utf8(set(texts, "congbao_titles.jsonl")?)?;
    let (all, exact, _) = measure::titles(&text);
    row(&format!("numbers of {all} gazette titles read exactly"), exact as f64 / all.max(1) as f64, "share").print()
}

fn import(texts: &Path, c: &Catalog) -> anyhow::Result<Vec<Document>> {
    let mut documents: BTreeMap<String, Document> = BTreeMap::new();
    for name in ["vlc_fulltext.jsonl", "four_laws_structured.jsonl"] {
        let bytes = set(texts, name)?;
        let watch = Clock::now();
        let (read, s) = measure::import(name, &bytes, c).map_err(|r| anyhow::anyhow!("{}", said(&r, Lang::En)))?;
        let took = watch.elapsed().as_secs_f64();
        row(&format!("import of {name}: {} documents, {} refused", s.documents, s.refused), s.documents as f64 / took * 60.0, "documents/min").print()?;
        row(&format!("{name}: articles ({} clauses, {} points; out of order {}, gaps {}, twice {})", s.counts.clauses, s.counts.points, s.out_of_order, s.gaps, s.duplicates), s.counts.articles as f64, "articles").print()?;
        for i in read {
            if documents.get(&i.document.key).is_none_or(|d| d.articles.len() <= i.document.articles.len()) {
                documents.insert(i.document.key.clone(), i.document);
            }
        }
    }
    Ok(documents.into_values().collect())
}

fn questions() -> anyhow::Result<Vec<eval::Asked>> {
    let text = std::fs::read_to_string(QUESTIONS).with_context(|| format!("{QUESTIONS}: start the bench from the root of the tree"))?;
    text.lines().filter(|l| !l.trim().is_empty()).map(|l| serde_json::from_str(l).context(QUESTIONS)).collect()
}

/// Figures of the questions kept aside from tuning are the ones that count.
fn quality(library: &Library, c: &Catalog, set: &[eval::Asked]) -> anyhow::Result<eval::Figures> {
    let mut kept = eval::Figures::default();
    for part in ["tune", "keep"] {
        let some: Vec<eval::Asked> = set.iter().filter(|a| a.part == part).cloned().collect();
        for unmarked in [false, true] {
            let f = measure::questions(library, c, &some, DAY, unmarked);
            let n = f.questions.max(1) as f64;
            let name = format!("{} {part}{}", f.questions, if unmarked { ", without marks" } else { "" });
            for (what, value) in [("recall@1", f.at1 / n), ("recall@10", f.at10 / n), ("MRR@10", f.mrr10 / n), ("answered", 1.0 - f.refused as f64 / n)] {
                row(&format!("questions, {name}: {what}"), value, "share").print()?;
            }
            row(&format!("questions without an answer, {} {part}{}: refused", f.unanswerable, if unmarked { ", without marks" } else { "" }), f.rightly_refused as f64 / f.unanswerable.max(1) as f64, "share").print()?;
            if part == "keep" && !unmarked {
                kept = f;
            }
        }
    }
    Ok(kept)
}

fn pairs(c: &Catalog) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(PAIRS).with_context(|| PAIRS.to_owned())?;
    let set = ::law::conflict::pairs::read(&text).map_err(|e| anyhow::anyhow!("{PAIRS}: {e}"))?;
    for (name, s) in ::law::conflict::pairs::measure(&set, c).0 {
        eprintln!("{}", s.line(&name));
    }
    Ok(())
}

fn grounding(library: &Library, c: &Catalog) -> anyhow::Result<()> {
    let g = measure::grounding(library, c, 4_000);
    row(&format!("a model's {} true sentences: kept", g.faithful), g.kept as f64 / g.faithful.max(1) as f64, "share").print()?;
    row(&format!("a model's {} false sentences: stopped", g.lies), g.stopped as f64 / g.lies.max(1) as f64, "share").print()
}

/// The corpus again and again under other numbers, every ninth word exchanged for another of the same document.
fn large(laws: Vec<Document>, c: &Catalog, set: &[eval::Asked]) -> anyhow::Result<(f64, f64)> {
    let before = own_mb("self").unwrap_or_default();
    let mut all = laws.clone();
    let mut copy = 0usize;
    while all.iter().map(|d| d.articles.len()).sum::<usize>() < ARTICLES {
        copy += 1;
        all.extend(laws.iter().map(|d| another(d, copy)));
    }
    let watch = Clock::now();
    let library = Library::build(all, c);
    let built = watch.elapsed().as_secs_f64();
    drop(laws);
    let n = library.articles();
    row(&format!("{n} articles (the corpus repeated with changed words): versions, registry, index"), built, "s").print()?;
    row(&format!("{n} articles: memory, texts and index"), own_mb("self").unwrap_or_default() - before, "MB").print()?;
    let (mut times, filter) = (Vec::new(), Filter::on(DAY));
    for _ in 0..3 {
        for a in set {
            let watch = Clock::now();
            let q = Question::of(&a.question, &c.words);
            std::hint::black_box(library.search(&q, &filter, 20));
            times.push(watch.elapsed());
        }
    }
    let (p50, p95, p99) = (percentile(&mut times, 50), percentile(&mut times, 95), percentile(&mut times, 99));
    Line { p50_ms: p50, p99_ms: p99, ..row(&format!("{n} articles: a search, p95"), p95.unwrap_or_default(), "ms") }.print()?;
    Ok((p50.unwrap_or_default(), p99.unwrap_or_default()))
}

fn another(d: &Document, copy: usize) -> Document {
    let mut out = d.clone();
    out.key = format!("{}-{copy}", d.key);
    out.number = None;
    out.name = format!("{} {copy}", d.name);
    for (n, a) in out.articles.iter_mut().enumerate() {
        let words: Vec<&str> = a.text.split(' ').collect();
        let changed: Vec<&str> = words.iter().enumerate().map(|(i, w)| if (i + n + copy).is_multiple_of(9) { words[(i * 7 + copy) % words.len()] } else { *w }).collect();
        a.text = changed.join(" ");
    }
    out
}

struct Peer {
    index: f64,
    p50: f64,
    p99: f64,
    recall10: f64,
    mrr10: f64,
}

/// `bm25s` on the articles in force, with the questions kept aside.
fn peer(folder: &Path, options: &Options, library: &Library, set: &[eval::Asked]) -> anyhow::Result<Option<Peer>> {
    let (texts, asked) = (folder.join("texts.jsonl"), folder.join("questions.jsonl"));
    let mut out = std::io::BufWriter::new(std::fs::File::create(&texts)?);
    for d in library.documents.iter().filter(|d| !d.reading_copy) {
        for a in d.articles.iter().filter(|a| d.article_status(a, DAY) == ::law::document::Status::InForce) {
            let id = format!("{} {}", eval::gold_key(&d.key), a.eid);
            writeln!(out, "{}", serde_json::json!({"id": id, "text": format!("{} {} {}", d.title, a.heading, a.text)}))?;
        }
    }
    out.flush()?;
    let lines: Vec<String> = set.iter().filter(|a| a.part == "keep").map(|a| serde_json::json!({"question": a.question, "gold": a.gold.iter().map(|g| eval::gold_key(g)).collect::<Vec<_>>()}).to_string()).collect();
    std::fs::write(&asked, lines.join("\n"))?;
    let ran = Command::new(&options.python).arg(SCRIPT).arg(&texts).arg(&asked).output();
    let told: serde_json::Value = match ran {
        Ok(r) if r.status.success() => serde_json::from_slice(&r.stdout)?,
        _ => {
            eprintln!("bm25s was not measured. It is installed by: python3 -m venv /tmp/peer && /tmp/peer/bin/pip install bm25s numpy; then --python /tmp/peer/bin/python");
            return Ok(None);
        }
    };
    let of = |name: &str| told[name].as_f64().with_context(|| format!("the script told no {name}"));
    Ok(Some(Peer { index: of("index")?, p50: of("p50")?, p99: of("p99")?, recall10: of("recall10")?, mrr10: of("mrr10")? }))
}

fn beside(kept: &eval::Figures, peer: Option<&Peer>, (p50, p99): (f64, f64)) -> anyhow::Result<()> {
    let Some(p) = peer else { return Ok(()) };
    let n = kept.questions.max(1) as f64;
    let line = |case: &str, value: f64, unit: &'static str, theirs: f64, ratio: f64| Line { peer: Some("bm25s".into()), peer_value: Some(theirs), ratio: Some(ratio), ..row(case, value, unit) };
    line("questions kept aside: recall@10", kept.at10 / n, "share", p.recall10, kept.at10 / n / p.recall10).print()?;
    line("questions kept aside: MRR@10", kept.mrr10 / n, "share", p.mrr10, kept.mrr10 / n / p.mrr10).print()?;
    line("a search, p50: ours at 60,000 articles, theirs at the corpus", p50, "ms", p.p50, p.p50 / p50).print()?;
    line("a search, p99: the same", p99, "ms", p.p99, p.p99 / p99).print()?;
    row("bm25s: index of the corpus", p.index, "s").print()
}
