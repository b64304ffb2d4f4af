//! The pages over HTTP, without any script: as provider, officer, client, owner and passer-by.

use crate::world::*;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use futures::future::BoxFuture;
use identity::actions::{CENTRE_WORK, ENTERPRISE_OWN, PROVIDER_OWN, SHOWROOM_READ, SOLUTION_VET};
use kernel::{Actor, id::EnterpriseId, time::date};
use showroom::{acts::solutions, choice::Role, rank::Need, views};
use std::{collections::BTreeMap, sync::Arc};
use store::Db;
use tower::ServiceExt;
use web::{
    House, Identified, Identify, Visitor, app,
    gate::Gate,
    limit::{Rate, Rates},
};

testkit::on_each_database!(everybody_s_way strangers_see_nothing bad_input_comes_back);

struct Doors;
impl Gate for Doors {
    fn permits(&self, v: &Visitor, action: &'static str) -> bool {
        let role = |r: &str| v.actor.as_ref().is_some_and(|a| a.has_role(r));
        match action {
            SHOWROOM_READ => true,
            ENTERPRISE_OWN | PROVIDER_OWN => role("citizen"),
            SOLUTION_VET => role("centre_officer"),
            CENTRE_WORK => role("centre_officer") || role("consultant"),
            _ => false,
        }
    }
}

struct People(BTreeMap<&'static str, Actor>);
impl Identify for People {
    fn identify<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Identified> {
        let actor = web::visitor::cookie(headers, "who").and_then(|w| self.0.get(w)).cloned().map(Arc::new);
        Box::pin(async move { Identified { actor, csrf: Some("token".into()), ..Identified::default() } })
    }
}

struct Site {
    router: Router,
    w: World,
    ent: EnterpriseId,
}

struct Answer {
    status: u16,
    location: String,
    body: String,
}

impl Site {
    async fn new(db: Db) -> Self {
        let w = World::new(db).await;
        let people: BTreeMap<&'static str, Actor> = [
            ("provider", person(101, "citizen", false)),
            ("other", person(102, "citizen", false)),
            ("officer", person(10, "centre_officer", true)),
            ("chief", person(11, "centre_officer", true)),
            ("owner", person(1, "citizen", false)),
            ("consultant", person(20, "consultant", true)),
        ]
        .into();
        let ent = w.enterprise(1, &[(&people["owner"], Role::Member), (&people["consultant"], Role::Consultant)]);
        let mut house = House::new(Arc::new(Doors));
        house.identify = Some(Arc::new(People(people)));
        let free = Rate { burst: 100_000, per_minute: 100_000 };
        house.rates = Rates { lookup: free, sign_in: free, read: free, write: free, ..Rates::default() };
        let (router, _) = app(vec![showroom::module(w.s.clone())], house);
        Self { router, w, ent }
    }
    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, location) =
            (response.status().as_u16(), response.headers().get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default());
        let bytes = axum::body::to_bytes(response.into_body(), 80 << 20).await.unwrap();
        Answer { status, location, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
    async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(Request::builder().uri(path).header("host", "phusa.test").header("cookie", format!("who={who}")).body(Body::empty()).unwrap()).await
    }
    /// A page that is there: 200, well formed in the ways that matter, in both languages.
    async fn page(&self, who: &str, path: &str) -> String {
        for lang in ["en", "vi"] {
            let joint = if path.contains('?') { '&' } else { '?' };
            let a = self.get(who, &format!("{path}{joint}lang={lang}")).await;
            assert_eq!(a.status, 200, "{path}: {}", a.body);
            assert_eq!(a.body.matches("<h1").count(), 1, "{path} has one heading");
            assert!(!a.body.contains(" style=") && !a.body.contains("<script>") && !a.body.contains("onclick"), "{path}");
            ids_are_unique(path, &a.body);
            if lang == "vi" {
                return a.body;
            }
        }
        unreachable!()
    }
    async fn post(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = String::from("_csrf=token");
        for (name, value) in fields {
            body.push_str(&format!("&{}={}", web::html::url_part(name), web::html::url_part(value)));
        }
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header("host", "phusa.test")
            .header("cookie", format!("who={who}"))
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
    /// A form that is accepted: leads on.
    async fn done(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let a = self.post(who, path, fields).await;
        assert_eq!(a.status, 303, "{path}: {}", a.body);
        a.location.split('?').next().unwrap().to_owned()
    }
    async fn upload(&self, who: &str, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(
            format!("--x\r\nContent-Disposition: form-data; name=\"proof.file\"; filename=\"{}\"\r\nContent-Type: application/pdf\r\n\r\n", file.0).bytes(),
        );
        body.extend_from_slice(file.1);
        body.extend(b"\r\n--x--\r\n");
        let request = Request::builder()
            .method("POST")
            .uri(format!("{path}?_csrf=token"))
            .header("host", "phusa.test")
            .header("cookie", format!("who={who}"))
            .header("content-type", "multipart/form-data; boundary=x");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

fn ids_are_unique(path: &str, body: &str) {
    let mut ids: Vec<&str> = body.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    ids.sort_unstable();
    let before = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), before, "{path} repeats an id: {ids:?}");
}

const PROFILE: [(&str, &str); 4] =
    [("profile.name", "Công ty Sông Hậu"), ("profile.tax_code", "0100109106"), ("profile.email", "a@songhau.vn"), ("profile.phone", "0912345678")];
const LISTING: [(&str, &str); 21] = [
    ("l.name_vi", "Bán hàng Sông Hậu <b>số 1</b>"),
    ("l.summary_vi", "Bán hàng, hóa đơn 🐟"),
    ("l.main_type", "pos"),
    ("l.claims", "Bán một đơn trong 8 giây\nKhông cần mạng"),
    ("l.functions", "Tồn kho"),
    ("l.sectors", "G"),
    ("l.sectors", "I"),
    ("l.sizes", "small"),
    ("l.stages", "1"),
    ("l.price_model", "per_month"),
    ("l.price_amount", "300.000"),
    ("l.price_from-day", "1"),
    ("l.price_from-month", "1"),
    ("l.price_from-year", "2026"),
    ("l.hosting", "vn_cloud"),
    ("l.languages", "vi"),
    ("l.integrations", "bank"),
    ("l.data_return", "any_time_open"),
    ("l.hours", "10"),
    ("l.days", "7"),
    ("l.support_contact", "1900 1234"),
];

async fn provider_with_draft(site: &Site) -> (String, String) {
    site.done("provider", "/provider/new", &PROFILE).await;
    let home = site.page("provider", "/provider").await;
    let provider = home.split("/provider/prov_").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let own = site.done("provider", &format!("/provider/prov_{provider}/new"), &LISTING).await;
    (format!("prov_{provider}"), own.rsplit('/').next().unwrap().to_owned())
}

async fn everybody_s_way(db: Db) {
    let site = Site::new(db).await;
    for path in ["/showroom", "/showroom/ranking", "/showroom/rules", "/showroom/compare"] {
        site.page("nobody", path).await;
    }
    site.page("provider", "/provider/new").await;
    let (prov, sol) = provider_with_draft(&site).await;
    for path in ["new", "profile", "leads"] {
        site.page("provider", &format!("/provider/{prov}/{path}")).await;
    }
    let own = format!("/provider/solutions/{sol}");
    site.page("provider", &format!("{own}/edit")).await;
    // A proof, a client, then to the check.
    let proof = [
        ("proof.kind", "certificate"),
        ("proof.title", "ISO 27001 số 7"),
        ("proof.issued-day", "1"),
        ("proof.issued-month", "2"),
        ("proof.issued-year", "2026"),
        ("proof.until-day", "30"),
        ("proof.until-month", "12"),
        ("proof.until-year", "2026"),
        ("proof.claims", "0"),
    ];
    let a = site.upload("provider", &format!("{own}/proofs"), &proof, ("chứng nhận.pdf", b"%PDF-1.7 x")).await;
    assert_eq!(a.status, 303, "{}", a.body);
    let invite = [("invite.client", "Cửa hàng Lan"), ("invite.tax_code", TAX[2]), ("invite.email", "lan@cuahang.vn"), ("invite.sector", "G47")];
    site.done("provider", &format!("{own}/acts/invite"), &invite).await;
    let mine = site.page("provider", &own).await;
    assert!(mine.contains("ISO 27001 số 7") && mine.contains("Cửa hàng Lan") && !mine.contains("/showroom/reference/"), "the provider never sees the link");
    let file = mine.split(&format!("{own}/proofs/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(site.get("provider", &format!("{own}/proofs/{file}")).await.body, "%PDF-1.7 x");
    site.done("provider", &format!("{own}/acts/submit"), &[]).await;
    // The centre.
    assert!(site.page("officer", "/centre/solutions").await.contains(&sol));
    let desk = format!("/centre/solutions/{sol}");
    site.done("officer", &format!("{desk}/acts/take"), &[]).await;
    let refused = site.post("officer", &format!("{desk}/acts/list"), &[]).await;
    assert!(refused.status == 409 && refused.body.contains("Chưa đạt"), "{}", refused.status);
    let page = site.page("officer", &desk).await;
    let link = page.split("https://phusa.test").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let checks: Vec<(String, String)> = site.w.s.catalog.vetting.checklist.iter().map(|i| (format!("check.{}-result", i.code), "pass".to_owned())).collect();
    let checks: Vec<(&str, &str)> = checks.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    site.done("officer", &format!("{desk}/acts/check"), &checks).await;
    site.done("officer", &format!("{desk}/acts/proof"), &[("proof", &file), ("prefix", "proof0"), ("accepted", "yes")]).await;
    site.done("officer", &format!("{desk}/acts/list"), &[]).await;
    assert_eq!(site.get("officer", &format!("{desk}/proofs/{file}")).await.status, 200);
    for stage in ["submitted", "listed", "withdrawn", "nothing"] {
        site.page("officer", &format!("/centre/solutions?stage={stage}")).await;
    }
    // The client, without an account.
    site.page("nobody", &link).await;
    let answer = [
        ("answer.using", "yes"),
        ("answer.months", "9"),
        ("answer.satisfied", "yes"),
        ("answer.comment", "Dễ dùng"),
        ("answer.person", "Nguyễn Thị Lan"),
        ("answer.position", "Chủ"),
        ("answer.authorised", "1"),
    ];
    assert_eq!(site.post("nobody", &link, &answer).await.status, 200);
    assert_eq!(site.post("nobody", &link, &answer).await.status, 200, "the second time the page says that it was used");
    assert!(site.page("nobody", &link).await.contains("đã được dùng"));
    // The public.
    let public = format!("/showroom/solutions/{sol}");
    let page = site.page("nobody", &public).await;
    assert!(page.contains("&lt;b&gt;số 1&lt;/b&gt;") && !page.contains("<b>số 1"), "pasted HTML stays text");
    assert!(page.contains("chỉ là lời giới thiệu") && page.contains("có minh chứng") && page.contains("Cửa hàng Lan") && !page.contains("Nguyễn Thị Lan"));
    assert!(site.page("nobody", "/showroom?q=ban+hang+song+hau&sector=G47&type=pos&price=per_month").await.contains(&sol));
    assert!(site.page("nobody", &format!("/showroom/booth/{sol}")).await.contains("<svg class=\"qr\""));
    assert!(site.page("nobody", &format!("/showroom/compare?s={sol}&s={sol}&s=rubbish")).await.contains("Bán hàng Sông Hậu"));
    // A lead with consent.
    site.page("owner", &format!("{public}/contact")).await;
    let lead = [("lead.id", "lead_018f00000000700080000000000000aa"), ("lead.name", "Trần Thị Hạnh"), ("lead.phone", "0912345678"), ("lead.consent", "1")];
    site.done("owner", &format!("{public}/contact"), &lead).await;
    assert!(site.page("provider", &format!("/provider/{prov}/leads")).await.contains("Trần Thị Hạnh"));
    site.page("owner", "/showroom/contacts").await;
    site.done("owner", "/showroom/contacts/lead_018f00000000700080000000000000aa/withdraw", &[]).await;
    assert!(!site.page("provider", &format!("/provider/{prov}/leads")).await.contains("Trần Thị Hạnh"));
    choosing(&site, &sol).await;
}

async fn choosing(site: &Site, sol: &str) {
    let base = format!("/my-enterprise/{}/choices", site.ent);
    site.page("owner", &base).await;
    let choice = site.done("owner", &base, &[("open.title", "Phần mềm bán hàng")]).await;
    for path in ["", "/need", "/weights", "/pairs"] {
        site.page("owner", &format!("{choice}{path}")).await;
    }
    let need = [
        ("need.gap0-kind", "pos"),
        ("need.gap0-size", "30"),
        ("need.gap0-goal", "3"),
        ("need.gap0-stage", "1"),
        ("need.sector", "g47"),
        ("need.size", "small"),
        ("need.budget", "10.000.000 đ"),
        ("need.users", "3"),
        ("need.languages", "vi"),
        ("need.wished", "bank"),
    ];
    site.done("owner", &format!("{choice}/need"), &need).await;
    site.done("owner", &format!("{choice}/weights"), &[("w.cost", "3000"), ("w.label", "0")]).await;
    let pairs: Vec<(String, String)> = (0..10).map(|i| (format!("pairs.q{i}"), "1".to_owned())).collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    site.done("owner", &format!("{choice}/pairs"), &pairs).await;
    // A circle of "absolutely more" is told, and what was chosen stays.
    let mut circle = pairs.clone();
    (circle[0].1, circle[4].1, circle[1].1) = ("9", "9", "-9");
    let told = site.post("owner", &format!("{choice}/pairs"), &circle).await;
    assert!(told.status == 422 && told.body.contains("tỷ số nhất quán"), "{}", told.status);
    site.done("owner", &format!("{choice}/acts/advise"), &[]).await;
    let page = site.page("owner", &choice).await;
    assert!(page.contains(sol) && page.contains("Đưa vào danh sách ngắn"));
    let advice = page.split("/advice/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(site.page("owner", &format!("{choice}/advice/{advice}")).await.contains("trùng khớp từng byte"));
    site.done("owner", &format!("{choice}/acts/shortlist"), &[("shortlist.solution", sol)]).await;
    site.page("owner", &choice).await;
    // The consultant comes in by the other door.
    let other = choice.replace("/my-enterprise/", "/centre/enterprises/");
    site.page("consultant", &other).await;
    let demo = [
        ("demo.solution", sol),
        ("demo.on-day", "20"),
        ("demo.on-month", "11"),
        ("demo.on-year", "2026"),
        ("demo.with", "Anh Nam"),
        ("demo.text", "Chạy tốt khi mất mạng"),
    ];
    let refused = site.post("consultant", &format!("{other}/acts/demo"), &demo).await;
    assert!(refused.status == 409 && refused.body.contains("Chạy tốt khi mất mạng"), "nothing typed is lost");
    site.done("consultant", &format!("{other}/acts/declare"), &[]).await;
    site.done("consultant", &format!("{other}/acts/demo"), &demo).await;
    site.done(
        "owner",
        &format!("{choice}/acts/quote"),
        &[
            ("quote.solution", sol),
            ("quote.amount", "3.600.000"),
            ("quote.valid_until-day", "31"),
            ("quote.valid_until-month", "12"),
            ("quote.valid_until-year", "2026"),
        ],
    )
    .await;
    let decision = [("decide.solution", sol), ("decide.reason", "Rẻ và dùng được khi mất mạng")];
    assert_eq!(site.post("consultant", &format!("{other}/acts/decide"), &decision).await.status, 403);
    site.done("owner", &format!("{choice}/acts/decide"), &decision).await;
    assert!(site.page("owner", &choice).await.contains("Doanh nghiệp đã quyết định"));
    site.page("owner", &base).await;
}

async fn strangers_see_nothing(db: Db) {
    let site = Site::new(db).await;
    let (prov, sol) = provider_with_draft(&site).await;
    for (who, path) in [
        ("other", format!("/provider/solutions/{sol}")),
        ("other", format!("/provider/solutions/{sol}/edit")),
        ("other", format!("/provider/{prov}/leads")),
        ("other", format!("/provider/{prov}/profile")),
        ("nobody", format!("/showroom/solutions/{sol}")),
        ("nobody", format!("/showroom/booth/{sol}")),
        ("officer", format!("/centre/solutions/{sol}")),
        ("other", format!("/my-enterprise/{}/choices", site.ent)),
        ("officer", format!("/centre/enterprises/{}/choices", site.ent)),
        ("nobody", "/showroom/solutions/sol_zzz".into()),
        ("nobody", "/showroom/solutions/prov_00000000000000000000000000000001".into()),
        ("nobody", "/showroom/reference/a.b.c.d".into()),
    ] {
        assert_eq!(site.get(who, &path).await.status, 404, "{who} {path}");
    }
    assert_eq!(site.post("other", &format!("/provider/solutions/{sol}/acts/submit"), &[]).await.status, 404);
    assert_eq!(site.get("nobody", "/provider").await.status, 303, "to sign in");
    assert_eq!(site.get("owner", "/centre/solutions").await.status, 403);
    // A choice of another enterprise under one's own address.
    let base = format!("/my-enterprise/{}/choices", site.ent);
    let choice = site.done("owner", &base, &[("open.title", "A")]).await;
    let other = site.w.enterprise(2, &[(&person(1, "citizen", false), Role::Member)]);
    let id = choice.rsplit('/').next().unwrap();
    assert_eq!(site.get("owner", &format!("/my-enterprise/{other}/choices/{id}")).await.status, 404);
    assert_eq!(site.get("provider", &choice).await.status, 404);
}

async fn bad_input_comes_back(db: Db) {
    let site = Site::new(db).await;
    // A wrong tax code, and everything else that was typed is still there.
    let mut profile = PROFILE;
    profile[1].1 = "0100109107";
    let a = site.post("provider", "/provider/new", &profile).await;
    assert!(a.status == 422 && a.body.contains("value=\"Công ty Sông Hậu\"") && a.body.contains("#f-profile-tax_code"), "{}", a.body);
    let (prov, sol) = provider_with_draft(&site).await;
    // The tax code once more, by somebody else.
    assert_eq!(site.post("other", "/provider/new", &PROFILE).await.status, 409);
    let new = format!("/provider/{prov}/new");
    for (field, value, says) in [
        ("l.price_amount", "1,5 triệu", "Nhập số đồng"),
        ("l.price_amount", "-5", "Nhập số đồng"),
        ("l.price_from-month", "13", "Ngày không đúng"),
        ("l.name_vi", "🙂", "có chữ hoặc số"),
        ("l.sectors", "X1", "Không có mã"),
        ("l.price_model", "barter", "Chọn cách tính giá"),
        ("l.hours", "999", "số nguyên"),
    ] {
        let fields: Vec<(&str, &str)> = LISTING.iter().map(|(n, v)| (*n, if *n == field { value } else { *v })).collect();
        let a = site.post("provider", &new, &fields).await;
        assert!(a.status == 422 && a.body.contains(says) && a.body.contains("1900 1234"), "{field}={value}: {} {says}", a.status);
    }
    // Both Unicode forms of one name are one name.
    let decomposed: Vec<(&str, &str)> = LISTING.iter().map(|(n, v)| (*n, if *n == "l.name_vi" { "Thu\u{309}y sa\u{309}n" } else { *v })).collect();
    let own = site.done("provider", &new, &decomposed).await;
    assert!(site.page("provider", &own).await.contains("Thủy sản"));
    // Files: nothing, too large, not what it says; the other answers stay.
    let path = format!("/provider/solutions/{sol}/proofs");
    let fields = [("proof.kind", "manual"), ("proof.title", "Tài liệu"), ("proof.issued-day", "1"), ("proof.issued-month", "2"), ("proof.issued-year", "2026")];
    let mut large = b"%PDF-1.7 ".to_vec();
    large.resize(solutions::FILE_MAX + 1, b'x');
    for (name, bytes) in [("a.pdf", large.as_slice()), ("a.pdf", b"<html>"), ("a.pdf", b""), ("", b"")] {
        let a = site.upload("provider", &path, &fields, (name, bytes)).await;
        assert!(a.status == 422 && a.body.contains("value=\"Tài liệu\""), "{name} {}: {}", bytes.len(), a.status);
    }
    large.truncate(solutions::FILE_MAX);
    assert_eq!(site.upload("provider", &path, &fields, ("lớn.pdf", &large)).await.status, 303, "50 MB are taken");
    assert_eq!(site.upload("provider", &path, &fields, ("lớn.pdf", &large)).await.status, 303, "and taken once");
    let id = sol.parse().unwrap();
    assert_eq!(solutions::find(&site.w.s, id).await.unwrap().unwrap().solution.proofs.len(), 1);
    large.resize(70 << 20, b'x');
    assert_eq!(site.upload("provider", &path, &fields, ("a.pdf", &large)).await.status, 413);
    // Filters with rubbish in them find nothing or everything, and never fail.
    for query in [
        "q=%00",
        "after=rubbish",
        "after=sol_00000000000000000000000000000001%20x",
        "sector=%F0%9F%90%9F",
        "stage=9",
        "portal=1",
        &format!("q={}", "a+".repeat(150)),
    ] {
        assert_eq!(site.get("nobody", &format!("/showroom?{query}")).await.status, 200, "{query}");
    }
    // Requirements: a budget in words, a size of zero, a strange type.
    let base = format!("/my-enterprise/{}/choices", site.ent);
    assert_eq!(site.post("owner", &base, &[("open.title", " ")]).await.status, 422);
    let choice = site.done("owner", &base, &[("open.title", "A")]).await;
    for (name, value) in [
        ("need.budget", "50 triệu"),
        ("need.budget", "0"),
        ("need.gap0-size", "0"),
        ("need.gap0-kind", "Không có"),
        ("need.users", "âm một"),
        ("need.gap0-goal", "9"),
    ] {
        let mut fields = vec![
            ("need.gap0-kind", "pos"),
            ("need.gap0-size", "5"),
            ("need.gap0-goal", "1"),
            ("need.gap0-stage", "1"),
            ("need.users", "2"),
            ("need.sector", "G47"),
        ];
        fields.retain(|(n, _)| *n != name);
        fields.push((name, value));
        let a = site.post("owner", &format!("{choice}/need"), &fields).await;
        assert!(a.status == 422 && a.body.contains("G47"), "{name}={value}: {}", a.status);
    }
    for (name, value) in [("w.cost", "99999"), ("w.cost", "nhiều")] {
        assert_eq!(site.post("owner", &format!("{choice}/weights"), &[(name, value)]).await.status, 422, "{value}");
    }
    assert_eq!(site.post("owner", &format!("{choice}/acts/nothing"), &[]).await.status, 404);
    // No need is known at all: the advice says so.
    let empty: Need = showroom::acts::choices::known_need(&site.w.s, EnterpriseId::new(uuid::Uuid::from_u128(77))).await.unwrap();
    assert!(empty.gaps.is_empty());
    assert!(views::ending(&site.w.s.scope, None, date(2030, 1, 1), 5).await.unwrap().is_empty());
}
