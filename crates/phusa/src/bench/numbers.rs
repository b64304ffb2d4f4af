//! Numbers of documents taken by eight clerks at once: in one register, and in eight registers of eight offices. Each number is an
//! act of its own with its journal entry. Afterwards every series must be whole.
//!
//! The peer is the limit, 1,000 numbers a second on PostgreSQL.

use super::{Folder, Line, Options, world};
use anyhow::Context as _;
use documents::Documents;
use kernel::{Actor, id::DocumentId};
use std::time::Instant as Clock;
use store::values;

const CLERKS: usize = 8;
const NUMBERS: u64 = 8_000;
const A_SECOND: f64 = 1_000.0;

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    if let Some(database) = &options.database {
        world::empty(database).await?;
    }
    let world = world::open(&folder.path, options.database.as_deref()).await?;
    let mut offices: Vec<_> = world.hands().await?.offices.into_iter().collect();
    offices.sort_by(|a, b| a.0.cmp(&b.0));
    let clerks: Vec<Actor> = offices.into_iter().map(|(_, staff)| staff.clerk).take(CLERKS).collect();
    anyhow::ensure!(clerks.len() == CLERKS, "{} clerks", clerks.len());
    let room = &world.house.rooms.documents;
    let each = options.cases.first().copied().unwrap_or(NUMBERS) / CLERKS as u64;
    let one = clerks.first().context("no clerk")?;
    let same = vec![one.clone(); CLERKS];
    measured(&world, room, &same, each, "one register").await?;
    measured(&world, room, &clerks, each, "eight registers").await?;
    for clerk in &clerks {
        whole(room, clerk).await?;
    }
    Ok(())
}

async fn measured(world: &world::World, room: &Documents, clerks: &[Actor], each: u64, case: &str) -> anyhow::Result<()> {
    let start = Clock::now();
    let mut working = Vec::new();
    for clerk in clerks {
        let (room, clerk) = (room.clone(), clerk.clone());
        working.push(tokio::spawn(async move {
            for n in 0..each {
                let id = DocumentId::new(uuid::Uuid::now_v7());
                room.reserve(&clerk, id, "contract", &format!("Hợp đồng {n}")).await?;
            }
            anyhow::Ok(())
        }));
    }
    for one in working {
        one.await??;
    }
    let rate = (each * clerks.len() as u64) as f64 / start.elapsed().as_secs_f64();
    Line {
        bench: "numbers",
        engine: world.engine(),
        case: format!("{} clerks, {case}", clerks.len()),
        value: rate,
        unit: "numbers/s",
        peer: Some("limit".to_owned()),
        peer_value: Some(A_SECOND),
        ratio: Some(rate / A_SECOND),
        ..Line::default()
    }
    .print()
}

/// No number of the office is missing.
async fn whole(room: &Documents, clerk: &Actor) -> anyhow::Result<()> {
    let office = clerk.office.as_ref().context("no office")?;
    let sql = "SELECT count(*) AS n, max(number) AS last FROM number_line WHERE province = $1 AND office = $2";
    let row = room.scope.one(sql, values![office.as_str()]).await?.context("no row")?;
    anyhow::ensure!(row.int("n")? == row.int("last")?, "a gap in the register of {office}");
    Ok(())
}
