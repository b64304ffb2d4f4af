//! Decisions on real cases by real people, and the filter of a list derived for each of them.
//!
//! Peer of the decision is its limit, 150 µs at the 99th percentile; of the filter, 1 ms.

use super::{Folder, Line, Options, percentile, world};
use crate::{catalog, demo::dice::Dice};
use anyhow::Context as _;
use casework::desk;
use identity::{Policies, Subject, actions};
use kernel::{Actor, catalog::Files};
use std::time::{Duration, Instant as Clock};
use store::values;

const CASES: u64 = 2_000;
/// Policies in all: what a province adds for its procedures beside those of the catalogue.
const POLICIES: usize = 60;
const DECISIONS: usize = 20_000;
const DECISION_MS: f64 = 0.15;
const FILTER_MS: f64 = 1.0;

pub async fn run(options: &Options) -> anyhow::Result<()> {
    let folder = Folder::of(options.data.as_ref())?;
    let cases = options.cases.first().copied().unwrap_or(CASES);
    let (world, _) = world::filled(&folder.path, options.database.as_deref(), cases, false).await?;
    let house = &world.house;
    let policies = with_procedures(&catalog::built_in())?;
    anyhow::ensure!(policies.index().len() >= POLICIES, "{} policies", policies.index().len());
    let actors = actors(&world).await?;
    let facts = facts(&world, 500).await?;
    let (offices, province) = (house.identity.offices().clone(), house.scope.province().clone());
    let mut dice = Dice::new(5);
    let mut times = Vec::with_capacity(DECISIONS);
    let mut permitted = 0_usize;
    for n in 0..DECISIONS {
        let (actor, subject) = (dice.pick(&actors).context("nobody")?, dice.pick(&facts).context("no case")?);
        let action = [actions::CASE_VIEW, actions::CASE_ACT, actions::FILE_READ][n % 3];
        let start = Clock::now();
        permitted += usize::from(policies.permits(&province, &offices, Some(actor), action, subject));
        times.push(start.elapsed());
    }
    anyhow::ensure!(permitted > 0 && permitted < DECISIONS, "{permitted} of {DECISIONS} permitted: the measurement decides nothing");
    line(&format!("decision, {} policies, {permitted} of {DECISIONS} permitted", policies.index().len()), &mut times, DECISION_MS)?;
    let mut times: Vec<Duration> = Vec::with_capacity(DECISIONS);
    for _ in 0..DECISIONS {
        let actor = dice.pick(&actors).context("nobody")?;
        let start = Clock::now();
        std::hint::black_box(house.identity.case_filter(actor));
        times.push(start.elapsed());
    }
    line("filter of a list", &mut times, FILTER_MS)
}

fn line(case: &str, times: &mut [Duration], limit: f64) -> anyhow::Result<()> {
    let p99 = percentile(times, 99).unwrap_or_default();
    Line {
        bench: "permit",
        case: case.to_owned(),
        value: p99 * 1e3,
        unit: "µs p99",
        peer: Some("limit".to_owned()),
        peer_value: Some(limit * 1e3),
        ratio: Some(limit / p99),
        p50_ms: percentile(times, 50),
        p99_ms: Some(p99),
        ..Line::default()
    }
    .print()
}

/// The catalogue's policies, and as many of one procedure and one role each as make up the number.
fn with_procedures(built_in: &Files) -> anyhow::Result<Policies> {
    let told = |f: Vec<kernel::catalog::Finding>| anyhow::anyhow!(crate::commands::findings(&f));
    let own = Policies::load(built_in).map_err(told)?.index().len();
    let mut files = built_in.clone();
    let one = |n: usize| {
        format!(
            "@id(\"procedure-{n}\")\npermit (principal is Account, action in [Action::\"case:view\", Action::\"case:act\", Action::\"file:read\"], resource is Case)\n\
             when {{ principal.roles.contains(\"role-{n}\") && resource.definition == \"1.{n:06}\" && principal has office && resource.office_received == principal.office }};\n"
        )
    };
    files.insert("policies/zz-procedures.cedar".to_owned(), (own..POLICIES).map(one).collect::<String>());
    Policies::load(&files).map_err(told)
}

async fn actors(world: &world::World) -> anyhow::Result<Vec<Actor>> {
    let (directory, now) = (world.house.identity.directory(), world.house.services.now());
    let mut all = Vec::new();
    for account in world.accounts.iter().filter(|a| a.post.is_some()).take(400) {
        let known = directory.by_subject(identity::dev_provider::DEMO_ISSUER_KEY, &account.key).await?.context("an account of the city is not there")?;
        all.extend(directory.actor(known.id, now).await?);
    }
    Ok(all)
}

async fn facts(world: &world::World, most: i64) -> anyhow::Result<Vec<Subject>> {
    let desk = &world.house.services.desk;
    let rows = world.house.scope.query("SELECT code FROM case_view WHERE province = $1 ORDER BY case_id LIMIT $2", values![most]).await?;
    let mut all = Vec::new();
    for row in &rows {
        let found = desk.load_code(row.text("code")?).await?.context("a listed case is not there")?;
        all.push(Subject::from(desk::facts(&found, desk.scope())));
    }
    Ok(all)
}
