//! The demonstration: invented people, their posts, and dossiers at every stage, made by the engine's own events.

pub mod applications;
pub mod cast;
pub mod country;
pub mod centre;
pub mod city;
pub mod course;
pub mod dice;
pub mod engagements;
pub mod held;
pub mod law;
pub mod live;
pub mod meetings;
pub mod names;
pub mod network;
pub mod operations;
pub mod showroom;
pub mod signatures;
pub mod small;
pub mod staff;
pub mod support;

use crate::{
    assembly::{self, Assembled, Settings, SignIn},
    catalog::{self, Catalog},
    serve,
};
use clap::ValueEnum;
use anyhow::Context as _;
use citizen_care::channel::{self, simulator};
use identity::{DemoMode, DevProvider, demo as people};
use kernel::{Instant, id::ProvinceCode};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// The province the demonstration plays in: the code of Hồ Chí Minh City, under an invented name.
pub const PROVINCE: &str = "79";

/// Whose enterprise the demonstration shows.
const OWNER: &str = "luon";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scale {
    /// Four communes and a few dozen dossiers.
    Small,
    /// 168 communes, 500 officials, 1,000,000 dossiers over twelve months.
    City,
}

pub struct Options {
    pub data: PathBuf,
    pub database: Option<String>,
    pub listen: String,
    pub scale: Scale,
    pub catalog: Vec<PathBuf>,
    /// Requests are not limited: load tests.
    pub unlimited: bool,
    /// A file with the seconds to add to the clock of the machine, so that a walk through days takes minutes.
    pub clock_file: Option<PathBuf>,
    /// The chairman's key on a token, the ward's seal at a simulated provider.
    pub held_keys: bool,
    /// Acts a minute that people of the demonstration do by themselves; nothing moves by itself without.
    pub live: Option<u32>,
}

pub async fn run(options: Options) -> anyhow::Result<()> {
    std::fs::create_dir_all(&options.data)?;
    let listener = serve::bind(&options.listen).await?;
    let address = listener.local_addr()?;
    let house = prepare(&options, &format!("http://127.0.0.1:{}", address.port())).await?;
    house.start_work(&options.data)?;
    fill_centre(&house).await?;
    announce(&address.to_string(), options.scale);
    if let Some(a_minute) = options.live {
        let accounts = staff::accounts(house.identity.offices(), options.scale == Scale::City);
        let seed = u64::try_from(house.services.now().micros()).unwrap_or(0);
        tokio::spawn(live::Live::of(&house, &accounts, seed).await.context("--live")?.go_on(a_minute));
        println!("Bản trình diễn tự diễn {a_minute} việc mỗi phút – {a_minute} acts a minute are done by themselves");
    }
    serve::run(listener, house.router).await
}

/// The house with its people and dossiers in it; existing data is kept.
pub async fn prepare(options: &Options, base: &str) -> anyhow::Result<Assembled> {
    let city = options.scale == Scale::City;
    let url = options.database.clone().unwrap_or_else(|| format!("sqlite://{}", options.data.join("phusa.db").display()));
    if loading(&options.data).exists() {
        begin_again(options)?;
    }
    let db = assembly::open(&url).await?;
    let (catalog, accounts) = catalogue(options, city)?;
    let listed = accounts.iter().map(|a| a.person(&catalog.offices)).collect();
    let dev = DevProvider::new(DemoMode::of_the_demo_command(), base, listed)?;
    let mut rates = web::limit::Rates::default();
    if options.unlimited {
        rates = web::limit::Rates::open();
    }
    let province = ProvinceCode::new(PROVINCE);
    let settings = Settings {
        province: province.clone(),
        public_url: base.to_owned(),
        demo: true,
        clock: clock(options.clock_file.clone()),
        rates,
        trust_proxy: false,
        outside: outside(city).await?,
    };
    let offices: Vec<_> = catalog.offices.iter().map(|o| (o.code.clone(), o.name.vi.clone())).collect();
    let directory = identity::Directory::new(db.province(province.clone()));
    staff::install(&directory, &accounts, &province).await?;
    let mut signers = staff::signers(&directory, &catalog.offices, &accounts).await?;
    signers.extend(signatures::signer(&directory).await?);
    let keys = options.data.join("signing");
    signing::trial::prepare_with(&keys, &offices, &signers, (settings.clock)()).context("trial keys")?;
    signatures::price(&keys, &directory).await?;
    if options.held_keys {
        held::prepare(&keys, &directory).await.context("keys that are held elsewhere")?;
    }
    let house = assembly::assemble(db, catalog, &options.data, SignIn::Demo(dev), settings).await?;
    let started = !house.scope.query("SELECT 1 AS one FROM case_view WHERE province = $1 LIMIT 1", Vec::new()).await?.is_empty();
    if !started {
        signatures::fill(&house).await.context("prepaid signatures")?;
        let plan = city::Plan { cases: city::CASES, seed: 79, progress: true };
        fill(&house, &accounts, city.then_some(plan), &options.data).await?;
    }
    Ok(house)
}

/// The systems of others, simulated inside the program. A city's year of dossiers is told to nobody.
async fn outside(city: bool) -> anyhow::Result<crate::rooms::Outside> {
    if city {
        return Ok(crate::rooms::Outside::default());
    }
    let secret: [u8; 32] = rand::random();
    let portal = national_portal::simulator::Simulator::new(&secret, national_portal::simulator::Faults::default(), 79);
    let (gateway, _) = simulator::sms(&secret).await?;
    let (server, _) = simulator::smtp().await?;
    let carriers = channel::Carriers {
        email: Some(Arc::new(channel::mail::Smtp::new(&server, "Thành phố Phù Sa <mot-cua@phusa.example>")?)),
        sms: Some(Arc::new(channel::sms::Gateway::new(&gateway, &secret, "PHUSA"))),
    };
    Ok(crate::rooms::Outside { national: Some(portal.serve().await?), carriers, ..crate::rooms::Outside::default() })
}

/// The enterprises of an empty register, while the first pages are served already: they take some seconds.
async fn fill_centre(house: &Assembled) -> anyhow::Result<()> {
    let owner = house.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, OWNER).await?;
    let rooms = house.centre.clone();
    let held = house.rooms.meetings.clone();
    let corpus = house.rooms.law.clone();
    let ops = house.rooms.ops.clone();
    let directory = house.identity.directory().clone();
    tokio::spawn(async move {
        match law::fill(&corpus).await {
            Ok(made) if made > 0 => println!("{made} văn bản pháp luật (trích) – excerpts of laws are there"),
            Ok(_) => {}
            Err(error) => tracing::error!("demonstration laws: {error:#}"),
        }
        match meetings::fill(&held, &directory).await {
            Ok(made) if made > 0 => println!("{made} cuộc họp – meetings are there"),
            Ok(_) => {}
            Err(error) => tracing::error!("demonstration meetings: {error:#}"),
        }
        match operations::fill(&ops, &directory).await {
            Ok(made) if made > 0 => println!("{made} nhiệm vụ giao – directives are there"),
            Ok(_) => {}
            Err(error) => tracing::error!("demonstration directives: {error:#}"),
        }
        match centre::fill(&rooms, owner.map(|a| a.id)).await {
            Ok(made) if made.enterprises > 0 => {
                println!("{} doanh nghiệp, {} bài đánh giá – enterprises and assessments are there", made.enterprises, made.assessments);
            }
            Ok(_) => {}
            Err(error) => tracing::error!("demonstration enterprises: {error:#}"),
        }
        if let Err(error) = fill_rooms(&rooms, &directory).await {
            tracing::error!("demonstration of the centre's rooms: {error:#}");
        }
    });
    Ok(())
}

/// The other rooms of the centre, each only while it is empty; they name enterprises, so these come first.
async fn fill_rooms(rooms: &crate::centre_rooms::CentreRooms, directory: &identity::Directory) -> anyhow::Result<()> {
    let cast = cast::Cast::read(directory, rooms.centre.now()).await?;
    let (experts, boards, matters) = network::fill(rooms, &cast).await.context("experts and boards")?;
    if experts > 0 {
        println!("{experts} chuyên gia, {boards} ban, {matters} việc – experts, boards and matters are there");
    }
    let (providers, solutions) = showroom::fill(rooms, &cast).await.context("providers and solutions")?;
    if providers > 0 {
        println!("{providers} nhà cung cấp, {solutions} giải pháp – providers and solutions are there");
    }
    let began = std::time::Instant::now();
    let (made, firms) = engagements::fill(rooms, &cast).await.context("engagements")?;
    if made > 0 {
        println!("{made} đợt hỗ trợ, {firms} doanh nghiệp – engagements are there ({:.0} s)", began.elapsed().as_secs_f64());
    }
    let began = std::time::Instant::now();
    let dossiers = support::fill(rooms, &cast).await.context("support dossiers")?;
    if dossiers > 0 {
        println!("{dossiers} hồ sơ hỗ trợ kinh phí – support dossiers are there ({:.0} s)", began.elapsed().as_secs_f64());
    }
    Ok(())
}

/// The catalogue with the communes of the city laid over it, when this is the city or was filled as one.
pub fn catalogue(options: &Options, city: bool) -> anyhow::Result<(Catalog, Vec<people::DemoAccount>)> {
    let read = |files: &kernel::catalog::Files| Catalog::load(files).map_err(|f| anyhow::anyhow!(crate::commands::findings(&f)));
    let files = catalog::layered(&options.catalog)?;
    let overlay = city::catalogue::folder(&options.data);
    if city && !overlay.exists() {
        let plain = read(&files)?;
        city::catalogue::write(&files, &plain.offices, &plain.areas, &options.data)?;
    }
    let city = overlay.exists();
    let files = if city { files.overlay(catalog::directory(&overlay)?) } else { files };
    let catalog = read(&files)?;
    let accounts = staff::accounts(&catalog.offices, city);
    Ok((catalog, accounts))
}

/// Dossiers for an empty installation: a commune's few dozen, or a city's year.
pub async fn fill(house: &Assembled, accounts: &[people::DemoAccount], plan: Option<city::Plan>, data: &Path) -> anyhow::Result<()> {
    let Some(plan) = plan else {
        small::fill(house, accounts).await.context("demonstration dossiers")?;
        return Ok(());
    };
    std::fs::write(loading(data), "the city is being made; begun again at the next start when this file is still here\n")?;
    let hands = staff::Hands::read(house.identity.directory(), house.identity.offices(), accounts, house.services.now()).await?;
    let made = city::fill(house, hands, plan).await.context("the city's dossiers")?;
    std::fs::remove_file(loading(data))?;
    println!(
        "{} hồ sơ, {} việc đã ghi, {} hồ sơ đang mở – {} dossiers in {:.0} s",
        made.cases, made.events, made.open, made.cases, made.took.as_secs_f64()
    );
    Ok(())
}

/// There while a city is being made: a load that was interrupted is begun again from nothing.
fn loading(data: &Path) -> PathBuf {
    data.join("city.loading")
}

fn begin_again(options: &Options) -> anyhow::Result<()> {
    if options.database.is_some() {
        anyhow::bail!("the last load of the city was interrupted: drop and create the database, then remove {}", loading(&options.data).display());
    }
    for name in ["phusa.db", "phusa.db-wal", "phusa.db-shm"] {
        match std::fs::remove_file(options.data.join(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
    }
    Ok(std::fs::remove_file(loading(&options.data))?)
}

/// The machine's clock, moved by what a file says; read again at most five times a second.
fn clock(file: Option<PathBuf>) -> assembly::Clock {
    let now = || Instant::from(jiff::Timestamp::now());
    let Some(file) = file else { return Arc::new(now) };
    let moved = Arc::new(AtomicI64::new(0));
    let shown = moved.clone();
    std::thread::spawn(move || {
        while Arc::strong_count(&moved) > 1 {
            let seconds = std::fs::read_to_string(&file).ok().and_then(|t| t.trim().parse().ok()).unwrap_or(0);
            moved.store(seconds, Ordering::Relaxed);
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    });
    Arc::new(move || now().plus_seconds(shown.load(Ordering::Relaxed)))
}

fn announce(address: &str, scale: Scale) {
    println!("Phù Sa – bản trình diễn ({scale:?}) đang chạy tại http://{address}/");
    println!("Phù Sa – the demonstration is running at http://{address}/");
    println!("Tài khoản (chọn tên ở trang đăng nhập) / Accounts (choose a name on the sign-in page):");
    for a in staff::people() {
        println!("  {:<14} {:<24} {}", a.role(), a.name, a.post.as_ref().map_or("", |p| p.0.as_str()));
    }
}
