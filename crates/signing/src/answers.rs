//! What issuers say of certificates at the time of signing, put behind the signature so that it can still be judged when the certificate
//! has ended and its issuer is gone (PAdES B-LT, ETSI EN 319 142-1 §5.4).
//!
//! A signature never waits for this longer than a moment: where an issuer does not answer, the file stays as it was signed (B-T).

use crate::{Mistake, stamps::agent, store::read};
use kernel::Instant;
use serde::Deserialize;
use signatures::{
    Certificate, Revocations, Trust,
    make::{Material, with_material},
    ocsp::{Answer, Status, question},
    trust::{Purpose, pem},
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long one address is waited for, one issuer with all its addresses, and a signature for all issuers. Who was waited for in vain
/// is not asked again for a while, so that the next signature does not wait.
const TIMEOUT: Duration = Duration::from_secs(3);
const ONE: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(10);
/// Lists of large issuers have some megabytes; what is longer is left out of the file.
const LARGEST: u64 = 4 << 20;
/// Seconds for which an answer, or that there is none, is not asked for again.
const FRESH: i64 = 3_600;
const AWAY: i64 = 600;

/// One word of an issuer (DER).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Answer(Vec<u8>),
    List(Vec<u8>),
}

/// Where the issuers' words come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum From {
    /// From the addresses in the certificates.
    #[default]
    Issuers,
    /// From nowhere: a machine without a way out.
    Nowhere,
}

/// Asks issuers, and remembers what they said.
#[derive(Clone)]
pub struct Answers(Arc<Inner>);

struct Inner {
    trust: Arc<Trust>,
    from: From,
    /// Lists beside `keys.yaml`, of issuers that cannot be reached.
    kept: Vec<Vec<u8>>,
    known: Mutex<BTreeMap<Vec<u8>, (Instant, Option<Said>)>>,
}

impl Answers {
    pub(crate) fn new(trust: Arc<Trust>, from: From, kept: Vec<Vec<u8>>) -> Self {
        Self(Arc::new(Inner { trust, from, kept, known: Mutex::new(BTreeMap::new()) }))
    }

    /// The file with what is said of every certificate its new signature rests on: the signer's way to a root, and the way of the
    /// authority that confirmed the time. As it was where somebody does not answer: half of it would help nobody.
    pub async fn behind(&self, pdf: Vec<u8>, signer: &[Certificate], stamp: &[Certificate], at: Instant) -> Vec<u8> {
        match tokio::time::timeout(PATIENCE, self.material(signer, stamp, at)).await {
            Ok(Some(material)) if !material.is_empty() => with_material(&pdf, &material).unwrap_or(pdf),
            _ => pdf,
        }
    }

    async fn material(&self, signer: &[Certificate], stamp: &[Certificate], at: Instant) -> Option<Material> {
        let mut material = Material::default();
        for (chain, purpose) in [(signer, Purpose::Signing), (stamp, Purpose::Stamping)] {
            let Some((first, pool)) = chain.split_first() else { continue };
            let path = self.0.trust.path(first, pool, purpose, at)?;
            material.certificates.extend(path.certificates.iter().map(|c| c.der.clone()));
            for (certificate, issuer) in self.0.trust.links(&path) {
                match self.about(certificate, issuer, at).await? {
                    Said::Answer(der) if !material.answers.contains(&der) => material.answers.push(der),
                    Said::List(der) if !material.lists.contains(&der) => material.lists.push(der),
                    Said::Answer(_) | Said::List(_) => {}
                }
            }
        }
        Some(material)
    }

    /// Since when the signer's certificate is revoked, as far as its issuer says so.
    pub async fn revoked(&self, signer: &[Certificate], at: Instant) -> Option<Instant> {
        let (first, pool) = signer.split_first()?;
        let path = self.0.trust.path(first, pool, Purpose::Signing, at)?;
        let (certificate, issuer) = self.0.trust.links(&path).next()?;
        match self.about(certificate, issuer, at).await? {
            Said::List(der) => Revocations::of(&der)?.since(&certificate.serial),
            Said::Answer(der) => match Answer::of(&der)?.about(certificate, issuer)?.status {
                Status::Revoked(since) => Some(since),
                Status::Good | Status::Unknown => None,
            },
        }
    }

    /// What is said of one certificate; none where nobody says anything that can be believed.
    pub async fn about(&self, certificate: &Certificate, issuer: &Certificate, now: Instant) -> Option<Said> {
        let key = certificate.digest(signatures::algorithm::Hash::Sha256);
        if let Some((_, said)) = self.0.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).filter(|(until, _)| now <= *until) {
            return said.clone();
        }
        let kept = self.0.kept.iter().find(|der| Revocations::of(der).is_some_and(|l| l.comes_from(issuer) && in_force(l.at, l.next, now)));
        let said = match kept {
            Some(der) => Some(Said::List(der.clone())),
            None if self.0.from == From::Nowhere => None,
            None => self.ask(certificate.clone(), issuer.clone(), now).await,
        };
        let until = now.plus_seconds(if said.is_some() { FRESH } else { AWAY });
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, (until, said.clone()));
        said
    }

    async fn ask(&self, certificate: Certificate, issuer: Certificate, now: Instant) -> Option<Said> {
        let asked = tokio::task::spawn_blocking(move || {
            let answered = certificate.responders.iter().find_map(|url| {
                let der = posted(url, &question(&certificate, &issuer))?;
                let told = Answer::of(&der)?.about(&certificate, &issuer)?;
                (told.status != Status::Unknown && in_force(told.at, told.next, now)).then_some(Said::Answer(der))
            });
            answered.or_else(|| {
                certificate.lists.iter().find_map(|url| {
                    let der = got(url)?;
                    let list = Revocations::of(&der)?;
                    (list.comes_from(&issuer) && in_force(list.at, list.next, now)).then_some(Said::List(der))
                })
            })
        });
        tokio::time::timeout(ONE, asked).await.ok()?.ok().flatten()
    }
}

/// A word without an end is no word for later.
fn in_force(at: Instant, next: Option<Instant>, now: Instant) -> bool {
    // Clocks differ by moments.
    at <= now.plus_seconds(300) && next.is_some_and(|next| now <= next)
}

fn posted(url: &str, body: &[u8]) -> Option<Vec<u8>> {
    let mut answer = agent(url, TIMEOUT).post(url).header("content-type", "application/ocsp-request").send(body).ok()?;
    if answer.status().as_u16() != 200 {
        return None;
    }
    answer.body_mut().with_config().limit(LARGEST).read_to_vec().ok()
}

fn got(url: &str) -> Option<Vec<u8>> {
    let mut answer = agent(url, TIMEOUT).get(url).call().ok()?;
    if answer.status().as_u16() != 200 {
        return None;
    }
    answer.body_mut().with_config().limit(LARGEST).read_to_vec().ok()
}

/// The lists of files beside `keys.yaml` (PEM, X509 CRL).
pub(crate) fn lists(folder: &Path, names: &[String]) -> Result<Vec<Vec<u8>>, Mistake> {
    let mut found = Vec::new();
    for name in names {
        let blocks = pem(&read(&folder.join(name))?, "X509 CRL").unwrap_or_default();
        if blocks.is_empty() || blocks.iter().any(|der| Revocations::of(der).is_none()) {
            return Err(Mistake::Entry(format!("validation: {name} is no list of revoked certificates (PEM, X509 CRL)")));
        }
        found.extend(blocks);
    }
    Ok(found)
}
