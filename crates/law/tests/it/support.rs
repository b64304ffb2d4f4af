//! A province with an office that answers: people, a clock that stands, the catalogue as shipped, a small corpus.

use axum::{Router, body::Body, http::{HeaderMap, Request, header}};
use futures::future::BoxFuture;
use identity::{Identity, IdentityParts, Offices, Policies, SessionRules};
use kernel::{
    Actor, Instant, Text,
    catalog::Files,
    id::{AccountId, OfficeCode, PartyId, ProvinceCode, RoleCode},
};
use law::{Author, Law, Office, import::Given};
use std::sync::Arc;
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


/// 1 head and 2 specialist of the office that answers, 3 clerk of it, 8 leader of another; 20 and on citizens.
pub fn actor(n: u128) -> Actor {
    let role = match n {
        1 => "head",
        3 => "clerk",
        8 => "leader",
        2..=19 => "specialist",
        _ => "citizen",
    };
    let official = n < 20;
    Actor {
        account: AccountId::new(Uuid::from_u128(n)),
        province: ProvinceCode::new("79"),
        name: format!("Nguyễn Văn {n}"),
        party: (!official).then(|| PartyId::new(Uuid::from_u128(n))),
        personal_number: None,
        roles: [RoleCode::new(role)].into(),
        office: official.then(|| OfficeCode::new(if n < 8 { "H29.161" } else { "H29.02" })),
        title: official.then(|| "Công chức".into()),
        lent: Vec::new(),
    }
}

pub struct Place {
    pub law: Law,
}

pub const OLD: &str = "QUỐC HỘI\nLuật số: 45/2013/QH13\nHà Nội, ngày 29 tháng 11 năm 2013\nLUẬT\nĐẤT ĐAI\nĐiều 1. Phạm vi điều chỉnh\nLuật này quy định về chế độ sở hữu đất đai.\nĐiều 2. Hạn mức giao đất nông nghiệp\n1. Hạn mức giao đất trồng lúa không quá 03 héc ta.\n2. Hạn mức giao đất trồng cây lâu năm không quá 10 héc ta.\nĐiều 3. Hiệu lực thi hành\nLuật này có hiệu lực thi hành từ ngày 01 tháng 7 năm 2014.\n";
pub const NEW: &str = "QUỐC HỘI\nLuật số: 31/2024/QH15\nHà Nội, ngày 18 tháng 01 năm 2024\nLUẬT\nĐẤT ĐAI\nĐiều 1. Phạm vi điều chỉnh\nLuật này quy định về đất đai.\nĐiều 2. Hạn mức giao đất nông nghiệp\n1. Hạn mức giao đất trồng lúa không quá 05 héc ta.\nĐiều 3. Hòa giải tranh chấp đất đai\n1. Trước khi khởi kiện các bên phải hòa giải tại Ủy ban nhân dân cấp xã nơi có đất.\nĐiều 4. Hiệu lực thi hành\n1. Luật này có hiệu lực thi hành từ ngày 01 tháng 8 năm 2024.\n2. Luật Đất đai số 45/2013/QH13 hết hiệu lực kể từ ngày Luật này có hiệu lực thi hành.\n";

impl Place {
    pub async fn empty(db: Db) -> Self {
        db.migrate(law::MIGRATIONS).await.unwrap();
        let catalog = Arc::new(law::catalog::load(&files()).unwrap());
        let office = Office { code: OfficeCode::new("H29.161"), name: Text::new("Ủy ban nhân dân phường Xuân Hòa", "People's Committee of Xuân Hòa Ward") };
        let clock: Arc<dyn Fn() -> Instant + Send + Sync> = Arc::new(|| "2026-11-23T09:00:00+07:00".parse().unwrap());
        Self { law: Law::new(db.province(ProvinceCode::new("79")), catalog, clock, office, true) }
    }
    pub async fn new(db: Db) -> Self {
        let place = Self::empty(db).await;
        for text in [OLD, NEW] {
            place.put("a.txt", text).await;
        }
        place
    }
    pub async fn put(&self, name: &str, text: &str) -> Vec<law::Report> {
        let by = Author::new(&actor(3), self.law.now());
        self.law.import(&by, name, text.as_bytes().to_vec(), Given::default()).await.unwrap()
    }
}

/// The token of somebody without a session.
const ANYBODY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

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
            scope: place.law.scope.clone(),
            offices: Arc::new(Offices::load(&files).unwrap()),
            policies: Arc::new(Policies::load(&files).unwrap()),
            provider: None,
            sessions: SessionRules::default(),
            ways: Vec::new(),
            clock: place.law.clock.clone(),
        });
        let open = web::limit::Rate { burst: 100_000, per_minute: 100_000 };
        let house = House { identify: Some(Arc::new(Cookie)), rates: web::limit::Rates { lookup: open, ..web::limit::Rates::default() }, ..House::new(gate) };
        Self { router: app(vec![law::module(place.law.clone())], house).0 }
    }
    async fn send(&self, method: &str, who: u128, path: &str, kind: &str, body: Vec<u8>) -> Answered {
        let mut request = Request::builder().method(method).uri(path).header("host", "phusa.test").header("content-type", kind);
        // Whoever has no session has the token in a cookie.
        let cookie = if who > 0 { format!("who={who}") } else { format!("csrf={ANYBODY}") };
        request = request.header(header::COOKIE, cookie);
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
        body.push_str(&format!("_csrf={}", if who > 0 { "token" } else { ANYBODY }));
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
        body.extend_from_slice(format!("--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").as_bytes());
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

/// A decision of a province that allows more than the law.
pub const LOCAL: &str = "ỦY BAN NHÂN DÂN TỈNH LÀO CAI\nSố: 18/2026/QĐ-UBND\nLào Cai, ngày 05 tháng 10 năm 2026\nQUYẾT ĐỊNH\nVề hạn mức giao đất nông nghiệp\nCăn cứ Luật Đất đai số 31/2024/QH15;\nĐiều 1. Hạn mức giao đất nông nghiệp\n1. Hạn mức giao đất trồng lúa không quá 06 héc ta.\nĐiều 2. Tổ chức thực hiện\nCác cơ quan liên quan thi hành Quyết định này.\nĐiều 3. Hiệu lực thi hành\nQuyết định này có hiệu lực từ ngày 20 tháng 10 năm 2026.\n";
