//! The assembled program on a listener of its own, with the demonstration's people and a clock that stands still until
//! it is set. What goes on behind it — effects, timers, sealing — is moved by hand.

use identity::{DemoMode, DevProvider, demo};
use kernel::{Actor, Instant, id::ProvinceCode};
use phusa::{
    assembly::{self, Assembled, Settings, SignIn},
    catalog::{self, Catalog},
};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{Db, effects::Runner, values};
use testkit::{Browser, Program};

/// Monday, when the office opens.
pub const MONDAY: &str = "2026-11-23T08:30:00+07:00";

pub struct House {
    pub base: String,
    pub it: Assembled,
    pub data: PathBuf,
    clock: Arc<AtomicI64>,
    tokens: HashMap<String, String>,
    /// Made once: a second maker of the same name would wait for the first one's lease, and this clock stands still.
    consumers: Vec<store::consumer::Consumer>,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

pub fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

/// A folder of the test's own.
pub fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("phusa-it-{name}-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl House {
    pub async fn open(db: Db) -> Self {
        Self::with(db, &[], MONDAY).await
    }

    /// With directories laid over the built-in catalogue, the clock at an instant.
    pub async fn with(db: Db, overlays: &[PathBuf], start: &str) -> Self {
        // `PHUSA_LOG=warn` shows what went wrong inside behind an answer.
        let filter = tracing_subscriber::EnvFilter::try_from_env("PHUSA_LOG").unwrap_or_else(|_| "off".into());
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
        db.migrate(&assembly::migrations()).await.unwrap();
        Self::over(db, overlays, start, folder("house")).await
    }

    /// Connected to systems of others.
    pub async fn connected(db: Db, outside: phusa::rooms::Outside) -> Self {
        db.migrate(&assembly::migrations()).await.unwrap();
        Self::reaching(db, &[], MONDAY, folder("house"), outside, phusa::demo::PROVINCE).await
    }

    /// Over a database that may hold something already.
    pub async fn over(db: Db, overlays: &[PathBuf], start: &str, data: PathBuf) -> Self {
        Self::reaching(db, overlays, start, data, phusa::rooms::Outside::default(), phusa::demo::PROVINCE).await
    }

    /// The same city as another province over the same database: the same offices, people and codes.
    pub async fn elsewhere(db: Db, province: &str) -> Self {
        let overlay = folder("elsewhere");
        std::fs::create_dir_all(overlay.join("offices")).unwrap();
        let offices = include_str!("../../../../catalog/offices/phu-sa.yaml").replacen("province: \"79\"", &format!("province: \"{province}\""), 1);
        std::fs::write(overlay.join("offices/phu-sa.yaml"), offices).unwrap();
        Self::reaching(db, &[overlay], MONDAY, folder("house"), phusa::rooms::Outside::default(), province).await
    }

    async fn reaching(db: Db, overlays: &[PathBuf], start: &str, data: PathBuf, outside: phusa::rooms::Outside, province: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(instant(start).micros()));
        let shown = clock.clone();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let files = catalog::layered(overlays).unwrap();
        let catalog = Catalog::load(&files).unwrap_or_else(|f| panic!("{f:?}"));
        let people = phusa::demo::staff::people();
        let listed = people.iter().map(|p| p.person(&catalog.offices)).collect();
        let dev = DevProvider::new(DemoMode::of_the_demo_command(), &base, listed).unwrap();
        let settings = Settings {
            province: ProvinceCode::new(province),
            public_url: base.clone(),
            demo: true,
            clock: Arc::new(move || Instant::from_micros(shown.load(Ordering::SeqCst))),
            rates: web::limit::Rates::open(),
            trust_proxy: false,
            outside,
        };
        let it = assembly::assemble(db, catalog, &data, SignIn::Demo(dev), settings).await.unwrap();
        let system = Actor::system(ProvinceCode::new(province)).account;
        let directory = it.identity.directory();
        let ids = phusa::demo::staff::install_named(directory, &people, system).await.unwrap();
        let mut tokens = HashMap::new();
        for (person, id) in people.iter().zip(ids) {
            // Good for as long as any test walks, whatever the clock is set to.
            let token = directory.create_token(id, "kiểm thử", 3650, system, demo::since()).await.unwrap();
            tokens.insert(person.key.clone(), token);
        }
        let service = it.router.clone().into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let consumers = it.rooms.consumers().into_iter().chain(it.centre.consumers()).collect();
        Self { base, it, data, clock, tokens, consumers }
    }

    /// A demonstration person as a program.
    #[track_caller]
    pub fn actor(&self, key: &str) -> Program {
        Program::new(&self.base, Some(self.tokens.get(key).unwrap_or_else(|| panic!("nobody is called {key}"))))
    }
    /// The keys of all demonstration people.
    pub fn everybody(&self) -> Vec<String> {
        let mut all: Vec<String> = self.tokens.keys().cloned().collect();
        all.sort();
        all
    }
    pub fn token(&self, key: &str) -> &str {
        self.tokens.get(key).unwrap()
    }
    pub fn nobody(&self) -> Program {
        Program::new(&self.base, None)
    }
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }
    pub fn now(&self) -> Instant {
        Instant::from_micros(self.clock.load(Ordering::SeqCst))
    }
    pub fn set(&self, at: &str) {
        self.clock.store(instant(at).micros(), Ordering::SeqCst);
    }
    pub fn set_to(&self, at: Instant) {
        self.clock.store(at.micros(), Ordering::SeqCst);
    }
    pub fn later(&self, seconds: i64) {
        self.set_to(self.now().plus_seconds(seconds));
    }
    /// What is due by itself, done now.
    pub async fn timers(&self) -> usize {
        self.it.services.desk.run_timers(self.now(), 100).await.unwrap()
    }
    /// What follows from acts, done now; nothing may be given up.
    pub async fn effects(&self) -> usize {
        let mut handlers = services::effects::handlers(&self.it.services);
        handlers.extend(self.it.rooms.handlers());
        let runner = handlers.into_iter().fold(Runner::new(self.it.scope.clone()), |r, (kind, handler)| r.on(kind, handler));
        let done = runner.run_all(self.now()).await.unwrap();
        let dead = store::effects::dead(&self.it.scope, i64::MAX, 10).await.unwrap();
        assert!(dead.is_empty(), "{dead:?}");
        done
    }
    /// What follows the journal, brought up to now.
    pub async fn follow(&self) {
        self.follow_within(120).await;
    }
    /// The same with more than a demonstration's entries to follow: so many seconds at most, each.
    pub async fn follow_within(&self, seconds: u64) {
        for consumer in &self.consumers {
            consumer.catch_up(self.now(), std::time::Duration::from_secs(seconds)).await.unwrap();
        }
    }
    /// Entries of the journal: what no refused request may add to. That somebody looked at a case is written down too; what is
    /// counted here is what was done.
    pub async fn journal(&self) -> i64 {
        self.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind NOT IN ('privacy.opened', 'privacy.listed')").await
    }
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.it.scope.one(sql, values![]).await.unwrap().unwrap().int("n").unwrap()
    }
    /// The invariants of a stored case: the journal replays to the snapshot, the views are what the state says.
    pub async fn sound(&self, code: &str) {
        sound(&self.it, code).await;
    }
}

pub async fn sound(it: &Assembled, code: &str) {
    let found = it.services.desk.load_code(code).await.unwrap().unwrap_or_else(|| panic!("{code} is not there"));
    let history = it.services.desk.history(found.state.id).await.unwrap();
    let replayed = history.iter().fold(None, |s, e| casework::evolve(found.state.id, s, e)).unwrap();
    assert_eq!(serde_json::to_value(&replayed).unwrap(), serde_json::to_value(&found.state).unwrap(), "{code}: replay");
    assert_eq!(found.state.version as usize, history.len(), "{code}: versions");
    let mut wanted: Vec<(String, String, String, String, i64)> = casework::store::work_items(&found.definition, &found.state)
        .into_iter()
        .map(|i| (i.item, i.office, i.role, i.list.to_owned(), i.sort_due.micros()))
        .collect();
    wanted.sort();
    let sql = "SELECT item, office, role, list, sort_due FROM work_item WHERE province = $1 AND case_id = $2 ORDER BY item";
    let rows = it.scope.query(sql, values![found.state.id]).await.unwrap();
    let text = |r: &store::Row, c: &str| r.string(c).unwrap();
    let mut kept: Vec<_> = rows
        .iter()
        .map(|r| (text(r, "item"), text(r, "office"), text(r, "role"), text(r, "list"), r.int("sort_due").unwrap()))
        .collect();
    kept.sort();
    assert_eq!(kept, wanted, "{code}: work items");
    let sql = "SELECT handling, changed_at FROM case_view WHERE province = $1 AND code = $2";
    let row = it.scope.one(sql, values![code]).await.unwrap().unwrap();
    assert_eq!((row.text("handling").unwrap(), row.int("changed_at").unwrap()), (found.state.track("handling"), found.state.changed_at.micros()));
}

/// The fourth procedure of casework's tests as a province's own directory.
pub fn fourth() -> PathBuf {
    let home = folder("overlay");
    std::fs::create_dir_all(home.join("procedures")).unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../casework/tests/it/fourth.yaml");
    std::fs::copy(from, home.join("procedures/2.009908-copy.yaml")).unwrap();
    home
}
