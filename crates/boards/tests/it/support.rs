//! A province with a centre: people, a clock that stands, the catalogue as shipped.

use async_trait::async_trait;
use axum::{Router, body::Body, http::{HeaderMap, Request, header}};
use boards::{
    Boards, Catalog, Cases, Firms, Inner, People, Subjects,
    asks::{About, Adviser, OpenCase, Person, RecordPaper, RecordPapers, Served},
    board::{Opening, Seat, SeatRole},
    expert::{Application, Skill},
    matching::{FirmFacts, Kept, Need},
    matter::{MatterKind, Proposal, Subject, SubjectKind},
};
use futures::future::BoxFuture;
use identity::{Identity, IdentityParts, Offices, Policies, SessionRules};
use kernel::{
    Actor, Instant, Text,
    calendar::Calendars,
    catalog::Files,
    id::{AccountId, BoardId, EnterpriseId, ExpertId, MatterId, OfficeCode, PartyId, ProvinceCode, RoleCode},
    time::date,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use store::Db;
use tower::ServiceExt;
use uuid::Uuid;
use web::{House, Identified, Identify, app};

pub fn files() -> Files {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    let mut files = Files::new();
    let mut todo = vec![root.clone()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                files.insert(path.strip_prefix(&root).unwrap().to_string_lossy(), text);
            }
        }
    }
    files
}

pub fn catalog() -> Arc<Catalog> {
    Arc::new(boards::catalog::load(&files()).unwrap())
}

pub fn account(n: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(n))
}

/// People by number: 1 chair, 2–5 members, 8 officer, 9 director, 20 and on citizens.
pub fn person(n: u128) -> Actor {
    let (role, office) = match n {
        1 => ("board_chair", true),
        2..=7 => ("board_member", true),
        8 => ("centre_officer", true),
        9 => ("centre_director", true),
        _ => ("citizen", false),
    };
    Actor {
        account: account(n),
        province: ProvinceCode::new("79"),
        name: format!("Nguyễn Văn {}", ["Không", "Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín"].get(n as usize).unwrap_or(&"Dân")),
        party: (!office).then(|| PartyId::new(Uuid::from_u128(n))),
        personal_number: None,
        roles: [RoleCode::new(role)].into(),
        office: office.then(|| OfficeCode::new("H29.10")),
        title: Some("Thành viên".into()).filter(|_| office),
        lent: Vec::new(),
    }
}

struct Staff;
#[async_trait]
impl People for Staff {
    async fn appointable(&self, _: Instant) -> anyhow::Result<Vec<Person>> {
        Ok((1..=7).map(|n| Person { account: account(n), name: person(n).name, title: "Thành viên".into() }).collect())
    }
    async fn is_official(&self, account: AccountId) -> anyhow::Result<bool> {
        Ok(account.uuid().as_u128() < 20 || account.uuid().as_u128() == 66)
    }
    async fn may_sign_in(&self, account: AccountId) -> anyhow::Result<bool> {
        Ok(account.uuid().as_u128() != 21)
    }
}

#[derive(Default)]
pub struct Work {
    pub open: Mutex<Vec<OpenCase>>,
    pub waiting: Mutex<Vec<Need>>,
    /// Records that became documents.
    pub drafted: Mutex<Vec<(String, serde_json::Value)>>,
    pub invited: Mutex<Vec<AccountId>>,
}
#[async_trait]
impl Cases for Work {
    /// Person 30 speaks for the firm of case 1, which is over; 31 for the firm of case 2, which is not.
    async fn served(&self, actor: &Actor, code: &str) -> anyhow::Result<Option<Served>> {
        let mine = matches!((actor.account.uuid().as_u128(), code), (30, "case_1") | (31, "case_2"));
        Ok(mine.then(|| Served {
            code: code.into(),
            title: "HTX Lươn Vàng".into(),
            path: format!("/my/{code}"),
            client: "firm-1".into(),
            ended: code == "case_1",
            advisers: [20, 2].map(|n| Adviser { account: account(n), name: person(n).name }).into(),
        }))
    }
    /// The officer may, into case 1.
    async fn invitable(&self, actor: &Actor, cases: &[String]) -> anyhow::Result<BTreeSet<String>> {
        Ok(cases.iter().filter(|c| actor.account == account(8) && *c == "case_1").cloned().collect())
    }
    async fn invite(&self, actor: &Actor, case: &str, who: AccountId) -> anyhow::Result<String> {
        if actor.account != account(8) || case != "case_1" {
            return Err(kernel::Refusal::conflict("closed", "Lúc này không mời được", "Not now").into());
        }
        self.invited.lock().unwrap().push(who);
        Ok("/work/cases/case_1".into())
    }
    async fn open_of(&self, _: ExpertId) -> anyhow::Result<Vec<OpenCase>> {
        Ok(self.open.lock().unwrap().clone())
    }
    async fn waiting(&self) -> anyhow::Result<Vec<Need>> {
        Ok(self.waiting.lock().unwrap().clone())
    }
    async fn assigned(&self) -> anyhow::Result<Vec<Kept>> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Firms for Work {
    async fn facts(&self, _: EnterpriseId) -> anyhow::Result<Option<FirmFacts>> {
        Ok(Some(FirmFacts { name: "Công ty Tư vấn".into(), email: "gd@tuvan.example.vn".into(), ..FirmFacts::default() }))
    }
}

/// One engagement of one firm; the members of the centre may know of it.
#[async_trait]
impl Subjects for Work {
    async fn find(&self, _: Option<&Actor>, kind: SubjectKind, id: &str) -> anyhow::Result<Option<About>> {
        let firm = FirmFacts { name: "Công ty Tư vấn".into(), email: "gd@tuvan.example.vn".into(), ..FirmFacts::default() };
        Ok((kind == SubjectKind::Engagement && id.eq_ignore_ascii_case("case_1")).then(|| About {
            id: "case_1".into(),
            title: "Lộ trình HTX Lươn Vàng".into(),
            path: "/work/cases/case_1".into(),
            enterprise: Some(EnterpriseId::new(Uuid::from_u128(3))),
            firms: vec![firm],
        }))
    }
}

/// One document for each key, as another room would begin it.
#[async_trait]
impl RecordPapers for Work {
    async fn draft(&self, key: &str, data: serde_json::Value, _: &Actor) -> Result<String, boards::Failure> {
        let mut drafted = self.drafted.lock().unwrap();
        if !drafted.iter().any(|(known, _)| known == key) {
            drafted.push((key.to_owned(), data));
        }
        Ok("/work/documents/doc_1".to_owned())
    }
    async fn paper(&self, key: &str, _: &Actor) -> Result<Option<RecordPaper>, boards::Failure> {
        let known = self.drafted.lock().unwrap().iter().any(|(k, _)| k == key);
        Ok(known.then(|| RecordPaper { stage: Text::new("Dự thảo", "Draft"), number: None, issued: false, verify: None, ended: false, path: Some("/work/documents/doc_1".into()) }))
    }
}

pub struct Place {
    pub boards: Boards,
    pub work: Arc<Work>,
}

impl Place {
    pub async fn new(db: Db) -> Self {
        db.migrate(boards::MIGRATIONS).await.unwrap();
        let work = Arc::new(Work::default());
        let folder = std::env::temp_dir().join(format!("phusa-boards-{}", Uuid::new_v4().simple()));
        let boards = Boards(Arc::new(Inner {
            scope: db.province(ProvinceCode::new("79")),
            files: store::files::Files::local(&folder).unwrap(),
            catalog: catalog(),
            calendar: Calendars::load(&files()).unwrap().get("vn-offices").unwrap().clone(),
            clock: Arc::new(|| at("2026-11-23T09:00:00")),
            people: Arc::new(Staff),
            cases: work.clone(),
            firms: work.clone(),
            subjects: work.clone(),
            records: work.clone(),
        }));
        Self { boards, work }
    }
    /// A board with chair 1 and members 2, 3, 4, 5.
    pub async fn board(&self) -> BoardId {
        let seat = |n: u128, role| Seat { account: account(n), name: person(n).name, expert: None, role, from: date(2026, 11, 1), to: None, competences: vec![], decision: String::new() };
        let seats = vec![seat(1, SeatRole::Chair), seat(2, SeatRole::Deputy), seat(3, SeatRole::Member), seat(4, SeatRole::Member), seat(5, SeatRole::Member)];
        let opening = Opening { id: BoardId::new(Uuid::now_v7()), name: Text::new("Ban nông nghiệp", "Agriculture board"), field: "agri_food".into(), from: date(2026, 11, 1), to: None, seats, limits: vec![] };
        self.boards.open_board(&person(8), "agriculture-food", &opening).await.unwrap().id
    }
    pub async fn matter(&self, board: BoardId) -> MatterId {
        self.boards.open_matter(&person(8), &proposal(board)).await.unwrap().proposal.id
    }
}

pub fn proposal(board: BoardId) -> Proposal {
    Proposal {
        id: MatterId::new(Uuid::now_v7()),
        board,
        kind: MatterKind::FrameworkReview,
        subject: Subject { kind: "engagement".into(), id: "case_1".into(), title: "Lộ trình HTX Lươn Vàng".into(), path: "/centre/engagements/1".into(), enterprise: None },
        question: "Đồng ý lộ trình?".into(),
        amount: None,
    }
}

pub fn at(text: &str) -> Instant {
    format!("{text}+07:00").parse().unwrap()
}

pub fn application() -> Application {
    Application {
        name: "Đỗ Thị Hạnh".into(),
        phone: "0901234567".into(),
        email: "hanh@tuvan.example.vn".into(),
        address: "12 Nguyễn Huệ".into(),
        fields: vec!["agri_food".into()],
        languages: vec!["vi".into()],
        skills: vec![Skill { competence: "traceability".into(), level: 4 }],
        hours: 40,
        summary: "Mười năm kinh nghiệm.".into(),
        ..Application::default()
    }
}

/// `who=N` in the cookie is person N.
struct Cookie;
impl Identify for Cookie {
    fn identify<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Identified> {
        Box::pin(async move {
            let Some(n) = web::visitor::cookie(headers, "who").and_then(|n| n.parse().ok()) else { return Identified::default() };
            Identified { actor: Some(Arc::new(person(n))), csrf: Some("token".into()), ..Identified::default() }
        })
    }
}

pub struct Web {
    router: Router,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    pub text: String,
}

impl Web {
    /// The room behind the policies of the catalogue.
    pub fn new(place: &Place) -> Self {
        let files = files();
        let gate = Identity::new(IdentityParts {
            scope: place.boards.scope.clone(),
            offices: Arc::new(Offices::load(&files).unwrap()),
            policies: Arc::new(Policies::load(&files).unwrap()),
            provider: None,
            sessions: SessionRules::default(),
            ways: Vec::new(),
            clock: place.boards.clock.clone(),
        });
        let open = web::limit::Rate { burst: 100_000, per_minute: 100_000 };
        let house = House { identify: Some(Arc::new(Cookie)), rates: web::limit::Rates { lookup: open, ..web::limit::Rates::default() }, ..House::new(gate) };
        Self { router: app(vec![boards::module(place.boards.clone())], house).0 }
    }
    async fn send(&self, method: &str, who: u128, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "phusa.test").header("content-type", kind);
        if who > 0 {
            request = request.header(header::COOKIE, format!("who={who}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
        let location = parts.headers.get(header::LOCATION).map_or("", |l| l.to_str().unwrap()).to_owned();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(parts.status.as_u16() < 500, "{method} {path}: {text}");
        if text.contains("<!doctype html>") {
            check_page(path, &text);
        }
        Answer { status: parts.status.as_u16(), location, text }
    }
    pub async fn get(&self, who: u128, path: &str) -> Answer {
        self.send("GET", who, path, "text/html", vec![]).await
    }
    pub async fn post(&self, who: u128, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let mut body: String = pairs.iter().map(|(k, v)| format!("{}={}&", web::html::url_part(k), web::html::url_part(v))).collect();
        body.push_str("_csrf=token");
        self.send("POST", who, path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }
    pub async fn upload(&self, who: u128, path: &str, competence: &str, name: &str, bytes: &[u8]) -> Answer {
        let mut body = format!("--x\r\nContent-Disposition: form-data; name=\"competence\"\r\n\r\n{competence}\r\n--x\r\nContent-Disposition: form-data; name=\"file-proof\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n").into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        self.send("POST", who, &format!("{path}?_csrf=token"), "multipart/form-data; boundary=x", body).await
    }
}

/// What every page must be: one h1, ids once, no inline style or script, a label for every control.
fn check_page(path: &str, page: &str) {
    assert_eq!(page.matches("<h1").count(), 1, "{path}: one h1");
    assert!(!page.contains(" style=") && !page.contains("<script>"), "{path}: inline style or script");
    let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|p| p.split('"').next().unwrap()).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    for pair in once.windows(2) {
        assert!(pair[0] != pair[1], "{path}: id {} stands twice", pair[0]);
    }
    for tag in ["<input ", "<select ", "<textarea "] {
        for control in page.split(tag).skip(1).map(|c| c.split('>').next().unwrap()) {
            if control.contains("type=\"hidden\"") || control.contains(" hidden") {
                continue;
            }
            let id = control.split("id=\"").nth(1).map(|i| i.split('"').next().unwrap()).unwrap_or_else(|| panic!("{path}: no id on {control}"));
            assert!(page.contains(&format!("<label for=\"{id}\"")), "{path}: no label for {id}");
        }
    }
    for link in page.split("href=\"#f-").skip(1).map(|l| l.split('"').next().unwrap()) {
        assert!(ids.contains(&format!("f-{link}").as_str()), "{path}: the error summary points at #f-{link}, which is not there");
    }
}

pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
