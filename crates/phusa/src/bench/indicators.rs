//! The index at growing numbers of dossiers: time of a page's figures for every part and period, of the lists behind them, of the
//! board, and how long after an act its figure shows it.
//!
//! Facts of a year are loaded in bulk with the sums that belong to them ([`::indicators::count`]); a small city beside them is
//! followed entry by entry, which gives the consumer's speed and the freshness by real acts.

use super::{Folder, Line, Options, percentile, world};
use crate::demo::{city, dice::Dice};
use anyhow::Context as _;
use ::indicators::{
    Indicators,
    count::Deltas,
    fact::{Fact, Memo},
    page766::working_days_ahead,
    period::Period,
    store as tables,
    views::{self, Behind, Whose},
};
use kernel::{Actor, Instant, id::{CaseId, OfficeCode}};
use std::time::{Duration, Instant as Clock};
use store::{
    Value,
    bulk::{Loader, Visible},
    values,
};

/// Issue 4: a page's figures within so many milliseconds, current within so many of the act.
const PAGE_MS: f64 = 100.0;
const FRESH_MS: f64 = 1_000.0;
/// Dossiers of the city that is followed entry by entry.
const FOLLOWED: u64 = 2_000;
const ROUNDS: usize = 60;
const ACTS: usize = 25;

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let sizes = if options.cases.is_empty() { vec![10_000, 100_000, 1_000_000] } else { options.cases.clone() };
    for cases in sizes {
        let place = folder.path.join(format!("index-{cases}"));
        std::fs::create_dir_all(&place)?;
        if let Some(database) = &options.database {
            world::empty(database).await?;
        }
        let world = world::open(&place, options.database.as_deref()).await?;
        let began = Clock::now();
        let office = load(&world, cases).await?;
        let seconds = began.elapsed().as_secs_f64();
        eprintln!("{cases} facts loaded in {seconds:.1} s");
        follow(&world, cases).await?;
        pages(&world, cases, &office).await?;
        fresh(&world, cases).await?;
        drop(world);
        if options.data.is_none() {
            let _ = std::fs::remove_dir_all(&place);
        }
    }
    Ok(())
}

/// A year of facts, and their sums; answers an office that has its share.
async fn load(world: &world::World, cases: u64) -> anyhow::Result<String> {
    let house = &world.house;
    let now = house.services.now();
    let offices: Vec<String> = house.identity.offices().in_level(identity::Level::Commune).map(|o| o.code.as_str().to_owned()).collect();
    let definitions: Vec<(String, String)> = house
        .services
        .desk
        .rules()
        .definitions
        .in_force(now.date())
        .filter(|d| d.kind == "dossier")
        .map(|d| (d.code.as_str().to_owned(), d.version.clone()))
        .collect();
    let province = Value::from(house.scope.province());
    let mut loader = Loader::begin(&house.db, Visible::InPortions).await?;
    let facts = loader.table("index_fact", &tables::fact_columns())?;
    let mut counted = ["province", "scope", "key", "month"].to_vec();
    counted.extend(::indicators::count::MEASURES.map(|m| m.name));
    let counts = loader.table("index_count", &counted)?;
    let dues = loader.table("index_due", &["province", "kind", "scope", "key", "month", "day", "n"])?;
    let (mut dice, mut sums) = (Dice::new(766), Deltas::default());
    for n in 0..cases {
        let office = offices.get(usize::try_from(dice.below(offices.len() as u64))?).context("no commune")?;
        let (code, version) = definitions.get(usize::try_from(dice.below(definitions.len() as u64))?).context("no procedure")?;
        let fact = invented(&mut dice, now, n, office, code, version);
        sums.change(None, &fact);
        let mut row = vec![province.clone()];
        row.extend(tables::fact_row(&fact));
        loader.push(facts, row).await?;
    }
    for ((scope, key, month), row) in &sums.counts {
        let mut all = vec![province.clone()];
        all.extend(values![*scope, key.as_str(), *month]);
        all.extend(row.iter().map(|n| Value::Int(*n)));
        loader.push(counts, all).await?;
    }
    for ((kind, scope, key, month, day), n) in sums.dues.iter().filter(|(_, n)| **n != 0) {
        let mut all = vec![province.clone()];
        all.extend(values![*kind, *scope, key.as_str(), *month, *day, *n]);
        loader.push(dues, all).await?;
    }
    loader.finish().await?;
    if house.db.engine() == store::Engine::Postgres {
        house.db.query("ANALYZE", &[]).await?;
    }
    offices.first().cloned().context("no commune")
}

/// One dossier of the last year: three in a hundred still open, some late, some with supplements.
fn invented(dice: &mut Dice, now: Instant, n: u64, office: &str, code: &str, version: &str) -> Fact {
    let filed = now.plus_seconds(-dice.between(3600, 365 * 86_400));
    let received = filed.plus_seconds(dice.between(600, 20_000)).min(now);
    let due = received.plus_seconds(dice.between(86_400, 12 * 86_400));
    let open = now.seconds_since(filed) < 20 * 86_400 && dice.per_mille(550) || dice.per_mille(2);
    let took = if dice.per_mille(35) { dice.between(12 * 86_400, 30 * 86_400) } else { dice.between(3_000, 86_400) };
    let ended = (!open).then(|| received.plus_seconds(took).min(now));
    let (online, assisted) = (dice.per_mille(780), dice.per_mille(310));
    let account = format!("acct_{:032x}", dice.below(6));
    let memo = Memo {
        national: if open { 4 } else { 10 },
        assisted,
        promised: Some(due),
        supplements: u32::from(dice.per_mille(60)) + u32::from(dice.per_mille(4)),
        received_at: Some(received),
        finished_at: ended,
        final_due: ended.map(|_| (Some(due), Some(due))),
        result_issued: ended.is_some(),
        result_filed: ended.is_some() && dice.per_mille(930),
        delivered: ended.map(|_| if online { "electronic" } else { "counter" }.to_owned()),
        files: 2,
        reused: dice.per_mille(600),
        synchronised: dice.per_mille(985),
        step: open.then(|| ("appraise".to_owned(), "specialist".to_owned(), office.to_owned())),
        ..Memo::default()
    };
    let case = CaseId::new(dice.id(filed)).to_string();
    Fact {
        case_id: case,
        code: format!("{office}-BENCH-{n:08}"),
        definition: code.to_owned(),
        pinned: version.to_owned(),
        decides: office.to_owned(),
        received: office.to_owned(),
        official: Some(format!("{office}|{account}")),
        official_name: Some("Nguyễn Thị Ngọc Hân".to_owned()),
        channel: if online { "online" } else { "counter" }.to_owned(),
        filed_at: filed,
        counted_at: Some(received),
        ended_at: ended,
        index_due: Some(due),
        legal_due: Some(due),
        person: open.then_some(account),
        person_name: open.then(|| "Nguyễn Thị Ngọc Hân".to_owned()),
        cause: None,
        cause_office: None,
        cause_s: 0,
        version: 8,
        declared_full: true,
        declared_code: true,
        memo,
    }
}

/// The consumer over a journal it has not seen.
async fn follow(world: &world::World, cases: u64) -> anyhow::Result<()> {
    let hands = world.hands().await?;
    let made = city::fill(&world.house, hands, city::Plan { cases: FOLLOWED, seed: 79, progress: false }).await?;
    let consumer = world.house.rooms.indicators.consumer();
    let began = Clock::now();
    let n = consumer.run_all(world.house.services.now()).await?;
    let rate = n as f64 / began.elapsed().as_secs_f64();
    anyhow::ensure!(n as u64 >= made.events, "{n} of {} entries followed", made.events);
    line(world, cases, "entries followed", rate, "entries/s", None, None).print()
}

fn line(world: &world::World, cases: u64, what: &str, value: f64, unit: &'static str, limit: Option<(&str, f64)>, times: Option<&mut Vec<Duration>>) -> Line {
    let mut line = Line { bench: "index", engine: world.engine(), case: format!("{cases} dossiers: {what}"), value, unit, ..Line::default() };
    if let Some((name, limit)) = limit {
        (line.peer, line.peer_value, line.ratio) = (Some(name.to_owned()), Some(limit), Some(value / limit));
    }
    if let Some(times) = times {
        (line.p50_ms, line.p99_ms) = (percentile(times, 50), percentile(times, 99));
    }
    line
}

async fn pages(world: &world::World, cases: u64, office: &str) -> anyhow::Result<()> {
    let room = &world.house.rooms.indicators;
    let now = world.house.services.now();
    let day = now.date();
    let month = Period::month_of(now.plus_seconds(-20 * 86_400));
    let periods = [("month", month), ("quarter", Period::Quarter(day.year(), (day.month() + 2) / 3)), ("year", Period::Year(day.year()))];
    let procedure = room.procedures_of(&Whose::Province, periods[2].1, now).first().map_or_else(String::new, |d| d.code.as_str().to_owned());
    let parts = [
        ("province", Whose::Province),
        ("office", Whose::Office(office.to_owned())),
        ("procedure", Whose::Procedure(procedure.clone())),
        ("office and procedure", Whose::OfficeProcedure(office.to_owned(), procedure)),
        ("official", Whose::Official(format!("{office}|acct_{:032x}", 1))),
    ];
    for (part, whose) in &parts {
        for (name, period) in periods {
            let mut times = Vec::with_capacity(ROUNDS);
            for round in 0..ROUNDS + 5 {
                let began = Clock::now();
                page(room, whose, period, now).await?;
                if round >= 5 {
                    times.push(began.elapsed());
                }
            }
            let p99 = percentile(&mut times, 99).unwrap_or(0.0);
            line(world, cases, &format!("page of {part}, {name}"), p99, "ms p99 a page", Some(("limit of a page", PAGE_MS)), Some(&mut times)).print()?;
        }
    }
    lists(world, cases, &parts, periods[2].1, now).await?;
    let calendar = world.house.services.desk.calendar(&OfficeCode::new("H29"))?;
    let days = working_days_ahead(calendar, now).context("no calendar for the coming days")?;
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let began = Clock::now();
        views::board(&room.scope, "p", "", days).await?;
        views::board(&room.scope, "o", "", days).await?;
        times.push(began.elapsed());
    }
    let p99 = percentile(&mut times, 99).unwrap_or(0.0);
    line(world, cases, "live board of the province and its units", p99, "ms p99 a page", Some(("limit of a page", PAGE_MS)), Some(&mut times)).print()
}

/// Everything the page of a part reads.
async fn page(room: &Indicators, whose: &Whose, period: Period, now: Instant) -> anyhow::Result<()> {
    room.index(whose.clone(), period, now).await?.context("no set")?;
    match whose {
        Whose::Province => {
            views::parts(&room.scope, "o", "", period, now).await?;
            views::parts(&room.scope, "d", "", period, now).await?;
        }
        Whose::Office(o) => {
            views::parts(&room.scope, "c", &format!("{o}|"), period, now).await?;
            views::parts(&room.scope, "u", &format!("{o}|"), period, now).await?;
        }
        _ => {}
    }
    Ok(())
}

/// First and second pages of the dossiers behind figures of a year.
async fn lists(world: &world::World, cases: u64, parts: &[(&str, Whose)], period: Period, now: Instant) -> anyhow::Result<()> {
    let scope = &world.house.scope;
    for (what, measure, minus) in [("received", "received", None), ("late", "late", None), ("without electronic result", "with_result", Some("e_result"))] {
        let mut times = Vec::new();
        for (_, whose) in parts {
            let b = Behind { whose: whose.clone(), period, measure, minus, now };
            for _ in 0..ROUNDS / 3 {
                let began = Clock::now();
                let first = views::behind_figure(scope, &b, None, 50).await?;
                times.push(began.elapsed());
                if let Some(last) = first.last() {
                    let began = Clock::now();
                    views::behind_figure(scope, &b, Some(&last.place()), 50).await?;
                    times.push(began.elapsed());
                }
            }
            let how = world.house.db.engine().pick("EXPLAIN QUERY PLAN ", "EXPLAIN ");
            for (sql, params, _) in views::queries(world.house.db.engine(), &b, None, 50) {
                for row in scope.query(&format!("{how}{sql}"), params).await? {
                    eprintln!("  {what} {whose:?}: {:?}", row.values().last());
                }
            }
        }
        let p99 = percentile(&mut times, 99).unwrap_or(0.0);
        line(world, cases, &format!("list of {what}, year"), p99, "ms p99 a page", Some(("limit of a page", PAGE_MS)), Some(&mut times)).print()?;
    }
    Ok(())
}

/// From the commit of an act to the figure that shows it, with the consumer at its ordinary interval.
async fn fresh(world: &world::World, cases: u64) -> anyhow::Result<()> {
    let house = &world.house;
    let now = house.services.now();
    let hands = world.hands().await?;
    let room = &house.rooms.indicators;
    let clock = house.services.clone();
    let follower = room.consumer().spawn_every(Duration::from_millis(300), move || clock.now());
    let mut times = Vec::new();
    'offices: for staff in hands.offices.values() {
        let actor: &Actor = &staff.one_stop;
        for item in casework::views::worklist(&house.services.desk, actor, "todo", None, 50).await? {
            if item.step != "intake" || item.role != "one_stop" {
                continue;
            }
            let period = Period::month_of(now);
            let before = views::counted(&room.scope, &Whose::Province, period, now).await?.get("received");
            let act = casework::Act { act: "receive".to_owned(), input: serde_json::json!({}) };
            if house.services.desk.perform(actor, item.case_id, &act, now, None, None).await.is_err() {
                continue;
            }
            let began = Clock::now();
            while views::counted(&room.scope, &Whose::Province, period, now).await?.get("received") == before {
                anyhow::ensure!(began.elapsed() < Duration::from_secs(20), "the figure did not follow the act");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            times.push(began.elapsed());
            if times.len() == ACTS {
                break 'offices;
            }
        }
    }
    follower.abort();
    anyhow::ensure!(!times.is_empty(), "no dossier waits at intake");
    let p99 = percentile(&mut times, 99).unwrap_or(0.0);
    line(world, cases, "an act until its figure", p99, "ms p99", Some(("limit of freshness", FRESH_MS)), Some(&mut times)).print()
}
