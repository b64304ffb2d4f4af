//! Addresses that are their own key: a random secret, of which the database has the hash.

use sha2::{Digest, Sha256};

/// A new secret of 244 random bits, as it stands in an address.
pub fn new() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// What is stored of a secret.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
