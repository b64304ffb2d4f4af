//! What the tests share: the real catalogue, people, an enterprise, other rooms' answers.

use async_trait::async_trait;
use kernel::{
    Actor, Dong, Instant,
    calendar::Calendars,
    catalog::Files,
    id::{AccountId, EnterpriseId, ExpertId, OfficeCode, PartyId, ProvinceCode, RoleCode, SolutionId},
    time::{Date, date},
};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex},
};
use store::Db;
use support::{
    Inner, Support,
    acts::ActError,
    catalog::{self, Percent, Rules},
    dossier::{Declaration, Line, Request},
    facts::*,
    notice::{Notices, Paper},
    rules::SizeInputs,
};
use uuid::Uuid;

pub fn files() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let mut files = Files::new();
    for folder in ["support", "support/provinces", "calendars"] {
        for found in std::fs::read_dir(root.join(folder)).unwrap().flatten() {
            let path = found.path();
            if path.extension().is_some_and(|e| e == "yaml") {
                let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

pub fn rules() -> Rules {
    catalog::load(&files()).unwrap_or_else(|f| panic!("{}", f.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

/// Wednesday, 18 November 2026, 09:00 in Vietnam.
pub fn now() -> Instant {
    "2026-11-18T09:00:00+07:00".parse().unwrap()
}
pub fn today() -> Date {
    date(2026, 11, 18)
}

pub const ENT: EnterpriseId = EnterpriseId::new(Uuid::from_u128(0xE1));
pub const BRANCH: EnterpriseId = EnterpriseId::new(Uuid::from_u128(0xE2));
pub const SOL: SolutionId = SolutionId::new(Uuid::from_u128(0x51));
pub const EXP: ExpertId = ExpertId::new(Uuid::from_u128(0xE0));

pub fn actor(n: u128, name: &str, role: &str) -> Actor {
    Actor {
        account: AccountId::new(Uuid::from_u128(n)),
        province: ProvinceCode::new("79"),
        name: name.to_owned(),
        party: (role == "citizen").then(|| PartyId::new(Uuid::from_u128(n))),
        personal_number: None,
        roles: BTreeSet::from([RoleCode::new(role)]),
        office: (role != "citizen").then(|| OfficeCode::new("H29.10")),
        title: None,
        lent: Vec::new(),
    }
}
pub fn owner() -> Actor {
    actor(1, "Nguyễn Thị Lúa", "citizen")
}
pub fn officer() -> Actor {
    actor(2, "Trần Văn Thẩm", "support_officer")
}
pub fn accountant() -> Actor {
    actor(3, "Lê Thị Kế", "accountant")
}

/// A small manufacturer: 40 people, 12 tỷ revenue, 8 tỷ capital.
pub fn size() -> SizeInputs {
    SizeInputs {
        year: 2026,
        vsic: "1020".into(),
        headcounts: vec![40; 12],
        women: Some(1),
        revenue: Some(Dong(12_000_000_000)),
        capital: Some(Dong(8_000_000_000)),
        founded: Some(date(2019, 3, 1)),
    }
}

pub fn facts() -> EnterpriseFacts {
    EnterpriseFacts {
        id: ENT,
        name: "Công ty TNHH Cá Thát Lát Hậu Giang".into(),
        code: "0312345678".into(),
        kind: EnterpriseKind::Enterprise,
        size: Some(size()),
        size_checked_by: None,
        ownership: Some(Ownership { women_capital: Percent::of(20), woman_manages: false }),
        social_enterprise: false,
        innovative_startup: false,
        hard_area: false,
        priority_sector: false,
        readiness: Some(Readiness { on: date(2026, 10, 1), framework: "DBI 2021".into(), level: Some(2), confirmed: true, tier: Some(support::catalog::Tier::Consultant) }),
        head: None,
    }
}

/// A dependent unit of the same firm: a 13-digit code, an address and an id of its own.
pub fn branch() -> EnterpriseFacts {
    let head = Some(Head { code: facts().code, id: Some(ENT) });
    EnterpriseFacts { id: BRANCH, code: "0312345678-001".into(), name: "Chi nhánh Ngã Bảy".into(), head, ..facts() }
}

pub fn solution() -> SolutionFacts {
    SolutionFacts { id: SOL, name: "Kho Số".into(), supplier: "Công ty Phần mềm Sông".into(), listed_at: Some("digital.business.gov.vn".into()), open_standard: true, returns_data: true }
}
pub fn consultant() -> ConsultantFacts {
    ConsultantFacts { id: EXP, name: "ThS. Phạm Minh".into(), recognised: true, network: "Mạng lưới tư vấn viên Bộ KH&CN".into(), official: false }
}

pub fn million(n: i64) -> Dong {
    Dong(n * 1_000_000)
}

/// A line asking for the whole value, with everything its content needs.
pub fn line(content: &str, value: Dong) -> Line {
    Line {
        content: content.into(),
        about: "Phần mềm quản lý kho và truy xuất nguồn gốc".into(),
        supplier: "Công ty Phần mềm Sông".into(),
        solution: Some(SOL),
        consultant: Some(EXP),
        value,
        requested: value,
        parts: vec![("fee".into(), value)],
        months: 1,
        ..Line::default()
    }
}

pub fn request(lines: Vec<Line>) -> Request {
    Request { lines, declarations: Declaration::ALL.into_iter().collect(), note: String::new() }
}

/// The other rooms: one enterprise owned by account 1; its facts can be changed.
pub struct Others(pub Mutex<EnterpriseFacts>, pub Mutex<Vec<(String, serde_json::Value)>>);

#[async_trait]
impl Enterprises for Others {
    async fn own(&self, actor: &Actor, enterprise: EnterpriseId, _: i16) -> anyhow::Result<Option<EnterpriseFacts>> {
        let own = actor.account.uuid().as_u128() == 1;
        Ok(self.0.lock().unwrap().clone()).map(|f| (own && f.id == enterprise).then_some(f))
    }
    async fn find(&self, enterprise: EnterpriseId, _: i16) -> anyhow::Result<Option<EnterpriseFacts>> {
        let facts = self.0.lock().unwrap().clone();
        Ok((facts.id == enterprise).then_some(facts))
    }
}
#[async_trait]
impl Solutions for Others {
    async fn solution(&self, id: SolutionId) -> anyhow::Result<Option<SolutionFacts>> {
        Ok((id == SOL).then(solution))
    }
    async fn listed(&self, _: u32) -> anyhow::Result<Vec<(SolutionId, String)>> {
        Ok(vec![(SOL, solution().name)])
    }
}
#[async_trait]
impl Consultants for Others {
    async fn consultant(&self, id: ExpertId, _: Date) -> anyhow::Result<Option<ConsultantFacts>> {
        Ok((id == EXP).then(consultant))
    }
    async fn recognised(&self, _: Date, _: u32) -> anyhow::Result<Vec<(ExpertId, String)>> {
        Ok(vec![(EXP, consultant().name)])
    }
}
#[async_trait]
impl Acceptances for Others {
    async fn of(&self, _: EnterpriseId) -> anyhow::Result<Vec<Acceptance>> {
        Ok(vec![Acceptance { reference: "BBNT-07".into(), on: date(2026, 11, 10), about: "Kho Số, giai đoạn 1".into() }])
    }
}

/// Remembers which notices were drafted.
#[async_trait]
impl Notices for Others {
    async fn draft(&self, key: &str, data: serde_json::Value, _: &Actor) -> Result<(), ActError> {
        let mut drafted = self.1.lock().unwrap();
        if !drafted.iter().any(|(known, _)| known == key) {
            drafted.push((key.to_owned(), data));
        }
        Ok(())
    }
    async fn paper(&self, key: &str, _: &Actor) -> Result<Option<Paper>, ActError> {
        let known = self.1.lock().unwrap().iter().any(|(k, _)| k == key);
        Ok(known.then(|| Paper { stage: kernel::Text::new("Dự thảo", "Draft"), number: None, issued: None, ended: false, path: Some("/work/documents/doc_1".into()) }))
    }
}

/// The room on a migrated database, at a settable time.
pub struct Room {
    pub support: Support,
    pub others: Arc<Others>,
}

pub async fn room(db: &Db) -> Room {
    room_with(db, rules()).await
}

/// With rules of the test's own.
pub async fn room_with(db: &Db, rules: Rules) -> Room {
    db.migrate(support::MIGRATIONS).await.unwrap();
    let others = Arc::new(Others(Mutex::new(facts()), Mutex::default()));
    let calendars = Calendars::load(&files()).unwrap();
    let folder = std::env::temp_dir().join(format!("support-it-{}", Uuid::now_v7().simple()));
    let support = Support(Arc::new(Inner {
        files: store::files::Files::local(&folder).unwrap(),
        scope: db.province(ProvinceCode::new("79")),
        clock: Arc::new(now),
        rules: Arc::new(rules),
        calendar: calendars.get("vn-offices").unwrap().clone(),
        agency: kernel::Text::new("Trung tâm Hỗ trợ chuyển đổi số", "DX Support Centre"),
        enterprises: others.clone(),
        solutions: others.clone(),
        consultants: others.clone(),
        acceptances: others.clone(),
        notices: others.clone(),
    }));
    Room { support, others }
}
