//! The whole city: 168 communes, some 500 officials, a million dossiers over twelve months, decided by the engine itself.
//!
//! Two threads play the offices through the year, every case by `casework::{file, decide, evolve}` at its invented
//! hour; one loader writes what they decide. Effects are left out: documents are printed when somebody first opens
//! them, notices of a year ago are sent to nobody.

pub mod catalogue;
mod play;

use super::{applications, staff::Hands};
use crate::assembly::Assembled;
use anyhow::Context as _;
use casework::event::GivenFile;
use kernel::{Instant, id::OfficeCode};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant as Clock},
};
use store::{
    Value,
    bulk::{Loader, Table, Visible},
    files::Upload,
    values,
};
use tokio::sync::mpsc;

/// Dossiers of the full city.
pub const CASES: u64 = 1_000_000;
/// Threads that decide; the loader has its own.
const PLAYERS: usize = 2;
/// The city begins this many days ago.
const DAYS: i64 = 365;

/// What is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub cases: u64,
    pub seed: u64,
    /// One line of progress every two seconds.
    pub progress: bool,
}

/// What was made.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub cases: u64,
    pub events: u64,
    pub open: u64,
    pub took: Duration,
}

/// Tables of the load, by their place in [`TABLES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Into {
    Journal,
    Snapshot,
    CaseView,
    CasePerson,
    WorkItem,
    Series,
    Number,
    CodeSequence,
    CaseFind,
    FindDone,
}

const TABLES: [(&str, &[&str]); 10] = [
    ("journal", &["province", "stream", "version", "kind", "at", "actor", "on_behalf", "payload"]),
    ("snapshot", &["province", "stream", "version", "kind", "state"]),
    (
        "case_view",
        &[
            "province", "case_id", "code", "definition", "pinned", "title", "phone", "received", "decides", "handling", "outcome",
            "filed_at", "due", "finished_at", "changed_at", "timer_at", "person",
        ],
    ),
    ("case_person", &["province", "party", "filed_at", "case_id"]),
    (
        "work_item",
        &[
            "province", "case_id", "item", "office", "role", "list", "sort_due", "due", "step", "step_due", "code", "title",
            "definition", "pinned", "assignee", "assignee_name",
        ],
    ),
    ("number_series", &["province", "office", "year", "series", "last"]),
    (
        "number_line",
        &["province", "office", "year", "series", "number", "fate", "taker", "at", "symbol", "about", "code", "signer", "folded"],
    ),
    ("code_sequence", &["province", "office", "day", "last"]),
    ("case_find", &["province", "scope", "word", "back", "case_id", "words"]),
    ("case_find_done", &["province", "upto"]),
];

type Rows = Vec<(Into, Vec<Value>)>;

#[derive(Default)]
struct Counted {
    cases: AtomicU64,
    events: AtomicU64,
    open: AtomicU64,
}

/// Fills an empty installation with a year of the city.
pub async fn fill(house: &Assembled, hands: Hands, plan: Plan) -> anyhow::Result<Made> {
    let began = Clock::now();
    let now = house.services.now();
    let paper = paper(house, now).await?;
    let world = Arc::new(play::World {
        definitions: house.services.desk.rules().definitions.clone(),
        offices: hands.offices.keys().filter_map(|o| house.identity.offices().get(o.as_str()).cloned()).collect::<Vec<_>>(),
        calendar: house.services.desk.calendar(&OfficeCode::new("H29"))?.clone(),
        hands,
        paper,
        from: now.plus_seconds(-DAYS * 86_400),
        now,
        scope: house.scope.clone(),
    });
    let counted = Arc::new(Counted::default());
    let (rows, mut coming) = mpsc::channel::<Rows>(16);
    let players: Vec<_> = (0..PLAYERS)
        .map(|n| {
            let (world, rows, counted) = (world.clone(), rows.clone(), counted.clone());
            std::thread::spawn(move || play::year(&world, n, PLAYERS, plan, &counted, &rows))
        })
        .collect();
    drop(rows);
    let mut loader = Loader::begin(&house.db, Visible::InPortions).await?;
    let tables: Vec<Table> = TABLES.iter().map(|(name, columns)| loader.table(name, columns)).collect::<Result<_, _>>()?;
    let mut said = Clock::now();
    while let Some(portion) = coming.recv().await {
        for (into, row) in portion {
            if let Some(table) = tables.get(into as usize) {
                loader.push(*table, row).await?;
            }
        }
        if plan.progress && said.elapsed() > Duration::from_secs(2) {
            said = Clock::now();
            report(&counted, plan.cases, began.elapsed());
        }
    }
    let mut sequences = HashMap::new();
    for player in players {
        let last = player.join().map_err(|_| anyhow::anyhow!("a thread that makes cases ended badly"))??;
        sequences.extend(last);
    }
    let province = house.scope.province().as_str();
    for (key, last) in sequences {
        let last = i64::try_from(last).unwrap_or(i64::MAX);
        let (into, row) = match key {
            play::Sequence::Code(office, day) => (Into::CodeSequence, values![province, office, day, last]),
            play::Sequence::Register(office, year, register) => (Into::Series, values![province, office, year, register, last]),
        };
        if let Some(table) = tables.get(into as usize) {
            loader.push(*table, row).await?;
        }
    }
    // Every case stands in the search already.
    if let Some(table) = tables.get(Into::FindDone as usize) {
        loader.push(*table, values![province, "~"]).await?;
    }
    loader.finish().await?;
    if plan.progress {
        report(&counted, plan.cases, began.elapsed());
        eprintln!();
    }
    Ok(Made {
        cases: counted.cases.load(Ordering::Relaxed),
        events: counted.events.load(Ordering::Relaxed),
        open: counted.open.load(Ordering::Relaxed),
        took: began.elapsed(),
    })
}

fn report(counted: &Counted, cases: u64, took: Duration) {
    let done = counted.cases.load(Ordering::Relaxed);
    let events = counted.events.load(Ordering::Relaxed);
    let rate = done as f64 / took.as_secs_f64().max(0.001);
    let left = (cases.saturating_sub(done)) as f64 / rate.max(1.0);
    eprint!("\rhồ sơ / dossiers: {done}/{cases}, {events} events, {rate:.0}/s, {left:.0} s left   ");
}

/// A sample paper that any dossier may name.
pub async fn paper(house: &Assembled, now: Instant) -> anyhow::Result<GivenFile> {
    let mut batch = house.scope.batch();
    let upload = Upload { name: "minh-hoa.pdf".into(), claimed: None, bytes: applications::sample_paper().into() };
    let stored = house.services.files.take(&mut batch, upload, 1 << 20, now).await?;
    house.scope.commit(batch).await.context("the sample paper")?;
    Ok(GivenFile {
        component: String::new(),
        file: stored.id,
        name: stored.name,
        sha256: stored.sha256,
        size: u64::try_from(stored.size).unwrap_or(0),
        media_type: stored.media_type,
        origin: None,
        signatures: Vec::new(),
    })
}
