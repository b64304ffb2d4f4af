//! The demonstration: invented people, their posts, and dossiers at every stage, made by the engine's own events.

use crate::{
    assembly::{self, Assembled, Settings, SignIn},
    catalog::{self, Catalog},
    serve,
};
use clap::ValueEnum;
use identity::{DemoMode, DevProvider, demo as people};
use kernel::{Actor, Instant, id::ProvinceCode};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// The province the demonstration plays in: the code of Hồ Chí Minh City, under an invented name.
pub const PROVINCE: &str = "79";

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
}

pub async fn run(options: Options) -> anyhow::Result<()> {
    std::fs::create_dir_all(&options.data)?;
    let listener = serve::bind(&options.listen).await?;
    let address = listener.local_addr()?;
    let house = prepare(&options, &format!("http://127.0.0.1:{}", address.port())).await?;
    house.start_work(&options.data)?;
    announce(&address.to_string(), options.scale);
    serve::run(listener, house).await
}

/// The house with its people in it; existing data is kept.
pub async fn prepare(options: &Options, base: &str) -> anyhow::Result<Assembled> {
    let url = options.database.clone().unwrap_or_else(|| format!("sqlite://{}", options.data.join("phusa.db").display()));
    let db = assembly::open(&url).await?;
    let files = catalog::layered(&options.catalog)?;
    let catalog = Catalog::load(&files).map_err(|f| anyhow::anyhow!(crate::commands::findings(&f)))?;
    let accounts = people::people();
    let listed = accounts.iter().map(|a| a.person(&catalog.offices)).collect();
    let dev = DevProvider::new(DemoMode::of_the_demo_command(), base, listed)?;
    let mut rates = web::limit::Rates::default();
    if options.unlimited {
        rates = web::limit::Rates::open();
    }
    let settings = Settings {
        province: ProvinceCode::new(PROVINCE),
        public_url: base.to_owned(),
        demo: true,
        clock: clock(options.clock_file.clone()),
        rates,
    };
    let house = assembly::assemble(db, catalog, &options.data, SignIn::Demo(dev), settings).await?;
    let system = Actor::system(ProvinceCode::new(PROVINCE)).account;
    people::install(house.identity.directory(), &accounts, system, people::since()).await?;
    Ok(house)
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
    for a in people::people() {
        println!("  {:<14} {:<24} {}", a.role(), a.name, a.post.as_ref().map_or("", |p| p.0.as_str()));
    }
}
