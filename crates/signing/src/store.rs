//! Which office signs with which key: `keys.yaml` of a folder that only the program's user may read.

use crate::{
    Key,
    software::Software,
    stamps::{Authority, Http, Own},
};
use kernel::id::OfficeCode;
use serde::Deserialize;
use signatures::Certificate;
use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

pub(crate) const LIST: &str = "keys.yaml";
pub(crate) const TRIAL_ROOT: &str = "trial-root.pem";

/// What is wrong with a folder of keys.
#[derive(Debug, thiserror::Error)]
pub enum Mistake {
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, String),
    #[error("{0} may be read by others: chmod 600 it, or whoever reads it can sign for the office")]
    Open(PathBuf),
    #[error("no readable certificate (PEM, CERTIFICATE; the signer's first)")]
    Certificate,
    #[error("no usable key (PEM, PRIVATE KEY, PKCS#8: P-256, or RSA of 2048 bits or more)")]
    Key,
    #[error("the key is not the one of the certificate")]
    Apart,
    #[error("stamps: the address must begin with https:// or http://")]
    Address,
    #[error("{0}: {1}")]
    Of(String, Box<Mistake>),
    #[error("a trial key could not be made: {0}")]
    Trial(#[from] rcgen::Error),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    keys: Vec<Declared>,
    #[serde(default)]
    stamps: Option<Stamps>,
}

/// Who confirms the time of a signature: an authority's address, or (for trials) a key beside the list.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Stamps {
    Http { url: String },
    Own { certificate: String, key: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    office: OfficeCode,
    /// Certificates of the seal, the signer's first (PEM), beside the list.
    certificate: String,
    /// The private key (PEM, PKCS#8), beside the list.
    key: String,
}

/// The keys of an installation.
#[derive(Clone, Default)]
pub struct Keys {
    seals: BTreeMap<OfficeCode, Arc<dyn Key>>,
    stamps: Option<Arc<dyn Authority>>,
    trial_root: Option<Certificate>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("offices", &self.seals.keys().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}

impl Keys {
    /// Reads a folder; one without a list has no keys, and nothing is signed.
    pub fn open(folder: &Path) -> Result<Self, Mistake> {
        let list = folder.join(LIST);
        if !list.exists() {
            return Ok(Self::default());
        }
        let declared: List = serde_saphyr::from_str(&read(&list)?).map_err(|e| Mistake::Unreadable(list.clone(), e.to_string()))?;
        let mut keys = Self::default();
        for d in declared.keys {
            let of = |m: Mistake| Mistake::Of(d.office.to_string(), Box::new(m));
            let secret = folder.join(&d.key);
            private(&secret).map_err(of)?;
            let made = Software::new(&read(&folder.join(&d.certificate))?, &read(&secret)?).map_err(of)?;
            keys.seals.insert(d.office.clone(), Arc::new(made));
        }
        keys.stamps = match declared.stamps {
            None => None,
            // Only a digest travels, and the answer is signed: an address without encryption gives nothing away.
            Some(Stamps::Http { url }) if url.starts_with("https://") || url.starts_with("http://") => Some(Arc::new(Http::new(&url))),
            Some(Stamps::Http { .. }) => return Err(Mistake::Address),
            Some(Stamps::Own { certificate, key }) => {
                let of = |m: Mistake| Mistake::Of("stamps".to_owned(), Box::new(m));
                let secret = folder.join(&key);
                private(&secret).map_err(of)?;
                let made = Software::new(&read(&folder.join(&certificate))?, &read(&secret)?).map_err(of)?;
                Some(Arc::new(Own::new(made)))
            }
        };
        let root = folder.join(TRIAL_ROOT);
        if root.exists() {
            keys.trial_root = signatures::trust::pem(&read(&root)?, "CERTIFICATE").and_then(|blocks| Certificate::of(blocks.first()?));
        }
        Ok(keys)
    }

    /// With a key that is held elsewhere.
    #[must_use]
    pub fn with(mut self, office: OfficeCode, key: Arc<dyn Key>) -> Self {
        self.seals.insert(office, key);
        self
    }

    /// The seal of an office.
    pub fn seal(&self, office: &OfficeCode) -> Option<&Arc<dyn Key>> {
        self.seals.get(office)
    }

    /// Who confirms the time of what is signed here.
    pub fn stamps(&self) -> Option<&dyn Authority> {
        self.stamps.as_deref()
    }

    #[must_use]
    pub fn with_stamps(mut self, authority: Arc<dyn Authority>) -> Self {
        self.stamps = Some(authority);
        self
    }

    /// The issuer of keys that were made for trials; only a demonstration believes it.
    pub fn trial_root(&self) -> Option<&Certificate> {
        self.trial_root.as_ref()
    }

    /// A key of the trial issuer: its signature has no legal effect.
    pub fn is_trial(&self, certificate: &Certificate) -> bool {
        self.trial_root.as_ref().is_some_and(|root| certificate.signed_by(root))
    }

    pub fn is_empty(&self) -> bool {
        self.seals.is_empty()
    }
}

pub(crate) fn read(path: &Path) -> Result<String, Mistake> {
    std::fs::read_to_string(path).map_err(|e| Mistake::Unreadable(path.to_owned(), e.to_string()))
}

/// A private key that others of the machine can read is no key of an office.
fn private(path: &Path) -> Result<(), Mistake> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(path).map_err(|e| Mistake::Unreadable(path.to_owned(), e.to_string()))?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(Mistake::Open(path.to_owned()));
        }
    }
    Ok(())
}
