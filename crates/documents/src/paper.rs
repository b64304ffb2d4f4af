//! The file of a document: its data, the set page, the signatures.

use crate::{
    Documents,
    content,
    document::{Document, Numbered, Person, SignAs},
};
use bytes::Bytes;
use issuing::{Hands, Mark, Official};
use kernel::{Instant, Refusal, id::OfficeCode};
use records::Failure;
use serde_json::{Value, json};
use typeset::put;

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

    /// How a document looks, or would look.
    pub async fn preview(&self, template: &str, data: Value) -> Result<Bytes, Failure> {
        self.issuing.set(template, data, Hands::default()).await
    }

    /// The file that is going to be signed and sealed.
    pub(crate) async fn set(&self, template: &str, data: Value, d: &Document) -> Result<Bytes, Failure> {
        let official = d.signed_by.as_ref().map(|(person, _)| (person.account, person.name.as_str()));
        self.issuing.set(template, data, Hands { official, office: Some(&d.office) }).await
    }

    /// Puts the signer's own signature on a file; none where the signer has no key here.
    pub(crate) async fn signed(&self, d: &Document, bytes: Bytes) -> Result<(Bytes, Option<Mark>), signing::Failed> {
        let Some((person, _)) = &d.signed_by else { return Ok((bytes, None)) };
        let who = Official { account: person.account, name: &person.name, office: &d.office };
        self.issuing.sign(bytes, who, &reference(d), "Ký ban hành văn bản", self.now()).await
    }

    /// Puts the agency's seal on a file; none where the agency has no key here.
    pub(crate) async fn sealed(&self, d: &Document, bytes: Bytes) -> Result<(Bytes, Option<Mark>), signing::Failed> {
        self.issuing.seal(bytes, &d.office, &reference(d), self.now()).await
    }
}

/// What is signed, as the ledger of signatures names it.
fn reference(d: &Document) -> String {
    format!("document/{}", d.id)
}

pub(crate) fn unknown_kind() -> Refusal {
    Refusal::invalid("kind", "Không có loại văn bản này", "There is no such kind of document").because(
        Some("kind"),
        "Chọn một loại văn bản trong danh sách.",
        "Choose a kind of document from the list.",
    )
}
