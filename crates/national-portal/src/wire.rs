//! The line to the portal: what can be asked of it, over HTTP with a keyed hash on every message.

use crate::message::Dossier;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha256;
use std::{sync::Arc, time::Duration};

/// Header that carries `sha256=<hex>` of the body under the shared secret.
pub const SIGNATURE: &str = "x-signature";
/// Header that names a message, so that sending it again is the same message.
pub const MESSAGE_KEY: &str = "idempotency-key";

/// Where the portal is and the secret shared with it.
#[derive(Clone)]
pub struct Connection {
    /// `https://host/path`, without a slash at the end.
    pub url: String,
    pub secret: Arc<[u8]>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connection({})", self.url)
    }
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Try again: the portal or the way to it is down.
    ForNow(String),
    /// A person has to look: the portal read the message and refused it.
    ForGood(String),
}

/// A dossier as the portal lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    #[serde(rename = "MaHoSo")]
    pub code: String,
    #[serde(rename = "TrangThaiHoSo")]
    pub status: i64,
    #[serde(rename = "MaTTHC", default)]
    pub procedure: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Page {
    pub items: Vec<Listed>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

/// What a portal is to the sender. Implemented over HTTP; the simulator answers the same requests.
#[async_trait::async_trait]
pub trait Portal: Send + Sync {
    async fn put(&self, key: &str, dossier: &Dossier) -> Result<(), Failure>;
    /// Dossiers filed from one day to another, both included (`YYYY-MM-DD`).
    async fn list(&self, from: &str, to: &str, after: Option<&str>) -> Result<Page, Failure>;
}

/// `sha256=<hex>` of the body.
pub fn sign(secret: &[u8], body: &[u8]) -> String {
    format!("sha256={}", hex::encode(mac(secret, body).finalize().into_bytes()))
}

/// Whether the signature is the body's; compared in constant time.
pub fn verify(secret: &[u8], body: &[u8], signature: Option<&str>) -> bool {
    let given = signature.and_then(|s| s.strip_prefix("sha256=")).and_then(|h| hex::decode(h).ok());
    given.is_some_and(|given| mac(secret, body).verify_slice(&given).is_ok())
}

fn mac(secret: &[u8], body: &[u8]) -> Hmac<Sha256> {
    // HMAC takes a key of any length (RFC 2104); the error is for fixed-length ciphers.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| unreachable!());
    mac.update(body);
    mac
}

/// The portal over HTTP.
#[derive(Clone)]
pub struct HttpPortal {
    connection: Connection,
    agent: ureq::Agent,
}

const TIMEOUT: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: u64 = 8 << 20;

impl HttpPortal {
    pub fn new(connection: Connection) -> Self {
        Self::with_timeout(connection, TIMEOUT)
    }
    pub fn with_timeout(connection: Connection, timeout: Duration) -> Self {
        let near = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|h| connection.url.starts_with(h));
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .max_idle_connections_per_host(32)
            .timeout_global(Some(timeout));
        let config = if near { config.proxy(None).build() } else { config.build() };
        Self { connection, agent: ureq::Agent::new_with_config(config) }
    }

    async fn call(&self, method: &'static str, path: String, key: Option<String>, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let this = self.clone();
        let called = tokio::task::spawn_blocking(move || this.blocking(method, &path, key.as_deref(), body)).await;
        called.unwrap_or_else(|e| Err(Failure::ForNow(e.to_string())))
    }

    fn blocking(&self, method: &str, path: &str, key: Option<&str>, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let down = |e: String| Failure::ForNow(e);
        let signature = sign(&self.connection.secret, if body.is_empty() { path.as_bytes() } else { &body });
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.connection.url))
            .header(SIGNATURE, signature)
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header(MESSAGE_KEY, key);
        }
        let answer = if body.is_empty() {
            self.agent.run(request.body(()).map_err(|e| down(e.to_string()))?)
        } else {
            self.agent.run(request.body(body).map_err(|e| down(e.to_string()))?)
        };
        let mut answer = answer.map_err(|e| down(e.to_string()))?;
        let status = answer.status().as_u16();
        let bytes = answer.body_mut().with_config().limit(ANSWER_LIMIT).read_to_vec().map_err(|e| down(e.to_string()))?;
        match status {
            200..=299 => Ok(bytes),
            // Too early, too many, and everything that is the portal's own fault: later. The rest is ours.
            408 | 425 | 429 | 500..=599 => Err(Failure::ForNow(said(status, &bytes))),
            _ => Err(Failure::ForGood(said(status, &bytes))),
        }
    }
}

fn said(status: u16, body: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(body).chars().filter(|c| !c.is_control()).take(300).collect();
    format!("{status} {text}").trim().to_owned()
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|e| Failure::ForNow(format!("the answer does not read: {e}")))
}

#[async_trait::async_trait]
impl Portal for HttpPortal {
    async fn put(&self, key: &str, dossier: &Dossier) -> Result<(), Failure> {
        let body = serde_json::to_vec(dossier).map_err(|e| Failure::ForGood(e.to_string()))?;
        self.call("POST", "/DongBoHoSo".into(), Some(key.to_owned()), body).await.map(|_| ())
    }
    async fn list(&self, from: &str, to: &str, after: Option<&str>) -> Result<Page, Failure> {
        let after = after.map_or_else(String::new, |a| format!("&after={a}"));
        let bytes = self.call("GET", format!("/DanhSachHoSo?from={from}&to={to}{after}"), None, Vec::new()).await?;
        read(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_or_another_secret_is_refused() {
        let signed = sign(b"secret", b"body");
        assert!(verify(b"secret", b"body", Some(&signed)));
        assert!(!verify(b"secret", b"bodY", Some(&signed)));
        assert!(!verify(b"other", b"body", Some(&signed)));
        for bad in [None, Some(""), Some("sha256="), Some("sha256=zz"), Some("md5=00")] {
            assert!(!verify(b"secret", b"body", bad), "{bad:?}");
        }
    }
}
