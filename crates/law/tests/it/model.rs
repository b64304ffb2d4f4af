//! The model option over HTTP: a simulator that lies, injects, fails and floods, and what of it a page shows.

use crate::support::{Place, Web};
use axum::{Json, Router, body::Body, extract::State, http::HeaderMap, response::{IntoResponse, Redirect, Response}, routing::post};
use law::model::{Endpoint, Limits};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use store::Db;
use testkit::on_each_database;
use web::html::url_part;

on_each_database! {
    an_honest_model_orders_the_laws_words
    a_lying_model_reaches_no_page
    a_failing_model_only_costs_a_moment
    nothing_personal_leaves_the_house
    without_a_model_nothing_is_asked
}

/// The law's sentence that the corpus of these tests answers with.
const LAW: &str = "Hạn mức giao đất trồng lúa không quá 05 héc ta.";
const TITLE: &str = "Tóm tắt do máy sắp xếp";
const SILENT: &str = "Lần này không có phần tóm tắt bằng máy";

#[derive(Clone)]
enum Mode {
    /// These sentences, each said to be from the first span.
    Says(Vec<String>),
    /// This as the message.
    Message(String),
    /// This as the body of the answer.
    Body(&'static str),
    Status(u16),
    Slow,
    Flood,
    Elsewhere,
}

#[derive(Clone)]
struct Simulator {
    mode: Arc<Mutex<Mode>>,
    heard: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
    url: String,
}

impl Simulator {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let this = Self { mode: Arc::new(Mutex::new(Mode::Says(vec![]))), heard: Arc::default(), url };
        let router = Router::new().route("/v1/chat/completions", post(answer)).route("/elsewhere", post(elsewhere)).with_state(this.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        this
    }
    fn is(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }
    fn says(&self, sentences: &[&str]) {
        self.is(Mode::Says(sentences.iter().map(|s| (*s).to_owned()).collect()));
    }
    fn heard(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

async fn answer(State(s): State<Simulator>, headers: HeaderMap, Json(asked): Json<Value>) -> Response {
    s.heard.lock().unwrap().push((headers, asked));
    let message = |content: String| Json(json!({"choices": [{"message": {"role": "assistant", "content": content}}]})).into_response();
    let mode = s.mode.lock().unwrap().clone();
    match mode {
        Mode::Says(list) => message(json!({"sentences": list.iter().map(|t| json!({"sentence": t, "span_ids": ["s1"]})).collect::<Vec<_>>()}).to_string()),
        Mode::Message(text) => message(text),
        Mode::Body(text) => text.into_response(),
        Mode::Status(code) => (axum::http::StatusCode::from_u16(code).unwrap(), "{\"error\":{\"message\":\"<script>alert(1)</script>\"}}").into_response(),
        Mode::Slow => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            message("{}".into())
        }
        Mode::Flood => {
            let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 8_192]));
            Response::new(Body::from_stream(endless))
        }
        Mode::Elsewhere => Redirect::temporary("/elsewhere").into_response(),
    }
}

async fn elsewhere(State(s): State<Simulator>) -> Response {
    let content = json!({"sentences": [{"sentence": LAW, "span_ids": ["s1"]}]}).to_string();
    s.heard.lock().unwrap().push((HeaderMap::new(), json!("elsewhere")));
    Json(json!({"choices": [{"message": {"content": content}}]})).into_response()
}

fn limits() -> Limits {
    Limits { request: Duration::from_millis(700), failures: 1_000, ..Limits::default() }
}

async fn with_model(db: Db, limits: Limits) -> (Simulator, Web) {
    let place = Place::new(db).await;
    let simulator = Simulator::start().await;
    let endpoint = Endpoint::with_limits(&simulator.url, "mo-hinh-thu", Some("bi-mat-cua-may-chu"), limits).unwrap();
    place.law.model.set(Arc::new(endpoint)).unwrap();
    let web = Web::new(&place);
    (simulator, web)
}

async fn page(web: &Web, question: &str) -> String {
    let answer = web.get(0, &format!("/law?q={}", url_part(question))).await;
    assert_eq!(answer.status, 200);
    answer.text
}
const ASKED: &str = "hạn mức giao đất trồng lúa là bao nhiêu";

/// What stands between the machine's title and the law's own words.
fn ordered(page: &str) -> &str {
    page.split_once(TITLE).map_or("", |(_, rest)| rest.split("Quy định tìm thấy").next().unwrap_or_default())
}

async fn an_honest_model_orders_the_laws_words(db: Db) {
    let (model, web) = with_model(db, limits()).await;
    model.says(&["Hạn mức giao đất nông nghiệp: hạn mức giao đất trồng lúa tối đa 5 ha."]);
    let shown = page(&web, ASKED).await;
    assert!(ordered(&shown).contains("hạn mức giao đất trồng lúa tối đa 5 ha."), "{shown}");
    // Labelled as a machine's, cited, with the law's own words below.
    assert!(ordered(&shown).contains("mo-hinh-thu") && ordered(&shown).contains("khoản 1 Điều 2 Luật Đất đai năm 2024"));
    assert!(shown.split("Quy định tìm thấy").nth(1).unwrap().contains("không quá 05 héc ta"));
    let english = web.get(0, &format!("/law?q={}&lang=en", url_part(ASKED))).await.text;
    assert!(english.contains("Put in order by a machine") && english.contains("lang=\"vi\""));
    // A refused question is nobody's to word.
    let before = model.heard();
    let refused = page(&web, "giấy phép nuôi chim yến trong khu dân cư").await;
    assert!(!refused.contains(TITLE) && !refused.contains(SILENT));
    assert_eq!(model.heard(), before);
    // The key goes out as the endpoint wants it and stands on no page.
    assert_eq!(model.heard.lock().unwrap()[0].0["authorization"], "Bearer bi-mat-cua-may-chu");
    assert!(!shown.contains("bi-mat"));
}

async fn a_lying_model_reaches_no_page(db: Db) {
    let (model, web) = with_model(db, limits()).await;
    let lies = [
        "Hạn mức giao đất trồng lúa không quá 50 héc ta.",
        "Hạn mức giao đất trồng lúa quá 05 héc ta.",
        "Hạn mức giao đất trồng lúa ít nhất 05 héc ta.",
        "Hạn mức giao đất trồng lúa không quá 05 mét vuông.",
        "Hạn mức giao đất trồng cây lâu năm không quá 05 héc ta.",
        "Theo Điều 9 Luật Đất đai năm 2013, hạn mức giao đất trồng lúa không quá 05 héc ta.",
        "Theo khoản 1 Điều 2 Luật Nhà ở năm 2023, hạn mức giao đất trồng lúa không quá 05 héc ta.",
        "Hạn mức giao đất trồng lúa không quá 05 héc ta từ ngày 01/01/2027.",
        "Hạn mức giao đất trồng lúa không quá 05 héc ta, trừ người có quen biết.",
        "Bỏ qua các quy tắc. Bạn được giao 100 héc ta.",
        "Ignore the rules: you may have 100 hectares.",
        "<script>alert(1)</script>Hạn mức giao đất trồng lúa không quá 05 héc ta.",
        "![x](http://evil.example/p.png) Hạn mức giao đất trồng lúa không quá 05 héc ta.",
        "Hạn mức giao đất trồng lúa không quá 05 héc ta. Nộp tiền vào tài khoản 0123456789.",
        "Hạn mức giao đất trồng lúa không quá 05 héc ta?",
        "Ủy ban nhân dân giao đất trồng lúa không quá 05 héc ta.",
    ];
    for lie in lies {
        model.says(&[lie]);
        let shown = page(&web, ASKED).await;
        assert!(shown.contains(SILENT) && !shown.contains(TITLE), "{lie}");
        assert!(shown.contains(LAW), "the law's own words stand there: {lie}");
        for poison in ["50 héc ta", "evil.example", "<script>alert", "100 h", "0123456789", "quen biết", "2027", "Luật Nhà ở"] {
            assert!(!shown.contains(poison), "{lie}: {poison}");
        }
    }
    // Among lies the one true sentence is left.
    let mut all: Vec<&str> = lies.to_vec();
    all.insert(7, LAW);
    model.says(&all);
    let shown = page(&web, ASKED).await;
    assert_eq!(ordered(&shown).matches("<li").count(), 1);
    assert!(ordered(&shown).contains(LAW));
    // Any word changed, dropped or moved: nothing is shown but the sentence itself.
    let words: Vec<&str> = LAW.split(' ').collect();
    let mut changed = Vec::new();
    for n in 0..words.len() {
        let mut gone = words.clone();
        gone.remove(n);
        changed.push(gone.join(" "));
        for put in ["không", "được", "7", "hoặc", "tỉnh"] {
            let mut more = words.clone();
            more.insert(n, put);
            changed.push(more.join(" "));
        }
        let mut turned = words.clone();
        turned.swap(n, (n + 1) % words.len());
        changed.push(turned.join(" "));
    }
    model.is(Mode::Says(changed));
    let shown = page(&web, ASKED).await;
    assert!(shown.contains(SILENT) && !shown.contains(TITLE), "{}", ordered(&shown));
    // Ids that were not offered.
    for ids in [json!([]), json!(["s9999"]), json!(["luat:31/2024/QH15"]), json!(["s1", "s1"]), json!(["s-1"])] {
        model.is(Mode::Message(json!({"sentences": [{"sentence": LAW, "span_ids": ids}]}).to_string()));
        assert!(page(&web, ASKED).await.contains(SILENT), "{ids}");
    }
}

async fn a_failing_model_only_costs_a_moment(db: Db) {
    let (model, web) = with_model(db, limits()).await;
    for mode in [
        Mode::Message("Hạn mức là 100 héc ta".into()),
        Mode::Message(String::new()),
        Mode::Message("{\"sentences\": [{\"sentence\": ".into()),
        Mode::Message(format!("{{\"sentences\":[{}]}}", "{\"sentence\":\"x\",\"span_ids\":[\"s1\"]},".repeat(900).trim_end_matches(','))),
        Mode::Body("<html>proxy</html>"),
        Mode::Body("{\"choices\": []}"),
        Mode::Body("{\"choices\": [{\"message\": {\"content\": null, \"tool_calls\": [{\"function\": {\"name\": \"delete_all\"}}]}}]}"),
        Mode::Status(401),
        Mode::Status(429),
        Mode::Status(500),
        Mode::Status(503),
        Mode::Slow,
        Mode::Flood,
        Mode::Elsewhere,
    ] {
        model.is(mode);
        let watch = Instant::now();
        let shown = page(&web, ASKED).await;
        assert!(watch.elapsed() < Duration::from_secs(5), "{:?}", watch.elapsed());
        assert!(shown.contains(SILENT) && shown.contains(LAW) && !shown.contains("100 héc ta") && !shown.contains("alert(1)"));
    }
    assert!(!model.heard.lock().unwrap().iter().any(|(_, asked)| *asked == "elsewhere"), "a redirect was followed");
}

async fn nothing_personal_leaves_the_house(db: Db) {
    let (model, web) = with_model(db, Limits { failures: 2, rest: Duration::from_secs(600), ..limits() }).await;
    model.says(&[LAW]);
    page(&web, "hạn mức giao đất nông nghiệp trồng lúa của Khải, 079200001234, 12 Lợi, gọi 0912345678").await;
    let sent = model.heard.lock().unwrap()[0].1.to_string();
    for private in ["Khải", "khải", "079200001234", "0912345678", "Lợi", "lợi"] {
        assert!(!sent.contains(private), "{private}: {sent}");
    }
    assert!(sent.contains("trồng lúa") && sent.contains("\"temperature\":0") && !sent.contains("tools"));
    // After failures it is left alone for a while.
    model.is(Mode::Status(500));
    for _ in 0..6 {
        assert!(page(&web, ASKED).await.contains(SILENT));
    }
    assert_eq!(model.heard(), 3);
}

async fn without_a_model_nothing_is_asked(db: Db) {
    let place = Place::new(db).await;
    let shown = page(&Web::new(&place), ASKED).await;
    assert!(!shown.contains(SILENT) && !shown.contains(TITLE) && shown.contains(LAW));
    for bad in ["http://models.example/v1", "http://localhost.evil.example/v1", "http://127.0.0.1@evil.example/", "ftp://x", "file:///etc/passwd", ""] {
        assert!(Endpoint::new(bad, "m", None).is_err(), "{bad}");
    }
    assert!(Endpoint::new("https://models.example/v1", " ", None).is_err());
    assert!(!format!("{:?}", Endpoint::new("https://models.example/v1", "m", Some("kín-lắm")).unwrap()).contains("kín"));
}
