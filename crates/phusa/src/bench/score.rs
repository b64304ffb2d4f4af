//! 10,000 stored assessments scored again, and the same answers scored in memory by the lean path (points and levels), by the
//! full path (every reason kept) and by Python (points and levels). Both sides hold the answers already read; what reading
//! them costs is in rows of its own.

use super::{Folder, Line, Options, percentile};
use crate::{catalog, demo::dice::Dice};
use anyhow::Context as _;
use scoring::{Answer, Answers, Context, Framework, Given, definition::ScaleType, lean::{Lean, Room, Sheet}};
use std::{
    io::Write as _,
    path::Path,
    process::Command,
    time::{Duration, Instant as Clock},
};
use store::{
    bulk::{Loader, Visible},
    values,
};

const ASSESSMENTS: usize = 10_000;
const SCRIPT: &str = "benches/scoring/score.py";

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let files = catalog::built_in();
    let (frameworks, findings) = scoring::load(&files);
    anyhow::ensure!(findings.is_empty(), "{}", crate::commands::findings(&findings));
    let f = frameworks.latest("dbi-2021-sme").context("the catalogue has no dbi-2021-sme")?;
    let count = options.cases.first().map_or(ASSESSMENTS, |n| usize::try_from(*n).unwrap_or(ASSESSMENTS));
    let mut dice = Dice::new(11);
    let answers: Vec<Answers> = (0..count).map(|_| some(f, &mut dice)).collect();
    let url = match &options.database {
        Some(database) => {
            super::world::empty(database).await?;
            database.clone()
        }
        None => format!("sqlite://{}", folder.path.join("phusa.db").display()),
    };
    let db = crate::assembly::open(&url).await?;
    let scope = db.province(kernel::id::ProvinceCode::new(crate::demo::PROVINCE));
    keep(&db, f, &answers).await?;
    let lean = Lean::prepare(f)?;
    let memory = Memory::of(&lean, &answers)?;
    let (stored, mut times, levels) = again(&scope, &lean).await?;
    anyhow::ensure!(levels == memory.levels, "stored answers come to other levels than those in memory");
    let full = full(f, &answers, levels)?;
    let peer = python(&folder.path, f, &answers, levels)?;
    let row = |case: &str, took: Duration, peer_name: &str, peer: Option<Duration>| Line {
        bench: "score",
        engine: String::new(),
        case: format!("{count} assessments in memory: {case}"),
        value: took.as_secs_f64() * 1e3,
        unit: "ms",
        peer: peer.is_some().then(|| peer_name.to_owned()),
        peer_value: peer.map(|p| p.as_secs_f64() * 1e3),
        ratio: peer.map(|p| p.as_secs_f64() / took.as_secs_f64()),
        ..Line::default()
    };
    let plain = peer.map(|p| p.plain);
    let tables = peer.map(|p| p.prepared);
    row("lean path, prepared answers; points and levels (target 50)", memory.score, "Python, a plain script, answers read, points and levels", plain).print()?;
    row("lean path, prepared answers; points and levels", memory.score, "Python with the framework in tables, answers read, points and levels", tables).print()?;
    row("lean path, preparing the answers included", memory.fill, "Python, a plain script, answers read, points and levels", plain).print()?;
    row("lean path, preparing the answers included", memory.fill, "Python with the framework in tables, answers read, points and levels", tables).print()?;
    row("lean path, reading JSON included", memory.read, "Python, a plain script, reading JSON included", peer.map(|p| p.reading + p.plain)).print()?;
    row("lean path, reading JSON included", memory.read, "Python with the framework in tables, reading JSON included", peer.map(|p| p.reading + p.prepared)).print()?;
    row("full path, every test and reason kept", full, "Python, a plain script, answers read, points and levels alone", plain).print()?;
    Line {
        bench: "score",
        engine: db.engine().pick("sqlite", "postgres").to_owned(),
        case: format!("{count} stored assessments read and scored again: lean path (limit 10 s)"),
        value: stored.as_secs_f64(),
        unit: "s",
        peer: Some("limit".to_owned()),
        peer_value: Some(10.0),
        ratio: Some(stored.as_secs_f64() / 10.0),
        p50_ms: percentile(&mut times, 50),
        p99_ms: percentile(&mut times, 99),
        rss_mb: None,
    }
    .print()
}

/// Runs of each measurement. The quickest counts, on both sides: what else the machine does only ever adds. Ours is the time on
/// the wall, Python's the processor time alone, so that a busy machine never makes Python look slower.
const ROUNDS: usize = 15;

fn quickest(mut once: impl FnMut() -> anyhow::Result<Duration>) -> anyhow::Result<Duration> {
    let all = (0..ROUNDS).map(|_| once()).collect::<anyhow::Result<Vec<_>>>()?;
    all.into_iter().min().context("no run")
}

/// The lean path over answers in memory.
struct Memory {
    /// From prepared answers.
    score: Duration,
    /// From answers as the program holds them.
    fill: Duration,
    /// From JSON.
    read: Duration,
    levels: u64,
}

impl Memory {
    fn of(lean: &Lean, answers: &[Answers]) -> anyhow::Result<Self> {
        let sheets: Vec<Sheet> = answers
            .iter()
            .map(|a| {
                let mut sheet = lean.sheet();
                lean.fill(&mut sheet, a);
                sheet
            })
            .collect();
        let texts = answers.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        let (mut sheet, mut room) = (lean.sheet(), lean.room());
        let levels = sheets.iter().map(|s| level(lean, s, &mut room)).sum();
        let checked = |sum: u64, took: Duration| {
            anyhow::ensure!(sum == levels, "two ways of preparing answers differ");
            Ok(took)
        };
        let score = quickest(|| {
            let began = Clock::now();
            let sum = sheets.iter().map(|s| level(lean, s, &mut room)).sum();
            checked(sum, began.elapsed())
        })?;
        let fill = quickest(|| {
            let began = Clock::now();
            let mut sum = 0;
            for a in answers {
                lean.fill(&mut sheet, a);
                sum += level(lean, &sheet, &mut room);
            }
            checked(sum, began.elapsed())
        })?;
        let read = quickest(|| {
            let began = Clock::now();
            let mut sum = 0;
            for text in &texts {
                lean.read(&mut sheet, text)?;
                sum += level(lean, &sheet, &mut room);
            }
            checked(sum, began.elapsed())
        })?;
        Ok(Self { score, fill, read, levels })
    }
}

fn level(lean: &Lean, sheet: &Sheet, room: &mut Room) -> u64 {
    u64::from(std::hint::black_box(lean.score(sheet, &[], room)).level.unwrap_or(0))
}

fn full(f: &Framework, answers: &[Answers], levels: u64) -> anyhow::Result<Duration> {
    quickest(|| {
        let began = Clock::now();
        let sum: u64 = answers.iter().map(|a| u64::from(std::hint::black_box(scoring::score(f, a, &Context::default())).level.unwrap_or(0))).sum();
        let took = began.elapsed();
        anyhow::ensure!(sum == levels, "the full path comes to {sum} levels, the lean one to {levels}");
        Ok(took)
    })
}

/// Every stored assessment, page by page: read and scored. The time in all, of each, and the sum of the levels.
async fn again(scope: &store::Scope, lean: &Lean) -> anyhow::Result<(Duration, Vec<Duration>, u64)> {
    let (mut sheet, mut room) = (lean.sheet(), lean.room());
    let (mut levels, mut times, mut after) = (0, Vec::new(), String::new());
    let began = Clock::now();
    loop {
        let page = scope
            .query("SELECT stream, state FROM snapshot WHERE province = $1 AND stream > $2 ORDER BY stream LIMIT $3", values![after.as_str(), 500])
            .await?;
        let Some(last) = page.last() else { break };
        after = last.string("stream")?;
        for row in &page {
            let one = Clock::now();
            lean.read_field(&mut sheet, row.text("state")?, "answers")?;
            levels += level(lean, &sheet, &mut room);
            times.push(one.elapsed());
        }
    }
    Ok((began.elapsed(), times, levels))
}

/// Complete answers, each drawn evenly.
fn some(f: &Framework, dice: &mut Dice) -> Answers {
    let mut answers = Answers::new();
    for p in f.criteria() {
        let value = match p.scale.kind {
            ScaleType::Ratio => Given::Ratio(scoring::Ratio { n: Some(dice.between(0, 40).into()), d: Some(40.into()) }),
            ScaleType::Count => Given::Number(dice.between(0, 12).into()),
            _ => match dice.pick(&p.scale.options) {
                Some(o) => Given::Text(o.code.clone()),
                None => continue,
            },
        };
        answers.insert(p.criterion.code.clone(), Answer::of(value));
    }
    answers
}

async fn keep(db: &store::Db, f: &Framework, all: &[Answers]) -> anyhow::Result<()> {
    let mut loader = Loader::begin(db, Visible::AtEnd).await?;
    let table = loader.table("snapshot", &["province", "stream", "version", "kind", "state"])?;
    for answers in all {
        let id = kernel::id::AssessmentId::new(uuid::Uuid::now_v7());
        let now = kernel::Instant::from_micros(0);
        let started = centre::model::Started {
            framework: f.framework.clone(),
            edition: f.version.clone(),
            stage: "t0".into(),
            vsic: "C10".into(),
            area: String::new(),
            owner: id.to_string(),
            enterprise: None,
            earlier: None,
            subject: None,
            answers: answers.clone(),
        };
        let event = centre::model::AssessmentEvent::Started(Box::new(started));
        let state = centre::model::fold_assessment(id, None, &event, now).context("no assessment")?;
        loader.push(table, values![crate::demo::PROVINCE, id, 1, "assessment", serde_json::to_string(&state)?]).await?;
    }
    loader.finish().await?;
    Ok(())
}

/// What the script measured.
#[derive(Clone, Copy)]
struct Python {
    reading: Duration,
    plain: Duration,
    prepared: Duration,
}

/// The same by Python: the framework and the answers as JSON; nothing when there is no Python here.
fn python(folder: &Path, f: &Framework, all: &[Answers], levels: u64) -> anyhow::Result<Option<Python>> {
    if !Path::new(SCRIPT).exists() {
        eprintln!("{SCRIPT} is not here: start the bench from the root of the tree to have the peer measured");
        return Ok(None);
    }
    let (framework, answers) = (folder.join("framework.json"), folder.join("answers.jsonl"));
    std::fs::write(&framework, serde_json::to_string(f)?)?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(&answers)?);
    for a in all {
        writeln!(out, "{}", serde_json::to_string(a)?)?;
    }
    out.flush()?;
    let ran = Command::new("python3").arg(SCRIPT).arg(&framework).arg(&answers).output().context("python3 is missing: apt-get install -y python3")?;
    anyhow::ensure!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let told: serde_json::Value = serde_json::from_slice(&ran.stdout)?;
    anyhow::ensure!(told["levels"] == levels, "Python found {} levels in all, we {levels}: the two do not score alike", told["levels"]);
    let seconds = |name: &str| told[name].as_f64().map(Duration::from_secs_f64).with_context(|| format!("the script told no {name}"));
    Ok(Some(Python { reading: seconds("reading")?, plain: seconds("plain")?, prepared: seconds("prepared")? }))
}
