//! A dossier as outside clients hold it: its code, the newest answer, and acts by the examples that come with them.

use crate::house::{House, instant};
use kernel::Instant;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::Reply;

static KEYS: AtomicU64 = AtomicU64::new(1);

/// A key nobody used yet.
pub fn key() -> String {
    format!("key-{}-{}", std::process::id(), KEYS.fetch_add(1, Ordering::Relaxed))
}

/// The complete request that a definition gives as its example.
pub fn example(house: &House, definition: &str) -> Value {
    house.nobody().get(&format!("/api/v1/definitions/{definition}")).ok()["example_request"].clone()
}

pub struct Dossier<'h> {
    pub house: &'h House,
    pub code: String,
    pub last: Value,
}

impl<'h> Dossier<'h> {
    /// Filed by lan with the example of the definition.
    pub fn file(house: &'h House, definition: &str) -> Self {
        Self::of(house, house.actor("lan").post_once("/api/v1/cases", &key(), &example(house, definition)))
    }
    /// An office's counter files for somebody.
    pub fn at_the_counter(house: &'h House, definition: &str) -> Self {
        let mut body = example(house, definition);
        body["channel"] = json!("counter");
        body["applicant"] = json!({"name": "Trần Văn Bảy", "personal_number": "079085000077", "phone": "0909000077"});
        Self::of(house, house.actor("thu").post_once("/api/v1/cases", &key(), &body))
    }
    #[track_caller]
    fn of(house: &'h House, reply: Reply) -> Self {
        assert_eq!(reply.status, 201, "{}", reply.text());
        let last = reply.json();
        assert_eq!(reply.header("location"), last["links"]["self"].as_str().unwrap());
        Self { house, code: last["code"].as_str().unwrap().to_owned(), last }
    }
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/cases/{}{rest}", self.code)
    }
    /// The case as a person sees it now.
    #[track_caller]
    pub fn seen_by(&self, who: &str) -> Value {
        self.house.actor(who).get(&self.path("")).ok()
    }
    /// An act as the case itself gives the example of it.
    #[track_caller]
    pub fn example(&self, who: &str, act: &str) -> Value {
        let seen = self.seen_by(who);
        let found = seen["acts"].as_array().unwrap().iter().find(|a| a["act"] == act);
        let found = found.unwrap_or_else(|| panic!("{who} is not offered {act}: {}", seen["acts"]));
        assert_eq!(found["open"], true, "{found}");
        found["example"].clone()
    }
    /// Does the example of an act.
    #[track_caller]
    pub fn act(&mut self, who: &str, act: &str) -> &mut Self {
        let body = self.example(who, act);
        self.send(who, &body)
    }
    /// Does an act with an input of the test's own.
    #[track_caller]
    pub fn act_with(&mut self, who: &str, act: &str, input: Value) -> &mut Self {
        self.send(who, &json!({"act": act, "input": input}))
    }
    #[track_caller]
    fn send(&mut self, who: &str, body: &Value) -> &mut Self {
        self.last = self.attempt(who, body).ok();
        self
    }
    /// An act that may be refused.
    #[track_caller]
    pub fn attempt(&self, who: &str, body: &Value) -> Reply {
        self.house.actor(who).post(&self.path("/acts"), body)
    }
    /// The names of the acts that happened, in order, as an official sees them.
    #[track_caller]
    pub fn story(&self, who: &str) -> Vec<String> {
        let events = self.house.actor(who).get(&self.path("/events")).ok();
        events["events"].as_array().unwrap().iter().map(|e| e["act"].as_str().unwrap().to_owned()).collect()
    }
    pub fn handling(&self) -> &str {
        self.last["tracks"]["handling"]["state"].as_str().unwrap()
    }
    #[track_caller]
    pub fn due(&self, clock: &str) -> Instant {
        instant(self.last["clocks"][clock]["due"].as_str().unwrap_or_else(|| panic!("no clock {clock}: {}", self.last["clocks"])))
    }
    /// Opens every document the caller is offered; each is a PDF.
    #[track_caller]
    pub fn documents(&self, who: &str) -> Vec<String> {
        let actor = self.house.actor(who);
        let seen = self.seen_by(who);
        let list = seen["documents"].as_array().unwrap().iter();
        list.map(|d| {
            let reply = actor.get(d["href"].as_str().unwrap());
            assert_eq!((reply.status, reply.header("content-type")), (200, "application/pdf"), "{}", reply.text());
            assert!(reply.bytes.starts_with(b"%PDF"), "{d}");
            d["document"].as_str().unwrap().to_owned()
        })
        .collect()
    }
}
