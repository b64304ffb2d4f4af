//! Acts a second: receive, assign, appraise, approve, issue, return, on cases of many offices, each act its own
//! durable commit through [`casework::Desk::perform`].

use super::{Folder, Line, Options, percentile, raw, world};
use crate::demo::{
    applications::{self, Applicant, BUSINESS},
    course::{self, Fate, Hand},
    dice::Dice,
    names, small,
    staff::Hands,
};
use anyhow::Context as _;
use casework::{Act, CaseState, Context, Definition, decide, event::GivenFile, evolve, store as tables, verbs};
use kernel::{
    Actor, Instant,
    id::{AccountId, CaseCode, CaseId, FileId, PartyId},
};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
    time::{Duration, Instant as Clock},
};
use store::{
    Value,
    bulk::{Loader, Visible},
    values,
};

/// One act as it will be asked of the desk.
pub struct Step {
    pub actor: Actor,
    pub act: Act,
    pub at: Instant,
}

/// One case from filing to its end: what is asked of the desk, and the states between.
pub struct Story {
    pub definition: Arc<Definition>,
    pub filed: CaseState,
    pub filing: casework::Event,
    pub steps: Vec<Step>,
    /// After each step: the event, the state, and the register number taken (office, year, register, number).
    pub after: Vec<(casework::Event, CaseState, Option<(String, i64, String, u64)>)>,
}

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    for clients in &options.clients {
        one(options, &folder.path, (*clients).max(1)).await?;
    }
    Ok(())
}

async fn one(options: &Options, folder: &Path, clients: usize) -> anyhow::Result<()> {
    let place = folder.join(format!("desk-{clients}"));
    std::fs::create_dir_all(&place)?;
    let database = options.database.as_deref();
    if let Some(database) = database {
        world::empty(database).await?;
    }
    let world = world::open(&place, database).await?;
    let hands = world.hands().await?;
    let count = (options.acts / 6).max(clients);
    let stories = Arc::new(stories(&world, &hands, count)?);
    load(&world.house.db, &stories).await?;
    let engine = world.engine();
    let began = Clock::now();
    let tasks: Vec<_> = (0..clients)
        .map(|c| {
            let (desk, stories) = (world.house.services.desk.clone(), stories.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                for story in stories.iter().skip(c).step_by(clients) {
                    for step in &story.steps {
                        let start = Clock::now();
                        desk.perform(&step.actor, story.filed.id, &step.act, step.at, None, None).await?;
                        times.push(start.elapsed());
                    }
                }
                Ok::<_, casework::DeskError>(times)
            })
        })
        .collect();
    let mut times: Vec<Duration> = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let ours = times.len() as f64 / began.elapsed().as_secs_f64();
    drop(world);
    let (peer, limit) = limit(options, folder, clients, &stories).await?;
    Line {
        bench: "transitions",
        engine,
        case: format!("{clients} clients"),
        value: ours,
        unit: "acts/s",
        peer: Some(peer),
        peer_value: Some(limit),
        ratio: Some(ours / limit),
        p50_ms: percentile(&mut times, 50),
        p99_ms: percentile(&mut times, 99),
        rss_mb: None,
    }
    .print()
}

/// The same rows by the bare driver, into tables made anew.
async fn limit(options: &Options, folder: &Path, clients: usize, stories: &Arc<Vec<Story>>) -> anyhow::Result<(String, f64)> {
    let place = folder.join(format!("raw-{clients}"));
    std::fs::create_dir_all(&place)?;
    if let Some(database) = &options.database {
        world::empty(database).await?;
        let db = crate::assembly::open(database).await?;
        load(&db, stories).await?;
        drop(db);
        let rate = raw::postgres(database, clients, stories.clone()).await?;
        return Ok((format!("tokio-postgres, {clients} connections, one pipelined transaction an act"), rate));
    }
    let path = place.join("phusa.db");
    let db = crate::assembly::open(&format!("sqlite://{}", path.display())).await?;
    load(&db, stories).await?;
    let stories = stories.clone();
    let rate = tokio::task::spawn_blocking(move || raw::sqlite(&path, clients, &stories)).await??;
    // Open until now, so that both begin with a write-ahead log that has its size already.
    drop(db);
    Ok((format!("rusqlite, synchronous=FULL, {clients} acts a transaction"), rate))
}

/// Stories over all communes, decided in memory.
fn stories(world: &world::World, hands: &Hands, count: usize) -> anyhow::Result<Vec<Story>> {
    let house = &world.house;
    let now = house.services.now();
    let definition = house.services.desk.rules().definitions.current(BUSINESS, now.date()).context("no such procedure today")?;
    let mut dice = Dice::new(7);
    let mut numbers: HashMap<(String, i64, String), u64> = HashMap::new();
    let mut offices: Vec<_> = hands.offices.keys().collect();
    offices.sort();
    let mut all = Vec::with_capacity(count);
    for n in 0..count {
        let office = offices.get(n % offices.len().max(1)).and_then(|o| house.identity.offices().get(o.as_str())).context("no office")?;
        let at = now.plus_seconds(-3600);
        let place = applications::place_of(office);
        let who = names::somebody(&mut dice, n % 2 == 0, &place);
        let party = PartyId::new(dice.id(at));
        let applicant = small::stranger(&who.name, party, AccountId::new(dice.id(at)), &house.scope);
        let paper = GivenFile {
            component: String::new(),
            file: FileId::new(dice.id(at)),
            name: String::new(),
            sha256: String::new(),
            size: 1,
            media_type: "application/pdf".into(),
            origin: None,
            signatures: Vec::new(),
        };
        let mut filing = applications::application(definition, office, &Applicant { who, party }, &mut dice, at, &paper);
        filing.code = CaseCode::new(format!("{}-BENCH-{n:06}", office.code));
        let calendar = house.services.desk.calendar(&office.code)?;
        let none = BTreeMap::new();
        let cx = Context { now: at, actor: &applicant, calendar, numbers: &none, ids: &[], colleagues: &[] };
        let event = decide::file(definition, filing, &cx)?;
        let filed = evolve(CaseId::new(dice.id(at)), None, &event).context("no case")?;
        let mut story = Story { definition: definition.clone(), filed: filed.clone(), filing: event, steps: Vec::new(), after: Vec::new() };
        let staff = hands.offices.get(&office.code).context("no staff")?;
        let fate = Fate { pace: 50, ..Fate::default() };
        let mut state = filed;
        while let Some(next) = course::next(definition, &state, &fate, &mut dice, calendar, staff.specialist.account) {
            if matches!(next.by, Hand::System | Hand::Applicant) {
                break;
            }
            let actor = hands.of(&office.code, &next.by).context("nobody acts")?;
            let at = now.plus_seconds(story.steps.len() as i64);
            let year = i64::from(at.date().year());
            let mut drawn = BTreeMap::new();
            let mut taken = None;
            for register in verbs::registers(definition, Some(&state), &next.act.act) {
                let last = numbers.entry((office.code.to_string(), year, register.to_owned())).or_insert(0);
                *last += 1;
                drawn.insert(register.to_owned(), *last);
                taken = Some((office.code.to_string(), year, register.to_owned(), *last));
            }
            let colleagues = [(staff.specialist.account, staff.specialist.name.clone())];
            let cx = Context { now: at, actor, calendar, numbers: &drawn, ids: &[], colleagues: &colleagues };
            let event = decide::decide(definition, &state, &next.act, &cx)?;
            state = evolve(state.id, Some(state), &event).context("no case")?;
            story.steps.push(Step { actor: actor.clone(), act: next.act, at });
            story.after.push((event, state.clone(), taken));
        }
        all.push(story);
    }
    Ok(all)
}

/// The filed cases, as they stand before the measurement.
async fn load(db: &store::Db, stories: &[Story]) -> anyhow::Result<()> {
    let mut loader = Loader::begin(db, Visible::AtEnd).await?;
    let journal = loader.table("journal", &["province", "stream", "version", "kind", "at", "actor", "on_behalf", "payload"])?;
    let snapshot = loader.table("snapshot", &["province", "stream", "version", "kind", "state"])?;
    let view = loader.table("case_view", &raw::CASE_VIEW)?;
    let item = loader.table("work_item", &raw::WORK_ITEM)?;
    for s in stories {
        let d = &s.definition;
        loader.push(journal, scoped(tables::journal_row(d, &s.filed, &s.filing))).await?;
        loader.push(snapshot, scoped(tables::snapshot_row(d, &s.filed))).await?;
        loader.push(view, scoped(tables::case_row(d, &s.filed))).await?;
        for i in tables::work_items(d, &s.filed) {
            loader.push(item, scoped(tables::item_row(&s.filed, &i))).await?;
        }
    }
    loader.finish().await?;
    Ok(())
}

/// The province goes first.
pub fn scoped(row: Vec<Value>) -> Vec<Value> {
    let mut all = values![crate::demo::PROVINCE];
    all.extend(row);
    all
}
