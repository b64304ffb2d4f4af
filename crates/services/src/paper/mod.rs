//! Official documents of a case as PDF: what was issued, the control slip, the printed internal process.
//!
//! A document says what was known when it was issued: its data are replayed from the journal up to the event that
//! issued it, and the finished file is kept with the case, so that it never changes afterwards.

mod data;
mod handovers;
mod parts;
mod process;
mod register;
mod seal;
#[cfg(test)]
pub mod fixtures;
#[cfg(test)]
mod tests;

use crate::Services;
use casework::{event::{Filed, Seal}, CaseState, Definition, DeskError, Event, Found, evolve, state::IssuedDocument};
use data::Issue;
use kernel::{
    Actor, Refusal,
    id::{CaseId, OfficeCode},
    time::Date,
};
use serde_json::Value;
use store::{StoreError, files::MediaType};

/// Most dossiers of one printed register.
const REGISTER_MAX: i64 = 2_000;

/// The file of an issued document; made and kept now if that has not happened yet.
pub async fn issued(s: &Services, found: &Found, document: &str, number: u64) -> Result<(String, Vec<u8>), DeskError> {
    let wanted = |d: &&IssuedDocument| d.document == document && d.number == number;
    let issued = found.state.documents.iter().find(wanted).ok_or_else(no_such_document)?;
    if let Some(file) = issued.file {
        let kept = s.files.read(s.desk.scope(), file).await?;
        let (stored, bytes) = kept.ok_or_else(|| StoreError::Damaged(format!("the file of {document} {number} is gone")))?;
        return Ok((stored.name, bytes.to_vec()));
    }
    let decl = found.definition.documents.get(document).ok_or_else(no_such_document)?;
    let history = s.desk.history(found.state.id).await?;
    let (state, history) = as_of(found.state.id, &history, issued.event)?;
    let issue = Issue {
        definition: &found.definition,
        state: &state,
        history,
        document: issued,
        offices: s.desk.identity().offices(),
        public_url: &s.public_url,
        demo: s.demo,
    };
    let bytes = render(s, &decl.template, issue.data()).await?;
    let (bytes, seal) = seal::sealed(s, issue.agency_code(), bytes).await?;
    let name = format!("{}-{}-{number}.pdf", found.state.code, document.replace('_', "-"));
    keep(s, found, issued, &name, bytes, seal).await
}

/// Keeps the file, and gives the one that is kept: two who make a document at the same time make two signatures of it.
async fn keep(s: &Services, found: &Found, issued: &IssuedDocument, name: &str, bytes: Vec<u8>, seal: Option<Seal>) -> Result<(String, Vec<u8>), DeskError> {
    let (scope, now) = (s.desk.scope(), s.now());
    let mut batch = scope.batch();
    let stored = s.files.issue(&mut batch, name, MediaType::Pdf, bytes.clone().into(), now).await?;
    scope.commit(batch).await.map_err(|e| StoreError::Files(e.to_string()))?;
    let filed = Filed { document: issued.document.clone(), number: issued.number, file: stored.id, sha256: stored.sha256, seal };
    s.desk.keep_document(found.state.id, &filed, now).await?;
    let after = s.desk.load(found.state.id).await?;
    let kept = after.and_then(|f| f.state.documents.into_iter().find(|d| d.document == filed.document && d.number == filed.number)?.file);
    match kept.filter(|file| *file != filed.file) {
        None => Ok((name.to_owned(), bytes)),
        Some(first) => {
            let kept = s.files.read(scope, first).await?;
            let (stored, bytes) = kept.ok_or_else(|| StoreError::Damaged(format!("the file of {} {} is gone", filed.document, filed.number)))?;
            Ok((stored.name, bytes.to_vec()))
        }
    }
}

/// The case and its journal as they were right after an event, counted from 1.
pub(crate) fn as_of(id: CaseId, history: &[Event], event: u64) -> Result<(CaseState, &[Event]), StoreError> {
    let upto = usize::try_from(event).ok().and_then(|n| history.get(..n));
    let upto = upto.ok_or_else(|| StoreError::Damaged(format!("{id} has no event {event}")))?;
    let state = upto.iter().fold(None, |state, e| evolve(id, state, e));
    Ok((state.ok_or_else(|| StoreError::Damaged(format!("{id} has no event")))?, upto))
}

/// Form 06, drawn from the journal as it is now.
pub async fn control_slip(s: &Services, found: &Found) -> Result<Vec<u8>, DeskError> {
    let history = s.desk.history(found.state.id).await?;
    let calendar = s.desk.calendar(&found.state.offices.decides)?;
    let slip = handovers::ControlSlip {
        definition: &found.definition,
        state: &found.state,
        history: &history,
        offices: s.desk.identity().offices(),
        calendar,
        now: s.now(),
        public_url: &s.public_url,
        demo: s.demo,
    };
    render(s, "slip-06", slip.data()).await
}

/// Form 07: what an office received from one day to another, in the order of the codes; the newest ones are left out of what a
/// printed register can hold.
pub async fn register(s: &Services, reader: &Actor, office: &OfficeCode, from: Date, to: Date) -> Result<Vec<u8>, DeskError> {
    let ids = casework::views::received_between(&s.desk, office, from, to, REGISTER_MAX).await?;
    let mut cases = Vec::with_capacity(ids.len());
    for id in ids {
        cases.extend(s.desk.load(id).await?);
    }
    let codes: Vec<&str> = cases.iter().map(|f| f.state.code.as_str()).collect();
    s.listed(reader, &codes, crate::openings::What::Export).await?;
    let rows: Vec<_> = cases.iter().map(|f| (&*f.definition, &f.state)).collect();
    let offices = s.desk.identity().offices();
    let register = register::Register { office, offices, from, to, now: s.now(), demo: s.demo };
    render(s, "slip-07", register.data(&rows)).await
}

/// The decision that approves the internal process, printed from the definition that runs it: a draft to be signed.
/// `reader` is the official who prints it; the province's committee issues it whoever asks.
pub async fn process(s: &Services, d: &Definition, reader: Option<&Actor>) -> Result<Vec<u8>, DeskError> {
    let offices = s.desk.identity().offices();
    let province = reader.map_or(s.desk.scope().province(), |a| &a.province);
    let draft = process::Draft { definition: d, offices, province: province.as_str(), at: s.now(), demo: s.demo };
    render(s, "internal-process", draft.data()).await
}

/// Setting a document is work of a processor, not of the threads that answer requests.
async fn render(s: &Services, template: &str, data: Value) -> Result<Vec<u8>, DeskError> {
    let (templates, template) = (s.templates.clone(), template.to_owned());
    let set = tokio::task::spawn_blocking(move || templates.render(&template, &data)).await;
    let set = set.map_err(|e| StoreError::Files(format!("a document was not set: {e}")))?;
    Ok(set.map_err(Refusal::from)?)
}

fn no_such_document() -> Refusal {
    Refusal::not_found("Hồ sơ không có văn bản này", "The case has no such document")
}
