//! The room served with stand-ins for the door and for people, and what the page tests send and ask.

use crate::world::*;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use futures::future::BoxFuture;
use identity::actions::{CENTRE_WORK, ENTERPRISE_OWN, PROVIDER_OWN, SHOWROOM_READ, SOLUTION_VET};
use kernel::{Actor, id::EnterpriseId};
use showroom::choice::Role;
use std::{collections::BTreeMap, sync::Arc};
use store::Db;
use tower::ServiceExt;
use web::{
    House, Identified, Identify, Visitor, app,
    gate::Gate,
    limit::{Rate, Rates},
};

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

pub struct Site {
    router: Router,
    pub w: World,
    pub ent: EnterpriseId,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

impl Site {
    pub async fn new(db: Db) -> Self {
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
    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(Request::builder().uri(path).header("host", "phusa.test").header("cookie", format!("who={who}")).body(Body::empty()).unwrap()).await
    }
    /// A page that is there: 200, well formed in the ways that matter, in both languages.
    pub async fn page(&self, who: &str, path: &str) -> String {
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
    pub async fn post(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
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
    pub async fn done(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let a = self.post(who, path, fields).await;
        assert_eq!(a.status, 303, "{path}: {}", a.body);
        a.location.split('?').next().unwrap().to_owned()
    }
    pub async fn upload(&self, who: &str, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
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

pub const PROFILE: [(&str, &str); 4] =
    [("profile.name", "Công ty Sông Hậu"), ("profile.tax_code", "0100109106"), ("profile.email", "a@songhau.vn"), ("profile.phone", "0912345678")];
pub const LISTING: [(&str, &str); 21] = [
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

/// A provider of their own with one solution begun: ids of both.
pub async fn provider_with_draft(site: &Site) -> (String, String) {
    site.done("provider", "/provider/new", &PROFILE).await;
    let home = site.page("provider", "/provider").await;
    let provider = home.split("/provider/prov_").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let own = site.done("provider", &format!("/provider/prov_{provider}/new"), &LISTING).await;
    (format!("prov_{provider}"), own.rsplit('/').next().unwrap().to_owned())
}
