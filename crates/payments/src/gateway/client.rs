//! The real client: signed JSON over HTTP, blocking calls off the threads that answer requests.

use super::{Ask, Gateway, GatewayError, Key, Notice, Order, RefundOrder, SIGNATURE};
use async_trait::async_trait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::time::Duration;

/// The largest answer read.
const LIMIT: u64 = 1 << 20;

#[derive(Clone)]
pub struct HttpGateway {
    agent: ureq::Agent,
    url: String,
    key: Key,
}

#[derive(Debug, Deserialize)]
struct RefundAnswer {
    reference: String,
}
#[derive(Debug, Deserialize)]
struct AskAnswer {
    notices: Vec<Notice>,
}
#[derive(Debug, Deserialize)]
struct Registered {}

impl HttpGateway {
    /// `url`: the gateway's address without a trailing slash. `near`: it is on this machine, so no proxy is asked.
    pub fn new(url: &str, key: Key, timeout_s: u64, near: bool) -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_idle_connections_per_host(32)
            .timeout_global(Some(Duration::from_secs(timeout_s.max(1))));
        let config = if near { config.proxy(None).build() } else { config.build() };
        Self { agent: ureq::Agent::new_with_config(config), url: url.trim_end_matches('/').to_owned(), key }
    }

    async fn post<B: Serialize + Sync, A: DeserializeOwned + Send + 'static>(&self, path: &str, body: &B) -> Result<A, GatewayError> {
        let body = serde_json::to_vec(body).map_err(|e| GatewayError::Refused(e.to_string()))?;
        let (agent, key, url) = (self.agent.clone(), self.key.clone(), format!("{}{path}", self.url));
        let call = move || -> Result<A, GatewayError> {
            let now = |e: ureq::Error| GatewayError::ForNow(e.to_string());
            let mut answer = agent.post(&url).header("content-type", "application/json").header(SIGNATURE, &key.sign(&body)).send(&body[..]).map_err(now)?;
            let status = answer.status().as_u16();
            let given = answer.headers().get(SIGNATURE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            let bytes = answer.body_mut().with_config().limit(LIMIT).read_to_vec().map_err(now)?;
            match status {
                200..=299 if key.verifies(&bytes, &given) => {
                    serde_json::from_slice(&bytes).map_err(|e| GatewayError::ForNow(format!("the gateway's answer does not read: {e}")))
                }
                200..=299 => Err(GatewayError::ForNow("the gateway's answer has a wrong signature".into())),
                400..=499 if status != 429 && status != 408 => Err(GatewayError::Refused(format!("the gateway refuses ({status})"))),
                _ => Err(GatewayError::ForNow(format!("the gateway answers {status}"))),
            }
        };
        tokio::task::spawn_blocking(call).await.map_err(|e| GatewayError::ForNow(e.to_string()))?
    }
}

#[async_trait]
impl Gateway for HttpGateway {
    async fn register(&self, order: &Order) -> Result<(), GatewayError> {
        self.post::<_, Registered>("/orders", order).await.map(|Registered {}| ())
    }
    async fn ask(&self, reference: &str) -> Result<Vec<Notice>, GatewayError> {
        let answer: AskAnswer = self.post("/orders/ask", &Ask { reference: reference.to_owned() }).await?;
        Ok(answer.notices)
    }
    async fn refund(&self, order: &RefundOrder) -> Result<String, GatewayError> {
        let answer: RefundAnswer = self.post("/refunds", order).await?;
        Ok(answer.reference)
    }
}
