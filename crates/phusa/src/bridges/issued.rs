//! Files that went out, for the pages where anybody checks a file or a code: the register of the room of documents for the one, the
//! documents of cases for the other.

use async_trait::async_trait;
use documents::{Documents, document::Stage, pages::verify::{OfCase, OfCases}, views};
use kernel::Text;
use services::{Services, issued::{self, IssuedFile, IssuedFiles, Signed}};
use store::StoreError;
use web::problem::PageError;

pub struct Registers(pub Documents);

#[async_trait]
impl IssuedFiles for Registers {
    async fn by_hash(&self, sha256: &str) -> Result<Option<IssuedFile>, StoreError> {
        let Some(d) = views::by_hash(&self.0.scope, sha256).await? else { return Ok(None) };
        let Some(n) = &d.numbered else { return Ok(None) };
        let kind = self.0.catalog.kind(&d.kind).map_or_else(|| Text::new(&*d.kind, &*d.kind), |k| k.name.clone());
        let document = Text::new(format!("{}: {}", kind.vi, d.subject), format!("{}: {}", kind.en, d.subject));
        let marks = [d.signed.as_ref(), d.issued.as_ref()].into_iter().flatten().filter_map(|f| f.mark.as_ref());
        Ok(Some(IssuedFile {
            document,
            number: self.0.catalog.cited(n),
            office: self.0.office_name(&d.office),
            at: n.at,
            signed_by: d.signed_in_words(),
            marks: marks.map(|m| Signed { name: m.name.clone(), at: m.at, trial: m.trial }).collect(),
            recalled: d.stage == Stage::Recalled,
        }))
    }
}

/// Codes printed on documents of cases, for the page of codes.
/// The room of documents holds it and is held by the services: a strong hand here would keep both for ever.
pub struct Printed(pub std::sync::Weak<services::Inner>);

#[async_trait]
impl OfCases for Printed {
    async fn by_code(&self, code: &str) -> Result<Option<OfCase>, PageError> {
        let Some(services) = self.0.upgrade().map(Services) else { return Ok(None) };
        let found = issued::by_code(&services, code).await?;
        Ok(found.map(|f| OfCase { kind: f.document, number: f.number, office: f.office, at: f.at, signed_by: f.signed_by, marks: f.marks.into_iter().map(|m| (m.name, m.at, m.trial)).collect() }))
    }
}
