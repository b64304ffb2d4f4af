//! What this room asks of the case: take a payment, a refund, a waiver. Always by an act of the flow, never by a table.

use crate::ledger::{Credit, Due};
use async_trait::async_trait;
use casework::{Act, Desk, DeskError, Once};
use kernel::{Actor, Dong, Instant, Refusal, id::CaseId};
use serde_json::{Value, json};

/// Why the case did not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotTold {
    /// By its rules: it will not do it later either.
    Refused(Refusal),
    /// The store did not answer: try again.
    ForNow(String),
}

#[async_trait]
pub trait Cases: Send + Sync + 'static {
    /// The due is paid. Bears being told twice.
    async fn settle(&self, due: &Due, credit: &Credit, now: Instant) -> Result<(), NotTold>;
    async fn refunded(&self, due: &Due, key: &str, amount: Dong, reference: &str, reason: &str, now: Instant) -> Result<(), NotTold>;
    async fn waived(&self, due: &Due, reason: &str, now: Instant) -> Result<(), NotTold>;
}

/// The cases of the engine.
#[derive(Clone)]
pub struct Engine(pub Desk);

impl Engine {
    async fn perform(&self, case: Option<CaseId>, act: &str, key: String, input: Value, now: Instant) -> Result<(), NotTold> {
        let Some(case) = case else { return Ok(()) };
        let actor = Actor::system(self.0.scope().province().clone());
        let once = Once { key, request: input.to_string() };
        let act = Act { act: act.to_owned(), input };
        match self.0.perform(&actor, case, &act, now, Some(once), None).await {
            Ok(_) => Ok(()),
            // Somebody worked on the case at the same moment.
            // The same payment, refund or waiver, told before.
            Err(DeskError::Refused(r)) if matches!(r.code.as_str(), "already-settled" | "already-refunded") => Ok(()),
            Err(DeskError::Refused(r)) if r.code == "changed-meanwhile" => Err(NotTold::ForNow(r.to_string())),
            Err(DeskError::Refused(r)) => Err(NotTold::Refused(r)),
            Err(DeskError::Store(e)) => Err(NotTold::ForNow(e.to_string())),
        }
    }
}

#[async_trait]
impl Cases for Engine {
    async fn settle(&self, due: &Due, credit: &Credit, now: Instant) -> Result<(), NotTold> {
        let input = json!({
            "due": due.code,
            "amount": credit.amount,
            "reference": credit.tx,
            "how": match credit.how { crate::ledger::How::Portal => "gateway", how => how.code() },
            "online": credit.how.online() > 0,
            "at": credit.at,
        });
        self.perform(due.case, "settle_due", format!("settle/{}/{}", due.id, credit.tx), input, now).await
    }
    async fn refunded(&self, due: &Due, key: &str, amount: Dong, reference: &str, reason: &str, now: Instant) -> Result<(), NotTold> {
        let input = json!({"due": due.code, "amount": amount, "reference": reference, "reason": reason});
        self.perform(due.case, "refund_due", format!("refund/{}/{key}", due.id), input, now).await
    }
    async fn waived(&self, due: &Due, reason: &str, now: Instant) -> Result<(), NotTold> {
        let input = json!({"due": due.code, "reason": reason});
        self.perform(due.case, "waive_due", format!("waive/{}", due.id), input, now).await
    }
}
