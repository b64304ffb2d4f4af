//! The file of a document: its data, the set page, the signatures.

use crate::{
    Documents,
    content,
    document::{Document, Numbered, Person, SignAs},
    signing::Initials,
};
use bytes::Bytes;
use issuing::{Hands, Mark, Official};
use kernel::{Instant, Refusal, id::OfficeCode};
use records::Failure;
use serde_json::{Value, json};
use typeset::put;

/// A file with the signatures that were put on it.
pub(crate) struct Signed {
    pub bytes: Bytes,
    /// The signer's, or the seal.
    pub mark: Option<Mark>,
    pub initials: Vec<Mark>,
}

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
        if let Some(original) = &d.copy {
            self.copy_data(&mut data, kind, original);
        }
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
            if let Some(number) = n.number {
                put(data, "number", json!(self.catalog.number(number)));
                put(data, "symbol", json!(n.symbol));
            }
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

    /// Puts the initials of whoever drafted and checked on a file, then the signer's own signature; none where somebody has no key here.
    pub(crate) async fn signed(&self, d: &Document, bytes: Bytes) -> Result<Signed, signing::Failed> {
        let Some((person, _)) = &d.signed_by else { return Ok(Signed { bytes, mark: None, initials: Vec::new() }) };
        let (mut bytes, mut initials) = (bytes, Vec::new());
        for (n, p) in self.initialling(d).into_iter().filter(|p| p.account != person.account).enumerate() {
            let (initialled, mark) = self.issuing.initial(bytes, official(d, p), n + 1, &reference(d), self.now()).await?;
            bytes = initialled;
            initials.extend(mark);
        }
        let (bytes, mark) = self.issuing.sign(bytes, official(d, person), &reference(d), "Ký ban hành văn bản", self.now()).await?;
        Ok(Signed { bytes, mark, initials })
    }

    /// Whose initials the file bears: each once, in the order of the catalogue.
    fn initialling<'a>(&self, d: &'a Document) -> Vec<&'a Person> {
        let mut out: Vec<&Person> = Vec::new();
        for who in &self.catalog.signing().initials {
            let person = match who {
                Initials::Drafter => Some(&d.drafter),
                Initials::Reviewer => d.initialled.as_ref().map(|(p, _)| p),
            };
            out.extend(person.filter(|p| !out.iter().any(|known| known.account == p.account)));
        }
        out
    }

    /// Puts the signature of another office's leader on a file, then that office's seal; each where they have a key here.
    pub(crate) async fn signed_beside(&self, d: &Document, bytes: Bytes, n: usize, office: &OfficeCode, by: &Person) -> Result<Signed, signing::Failed> {
        let who = Official { account: by.account, name: &by.name, office };
        let reference = format!("{}/party/{n}", reference(d));
        let (bytes, own) = self.issuing.sign_beside(bytes, who, n + 1, &reference, self.now()).await?;
        let (bytes, seal) = self.issuing.seal_beside(bytes, office, n + 1, &reference, self.now()).await?;
        Ok(Signed { bytes, mark: own.or(seal), initials: Vec::new() })
    }

    /// Puts the agency's seal on a file; none where the agency has no key here.
    pub(crate) async fn sealed(&self, d: &Document, bytes: Bytes) -> Result<Signed, signing::Failed> {
        let (bytes, mark) = self.issuing.seal(bytes, &d.office, &reference(d), self.now()).await?;
        Ok(Signed { bytes, mark, initials: Vec::new() })
    }
}

fn official<'a>(d: &'a Document, p: &'a Person) -> Official<'a> {
    Official { account: p.account, name: &p.name, office: &d.office }
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
