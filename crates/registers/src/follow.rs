//! Follows the journal of cases: results go into their people's stores, drafts get the codes they were filed under.

use crate::{Registers, documents::Document, store as tables};
use casework::{CaseState, Change, Definition, Event};
use kernel::{Instant, id::PartyId};
use std::collections::BTreeSet;
use ::store::{Batch, Scope, StoreError, consumer::{Consumer, Follow}, journal::Entry};

const DOSSIER: &str = "dossier.";
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
            let paper = |c: &Change| matches!(c, Change::DocumentIssued { .. } | Change::DocumentFiled { .. });
            if event.changes.iter().any(paper) {
                touched.insert(&entry.stream);
            }
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
