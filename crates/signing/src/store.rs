//! Which office, and which official, signs with which key: `keys.yaml` of a folder that only the program's user may read.

use crate::{
    Failed, Key,
    answers::{self, Answers},
    declared::{Declared, Opening, software},
    meter::Meter,
    picture,
    pkcs11::Fault,
    stamps::{Authority, Http, Own},
};
use kernel::id::{AccountId, OfficeCode, TrustProviderCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use signatures::{Certificate, Trust, make::Picture};
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
    #[error("{0}")]
    Entry(String),
    #[error("it stands in the list twice")]
    Twice,
    #[error(transparent)]
    Token(#[from] Fault),
    #[error("remote: the address must begin with https://: a password and PINs travel there")]
    Plain,
    #[error("remote: the service has no credential {0:?} for this client; it has: {1}")]
    Credential(String, String),
    #[error("the picture {0}: {1}")]
    Picture(String, &'static str),
    #[error("remote: {0}")]
    Service(Failed),
    #[error("remote: {0}; the first start needs the service, or a copy of the certificate beside the list")]
    Away(Failed),
    #[error("stamps: the address must begin with https:// or http://")]
    Address,
    #[error("{0}: {1}")]
    Of(String, Box<Mistake>),
    #[error("a trial key could not be made: {0}")]
    Trial(#[from] rcgen::Error),
}

/// Entries are read one by one, so that a mistake names whose it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    keys: Vec<Map<String, Value>>,
    #[serde(default)]
    people: Vec<Map<String, Value>>,
    #[serde(default)]
    stamps: Option<Stamps>,
    #[serde(default)]
    validation: Validation,
}

/// What issuers say of certificates is put behind each signature: asked of them, and from lists beside the list of keys.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Validation {
    #[serde(default)]
    ask: answers::From,
    #[serde(default)]
    lists: Vec<String>,
}

/// Who confirms the time of a signature: an authority's address, or (for trials) a key beside the list.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Stamps {
    Http { url: String },
    Own { certificate: String, key: String },
}

/// A key, and who is paid for its signatures.
#[derive(Clone)]
pub(crate) struct Kept {
    pub key: Arc<dyn Key>,
    pub provider: Option<TrustProviderCode>,
    /// How it is shown on the page.
    pub picture: Option<Arc<Picture>>,
}

/// The keys of an installation.
#[derive(Clone, Default)]
pub struct Keys {
    pub(crate) seals: BTreeMap<OfficeCode, Kept>,
    pub(crate) people: BTreeMap<AccountId, Kept>,
    pub(crate) meter: Option<Arc<dyn Meter>>,
    stamps: Option<Arc<dyn Authority>>,
    validation: (answers::From, Vec<Vec<u8>>),
    pub(crate) answers: Option<Answers>,
    trial_root: Option<Certificate>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (offices, people): (Vec<_>, Vec<_>) = (self.seals.keys().collect(), self.people.keys().collect());
        f.debug_struct("Keys").field("offices", &offices).field("people", &people).finish_non_exhaustive()
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
        let mut opening = Opening::new(folder);
        for mut entry in declared.keys {
            let office = OfficeCode::new(whose(&mut entry, "office")?);
            let of = |m: Mistake| Mistake::Of(office.to_string(), Box::new(m));
            let provider = provider(&mut entry).map_err(of)?;
            let picture = picture::of(folder, &mut entry).map_err(of)?;
            let key = Declared::of(entry).and_then(|d| opening.key(office.as_str(), d)).map_err(of)?;
            if keys.seals.insert(office.clone(), Kept { key, provider, picture }).is_some() {
                return Err(of(Mistake::Twice));
            }
        }
        for mut entry in declared.people {
            let said = whose(&mut entry, "account")?;
            let of = |m: Mistake| Mistake::Of(said.clone(), Box::new(m));
            let account = account(&said).ok_or_else(|| of(Mistake::Entry("not the id of an account".to_owned())))?;
            let provider = provider(&mut entry).map_err(of)?;
            let picture = picture::of(folder, &mut entry).map_err(of)?;
            let key = Declared::of(entry).and_then(|d| opening.key(&account.to_string(), d)).map_err(of)?;
            if keys.people.insert(account, Kept { key, provider, picture }).is_some() {
                return Err(of(Mistake::Twice));
            }
        }
        keys.stamps = match declared.stamps {
            None => None,
            // Only a digest travels, and the answer is signed: an address without encryption gives nothing away.
            Some(Stamps::Http { url }) if url.starts_with("https://") || url.starts_with("http://") => Some(Arc::new(Http::new(&url))),
            Some(Stamps::Http { .. }) => return Err(Mistake::Address),
            Some(Stamps::Own { certificate, key }) => {
                let of = |m: Mistake| Mistake::Of("stamps".to_owned(), Box::new(m));
                let made = software(folder, &certificate, &key).map_err(of)?;
                Some(Arc::new(Own::new(made)))
            }
        };
        keys.validation = (declared.validation.ask, answers::lists(folder, &declared.validation.lists)?);
        let root = folder.join(TRIAL_ROOT);
        if root.exists() {
            keys.trial_root = signatures::trust::pem(&read(&root)?, "CERTIFICATE").and_then(|blocks| Certificate::of(blocks.first()?));
        }
        Ok(keys)
    }

    /// With a key that is held elsewhere.
    #[must_use]
    pub fn with(mut self, office: OfficeCode, key: Arc<dyn Key>) -> Self {
        self.seals.insert(office, Kept { key, provider: None, picture: None });
        self
    }

    /// The seal of an office.
    pub fn seal(&self, office: &OfficeCode) -> Option<&Arc<dyn Key>> {
        self.seals.get(office).map(|kept| &kept.key)
    }

    /// With an official's key that is held elsewhere.
    #[must_use]
    pub fn with_personal(mut self, account: AccountId, key: Arc<dyn Key>) -> Self {
        self.people.insert(account, Kept { key, provider: None, picture: None });
        self
    }

    /// The personal key of an official.
    pub fn personal(&self, account: &AccountId) -> Option<&Arc<dyn Key>> {
        self.people.get(account).map(|kept| &kept.key)
    }

    /// With who keeps the account of signatures that are paid one by one.
    #[must_use]
    pub fn with_meter(mut self, meter: Arc<dyn Meter>) -> Self {
        self.meter = Some(meter);
        self
    }

    /// With whom to believe: what those issuers say of certificates is put behind each signature.
    #[must_use]
    pub fn with_trust(mut self, trust: Arc<Trust>) -> Self {
        let (from, lists) = self.validation.clone();
        self.answers = Some(Answers::new(trust, from, lists));
        self
    }

    /// The providers that are named by some key.
    pub fn providers(&self) -> std::collections::BTreeSet<&TrustProviderCode> {
        self.seals.values().chain(self.people.values()).filter_map(|kept| kept.provider.as_ref()).collect()
    }

    /// Which offices' seals are at which provider.
    pub fn sealed_by(&self) -> impl Iterator<Item = (&OfficeCode, &TrustProviderCode)> {
        self.seals.iter().filter_map(|(office, kept)| Some((office, kept.provider.as_ref()?)))
    }

    /// The provider of a person's own key.
    pub fn provider_of(&self, account: &AccountId) -> Option<&TrustProviderCode> {
        self.people.get(account)?.provider.as_ref()
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
        self.seals.is_empty() && self.people.is_empty()
    }
}

pub(crate) fn read(path: &Path) -> Result<String, Mistake> {
    std::fs::read_to_string(path).map_err(|e| Mistake::Unreadable(path.to_owned(), e.to_string()))
}

/// Takes whose key an entry is out of it.
fn whose(entry: &mut Map<String, Value>, field: &str) -> Result<String, Mistake> {
    match entry.shift_remove(field) {
        Some(Value::String(said)) => Ok(said),
        _ => Err(Mistake::Entry(format!("an entry has no {field} (a text)"))),
    }
}

/// Who is paid for each signature of an entry's key, where somebody is.
fn provider(entry: &mut Map<String, Value>) -> Result<Option<TrustProviderCode>, Mistake> {
    match entry.shift_remove("provider") {
        None => Ok(None),
        Some(Value::String(code)) if !code.is_empty() => Ok(Some(TrustProviderCode::new(code))),
        Some(_) => Err(Mistake::Entry("provider is the code of a provider of the catalogue (a text)".to_owned())),
    }
}

/// An account as the program prints it, or its bare UUID.
pub(crate) fn account(said: &str) -> Option<AccountId> {
    said.parse().or_else(|_| format!("acct_{said}").parse()).ok()
}
