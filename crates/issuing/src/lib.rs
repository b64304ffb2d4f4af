//! Official files: set with a template, signed by whoever answers for them, sealed by the agency. Every room issues through here.
//!
//! # Invariants
//! 1. Initials stand before the personal signature, this before the seal; a seal is put on the file as it was signed.
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
use signatures::make::{Label, Place, Rect, Reserved, Unfit, reserve};
use signing::{Failed, Keys, Signer};
use std::sync::Arc;
use typeset::{Spot, Templates};

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

/// Who will sign a file that is set: where their signatures are shown is kept free for them. [`Hands::default`] for what nobody signs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hands<'a> {
    pub official: Option<(AccountId, &'a str)>,
    pub office: Option<&'a OfficeCode>,
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
    pub async fn set(&self, template: &str, data: Value, hands: Hands<'_>) -> Result<Bytes, Failure> {
        let (templates, template) = (self.0.templates.clone(), template.to_owned());
        let set = tokio::task::spawn_blocking(move || templates.set(&template, &data)).await;
        let set = set.map_err(|e| Failure::Internal(anyhow::anyhow!("a document was not set: {e}")))?.map_err(Refusal::from)?;
        let Some(spot) = set.signer else { return Ok(Bytes::from(set.pdf)) };
        let pdf = self.keep_free(set.pdf, spot, hands);
        Ok(Bytes::from(pdf.map_err(|unfit| Failure::Internal(anyhow::anyhow!("no place for a signature: {unfit:?}")))?))
    }

    /// With an empty field for each signature that has a picture.
    fn keep_free(&self, pdf: Vec<u8>, spot: Spot, hands: Hands<'_>) -> Result<Vec<u8>, Unfit> {
        let (page, room) = (spot.page, Rect { left: spot.left, bottom: spot.bottom, width: spot.width, height: spot.height });
        let keys = &self.0.keys;
        let own = hands.official.and_then(|(account, name)| Some((keys.picture(Signer::Person(account))?, name)));
        let seal = hands.office.and_then(|office| Some((keys.picture(Signer::Seal(office))?, self.office_name(office))));
        let mut fields = Vec::new();
        if let Some((picture, name)) = own {
            let (width, height) = picture.within(room.width, room.height);
            fields.push(Reserved { field: SIGNER_FIELD, said: name, page, rect: room.middle(width, height) });
        }
        if let Some((picture, name)) = &seal {
            let signature = own.map_or(room.width / 2.0, |(p, _)| p.within(room.width, room.height).0);
            fields.push(Reserved { field: SEAL_FIELD, said: name, page, rect: beside(room, signature, picture.size()) });
        }
        if fields.is_empty() { Ok(pdf) } else { reserve(&pdf, &fields) }
    }

    /// Puts an official's own signature on a file; none where they have no key here.
    pub async fn sign(&self, pdf: Bytes, who: Official<'_>, reference: &str, reason: &str, at: Instant) -> Result<(Bytes, Option<Mark>), Failed> {
        let place = Place { field: SIGNER_FIELD, signer: who.name, reason: Some(reason), location: self.place(who.office), at, picture: None, label: None };
        self.put(pdf, Signer::Official(who.account, who.office), &format!("{reference}/sign"), &place).await
    }

    /// Puts the initials of somebody who drafted or checked on a file (“ký nháy”), with their own key alone; none where they have none here.
    pub async fn initial(&self, pdf: Bytes, who: Official<'_>, nth: usize, reference: &str, at: Instant) -> Result<(Bytes, Option<Mark>), Failed> {
        let field = format!("Initials{nth}");
        let place = Place { field: &field, signer: who.name, reason: Some("Ký nháy"), location: self.place(who.office), at, picture: None, label: None };
        self.put(pdf, Signer::Official(who.account, who.office), &format!("{reference}/initials/{}", who.account), &place).await
    }

    /// Whether an official has a key of their own here.
    pub fn has_own_key(&self, account: &AccountId) -> bool {
        self.0.keys.personal(account).is_some()
    }

    /// Puts the agency's seal on a file; none where it has no key here.
    pub async fn seal(&self, pdf: Bytes, office: &OfficeCode, reference: &str, at: Instant) -> Result<(Bytes, Option<Mark>), Failed> {
        let name = self.office_name(office);
        let place = Place { field: SEAL_FIELD, signer: &name, reason: Some("Phát hành văn bản"), location: self.place(office), at, picture: None, label: None };
        self.put(pdf, Signer::Seal(office), &format!("{reference}/seal"), &place).await
    }

    /// Puts the signature of whoever speaks for the `nth` further party on a file that others have signed; none where they have no key here.
    pub async fn sign_beside(&self, pdf: Bytes, who: Official<'_>, nth: usize, reference: &str, at: Instant) -> Result<(Bytes, Option<Mark>), Failed> {
        let field = format!("Party{nth}Signature");
        let place = Place { field: &field, signer: who.name, reason: Some("Cùng ký văn bản"), location: self.place(who.office), at, picture: None, label: None };
        self.put(pdf, Signer::Official(who.account, who.office), &format!("{reference}/sign"), &place).await
    }

    /// Puts the seal of that party's agency behind it.
    pub async fn seal_beside(&self, pdf: Bytes, office: &OfficeCode, nth: usize, reference: &str, at: Instant) -> Result<(Bytes, Option<Mark>), Failed> {
        let (name, field) = (self.office_name(office), format!("Party{nth}Seal"));
        let place = Place { field: &field, signer: &name, reason: Some("Cùng ký văn bản"), location: self.place(office), at, picture: None, label: None };
        self.put(pdf, Signer::Seal(office), &format!("{reference}/seal"), &place).await
    }

    /// Puts the seal of an agency that copies on a file it did not make, with a page of words at the upper right corner of the first
    /// page (Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần II, mục I). What stood in the file stays byte by byte.
    pub async fn seal_copy(&self, pdf: Bytes, office: &OfficeCode, field: &str, label: &[u8], reference: &str, at: Instant) -> Result<(Bytes, Option<Mark>), Failed> {
        let name = self.office_name(office);
        let place = Place { field, signer: &name, reason: Some("Sao văn bản"), location: self.place(office), at, picture: None, label: Some(Label { pdf: label }) };
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

/// Where a seal stands: as large as it is, over a third of the signature from the left (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.8).
fn beside(room: Rect, signature: f32, (width, height): (f32, f32)) -> Rect {
    let right = room.left + (room.width - signature) / 2.0 + signature / 3.0;
    Rect { left: right - width, ..room.middle(width, height) }
}

#[cfg(test)]
mod tests {
    use super::{Rect, beside};

    #[test]
    fn a_seal_covers_a_third_of_the_signature() {
        let room = Rect { left: 300.0, bottom: 100.0, width: 220.0, height: 68.0 };
        // The signature stands from 360 to 460, in the middle of the room.
        assert_eq!(beside(room, 100.0, (96.0, 96.0)), Rect { left: 360.0 + 100.0 / 3.0 - 96.0, bottom: 86.0, width: 96.0, height: 96.0 });
    }
}
