//! One function for each change by or about a party.

use super::{Back, Party, Who, decide, judge::judge};
use crate::{
    Documents,
    document::{Document, DocumentEvent, File},
    views,
};
use bytes::Bytes;
use kernel::{Actor, Refusal, id::{DocumentId, OfficeCode}};
use records::{Author, Failure, busy, gone};
use store::CommitError;

/// Who shall sign with us, as the form says it.
#[derive(Debug, Clone, Default)]
pub struct Named {
    pub offices: Vec<String>,
    /// Names of those outside.
    pub outside: Vec<String>,
}

/// A file that came back, stored in the batch that keeps it.
#[derive(Debug, Clone)]
pub struct Given {
    pub file: File,
    pub bytes: Bytes,
    pub more: store::Batch,
}

/// Nobody guesses it: 122 random bits.
fn new_token() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

impl Documents {
    /// Says who signs beside the office; those who were named before keep their link.
    pub async fn name_parties(&self, actor: &Actor, id: DocumentId, named: &Named) -> Result<Document, Failure> {
        let known = self.document(actor, id).await?;
        if !self.catalog.kind(&known.kind).is_some_and(|k| k.parties) {
            return Err(Refusal::conflict("party-kind", "Loại văn bản này không có bên cùng ký.", "Nobody signs this kind of document beside its office.").into());
        }
        let mut parties: Vec<Party> = Vec::new();
        for code in named.offices.iter().filter(|c| !c.is_empty()) {
            let office = self.offices.get(code).ok_or_else(|| {
                Refusal::invalid("parties", "Chưa lưu được: có chỗ cần sửa", "Not saved: something needs correcting").because(Some("offices"), format!("Không có cơ quan mã {code}."), format!("There is no office {code}."))
            })?;
            if !parties.iter().any(|p| p.office() == Some(&office.code)) {
                parties.push(decide::new(Who::Office { office: office.code.clone() }, &office.name.vi));
            }
        }
        for name in named.outside.iter().map(|n| kernel::text::clean(n)).filter(|n| !n.is_empty()) {
            let before = known.parties.iter().find(|p| p.name == name).and_then(|p| p.token());
            let token = before.map_or_else(new_token, str::to_owned);
            if !parties.iter().any(|p| p.name == name) {
                parties.push(decide::new(Who::Outside { token }, &name));
            }
        }
        self.change(actor, id, |d| decide::name(d, actor, self.catalog.signing(), parties.clone())).await
    }

    /// The document as another office that signs it sees it, and which party that is.
    pub async fn as_party(&self, actor: &Actor, id: DocumentId) -> Result<(Document, usize), Failure> {
        let found = records::load::<Document>(&self.scope, &id.to_string()).await?.map(|f| f.state).ok_or_else(gone)?;
        let n = found.seen_as_party(actor, self.catalog.signing()).ok_or_else(gone)?;
        Ok((found, n))
    }

    pub async fn sign_as_party(&self, actor: &Actor, id: DocumentId) -> Result<Document, Failure> {
        self.party_change(&Author::new(actor, self.now()), id, |d| {
            d.seen_as_party(actor, self.catalog.signing()).ok_or_else(gone)?;
            decide::sign(d, actor, self.catalog.signing())
        })
        .await
    }

    pub async fn refuse_as_party(&self, actor: &Actor, id: DocumentId, why: &str) -> Result<Document, Failure> {
        self.party_change(&Author::new(actor, self.now()), id, |d| {
            d.seen_as_party(actor, self.catalog.signing()).ok_or_else(gone)?;
            decide::refuse_office(d, actor, self.catalog.signing(), why)
        })
        .await
    }

    /// Whose link a token is.
    pub async fn by_token(&self, token: &str) -> Result<(Document, usize), Failure> {
        let known = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
        let found = if known { views::by_token(&self.scope, token).await? } else { None };
        let d = found.ok_or_else(gone)?;
        let n = d.parties.iter().position(|p| p.token() == Some(token)).ok_or_else(gone)?;
        Ok((d, n))
    }

    fn outsider(&self, name: &str) -> Author {
        let system = Actor::system(self.scope.province().clone());
        Author { name: name.to_owned(), ..Author::new(&system, self.now()) }
    }

    pub async fn refuse_outside(&self, token: &str, why: &str) -> Result<Document, Failure> {
        let (d, n) = self.by_token(token).await?;
        let name = d.parties.get(n).map(|p| p.name.clone()).unwrap_or_default();
        self.party_change(&self.outsider(&name), d.id, |d| decide::refuse_outside(d, n, why)).await
    }

    /// Judges a file that came back and keeps it, whatever it is worth; taken, it is the document's file from now on.
    pub async fn give_back(&self, token: &str, given: &Given) -> Result<(Document, usize), Failure> {
        let (d, n) = self.by_token(token).await?;
        let name = d.parties.get(n).map(|p| p.name.clone()).unwrap_or_default();
        for _ in records::tries() {
            let found = records::load::<Document>(&self.scope, &d.id.to_string()).await?.ok_or_else(gone)?;
            let back = self.judged(&found.state, given).await?;
            let Some(event) = decide::give(&found.state, n, back)? else { return Ok((found.state, n)) };
            let by = self.outsider(&name);
            let by = Author { at: by.at.max(found.state.changed), ..by };
            let mut batch = self.scope.batch();
            batch.extend(given.more.clone());
            let after = records::write(&mut batch, &d.id.to_string(), Some(&found), &event, &by)?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok((after.state, n)),
                Err(CommitError::Conflict { label }) if records::again::<Document>(&label) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(busy().into())
    }

    async fn judged(&self, d: &Document, given: &Given) -> Result<Back, Failure> {
        let file = d.signed.as_ref().map(|f| f.file).ok_or_else(gone)?;
        let (_, ours) = self.files.read(&self.scope, file).await?.ok_or_else(gone)?;
        let (trust, now, bytes) = (self.trust.clone(), self.now(), given.bytes.clone());
        let (outcome, signer) = tokio::task::spawn_blocking(move || judge(&ours, &bytes, &trust, now))
            .await
            .map_err(|e| Failure::Internal(anyhow::anyhow!("a file was not looked at: {e}")))?;
        Ok(Back { file: given.file.file, sha256: given.file.sha256.clone(), at: now, signer, outcome })
    }

    async fn party_change(&self, by: &Author, id: DocumentId, decide: impl Fn(&Document) -> Result<Option<DocumentEvent>, Refusal>) -> Result<Document, Failure> {
        for _ in records::tries() {
            let found = records::load::<Document>(&self.scope, &id.to_string()).await?.ok_or_else(gone)?;
            let Some(event) = decide(&found.state)? else { return Ok(found.state) };
            if let Some(d) = self.step_by(by, id, Some(&found), &event).await? {
                return Ok(d);
            }
        }
        Err(busy().into())
    }

    /// The offices that sign with us get the document as if it were delivered to them.
    pub(crate) fn delivered_to(d: &Document) -> Vec<OfficeCode> {
        let mut all = d.deliver.clone();
        for office in d.parties.iter().filter_map(Party::office) {
            if !all.contains(office) {
                all.push(office.clone());
            }
        }
        all
    }
}
