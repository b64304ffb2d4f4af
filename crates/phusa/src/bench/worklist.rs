//! One page of an official's worklist, at growing numbers of cases.
//!
//! The list belongs to one commune in which a tenth of all cases waits, so that every page is full and the list grows
//! with the number of cases: what must not matter is how long it is.

use super::{Folder, Line, Options, percentile, raw, world};
use crate::demo::dice::Dice;
use anyhow::Context as _;
use casework::views;
use kernel::{Actor, id::CaseId};
use std::time::{Duration, Instant as Clock};
use store::{
    bulk::{Loader, Visible},
    values,
};

/// The commune with the long lists, and who works there.
const BUSY: &str = "H29.162";
const ROLES: [&str; 4] = ["one_stop", "specialist", "head", "leader"];

/// Rows of a page, as the room shows them.
const PAGE: i64 = 50;
const PAGES: usize = 2_000;

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let sizes = if options.cases.is_empty() { vec![10_000, 100_000, 1_000_000] } else { options.cases.clone() };
    let mut first = None;
    for cases in sizes {
        let place = folder.path.join(format!("worklist-{cases}"));
        std::fs::create_dir_all(&place)?;
        let world = match &options.database {
            Some(database) => {
                world::empty(database).await?;
                world::filled(&place, Some(database), cases, false).await?.0
            }
            None if place.join("phusa.db").exists() => world::open(&place, None).await?,
            None => world::filled(&place, None, cases, false).await?.0,
        };
        pile_up(&world, cases / 10).await?;
        measure(&world, cases, &mut first).await?;
    }
    Ok(())
}

/// Gives the busy commune so many things to do, due in the month around today; nothing when they are there.
async fn pile_up(world: &world::World, items: u64) -> anyhow::Result<()> {
    let scope = &world.house.scope;
    let there = scope.one("SELECT COUNT(*) AS n FROM work_item WHERE province = $1 AND office = $2", values![BUSY]).await?;
    if there.map_or(Ok(0), |r| r.int("n"))? >= i64::try_from(items)? {
        return Ok(());
    }
    let (mut dice, now) = (Dice::new(5), world.house.services.now());
    let mut loader = Loader::begin(&world.house.db, Visible::InPortions).await?;
    let table = loader.table("work_item", &raw::WORK_ITEM)?;
    for n in 0..items {
        let due = now.plus_seconds(dice.between(-15 * 86_400, 15 * 86_400));
        let role = ROLES.get(usize::try_from(n)? % ROLES.len()).copied().unwrap_or("one_stop");
        let code = format!("{BUSY}-BENCH-{n:07}");
        let case = CaseId::new(dice.id(due));
        let row = values![
            scope.province(), case, "step", BUSY, role, "todo", due, due, "intake", due, code, "Nguyễn Thị Ngọc Hân", "1.001612",
            "2026-07-01", Option::<String>::None, Option::<String>::None
        ];
        loader.push(table, row).await?;
    }
    loader.finish().await?;
    Ok(())
}

async fn measure(world: &world::World, cases: u64, first: &mut Option<f64>) -> anyhow::Result<()> {
    let hands = world.hands().await?;
    let staff = hands.offices.get(BUSY).context("the busy commune has no staff")?;
    let actors: [&Actor; 3] = [&staff.one_stop, &staff.specialist, &staff.leader];
    explain(world, actors.first().copied()).await?;
    let desk = &world.house.services.desk;
    let (mut times, mut rows): (Vec<Duration>, usize) = (Vec::with_capacity(PAGES), 0);
    for n in 0..PAGES + 200 {
        let Some(actor) = actors.get(n % actors.len()) else { break };
        let began = Clock::now();
        let page = views::worklist(desk, actor, "todo", None, PAGE).await?;
        let deep = match page.last().filter(|_| n % 4 == 0) {
            Some(last) => views::worklist(desk, actor, "todo", Some(&last.place()), PAGE).await?.len(),
            None => 0,
        };
        // Every fourth is the second page too: the place in the list must not matter.
        if n >= 200 {
            times.push(if n % 4 == 0 { began.elapsed() / 2 } else { began.elapsed() });
        }
        rows += page.len() + deep;
    }
    let p99 = percentile(&mut times, 99).unwrap_or(0.0);
    let base = *first.get_or_insert(p99);
    let items = world.house.scope.query("SELECT COUNT(*) AS n FROM work_item WHERE province = $1", Vec::new()).await?;
    let items = items.first().map_or(Ok(0), |r| r.int("n"))?;
    eprintln!("{cases} cases: {items} work items, {} rows a page", rows / (PAGES * 5 / 4));
    Line {
        bench: "worklist",
        engine: world.engine(),
        case: format!("{cases} cases"),
        value: p99,
        unit: "ms p99 a page",
        peer: Some("the first size".to_owned()),
        peer_value: Some(base),
        ratio: Some(p99 / base),
        p50_ms: percentile(&mut times, 50),
        p99_ms: Some(p99),
        rss_mb: None,
    }
    .print()
}

/// How the engine finds the page, once for the reader.
async fn explain(world: &world::World, actor: Option<&Actor>) -> anyhow::Result<()> {
    let Some(office) = actor.and_then(|a| a.office.as_ref()) else { return Ok(()) };
    let page = "SELECT case_id FROM work_item WHERE province = $1 AND office = $2 AND role = $3 AND list = $4 \
                AND (sort_due, case_id, item) > ($5, $6, $7) ORDER BY sort_due, case_id, item LIMIT $8";
    let how = world.house.db.engine().pick("EXPLAIN QUERY PLAN", "EXPLAIN");
    let params = values![office.as_str(), "one_stop", "todo", i64::MIN, "", "", PAGE];
    for row in world.house.scope.query(&format!("{how} {page}"), params).await? {
        eprintln!("  {row:?}");
    }
    Ok(())
}
