//! The key that signs tree heads. It lives outside the database on purpose.

use crate::StoreError;
use ed25519_dalek::{
    Signer, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding},
};
use std::{io::Write, path::Path, sync::Arc};

/// An Ed25519 key.
#[derive(Clone)]
pub struct Key(Arc<SigningKey>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", hex::encode(self.public().as_bytes()))
    }
}

const NAME: &str = "journal-seal.pem";

impl Key {
    pub fn generate() -> Self {
        Self(Arc::new(SigningKey::from_bytes(&rand::random())))
    }

    /// Reads PKCS#8 in PEM.
    pub fn from_pem(pem: &str) -> Result<Self, StoreError> {
        let key = SigningKey::from_pkcs8_pem(pem).map_err(|e| StoreError::Damaged(format!("sealing key: {e}")))?;
        Ok(Self(Arc::new(key)))
    }

    /// The key of a data folder, made at the first call, readable by its owner only.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(NAME);
        let fault = |e: std::io::Error| StoreError::Files(format!("{}: {e}", path.display()));
        match std::fs::read_to_string(&path) {
            Ok(pem) => return Self::from_pem(&pem),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(fault(e)),
        }
        std::fs::create_dir_all(folder).map_err(fault)?;
        let key = Self::generate();
        let pem = key.0.to_pkcs8_pem(LineEnding::LF).map_err(|e| StoreError::Files(e.to_string()))?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(fault)?;
        file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).map_err(fault)?;
        Ok(key)
    }

    pub fn public(&self) -> VerifyingKey {
        self.0.verifying_key()
    }
    /// Signs a statement of a room: `phusa-statement-1`, what it is, and its bytes. Never mistaken for a head.
    pub fn sign_statement(&self, what: &str, bytes: &[u8]) -> [u8; 64] {
        self.sign(&statement(what, bytes))
    }
    pub(super) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

fn statement(what: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = b"phusa-statement-1".to_vec();
    super::text(&mut out, what);
    out.extend_from_slice(bytes);
    out
}

/// Whether a statement was signed by the key whose public half this is.
pub fn statement_holds(public: &[u8; 32], what: &str, bytes: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(public).is_ok_and(|k| k.verify_strict(&statement(what, bytes), &ed25519_dalek::Signature::from_bytes(signature)).is_ok())
}
