//! Follows the journal of cases: results go into their people's stores, drafts get the codes they were filed under.

use crate::{
    Registers,
    documents::Document,
    model::{Asked, Outcome},
    store as tables,
};
use casework::{CaseState, Change, Definition, Event};
use kernel::{Instant, Text, id::PartyId};
use std::collections::BTreeSet;
use ::store::{Batch, Scope, StoreError, consumer::{Consumer, Follow}, journal::Entry};

const DOSSIER: &str = "dossier.";
/// An auditor opened an entry of the journal with its personal values (written by the room of the auditor).
const OPENED: &str = "audit.opened";
/// Under which such looks stand in the list of a person; it is no database of the State.
pub const JOURNAL: &str = "journal";
/// How a submitted draft's filing is named, so that pressing twice files once.
const SUBMITTED: &str = "submit-";

pub struct Results(pub Registers);

pub fn consumer(room: &Registers) -> Consumer {
    Consumer::new(room.scope.clone(), "registers", std::sync::Arc::new(Results(room.clone())))
}

#[async_trait::async_trait]
impl Follow for Results {
    async fn follow(&self, scope: &Scope, entries: &[Entry], _now: Instant) -> Result<Batch, StoreError> {
        let mut batch = scope.batch();
        let mut touched: BTreeSet<&str> = BTreeSet::new();
        for entry in entries.iter().filter(|e| e.kind.starts_with(DOSSIER)) {
            let event: Event = entry.read()?;
            if let Some(Change::Filed(f)) = event.changes.first()
                && let Some(draft) = entry.key.as_deref().and_then(|k| k.strip_prefix(SUBMITTED))
            {
                tables::dossier(&mut batch, draft, f.code.as_str(), f.definition.as_str(), event.at);
            }
            let paper = |c: &Change| matches!(c, Change::DocumentIssued { .. } | Change::DocumentFiled(_));
            if event.changes.iter().any(paper) {
                touched.insert(&entry.stream);
            }
        }
        for entry in entries.iter().filter(|e| e.kind == OPENED) {
            let opened: Opened = entry.read()?;
            opened.looks(entry).for_each(|asked| tables::looked(&mut batch, &asked));
        }
        for stream in touched {
            let Ok(id) = stream.parse() else { continue };
            let Some(found) = self.0.desk.load(id).await? else { continue };
            for document in results(&found.definition, &found.state, &self.0) {
                tables::document(&mut batch, &document);
            }
        }
        Ok(batch)
    }
}

/// What the auditor's room writes of an opened entry, as far as the people concerned are told.
#[derive(serde::Deserialize)]
struct Opened {
    by: casework::event::By,
    purpose: Text,
    #[serde(default)]
    code: Option<String>,
    reason: String,
    subjects: Vec<String>,
}

impl Opened {
    /// One look for each person whom the entry concerns.
    fn looks<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = Asked> + 'a {
        let purpose = Text::new(format!("Kiểm tra nhật ký. Lý do: {}", self.reason), format!("Audit of the journal. Reason: {}", self.reason));
        self.subjects.iter().enumerate().map(move |(i, subject)| Asked {
            id: format!("{}-{i}", entry.stream),
            at: entry.at,
            subject: subject.clone(),
            source: JOURNAL.to_owned(),
            record: "entry".to_owned(),
            actor: entry.actor.clone(),
            actor_name: self.by.name.clone(),
            office: self.by.office.as_ref().map(ToString::to_string).unwrap_or_default(),
            purpose: purpose.clone(),
            procedure: String::new(),
            dossier: self.code.clone().unwrap_or_default(),
            fields: vec![self.purpose.vi.replace(',', ";")],
            outcome: Outcome::Found,
            sha256: String::new(),
            took_ms: 0,
        })
    }
}

/// The results of a case, for the owner; a proxy carries them but does not keep them.
fn results(d: &Definition, s: &CaseState, room: &Registers) -> Vec<Document> {
    let Some(party) = owner(s) else { return Vec::new() };
    let made = s.documents.iter().filter(|x| x.document == d.result.granted);
    made.filter_map(|x| {
        let decl = d.documents.get(&x.document)?;
        Some(Document {
            id: uuid::Uuid::now_v7().to_string(),
            party,
            case: s.id,
            case_code: s.code.to_string(),
            procedure: d.code.to_string(),
            document: x.document.clone(),
            number: i64::try_from(x.number).unwrap_or(i64::MAX),
            symbol: x.symbol.clone(),
            name: decl.name.clone(),
            result_code: room.catalog.result_codes.get(d.code.as_str()).cloned().unwrap_or_default(),
            office: s.offices.decides.to_string(),
            title: s.title.clone(),
            issued_at: x.at,
            file: x.file,
            sha256: x.sha256.clone().unwrap_or_default(),
        })
    })
    .collect()
}

fn owner(s: &CaseState) -> Option<PartyId> {
    let applicant = &s.people.applicant;
    let same = s.people.owner.identifier.is_some() && s.people.owner.identifier == applicant.identifier;
    s.people.owner.party.or_else(|| applicant.party.filter(|_| same))
}
