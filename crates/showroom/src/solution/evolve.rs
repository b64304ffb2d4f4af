//! The state after a fact. Total: a fact in the journal happened, whatever today's rules say.

use super::{Appeal, AppealAnswer, Checked, Decision, Entry, Fact, Outcome, Proof, Reference, ReferenceState, Ruling, Solution, Stage, Verdict};
use std::collections::BTreeMap;

/// The next state; `None` only when a journal does not begin with its beginning.
pub fn evolve(before: Option<Solution>, e: &Entry<Fact>) -> Option<Solution> {
    if let Fact::Begun { id, provider, provider_name, listing } = &e.fact {
        return Some(Solution {
            id: *id,
            provider: *provider,
            provider_name: provider_name.clone(),
            stage: Stage::Draft,
            listing: (**listing).clone(),
            pending: None,
            proofs: Vec::new(),
            references: Vec::new(),
            checks: BTreeMap::new(),
            officer: None,
            submitted_at: None,
            listed_at: None,
            decision: None,
            appeal: None,
            outcomes: Vec::new(),
            changed_at: e.at,
        });
    }
    let mut s = before?;
    s.changed_at = e.at;
    match &e.fact {
        Fact::Begun { .. } => {}
        Fact::Described { listing } if s.stage == Stage::Draft => s.listing = (**listing).clone(),
        Fact::Described { listing } => s.pending = Some((**listing).clone()),
        Fact::ProofAdded { proof } => s.proofs.push(Proof { new: proof.clone(), added_at: e.at, verdict: None }),
        Fact::ProofRemoved { proof } => s.proofs.retain(|p| p.new.id != *proof),
        Fact::ProofChecked { proof, accepted, reason } => {
            if let Some(p) = s.proofs.iter_mut().find(|p| p.new.id == *proof) {
                p.verdict = Some(Verdict { accepted: *accepted, reason: reason.clone(), by: e.by.clone(), at: e.at });
            }
        }
        Fact::ClientInvited { reference, client, tax_code, email, sector, expires } => s.references.push(Reference {
            id: *reference,
            client: client.clone(),
            tax_code: tax_code.clone(),
            email: email.clone(),
            sector: sector.clone(),
            invited_at: e.at,
            expires: *expires,
            state: ReferenceState::Invited,
        }),
        Fact::InviteCancelled { reference } => refer(&mut s, *reference, ReferenceState::Cancelled),
        Fact::ClientAnswered { reference, answer } => refer(&mut s, *reference, ReferenceState::Answered { answer: answer.clone(), at: e.at }),
        Fact::ItemChecked { item, result, note } => {
            s.checks.insert(item.clone(), Checked { result: *result, note: note.clone(), by: e.by.clone(), at: e.at });
        }
        Fact::OutcomeRecorded { enterprise, change, kept, source } => {
            record(&mut s, Outcome { enterprise: *enterprise, change: *change, kept: *kept, source: source.clone(), at: e.at })
        }
        _ => staged(&mut s, e),
    }
    Some(s)
}

/// Facts that move the solution from stage to stage.
fn staged(s: &mut Solution, e: &Entry<Fact>) {
    match &e.fact {
        Fact::Submitted => {
            (s.stage, s.submitted_at, s.officer) = (Stage::Submitted, Some(e.at), None);
            s.checks.clear();
        }
        Fact::Taken => (s.stage, s.officer) = (Stage::Checking, Some(e.by.clone())),
        Fact::Listed => list(s, e),
        Fact::Returned { reason } => decided(s, e, Ruling::Returned, None, reason, Stage::Draft),
        Fact::ChangeAccepted => {
            if let Some(listing) = s.pending.take() {
                s.listing = listing;
            }
        }
        Fact::ChangeRefused { reason } => {
            s.pending = None;
            let stage = s.stage;
            decided(s, e, Ruling::ChangeRefused, None, reason, stage);
        }
        Fact::Suspended { rule, reason } => decided(s, e, Ruling::Suspended, Some(rule), reason, Stage::Suspended),
        Fact::Reinstated { .. } => list(s, e),
        Fact::Withdrawn { rule: Some(rule), reason } => decided(s, e, Ruling::Withdrawn, Some(rule), reason, Stage::Withdrawn),
        Fact::Withdrawn { rule: None, .. } => (s.stage, s.decision, s.appeal, s.pending) = (Stage::Withdrawn, None, None, None),
        Fact::Appealed { text, due } => s.appeal = Some(Appeal { text: text.clone(), by: e.by.clone(), at: e.at, due: *due, answer: None }),
        Fact::AppealAnswered { overturned, reason } => {
            if let Some(appeal) = &mut s.appeal {
                appeal.answer = Some(AppealAnswer { overturned: *overturned, reason: reason.clone(), by: e.by.clone(), at: e.at });
            }
            if *overturned && let Some(d) = &s.decision {
                s.stage = d.before;
            }
        }
        _ => {}
    }
}

fn list(s: &mut Solution, e: &Entry<Fact>) {
    s.stage = Stage::Listed;
    s.listed_at = s.listed_at.or(Some(e.at));
    (s.decision, s.appeal) = (None, None);
}

fn decided(s: &mut Solution, e: &Entry<Fact>, ruling: Ruling, rule: Option<&String>, reason: &str, to: Stage) {
    s.decision = Some(Decision { ruling, rule: rule.cloned(), reason: reason.to_owned(), by: e.by.clone(), at: e.at, before: s.stage });
    s.appeal = None;
    s.stage = to;
}

fn refer(s: &mut Solution, id: crate::ids::ReferenceId, state: ReferenceState) {
    if let Some(r) = s.references.iter_mut().find(|r| r.id == id) {
        r.state = state;
    }
}

/// One outcome an enterprise and source: a later measurement of the same replaces the earlier.
fn record(s: &mut Solution, outcome: Outcome) {
    s.outcomes.retain(|o| o.enterprise != outcome.enterprise || o.source != outcome.source);
    s.outcomes.push(outcome);
}
