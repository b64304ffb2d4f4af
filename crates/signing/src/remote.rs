//! Keys at a trust service provider's: remote signing by the API of the Cloud Signature Consortium (CSC API v2.0 and v2.1, whose messages used here
//! are the same; ETSI TS 119 432). Sections are those of v2.0.0.2.
//!
//! Only the digest of what is signed travels. Each signature is authorised on its own with its digest in the authorisation (SCAL2, EN 419 241-1):
//! the activation data cannot be used for another document.
//!
//! # Invariants
//! 1. Passwords, PINs, tokens and activation data are in no error, no log and no `Debug`; nor is free text of the service, which may repeat them.
//! 2. A PIN that was refused is not sent again. A person who refused, or did not answer, is not asked again by itself.
//!
//! # Deliberately absent
//! Credentials in mode `oauth2code` (a person signs in at the provider's page), one-time passwords, `oauth2Issuer` (RFC 8414), asynchronous signatures.

mod service;

pub use service::{Limits, Service};

use crate::{
    Failed, Key, Mistake, Secret,
    algorithm::{Kind, sha256},
};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use service::{Answer, unreachable};
use signatures::{Certificate, make::Unusable, trust::pem};
use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::time::Instant;

const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
const RSA_SHA256: &str = "1.2.840.113549.1.1.11";
/// RSA with the digest named beside it.
const RSA: &str = "1.2.840.113549.1.1.1";
/// How providers name the object that takes a PIN, where they do not say.
const PIN_OBJECT: &str = "PIN";

/// §11.5, as far as it matters here.
#[derive(Deserialize)]
struct About {
    key: AboutKey,
    cert: AboutCertificate,
    auth: AboutAuthorisation,
}

#[derive(Deserialize)]
struct AboutKey {
    status: String,
    #[serde(default)]
    algo: Vec<String>,
}

#[derive(Deserialize)]
struct AboutCertificate {
    #[serde(default)]
    status: Option<String>,
    certificates: Vec<String>,
}

#[derive(Deserialize)]
struct AboutAuthorisation {
    mode: String,
    #[serde(default)]
    objects: Vec<AuthObject>,
}

#[derive(Deserialize)]
struct AuthObject {
    id: String,
    #[serde(default, rename = "type")]
    kind: String,
    /// Of a one-time password.
    #[serde(default)]
    generator: Option<String>,
}

/// §11.6 and §11.7: activation data, or (202) a handle to ask with whether the person has confirmed.
#[derive(Deserialize)]
struct Authorised {
    #[serde(default, rename = "SAD")]
    sad: Option<String>,
    #[serde(default)]
    handle: Option<String>,
}

#[derive(Deserialize)]
struct Signed {
    signatures: Vec<String>,
}

/// What the service said of our PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pin {
    #[default]
    Untried,
    Accepted,
    Refused,
}

/// How this credential is asked.
#[derive(Debug, Clone)]
struct Plan {
    algorithm: &'static str,
    pin_object: String,
}

/// A credential of a service, with its certificate and the issuers above it.
pub struct Remote {
    service: Arc<Service>,
    credential: String,
    pin: Option<Secret>,
    certificate: Certificate,
    chain: Vec<Certificate>,
    kind: Kind,
    plan: Mutex<Option<Plan>>,
    pin_state: tokio::sync::Mutex<Pin>,
    fresh: bool,
}

impl Remote {
    /// Reads the certificate from the service. Where that does not go, `kept` stands for it (PEM, the signer's first): the service is asked again
    /// before the first signature. Blocks for some questions.
    pub fn open(service: Arc<Service>, credential: &str, pin: Option<Secret>, kept: Option<&str>) -> Result<Self, Mistake> {
        match (about(&service, credential).and_then(|about| Ok((certificates(&about)?, about))), kept) {
            (Ok((found, about)), _) => Self::with(service, credential, pin, found, Some(&about)),
            (Err(failed), Some(kept)) => {
                tracing::warn!(credential, "the copy of the certificate is used: {failed}");
                Self::later(service, credential, pin, kept)
            }
            (Err(failed), None) => Err(explained(&service, credential, failed)),
        }
    }

    /// Without asking now, with the copy of the certificate.
    pub fn later(service: Arc<Service>, credential: &str, pin: Option<Secret>, kept: &str) -> Result<Self, Mistake> {
        let read: Option<Vec<_>> = pem(kept, "CERTIFICATE").and_then(|blocks| blocks.iter().map(|der| Certificate::of(der)).collect());
        Self::with(service, credential, pin, read.and_then(apart).ok_or(Mistake::Certificate)?, None)
    }

    fn with(service: Arc<Service>, credential: &str, pin: Option<Secret>, found: (Certificate, Vec<Certificate>), about: Option<&About>) -> Result<Self, Mistake> {
        let (certificate, chain) = found;
        let kind = Kind::of(&certificate).map_err(|_| Mistake::Key)?;
        let plan = about.map(|about| plan(about, credential, kind)).transpose().map_err(Mistake::Service)?;
        let fresh = plan.is_some();
        let (credential, plan) = (credential.to_owned(), Mutex::new(plan));
        Ok(Self { service, credential, pin, certificate, chain, kind, plan, pin_state: tokio::sync::Mutex::default(), fresh })
    }

    /// Whether the certificate came from the service just now, and not from a copy.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Certificate and issuers, to be kept for a start without the service.
    pub fn certificates_pem(&self) -> String {
        let mut out = String::new();
        for c in std::iter::once(&self.certificate).chain(&self.chain) {
            let text = STANDARD.encode(&c.der);
            let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
            let _ = write!(out, "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
        }
        out
    }

    /// Asks without keeping the runtime's threads.
    async fn ask(&self, method: &'static str, question: Value) -> Result<Answer, Failed> {
        let service = self.service.clone();
        let asked = tokio::task::spawn_blocking(move || service.ask(method, &question));
        asked.await.map_err(|e| unreachable(method, &e.to_string()))?
    }

    /// What was not known at the start because the service was away.
    async fn planned(&self) -> Result<Plan, Failed> {
        if let Some(plan) = self.plan.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Ok(plan);
        }
        let about: About = self.ask("credentials/info", info(&self.credential)).await?.read("credentials/info")?;
        if certificates(&about)?.0.der != self.certificate.der {
            return Err(Failed::Denied("credentials/info: the service has another certificate than the copy kept here; start the program again".to_owned()));
        }
        let plan = plan(&about, &self.credential, self.kind)?;
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Some(plan.clone());
        Ok(plan)
    }

    /// Activation data for one digest, and whether a person had to confirm.
    async fn authorised(&self, plan: &Plan, hash: &str, until: Instant) -> Result<(Secret, bool), Failed> {
        let mut question = json!({ "credentialID": self.credential, "numSignatures": 1, "hashes": [hash], "hashAlgorithmOID": SHA256 });
        let answer = match &self.pin {
            Some(pin) => {
                question["authData"] = json!([{ "id": plan.pin_object, "value": pin.reveal() }]);
                self.with_pin(question).await?
            }
            None => self.ask("credentials/authorize", question).await?,
        };
        let asks_a_person = answer.status == 202;
        let answer = if asks_a_person { self.confirmed(answer, until).await? } else { answer };
        let said: Authorised = answer.read("credentials/authorize")?;
        let sad = said.sad.ok_or_else(|| unreachable("credentials/authorize", "the answer cannot be read"))?;
        Ok((Secret::new(sad), asks_a_person))
    }

    /// Until a PIN was accepted one caller tries it and the others wait: many documents with a wrong PIN would lock the credential.
    async fn with_pin(&self, question: Value) -> Result<Answer, Failed> {
        let pin = self.pin_state.lock().await;
        if *pin == Pin::Refused {
            return Err(Failed::Denied("credentials/authorize: the PIN was refused before; put it right and start the program again".to_owned()));
        }
        let held = (*pin == Pin::Untried).then_some(pin);
        let answer = self.ask("credentials/authorize", question).await?;
        let found = match (answer.status, answer.code()) {
            (200 | 202, _) => Pin::Accepted,
            (_, Some("invalid_authentication_data")) => Pin::Refused,
            _ => return Ok(answer),
        };
        match held {
            Some(mut pin) => *pin = found,
            None => *self.pin_state.lock().await = found,
        }
        Ok(answer)
    }

    /// Looks again and again whether the person has confirmed (§11.7). That the service is away meanwhile changes nothing: whoever confirmed
    /// is not asked a second time for it.
    async fn confirmed(&self, mut answer: Answer, until: Instant) -> Result<Answer, Failed> {
        const METHOD: &str = "credentials/authorizeCheck";
        let mut handle = String::new();
        loop {
            if answer.status != 202 {
                return Ok(answer);
            }
            // Each answer may bring another handle.
            handle = serde_json::from_value::<Authorised>(answer.said).ok().and_then(|said| said.handle).unwrap_or(handle);
            answer = loop {
                let look = async {
                    tokio::time::sleep(self.service.limits.poll).await;
                    self.ask(METHOD, json!({ "handle": handle })).await
                };
                let late = |_| Failed::Denied(format!("{METHOD}: not confirmed in time"));
                match tokio::time::timeout_at(until, look).await.map_err(late)? {
                    Ok(answer) if answer.status < 300 || !answer.refused(METHOD).passes() => break answer,
                    Err(failed) if !failed.passes() => return Err(failed),
                    _ => {}
                }
            };
        }
    }

    /// The signature of a digest. Activation data that ended on the way are asked for once more.
    async fn value(&self, hash: &str, until: Instant) -> Result<Vec<u8>, Failed> {
        let plan = self.planned().await?;
        let (sad, _) = self.authorised(&plan, hash, until).await?;
        if let Some(value) = self.signed(&plan, hash, &sad).await? {
            return Ok(value);
        }
        let (sad, asked_a_person) = self.authorised(&plan, hash, until).await?;
        match self.signed(&plan, hash, &sad).await? {
            Some(value) => Ok(value),
            None if asked_a_person => Err(Failed::Denied("signatures/signHash: the confirmation had ended twice".to_owned())),
            None => Err(unreachable("signatures/signHash", "the activation data had ended twice")),
        }
    }

    /// `None`: the activation data had ended.
    async fn signed(&self, plan: &Plan, hash: &str, sad: &Secret) -> Result<Option<Vec<u8>>, Failed> {
        const METHOD: &str = "signatures/signHash";
        let question = json!({ "credentialID": self.credential, "SAD": sad.reveal(), "hashes": [hash], "hashAlgorithmOID": SHA256, "signAlgo": plan.algorithm });
        // Once this was sent, no answer does not mean no signature.
        let unclear = |failed: Failed| if failed.passes() { Failed::Unclear(failed.to_string()) } else { failed };
        let answer = self.ask(METHOD, question).await.map_err(unclear)?;
        // The specification knows this only by its description (§11.10, "SAD expired").
        if answer.status == 400 && answer.describes(&["sad", "expired"]) {
            return Ok(None);
        }
        let signed = answer.status < 300;
        let said: Signed = answer.read(METHOD).map_err(|failed| if signed { unclear(failed) } else { failed })?;
        let [one] = said.signatures.as_slice() else { return Err(Failed::Key(Unusable::Answer)) };
        let value = STANDARD.decode(one.trim()).map_err(|_| Failed::Key(Unusable::Answer))?;
        Ok(Some(self.kind.signature(value)))
    }
}

#[async_trait]
impl Key for Remote {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let until = Instant::now() + self.service.limits.whole;
        let hash = STANDARD.encode(sha256(message));
        // What was confirmed in the last moment is still signed.
        let value = tokio::time::timeout_at(until + self.service.limits.request, self.value(&hash, until));
        value.await.map_err(|_| Failed::Unclear("remote signing: it took too long".to_owned()))?
    }
}

fn info(credential: &str) -> Value {
    json!({ "credentialID": credential, "certificates": "chain", "certInfo": false, "authInfo": true })
}

fn about(service: &Service, credential: &str) -> Result<About, Failed> {
    service.ask("credentials/info", &info(credential))?.read("credentials/info")
}

/// The signer's certificate, and those between it and the root.
fn certificates(about: &About) -> Result<(Certificate, Vec<Certificate>), Failed> {
    let der = |text: &String| STANDARD.decode(text.split_whitespace().collect::<String>()).ok();
    let read: Option<Vec<_>> = about.cert.certificates.iter().map(|text| Certificate::of(&der(text)?)).collect();
    read.and_then(apart).ok_or_else(|| Failed::Denied("credentials/info: no readable certificate".to_owned()))
}

fn apart(mut read: Vec<Certificate>) -> Option<(Certificate, Vec<Certificate>)> {
    read.retain(|c| !c.ca || !c.signed_by(c));
    let mut read = read.into_iter();
    Some((read.next()?, read.collect()))
}

fn plan(about: &About, credential: &str, kind: Kind) -> Result<Plan, Failed> {
    if about.auth.mode != "explicit" {
        return Err(Failed::Denied("credentials/info: only credentials with the authorisation mode \"explicit\" are signed with".to_owned()));
    }
    // Whether it signs is the service's to say each time: a suspended certificate may be in force again tomorrow.
    if about.key.status != "enabled" || about.cert.status.as_deref().is_some_and(|s| s != "valid") {
        tracing::warn!(credential, "the signing service has disabled this credential, or its certificate is not valid there");
    }
    let knows = |oid: &str| about.key.algo.iter().any(|a| a == oid);
    let algorithm = match kind {
        Kind::P256 => ECDSA_SHA256,
        Kind::Rsa if !knows(RSA_SHA256) && knows(RSA) => RSA,
        Kind::Rsa => RSA_SHA256,
    };
    let takes_pin = |object: &&AuthObject| object.kind == "Password" && object.generator.is_none();
    let pin_object = about.auth.objects.iter().find(takes_pin).map_or_else(|| PIN_OBJECT.to_owned(), |object| object.id.clone());
    Ok(Plan { algorithm, pin_object })
}

/// Where the credential is unknown: which ones there are.
fn explained(service: &Service, credential: &str, failed: Failed) -> Mistake {
    if failed.passes() {
        return Mistake::Away(failed);
    }
    match service.credentials() {
        Ok(known) if !known.iter().any(|k| k == credential) => Mistake::Credential(credential.to_owned(), known.join(", ")),
        _ => Mistake::Service(failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(algorithms: &[&str], mode: &str) -> About {
        let objects = json!([{ "type": "Password", "id": "OTP", "generator": "totp" }, { "type": "Password", "id": "code" }]);
        let key = json!({ "status": "enabled", "algo": algorithms, "len": 2048 });
        serde_json::from_value(json!({ "key": key, "cert": { "certificates": [] }, "auth": { "mode": mode, "objects": objects }, "multisign": 1 })).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn a_credential_is_asked_as_it_wants() {
        let planned = |algorithms: &[&str], kind| plan(&about(algorithms, "explicit"), "seal", kind).map(|p| (p.algorithm, p.pin_object));
        for (algorithms, kind, expected) in [
            (&[RSA][..], Kind::Rsa, RSA),
            (&[RSA, RSA_SHA256], Kind::Rsa, RSA_SHA256),
            (&["1.2.840.10045.2.1"], Kind::P256, ECDSA_SHA256),
        ] {
            assert_eq!(planned(algorithms, kind), Ok((expected, "code".to_owned())));
        }
        assert!(matches!(plan(&about(&[RSA], "oauth2code"), "seal", Kind::Rsa), Err(Failed::Denied(_))));
    }
}
