//! What `keys.yaml` says of one key: where it is, and with which secrets beside the list it is reached.

use crate::{
    Key, Mistake, Secret,
    pkcs11::{Object, Place, Token},
    remote::{Remote, Service},
    secret::private,
    software::Software,
    store::read,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

/// One entry without its office or account: files, a token or a service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Declared {
    /// Certificates, the signer's first (PEM), beside the list.
    certificate: Option<String>,
    /// The private key (PEM, PKCS#8), beside the list.
    key: Option<String>,
    pkcs11: Option<OnToken>,
    remote: Option<AtService>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnToken {
    module: PathBuf,
    token: String,
    /// The key's, or
    label: Option<String>,
    /// its id in hexadecimal digits.
    id: Option<String>,
    pin_file: String,
    certificate: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AtService {
    url: String,
    client_id: String,
    secret_file: String,
    credential: String,
    pin_file: Option<String>,
    /// A copy for starts without the service; without, the program keeps one itself.
    certificate: Option<String>,
}

impl Declared {
    pub(crate) fn of(entry: Map<String, Value>) -> Result<Self, Mistake> {
        serde_json::from_value(Value::Object(entry)).map_err(|e| Mistake::Entry(e.to_string()))
    }
}

/// Opens the keys of a list; what several of them share is made once.
pub(crate) struct Opening<'a> {
    folder: &'a Path,
    services: BTreeMap<(String, String, String), Arc<Service>>,
    /// Services that did not answer: not asked again for each further key, so that a start without them is quick.
    away: BTreeSet<String>,
}

impl<'a> Opening<'a> {
    pub(crate) fn new(folder: &'a Path) -> Self {
        Self { folder, services: BTreeMap::new(), away: BTreeSet::new() }
    }

    /// `name` is what a kept copy of a certificate is named after.
    pub(crate) fn key(&mut self, name: &str, declared: Declared) -> Result<Arc<dyn Key>, Mistake> {
        match declared {
            Declared { certificate: Some(certificate), key: Some(key), pkcs11: None, remote: None } => Ok(Arc::new(software(self.folder, &certificate, &key)?)),
            Declared { certificate: None, key: None, pkcs11: Some(place), remote: None } => Ok(Arc::new(self.token(place)?)),
            Declared { certificate: None, key: None, pkcs11: None, remote: Some(place) } => Ok(Arc::new(self.remote(name, place)?)),
            _ => Err(Mistake::Entry("one of these is needed: certificate and key, pkcs11, or remote".to_owned())),
        }
    }

    fn token(&self, place: OnToken) -> Result<Token, Mistake> {
        let object = match (place.label, place.id) {
            (Some(label), None) => Object::Label(label),
            (None, Some(id)) => Object::Id(hex(&id).ok_or_else(|| Mistake::Entry("pkcs11: id is written in hexadecimal digits".to_owned()))?),
            _ => return Err(Mistake::Entry("pkcs11: label or id of the key is needed".to_owned())),
        };
        let pin = Secret::of_file(&self.folder.join(&place.pin_file))?;
        let certificates = place.certificate.map(|name| read(&self.folder.join(name))).transpose()?;
        Token::open(Place { module: place.module, token: place.token, object }, pin, certificates.as_deref())
    }

    fn remote(&mut self, name: &str, place: AtService) -> Result<Remote, Mistake> {
        let pin = place.pin_file.map(|file| Secret::of_file(&self.folder.join(file))).transpose()?;
        let named = place.certificate.is_some();
        let copy = self.folder.join(place.certificate.unwrap_or_else(|| format!("{name}.remote.pem")));
        let kept = if named || copy.exists() { Some(read(&copy)?) } else { None };
        let service = self.service(place.url, place.client_id, place.secret_file)?;
        let url = service.url().to_owned();
        let opened = match &kept {
            Some(kept) if self.away.contains(&url) => Remote::later(service, &place.credential, pin, kept)?,
            _ => Remote::open(service, &place.credential, pin, kept.as_deref())?,
        };
        if !opened.is_fresh() {
            self.away.insert(url);
        } else if !named && kept.as_deref() != Some(&opened.certificates_pem()) {
            // A folder that the program may not write to only costs the copy.
            std::fs::write(&copy, opened.certificates_pem()).unwrap_or_else(|e| tracing::warn!("{} cannot be written: {e}", copy.display()));
        }
        Ok(opened)
    }

    fn service(&mut self, url: String, client: String, secret_file: String) -> Result<Arc<Service>, Mistake> {
        let which = (url, client, secret_file);
        if let Some(known) = self.services.get(&which) {
            return Ok(known.clone());
        }
        let made = Arc::new(Service::new(&which.0, &which.1, Secret::of_file(&self.folder.join(&which.2))?)?);
        self.services.insert(which, made.clone());
        Ok(made)
    }
}

pub(crate) fn software(folder: &Path, certificate: &str, key: &str) -> Result<Software, Mistake> {
    let secret = folder.join(key);
    private(&secret)?;
    Software::new(&read(&folder.join(certificate))?, &read(&secret)?)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok().filter(|p| p.len() == 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect::<Option<Vec<_>>>().filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn an_id_is_read() {
        assert_eq!((hex("01aF"), hex(""), hex("1"), hex("0g"), hex("ộ")), (Some(vec![1, 0xaf]), None, None, None, None));
    }
}
