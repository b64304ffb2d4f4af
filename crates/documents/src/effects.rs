//! What follows a signer's and a clerk's act: the file is set and signed, then sealed and sent. Both bear being run twice: what is
//! done already is not done again, and a file that nobody refers to is nobody's document.

use crate::{
    Documents,
    arrival::{Arrival, ArrivalEvent, Origin},
    document::{Document, DocumentEvent, File, Stage},
    paper::Signed,
    parties::Standing,
    sha256,
};
use kernel::{
    Actor, Instant, Text,
    id::{ArrivalId, DocumentId},
};
use records::{Author, Failure, Found};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{
    Batch, CommitError, NewEffect, Scope,
    effects::{Effect, Failed, Handler},
    files::MediaType,
};

pub const SIGN: &str = "document.sign";
pub const SEAL: &str = "document.seal";
pub const PARTY: &str = "document.party";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub document: DocumentId,
    /// The version whose act asked for it.
    pub version: i64,
}

/// Queues what follows an event.
pub(crate) fn follow(batch: &mut Batch, event: &DocumentEvent, id: DocumentId, version: i64, at: Instant) {
    let kind = match event {
        DocumentEvent::Numbered { .. } => SIGN,
        DocumentEvent::Sealing { .. } => SEAL,
        DocumentEvent::PartySigning { .. } => PARTY,
        _ => return,
    };
    let wanted = Wanted { document: id, version };
    batch.effect(NewEffect {
        kind: kind.to_owned(),
        stream: id.to_string(),
        payload: serde_json::to_string(&wanted).unwrap_or_default(),
        due: at,
        dedup_key: Some(format!("{kind}/{id}/{version}")),
    });
}

/// The handlers of this room, by kind of effect.
pub fn handlers(s: &Documents) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![(SIGN, Arc::new(Sign(s.clone())) as Arc<dyn Handler>), (SEAL, Arc::new(Seal(s.clone()))), (PARTY, Arc::new(PartyOf(s.clone())))]
}

struct Sign(Documents);
struct Seal(Documents);
struct PartyOf(Documents);

#[async_trait::async_trait]
impl Handler for Sign {
    async fn run(&self, effect: &Effect, _: &Scope) -> Result<Option<Batch>, Failed> {
        let Some(found) = wanted(&self.0, effect, Stage::Numbered).await? else { return Ok(None) };
        let d = &found.state;
        if let Some(original) = d.copy.as_ref().filter(|o| o.whole) {
            let event = match self.0.copied_bytes(original).await {
                Err(Failure::Internal(e)) => return Err(Failed::ForNow(e.to_string())),
                Err(Failure::Refused(r)) => Err(reasons(&r)),
                Ok(bytes) => Ok(Signed { bytes, mark: None, initials: Vec::new() }),
            };
            return self.0.file_event(&found, event, |file| DocumentEvent::Signed { file }, |why| DocumentEvent::Unsigned { why }).await;
        }
        let template = d.template.as_deref().unwrap_or_default();
        let set = match self.0.data(d) {
            Ok(data) => self.0.set(template, data, d).await,
            Err(refusal) => Err(refusal.into()),
        };
        let event = match set {
            Err(Failure::Internal(e)) => return Err(Failed::ForNow(e.to_string())),
            Err(Failure::Refused(r)) => Err(reasons(&r)),
            Ok(bytes) => match self.0.signed(d, bytes).await {
                Ok(signed) => Ok(signed),
                Err(failed) if waits(&failed) => return Err(Failed::ForNow(failed.to_string())),
                Err(failed) => Err(failed.said()),
            },
        };
        self.0.file_event(&found, event, |file| DocumentEvent::Signed { file }, |why| DocumentEvent::Unsigned { why }).await
    }
}

#[async_trait::async_trait]
impl Handler for Seal {
    async fn run(&self, effect: &Effect, _: &Scope) -> Result<Option<Batch>, Failed> {
        let Some(found) = wanted(&self.0, effect, Stage::Sealing).await? else { return Ok(None) };
        let d = &found.state;
        let signed = d.signed.as_ref().ok_or_else(|| Failed::ForGood(format!("{} has no signed file", d.id)))?;
        let kept = self.0.files.read(&self.0.scope, signed.file).await?;
        let (_, bytes) = kept.ok_or_else(|| Failed::ForGood(format!("the file of {} is gone", d.id)))?;
        let sealed = if d.is_whole_copy() {
            match self.0.copy_sealed(d, bytes).await {
                Err(Failure::Internal(e)) => return Err(Failed::ForNow(e.to_string())),
                Err(Failure::Refused(r)) => {
                    return self.0.file_event(&found, Err(reasons(&r)), |file| DocumentEvent::Issued { file }, |why| DocumentEvent::Unsealed { why }).await;
                }
                Ok(sealed) => sealed,
            }
        } else {
            self.0.sealed(d, bytes).await
        };
        let event = match sealed {
            Ok(sealed) => Ok(sealed),
            Err(failed) if waits(&failed) => return Err(Failed::ForNow(failed.to_string())),
            Err(failed) => Err(failed.said()),
        };
        self.0.file_event(&found, event, |file| DocumentEvent::Issued { file }, |why| DocumentEvent::Unsealed { why }).await
    }
}

/// Whoever decided to sign for another office; several offices may have decided at once, each signs what is there.
#[async_trait::async_trait]
impl Handler for PartyOf {
    async fn run(&self, effect: &Effect, _: &Scope) -> Result<Option<Batch>, Failed> {
        let asked: Wanted = effect.read()?;
        let found = records::load::<Document>(&self.0.scope, &asked.document.to_string()).await?;
        let found = found.ok_or_else(|| Failed::ForGood(format!("{} is not there", asked.document)))?;
        let d = &found.state;
        let signing = d.parties.iter().enumerate().filter(|_| d.stage == Stage::Joining);
        let next = signing.filter_map(|(n, p)| if let Standing::Signing { by } = &p.standing { Some((n, p.office()?.clone(), by.clone())) } else { None }).next();
        let Some((n, office, by)) = next else { return Ok(None) };
        let signed = d.signed.as_ref().ok_or_else(|| Failed::ForGood(format!("{} has no signed file", d.id)))?;
        let (_, bytes) = self.0.files.read(&self.0.scope, signed.file).await?.ok_or_else(|| Failed::ForGood(format!("the file of {} is gone", d.id)))?;
        let event = match self.0.signed_beside(d, bytes, n, &office, &by).await {
            Ok(signed) => Ok(signed),
            Err(failed) if waits(&failed) => return Err(Failed::ForNow(failed.to_string())),
            Err(failed) => Err(failed.said()),
        };
        self.0.file_event(&found, event, |file| DocumentEvent::PartySigned { party: n, file }, |why| DocumentEvent::PartyUnsigned { party: n, why }).await
    }
}

/// The document, where it still stands as the effect expects; anything else was done before.
async fn wanted(s: &Documents, effect: &Effect, stage: Stage) -> Result<Option<Found<Document>>, Failed> {
    let wanted: Wanted = effect.read()?;
    let found = records::load::<Document>(&s.scope, &wanted.document.to_string()).await?;
    let found = found.ok_or_else(|| Failed::ForGood(format!("{} is not there", wanted.document)))?;
    Ok((found.state.stage == stage && found.version == wanted.version).then_some(found))
}

/// Whether it is tried again by itself. That prepaid signatures are used up is said at once to whoever can top them up.
fn waits(failed: &signing::Failed) -> bool {
    failed.passes() && !matches!(failed, signing::Failed::Unpaid { .. })
}

fn reasons(r: &kernel::Refusal) -> Text {
    let mut all = r.message.clone();
    for reason in &r.reasons {
        all.vi = format!("{} {}", all.vi, reason.message.vi);
        all.en = format!("{} {}", all.en, reason.message.en);
    }
    all
}

impl Documents {
    /// Keeps the file and says so in the journal, or says why there is none; in one batch. The batch is the effect's: whoever
    /// changed the document meanwhile was first, and the effect finds nothing to do when it runs again.
    async fn file_event(
        &self,
        found: &Found<Document>,
        made: Result<Signed, Text>,
        good: impl FnOnce(File) -> DocumentEvent,
        bad: impl FnOnce(Text) -> DocumentEvent,
    ) -> Result<Option<Batch>, Failed> {
        let now = self.now().max(found.state.changed);
        let mut batch = self.scope.batch();
        let event = match made {
            Ok(Signed { bytes, mark, initials }) => {
                let name = self.file_name(&found.state);
                let hash = sha256(&bytes);
                let stored = self.files.issue(&mut batch, &name, MediaType::Pdf, bytes, now).await?;
                good(File { file: stored.id, sha256: hash, mark, initials, at: now })
            }
            Err(why) => {
                tracing::warn!(document = %found.state.id, "not signed: {}", why.en);
                bad(why)
            }
        };
        let author = Author::new(&Actor::system(self.scope.province().clone()), now);
        let after = records::write(&mut batch, &found.state.id.to_string(), Some(found), &event, &author)?;
        if after.state.stage == Stage::Issued {
            self.deliver(&mut batch, &after.state, &author)?;
        }
        match self.scope.commit(batch).await {
            Ok(()) => Ok(None),
            Err(CommitError::Conflict { .. }) => Err(Failed::ForNow("the document changed meanwhile".to_owned())),
            Err(CommitError::Store(e)) => Err(e.into()),
        }
    }

    /// `05-TB-UBND.pdf`
    fn file_name(&self, d: &Document) -> String {
        let name = match &d.numbered {
            None => "du-thao".to_owned(),
            Some(n) => self.catalog.cited(n).map_or_else(|| n.code.clone(), |cited| cited.replace('/', "-")),
        };
        format!("{name}.pdf")
    }

    /// Into the register of incoming documents of every office it is delivered to.
    fn deliver(&self, batch: &mut Batch, d: &Document, author: &Author) -> Result<(), Failed> {
        let Some(n) = &d.numbered else { return Ok(()) };
        for office in &Self::delivered_to(d) {
            let id = ArrivalId::new(uuid::Uuid::now_v7());
            let from = Origin {
                body: self.office_name(&d.office),
                number: self.catalog.cited(n).unwrap_or_default(),
                date: Some(n.at.date()),
                kind: d.kind.clone(),
                subject: d.subject.clone(),
                file: d.issued.as_ref().map(|f| f.file),
                document: Some(d.id),
            };
            let event = ArrivalEvent::Delivered { id, office: office.clone(), from };
            records::write::<Arrival>(batch, &id.to_string(), None, &event, author)?;
        }
        Ok(())
    }
}
