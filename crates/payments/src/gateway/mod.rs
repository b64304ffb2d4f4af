//! The payment gateway: what we ask of it, what it tells us, and how both are signed.
//!
//! Messages are JSON over HTTPS, each with `X-Signature`: HMAC-SHA256 of the body's bytes under the key both sides hold.
//! Only such a message, an answer to our own question or a bank's statement moves money here; a browser never does.

mod client;
pub mod notices;
pub mod simulator;

pub use client::HttpGateway;

use async_trait::async_trait;
use hmac::{Hmac, Mac};
use kernel::{Dong, Instant};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// The header of a message's signature, in lower case hexadecimal.
pub const SIGNATURE: &str = "x-signature";

/// Why the gateway did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    #[error("{0}")]
    ForNow(String),
    #[error("{0}")]
    Refused(String),
}

/// A code we show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub reference: String,
    pub amount: Dong,
    pub purpose: String,
    pub account: String,
    pub bank: String,
    pub expires_at: Instant,
}

/// Money to be given back; the id makes it happen once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundOrder {
    pub id: String,
    pub transaction: String,
    pub amount: Dong,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeStatus {
    Pending,
    Failed,
    Paid,
}

/// What the gateway says of one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The bank's number of the transaction.
    pub transaction: String,
    /// The reference as the payer's bank carried it.
    pub reference: String,
    pub status: NoticeStatus,
    pub amount: Dong,
    pub paid_at: Instant,
    /// Rises with every message about one transaction.
    pub sequence: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub reference: String,
}

#[async_trait]
pub trait Gateway: Send + Sync + 'static {
    /// Tells of a code. Telling twice is telling once.
    async fn register(&self, order: &Order) -> Result<(), GatewayError>;
    /// What happened under a reference.
    async fn ask(&self, reference: &str) -> Result<Vec<Notice>, GatewayError>;
    /// Gives money back; answers the bank's reference.
    async fn refund(&self, order: &RefundOrder) -> Result<String, GatewayError>;
}

/// The key of both sides' messages. Never shown.
#[derive(Clone)]
pub struct Key(std::sync::Arc<[u8]>);

impl Key {
    pub fn new(secret: impl AsRef<[u8]>) -> Self {
        Self(secret.as_ref().into())
    }
    fn mac(&self, body: &[u8]) -> Option<Hmac<Sha256>> {
        // A key of any length is taken by this construction.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(body);
        Some(mac)
    }
    pub fn sign(&self, body: &[u8]) -> String {
        self.mac(body).map(|m| hex::encode(m.finalize().into_bytes())).unwrap_or_default()
    }
    /// Compared in constant time.
    pub fn verifies(&self, body: &[u8], signature: &str) -> bool {
        let Ok(given) = hex::decode(signature) else { return false };
        self.mac(body).is_some_and(|m| m.verify_slice(&given).is_ok())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_signature_is_hmac_sha256() {
        let key = Key::new("Jefe");
        let body = b"what do ya want for nothing?";
        let mac = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(key.sign(body), mac);
        assert!(key.verifies(body, mac));
        for bad in ["", "zz", &mac[2..], "00dcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"] {
            assert!(!key.verifies(body, bad), "{bad}");
        }
        assert!(!Key::new("other").verifies(body, mac));
    }
}
