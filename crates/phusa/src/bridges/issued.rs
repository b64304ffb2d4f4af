//! Files that went out, for the page where anybody checks a file: the register of the room of documents.

use async_trait::async_trait;
use documents::{Documents, document::Stage, views};
use kernel::Text;
use services::issued::{IssuedFile, IssuedFiles};
use store::StoreError;

pub struct Registers(pub Documents);

#[async_trait]
impl IssuedFiles for Registers {
    async fn by_hash(&self, sha256: &str) -> Result<Option<IssuedFile>, StoreError> {
        let Some(d) = views::by_hash(&self.0.scope, sha256).await? else { return Ok(None) };
        let Some(n) = &d.numbered else { return Ok(None) };
        let kind = self.0.catalog.kind(&d.kind).map_or_else(|| Text::new(&*d.kind, &*d.kind), |k| k.name.clone());
        let document = Text::new(format!("{}: {}", kind.vi, d.subject), format!("{}: {}", kind.en, d.subject));
        Ok(Some(IssuedFile { document, number: self.0.catalog.cited(n), office: self.0.office_name(&d.office), at: n.at, recalled: d.stage == Stage::Recalled }))
    }
}
