//! Finding a dossier by code, name and phone, at growing numbers of dossiers, by an official of an office and by a controller
//! who sees the whole province.
//!
//! Rows of `case_find` and `case_view` are loaded in bulk as filing writes them ([`views_find::rows`]), names from the usual
//! family, middle and given names, a twentieth of all in one busy commune. What is typed is drawn anew for every question: the
//! worst kinds are there too (a family name everybody has; two common names that nobody has together).

use super::{Folder, Line, Options, percentile, raw, world};
use crate::demo::{dice::Dice, names};
use anyhow::Context as _;
use casework::views_find::{self, Asked};
use identity::CaseFilter;
use kernel::{Actor, Instant, id::CaseId};
use std::time::{Duration, Instant as Clock};
use store::{
    Engine, Value,
    bulk::{Loader, Visible},
};

/// Issue 4: a search within so many milliseconds.
const LIMIT_MS: f64 = 20.0;
const BUSY: &str = "H29.162";
const PAGE: usize = 50;
const ROUNDS: usize = 400;

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let sizes = if options.cases.is_empty() { vec![10_000, 100_000, 1_000_000] } else { options.cases.clone() };
    for cases in sizes {
        let place = folder.path.join(format!("find-{cases}"));
        std::fs::create_dir_all(&place)?;
        let world = loaded(options, &place, cases).await?;
        measure(&world, cases).await?;
        drop(world);
        if options.data.is_none() {
            let _ = std::fs::remove_dir_all(&place);
        }
    }
    Ok(())
}

/// The world with so many dossiers: what an earlier run left in the folder or the database is used again.
async fn loaded(options: &Options, place: &std::path::Path, cases: u64) -> anyhow::Result<world::World> {
    let database = options.database.as_deref();
    let world = world::open(place, database).await?;
    let there = world.house.scope.one("SELECT COUNT(*) AS n FROM case_view WHERE province = $1", Vec::new()).await?;
    if there.map_or(Ok(0), |r| r.int("n"))? == i64::try_from(cases)? {
        eprintln!("{cases} dossiers are there; {}", size(&world).await?);
        return Ok(world);
    }
    drop(world);
    if let Some(database) = database {
        world::empty(database).await?;
    }
    let world = world::open(place, database).await?;
    let began = Clock::now();
    load(&world, cases).await?;
    eprintln!("{cases} dossiers loaded in {:.1} s; {}", began.elapsed().as_secs_f64(), size(&world).await?);
    Ok(world)
}

/// A dossier as the load draws it; drawn again from the same number it is the same.
struct Drawn {
    code: String,
    name: String,
    phone: String,
    office: String,
    at: Instant,
}

fn drawn(n: u64, now: Instant, offices: &[String]) -> Drawn {
    let mut dice = Dice::new(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 4);
    let office = if dice.below(20) == 0 { BUSY } else { offices.get(dice.below(offices.len() as u64) as usize).map_or(BUSY, String::as_str) };
    let at = now.plus_seconds(-dice.between(60, 365 * 86_400));
    let d = at.date();
    let code = format!("{office}-{:02}{:02}{:02}-{n:07}", d.year().rem_euclid(100), d.month(), d.day());
    let female = dice.per_mille(500);
    Drawn { code, name: names::name(&mut dice, female), phone: format!("09{:08}", dice.below(100_000_000)), office: office.to_owned(), at }
}

async fn load(world: &world::World, cases: u64) -> anyhow::Result<()> {
    let house = &world.house;
    let now = house.services.now();
    let offices = communes(world);
    let template = template(world, now)?;
    let province = Value::from(house.scope.province());
    let mut loader = Loader::begin(&house.db, Visible::InPortions).await?;
    let find = loader.table("case_find", &["province", "scope", "word", "back", "case_id", "words"])?;
    let view = loader.table("case_view", &raw::CASE_VIEW)?;
    let mut ids = Dice::new(11);
    let (definition, mut state) = template;
    for n in 0..cases {
        let d = drawn(n, now, &offices);
        state.id = CaseId::new(ids.id(d.at));
        state.code = d.code.as_str().into();
        state.filed_at = d.at;
        state.changed_at = d.at;
        state.title = format!("Nhà ở gia đình {}", d.name);
        state.people.applicant.name.clone_from(&d.name);
        state.people.applicant.phone = Some(d.phone);
        state.people.owner = state.people.applicant.clone();
        state.offices.received = d.office.as_str().into();
        state.offices.decides = d.office.as_str().into();
        let row = casework::store::case_row(&definition, &state);
        loader.push(view, std::iter::once(province.clone()).chain(row)).await?;
        for row in views_find::rows(&state) {
            loader.push(find, std::iter::once(province.clone()).chain(row)).await?;
        }
    }
    loader.finish().await?;
    if house.db.engine() == Engine::Postgres {
        house.db.query("VACUUM (ANALYZE) case_find", &[]).await?;
        house.db.query("VACUUM (ANALYZE) case_view", &[]).await?;
    }
    Ok(())
}

fn communes(world: &world::World) -> Vec<String> {
    world.house.identity.offices().in_level(identity::Level::Commune).map(|o| o.code.as_str().to_owned()).collect()
}

/// A dossier that was filed; what differs between dossiers is put into it.
fn template(world: &world::World, now: Instant) -> anyhow::Result<(std::sync::Arc<casework::Definition>, casework::CaseState)> {
    use crate::demo::{applications, small};
    use kernel::id::{AccountId, FileId, PartyId};
    let house = &world.house;
    let definition = house.services.desk.rules().definitions.current(applications::PERMIT, now.date()).context("no such procedure today")?.clone();
    let office = house.identity.offices().get(BUSY).context("no such office")?.clone();
    let mut dice = Dice::new(3);
    let who = names::somebody(&mut dice, true, "phường Xuân Hòa");
    let party = PartyId::new(dice.id(now));
    let applicant = small::stranger(&who.name, party, AccountId::new(dice.id(now)), &house.scope);
    let paper = casework::event::GivenFile {
        component: String::new(),
        file: FileId::new(dice.id(now)),
        name: "a.pdf".into(),
        sha256: "0".repeat(64),
        size: 1,
        media_type: "application/pdf".into(),
        origin: None,
        signatures: Vec::new(),
    };
    let filing = applications::application(&definition, &office, &applications::Applicant { who, party }, &mut dice, now, &paper);
    let calendar = house.services.desk.calendar(&office.code)?.clone();
    let numbers = std::collections::BTreeMap::new();
    let cx = casework::Context { now, actor: &applicant, calendar: &calendar, numbers: &numbers, ids: &[], colleagues: &[] };
    let event = casework::file(&definition, filing, &cx)?;
    let state = casework::evolve(CaseId::new(dice.id(now)), None, &event).context("a filing made no case")?;
    Ok((definition, state))
}

/// What somebody types, of each kind, about a dossier that is there.
fn typed(kind: &str, d: &Drawn, dice: &mut Dice) -> String {
    let words: Vec<&str> = d.name.split(' ').collect();
    let (first, last) = (words.first().copied().unwrap_or("An"), words.last().copied().unwrap_or("An"));
    match kind {
        "code" => d.code.replace(['.', '-'], " ").to_lowercase(),
        "phone" => d.phone.chars().skip(6).collect(),
        "full name" => d.name.clone(),
        "name turned round" => kernel::text::fold(&words.iter().rev().copied().collect::<Vec<_>>().join(" ")),
        "given name" => last.to_owned(),
        "family name" => first.to_owned(),
        "name begun" => format!("{first} {}", last.chars().take(2).collect::<String>()),
        // Family names of three people: nobody has them all.
        _ => format!("{} {} {}", "nguyen", ["tran", "pham", "le"].get(dice.below(3) as usize).copied().unwrap_or("tran"), "hoang"),
    }
}

const KINDS: [&str; 8] = ["code", "phone", "full name", "name turned round", "given name", "family name", "name begun", "common and absent"];

async fn measure(world: &world::World, cases: u64) -> anyhow::Result<()> {
    let house = &world.house;
    let (desk, now, offices) = (&house.services.desk, house.services.now(), communes(world));
    let hands = world.hands().await?;
    let official = hands.offices.get(BUSY).context("the busy commune has no staff")?.one_stop.clone();
    let controller = Actor { roles: ["controller".into()].into_iter().collect(), ..official.clone() };
    explain(world).await?;
    for (who, actor) in [("an office", official), ("the province", controller)] {
        let filter = CaseFilter { party: None, ..house.identity.case_filter(&actor) };
        for kind in KINDS {
            let mut dice = Dice::new(23);
            let (mut times, mut rows): (Vec<Duration>, usize) = (Vec::with_capacity(ROUNDS), 0);
            for n in 0..ROUNDS + 20 {
                let d = drawn(dice.below(cases), now, &offices);
                let asked = Asked::of(&typed(kind, &d, &mut dice));
                let began = Clock::now();
                let page = views_find::find(desk, &filter, &asked, None, PAGE).await?;
                if n >= 20 {
                    times.push(began.elapsed());
                }
                rows += page.cases.len();
            }
            let p99 = percentile(&mut times, 99).unwrap_or(0.0);
            eprintln!("{cases} {who}, {kind}: {} rows a page", rows / (ROUNDS + 20));
            Line {
                bench: "find",
                engine: world.engine(),
                case: format!("{cases} cases, {who}: {kind}"),
                value: p99,
                unit: "ms p99 a page",
                peer: Some("the limit".to_owned()),
                peer_value: Some(LIMIT_MS),
                ratio: Some(p99 / LIMIT_MS),
                p50_ms: percentile(&mut times, 50),
                p99_ms: Some(p99),
                rss_mb: None,
            }
            .print()?;
        }
    }
    Ok(())
}

/// How the engine reads a range, once for the reader.
async fn explain(world: &world::World) -> anyhow::Result<()> {
    let how = world.house.db.engine().pick("EXPLAIN QUERY PLAN", "EXPLAIN");
    let Asked::Names(ranges) = Asked::of("nguyen van a") else { return Ok(()) };
    let range = ranges.first().context("no range")?;
    let params = views_find::parameters(range, BUSY, None, PAGE as i64 + 1);
    for row in world.house.scope.query(&format!("{how} {}", views_find::statement(range)), params).await? {
        eprintln!("  {row:?}");
    }
    Ok(())
}

/// Rows and bytes of the table and its index.
async fn size(world: &world::World) -> anyhow::Result<String> {
    let rows = world.house.scope.one("SELECT COUNT(*) AS n FROM case_find WHERE province = $1", Vec::new()).await?;
    let rows = rows.map_or(Ok(0), |r| r.int("n"))?;
    let sql = world.house.db.engine().pick(
        "SELECT CAST(page_count * page_size AS BIGINT) AS n FROM pragma_page_count(), pragma_page_size()",
        "SELECT pg_total_relation_size('case_find') AS n",
    );
    let bytes = world.house.db.query(sql, &[]).await?;
    let bytes = bytes.first().map_or(Ok(0), |r| r.int("n"))?;
    Ok(format!("{rows} rows to find by, {:.2} GB", bytes as f64 / 1e9))
}
