//! `phusa reform`: the operator's door to a reorganisation. A plan has the same four eyes as on the pages: `--by` names the
//! administrator whose decision is entered.

use crate::catalog::Catalog;
use anyhow::Context as _;
use casework::Desk;
use clap::Subcommand;
use identity::{Identity, IdentityParts, SessionRules, roles};
use kernel::{
    Instant,
    id::{OfficeCode, ProvinceCode},
    time::Date,
};
use reform::{
    acts,
    model::{Plan, Who},
    moving::Mover,
    preview::{self, Conflict},
    report::{self, Side},
    store as plans,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use store::{Db, Scope};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prepare a plan from the catalogue's changes on a day; prints its id and what is still without a receiver.
    Plan {
        /// Day it takes effect (2025-07-01).
        #[arg(long)]
        on: Date,
        #[arg(long)]
        name: String,
        /// Number of the resolution or decision it rests on.
        #[arg(long)]
        basis: String,
        /// Administrator who prepares: account id, subject or exact name.
        #[arg(long)]
        by: String,
        /// Provinces it concerns; all of the installation when none is named.
        #[arg(long, value_delimiter = ',')]
        provinces: Vec<String>,
    },
    /// Count what a plan moves, by office, and what stands against it.
    Preview { plan: String },
    /// Name who receives from an office; `--commune CODE=OFFICE` for each part of a divided one.
    Assign {
        plan: String,
        #[arg(long)]
        office: String,
        /// The province the office is in.
        #[arg(long)]
        of: String,
        #[arg(long)]
        to: String,
        #[arg(long = "commune")]
        communes: Vec<String>,
        #[arg(long)]
        by: String,
    },
    /// Approve a plan that somebody else prepared.
    Approve {
        plan: String,
        #[arg(long)]
        by: String,
    },
    /// Run an approved plan from its day on; run again it goes on where it stopped.
    Run {
        plan: String,
        /// Cases moved side by side.
        #[arg(long, default_value_t = 16)]
        together: usize,
        /// Rest after each page of 500 cases, so that people's acts come first.
        #[arg(long, default_value_t = 0)]
        pause_ms: u64,
    },
    /// The plans; of one plan its report, counted again.
    Status { plan: Option<String> },
    /// Withdraw a plan that has not begun.
    Undo {
        plan: String,
        #[arg(long)]
        by: String,
        #[arg(long)]
        reason: String,
    },
}

/// Answers false when something is not as it must be: exit code 1.
pub async fn run(db: &Db, catalog: &Catalog, province: &ProvinceCode, command: Command) -> anyhow::Result<bool> {
    let scope = db.province(province.clone());
    let now = Instant::from(jiff::Timestamp::now());
    match command {
        Command::Plan { on, name, basis, by, provinces } => {
            let here: Vec<ProvinceCode> = match provinces.is_empty() {
                true => acts::provinces(db, &catalog.offices).await?,
                false => provinces.iter().map(ProvinceCode::new).collect(),
            };
            let said = acts::Said { name, basis, day: Some(on) };
            let by = administrator(&scope, &by, now).await?;
            let plan = acts::prepare(&scope, &catalog.areas, &catalog.offices, &here, &said, by, now).await?;
            println!("{}", plan.id);
            described(&plan);
        }
        Command::Preview { plan } => shown(db, &known(&scope, &plan).await?).await?,
        Command::Assign { plan, office, of, to, communes, by } => {
            let mut parts = BTreeMap::new();
            for part in communes {
                let (commune, office) = part.split_once('=').context("--commune CODE=OFFICE")?;
                parts.insert(commune.to_owned(), OfficeCode::new(office));
            }
            let by = administrator(&scope, &by, now).await?;
            let (of, office, to) = (ProvinceCode::new(of), OfficeCode::new(office), OfficeCode::new(to));
            described(&acts::assign(&scope, &catalog.offices, &plan, &of, &office, &to, parts, by, now).await?);
        }
        Command::Approve { plan, by } => {
            acts::approve(&scope, &plan, administrator(&scope, &by, now).await?, now).await?;
            println!("Đã phê duyệt / approved");
        }
        Command::Run { plan, together, pause_ms } => {
            let plan = known(&scope, &plan).await?;
            let desk = |p: &ProvinceCode| desk(db, catalog, p);
            let tell = |m: &reform::moving::Moved| eprintln!("{} hồ sơ đã chuyển, {} chưa chuyển được / cases moved, refused", m.cases, m.refused);
            let clock = || Instant::from(jiff::Timestamp::now());
            let pause = Duration::from_millis(pause_ms);
            let mut mover = Mover { db: db.clone(), plan, desk: &desk, clock: &clock, together, pause, tell: &tell };
            mover.run().await?;
            return reported(db, &mover.plan).await;
        }
        Command::Status { plan: None } => {
            for p in plans::list(&scope).await? {
                println!("{}  {}  {:<9}  {} ({} chưa có nơi nhận / without receiver)  {}", p.id, p.day, p.status, p.moves, p.open_moves, p.name);
            }
        }
        Command::Status { plan: Some(plan) } => return reported(db, &known(&scope, &plan).await?).await,
        Command::Undo { plan, by, reason } => {
            acts::withdraw(&scope, &plan, administrator(&scope, &by, now).await?, &reason, now).await?;
            println!("Đã rút / withdrawn");
        }
    }
    Ok(true)
}

/// The desk of any province of the installation.
pub fn desk(db: &Db, catalog: &Catalog, province: &ProvinceCode) -> Desk {
    let scope = db.province(province.clone());
    let identity = Identity::new(IdentityParts {
        scope: scope.clone(),
        offices: Arc::new(catalog.offices.clone()),
        policies: catalog.policies.clone(),
        provider: None,
        sessions: SessionRules::default(),
        clock: identity::system_clock(),
        ways: Vec::new(),
    });
    Desk::new(scope, catalog.rules(), identity)
}

async fn known(scope: &Scope, id: &str) -> anyhow::Result<Plan> {
    Ok(plans::plan(scope, id).await?.ok_or_else(|| plans::Failed::Refused(plans::no_such_plan()))?)
}

/// The account, if it is an administrator's today.
async fn administrator(scope: &Scope, text: &str, now: Instant) -> anyhow::Result<Who> {
    let directory = identity::Directory::new(scope.clone());
    let account = directory.find(text).await.with_context(|| format!("account {text:?}"))?;
    let posts = directory.posts(account.id).await?;
    let holds = posts.iter().any(|p| p.role.as_str() == roles::ADMINISTRATOR && p.valid_from <= now && p.valid_to.is_none_or(|to| to > now));
    anyhow::ensure!(holds, "{} không phải quản trị viên hiện nay của tỉnh {}.\n{} is no administrator of the province today.", account.name, scope.province(), account.name);
    Ok(Who { account: account.id, name: account.name })
}

fn described(plan: &Plan) {
    for m in &plan.provinces {
        println!("tỉnh / province {} → {}{}", m.from, m.to, if m.whole { "" } else { " (một phần / in part)" });
    }
    println!("{} cơ quan / offices, {} đơn vị / units", plan.offices.len(), plan.units.len());
    for m in plan.unassigned() {
        println!("chưa có nơi tiếp nhận / without receiver: {} ({}) → {}", m.office, m.province, m.to_province);
    }
}

async fn shown(db: &Db, plan: &Plan) -> anyhow::Result<()> {
    described(plan);
    let seen = preview::count(db, plan).await?;
    for ((province, office), l) in &seen.offices {
        println!("{province} {office}: {} đang giải quyết / open, {} đã kết thúc / closed, {} hỗ trợ DN / engagements, {} vị trí / posts", l.open, l.closed, l.engagements, l.posts);
    }
    let t = seen.total();
    println!("{} + {} hồ sơ / cases, {} tài khoản / accounts, {} bản nháp / drafts", t.open, t.closed, seen.accounts, seen.drafts);
    for c in &seen.conflicts {
        match c {
            Conflict::Code { code, from, to } => println!("trùng mã hồ sơ / same case code: {code} ({from} → {to})"),
            Conflict::SameSubject { from, to, people } => println!("{from} → {to}: {people} người sẽ được ghép / people to be matched"),
            Conflict::SameNumber { from, to, people } => println!("{from} → {to}: {people} người trùng số định danh / people with the same number"),
        }
    }
    Ok(())
}

/// Prints the report, counted now; false when the recount differs.
async fn reported(db: &Db, plan: &Plan) -> anyhow::Result<bool> {
    println!("{} ({}): {}", plan.name, plan.basis, plan.status.code());
    let now = report::recount(db, plan).await?;
    let before: i64 = plan.before.iter().flatten().map(|c| c.cases).sum();
    println!("trước / before {before}, nay / now {}; chuyển / moved {}, chưa chuyển / refused {}", now.total(), now.moved, now.refused);
    println!("tài khoản / accounts {}, ghép / matched {}, bản nháp / drafts {}", now.accounts, now.matched, now.drafts);
    println!("mất / lost {}, trùng / doubled {}, còn lại / left {}", now.lost, now.doubled, now.left);
    for (province, office, handling, n) in report::by_unit(db, plan, Side::New).await? {
        println!("  {province} {office} {handling}: {n}");
    }
    for (code, province, why) in report::refused(db, plan, 1000).await? {
        println!("chưa chuyển / refused {code} ({province}): {why}");
    }
    Ok(plan.after.is_none() || now.holds())
}
