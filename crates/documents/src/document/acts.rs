//! One function for each change of a document.

use super::{Document, DocumentEvent, File, Numbered, Person, decide};
use crate::{
    Documents, content, copying,
    document::decide::{Route, Written},
    catalog::Kind, effects, new_code, paper::unknown_kind,
};
use kernel::{Actor, Refusal, id::{DocumentId, OfficeCode}};
use numbering::{Series, Turn};
use records::{Author, Failure, Found, busy, gone};
use store::CommitError;

/// What the form of a document sends.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Made with the form, so that the form sent twice makes one document.
    pub id: DocumentId,
    pub kind: String,
    pub typed: content::Typed,
    pub deliver: Vec<String>,
}

impl Documents {
    /// The document, if the actor may see it.
    pub async fn document(&self, actor: &Actor, id: DocumentId) -> Result<Document, Failure> {
        let found = records::load::<Document>(&self.scope, &id.to_string()).await?;
        found.map(|f| f.state).filter(|d| d.seen_by(actor, self.catalog.signing())).ok_or_else(|| gone().into())
    }

    /// What was typed, checked against the form of its kind. A draft may be kept with gaps only where it cannot be printed yet.
    pub(crate) fn written(&self, kind: &str, sent: &Sent) -> Result<Written, Refusal> {
        let kind = self.catalog.kind(kind).ok_or_else(unknown_kind)?;
        let form = self.catalog.form(kind).ok_or_else(unknown_kind)?;
        let typed: content::Typed = form.iter().filter_map(|a| Some((a.path.clone(), sent.typed.get(&a.path)?.trim().to_owned()))).filter(|(_, v)| !v.is_empty()).collect();
        let data = content::data(form, &typed);
        let mut fault = match &data {
            Err(refusal) => refusal.clone(),
            Ok(_) => Refusal::invalid("document-form", "Chưa lưu được: có chỗ cần sửa", "Not saved: something needs correcting"),
        };
        let mut deliver: Vec<OfficeCode> = Vec::new();
        for code in sent.deliver.iter().filter(|c| !c.is_empty()) {
            match self.offices.get(code) {
                Some(o) if !deliver.contains(&o.code) => deliver.push(o.code.clone()),
                Some(_) => {}
                None => fault = fault.because(Some("deliver"), format!("Không có cơ quan mã {code}."), format!("There is no office {code}.")),
            }
        }
        if deliver.len() > decide::DELIVER_MAX {
            fault = fault.because(Some("deliver"), format!("Gửi nhiều nhất {} cơ quan một lần.", decide::DELIVER_MAX), format!("Deliver to at most {} offices at once.", decide::DELIVER_MAX));
        }
        if !fault.reasons.is_empty() {
            return Err(fault);
        }
        let subject = data.ok().and_then(|d| d.get("subject")?.as_str().map(str::to_owned)).unwrap_or_else(|| kind.name.vi.clone());
        Ok(Written { typed, subject, deliver })
    }

    /// Begins a document. The same form sent twice begins one.
    pub async fn draft(&self, actor: &Actor, sent: &Sent) -> Result<Document, Failure> {
        let office = actor.office.clone().ok_or_else(gone)?;
        let w = self.written(&sent.kind, sent)?;
        // A copy is begun from what it copies.
        self.catalog.kind(&sent.kind).filter(|k| k.copy.is_none()).ok_or_else(unknown_kind)?;
        let template = self.catalog.kind(&sent.kind).and_then(|k| k.template.clone());
        let by = Author::new(actor, self.now());
        let d = records::change::<Document>(&self.scope, &sent.id.to_string(), &by, |found| match found {
            Some(d) if d.drafter.account == actor.account => Ok(None),
            Some(_) => Err(gone()),
            None => Ok(Some(DocumentEvent::Drafted {
                id: sent.id,
                office: office.clone(),
                kind: sent.kind.clone(),
                template: template.clone(),
                typed: w.typed.clone(),
                given: None,
                copy: None,
                subject: w.subject.clone(),
                deliver: w.deliver.clone(),
                drafter: Person::of(actor),
            })),
        })
        .await?;
        Ok(d)
    }

    /// Begins a document that another room wrote: its data are complete but for number, date and signer. Given again under the same
    /// id it is the same document.
    pub async fn draft_given(&self, actor: &Actor, id: DocumentId, office: &OfficeCode, deliver: &[OfficeCode], template: &str, data: serde_json::Value) -> Result<Document, Failure> {
        if actor.office.as_ref() != Some(office) {
            let refusal = Refusal::forbidden("other-office", "Chỉ người của cơ quan tổ chức mới soạn được văn bản của cơ quan đó.", "Only somebody of the office that issues it can draft its document.");
            return Err(refusal.into());
        }
        let kind = self.catalog.kind_of_template(template).ok_or_else(unknown_kind)?;
        let subject: String = data.get("subject").and_then(serde_json::Value::as_str).unwrap_or(&kind.name.vi).chars().take(content::SUBJECT_MAX).collect();
        let by = Author::new(actor, self.now());
        records::change::<Document>(&self.scope, &id.to_string(), &by, |found| match found {
            Some(_) => Ok(None),
            None => Ok(Some(DocumentEvent::Drafted {
                id,
                office: office.clone(),
                kind: kind.code.clone(),
                template: Some(template.to_owned()),
                typed: content::Typed::new(),
                given: Some(data.clone()),
                copy: None,
                subject: subject.clone(),
                deliver: deliver.to_vec(),
                drafter: Person::of(actor),
            })),
        })
        .await
    }

    pub async fn rewrite(&self, actor: &Actor, id: DocumentId, sent: &Sent) -> Result<Document, Failure> {
        let kind = self.document(actor, id).await?.kind;
        let w = self.written(&kind, sent)?;
        if self.catalog.kind(&kind).is_some_and(|k| k.copy.is_some()) {
            copying::has_text(&w.typed)?;
        }
        self.change(actor, id, |d| decide::rewrite(d, actor, self.catalog.signing(), &w)).await
    }

    pub async fn submit(&self, actor: &Actor, id: DocumentId, route: &Route) -> Result<Document, Failure> {
        self.change(actor, id, |d| decide::submit(d, actor, self.catalog.signing(), route)).await
    }

    pub async fn initial(&self, actor: &Actor, id: DocumentId) -> Result<Document, Failure> {
        self.change(actor, id, |d| decide::initial(d, actor, self.catalog.signing())).await
    }

    pub async fn send_back(&self, actor: &Actor, id: DocumentId, why: &str) -> Result<Document, Failure> {
        self.change(actor, id, |d| decide::send_back(d, actor, self.catalog.signing(), why)).await
    }

    pub async fn give_up(&self, actor: &Actor, id: DocumentId, why: &str) -> Result<Document, Failure> {
        self.change(actor, id, |d| decide::give_up(d, actor, self.catalog.signing(), why)).await
    }

    pub async fn recall(&self, actor: &Actor, id: DocumentId, why: &str) -> Result<Document, Failure> {
        self.change(actor, id, |d| decide::recall(d, actor, self.catalog.signing(), why)).await
    }

    /// Seals and sends; the file is there a moment later.
    pub async fn issue(&self, actor: &Actor, id: DocumentId) -> Result<Document, Failure> {
        let known = self.document(actor, id).await?;
        self.still_to_copy(&known).await?;
        self.change(actor, id, |d| decide::issue(d, actor, self.catalog.signing())).await
    }

    /// Signs: takes the next number of its series in the same batch; the file is there a moment later.
    pub async fn sign(&self, actor: &Actor, id: DocumentId) -> Result<Document, Failure> {
        let known = self.document(actor, id).await?;
        let kind = self.catalog.kind(&known.kind).ok_or_else(unknown_kind)?;
        let office = self.offices.get(known.office.as_str()).ok_or_else(gone)?;
        self.still_to_copy(&known).await?;
        // What cannot be printed is not given a number.
        let trial = self.data(&known)?;
        self.preview(known.template.as_deref().unwrap_or_default(), trial).await?;
        let symbol = self.catalog.symbol(kind, office);
        let mut turn = self.turns.wait(&known.office).await;
        for _ in records::tries() {
            let found = records::load::<Document>(&self.scope, &id.to_string()).await?.ok_or_else(gone)?;
            let next = self.next(&turn, &known.office, kind, &symbol).await?;
            let Some(event) = decide::sign(&found.state, actor, self.catalog.signing(), next)? else { return Ok(found.state) };
            if let Some(d) = self.numbered_step(&mut turn, actor, id, Some(&found), &event).await? {
                return Ok(d);
            }
        }
        Err(busy().into())
    }

    /// Keeps the next number for a paper that is made outside.
    pub async fn reserve(&self, actor: &Actor, id: DocumentId, kind: &str, subject: &str) -> Result<Document, Failure> {
        let office = actor.office.clone().filter(|o| decide::is_clerk(actor, o)).ok_or_else(gone)?;
        let about = self.offices.get(office.as_str()).ok_or_else(gone)?;
        let kind = self.catalog.kind(kind).filter(|k| k.numbered).ok_or_else(unknown_kind)?;
        let subject = kernel::text::clean(subject);
        if subject.is_empty() || subject.chars().count() > content::SUBJECT_MAX {
            let fault = Refusal::invalid("reserve", "Chưa giữ được số: có chỗ cần sửa", "No number reserved: something needs correcting");
            return Err(fault.because(Some("subject"), "Ghi trích yếu, không quá 500 ký tự.", "Say what it is about, at most 500 characters.").into());
        }
        let symbol = self.catalog.symbol(kind, about);
        let mut turn = self.turns.wait(&office).await;
        for _ in records::tries() {
            if let Some(found) = records::load::<Document>(&self.scope, &id.to_string()).await? {
                return if found.state.seen_by(actor, self.catalog.signing()) { Ok(found.state) } else { Err(gone().into()) };
            }
            let numbered = self.next(&turn, &office, kind, &symbol).await?;
            let event = DocumentEvent::Reserved { id, office: office.clone(), kind: kind.code.clone(), subject: subject.clone(), by: Person::of(actor), numbered };
            if let Some(d) = self.numbered_step(&mut turn, actor, id, None, &event).await? {
                return Ok(d);
            }
        }
        Err(busy().into())
    }

    /// Records that the paper of a reserved number went out, with its scan.
    pub async fn issue_paper(&self, actor: &Actor, id: DocumentId, signer: &str, file: Option<File>, more: store::Batch) -> Result<Document, Failure> {
        for _ in records::tries() {
            let found = records::load::<Document>(&self.scope, &id.to_string()).await?.filter(|f| f.state.seen_by(actor, self.catalog.signing())).ok_or_else(gone)?;
            let Some(event) = decide::issue_paper(&found.state, actor, self.catalog.signing(), signer, file.clone())? else { return Ok(found.state) };
            let by = Author::new(actor, self.now());
            let mut batch = self.scope.batch();
            batch.extend(more.clone());
            let after = records::write(&mut batch, &id.to_string(), Some(&found), &event, &by)?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after.state),
                Err(CommitError::Conflict { label }) if records::again::<Document>(&label) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(busy().into())
    }

    /// What the document takes when it is signed now: the next number of its kind's series, or none.
    async fn next(&self, turn: &Turn, office: &OfficeCode, kind: &Kind, symbol: &str) -> Result<Numbered, Failure> {
        let at = self.now();
        let year = i64::from(at.date().year());
        if !kind.numbered {
            return Ok(Numbered { series: String::new(), year, number: None, symbol: String::new(), at, code: new_code() });
        }
        let number = turn.next(&self.scope, Series { office, year, series: &kind.series }).await?;
        Ok(Numbered { series: kind.series.clone(), year, number: Some(number), symbol: symbol.to_owned(), at, code: new_code() })
    }

    /// An event that takes a number: what the turn knows is what was committed.
    async fn numbered_step(&self, turn: &mut Turn, actor: &Actor, id: DocumentId, found: Option<&Found<Document>>, event: &DocumentEvent) -> Result<Option<Document>, Failure> {
        let before = found.and_then(|f| f.state.numbered.as_ref()).map(|n| (n.year, n.number));
        let done = self.step(actor, id, found, event).await;
        match &done {
            Ok(Some(Document { office, numbered: Some(n), .. })) => {
                // A document that kept its number took none.
                if let Some(number) = n.number.filter(|_| before != Some((n.year, n.number))) {
                    turn.took(Series { office, year: n.year, series: &n.series }, number);
                }
            }
            _ => turn.forget(),
        }
        done
    }

    /// One event with what follows it; nothing when somebody else was first.
    async fn step(&self, actor: &Actor, id: DocumentId, found: Option<&Found<Document>>, event: &DocumentEvent) -> Result<Option<Document>, Failure> {
        self.step_by(&Author::new(actor, self.now()), id, found, event).await
    }

    pub(crate) async fn step_by(&self, by: &Author, id: DocumentId, found: Option<&Found<Document>>, event: &DocumentEvent) -> Result<Option<Document>, Failure> {
        let at = found.map_or(by.at, |f| by.at.max(f.state.changed));
        let by = Author { at, ..by.clone() };
        let mut batch = self.scope.batch();
        let after = records::write(&mut batch, &id.to_string(), found, event, &by)?;
        effects::follow(&mut batch, event, id, after.version, at);
        match self.scope.commit(batch).await {
            Ok(()) => Ok(Some(after.state)),
            Err(CommitError::Conflict { label }) if records::again::<Document>(&label) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// Loads, decides, writes; what an actor may not see is not there.
    pub(crate) async fn change(&self, actor: &Actor, id: DocumentId, decide: impl Fn(&Document) -> Result<Option<DocumentEvent>, Refusal>) -> Result<Document, Failure> {
        for _ in records::tries() {
            let found = records::load::<Document>(&self.scope, &id.to_string()).await?.filter(|f| f.state.seen_by(actor, self.catalog.signing())).ok_or_else(gone)?;
            let Some(event) = decide(&found.state)? else { return Ok(found.state) };
            if let Some(d) = self.step(actor, id, Some(&found), &event).await? {
                return Ok(d);
            }
        }
        Err(busy().into())
    }
}
