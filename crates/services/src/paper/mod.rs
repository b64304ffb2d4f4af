//! Official documents of a case as PDF: what was issued, the control slip, the printed internal process.
//!
//! A document says what was known when it was issued: its data are replayed from the journal up to the event that
//! issued it, and the finished file is kept with the case, so that it never changes afterwards.

mod data;
mod handovers;
mod parts;
mod process;
mod register;
#[cfg(test)]
pub mod fixtures;
#[cfg(test)]
mod tests;

use crate::Services;
use casework::{event::{Filed, Seal, SignedDocument}, CaseState, Definition, DeskError, Event, Found, evolve, state::IssuedDocument};
use bytes::Bytes;
use data::Issue;
use issuing::{Hands, Mark, Official};
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
    let reference = format!("case/{}/{document}/{number}", found.state.code);
    let bytes = match &issued.signed {
        Some(signed) => {
            let kept = s.files.read(s.desk.scope(), signed.file).await?;
            kept.ok_or_else(|| StoreError::Damaged(format!("the signed file of {document} {number} is gone")))?.1
        }
        None => {
            let by = issue.answers_for();
            let hands = Hands { official: Some((by.account, by.name.as_str())), office: Some(issue.agency_code()) };
            signed(s, found, &issue, &reference, render(s, &decl.template, issue.data(), hands).await?).await?
        }
    };
    let (bytes, seal) = put(s.issuing.seal(bytes, issue.agency_code(), &reference, s.now()).await, &reference)?;
    let name = format!("{}-{}-{number}.pdf", found.state.code, document.replace('_', "-"));
    keep(s, found, issued, &name, bytes.to_vec(), seal).await
}

/// Who signs a document and in what authority, in the words that are printed on it.
pub async fn signed_by(s: &Services, found: &Found, issued: &IssuedDocument) -> Result<String, StoreError> {
    let history = s.desk.history(found.state.id).await?;
    let (state, history) = as_of(found.state.id, &history, issued.event)?;
    let offices = s.desk.identity().offices();
    Ok(Issue { definition: &found.definition, state: &state, history, document: issued, offices, public_url: &s.public_url, demo: s.demo }.signed_by_in_words())
}

/// With the own signature of whoever answers for the document. It is kept before the seal is asked for: whoever has signed is not
/// asked again because the seal's key could not be reached.
async fn signed(s: &Services, found: &Found, issue: &Issue<'_>, reference: &str, bytes: Bytes) -> Result<Bytes, DeskError> {
    let (by, now) = (issue.answers_for(), s.now());
    let official = Official { account: by.account, name: &by.name, office: issue.agency_code() };
    let (bytes, mark) = put(s.issuing.sign(bytes, official, reference, "Ký văn bản của hồ sơ", now).await, reference)?;
    let Some(mark) = mark else { return Ok(bytes) };
    let scope = s.desk.scope();
    let mut batch = scope.batch();
    let stored = s.files.issue(&mut batch, "signed.pdf", MediaType::Pdf, bytes.clone(), now).await?;
    scope.commit(batch).await.map_err(|e| StoreError::Files(e.to_string()))?;
    let kept = SignedDocument { document: issue.document.document.clone(), number: issue.document.number, file: stored.id, by: mark };
    s.desk.keep_signed(found.state.id, &kept, now).await?;
    Ok(bytes)
}

/// A signature as cases keep it, or why there is none.
fn put(put: Result<(Bytes, Option<Mark>), signing::Failed>, reference: &str) -> Result<(Bytes, Option<Seal>), DeskError> {
    match put {
        Ok((bytes, mark)) => Ok((bytes, mark.map(|m| Seal { name: m.name, serial: m.serial, at: m.at, trial: m.trial }))),
        // Asked again by the effect, later and later.
        Err(failed) if failed.passes() => Err(StoreError::Files(failed.to_string()).into()),
        // A person renews the certificate and queues the document again.
        Err(failed) => {
            tracing::error!(reference, "a document was not signed: {failed}");
            let said = failed.said();
            Err(Refusal::conflict("not-sealed", said.vi, said.en).into())
        }
    }
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
pub async fn control_slip(s: &Services, found: &Found) -> Result<Bytes, DeskError> {
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
    render(s, "slip-06", slip.data(), Hands::default()).await
}

/// Form 07: what an office received from one day to another, in the order of the codes; the newest ones are left out of what a
/// printed register can hold.
pub async fn register(s: &Services, reader: &Actor, office: &OfficeCode, from: Date, to: Date) -> Result<Bytes, DeskError> {
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
    render(s, "slip-07", register.data(&rows), Hands::default()).await
}

/// The decision that approves the internal process, printed from the definition that runs it: a draft to be signed.
/// `reader` is the official who prints it; the province's committee issues it whoever asks.
pub async fn process(s: &Services, d: &Definition, reader: Option<&Actor>) -> Result<Bytes, DeskError> {
    let offices = s.desk.identity().offices();
    let province = reader.map_or(s.desk.scope().province(), |a| &a.province);
    let draft = process::Draft { definition: d, offices, province: province.as_str(), at: s.now(), demo: s.demo };
    render(s, "internal-process", draft.data(), Hands::default()).await
}

async fn render(s: &Services, template: &str, data: Value, hands: Hands<'_>) -> Result<Bytes, DeskError> {
    s.issuing.set(template, data, hands).await.map_err(|failure| match failure {
        records::Failure::Refused(r) => r.into(),
        records::Failure::Internal(e) => StoreError::Files(format!("{e:#}")).into(),
    })
}

fn no_such_document() -> Refusal {
    Refusal::not_found("Hồ sơ không có văn bản này", "The case has no such document")
}
