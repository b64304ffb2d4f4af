//! Files that other rooms issued, asked when somebody checks a file: nothing of the people they are about.

use crate::{Services, paper};
use async_trait::async_trait;
use kernel::{Instant, Text};
use store::StoreError;
use web::problem::PageError;

/// What a register says of a file.
#[derive(Debug, Clone)]
pub struct IssuedFile {
    pub document: Text,
    /// `None`: of a kind that takes none.
    pub number: Option<String>,
    pub office: String,
    pub at: Instant,
    /// Who signed and in what authority, as it is printed: “KT. CHỦ TỊCH, PHÓ CHỦ TỊCH Bùi Quốc Khánh”.
    pub signed_by: Option<String>,
    /// The digital signatures on it, in their order.
    pub marks: Vec<Signed>,
    /// It went out and was taken back.
    pub recalled: bool,
}

/// A digital signature that the file bears.
#[derive(Debug, Clone)]
pub struct Signed {
    pub name: String,
    pub at: Instant,
    /// Of a key that signs nothing in law.
    pub trial: bool,
}

#[async_trait]
pub trait IssuedFiles: Send + Sync {
    /// The file that is exactly this one (SHA-256, hexadecimal).
    async fn by_hash(&self, sha256: &str) -> Result<Option<IssuedFile>, StoreError>;
}

/// The document of a case that bears this code of verification.
pub async fn by_code(s: &Services, code: &str) -> Result<Option<IssuedFile>, PageError> {
    let found = casework::store::document_by_code(s.desk.scope(), code).await.map_err(PageError::internal)?;
    of_case(s, found).await
}

/// The document of a case whose file is exactly this one.
pub async fn by_hash(s: &Services, sha256: &str) -> Result<Option<IssuedFile>, PageError> {
    let found = casework::store::document_by_hash(s.desk.scope(), sha256).await.map_err(PageError::internal)?;
    of_case(s, found).await
}

async fn of_case(s: &Services, found: Option<(kernel::id::CaseId, String, u64)>) -> Result<Option<IssuedFile>, PageError> {
    let Some((case, document, number)) = found else { return Ok(None) };
    let Some(found) = s.desk.load(case).await.map_err(PageError::internal)? else { return Ok(None) };
    let Some(d) = found.state.documents.iter().find(|d| d.document == document && d.number == number) else { return Ok(None) };
    let decides = &found.state.offices.decides;
    let office = d.by.office.as_ref().unwrap_or(decides);
    let signatures = d.signed.iter().map(|x| &x.by).chain(&d.seal);
    Ok(Some(IssuedFile {
        document: found.definition.documents.get(&document).map_or_else(|| Text::new(document.clone(), document.clone()), |x| x.name.clone()),
        number: Some(format!("{}/{}", d.number, d.symbol)),
        office: d.seal.as_ref().map_or_else(|| s.desk.identity().offices().get(office.as_str()).map_or_else(|| office.to_string(), |o| o.name.vi.clone()), |seal| seal.name.clone()),
        at: d.at,
        signed_by: Some(paper::signed_by(s, &found, d).await.map_err(PageError::internal)?),
        marks: signatures.map(|m| Signed { name: m.name.clone(), at: m.at, trial: m.trial }).collect(),
        recalled: false,
    }))
}
