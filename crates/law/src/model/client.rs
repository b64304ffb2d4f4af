//! The endpoint over HTTP: `POST …/chat/completions` as OpenAI-compatible servers take it. Bounded in time, in bytes and in how many ask at
//! once; one that fails is left alone for a while, so that nobody waits for it again and again.

use serde_json::{Value, json};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// How long and how much.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// One question and its answer: somebody is waiting for the page.
    pub request: Duration,
    /// Bytes of an answer.
    pub bytes: u64,
    pub at_once: usize,
    /// After so many failures one after the other it rests so long.
    pub failures: u32,
    pub rest: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { request: Duration::from_secs(6), bytes: 64 << 10, at_once: 4, failures: 3, rest: Duration::from_secs(60) }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Mistake {
    #[error("the address must begin with https:// (http:// only for this machine)")]
    Plain,
    #[error("the model needs a name")]
    Nameless,
}

/// Where the model is and as what it is asked. No redirect is followed: the address is the operator's and stays it.
pub struct Endpoint {
    url: String,
    name: String,
    key: Option<Arc<str>>,
    agent: ureq::Agent,
    limits: Limits,
    free: Arc<Semaphore>,
    failed: Mutex<(u32, Option<Instant>)>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("url", &self.url).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Endpoint {
    /// `url` ends where the names of the methods begin (`https://…/v1`).
    pub fn new(url: &str, name: &str, key: Option<&str>) -> Result<Self, Mistake> {
        Self::with_limits(url, name, key, Limits::default())
    }

    pub fn with_limits(url: &str, name: &str, key: Option<&str>, limits: Limits) -> Result<Self, Mistake> {
        let near = near(url);
        if !near && !url.starts_with("https://") {
            return Err(Mistake::Plain);
        }
        if name.trim().is_empty() {
            return Err(Mistake::Nameless);
        }
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).timeout_global(Some(limits.request));
        let config = if near { config.proxy(None).build() } else { config.build() };
        Ok(Self {
            url: format!("{}/chat/completions", url.trim_end_matches('/')),
            name: name.trim().to_owned(),
            key: key.map(Arc::from),
            agent: ureq::Agent::new_with_config(config),
            free: Arc::new(Semaphore::new(limits.at_once)),
            limits,
            failed: Mutex::default(),
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the model says, or why nothing came. What went wrong in words of the other side is not repeated anywhere.
    pub async fn ask(&self, prompt: &str, data: &Value) -> Result<String, &'static str> {
        if self.rests() {
            return Err("it rests after failures");
        }
        let Ok(place) = self.free.clone().try_acquire_owned() else { return Err("too many ask at once") };
        let body = json!({
            "model": self.name, "temperature": 0, "max_tokens": 1500, "stream": false, "response_format": {"type": "json_object"},
            "messages": [{"role": "system", "content": prompt}, {"role": "user", "content": data.to_string()}],
        });
        let (agent, url, key, bytes) = (self.agent.clone(), self.url.clone(), self.key.clone(), self.limits.bytes);
        let call = tokio::task::spawn_blocking(move || {
            let _place = place;
            post(&agent, &url, key.as_deref(), &body, bytes)
        });
        // The client's own limit stops the call; this one stops the waiting.
        let said = match tokio::time::timeout(self.limits.request + Duration::from_millis(250), call).await {
            Ok(Ok(said)) => said,
            Ok(Err(_)) => Err("the call did not end well"),
            Err(_) => Err("it took too long"),
        };
        self.note(said.is_ok());
        said
    }

    fn rests(&self) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.1.is_some_and(|since| since.elapsed() < self.limits.rest)
    }

    fn note(&self, fine: bool) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        *failed = match (fine, failed.0 + 1) {
            (true, _) => (0, None),
            // After its rest one failure sends it back.
            (false, n) if n >= self.limits.failures => (self.limits.failures - 1, Some(Instant::now())),
            (false, n) => (n, None),
        };
    }
}

fn near(url: &str) -> bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|h| url.strip_prefix(h).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])) && !url.contains('@'))
}

fn post(agent: &ureq::Agent, url: &str, key: Option<&str>, body: &Value, bytes: u64) -> Result<String, &'static str> {
    let mut request = agent.post(url).header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("authorization", &format!("Bearer {key}"));
    }
    let mut answer = request.send(body.to_string()).map_err(|_| "it could not be reached in time")?;
    if answer.status().as_u16() != 200 {
        return Err("it answered with an error");
    }
    let text = answer.body_mut().with_config().limit(bytes).read_to_string().map_err(|_| "the answer is too long, no text or did not end")?;
    let said: Value = serde_json::from_str(&text).map_err(|_| "the answer is no JSON")?;
    let content = said.pointer("/choices/0/message/content").and_then(Value::as_str);
    content.map(str::to_owned).ok_or("the answer holds no message")
}
