//! Documents that another room wrote: they begin in the room of documents, and are submitted, signed, numbered and sealed there.

use async_trait::async_trait;
use boards::asks::{RecordPaper, RecordPapers};
use documents::{Documents, document::{Document, Stage}};
use kernel::{Actor, id::{DocumentId, FileId}};
use privacy::breach::Notices;
use records::{Failure, gone};
use serde_json::Value;
use sha2::{Digest, Sha256};
use support::{acts::ActError, notice};

/// The same thing of another room is the same document, however often it is asked for.
pub fn id_of(key: &str) -> DocumentId {
    let digest = Sha256::digest(key);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    DocumentId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Telling the authority of a breach.
pub struct BreachNotices(pub Documents);

#[async_trait]
impl Notices for BreachNotices {
    async fn draft(&self, key: &str, data: Value, by: &Actor) -> Result<String, Failure> {
        let office = by.office.clone().ok_or_else(gone)?;
        let d = self.0.draft_given(by, id_of(key), &office, &[], "breach-notice", data).await?;
        Ok(format!("/work/documents/{}", d.id))
    }
}

/// Whether another document may be made in its place.
fn over(d: &Document) -> bool {
    matches!(d.stage, Stage::Dropped | Stage::Recalled)
}

/// The last document that was made for a key, and the id of the one that a draft begins or finds: the same one, or the next where the
/// last was given up or recalled.
async fn latest(documents: &Documents, key: &str) -> Result<(DocumentId, Option<Document>), Failure> {
    let mut last = None;
    for n in 1_u32.. {
        let id = if n == 1 { id_of(key) } else { id_of(&format!("{key}/{n}")) };
        let Some(found) = records::load::<Document>(&documents.scope, &id.to_string()).await? else { return Ok((id, last)) };
        let ended = over(&found.state);
        last = Some(found.state);
        if !ended {
            return Ok((id, last));
        }
    }
    Err(gone().into())
}

async fn draft(documents: &Documents, key: &str, template: &str, data: Value, by: &Actor) -> Result<String, Failure> {
    let office = by.office.clone().ok_or_else(gone)?;
    let (id, _) = latest(documents, key).await?;
    let d = documents.draft_given(by, id, &office, &[], template, data).await?;
    Ok(path(d.id))
}

fn path(id: DocumentId) -> String {
    format!("/work/documents/{id}")
}

/// What another room's page says of a document.
struct Seen {
    d: Document,
    number: Option<String>,
    /// The file that went out.
    issued: Option<FileId>,
    /// Where anybody checks it, once it went out.
    verify: Option<String>,
    path: Option<String>,
}

async fn seen(documents: &Documents, key: &str, reader: &Actor) -> Result<Option<Seen>, Failure> {
    let (_, Some(d)) = latest(documents, key).await? else { return Ok(None) };
    let out = d.issued.as_ref().filter(|_| matches!(d.stage, Stage::Issued | Stage::Recalled));
    let verify = d.numbered.as_ref().filter(|_| out.is_some()).map(|n| format!("/verify/{}", n.code));
    let path = d.seen_by(reader, documents.catalog.signing()).then(|| path(d.id));
    Ok(Some(Seen { number: d.numbered.as_ref().and_then(|n| documents.catalog.cited(n)), issued: out.map(|f| f.file), verify, path, d }))
}

/// Telling an enterprise what was decided about its request for support.
pub struct SupportNotices(pub Documents);

fn told(failure: Failure) -> ActError {
    match failure {
        Failure::Refused(r) => r.into(),
        Failure::Internal(e) => e.into(),
    }
}

#[async_trait]
impl notice::Notices for SupportNotices {
    async fn draft(&self, key: &str, data: Value, by: &Actor) -> Result<(), ActError> {
        draft(&self.0, key, "support-notice", data, by).await.map(drop).map_err(told)
    }
    async fn paper(&self, key: &str, reader: &Actor) -> Result<Option<notice::Paper>, ActError> {
        let found = seen(&self.0, key, reader).await.map_err(told)?;
        Ok(found.map(|s| notice::Paper { stage: s.d.stage.text(), number: s.number, issued: s.issued.zip(s.verify), ended: over(&s.d), path: s.path }))
    }
}

/// The decision record of a consulting board.
pub struct BoardRecords(pub Documents);

#[async_trait]
impl RecordPapers for BoardRecords {
    async fn draft(&self, key: &str, data: Value, by: &Actor) -> Result<String, Failure> {
        draft(&self.0, key, "board-decision", data, by).await
    }
    async fn paper(&self, key: &str, reader: &Actor) -> Result<Option<RecordPaper>, Failure> {
        let found = seen(&self.0, key, reader).await?;
        Ok(found.map(|s| RecordPaper { stage: s.d.stage.text(), number: s.number, issued: s.issued.is_some(), verify: s.verify, ended: over(&s.d), path: s.path }))
    }
}
