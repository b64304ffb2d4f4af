//! Documents that another room wrote: they begin in the room of documents, and are submitted, signed, numbered and sealed there.

use async_trait::async_trait;
use documents::Documents;
use kernel::{Actor, id::DocumentId};
use privacy::breach::Notices;
use records::{Failure, gone};
use serde_json::Value;
use sha2::{Digest, Sha256};

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
