//! Short messages over the HTTP gateway of a telephone company or its broker: JSON with a keyed hash.

use super::{Carrier, Failure, Outgoing};
use hmac::{Hmac, Mac as _};
use serde_json::json;
use sha2::Sha256;
use std::{sync::Arc, time::Duration};

pub const SIGNATURE: &str = "x-signature";
const TIMEOUT: Duration = Duration::from_secs(10);

/// A gateway: `POST url {"id", "to", "text", "from"}`.
#[derive(Clone)]
pub struct Gateway {
    url: String,
    secret: Arc<[u8]>,
    /// The name people see as the sender (brandname).
    sender: String,
    agent: ureq::Agent,
}

impl Gateway {
    pub fn new(url: &str, secret: &[u8], sender: &str) -> Self {
        Self::with_timeout(url, secret, sender, TIMEOUT)
    }
    pub fn with_timeout(url: &str, secret: &[u8], sender: &str, timeout: Duration) -> Self {
        let near = ["http://127.0.0.1", "http://localhost"].iter().any(|h| url.starts_with(h));
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).timeout_global(Some(timeout));
        let config = if near { config.proxy(None).build() } else { config.build() };
        Self { url: url.to_owned(), secret: secret.into(), sender: sender.to_owned(), agent: ureq::Agent::new_with_config(config) }
    }

    fn send(&self, m: &Outgoing) -> Result<(), Failure> {
        let body = json!({"id": m.key, "to": m.to, "text": m.body, "from": self.sender}).to_string();
        let request = ureq::http::Request::builder()
            .method("POST")
            .uri(&self.url)
            .header("content-type", "application/json")
            .header(SIGNATURE, sign(&self.secret, body.as_bytes()))
            .body(body)
            .map_err(|e| Failure::ForGood(e.to_string()))?;
        // The address of the gateway is ours to know, the number of the person is nobody's: neither stands in the message.
        let answer = self.agent.run(request).map_err(|_| Failure::ForNow("the gateway could not be reached".to_owned()))?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            status @ (408 | 425 | 429 | 500..=599) => Err(Failure::ForNow(format!("the gateway answered {status}"))),
            status => Err(Failure::ForGood(format!("the gateway answered {status}"))),
        }
    }
}

/// `sha256=<hex>` of the body under the shared secret.
pub fn sign(secret: &[u8], body: &[u8]) -> String {
    // HMAC takes a key of any length (RFC 2104).
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| unreachable!());
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

#[async_trait::async_trait]
impl Carrier for Gateway {
    async fn carry(&self, message: &Outgoing) -> Result<(), Failure> {
        let (this, message) = (self.clone(), message.clone());
        tokio::task::spawn_blocking(move || this.send(&message)).await.unwrap_or_else(|e| Err(Failure::ForNow(e.to_string())))
    }
}
