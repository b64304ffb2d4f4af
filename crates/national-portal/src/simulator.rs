//! A national portal to practise on: answers the same requests as the real one and fails in every way a network fails.
//!
//! It keeps what it was told in memory. Faults are drawn from a seed, so a run can be repeated.

use crate::{
    message::Dossier,
    status::Status,
    wire::{self, Connection, Listed, Page},
};
use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

/// How often it fails, each in parts of a thousand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Answers 503 and has not taken the message.
    pub down: u32,
    /// Has taken the message and answers 500: the sender cannot know.
    pub answer_lost: u32,
    /// Answers after the sender has given up, the message taken.
    pub slow: u32,
    /// Answers 429.
    pub busy: u32,
    /// How long a slow answer takes.
    pub slow_by: Duration,
}

impl Faults {
    /// Every fault at once.
    pub const fn all() -> Self {
        Self { down: 60, answer_lost: 60, slow: 5, busy: 40, slow_by: Duration::from_millis(400) }
    }
}

/// What it was told and what it counted.
#[derive(Debug, Default)]
pub struct Book {
    pub dossiers: BTreeMap<String, Dossier>,
    /// Answers by message key.
    keys: HashMap<String, u16>,
    /// Statuses in the order told, for each dossier.
    pub told: HashMap<String, Vec<u8>>,
    pub requests: u64,
    pub taken: u64,
    pub repeated: u64,
    pub older: u64,
    pub failed: u64,
    /// Status changes that the table of statuses does not know.
    pub impossible: Vec<(String, u8, u8)>,
}

#[derive(Clone)]
pub struct Simulator {
    pub book: Arc<Mutex<Book>>,
    faults: Arc<Mutex<(Faults, u64)>>,
    secret: Arc<[u8]>,
}

impl Simulator {
    pub fn new(secret: &[u8], faults: Faults, seed: u64) -> Self {
        Self { book: Arc::default(), faults: Arc::new(Mutex::new((faults, seed | 1))), secret: secret.into() }
    }

    pub fn set_faults(&self, faults: Faults) {
        if let Ok(mut f) = self.faults.lock() {
            f.0 = faults;
        }
    }

    /// Serves on a port of its own; answers how to reach it.
    pub async fn serve(&self) -> std::io::Result<Connection> {
        self.serve_at("127.0.0.1:0").await
    }
    pub async fn serve_at(&self, listen: &str) -> std::io::Result<Connection> {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address: SocketAddr = listener.local_addr()?;
        let router = Router::new()
            .route("/DongBoHoSo", post(take))
            .route("/DanhSachHoSo", get(list))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Connection { url: format!("http://{address}"), secret: self.secret.clone() })
    }

    /// The next fault, if one is due: a xorshift generator, seeded.
    fn fault(&self) -> Option<Fault> {
        let Ok(mut held) = self.faults.lock() else { return None };
        let (faults, seed) = &mut *held;
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        let mut drawn = u32::try_from(*seed % 1000).unwrap_or(0);
        for (share, fault) in [(faults.down, Fault::Down), (faults.answer_lost, Fault::AnswerLost), (faults.slow, Fault::Slow(faults.slow_by)), (faults.busy, Fault::Busy)] {
            if drawn < share {
                return Some(fault);
            }
            drawn -= share;
        }
        None
    }
}

enum Fault {
    Down,
    AnswerLost,
    Slow(Duration),
    Busy,
}

async fn take(State(sim): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    if !wire::verify(&sim.secret, &body, header(wire::SIGNATURE).as_deref()) {
        return (StatusCode::UNAUTHORIZED, "signature").into_response();
    }
    let fault = sim.fault();
    if let Ok(mut book) = sim.book.lock() {
        book.requests += 1;
        if matches!(fault, Some(Fault::Down | Fault::Busy)) {
            book.failed += 1;
        }
    }
    match fault {
        Some(Fault::Down) => return (StatusCode::SERVICE_UNAVAILABLE, "down").into_response(),
        Some(Fault::Busy) => return (StatusCode::TOO_MANY_REQUESTS, "busy").into_response(),
        _ => {}
    }
    let status = keep(&sim, header(wire::MESSAGE_KEY), &body);
    match fault {
        Some(Fault::AnswerLost) => (StatusCode::INTERNAL_SERVER_ERROR, "lost").into_response(),
        Some(Fault::Slow(by)) => {
            tokio::time::sleep(by).await;
            status.into_response()
        }
        _ => status.into_response(),
    }
}

/// Takes one message: the same key once, the highest order wins.
fn keep(sim: &Simulator, key: Option<String>, body: &[u8]) -> (StatusCode, String) {
    let Some(key) = key else { return (StatusCode::BAD_REQUEST, "no message key".into()) };
    let dossier: Dossier = match serde_json::from_slice(body) {
        Ok(d) => d,
        Err(e) => return (StatusCode::UNPROCESSABLE_ENTITY, e.to_string()),
    };
    if Status::of(i64::from(dossier.status)).is_none() {
        return (StatusCode::UNPROCESSABLE_ENTITY, "TrangThaiHoSo".into());
    }
    let Ok(mut book) = sim.book.lock() else { return (StatusCode::INTERNAL_SERVER_ERROR, String::new()) };
    let book = &mut *book;
    if let Some(answer) = book.keys.get(&key) {
        book.repeated += 1;
        return (StatusCode::from_u16(*answer).unwrap_or(StatusCode::OK), "known".into());
    }
    book.keys.insert(key, 200);
    if let Some(old) = book.dossiers.get(&dossier.code) {
        if old.order > dossier.order {
            book.older += 1;
            return (StatusCode::OK, "older".into());
        }
        let (from, to) = (Status::of(i64::from(old.status)), Status::of(i64::from(dossier.status)));
        if let (Some(from), Some(to)) = (from, to)
            && !from.may_become(to)
        {
            book.impossible.push((dossier.code.clone(), from.number(), to.number()));
        }
    }
    book.taken += 1;
    book.told.entry(dossier.code.clone()).or_default().push(dossier.status);
    book.dossiers.insert(dossier.code.clone(), dossier);
    (StatusCode::OK, "taken".into())
}

#[derive(Deserialize)]
struct Asked {
    from: String,
    to: String,
    #[serde(default)]
    after: Option<String>,
}

/// Dossiers on one page of the list.
const PAGE: usize = 500;

async fn list(State(sim): State<Simulator>, headers: HeaderMap, uri: axum::http::Uri, Query(asked): Query<Asked>) -> Response {
    let path = uri.path_and_query().map(|p| p.as_str()).unwrap_or_default();
    let signature = headers.get(wire::SIGNATURE).and_then(|v| v.to_str().ok());
    if !wire::verify(&sim.secret, path.as_bytes(), signature) {
        return (StatusCode::UNAUTHORIZED, "signature").into_response();
    }
    let Ok(book) = sim.book.lock() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let day = |d: &Dossier| format!("{}-{}-{}", d.filed.get(..4).unwrap_or_default(), d.filed.get(4..6).unwrap_or_default(), d.filed.get(6..8).unwrap_or_default());
    let after = asked.after.unwrap_or_default();
    let mut found: Vec<Listed> = book
        .dossiers
        .values()
        .filter(|d| d.code > after && asked.from <= day(d) && day(d) <= asked.to)
        .take(PAGE + 1)
        .map(|d| Listed { code: d.code.clone(), status: i64::from(d.status), procedure: d.procedure.clone() })
        .collect();
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = more.then(|| found.last().map(|l| l.code.clone())).flatten();
    axum::Json(Page { items: found, next }).into_response()
}
