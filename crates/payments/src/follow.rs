//! The ledger follows the cases: whatever the journal says happened to a case, its dues here are brought to what the case
//! asks for now.
//!
//! A case is read as it stands, not as the entry found it, and every change is decided against the due as it is: an entry
//! that comes late or twice changes nothing. The ids of dues follow from the case, so hearing twice makes one.

use crate::{
    Payments,
    acts::ActError,
    catalog::MoneyKind,
    ledger::{Asked, Due, Event, FoundBy, How, Status, decide::Arrived, due_id},
    store::By,
    views,
};
use ::store::{
    Batch, Scope, StoreError,
    consumer::{Consumer, Follow},
    journal::Entry,
};
use casework::{Change, DueStatus, Found, definition::FeeKind};
use kernel::{Instant, id::CaseId};
use std::{collections::BTreeSet, sync::Arc};

struct Follower(Payments);

/// The follower of the journal.
pub fn consumer(s: &Payments) -> Consumer {
    Consumer::new(s.scope.clone(), "payments", Arc::new(Follower(s.clone())))
}

#[async_trait::async_trait]
impl Follow for Follower {
    async fn follow(&self, scope: &Scope, entries: &[Entry], now: Instant) -> Result<Batch, StoreError> {
        let cases: BTreeSet<CaseId> = entries.iter().filter(|e| concerns(e)).filter_map(|e| e.stream.parse().ok()).collect();
        for case in cases {
            match self.0.follow_case(case, now).await {
                Ok(()) => {}
                Err(ActError::Store(e)) => return Err(e),
                // A refusal here would stop all others: it is shown to people instead.
                Err(ActError::Refused(r)) => self.0.alarm("follow", &case.to_string(), &r.to_string(), now).await?,
            }
        }
        Ok(scope.batch())
    }
}

/// Whether an entry can change what is owed.
fn concerns(entry: &Entry) -> bool {
    if !entry.stream.starts_with("case_") {
        return false;
    }
    let Ok(event) = entry.read::<casework::Event>() else { return false };
    event.changes.iter().any(|c| match c {
        Change::DuesAssessed { .. } | Change::DutyAsked { .. } | Change::DuePaid { .. } | Change::DueWaived { .. } | Change::DueRefunded { .. } => true,
        Change::Moved { track, .. } => track == "handling",
        _ => false,
    })
}

impl Payments {
    /// Brings the dues of a case to what it asks for now.
    pub async fn follow_case(&self, case: CaseId, now: Instant) -> Result<(), ActError> {
        let Some(found) = self.desk.load(case).await? else { return Ok(()) };
        let state = &found.state;
        let over = ended(&found);
        for due in &state.dues {
            let id = due_id(case, &due.code);
            let known = views::due(&self.scope, id).await?;
            match (due.status, known) {
                (DueStatus::Due, None) if over || due.amount.0 <= 0 => {}
                (DueStatus::Due, _) if !over => {
                    self.ask(&asked(&found, due), now).await?;
                }
                (DueStatus::Due, Some(known)) => self.stopped(&known, "Hồ sơ đã kết thúc", now).await?,
                (DueStatus::Paid, known) => self.paid_elsewhere(&found, due, known, now).await?,
                // A case that ends waives what is unpaid: that is no waiver anybody granted.
                (DueStatus::Waived, Some(known)) if over => self.stopped(&known, "Hồ sơ đã kết thúc", now).await?,
                (DueStatus::Waived, Some(known)) if known.status == Status::Owed => {
                    let system = self.system();
                    let decide = |d: &Due| Ok(if d.status == Status::Owed { vec![Event::Waived { reason: due.why.vi.clone() }] } else { Vec::new() });
                    self.change(known.id, By { actor: &system, at: now }, decide).await?;
                }
                _ => {}
            }
        }
        for row in views::of_case(&self.scope, state.code.as_str()).await? {
            let asked_for = state.dues.iter().any(|d| due_id(case, &d.code) == row.id);
            if !asked_for && row.status == Status::Owed.code() {
                let known = self.due(row.id).await?;
                self.stopped(&known, "Hồ sơ không còn yêu cầu khoản này", now).await?;
            }
        }
        Ok(())
    }

    async fn stopped(&self, due: &Due, reason: &str, now: Instant) -> Result<(), ActError> {
        let system = self.system();
        self.change(due.id, By { actor: &system, at: now }, |d| Ok(d.stop(reason))).await?;
        Ok(())
    }

    /// Paid in the case without our doing: on the national portal, or by proof of the treasury.
    async fn paid_elsewhere(&self, found: &Found, due: &casework::Due, known: Option<Due>, now: Instant) -> Result<(), ActError> {
        let Some(paid) = &due.paid else { return Ok(()) };
        if known.as_ref().is_some_and(|k| k.status != Status::Owed) || views::credit(&self.scope, &paid.reference).await?.is_some() {
            return Ok(());
        }
        self.ask(&asked(found, due), now).await?;
        let how = match paid.how.as_str() {
            "cash" => How::Cash,
            "treasury" => How::Treasury,
            "bank" => How::Bank,
            _ => How::Portal,
        };
        let system = self.system();
        let arrived = Arrived {
            tx: paid.reference.clone(),
            amount: paid.amount,
            at: paid.at,
            how,
            found_by: FoundBy::Case,
            reference: String::new(),
            note: String::new(),
            paper: None,
        };
        self.take_known(due_id(found.state.id, &due.code), &arrived, By { actor: &system, at: now }).await
    }
}

/// The case will not ask for money any more: refused at intake, stopped, or ended with a refusal.
fn ended(found: &Found) -> bool {
    let handling = found.state.track("handling");
    let closed = matches!(found.state.national(&found.definition), Some(3 | 8));
    let refused = found.state.outcome.as_ref().is_some_and(|o| o.outcome == casework::definition::Outcome::Refused);
    let done = found.definition.state("handling", handling).is_some_and(|s| s.terminal);
    closed || done || (refused && matches!(found.state.national(&found.definition), Some(9 | 10)))
}

fn asked(found: &Found, due: &casework::Due) -> Asked {
    let s = &found.state;
    let parties = [Some(&s.people.applicant), Some(&s.people.owner), s.people.proxy.as_ref()];
    let mut parties: Vec<_> = parties.into_iter().flatten().filter_map(|p| p.party).collect();
    parties.dedup();
    Asked {
        id: due_id(s.id, &due.code),
        case: Some(s.id),
        case_code: s.code.clone(),
        office: s.offices.received.clone(),
        procedure: found.definition.name.vi.clone(),
        kind: match due.kind {
            FeeKind::Fee => MoneyKind::Fee,
            FeeKind::Charge => MoneyKind::Charge,
            FeeKind::Obligation => MoneyKind::Obligation,
        },
        code: due.code.clone(),
        name: due.name.clone(),
        amount: due.amount,
        before: serde_json::to_value(due.before).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default(),
        why: due.why.clone(),
        basis: due.basis.clone(),
        notice: due.notice.clone(),
        payer: s.people.owner.name.clone(),
        parties,
        refundable: due.refundable,
    }
}
