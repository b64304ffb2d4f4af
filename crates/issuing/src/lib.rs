//! Official files: set with a template, signed by whoever answers for them, sealed by the agency. Every room issues through here.
//!
//! # Invariants
//! 1. The personal signature stands before the seal; a seal is put on the file as it was signed.
//! 2. A signature is asked for with a reference that is the same at every attempt, so that none is counted twice.
//! 3. Where the installation has no key, the file is as it was and nothing is said of a signature.

use bytes::Bytes;
use identity::Offices;
use kernel::{
    Instant, Refusal,
    id::{AccountId, OfficeCode},
};
use records::Failure;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signatures::make::Place;
use signing::{Failed, Keys, Signer};
use std::sync::Arc;
use typeset::Templates;

/// The names of the two signatures' fields in a file.
const SIGNER_FIELD: &str = "SignerSignature";
const SEAL_FIELD: &str = "AgencySeal";

/// A digital signature that was put on a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The holder of the certificate.
    pub name: String,
    /// Serial number of the certificate, in hexadecimal digits.
    pub serial: String,
    pub at: Instant,
    /// Of a trial issuer: without legal effect.
    #[serde(default)]
    pub trial: bool,
}

/// Who signs in their own name, and for which agency.
#[derive(Debug, Clone, Copy)]
pub struct Official<'a> {
    pub account: AccountId,
    pub name: &'a str,
    pub office: &'a OfficeCode,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Issuing(Arc<Parts>);

struct Parts {
    templates: Templates,
    keys: Keys,
    offices: Arc<Offices>,
}

impl Issuing {
    pub fn new(templates: Templates, keys: Keys, offices: Arc<Offices>) -> Self {
        Self(Arc::new(Parts { templates, keys, offices }))
    }

    /// Setting a page is work of a processor, not of the threads that answer requests. Refused where data do not fit the template.
    pub async fn set(&self, template: &str, data: Value) -> Result<Bytes, Failure> {
        let (templates, template) = (self.0.templates.clone(), template.to_owned());
        let set = tokio::task::spawn_blocking(move || templates.render(&template, &data)).await;
        let set = set.map_err(|e| Failure::Internal(anyhow::anyhow!("a document was not set: {e}")))?;
        Ok(Bytes::from(set.map_err(Refusal::from)?))
    }

    /// Puts an official's own signature on a file; none where they have no key here.
    pub async fn sign(&self, pdf: Bytes, who: Official<'_>, reference: &str, reason: &str, at: Instant) -> Result<(Bytes, Option<Mark>), Failed> {
        let place = Place { field: SIGNER_FIELD, signer: who.name, reason: Some(reason), location: self.place(who.office), at };
        self.put(pdf, Signer::Official(who.account, who.office), &format!("{reference}/sign"), &place).await
    }

    /// Whether an official has a key of their own here.
    pub fn has_own_key(&self, account: &AccountId) -> bool {
        self.0.keys.personal(account).is_some()
    }

    /// Puts the agency's seal on a file; none where it has no key here.
    pub async fn seal(&self, pdf: Bytes, office: &OfficeCode, reference: &str, at: Instant) -> Result<(Bytes, Option<Mark>), Failed> {
        let name = self.office_name(office);
        let place = Place { field: SEAL_FIELD, signer: &name, reason: Some("Phát hành văn bản"), location: self.place(office), at };
        self.put(pdf, Signer::Seal(office), &format!("{reference}/seal"), &place).await
    }

    async fn put(&self, pdf: Bytes, signer: Signer<'_>, reference: &str, place: &Place<'_>) -> Result<(Bytes, Option<Mark>), Failed> {
        let Some(signed) = self.0.keys.sign(&pdf, signer, reference, place).await? else { return Ok((pdf, None)) };
        let mark = Mark { name: place.signer.to_owned(), serial: signed.serial, at: place.at, trial: signed.trial };
        Ok((Bytes::from(signed.pdf), Some(mark)))
    }

    /// The name of an agency as documents print it.
    fn office_name(&self, office: &OfficeCode) -> String {
        self.0.offices.get(office.as_str()).map_or_else(|| office.to_string(), |o| o.name.vi.clone())
    }

    fn place(&self, office: &OfficeCode) -> Option<&str> {
        self.0.offices.get(office.as_str()).map(|o| o.place.as_str())
    }
}
