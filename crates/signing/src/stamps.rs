//! Who confirms the time of a signature (RFC 3161): an authority over HTTP, or one of our own for trials.

use crate::{Failed, Key, software::Software};
use async_trait::async_trait;
use kernel::Instant;
use ring::rand::{SecureRandom, SystemRandom};
use signatures::make::{Attributes, stamp};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// A document waits for its stamp no longer than this; then it is asked for again, later.
const TIMEOUT: Duration = Duration::from_secs(10);
/// An answer with its certificates is some kilobytes long.
const LARGEST: u64 = 256 << 10;

/// An authority: a question in, its answer out, both as RFC 3161 writes them.
#[async_trait]
pub trait Authority: Send + Sync {
    /// `now` is the caller's time; an authority of others has its own.
    async fn ask(&self, question: &[u8], now: Instant) -> Result<Vec<u8>, Failed>;
}

/// Makes the answer belong to one question.
pub(crate) fn nonce() -> Result<[u8; 8], Failed> {
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Failed::Unreachable("the machine's source of random numbers failed".to_owned()))?;
    Ok(bytes)
}

/// An authority over HTTP (RFC 3161 §3.4).
pub struct Http {
    url: String,
    agent: ureq::Agent,
}

impl Http {
    pub fn new(url: &str) -> Self {
        Self::with_timeout(url, TIMEOUT)
    }

    pub fn with_timeout(url: &str, timeout: Duration) -> Self {
        Self { url: url.to_owned(), agent: agent(url, timeout) }
    }
}

/// A client for one address; this machine's own is reached without a proxy.
pub(crate) fn agent(url: &str, timeout: Duration) -> ureq::Agent {
    let near = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|h| url.starts_with(h));
    let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).timeout_global(Some(timeout));
    ureq::Agent::new_with_config(if near { config.proxy(None).build() } else { config.build() })
}

#[async_trait]
impl Authority for Http {
    async fn ask(&self, question: &[u8], _now: Instant) -> Result<Vec<u8>, Failed> {
        let (agent, url, body) = (self.agent.clone(), self.url.clone(), question.to_vec());
        let asked = tokio::task::spawn_blocking(move || {
            let mut answer = agent.post(&url).header("content-type", "application/timestamp-query").send(&body[..])?;
            let status = answer.status().as_u16();
            Ok::<_, ureq::Error>((status, answer.body_mut().with_config().limit(LARGEST).read_to_vec()?))
        });
        let unreachable = |why: String| Failed::Unreachable(format!("time stamps: {why}"));
        match asked.await.map_err(|e| unreachable(e.to_string()))? {
            Ok((200, bytes)) => Ok(bytes),
            Ok((status, _)) => Err(unreachable(format!("the authority answered {status}"))),
            Err(error) => Err(unreachable(error.to_string())),
        }
    }
}

/// An authority of our own with a key in a file: for trials, since it confirms whatever time it is asked at.
pub struct Own {
    key: Software,
    serial: AtomicU64,
}

impl Own {
    pub fn new(key: Software) -> Self {
        Self { key, serial: AtomicU64::new(1) }
    }
}

#[async_trait]
impl Authority for Own {
    async fn ask(&self, question: &[u8], now: Instant) -> Result<Vec<u8>, Failed> {
        // Behind a byte that keeps the number positive.
        let serial = [&[1], &self.serial.fetch_add(1, Ordering::Relaxed).to_be_bytes()[..]].concat();
        let Some(info) = stamp::info(question, &serial, now) else { return Ok(stamp::refused(2)) };
        let attributes = Attributes::of_stamp(info, self.key.certificate()).map_err(Failed::Key)?;
        let signature = self.key.sign(attributes.to_sign()).await?;
        let token = attributes.signed_data(&signature, self.key.chain(), None).map_err(Failed::Key)?;
        Ok(stamp::granted(&token))
    }
}
