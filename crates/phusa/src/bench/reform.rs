//! One province goes into another while people act in both: cases moved a second, and the longest an act had to wait.

use super::{Folder, Line, Options, percentile, world};
use crate::{
    assembly,
    catalog::{self, Catalog},
    demo::country::Country,
};
use anyhow::Context as _;
use casework::{Act, DeskError};
use identity::Directory;
use kernel::{
    Actor, Instant,
    id::{AccountId, CaseId, ProvinceCode},
    time::{date, midnight},
};
use reform::{
    acts,
    model::Who,
    moving::Mover,
};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant as Clock},
};
use store::values;

/// Ten minutes for a million cases.
const LIMIT: f64 = 1_000_000.0 / 600.0;
/// Bình Dương goes into Hồ Chí Minh City.
const FROM: &str = "74";
const TO: &str = "79";

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let cases = options.cases.first().copied().unwrap_or(10_000);
    let url = match &options.database {
        Some(database) => {
            world::empty(database).await?;
            database.clone()
        }
        None => format!("sqlite://{}", folder.path.join("reform.db").display()),
    };
    let db = assembly::open(&url).await?;
    let catalog = Catalog::load(&catalog::built_in()).map_err(|f| anyhow::anyhow!(crate::commands::findings(&f)))?;
    let day = date(2025, 7, 1);
    let country = Country::new(db.clone(), &catalog, day);
    let (from, to) = (ProvinceCode::new(FROM), ProvinceCode::new(TO));
    country.fill(std::slice::from_ref(&from), cases, 20).await?;
    country.fill(std::slice::from_ref(&to), 8_000, 20).await?;
    let home = db.province(to.clone());
    let now = midnight(day).plus_seconds(8 * 3600);
    let who = |n: u128, name: &str| Who { account: AccountId::new(uuid::Uuid::from_u128(n)), name: name.to_owned() };
    let said = acts::Said { name: "Đo tốc độ".into(), basis: "202/2025/QH15".into(), day: Some(day) };
    let here = std::slice::from_ref(&from);
    let plan = acts::prepare(&home, &country.areas, &country.offices, here, &said, who(1, "Người chuẩn bị"), now).await?;
    let plan = acts::approve(&home, &plan.id, who(2, "Người phê duyệt"), now).await?;
    let engine = db.engine().pick("sqlite", "postgres").to_owned();
    let stop = Arc::new(AtomicBool::new(false));
    let acting = [acting(&country, &from, now, stop.clone()).await?, acting(&country, &to, now, stop.clone()).await?];
    let began = Clock::now();
    let mut mover = Mover {
        db: db.clone(),
        plan,
        desk: &|p: &ProvinceCode| country.desk(p),
        clock: &|| now,
        together: if options.database.is_some() { 8 } else { 32 },
        pause: Duration::ZERO,
        tell: &|_| {},
    };
    let moved = mover.run().await?;
    let took = began.elapsed();
    stop.store(true, Ordering::SeqCst);
    let mut times = Vec::new();
    for task in acting {
        times.extend(task.await??);
    }
    anyhow::ensure!(mover.plan.after.as_ref().is_some_and(reform::model::Checked::holds), "the recount differs: {:?}", mover.plan.after);
    let rate = moved.cases as f64 / took.as_secs_f64();
    let (acts, worst) = (times.len(), times.iter().max().copied().unwrap_or_default());
    Line {
        bench: "reform",
        engine: engine.clone(),
        case: format!("{} dossiers to another province in {:.1} s, {acts} acts meanwhile", moved.cases, took.as_secs_f64()),
        value: rate,
        unit: "dossiers/s",
        peer: Some("10⁶ in 10 minutes".to_owned()),
        peer_value: Some(LIMIT),
        ratio: Some(rate / LIMIT),
        ..Line::default()
    }
    .print()?;
    Line {
        bench: "reform",
        engine,
        case: "longest act meanwhile".to_owned(),
        value: worst.as_secs_f64() * 1e3,
        unit: "ms",
        peer: Some("limit".to_owned()),
        peer_value: Some(1000.0),
        ratio: Some(worst.as_secs_f64()),
        p50_ms: percentile(&mut times, 50),
        p99_ms: percentile(&mut times, 99),
        ..Line::default()
    }
    .print()
}

type Acting = tokio::task::JoinHandle<anyhow::Result<Vec<Duration>>>;

/// One-stop officials receive one new case after another until told to stop; what has gone meanwhile is told so, and counts too.
async fn acting(country: &Country, province: &ProvinceCode, now: Instant, stop: Arc<AtomicBool>) -> anyhow::Result<Acting> {
    let desk = country.desk(province);
    let scope = country.db.province(province.clone());
    let directory = Directory::new(scope.clone());
    let rows = scope.query("SELECT case_id, received FROM case_view WHERE province = $1 AND handling = 'submitted' ORDER BY case_id DESC LIMIT 2000", values![]).await?;
    let mut cases: Vec<(CaseId, Actor)> = Vec::new();
    let mut known: HashMap<String, Actor> = HashMap::new();
    for row in rows {
        let office = row.string("received")?;
        if !known.contains_key(&office) {
            let (account, _) = directory.holders(&office, "one_stop", now).await?.into_iter().next().context("nobody at the counter")?;
            known.insert(office.clone(), directory.actor(account.id, now).await?.context("no actor")?);
        }
        cases.push((row.id("case_id")?, known.get(&office).context("no actor")?.clone()));
    }
    Ok(tokio::spawn(async move {
        let mut times = Vec::new();
        for (case, actor) in cases {
            if stop.load(Ordering::SeqCst) {
                break;
            }
            let act = Act { act: "receive".into(), input: serde_json::json!({"pickup": "Nhận bản điện tử"}) };
            let start = Clock::now();
            match desk.perform(&actor, case, &act, now, None, None).await {
                Ok(_) => times.push(start.elapsed()),
                Err(DeskError::Refused(r)) if r.code == "moved-to-province" => times.push(start.elapsed()),
                Err(e) => return Err(e.into()),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(times)
    }))
}
