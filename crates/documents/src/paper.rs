//! The file of a document: its data, the set page, the signatures.

use crate::{
    Documents,
    content,
    document::{Document, Mark, Numbered, Person, SignAs},
};
use bytes::Bytes;
use kernel::{Instant, Refusal, id::OfficeCode};
use records::Failure;
use serde_json::{Value, json};
use signatures::make::Place;
use signing::{Key, Keys};
use typeset::put;

/// The names of the two signatures' fields in a file.
const SIGNER_FIELD: &str = "SignerSignature";
const SEAL_FIELD: &str = "AgencySeal";

impl Documents {
    /// What the template prints: as it was signed, or how it would look now.
    pub fn data(&self, d: &Document) -> Result<Value, Refusal> {
        let kind = self.catalog.kind(&d.kind).ok_or_else(unknown_kind)?;
        let mut data = match &d.given {
            Some(given) => given.clone(),
            None => content::data(self.catalog.form(kind).ok_or_else(unknown_kind)?, &d.typed)?,
        };
        let nobody = Person { account: d.drafter.account, name: String::new(), title: String::new() };
        let (signer, sign_as) = match (&d.signed_by, &d.signer) {
            (Some((p, s)), _) => (p, s),
            (None, Some(p)) => (p, &d.sign_as),
            (None, None) => (&nobody, &None),
        };
        self.frame(&mut data, &d.office, d.numbered.as_ref(), (signer, sign_as.as_ref()), d.changed);
        Ok(data)
    }

    /// What every document has: who issues it, its number and date, who signs, where it is verified.
    pub(crate) fn frame(&self, data: &mut Value, office: &OfficeCode, numbered: Option<&Numbered>, (signer, sign_as): (&Person, Option<&SignAs>), now: Instant) {
        put(data, "agency", self.offices.letterhead(office));
        let dots = |t: &str| if t.is_empty() { "…".to_owned() } else { t.to_owned() };
        put(data, "signer", json!({"authority_line": sign_as.map(|s| &s.line), "title": dots(&signer.title), "name": dots(&signer.name)}));
        put(data, "demo", json!(self.demo));
        put(data, "issued_at", json!(numbered.map_or(now, |n| n.at).to_string()));
        if let Some(n) = numbered {
            put(data, "number", json!(self.catalog.number(n.number)));
            put(data, "symbol", json!(n.symbol));
            put(data, "verification", json!({"code": n.code}));
            put(data, "lookup_url", json!(self.verify_url(&n.code)));
        }
    }

    /// Setting a page is work of a processor, not of the threads that answer requests.
    pub async fn set(&self, template: &str, data: Value) -> Result<Bytes, Failure> {
        let (templates, template) = (self.templates.clone(), template.to_owned());
        let set = tokio::task::spawn_blocking(move || templates.render(&template, &data)).await;
        let set = set.map_err(|e| Failure::Internal(anyhow::anyhow!("a document was not set: {e}")))?;
        Ok(Bytes::from(set.map_err(Refusal::from)?))
    }

    /// Puts the signer's own signature on a file; none where the signer has no key here.
    pub(crate) async fn signed(&self, d: &Document, bytes: Bytes) -> Result<(Bytes, Option<Mark>), signing::Failed> {
        let Some((person, _)) = &d.signed_by else { return Ok((bytes, None)) };
        let Some(key) = self.signing.personal(&person.account) else { return Ok((bytes, None)) };
        put_on(&self.signing, key.as_ref(), &bytes, SIGNER_FIELD, &person.name, "Ký ban hành văn bản", self.place(&d.office), self.now()).await
    }

    /// Puts the agency's seal on a file; none where the agency has no key here.
    pub(crate) async fn sealed(&self, d: &Document, bytes: Bytes) -> Result<(Bytes, Option<Mark>), signing::Failed> {
        let Some(key) = self.signing.seal(&d.office) else { return Ok((bytes, None)) };
        let name = self.office_name(&d.office);
        put_on(&self.signing, key.as_ref(), &bytes, SEAL_FIELD, &name, "Phát hành văn bản", self.place(&d.office), self.now()).await
    }

    fn place(&self, office: &OfficeCode) -> Option<&str> {
        self.offices.get(office.as_str()).map(|o| o.place.as_str())
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one signature")]
async fn put_on(keys: &Keys, key: &dyn Key, bytes: &Bytes, field: &str, signer: &str, reason: &str, location: Option<&str>, at: Instant) -> Result<(Bytes, Option<Mark>), signing::Failed> {
    let place = Place { field, signer, reason: Some(reason), location, at };
    let signed = signing::sign(bytes, key, keys.stamps(), &place).await?;
    let serial = key.certificate().serial.iter().map(|b| format!("{b:02x}")).collect();
    let mark = Mark { name: signer.to_owned(), serial, at, trial: keys.is_trial(key.certificate()) };
    Ok((Bytes::from(signed), Some(mark)))
}

pub(crate) fn unknown_kind() -> Refusal {
    Refusal::invalid("kind", "Không có loại văn bản này", "There is no such kind of document").because(
        Some("kind"),
        "Chọn một loại văn bản trong danh sách.",
        "Choose a kind of document from the list.",
    )
}
