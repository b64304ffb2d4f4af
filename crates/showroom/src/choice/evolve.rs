//! The state after a fact. Total: a fact in the journal happened.

use super::{Advised, Choice, ChoiceEntry, Decided, Declaration, Fact, Note, Quote, Shortlisted, Stage};
use crate::rank::Weights;

pub fn evolve(before: Option<Choice>, e: &ChoiceEntry) -> Option<Choice> {
    if let Fact::Opened { id, enterprise, enterprise_name, title, need } = &e.fact {
        return Some(Choice {
            id: *id,
            enterprise: *enterprise,
            enterprise_name: enterprise_name.clone(),
            title: title.clone(),
            stage: Stage::Open,
            need: (**need).clone(),
            weights: Weights::new(),
            advices: Vec::new(),
            shortlist: Vec::new(),
            demos: Vec::new(),
            quotes: Vec::new(),
            calls: Vec::new(),
            declarations: Vec::new(),
            decision: None,
            opened_at: e.at,
            changed_at: e.at,
        });
    }
    let mut c = before?;
    c.changed_at = e.at;
    let (by, at) = (e.by.clone(), e.at);
    match e.fact.clone() {
        Fact::Opened { .. } => {}
        Fact::NeedChanged { need } => {
            // Weights of gaps that are gone mean nothing any more.
            c.weights.retain(|code, _| code.strip_prefix("gap:").is_none_or(|kind| need.gaps.iter().any(|g| g.kind == kind)));
            c.need = *need;
        }
        Fact::WeightsChanged { weights } => c.weights = weights,
        Fact::Advised { id, digest, best } => c.advices.push(Advised { id, digest, best, by, at }),
        Fact::Shortlisted { candidate, reason } => {
            c.shortlist.push(Shortlisted { candidate, reason, by, at });
            c.stage = Stage::Comparing;
        }
        Fact::TakenOff { solution, .. } => {
            c.shortlist.retain(|s| s.candidate.solution != solution);
            if c.shortlist.is_empty() {
                c.stage = Stage::Open;
            }
        }
        Fact::Declared { providers, text, role } => c.declarations.push(Declaration { providers, text, role, by, at }),
        Fact::DemoNoted { solution, on, with, text, role } => c.demos.push(Note { solution, on, with, text, role, by, at }),
        Fact::ReferenceCalled { solution, on, with, text, role } => c.calls.push(Note { solution, on, with, text, role, by, at }),
        Fact::Quoted { solution, amount, valid_until, note } => c.quotes.push(Quote { solution, amount, valid_until, note, by, at }),
        Fact::Decided { solution, reason } => {
            c.decision = Some(Decided { solution, reason, by, at });
            c.stage = Stage::Decided;
        }
        Fact::Reopened { .. } => {
            c.decision = None;
            c.stage = if c.shortlist.is_empty() { Stage::Open } else { Stage::Comparing };
        }
        Fact::Abandoned { .. } => c.stage = Stage::Abandoned,
    }
    Some(c)
}
