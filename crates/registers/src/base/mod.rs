//! The line to the databases of the State: one question at a time, over HTTP with a keyed hash on question and answer.

mod client;
mod people;
pub mod simulator;

pub use client::HttpRegister;

use crate::model::{Answer, NoAnswer, Question};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::sync::Arc;

/// Header that carries `sha256=<hex>` of the body under the shared secret.
pub const SIGNATURE: &str = "x-signature";

/// Where the data-sharing platform is, and the secret shared with it.
#[derive(Clone)]
pub struct Connection {
    /// `https://host/path`, without a slash at the end; each database is a path under it.
    pub url: String,
    pub secret: Arc<[u8]>,
    /// Codes of the databases that answer there.
    pub sources: Vec<String>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connection({} {:?})", self.url, self.sources)
    }
}

/// A database as the asker sees it.
#[async_trait::async_trait]
pub trait Register: Send + Sync {
    async fn ask(&self, question: &Question) -> Result<Answer, NoAnswer>;
}

fn mac(secret: &[u8], body: &[u8]) -> Option<Hmac<Sha256>> {
    // HMAC takes a key of any length (RFC 2104).
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(body);
    Some(mac)
}

/// `sha256=<hex>` of the body.
pub fn sign(secret: &[u8], body: &[u8]) -> String {
    mac(secret, body).map_or_else(String::new, |m| format!("sha256={}", hex::encode(m.finalize().into_bytes())))
}

/// Whether the signature is the body's; compared in constant time.
pub fn verify(secret: &[u8], body: &[u8], signature: Option<&str>) -> bool {
    let given = signature.and_then(|s| s.strip_prefix("sha256=")).and_then(|h| hex::decode(h).ok());
    given.is_some_and(|given| mac(secret, body).is_some_and(|m| m.verify_slice(&given).is_ok()))
}
