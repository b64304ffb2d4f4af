//! The report of a result that the centre verified: sealed once for each language, kept, and the same ever after.

use crate::{
    Centre, acts,
    model::{Assessment, AssessmentEvent, SealedReport},
};
use issuing::Hands;
use kernel::{Refusal, id::{FileId, OfficeCode}, text::Lang};
use serde_json::Value;
use store::files::MediaType;
use web::problem::PageError;

const TEMPLATE: &str = "assessment-report";

/// The sealed file, made and kept now if nobody asked for it before. `also`: the language beside the Vietnamese. Where the centre has
/// no key the file is as it was set, and is not kept: it may have one tomorrow.
pub async fn file(c: &Centre, office: &OfficeCode, a: &Assessment, also: Option<Lang>, data: Value) -> Result<Vec<u8>, PageError> {
    if let Some(kept) = a.report(also) {
        return read(c, kept.file).await;
    }
    let set = c.issuing.set(TEMPLATE, data, Hands { official: None, office: Some(office) }).await?;
    let reference = format!("assessment/{}/{}", a.id, also.unwrap_or_default().code());
    let sealed = c.issuing.seal(set, office, &reference, c.now()).await;
    let (bytes, mark) = sealed.map_err(|failed| {
        tracing::error!(reference, "a report was not sealed: {failed}");
        let said = failed.said();
        Refusal::conflict("not-sealed", said.vi, said.en)
    })?;
    if mark.is_none() {
        return Ok(bytes.to_vec());
    }
    let now = c.now();
    let mut batch = c.scope.batch();
    let stored = c.files.issue(&mut batch, "phieu-ket-qua.pdf", MediaType::Pdf, bytes.clone(), now).await.map_err(PageError::internal)?;
    c.scope.commit(batch).await.map_err(PageError::internal)?;
    let report = SealedReport { also, file: stored.id, sha256: stored.sha256, at: now };
    let decide = |a: &Assessment| Ok(a.report(also).is_none().then(|| AssessmentEvent::Reported(report.clone())));
    let after = acts::change_assessment(c, None, a.id, now, decide).await?;
    // Somebody else was first: their file is the one that is kept.
    match after.report(also).filter(|kept| kept.file != report.file) {
        Some(first) => read(c, first.file).await,
        None => Ok(bytes.to_vec()),
    }
}

/// A report that nobody seals: the centre has not verified what it says.
pub async fn unsealed(c: &Centre, data: Value) -> Result<Vec<u8>, PageError> {
    Ok(c.issuing.set(TEMPLATE, data, Hands::default()).await?.to_vec())
}

async fn read(c: &Centre, file: FileId) -> Result<Vec<u8>, PageError> {
    let kept = c.files.read(&c.scope, file).await.map_err(PageError::internal)?;
    Ok(kept.ok_or_else(PageError::not_found)?.1.to_vec())
}
