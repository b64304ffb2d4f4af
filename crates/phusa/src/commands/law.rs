//! `phusa law`: the corpus from the command line. `measure` opens no installation: it reads data sets and prints the bars.

use crate::{catalog::Catalog, commands::private_file};
use anyhow::Context as _;
use clap::Subcommand;
use kernel::{Actor, Instant, Text, id::{OfficeCode, ProvinceCode}, text::Lang, time::Date};
use law::{
    Author, Failure, Filter, Law, Library, Office,
    answer::answer,
    check,
    finding::{State as FindingState, views},
    import::Given,
    library, measure as figures,
    search::eval,
    store::{Kept, said},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant as Watch,
};
use store::Db;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import TXT, HTML, DOCX, JSON, JSONL or ZIP files; prints what was understood and what was not. Exit code 1 when a text was refused.
    Import {
        files: Vec<PathBuf>,
        /// Where the texts were taken from.
        #[arg(long, default_value = "")]
        source: String,
        /// Issuing body, for local documents that do not name it.
        #[arg(long)]
        issuer: Option<String>,
        /// Day it takes effect, where the text does not say.
        #[arg(long)]
        effective: Option<Date>,
        /// First day on which it no longer applies.
        #[arg(long)]
        until: Option<Date>,
    },
    /// The size of the corpus, or one document with its status on a day.
    Status {
        /// Number, part of it, or name.
        document: Option<String>,
        #[arg(long)]
        on: Option<Date>,
    },
    /// Answer a question: passages with their citations, or why there is none (exit code 1).
    Search {
        question: String,
        #[arg(long)]
        on: Option<Date>,
    },
    /// Check a draft; prints line: place: reason. Exit code 1 when something needs another look.
    Check {
        draft: PathBuf,
        /// Day of issue.
        #[arg(long)]
        on: Option<Date>,
    },
    /// Hold documents against the corpus; findings are kept, and only what is new, changed or gone is told. A run that was stopped goes on.
    Conflicts {
        /// Number or name of one document.
        #[arg(long, conflicts_with = "all")]
        document: Option<String>,
        /// All documents, and the legal bases of the procedures.
        #[arg(long)]
        all: bool,
    },
    /// Recall and MRR over a set of questions (JSON lines: id, question, gold, date) on this installation's corpus; or precision, recall and
    /// twins told apart over pairs of texts (JSON: id, family, twin, part, here, there).
    Eval {
        #[arg(long, required_unless_present = "pairs")]
        questions: Option<PathBuf>,
        #[arg(long)]
        pairs: Option<PathBuf>,
    },
    /// Write a document as Akoma Ntoso.
    Export {
        document: String,
        #[arg(long)]
        on: Option<Date>,
        #[arg(long)]
        to: PathBuf,
    },
    /// Read data sets (vlc_fulltext.jsonl, four_laws_structured.jsonl, congbao_titles.jsonl) and print the bars.
    Measure {
        /// Folder with the unpacked data sets.
        #[arg(long)]
        data: PathBuf,
        #[arg(long)]
        questions: Option<PathBuf>,
    },
}

fn today() -> Date {
    Instant::from(jiff::Timestamp::now()).date()
}

pub async fn run(db: &Db, catalog: &Catalog, province: &ProvinceCode, command: Command) -> anyhow::Result<bool> {
    let clock = Arc::new(|| Instant::from(jiff::Timestamp::now()));
    let nobody = Office { code: OfficeCode::new(&catalog.rooms.law.words.hand_over.office), name: Text::default() };
    let s = Law::new(db.province(province.clone()), catalog.rooms.law.clone(), clock, nobody, false);
    s.procedures.set(Arc::new(crate::bridges::legal_bases::OfCatalogue(catalog.rules()))).ok();
    match command {
        Command::Import { files, source, issuer, effective, until } => {
            let given = Given { source, issuer, effective, until, ..Given::default() };
            return import(&s, &files, &given).await;
        }
        Command::Status { document, on } => status(&s, document.as_deref(), on.unwrap_or_else(today)).await,
        Command::Search { question, on } => search(&s, &question, on.unwrap_or_else(today)).await,
        Command::Check { draft, on } => check_draft(&s, &draft, on.unwrap_or_else(today)).await,
        Command::Conflicts { document, all } => conflicts(&s, document.as_deref(), all).await,
        Command::Eval { questions, pairs } => {
            if let Some(pairs) = &pairs {
                pairs_of(catalog, pairs)?;
            }
            let Some(questions) = questions else { return Ok(true) };
            let library = s.library().await.map_err(plain)?;
            questions_of(&library, catalog, &questions)
        }
        Command::Export { document, on, to } => {
            let library = s.library().await.map_err(plain)?;
            let d = library.find_documents(&document, &s.catalog).into_iter().next().with_context(|| format!("no document {document:?}"))?;
            std::io::Write::write_all(&mut private_file(&to)?, law::akn::export(d, on.unwrap_or_else(today)).as_bytes())?;
            println!("{} → {}", d.key, to.display());
            Ok(true)
        }
        Command::Measure { .. } => Ok(true),
    }
}

fn plain(f: Failure) -> anyhow::Error {
    match f {
        Failure::Refused(r) => anyhow::anyhow!("{}", said(&r, Lang::Vi)),
        Failure::Internal(e) => e,
    }
}

async fn import(s: &Law, files: &[PathBuf], given: &Given) -> anyhow::Result<bool> {
    let system = Actor::system(s.scope.province().clone());
    let by = Author::new(&system, s.now());
    let mut fine = true;
    for path in files {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let reports = match s.import(&by, &name, bytes, given.clone()).await {
            Ok(reports) => reports,
            Err(Failure::Refused(r)) => {
                fine = false;
                println!("{name}: {}", said(&r, Lang::Vi));
                continue;
            }
            Err(e) => return Err(plain(e)),
        };
        for r in reports {
            match &r.result {
                Ok((key, title, kept)) => {
                    let word = match kept {
                        Kept::New => "mới",
                        Kept::Replaced => "thay bản cũ",
                        Kept::Same => "không đổi",
                    };
                    println!("{key}\t{title}\t{word}\t{} điều, {} khoản, {} điểm", r.counts.articles, r.counts.clauses, r.counts.points);
                }
                Err(refusal) => {
                    fine = false;
                    println!("{}: {}", r.file, said(refusal, Lang::Vi));
                }
            }
            for n in &r.notes {
                println!("  {}:{}: {}", r.file, n.line, n.vi);
            }
        }
    }
    Ok(fine)
}

async fn status(s: &Law, document: Option<&str>, on: Date) -> anyhow::Result<bool> {
    let library = s.library().await.map_err(plain)?;
    let Some(text) = document else {
        println!("{} văn bản, {} điều và phụ lục, {} tác động giữa các văn bản", library.documents.len(), library.articles(), library.operations.len());
        return Ok(true);
    };
    let found = library.find_documents(text, &s.catalog);
    for d in found.iter().take(20) {
        let days = |d: Option<Date>| d.map_or_else(|| "–".to_owned(), |d| d.to_string());
        println!("{}\t{}\t{}\t{} → {}", d.key, d.title, d.status(on).text().vi, days(d.effective), days(d.until));
    }
    Ok(!found.is_empty())
}

async fn search(s: &Law, question: &str, on: Date) -> anyhow::Result<bool> {
    let library = s.library().await.map_err(plain)?;
    let a = answer(&library, &s.catalog, question, &Filter::on(on));
    if let Some(why) = a.refused {
        println!("Không trả lời ({}).", why.code());
    }
    for p in &a.passages {
        let text = p.clause.as_ref().and_then(|(_, r)| p.article.text.get(r.clone())).unwrap_or(&p.article.text);
        println!("{}\n  {}\n  [điểm {:.1}; phủ {}/{}]", p.citation(), text.trim().replace('\n', "\n  "), p.hit.score, p.hit.coverage, p.hit.pairs);
    }
    Ok(a.refused.is_none())
}

async fn check_draft(s: &Law, draft: &Path, on: Date) -> anyhow::Result<bool> {
    let bytes = std::fs::read(draft).with_context(|| draft.display().to_string())?;
    let name = draft.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let pieces = law::import::pieces(&name, &bytes).map_err(|r| anyhow::anyhow!("{}", said(&r, Lang::Vi)))?;
    let library = s.library().await.map_err(plain)?;
    let mut fine = true;
    for piece in pieces {
        let checked = check::draft(&piece.text, &library, &s.catalog, on);
        for f in &checked.faults {
            fine = false;
            println!("{name}:{}: {}: {}", f.line, f.text.trim(), f.say.vi);
        }
        println!("{} viện dẫn, {} điểm cần xem", checked.citations, checked.faults.len());
    }
    Ok(fine)
}

async fn conflicts(s: &Law, document: Option<&str>, all: bool) -> anyhow::Result<bool> {
    let system = Actor::system(s.scope.province().clone());
    let by = Author::new(&system, s.now());
    if let Some(text) = document {
        let library = s.library().await.map_err(plain)?;
        let d = library.find_documents(text, &s.catalog).into_iter().next().with_context(|| format!("no document {text:?}"))?;
        let c = s.review_document(&by, &d.key).await.map_err(plain)?;
        println!("{}: mới {}, đổi {}, đã hết {}, như cũ {}", d.key, c.fresh, c.changed, c.closed, c.same);
    } else if all {
        let p = s.review_all(&by, |p| println!("{}/{} văn bản; mới {}, đổi {}, đã hết {}", p.documents, p.total, p.fresh, p.changed, p.closed)).await.map_err(plain)?;
        println!("xong: {} văn bản; mới {}, đổi {}, đã hết {}", p.documents, p.fresh, p.changed, p.closed);
    }
    let mut open = 0;
    for f in views::read(&s.scope, &views::list(&s.scope, FindingState::Open, "", None, 500).await?).await? {
        open += 1;
        let there = f.found.there.as_ref().map(|t| format!(" ↔ {} {}", t.label, t.title)).unwrap_or_default();
        println!("{}  {} {}/100  {} {}{there}: {}", f.id, f.found.family, f.found.confidence / 10, f.found.here.label, f.found.here.title, f.found.say.vi);
    }
    println!("{open} phát hiện chờ xem xét");
    Ok(open == 0)
}

fn pairs_of(catalog: &Catalog, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let pairs = law::conflict::pairs::read(&text).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
    let (sums, wrong) = law::conflict::pairs::measure(&pairs, &catalog.rooms.law);
    for (name, s) in &sums {
        println!("{}", s.line(name));
    }
    for w in &wrong {
        println!("  {w}");
    }
    Ok(())
}

fn questions_of(library: &Library, catalog: &Catalog, path: &Path) -> anyhow::Result<bool> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut set = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let asked: eval::Asked = serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), n + 1))?;
        set.push(asked);
    }
    let mut parts: Vec<String> = set.iter().map(|a| a.part.clone()).collect();
    parts.sort();
    parts.dedup();
    for part in parts {
        let some: Vec<eval::Asked> = set.iter().filter(|a| a.part == part).cloned().collect();
        for (unmarked, word) in [(false, "có dấu"), (true, "không dấu")] {
            let watch = Watch::now();
            let f = figures::questions(library, &catalog.rooms.law, &some, today(), unmarked);
            let each = watch.elapsed().as_secs_f64() * 1000.0 / some.len().max(1) as f64;
            println!("{}  {each:.2} ms", f.line(format!("{part} {word}").trim()));
        }
    }
    Ok(true)
}

/// The bars of the texts that are not the project's own, from a folder.
pub fn measure(catalog: &Catalog, data: &Path, questions: Option<&Path>) -> anyhow::Result<bool> {
    let c = &catalog.rooms.law;
    if let Ok(text) = std::fs::read_to_string(data.join("congbao_titles.jsonl")) {
        let (all, exact, wrong) = figures::titles(&text);
        println!("numbers of titles: {exact} of {all} exact ({:.4})", exact as f64 / all.max(1) as f64);
        for w in wrong.iter().take(20) {
            println!("  {w}");
        }
    }
    let mut documents = std::collections::BTreeMap::new();
    for name in ["vlc_fulltext.jsonl", "four_laws_structured.jsonl"] {
        let Ok(bytes) = std::fs::read(data.join(name)) else { continue };
        let watch = Watch::now();
        let (read, s) = figures::import(name, &bytes, c).map_err(|r| anyhow::anyhow!("{}", said(&r, Lang::En)))?;
        println!(
            "{name}: {} documents ({} refused) in {:.1} s; parts {}, chapters {}, sections {}, articles {}, clauses {}, points {}, annexes {}; out of order {}, gaps {}, twice {}, undated {}",
            s.documents, s.refused, watch.elapsed().as_secs_f64(), s.counts.parts, s.counts.chapters, s.counts.sections, s.counts.articles, s.counts.clauses, s.counts.points, s.counts.annexes, s.out_of_order, s.gaps, s.duplicates, s.undated
        );
        for i in read {
            let more = documents.get(&i.document.key).is_none_or(|d: &law::document::Document| d.articles.len() <= i.document.articles.len());
            if more {
                documents.insert(i.document.key.clone(), i.document);
            }
        }
    }
    let watch = Watch::now();
    let library = library::Library::build(documents.into_values().collect(), c);
    println!("corpus: {} documents, {} articles, built in {:.1} s; {} operations", library.documents.len(), library.articles(), watch.elapsed().as_secs_f64(), library.operations.len());
    let watch = Watch::now();
    for (state, n) in figures::citations(&library, c, today()) {
        println!("  citations {state}: {n}");
    }
    println!("  in {:.1} s", watch.elapsed().as_secs_f64());
    questions.map_or(Ok(true), |q| questions_of(&library, catalog, q))
}
