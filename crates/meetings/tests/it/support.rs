//! A province with two offices: people, a clock that is set, the catalogue as shipped, documents that are kept in memory.

use async_trait::async_trait;
use axum::{Router, body::Body, http::{HeaderMap, Request, header}};
use futures::future::BoxFuture;
use identity::{Identity, IdentityParts, Offices, Policies, SessionRules};
use kernel::{
    Actor, Instant, Text,
    calendar::Calendars,
    catalog::Files,
    id::{AccountId, OfficeCode, PartyId, ProvinceCode, RoleCode},
    text::fold,
};
use meetings::{
    Catalog, Inner, Meetings, Messengers, Papers, People, Person, Unit, Units,
    asks::{Link, Message},
    meeting::{Act, Answer, Invitation, Meeting, MeetingId, Plan, PlannedItem, Presence, Time, Way},
};
use std::sync::{Arc, Mutex};
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
    Arc::new(meetings::catalog::load(&files()).unwrap())
}

pub fn account(n: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(n))
}

fn office(n: u128) -> (&'static str, &'static str) {
    if n < 8 { ("H29.02", "Sở Xây dựng") } else { ("H29.03", "Sở Tài chính") }
}

/// People by number: 1 leader, 2 clerk, 3–7 specialists of one office; 8 leader, 9 and on specialists of another; 20 and on citizens.
pub fn actor(n: u128) -> Actor {
    let role = match n {
        1 | 8 => "leader",
        2 => "clerk",
        3..=19 => "specialist",
        _ => "citizen",
    };
    let official = n < 20;
    Actor {
        account: account(n),
        province: ProvinceCode::new("79"),
        name: name(n),
        party: (!official).then(|| PartyId::new(Uuid::from_u128(n))),
        personal_number: None,
        roles: [RoleCode::new(role)].into(),
        office: official.then(|| OfficeCode::new(office(n).0)),
        title: official.then(|| "Chuyên viên".into()),
        lent: Vec::new(),
    }
}

fn name(n: u128) -> String {
    format!("Nguyễn Văn {}", ["Không", "Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười"].get(n as usize).unwrap_or(&"Dân"))
}

pub fn person(n: u128) -> Person {
    let (code, office_name) = office(n);
    Person { account: account(n), name: name(n), title: "Chuyên viên".into(), office: OfficeCode::new(code), office_name: office_name.into() }
}

pub struct Staff;
#[async_trait]
impl People for Staff {
    async fn of_office(&self, office: &OfficeCode, _: Instant) -> anyhow::Result<Vec<Person>> {
        Ok((1..=10).map(person).filter(|p| &p.office == office).collect())
    }
    async fn search(&self, words: &str, _: Instant) -> anyhow::Result<Vec<Person>> {
        let words = fold(words);
        Ok((1..=10).map(person).filter(|p| fold(&p.name).contains(&words) || fold(&p.office_name).contains(&words)).collect())
    }
    async fn person(&self, account: AccountId, _: Instant) -> anyhow::Result<Option<Person>> {
        Ok((1..=10).map(person).find(|p| p.account == account))
    }
}
impl Units for Staff {
    fn all(&self) -> Vec<Unit> {
        let unit = |code: &str, vi: &str, en: &str| Unit { code: OfficeCode::new(code), name: Text::new(vi, en), parent: Some("Ủy ban nhân dân thành phố".into()), place: "Phù Sa".into() };
        vec![unit("H29.02", "Sở Xây dựng", "Department of Construction"), unit("H29.03", "Sở Tài chính", "Department of Finance"), unit("H29.06", "Sở Nông nghiệp và Môi trường", "Department of Agriculture")]
    }
    fn unit(&self, code: &str) -> Option<Unit> {
        self.all().into_iter().find(|u| u.code.as_str() == code)
    }
}

/// Nobody outside.
pub struct Silence;
#[async_trait]
impl Messengers for Silence {
    async fn tell(&self, _: &mut store::Batch, _: &meetings::notice::Notice, _: &meetings::notice::Whom, _: Instant) -> anyhow::Result<()> {
        Ok(())
    }
    async fn carried(&self, _: MeetingId) -> anyhow::Result<Vec<Message>> {
        Ok(Vec::new())
    }
}

/// Documents issued: which, and with what data.
#[derive(Default)]
pub struct Shelf(pub Mutex<Vec<(String, serde_json::Value)>>);
#[async_trait]
impl Papers for Shelf {
    async fn issue(&self, _: MeetingId, template: &str, data: serde_json::Value, _: &OfficeCode, _: &[OfficeCode], _: &Actor) -> Result<Link, meetings::Failure> {
        let mut all = self.0.lock().unwrap();
        all.push((template.to_owned(), data));
        Ok(Link { path: format!("/documents/{}", all.len()), label: format!("{}/{template}", all.len()), file: None })
    }
}

pub struct Place {
    pub meetings: Meetings,
    pub shelf: Arc<Shelf>,
    pub now: Arc<Mutex<Instant>>,
}

impl Place {
    pub async fn new(db: Db) -> Self {
        db.migrate(meetings::MIGRATIONS).await.unwrap();
        let shelf = Arc::new(Shelf::default());
        let now = Arc::new(Mutex::new(at("2026-11-23T09:00:00")));
        let shown = now.clone();
        let folder = std::env::temp_dir().join(format!("phusa-meetings-{}", Uuid::new_v4().simple()));
        let meetings = Meetings(Arc::new(Inner {
            scope: db.province(ProvinceCode::new("79")),
            files: store::files::Files::local(&folder).unwrap(),
            catalog: catalog(),
            calendar: Calendars::load(&files()).unwrap().get("vn-offices").unwrap().clone(),
            clock: Arc::new(move || *shown.lock().unwrap()),
            people: Arc::new(Staff),
            units: Arc::new(Staff),
            papers: shelf.clone(),
            messengers: Arc::new(Silence),
            demo: true,
        }));
        Self { meetings, shelf, now }
    }
    pub fn set(&self, text: &str) {
        *self.now.lock().unwrap() = at(text);
    }
    pub async fn act(&self, n: u128, id: MeetingId, act: Act) -> Result<Meeting, meetings::Failure> {
        self.meetings.act(&actor(n), id, &act).await
    }
    /// Chair 1, secretary 2; members 3 and 4, invited 9; sent.
    pub async fn sent(&self) -> MeetingId {
        let id = self.meetings.plan(&actor(2), &plan()).await.unwrap().id;
        let invite = |n, votes| Invitation { person: person(n), votes };
        self.act(2, id, Act::Invite(vec![invite(3, true), invite(4, true), invite(9, false)])).await.unwrap();
        self.meetings.send(&actor(2), id).await.unwrap();
        id
    }
    /// Open, everybody present.
    pub async fn open(&self) -> MeetingId {
        let id = self.sent().await;
        self.act(9, id, Act::Answer(Answer::Coming)).await.unwrap();
        self.act(1, id, Act::Open).await.unwrap();
        for n in [1, 2, 3, 4, 9] {
            self.act(n, id, Act::Mark { account: account(n), presence: Presence::Present(Way::InRoom) }).await.unwrap();
        }
        id
    }
}

pub fn plan() -> Plan {
    let item = |title: &str| PlannedItem { no: None, title: title.into(), presenter: String::new(), minutes: 15 };
    Plan {
        id: MeetingId::new(Uuid::now_v7()),
        office: OfficeCode::new("H29.02"),
        office_name: "Sở Xây dựng".into(),
        title: "Họp giao ban".into(),
        kind: "weekly".into(),
        chair: person(1),
        secretary: person(2),
        time: Time { starts: at("2026-11-26T08:00:00"), ends: at("2026-11-26T10:00:00"), place: "Phòng họp 1".into(), link: Some("https://hop.example.vn/1".into()) },
        agenda: vec![item("Kế hoạch quý I"), item("Việc khác")],
    }
}

pub fn at(text: &str) -> Instant {
    format!("{text}+07:00").parse().unwrap()
}

/// `who=N` in the cookie is person N.
struct Cookie;
impl Identify for Cookie {
    fn identify<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Identified> {
        Box::pin(async move {
            let Some(n) = web::visitor::cookie(headers, "who").and_then(|n| n.parse().ok()) else { return Identified::default() };
            Identified { actor: Some(Arc::new(actor(n))), csrf: Some("token".into()), ..Identified::default() }
        })
    }
}

pub struct Web {
    router: Router,
}

pub struct Answered {
    pub status: u16,
    pub location: String,
    pub text: String,
}

impl Web {
    /// The room behind the policies of the catalogue.
    pub fn new(place: &Place) -> Self {
        let files = files();
        let gate = Identity::new(IdentityParts {
            scope: place.meetings.scope.clone(),
            offices: Arc::new(Offices::load(&files).unwrap()),
            policies: Arc::new(Policies::load(&files).unwrap()),
            provider: None,
            sessions: SessionRules::default(),
            ways: Vec::new(),
            clock: place.meetings.clock.clone(),
        });
        let open = web::limit::Rate { burst: 100_000, per_minute: 100_000 };
        let house = House { identify: Some(Arc::new(Cookie)), rates: web::limit::Rates { lookup: open, ..web::limit::Rates::default() }, ..House::new(gate) };
        Self { router: app(vec![meetings::module(place.meetings.clone())], house).0 }
    }
    async fn send(&self, method: &str, who: u128, path: &str, kind: &str, body: Vec<u8>) -> Answered {
        let mut request = Request::builder().method(method).uri(path).header("host", "phusa.test").header("content-type", kind);
        if who > 0 {
            request = request.header(header::COOKIE, format!("who={who}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 26).await.unwrap();
        let location = parts.headers.get(header::LOCATION).map_or("", |l| l.to_str().unwrap()).to_owned();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(parts.status.as_u16() < 500, "{method} {path}: {text}");
        if text.contains("<!doctype html>") {
            check_page(path, &text);
        }
        Answered { status: parts.status.as_u16(), location, text }
    }
    pub async fn get(&self, who: u128, path: &str) -> Answered {
        self.send("GET", who, path, "text/html", vec![]).await
    }
    pub async fn post(&self, who: u128, path: &str, pairs: &[(&str, &str)]) -> Answered {
        let mut body: String = pairs.iter().map(|(k, v)| format!("{}={}&", web::html::url_part(k), web::html::url_part(v))).collect();
        body.push_str("_csrf=token");
        self.send("POST", who, path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }
    /// A post that is taken.
    pub async fn does(&self, who: u128, path: &str, pairs: &[(&str, &str)]) -> String {
        let answer = self.post(who, path, pairs).await;
        assert_eq!(answer.status, 303, "{who} {path} {pairs:?}: {}", answer.text);
        answer.location
    }
    pub async fn upload(&self, who: u128, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Answered {
        let mut body: Vec<u8> = fields.iter().flat_map(|(k, v)| format!("--x\r\nContent-Disposition: form-data; name=\"{k}\"\r\n\r\n{v}\r\n").into_bytes()).collect();
        body.extend_from_slice(format!("--x\r\nContent-Disposition: form-data; name=\"file-paper\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").as_bytes());
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

/// A PDF of two pages.
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n4 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
