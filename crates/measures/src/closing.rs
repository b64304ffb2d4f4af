//! A closed period: what was known of it when its closing was asked for, computed from the journal as it stood before that entry, signed with
//! the key of the journal's heads, kept with the definitions it was computed by.
//!
//! It is computed on tables of its own, made anew from the journal on SQLite and thrown away; computing it again takes the same path
//! from the same entries and definitions, so the bytes are the same on either engine. Left out are points of the index of Decision 766:
//! they also rest on the catalogue of procedures of the day, and their own page keeps them.

use crate::{
    Catalog, Measures, Who,
    catalog::{self, Source},
    figures::{Figure, Origin, Reader, newest},
    period::Period,
    reading::{self, Reading},
    standing::{self, Standing},
};
use indices::{Exact, State};
use kernel::{Actor, Instant, Refusal, catalog::Files, id::AccountId, text::clean};
use records::{Author, Failure, Record};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use store::{
    Batch, Db, Migration, NewEffect, Scope, StoreError,
    effects::{Effect, Failed, Handler},
    journal::{self, Cursor},
    seal, values,
};

/// The effect that computes what was asked for.
pub const CLOSE: &str = "measures.close";
/// What the signature says it is about.
pub const STATEMENT: &str = "phusa-period-1";
/// Entries replayed at once.
const PORTION: u32 = 1_000;
const WAIT: Duration = Duration::from_millis(200);
const WAITS: u32 = 150;

/// One closing of a period; the first is vintage 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vintage {
    /// The version of the entry that asked for it: everything before that entry counts.
    pub version: i64,
    pub asked: Instant,
    pub by: AccountId,
    pub name: String,
    pub reason: String,
    pub done: Option<Done>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub content: String,
    /// Catalogue files as they were, by path.
    pub definitions: BTreeMap<String, String>,
    pub public_key: String,
    pub signature: String,
}

impl Done {
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.content.as_bytes()))
    }
    pub fn is_signed(&self) -> bool {
        let (mut key, mut signature) = ([0; 32], [0; 64]);
        hex::decode_to_slice(&self.public_key, &mut key).is_ok() && hex::decode_to_slice(&self.signature, &mut signature).is_ok() && seal::statement_holds(&key, STATEMENT, self.content.as_bytes(), &signature)
    }
    pub fn read(&self) -> Result<Snapshot, serde_json::Error> {
        serde_json::from_str(&self.content)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub period: Period,
    pub version: i64,
    pub vintages: Vec<Vintage>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ClosingEvent {
    Asked { period: Period, reason: String, by: AccountId, name: String },
    Closed { asked: i64, done: Done },
}

impl Record for Closing {
    type Event = ClosingEvent;
    const KIND: &'static str = "closing";

    fn evolve(before: Option<Self>, event: &ClosingEvent, at: Instant) -> Option<Self> {
        match event.clone() {
            ClosingEvent::Asked { period, reason, by, name } => {
                let mut c = before.unwrap_or(Self { period, version: 0, vintages: Vec::new() });
                c.version += 1;
                c.vintages.push(Vintage { version: c.version, asked: at, by, name, reason, done: None });
                Some(c)
            }
            ClosingEvent::Closed { asked, done } => {
                let mut c = before?;
                c.version += 1;
                c.vintages.iter_mut().find(|v| v.version == asked)?.done = Some(done);
                Some(c)
            }
        }
    }

    fn rows(batch: &mut Batch, _: Option<&Self>, c: &Self, event: &ClosingEvent, _: i64, at: Instant) {
        let stream = stream(c.period);
        if let (ClosingEvent::Asked { .. }, Some(v)) = (event, c.vintages.last()) {
            batch.effect(NewEffect { kind: CLOSE.into(), stream: stream.clone(), payload: serde_json::json!({"period": c.period, "version": v.version}).to_string(), due: at, dedup_key: Some(format!("{CLOSE}:{stream}:{}", v.version)) });
        }
        for (n, v) in c.vintages.iter().enumerate().map(|(n, v)| (i64::try_from(n + 1).unwrap_or(i64::MAX), v)) {
            let (state, sha) = v.done.as_ref().map_or(("asked", String::new()), |d| ("closed", d.sha256()));
            let body = serde_json::json!({"asked": v.asked, "name": v.name, "reason": v.reason, "sha256": sha}).to_string();
            batch.exec(
                "INSERT INTO measure_closing (province, period, vintage, state, body) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (province, period, vintage) DO UPDATE SET state = excluded.state, body = excluded.body",
                values![c.period.to_string(), n, state, body],
            );
        }
    }
}

pub fn stream(period: Period) -> String {
    format!("closing/{period}")
}

/// What is signed. The order of its fields is part of the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub format: String,
    pub province: String,
    pub period: Period,
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
    pub asked: Instant,
    /// SHA-256 over paths and texts of the definitions.
    pub definitions: String,
    pub indicators: Vec<KeptIndicator>,
    pub indices: Vec<KeptIndex>,
    pub scores: Vec<KeptScore>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptIndicator {
    pub code: String,
    pub version: String,
    /// The period of the value.
    pub period: Period,
    pub n: Exact,
    pub d: Option<Exact>,
    /// `records`, or the vintage that was entered for each area.
    pub origin: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptIndex {
    pub code: String,
    pub version: String,
    pub shown: Option<Exact>,
    /// Code, state, points, maximum of every node.
    pub nodes: Vec<(String, String, Exact, Exact)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptScore {
    pub index: String,
    pub version: String,
    pub node: String,
    pub side: String,
    pub points: Exact,
}

/// Where tables for one computation are made.
pub struct Scratch {
    pub folder: PathBuf,
    pub migrations: Vec<Migration>,
}

/// Tables that go when it is dropped.
struct Tables {
    scope: Scope,
    path: PathBuf,
}

impl Drop for Tables {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(ending);
            // What cannot be removed now is written over by nobody: names are not used twice.
            std::fs::remove_file(path).ok();
        }
    }
}

impl Scratch {
    async fn open(&self, of: &Scope, name: &str) -> anyhow::Result<Tables> {
        std::fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(format!("{name}.db"));
        let db = Db::open(&format!("sqlite://{}", path.display())).await?;
        db.migrate(&self.migrations).await?;
        Ok(Tables { scope: db.province(of.province().clone()), path })
    }
}

impl Measures {
    /// Asks for a period to be closed, or closed again; what follows computes it.
    pub async fn close(&self, actor: &Actor, period: &str, reason: &str) -> Result<Closing, Failure> {
        let who = self.who(actor);
        let period: Option<Period> = clean(period).parse().ok();
        let bad = || Refusal::invalid("close-form", "Chưa chốt được: có chỗ cần sửa", "Not closed: something needs correcting");
        let period = period.ok_or_else(|| bad().because(Some("period"), "Ghi kỳ như 2026-10, 2026-Q3, 2026.", "Write the period as 2026-10, 2026-Q3, 2026."))?;
        let reason = clean(reason);
        records::change::<Closing>(&self.scope, &stream(period), &who.author, |found| ask(found, period, &reason, &who)).await
    }

    pub async fn closing(&self, period: Period) -> Result<Option<Closing>, StoreError> {
        Ok(records::load::<Closing>(&self.scope, &stream(period)).await?.map(|f| f.state))
    }

    /// The content of a closing, computed from the journal up to the entry that asked for it, by these definitions.
    pub async fn recompute(&self, period: Period, version: i64, asked: Instant, definitions: &BTreeMap<String, String>) -> anyhow::Result<String> {
        let files: Files = definitions.iter().map(|(p, t)| (p.clone(), t.clone())).collect();
        let catalog = catalog::load(&files).map_err(|f| anyhow::anyhow!("the definitions do not read: {}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
        let unique = format!("closing-{period}-{version}-{}", uuid::Uuid::now_v7().simple());
        let tables = self.scratch.open(&self.scope, &unique).await?;
        self.replay_until(&tables.scope, &stream(period), version, asked).await?;
        let reader = Reader { scope: &tables.scope, catalog: &catalog, sources: self.sources.as_ref(), at: asked, office: None };
        let snapshot = snapshot(&reader, period, &digest(definitions)).await?;
        Ok(serde_json::to_string(&snapshot)?)
    }

    /// Everything that comes before the entry, in the order of the journal: nothing is ever added behind it.
    async fn replay_until(&self, into: &Scope, stream: &str, version: i64, asked: Instant) -> anyhow::Result<()> {
        let (mut cursor, mut waits) = (Cursor::START, 0);
        loop {
            let mut entries = journal::since(&self.scope, cursor, PORTION).await?;
            let Some(last) = entries.last() else {
                // A transaction that is still open elsewhere hides what came after it began.
                anyhow::ensure!(waits < WAITS, "the entry that asked for the closing cannot be read yet");
                waits += 1;
                tokio::time::sleep(WAIT).await;
                continue;
            };
            cursor = last.cursor();
            let end = entries.iter().position(|e| e.stream == stream && e.version == version);
            entries.truncate(end.unwrap_or(entries.len()));
            into.commit(records::replay::<Reading>(into, &entries).await?).await?;
            into.commit(records::replay::<Standing>(into, &entries).await?).await?;
            self.sources.replay(into, &entries, asked).await?;
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

fn ask(found: Option<&Closing>, period: Period, reason: &str, who: &Who) -> Result<Option<ClosingEvent>, Refusal> {
    if !who.judges {
        return Err(Refusal::forbidden("not-yours", "Người kiểm soát hoặc lãnh đạo tỉnh, thành phố chốt kỳ.", "Controllers or the province's leaders close a period."));
    }
    let bad = || Refusal::invalid("close-form", "Chưa chốt được: có chỗ cần sửa", "Not closed: something needs correcting");
    if period.ends() > who.author.at {
        return Err(bad().because(Some("period"), "Kỳ này chưa kết thúc.", "This period is not over."));
    }
    if reason.chars().count() > 500 {
        return Err(bad().because(Some("reason"), "Tối đa 500 ký tự.", "At most 500 characters."));
    }
    match found.and_then(|c| c.vintages.last()) {
        // It is being computed.
        Some(v) if v.done.is_none() => return Ok(None),
        Some(_) if reason.is_empty() => return Err(bad().because(Some("reason"), "Kỳ này đã chốt; ghi lý do chốt lại.", "This period is closed; say why it is closed again.")),
        _ => {}
    }
    Ok(Some(ClosingEvent::Asked { period, reason: reason.to_owned(), by: who.author.account, name: who.author.name.clone() }))
}

fn digest(definitions: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (path, text) in definitions {
        for part in [path, text] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hex::encode(hash.finalize())
}

/// Counted from records that the journal alone makes.
fn is_closed(catalog: &Catalog, code: &str) -> bool {
    catalog.indicator(code).is_some_and(|i| i.computed.as_ref().is_none_or(|c| !matches!(c.from, Source::Index766 | Source::Signatures)))
}

async fn snapshot(r: &Reader<'_>, period: Period, definitions: &str) -> anyhow::Result<Snapshot> {
    let mut indicators = Vec::new();
    for i in r.catalog.indicators.iter().filter(|i| is_closed(r.catalog, &i.code)) {
        if let Some(f) = r.figure(i, period).await? {
            indicators.push(KeptIndicator { code: i.code.clone(), version: i.version.clone(), period: f.period, n: f.n, d: f.d, origin: origin(r, &i.code, &f).await? });
        }
    }
    let day = period.day_after().yesterday().unwrap_or_else(|_| period.first_day());
    let (mut kept, mut scores) = (Vec::new(), Vec::new());
    for index in r.catalog.indices.current(day) {
        for ((node, side), s) in standing::scores(r.scope, index, period).await? {
            scores.push(KeptScore { index: index.code.clone(), version: index.version.clone(), node, side: side.code().into(), points: s.points });
        }
        if index.inputs.iter().filter_map(|i| i.indicator.as_deref()).all(|c| is_closed(r.catalog, c)) {
            let (inputs, _) = r.inputs(index, period).await?;
            let out = indices::score(index, &inputs);
            let nodes = out.nodes().into_iter().map(|n| (n.code.clone(), state(&n.state).to_owned(), n.points, n.max)).collect();
            kept.push(KeptIndex { code: index.code.clone(), version: index.version.clone(), shown: out.shown, nodes });
        }
    }
    Ok(Snapshot {
        format: STATEMENT.into(),
        province: r.scope.province().to_string(),
        period,
        from: period.begins(),
        to: period.ends(),
        asked: r.at,
        definitions: definitions.to_owned(),
        indicators,
        indices: kept,
        scores,
    })
}

pub fn state(s: &State) -> &'static str {
    match s {
        State::Counted => "counted",
        State::NotApplicable(_) => "not_applicable",
        State::Unknown(_) => "no_data",
    }
}

async fn origin(r: &Reader<'_>, code: &str, f: &Figure) -> anyhow::Result<String> {
    if matches!(f.origin, Origin::Counted(_)) {
        return Ok("records".into());
    }
    let lines = reading::lines(r.scope, code).await?;
    Ok(newest(&lines, f.period).iter().map(|(area, l)| format!("{area}#{}", l.vintage)).collect::<Vec<_>>().join(" "))
}

/// Computes what was asked for and signs it.
pub struct Closer(pub Measures);

#[derive(Deserialize)]
struct Work {
    period: Period,
    version: i64,
}

#[async_trait::async_trait]
impl Handler for Closer {
    async fn run(&self, effect: &Effect, _: &Scope) -> Result<Option<Batch>, Failed> {
        let Work { period, version } = effect.read()?;
        let m = &self.0;
        let Some(found) = m.closing(period).await? else { return Err(Failed::ForGood(format!("no closing of {period}"))) };
        let Some(v) = found.vintages.iter().find(|v| v.version == version && v.done.is_none()) else { return Ok(None) };
        let definitions: BTreeMap<String, String> = m.catalog.files.iter().map(|(p, t)| (p.to_owned(), t.to_owned())).collect();
        let content = m.recompute(period, version, v.asked, &definitions).await.map_err(|e| Failed::ForNow(format!("{e:#}")))?;
        let signature = hex::encode(m.key.sign_statement(STATEMENT, content.as_bytes()));
        let done = Done { content, definitions, public_key: hex::encode(m.key.public().as_bytes()), signature };
        let author = Author { account: v.by, name: v.name.clone(), at: m.now() };
        records::change::<Closing>(&m.scope, &stream(period), &author, |found| {
            let open = found.is_some_and(|c| c.vintages.iter().any(|v| v.version == version && v.done.is_none()));
            Ok(open.then(|| ClosingEvent::Closed { asked: version, done: done.clone() }))
        })
        .await
        .map_err(|e| Failed::ForNow(e.to_string()))?;
        Ok(None)
    }
}

/// A closing in a list.
pub struct Line {
    pub period: Period,
    pub vintage: i64,
    pub closed: bool,
    pub asked: Instant,
    pub name: String,
    pub sha256: String,
}

pub async fn lines(scope: &Scope) -> Result<Vec<Line>, StoreError> {
    #[derive(Deserialize)]
    struct Body {
        asked: Instant,
        name: String,
        sha256: String,
    }
    let rows = scope.query("SELECT period, vintage, state, body FROM measure_closing WHERE province = $1 ORDER BY period DESC, vintage DESC LIMIT 500", Vec::new()).await?;
    rows.iter()
        .map(|r| {
            let damaged = || StoreError::Damaged("a closing".into());
            let b: Body = serde_json::from_str(r.text("body")?).map_err(|_| damaged())?;
            Ok(Line { period: r.text("period")?.parse().map_err(|()| damaged())?, vintage: r.int("vintage")?, closed: r.text("state")? == "closed", asked: b.asked, name: b.name, sha256: b.sha256 })
        })
        .collect()
}

