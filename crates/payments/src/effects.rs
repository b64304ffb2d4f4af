//! What follows a change: the order at the gateway, the word to the case, the number of the receipt and its paper, the
//! money given back. Each bears being run twice.

use crate::{
    Payments,
    acts::ActError,
    cases::NotTold,
    gateway::{GatewayError, Order, RefundOrder},
    ledger::{CreditState, ProposalState, Status},
    store::{self as tables, By},
    views,
};
use ::store::{
    Batch, Scope,
    effects::{Effect, Failed, Handler},
};
use kernel::id::{DueId, PaymentId};
use serde::Deserialize;
use std::sync::Arc;

pub fn handlers(s: &Payments) -> Vec<(&'static str, Arc<dyn Handler>)> {
    let all = [tables::REGISTER, tables::SETTLE, tables::RECEIPT, tables::PRINT, tables::REFUND, tables::REFUNDED, tables::WAIVE];
    all.into_iter().map(|kind| (kind, Arc::new(Work(s.clone())) as Arc<dyn Handler>)).collect()
}

struct Work(Payments);

#[derive(Deserialize)]
struct Of {
    due: DueId,
    #[serde(default)]
    payment: Option<PaymentId>,
    #[serde(default)]
    tx: Option<String>,
    #[serde(default)]
    proposal: Option<uuid::Uuid>,
}

fn failed(e: ActError) -> Failed {
    match e {
        ActError::Store(e) => e.into(),
        ActError::Refused(r) => Failed::ForGood(r.to_string()),
    }
}
fn at_gateway(e: GatewayError) -> Failed {
    match e {
        GatewayError::ForNow(why) => Failed::ForNow(why),
        GatewayError::Refused(why) => Failed::ForGood(why),
    }
}

#[async_trait::async_trait]
impl Handler for Work {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        if self.0.scope.province() != scope.province() {
            return Err(Failed::ForNow(format!("this runner serves province {} only", self.0.scope.province())));
        }
        let of: Of = effect.read()?;
        match effect.kind.as_str() {
            tables::REGISTER => self.register(&of).await?,
            tables::SETTLE => self.settle(&of).await?,
            tables::RECEIPT => {
                self.0.issue_receipts(self.0.now()).await.map_err(failed)?;
            }
            tables::PRINT => self.print(&of).await?,
            tables::REFUND => self.refund(&of).await?,
            tables::REFUNDED => self.refunded(&of).await?,
            tables::WAIVE => self.waive(&of).await?,
            other => return Err(Failed::ForGood(format!("no work is called {other}"))),
        }
        Ok(None)
    }
}

impl Work {
    async fn due(&self, id: DueId) -> Result<crate::ledger::Due, Failed> {
        views::due(&self.0.scope, id).await?.ok_or_else(|| Failed::ForGood(format!("{id} is not there")))
    }

    /// The gateway hears of a code: without it the code is still good for any bank, and what arrives is found later.
    async fn register(&self, of: &Of) -> Result<(), Failed> {
        let Some(gateway) = &self.0.gateway else { return Ok(()) };
        let due = self.due(of.due).await?;
        let Some(t) = due.tries.iter().find(|t| Some(t.id) == of.payment) else { return Ok(()) };
        let order = Order {
            reference: t.reference.clone(),
            amount: t.amount,
            purpose: due.name.vi.clone(),
            account: t.account.clone(),
            bank: t.bank.clone(),
            expires_at: t.expires_at,
        };
        gateway.register(&order).await.map_err(at_gateway)
    }

    async fn settle(&self, of: &Of) -> Result<(), Failed> {
        let due = self.due(of.due).await?;
        let Some(credit) = of.tx.as_deref().and_then(|tx| due.credit(tx)).filter(|c| c.state == CreditState::Settles) else { return Ok(()) };
        match self.0.cases.settle(&due, credit, self.0.now()).await {
            Ok(()) => Ok(()),
            Err(NotTold::ForNow(why)) => Err(Failed::ForNow(why)),
            // The case ended meanwhile, or was paid otherwise: the money is there and waits for a person.
            Err(NotTold::Refused(why)) => {
                let system = self.0.system();
                let by = By { actor: &system, at: self.0.now() };
                let changed = self.0.change(due.id, by, |d| Ok(d.settle_refused(&credit.tx, &why.message.vi))).await;
                changed.map(|_| ()).map_err(failed)
            }
        }
    }

    async fn print(&self, of: &Of) -> Result<(), Failed> {
        let due = self.due(of.due).await?;
        let tx = of.tx.as_deref().unwrap_or_default();
        self.0.receipt_file(&due, tx).await.map(|_| ()).map_err(failed)
    }

    /// Gives money back through the gateway it came by. What came another way is paid back by a person, who then records it.
    async fn refund(&self, of: &Of) -> Result<(), Failed> {
        let due = self.due(of.due).await?;
        let Some(p) = of.proposal.and_then(|id| due.proposal(id)).filter(|p| p.state == ProposalState::Approved) else { return Ok(()) };
        let Some(credit) = p.tx.as_deref().and_then(|tx| due.credit(tx)) else { return Ok(()) };
        let (Some(gateway), crate::ledger::How::Gateway) = (&self.0.gateway, credit.how) else { return Ok(()) };
        let order = RefundOrder { id: p.id.to_string(), transaction: credit.tx.clone(), amount: p.amount, reason: p.reason.clone() };
        let reference = gateway.refund(&order).await.map_err(at_gateway)?;
        let system = self.0.system();
        let by = By { actor: &system, at: self.0.now() };
        self.0.change(due.id, by, |d| Ok(d.refund_done(p.id, &reference))).await.map(|_| ()).map_err(failed)
    }

    async fn refunded(&self, of: &Of) -> Result<(), Failed> {
        let due = self.due(of.due).await?;
        let Some(p) = of.proposal.and_then(|id| due.proposal(id)) else { return Ok(()) };
        let ProposalState::Done { reference } = &p.state else { return Ok(()) };
        match self.0.cases.refunded(&due, &p.id.to_string(), p.amount, reference, &p.reason, self.0.now()).await {
            Ok(()) => Ok(()),
            Err(NotTold::ForNow(why)) => Err(Failed::ForNow(why)),
            Err(NotTold::Refused(why)) => self.told_people("refund-not-taken", &due, &why.message.vi).await,
        }
    }

    async fn waive(&self, of: &Of) -> Result<(), Failed> {
        let due = self.due(of.due).await?;
        if due.status != Status::Waived {
            return Ok(());
        }
        match self.0.cases.waived(&due, &due.reason, self.0.now()).await {
            Ok(()) => Ok(()),
            Err(NotTold::ForNow(why)) => Err(Failed::ForNow(why)),
            Err(NotTold::Refused(why)) => self.told_people("waiver-not-taken", &due, &why.message.vi).await,
        }
    }

    /// The money is as it is; the case says otherwise, and a person has to look.
    async fn told_people(&self, kind: &str, due: &crate::ledger::Due, why: &str) -> Result<(), Failed> {
        Ok(self.0.alarm(kind, &due.id.to_string(), why, self.0.now()).await?)
    }
}
