//! The real client: signed JSON over HTTP, blocking calls off the threads that answer requests.

use super::{Connection, Register, SIGNATURE, sign, verify};
use crate::model::{Answer, NoAnswer, Question};
use std::time::Duration;

/// The largest answer read, in bytes.
const LIMIT: u64 = 1 << 20;

#[derive(Clone)]
pub struct HttpRegister {
    connection: Connection,
    agent: ureq::Agent,
}

impl HttpRegister {
    /// `timeout`: how long a person waits for one answer.
    pub fn new(connection: Connection, timeout: Duration) -> Self {
        let near = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|h| connection.url.starts_with(h));
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .max_idle_connections_per_host(32)
            .timeout_global(Some(timeout));
        let config = if near { config.proxy(None).build() } else { config.build() };
        Self { connection, agent: ureq::Agent::new_with_config(config) }
    }

    fn blocking(&self, question: &Question) -> Result<Answer, NoAnswer> {
        let now = |e: String| NoAnswer::ForNow(e);
        let body = serde_json::to_vec(question).map_err(|e| NoAnswer::Refused(e.to_string()))?;
        let secret = &self.connection.secret;
        let url = format!("{}/{}", self.connection.url, question.source);
        let sent = self.agent.post(&url).header("content-type", "application/json").header(SIGNATURE, sign(secret, &body)).send(&body[..]);
        let mut answer = sent.map_err(|e| now(e.to_string()))?;
        let status = answer.status().as_u16();
        let signature = answer.headers().get(SIGNATURE).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let bytes = answer.body_mut().with_config().limit(LIMIT).read_to_vec().map_err(|e| now(e.to_string()))?;
        match status {
            200..=299 if !verify(secret, &bytes, signature.as_deref()) => Err(now("the answer has a wrong signature".into())),
            200..=299 => {
                let read: Answer = serde_json::from_slice(&bytes).map_err(|e| now(format!("the answer does not read: {e}")))?;
                // An answer to another question would put one person's data into another's form.
                if read.question == question.id { Ok(read) } else { Err(now("the answer is to another question".into())) }
            }
            408 | 425 | 429 | 500..=599 => Err(now(format!("answered {status}"))),
            _ => Err(NoAnswer::Refused(format!("refused with {status}"))),
        }
    }
}

#[async_trait::async_trait]
impl Register for HttpRegister {
    async fn ask(&self, question: &Question) -> Result<Answer, NoAnswer> {
        if !self.connection.sources.contains(&question.source) {
            return Err(NoAnswer::NotConnected);
        }
        let (this, question) = (self.clone(), question.clone());
        let called = tokio::task::spawn_blocking(move || this.blocking(&question)).await;
        called.unwrap_or_else(|e| Err(NoAnswer::ForNow(e.to_string())))
    }
}
