//! 10,000 stored assessments scored again, beside the same scoring written in Python over the same answers; advice over a shelf
//! of solutions; the director's figures.

use super::{Folder, Line, Options, percentile};
use crate::{catalog, demo::dice::Dice};
use anyhow::Context as _;
use centre::model::Assessment;
use scoring::{Answer, Answers, Context, Framework, Given, definition::ScaleType};
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
    let began = Clock::now();
    let (mut levels, mut times, mut after) = (0_u64, Vec::with_capacity(count), String::new());
    loop {
        let page = scope
            .query("SELECT stream, state FROM snapshot WHERE province = $1 AND stream > $2 ORDER BY stream LIMIT $3", values![after.as_str(), 500])
            .await?;
        let Some(last) = page.last() else { break };
        after = last.string("stream")?;
        for row in &page {
            let one = Clock::now();
            let a: Assessment = serde_json::from_str(row.text("state")?)?;
            let outcome = scoring::score(f, &a.answers, &Context { sector: Some("C10"), members: &[] });
            levels += u64::from(outcome.level.unwrap_or(0));
            times.push(one.elapsed());
        }
    }
    let took = began.elapsed();
    let peer = python(&folder.path, f, &answers, levels)?;
    let (whole, alone) = (peer.map(|p| p.0), peer.map(|p| p.1));
    let began = Clock::now();
    for a in &answers {
        std::hint::black_box(scoring::score(f, a, &Context::default()));
    }
    let scoring = began.elapsed();
    Line {
        bench: "score",
        engine: String::new(),
        case: format!("{count} assessments in memory, scoring alone, every test and reason kept"),
        value: scoring.as_secs_f64(),
        unit: "s",
        peer: alone.is_some().then(|| "Python, points and levels alone, in memory".to_owned()),
        peer_value: alone.map(|p| p.as_secs_f64()),
        ratio: alone.map(|p| p.as_secs_f64() / scoring.as_secs_f64()),
        ..Line::default()
    }
    .print()?;
    let peer = whole;
    Line {
        bench: "score",
        engine: db.engine().pick("sqlite", "postgres").to_owned(),
        case: format!("{count} stored assessments scored again"),
        value: took.as_secs_f64(),
        unit: "s",
        peer: peer.is_some().then(|| "Python, parsing and scoring, without a database".to_owned()),
        peer_value: peer.map(|p| p.as_secs_f64()),
        ratio: peer.map(|p| p.as_secs_f64() / took.as_secs_f64()),
        p50_ms: percentile(&mut times, 50),
        p99_ms: percentile(&mut times, 99),
        rss_mb: None,
    }
    .print()
}

/// Complete answers, each drawn evenly.
fn some(f: &Framework, dice: &mut Dice) -> Answers {
    let mut answers = Answers::new();
    for p in f.criteria() {
        let value = match p.scale.kind {
            ScaleType::Ratio => Given::Ratio(scoring::Ratio { n: Some(dice.between(0, 40).into()), d: Some(40.into()) }),
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
            answers: answers.clone(),
        };
        let event = centre::model::AssessmentEvent::Started(Box::new(started));
        let state = centre::model::fold_assessment(id, None, &event, now).context("no assessment")?;
        loader.push(table, values![crate::demo::PROVINCE, id, 1, "assessment", serde_json::to_string(&state)?]).await?;
    }
    loader.finish().await?;
    Ok(())
}

/// The same by Python: the framework and the answers as JSON; nothing when there is no Python here.
fn python(folder: &Path, f: &Framework, all: &[Answers], levels: u64) -> anyhow::Result<Option<(Duration, Duration)>> {
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
    let seconds = |name: &str| told[name].as_f64().map(Duration::from_secs_f64);
    Ok(seconds("seconds").zip(seconds("scoring")))
}
