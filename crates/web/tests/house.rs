//! The assembled house, asked over HTTP.
#![allow(clippy::unwrap_used)]

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, Response, header},
};
use bytes::Bytes;
use futures::future::BoxFuture;
use kernel::{
    Actor, Refusal,
    id::{AccountId, ProvinceCode, RoleCode},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use tower::ServiceExt;
use web::{
    ApiError, House, Html, Identified, Identify, Module, Page, PageError, Routes, Via, Visitor, app,
    extract::{FormData, Json, Path, Query},
    gate::{Gate, Parking},
    limit::{Rate, Rates},
    openapi::Doc,
};

const SESSION_TOKEN: &str = "session-form-token";

struct Roles;
impl Gate for Roles {
    fn permits(&self, visitor: &Visitor, action: &'static str) -> bool {
        match action {
            "open" => true,
            "mine" => visitor.signed_in(),
            _ => visitor.actor.as_ref().is_some_and(|a| a.has_role("leader")),
        }
    }
}

/// `who=binh` in the cookie, or a bearer token of the same name.
struct Names;
impl Identify for Names {
    fn identify<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Identified> {
        Box::pin(async move {
            let bearer = headers.get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
            let Some(name) = bearer.or_else(|| web::visitor::cookie(headers, "who")) else { return Identified::default() };
            let actor = Actor {
                account: AccountId::new(uuid::Uuid::from_u128(1)),
                province: ProvinceCode::new("79"),
                name: "Nguyễn Văn Bình".to_owned(),
                party: None,
                personal_number: None,
                roles: BTreeSet::from([RoleCode::new(name)]),
                office: None,
                title: None,
                lent: Vec::new(),
            };
            let via = if bearer.is_some() { Via::Token } else { Via::Browser };
            Identified { actor: Some(Arc::new(actor)), csrf: Some(SESSION_TOKEN.to_owned()), via, ..Identified::default() }
        })
    }
}

#[derive(Default)]
struct Lot(Mutex<Vec<(String, Bytes)>>);
impl Parking for Lot {
    fn park<'a>(&'a self, path: &'a str, _: &'a str, body: Bytes) -> BoxFuture<'a, Result<String, anyhow::Error>> {
        Box::pin(async move {
            self.0.lock().unwrap().push((path.to_owned(), body));
            Ok("ticket".to_owned())
        })
    }
}

async fn number(Path(n): Path<u32>, Query(_): Query<std::collections::BTreeMap<String, u32>>) -> Result<Html, PageError> {
    if n == 13 { Err(Refusal::conflict("unlucky", "Không được.", "No.").into()) } else { Ok(Html(format!("<p>{n}</p>"))) }
}
async fn echo(form: FormData) -> Page {
    Ok(Html::text(form.get("name").unwrap_or("")))
}
async fn act(Json(body): Json<std::collections::BTreeMap<String, String>>) -> Result<axum::Json<serde_json::Value>, ApiError> {
    if body.is_empty() { Err(Refusal::invalid("empty", "Thiếu.", "Missing.").into()) } else { Ok(axum::Json(json!(body))) }
}
#[allow(clippy::unused_async)]
async fn falls() -> Html {
    panic!("a programming mistake")
}
async fn shell(v: Visitor) -> Html {
    web::page::Shell::new(&v, "Thử", Html("<h1>Thử</h1>".into())).render()
}

fn house() -> (Router, Arc<Lot>, Vec<web::Declared>) {
    let lot = Arc::new(Lot::default());
    let routes = Routes::new()
        .get("/", "open", shell)
        .get("/number/{n}", "open", number)
        .post("/echo", "open", echo)
        .get("/mine", "mine", shell)
        .post("/mine", "mine", echo)
        .get("/leader", "lead", shell)
        .get("/falls", "open", falls)
        .get("/lookup", "open", shell)
        .get("/api/v1/mine", "mine", shell)
        .get("/api/v1/falls", "open", falls)
        .post_doc("/api/v1/acts", "open", act, Doc::new("Làm", "Act").body(json!({"type": "object"}), None))
        .post("/api/v1/mine", "mine", act);
    let mut house = House::new(Arc::new(Roles));
    house.identify = Some(Arc::new(Names));
    house.parking = Some(lot.clone());
    house.rates = Rates { lookup: Rate { burst: 2, per_minute: 1 }, ..Rates::default() };
    let (router, declared) = app(vec![Module::new("test", routes.finish(()))], house);
    (router, lot, declared)
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}
impl Answer {
    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).unwrap().to_str().unwrap()
    }
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response: Response<Body> = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1 << 22).await.unwrap();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}
async fn get(path: &str, headers: &[(&str, &str)]) -> Answer {
    send(&house().0, ask("GET", path, headers, "")).await
}
fn ask(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut builder = Request::builder().method(method).uri(path).header("host", "phusa.test");
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Body::from(body.to_owned())).unwrap()
}
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_stranger_is_led_to_sign_in_and_back() {
    let answer = get("/mine?tab=2&lang=en", &[]).await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in?next=%2Fmine%3Ftab%3D2"));
}

#[tokio::test]
async fn a_stranger_at_the_programs_door_gets_a_problem() {
    let answer = get("/api/v1/mine", &[("accept-language", "en")]).await;
    assert_eq!((answer.status, &answer.headers["content-type"], &answer.headers["www-authenticate"]), (401, &"application/problem+json".parse().unwrap(), &"Bearer".parse().unwrap()));
    assert!(answer.body.contains("\"code\":\"sign-in-needed\"") && answer.body.contains("Sign in first"));
}

#[tokio::test]
async fn who_may_not_is_told_so() {
    let answer = get("/leader", &[("cookie", "who=clerk")]).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("không có quyền"));
    assert_eq!(get("/leader", &[("cookie", "who=leader")]).await.status, 200);
}

#[tokio::test]
async fn what_was_typed_survives_an_expired_session() {
    let (router, lot, _) = house();
    let answer = send(&router, ask("POST", "/mine", &[FORM, ("sec-fetch-site", "same-origin")], "name=B%C3%ACnh&_csrf=gone")).await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in?next=%2Fmine&parked=ticket"));
    assert_eq!(lot.0.lock().unwrap()[0], ("/mine".to_owned(), Bytes::from_static(b"name=B%C3%ACnh&_csrf=gone")));
}

#[tokio::test]
async fn another_site_can_neither_send_nor_park() {
    let (router, lot, _) = house();
    let answer = send(&router, ask("POST", "/mine", &[FORM, ("sec-fetch-site", "cross-site")], "name=B")).await;
    assert_eq!((answer.status, lot.0.lock().unwrap().len()), (403, 0));
}

#[tokio::test]
async fn a_form_needs_the_sessions_token_and_arrives_whole() {
    let (router, ..) = house();
    let good = format!("name=Th%C3%A0nh&_csrf={SESSION_TOKEN}");
    let answer = send(&router, ask("POST", "/mine", &[FORM, ("cookie", "who=clerk")], &good)).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "Thành"));
    let answer = send(&router, ask("POST", "/mine", &[FORM, ("cookie", "who=clerk")], "name=B&_csrf=x")).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("mở quá lâu"));
}

#[tokio::test]
async fn a_stranger_gets_a_token_of_his_own() {
    let (router, ..) = house();
    let answer = send(&router, ask("GET", "/", &[], "")).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    let token = cookie.split(';').next().unwrap().strip_prefix("csrf=").unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    let cookie = format!("csrf={token}");
    let sent = |body: String| ask("POST", "/echo", &[FORM, ("cookie", &cookie)], &body);
    assert_eq!(send(&router, sent(format!("name=a&_csrf={token}"))).await.status, 200);
    assert_eq!(send(&router, sent("name=a".into())).await.status, 403);
    // A planted cookie of another shape is not believed.
    assert_eq!(send(&router, ask("POST", "/echo", &[FORM, ("cookie", "csrf=x")], "_csrf=x")).await.status, 403);
}

#[tokio::test]
async fn a_bearer_token_needs_no_form_token() {
    let (router, ..) = house();
    let answer = send(&router, ask("POST", "/api/v1/mine", &[JSON, ("authorization", "Bearer clerk")], "{\"a\":\"b\"}")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{\"a\":\"b\"}"));
}

#[tokio::test]
async fn nothing_is_answered_in_plain_text() {
    let (router, ..) = house();
    let bearer = ("authorization", "Bearer clerk");
    for (method, path, kind, body, status) in [
        ("POST", "/api/v1/acts", "application/json", "{", 400),
        ("POST", "/api/v1/acts", "application/json", "[]", 422),
        ("POST", "/api/v1/acts", "application/json", "{}", 422),
        ("POST", "/api/v1/acts", "text/plain", "x", 415),
        ("DELETE", "/api/v1/acts", "application/json", "", 405),
        ("GET", "/api/v1/none", "application/json", "", 404),
    ] {
        let answer = send(&router, ask(method, path, &[("content-type", kind), bearer], body)).await;
        assert_eq!(answer.status, status, "{method} {path} {body}");
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert!(problem["messages"]["vi"].is_string() && problem["messages"]["en"].is_string(), "{path}");
    }
    for (method, path, status) in [("GET", "/number/x", 404), ("GET", "/number/1?a=x", 400), ("GET", "/number/13", 409), ("GET", "/none", 404), ("GET", "/echo", 405), ("GET", "/number/%FF", 404)] {
        let answer = send(&router, ask(method, path, &[], "")).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.body.starts_with("<!doctype html>"), "{path}: {}", answer.body);
    }
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20));
    let answer = send(&router, ask("POST", "/api/v1/acts", &[JSON, bearer], &long)).await;
    assert!(answer.status == 413 && answer.body.contains("too-large"), "{}", answer.status);
}

#[tokio::test]
async fn a_panic_is_a_page_with_the_request_number() {
    let answer = get("/falls", &[]).await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains(answer.headers["x-request-id"].to_str().unwrap()));
    assert!(!answer.body.contains("programming mistake"));
    let answer = get("/api/v1/falls", &[]).await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (500, &"application/problem+json".parse().unwrap()));
}

#[tokio::test]
async fn a_language_once_chosen_stays() {
    let answer = get("/?lang=en", &[]).await;
    assert!(answer.body.contains("<html lang=\"en\"") && answer.body.contains("href=\"/?lang=vi\""));
    assert!(answer.headers.get_all(header::SET_COOKIE).iter().any(|c| c.to_str().unwrap().starts_with("lang=en")));
    assert!(get("/", &[("cookie", "lang=en")]).await.body.contains("<html lang=\"en\""));
    // Vietnamese first, whatever the browser was bought with.
    assert!(get("/", &[("accept-language", "en-US")]).await.body.contains("<html lang=\"vi\""));
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let (router, ..) = house();
    let look = || send(&router, ask("GET", "/lookup?code=H29", &[], ""));
    assert_eq!((look().await.status, look().await.status), (200, 200));
    let answer = look().await;
    assert_eq!(answer.status, 429);
    assert!(answer.headers.contains_key(header::RETRY_AFTER) && answer.body.contains("Quá nhiều yêu cầu"));
    assert_eq!(send(&router, ask("GET", "/lookup", &[], "")).await.status, 200);
}

#[tokio::test]
async fn every_answer_is_safe_and_numbered() {
    for path in ["/", "/none", "/mine", "/healthz", "/assets/none"] {
        let answer = get(path, &[]).await;
        assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"), "{path}");
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
    }
}

#[tokio::test]
async fn pages_are_compressed_and_assets_kept() {
    let answer = get("/", &[("accept-encoding", "br")]).await;
    assert_eq!(answer.headers[header::CONTENT_ENCODING], "br");
    let answer = get(&web::assets::url("app.css"), &[]).await;
    assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
}

#[tokio::test]
async fn machines_find_what_they_ask() {
    let (router, _, declared) = house();
    assert_eq!(send(&router, ask("GET", "/healthz", &[], "")).await.body, "ok\n");
    assert_eq!(send(&router, ask("GET", "/readyz", &[], "")).await.status, 200);
    send(&router, ask("GET", "/number/7", &[], "")).await;
    let metrics = send(&router, ask("GET", "/metrics", &[], "")).await.body;
    assert!(metrics.contains("http_request_duration_seconds_count{method=\"GET\",route=\"/number/{n}\",status=\"200\"} 1"), "{metrics}");
    let openapi: serde_json::Value = serde_json::from_str(&send(&router, ask("GET", "/openapi.json", &[], "")).await.body).unwrap();
    assert!(openapi["paths"]["/api/v1/acts"]["post"]["requestBody"].is_object());
    assert_eq!(send(&router, ask("GET", "/api", &[], "")).await.status, 200);
    for path in ["/accessibility", "/about", "/problems/wrong-state", "/metrics", "/echo"] {
        assert!(declared.iter().any(|d| d.path == path || path.starts_with("/problems")), "{path}");
    }
    for path in ["/accessibility", "/about", "/problems/wrong-state"] {
        assert_eq!(send(&router, ask("GET", path, &[], "")).await.status, 200, "{path}");
    }
}
