//! Databases to practise on: the platform's protocol over HTTP with invented people, and the faults real ones have.

use super::{Connection, SIGNATURE, people, sign, verify};
use crate::model::{Answer, Question};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What goes wrong with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Answers after the asker has given up.
    Slow(Duration),
    /// 503.
    Down,
    /// Nobody is known.
    NotFound,
    /// Somebody else's name.
    WrongData,
    /// Half of the fields are missing.
    Partial,
    /// An answer with a wrong signature.
    Forged,
    /// The answer to another question.
    Mixed,
    /// Not JSON.
    Broken,
}

#[derive(Default)]
struct Book {
    records: BTreeMap<(String, String, String), Map<String, Value>>,
    faults: BTreeMap<String, Fault>,
    asked: Vec<Question>,
}

/// The simulated platform. Cheap to clone.
#[derive(Clone)]
pub struct Simulator {
    book: Arc<Mutex<Book>>,
    secret: Arc<[u8]>,
}

/// The databases it stands in for.
pub const SOURCES: [&str; 4] = ["population", "civil_status", "enterprise", "land"];

impl Simulator {
    /// With the invented people of the demonstration.
    pub fn new(secret: &[u8]) -> Self {
        let this = Self { book: Arc::default(), secret: secret.into() };
        for (source, record, key, data) in people::records() {
            this.put(source, record, &key, data);
        }
        this
    }
    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn put(&self, source: &str, record: &str, key: &str, data: Value) {
        let data = data.as_object().cloned().unwrap_or_default();
        self.book().records.insert((source.into(), record.into(), key.into()), data);
    }
    /// Until told otherwise, the database fails like this; `None` mends it.
    pub fn fail(&self, source: &str, fault: Option<Fault>) {
        match fault {
            Some(fault) => self.book().faults.insert(source.into(), fault),
            None => self.book().faults.remove(source),
        };
    }
    /// Every question that arrived with a good signature.
    pub fn asked(&self) -> Vec<Question> {
        self.book().asked.clone()
    }
    /// Serves on a port of its own; answers how to reach it.
    pub async fn serve(&self) -> std::io::Result<Connection> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/{source}", post(answer)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Connection { url: format!("http://{address}"), secret: self.secret.clone(), sources: SOURCES.map(str::to_owned).to_vec() })
    }
}

async fn answer(State(sim): State<Simulator>, Path(source): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let signature = headers.get(SIGNATURE).and_then(|v| v.to_str().ok());
    if !verify(&sim.secret, &body, signature) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(question) = serde_json::from_slice::<Question>(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    if question.purpose.is_empty() || question.dossier.is_empty() || question.fields.is_empty() || question.source != source {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let (fault, record) = {
        let mut book = sim.book();
        book.asked.push(question.clone());
        let key = (source.clone(), question.record.clone(), question.key.clone());
        (book.faults.get(&source).copied(), book.records.get(&key).cloned())
    };
    if let Some(Fault::Slow(by)) = fault {
        tokio::time::sleep(by).await;
    }
    if fault == Some(Fault::Down) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let record = record.filter(|_| fault != Some(Fault::NotFound));
    let found = record.is_some();
    // No more than was asked for.
    let mut data: Map<String, Value> = record.unwrap_or_default().into_iter().filter(|(k, _)| question.fields.contains(k)).collect();
    match fault {
        Some(Fault::WrongData) => {
            for (field, value) in &mut data {
                if field.ends_with("name") {
                    *value = json!("Người Khác Hẳn");
                }
            }
        }
        Some(Fault::Partial) => data = data.into_iter().step_by(2).collect(),
        _ => {}
    }
    let about = if fault == Some(Fault::Mixed) { "another".to_owned() } else { question.id };
    let said = Answer { question: about, found, data, updated: found.then(|| "2026-07-01".to_owned()) };
    let mut bytes = serde_json::to_vec(&said).unwrap_or_default();
    if fault == Some(Fault::Broken) {
        bytes = b"<html>bao tri</html>".to_vec();
    }
    let signature = if fault == Some(Fault::Forged) { sign(b"another secret", &bytes) } else { sign(&sim.secret, &bytes) };
    ([("content-type", "application/json".to_owned()), (SIGNATURE, signature)], bytes).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        base::{HttpRegister, Register},
        model::NoAnswer,
    };

    fn question(source: &str, key: &str) -> Question {
        Question {
            id: "q-1".into(),
            source: source.into(),
            record: "person".into(),
            key: key.into(),
            purpose: "Điền sẵn tờ khai".into(),
            procedure: "1.001193".into(),
            dossier: "draft_1".into(),
            fields: vec!["name".into(), "residence".into()],
        }
    }

    /// Every fault of a real database is an answer the asker can bear; only what was asked for is given.
    #[tokio::test(flavor = "multi_thread")]
    async fn faults_are_borne() {
        let sim = Simulator::new(b"secret of the test");
        let connection = sim.serve().await.unwrap();
        let register = HttpRegister::new(connection.clone(), Duration::from_millis(300));
        let lan = question("population", "079190000011");
        let good = register.ask(&lan).await.unwrap();
        assert!(good.found);
        assert_eq!(good.data["name"], "Nguyễn Thị Lan");
        assert_eq!(good.data.len(), 2, "no more than was asked for");
        assert!(!register.ask(&question("population", "079000000000")).await.unwrap().found);

        let slow = Fault::Slow(Duration::from_millis(900));
        for fault in [Fault::Down, slow, Fault::Forged, Fault::Mixed, Fault::Broken] {
            sim.fail("population", Some(fault));
            assert!(matches!(register.ask(&lan).await, Err(NoAnswer::ForNow(_))), "{fault:?}");
        }
        sim.fail("population", Some(Fault::NotFound));
        assert!(!register.ask(&lan).await.unwrap().found);
        sim.fail("population", Some(Fault::WrongData));
        assert_ne!(register.ask(&lan).await.unwrap().data["name"], "Nguyễn Thị Lan");
        sim.fail("population", Some(Fault::Partial));
        assert_eq!(register.ask(&lan).await.unwrap().data.len(), 1);
        sim.fail("population", None);

        assert_eq!(register.ask(&question("health_book", "1")).await, Err(NoAnswer::NotConnected));
        let stranger = HttpRegister::new(Connection { secret: b"other"[..].into(), ..connection }, Duration::from_millis(300));
        assert!(matches!(stranger.ask(&lan).await, Err(NoAnswer::Refused(_))));
        // Without a purpose nothing is answered.
        assert!(matches!(register.ask(&Question { purpose: String::new(), ..lan }).await, Err(NoAnswer::Refused(_))));
    }
}
