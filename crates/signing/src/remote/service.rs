//! The service over HTTP: what it is asked, who asks, and what its refusals mean.

use crate::{Failed, Mistake, Secret};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{
    fmt,
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

/// Answers are some kilobytes long; a chain of certificates makes most of it.
const LARGEST: u64 = 256 << 10;
/// RFC 6749 §5.1 leaves the lifetime to the server; without one, the hour of the specification.
const LIFETIME: u64 = 3600;
/// An access token is not used in its last seconds: it has to last the call.
const MARGIN: u64 = 30;

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// One question and its answer.
    pub request: Duration,
    /// Everything before a signature, so also a person's confirmation; the signature itself has one more `request`.
    pub whole: Duration,
    /// Between two looks whether a person confirmed.
    pub poll: Duration,
}

/// Together with a time stamp within the two minutes for which a runner of effects holds a document: nobody else signs it meanwhile.
impl Default for Limits {
    fn default() -> Self {
        Self { request: Duration::from_secs(10), whole: Duration::from_secs(90), poll: Duration::from_secs(2) }
    }
}

/// A service, and the client that this installation is to it (OAuth 2.0 client credentials).
pub struct Service {
    url: String,
    client: String,
    secret: Secret,
    pub(super) limits: Limits,
    agent: ureq::Agent,
    token_url: OnceLock<String>,
    access: Mutex<Option<(Secret, Instant)>>,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("url", &self.url).field("client", &self.client).finish_non_exhaustive()
    }
}

/// What `info` says that matters here (CSC API v2.0 §11.1).
#[derive(Deserialize)]
struct About {
    #[serde(default)]
    oauth2: Option<String>,
}

/// §8.4.4.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "credentialIDs")]
    ids: Vec<String>,
}

/// An answer: its status and its JSON, or null.
pub(super) struct Answer {
    pub status: u16,
    pub said: Value,
}

impl Answer {
    /// The code of an error as the specification lists it (§10.2). Everything else a service writes may repeat what it was sent, secrets too.
    pub fn code(&self) -> Option<&'static str> {
        const KNOWN: [&str; 14] = [
            "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope", "server_error", "temporarily_unavailable",
            "expired_token", "invalid_token", "invalid_client", "invalid_grant", "invalid_authentication_data", "invalid_otp", "authentication_error",
        ];
        let said = self.said.get("error")?.as_str()?;
        KNOWN.into_iter().find(|known| *known == said)
    }

    /// Whether a person may read so in the description.
    pub fn describes(&self, words: &[&str]) -> bool {
        let said = self.said.get("error_description").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        words.iter().all(|word| said.contains(word))
    }

    pub fn read<T: DeserializeOwned>(self, what: &str) -> Result<T, Failed> {
        match self.status {
            200 => serde_json::from_value(self.said).map_err(|_| unreachable(what, "the answer cannot be read")),
            _ => Err(self.refused(what)),
        }
    }

    /// Overload, maintenance and whatever stands between pass; a refusal does not.
    pub fn refused(&self, what: &str) -> Failed {
        match (self.status, self.code()) {
            (_, Some("server_error" | "temporarily_unavailable")) | (408 | 429, _) => unreachable(what, &format!("the service answered {}", self.status)),
            (status, code) if (400..500).contains(&status) => {
                Failed::Denied(format!("{what}: the service answered {status} {}", code.unwrap_or("without a known reason")))
            }
            (status, _) => unreachable(what, &format!("the service answered {status}")),
        }
    }
}

pub(super) fn unreachable(what: &str, why: &str) -> Failed {
    Failed::Unreachable(format!("{what}: {why}"))
}

impl Service {
    /// `url` ends where the names of the methods begin (`https://…/csc/v2`). It is encrypted: a secret and PINs travel there.
    pub fn new(url: &str, client: &str, secret: Secret) -> Result<Self, Mistake> {
        Self::with_limits(url, client, secret, Limits::default())
    }

    pub fn with_limits(url: &str, client: &str, secret: Secret, limits: Limits) -> Result<Self, Mistake> {
        let near = near(url);
        if !near && !url.starts_with("https://") {
            return Err(Mistake::Plain);
        }
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).timeout_global(Some(limits.request));
        let config = if near { config.proxy(None).build() } else { config.build() };
        let agent = ureq::Agent::new_with_config(config);
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { url, client: client.to_owned(), secret, limits, agent, token_url: OnceLock::new(), access: Mutex::default() })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks a method, with the client's access token; with a new one where the service no longer takes it. Blocks.
    pub(super) fn ask(&self, method: &str, question: &Value) -> Result<Answer, Failed> {
        let token = self.token()?;
        let answer = self.post(method, question, Some(&token))?;
        if answer.status != 401 {
            return Ok(answer);
        }
        self.forget(&token);
        let token = self.token()?;
        self.post(method, question, Some(&token))
    }

    /// The credentials this client may use (§11.4).
    pub fn credentials(&self) -> Result<Vec<String>, Failed> {
        let listed: Listed = self.ask("credentials/list", &json!({}))?.read("credentials/list")?;
        Ok(listed.ids)
    }

    fn post(&self, method: &str, question: &Value, token: Option<&Secret>) -> Result<Answer, Failed> {
        let mut request = self.agent.post(format!("{}/{method}", self.url)).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {}", token.reveal()));
        }
        answered(method, request.send(question.to_string()))
    }

    /// One caller asks for a token, the others wait for it.
    fn token(&self) -> Result<Secret, Failed> {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, until)) = access.as_ref()
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let form = [("grant_type", "client_credentials"), ("client_id", &self.client), ("client_secret", self.secret.reveal())];
        let answer = answered("oauth2/token", self.agent.post(self.token_url()?).send_form(form))?;
        let granted: Granted = answer.read("oauth2/token")?;
        let lifetime = granted.expires_in.unwrap_or(LIFETIME);
        let token = Secret::new(granted.access_token);
        *access = Some((token.clone(), Instant::now() + Duration::from_secs(lifetime.saturating_sub(MARGIN.min(lifetime / 2)))));
        Ok(token)
    }

    fn forget(&self, token: &Secret) {
        let mut access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        // Another caller may have a new one already.
        if access.as_ref().is_some_and(|(kept, _)| kept == token) {
            *access = None;
        }
    }

    /// The authorisation server may be another machine; `info` names it (§11.1). Beside the methods where it names none.
    fn token_url(&self) -> Result<&str, Failed> {
        if let Some(known) = self.token_url.get() {
            return Ok(known);
        }
        let about: About = self.post("info", &json!({}), None)?.read("info")?;
        let base = about.oauth2.unwrap_or_else(|| self.url.clone());
        let safe = base.starts_with("https://") || (near(&base) && near(&self.url));
        if !safe {
            return Err(Failed::Denied("info: the service names an authorisation server without encryption".to_owned()));
        }
        let base = base.trim_end_matches('/').trim_end_matches("/oauth2");
        Ok(self.token_url.get_or_init(|| format!("{base}/oauth2/token")))
    }
}

/// On this machine, where nobody listens on the way.
fn near(url: &str) -> bool {
    let after = |host: &str| url.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']));
    ["http://127.0.0.1", "http://localhost", "http://[::1]"].into_iter().any(after)
}

fn answered(what: &str, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, Failed> {
    let mut answer = answer.map_err(|e| unreachable(what, &e.to_string()))?;
    let status = answer.status().as_u16();
    let bytes = answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|e| unreachable(what, &e.to_string()))?;
    Ok(Answer { status, said: serde_json::from_slice(&bytes).unwrap_or_default() })
}
