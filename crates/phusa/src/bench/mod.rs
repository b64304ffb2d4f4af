//! Measurements, one JSON object a line: what the docs say of speed is made by these and by nothing else.

mod documents;
mod find;
mod indicators;
mod law;
mod numbers;
mod permit;
mod raw;
pub use raw::{CASE_VIEW, WORK_ITEM};
mod reform;
mod score;
mod start;
mod transitions;
mod worklist;
pub mod world;

use clap::{Args, ValueEnum};
use serde::Serialize;
use std::{path::PathBuf, time::Duration};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Bench {
    /// Acts a second through the desk, durable, beside the same rows written by the bare driver.
    Transitions,
    /// Server time of one page of a worklist at 10⁴, 10⁵, 10⁶ cases.
    Worklist,
    /// Finding a dossier by code, name and phone at 10⁴, 10⁵, 10⁶ cases.
    Find,
    /// Start to first page, idle memory, bytes of the first page.
    Start,
    /// A year of the city.
    City,
    /// 10,000 stored assessments scored again, beside Python.
    Score,
    /// Two provinces merged while acts go on: cases moved a second, worst delay of an act.
    Reform,
    /// Pages of index 766, the lists behind them, and freshness at 10⁴, 10⁵, 10⁶ dossiers.
    Index,
    /// Documents set, signed and checked.
    Documents,
    /// Numbers of documents, taken by eight clerks at once.
    Numbers,
    /// Permissions decided on real cases, and the filter of a list, beside their limits.
    Permit,
    /// The law: reading, finding, refusing and speed at 60,000 articles, beside bm25s.
    Law,
}

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_enum)]
    pub name: Bench,
    /// postgres://… to measure PostgreSQL: an empty database, of which tables are made anew for each case.
    #[arg(long)]
    pub database: Option<String>,
    /// Folder for databases; made and removed when not given. `start` and `worklist` use what is in it.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Dossiers of `city`, or the sizes of `worklist`.
    #[arg(long, value_delimiter = ',')]
    pub cases: Vec<u64>,
    /// Clients of `transitions`.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 64])]
    pub clients: Vec<usize>,
    /// Acts of one case of `transitions`, about.
    #[arg(long, default_value_t = 24_000)]
    pub acts: usize,
    /// Folder with the texts of `law`.
    #[arg(long)]
    pub texts: Option<PathBuf>,
    /// Interpreter that has bm25s, for `law`.
    #[arg(long, default_value = "python3")]
    pub python: PathBuf,
}

/// One line. Fields that do not apply are null.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    pub bench: &'static str,
    pub engine: String,
    pub case: String,
    pub value: f64,
    pub unit: &'static str,
    pub peer: Option<String>,
    pub peer_value: Option<f64>,
    pub ratio: Option<f64>,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    pub rss_mb: Option<f64>,
}

impl Line {
    pub fn print(mut self) -> anyhow::Result<()> {
        self.rss_mb = self.rss_mb.or_else(|| rss_mb("self"));
        for v in [Some(&mut self.value), self.peer_value.as_mut(), self.ratio.as_mut(), self.p50_ms.as_mut(), self.p99_ms.as_mut(), self.rss_mb.as_mut()].into_iter().flatten() {
            *v = (*v * 1000.0).round() / 1000.0;
        }
        println!("{}", serde_json::to_string(&self)?);
        Ok(())
    }
}

/// Resident memory of a process, with the pages of its own file and of a mapped database, which the system may drop.
pub fn rss_mb(process: &str) -> Option<f64> {
    memory_mb(process, "VmRSS:")
}

/// What a process holds for itself: memory that nothing else can give back.
pub fn own_mb(process: &str) -> Option<f64> {
    memory_mb(process, "RssAnon:")
}

fn memory_mb(process: &str, which: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|l| l.starts_with(which))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kb| kb / 1024.0)
}

/// The time below which this share of the samples lies, in milliseconds.
pub fn percentile(times: &mut [Duration], percent: usize) -> Option<f64> {
    times.sort_unstable();
    let last = times.len().checked_sub(1)?;
    times.get((times.len() * percent / 100).min(last)).map(|t| t.as_secs_f64() * 1e3)
}

/// A folder that goes with the measurement.
pub struct Folder {
    pub path: PathBuf,
    keep: bool,
}

impl Folder {
    pub fn of(given: Option<&PathBuf>) -> anyhow::Result<Self> {
        let path = given.cloned().unwrap_or_else(|| PathBuf::from(format!("bench-data-{}", std::process::id())));
        std::fs::create_dir_all(&path)?;
        Ok(Self { path, keep: given.is_some() })
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

pub async fn run(options: Options) -> anyhow::Result<()> {
    match options.name {
        Bench::Transitions => transitions::run(&options).await,
        Bench::Worklist => worklist::run(&options).await,
        Bench::Find => find::run(&options).await,
        Bench::Start => start::run(&options).await,
        Bench::City => city(&options).await,
        Bench::Score => score::run(&options).await,
        Bench::Reform => reform::run(&options).await,
        Bench::Index => indicators::run(&options).await,
        Bench::Documents => documents::run(&options).await,
        Bench::Numbers => numbers::run(&options).await,
        Bench::Permit => permit::run(&options).await,
        Bench::Law => law::run(&options),
    }
}

async fn city(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let cases = options.cases.first().copied().unwrap_or(crate::demo::city::CASES);
    let (world, made) = world::filled(&folder.path, options.database.as_deref(), cases, true).await?;
    let seconds = made.took.as_secs_f64();
    let engine = world.engine();
    for (case, value, unit) in [
        ("generation", seconds, "s"),
        ("dossiers", made.cases as f64 / seconds, "dossiers/s"),
        ("events", made.events as f64 / seconds, "events/s"),
        ("open at the end", made.open as f64, "dossiers"),
    ] {
        Line { bench: "city", engine: engine.clone(), case: format!("{} dossiers: {case}", made.cases), value, unit, ..Line::default() }.print()?;
    }
    Ok(())
}
