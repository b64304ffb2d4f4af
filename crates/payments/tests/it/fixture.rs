//! What the tests share: the room on a migrated database at a settable time, cases that keep what they were told, and a
//! simulated bank behind real HTTP.

use async_trait::async_trait;
use identity::{Identity, IdentityParts, Offices, Policies, SessionRules};
use kernel::{
    Actor, Dong, Instant, Refusal, Text,
    calendar::Calendars,
    catalog::{Files, LegalBasis},
    id::{AccountId, CaseCode, CaseId, DueId, OfficeCode, PartyId, ProvinceCode, RoleCode},
};
use payments::{
    Inner, Payments,
    cases::{Cases, NotTold},
    catalog::{self, MoneyKind},
    effects,
    gateway::{Gateway, HttpGateway, Key, simulator::{Bank, Fault}},
    ledger::{Asked, Credit, Due, due_id},
    store::By,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};
use store::{Db, effects::Runner};
use uuid::Uuid;

pub const OFFICE: &str = "H29.161";
pub const START: &str = "2026-11-23T09:00:00+07:00";

pub fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn files() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let mut files = Files::new();
    let mut todo: Vec<_> = ["payments", "offices", "policies", "calendars", "areas", "templates"].map(|f| root.join(f)).to_vec();
    while let Some(folder) = todo.pop() {
        for found in std::fs::read_dir(folder).unwrap().flatten() {
            let path = found.path();
            if path.is_dir() {
                todo.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(&root).unwrap().to_string_lossy(), text);
            }
        }
    }
    files
}

/// Cases that remember: a payment by due; the same told twice is the same; some may refuse.
#[derive(Default)]
pub struct Told {
    pub settled: Mutex<BTreeMap<DueId, Vec<String>>>,
    pub refunded: Mutex<BTreeSet<DueId>>,
    pub waived: Mutex<BTreeSet<DueId>>,
    pub refuses: Mutex<BTreeSet<DueId>>,
}

#[async_trait]
impl Cases for Told {
    async fn settle(&self, due: &Due, credit: &Credit, _: Instant) -> Result<(), NotTold> {
        if self.refuses.lock().unwrap().contains(&due.id) {
            return Err(NotTold::Refused(Refusal::conflict("terminal", "Hồ sơ đã kết thúc", "The case has ended")));
        }
        let mut settled = self.settled.lock().unwrap();
        let of = settled.entry(due.id).or_default();
        if !of.contains(&credit.tx) {
            of.push(credit.tx.clone());
        }
        Ok(())
    }
    async fn refunded(&self, due: &Due, _: &str, _: Dong, _: &str, _: &str, _: Instant) -> Result<(), NotTold> {
        self.refunded.lock().unwrap().insert(due.id);
        Ok(())
    }
    async fn waived(&self, due: &Due, _: &str, _: Instant) -> Result<(), NotTold> {
        self.waived.lock().unwrap().insert(due.id);
        Ok(())
    }
}

pub fn actor(n: u128, name: &str, role: &str) -> Actor {
    Actor {
        account: AccountId::new(Uuid::from_u128(n)),
        province: ProvinceCode::new("79"),
        name: name.to_owned(),
        party: (role == "citizen").then(|| PartyId::new(Uuid::from_u128(n))),
        personal_number: None,
        roles: BTreeSet::from([RoleCode::new(role)]),
        office: (role != "citizen").then(|| OfficeCode::new(OFFICE)),
        title: None,
        lent: Vec::new(),
    }
}
pub fn cashier() -> Actor {
    actor(2, "Trần Thị Thu", "cashier")
}
pub fn leader() -> Actor {
    actor(3, "Lê Văn Khánh", "leader")
}

struct Everything;
impl web::gate::Gate for Everything {
    fn permits(&self, _: &web::Visitor, _: &'static str) -> bool {
        true
    }
}

pub struct Room {
    pub s: Payments,
    pub told: Arc<Told>,
    pub bank: Bank,
    clock: Arc<AtomicI64>,
    folder: std::path::PathBuf,
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Room {
    pub async fn open(db: Db) -> Self {
        Self::with(db, &[]).await
    }
    pub async fn with(db: Db, faults: &[Fault]) -> Self {
        db.migrate(&[identity::MIGRATIONS, numbering::MIGRATIONS, casework::MIGRATIONS, payments::MIGRATIONS].concat()).await.unwrap();
        let clock = Arc::new(AtomicI64::new(instant(START).micros()));
        let shown = clock.clone();
        let now: Arc<dyn Fn() -> Instant + Send + Sync> = Arc::new(move || Instant::from_micros(shown.load(Ordering::SeqCst)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let key = Key::new("a key of the tests");
        let bank = Bank::new(key.clone(), &format!("{base}/api/v1/payments/notices"), now.clone(), "SIM").with_faults(faults);
        let gateway: Arc<dyn Gateway> = Arc::new(HttpGateway::new(&format!("{base}/simulated-bank/api"), key.clone(), 10, true));
        let told = Arc::new(Told::default());
        let folder = std::env::temp_dir().join(format!("phusa-pay-{}", Uuid::new_v4()));
        let s = room(&db, told.clone(), now, gateway, key, bank.clone(), &folder, &base);
        let house = web::House { rates: web::limit::Rates::open(), ..web::House::new(Arc::new(Everything)) };
        let (router, _) = web::app(vec![payments::module(s.clone())], house);
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { s, told, bank, clock, folder }
    }

    /// A second process over the same database: nothing in memory is shared.
    pub fn again(&self) -> Payments {
        let s = &self.s;
        Payments(Arc::new(Inner {
            scope: s.scope.clone(),
            clock: s.clock.clone(),
            desk: s.desk.clone(),
            cases: s.cases.clone(),
            catalog: s.catalog.clone(),
            files: s.files.clone(),
            issuing: s.issuing.clone(),
            gateway: s.gateway.clone(),
            key: s.key.clone(),
            bank: s.bank.clone(),
            demo: s.demo,
            public_url: s.public_url.clone(),
            book: tokio::sync::Mutex::new(()),
        }))
    }

    pub fn now(&self) -> Instant {
        Instant::from_micros(self.clock.load(Ordering::SeqCst))
    }
    pub fn set(&self, at: &str) {
        self.clock.store(instant(at).micros(), Ordering::SeqCst);
    }
    pub fn later(&self, seconds: i64) {
        self.clock.store(self.now().plus_seconds(seconds).micros(), Ordering::SeqCst);
    }
    pub fn by<'a>(&self, actor: &'a Actor) -> By<'a> {
        By { actor, at: self.now() }
    }
    /// The outbox worked off until nothing is due; papers only when asked for, they cost the most.
    pub fn runner(&self, s: &Payments, papers: bool) -> Runner {
        let handlers = effects::handlers(s).into_iter().filter(|(kind, _)| papers || *kind != payments::store::PRINT);
        handlers.fold(Runner::new(self.s.scope.clone()), |r, (kind, handler)| r.on(kind, handler))
    }
    pub async fn effects(&self) -> usize {
        self.runner(&self.s, false).run_all(self.now()).await.unwrap()
    }
    pub async fn due(&self, id: DueId) -> Due {
        self.s.due(id).await.unwrap()
    }
    pub async fn count(&self, sql: &str) -> i64 {
        self.s.scope.one(sql, Vec::new()).await.unwrap().unwrap().int("n").unwrap()
    }
    /// A due of some case, asked for now.
    pub async fn owed(&self, n: u128, kind: MoneyKind, amount: i64) -> Due {
        self.s.ask(&asked(n, kind, amount), self.now()).await.unwrap()
    }
    /// With its code shown.
    pub async fn shown(&self, n: u128, amount: i64) -> Due {
        let due = self.owed(n, MoneyKind::Charge, amount).await;
        self.s.open(due.id, self.by(&actor(9, "Nguyễn Thị Lan", "citizen"))).await.unwrap()
    }
    pub fn reference(due: &Due) -> String {
        due.open_try().unwrap().reference.clone()
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of a room")]
fn room(db: &Db, told: Arc<Told>, now: Arc<dyn Fn() -> Instant + Send + Sync>, gateway: Arc<dyn Gateway>, key: Key, bank: Bank, folder: &Path, base: &str) -> Payments {
    let files = files();
    let scope = db.province(ProvinceCode::new("79"));
    let identity = Identity::new(IdentityParts {
        scope: scope.clone(),
        offices: Arc::new(Offices::load(&files).unwrap()),
        policies: Arc::new(Policies::load(&files).unwrap()),
        provider: None,
        sessions: SessionRules::default(),
        ways: Vec::new(),
        clock: now.clone(),
    });
    let rules = casework::Rules { definitions: casework::definition::load(&Files::new()).0, calendars: Calendars::load(&files).unwrap() };
    Payments(Arc::new(Inner {
        scope: scope.clone(),
        clock: now,
        desk: casework::Desk::new(scope, Arc::new(rules), identity),
        cases: told,
        catalog: Arc::new(catalog::load(&files).unwrap_or_else(|f| panic!("{f:?}"))),
        files: store::files::Files::local(folder).unwrap(),
        issuing: issuing::Issuing::new(
            typeset::Templates::load(files.iter().map(|(p, t)| (p.to_owned(), t.to_owned()))).unwrap(),
            signing::Keys::default(),
            Arc::new(identity::Offices::load(&files).unwrap()),
        ),
        gateway: Some(gateway),
        key: Some(key),
        bank: Some(bank),
        demo: true,
        public_url: base.to_owned(),
        book: tokio::sync::Mutex::new(()),
    }))
}

pub fn asked(n: u128, kind: MoneyKind, amount: i64) -> Asked {
    let case = CaseId::new(Uuid::from_u128(n));
    Asked {
        id: due_id(case, "permit"),
        case: Some(case),
        case_code: CaseCode::new(format!("{OFFICE}-261123-{n:04}")),
        office: OfficeCode::new(OFFICE),
        procedure: "Cấp giấy phép xây dựng".into(),
        kind,
        code: "permit".into(),
        name: Text::new("Lệ phí cấp giấy phép", "Permit charge"),
        amount: Dong(amount),
        before: "result".into(),
        why: Text::new(Dong(amount).to_string(), format!("VND {amount}")),
        basis: Some(LegalBasis { document: "Nghị quyết của HĐND".into(), article: None, note: None, verified: false }),
        notice: None,
        payer: format!("Người nộp {n}"),
        parties: vec![PartyId::new(Uuid::from_u128(n))],
        refundable: true,
    }
}
