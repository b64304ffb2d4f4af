//! Prepaid signatures are paid for in the room of payments: a payment into an account is a due without a case, and what comes for it
//! goes into the account book.

use async_trait::async_trait;
use kernel::{
    Dong, Instant, Text,
    id::{CaseCode, DueId, OfficeCode},
};
use payments::{
    Payments,
    acts::ActError,
    cases::{Cases, Engine, NotTold},
    catalog::MoneyKind,
    ledger::{Asked, Credit, Due},
};
use prepaid::{Ledger, Till, TopUp};
use records::Failure;

/// Where accounts of signatures are paid into.
pub struct SignatureTill(pub Payments);

#[async_trait]
impl Till for SignatureTill {
    async fn ask(&self, wanted: &TopUp) -> Result<(), Failure> {
        let s = &self.0;
        // A person's own payment is no office's to work on: only who looks after the whole province sees it.
        let office = wanted.office.clone().unwrap_or_else(|| OfficeCode::new(s.scope.province().as_str()));
        let asked = Asked {
            id: wanted.payment,
            case: None,
            case_code: CaseCode::new(""),
            office,
            procedure: String::new(),
            kind: MoneyKind::Signatures,
            code: wanted.payment.to_string(),
            name: wanted.name.clone(),
            amount: wanted.amount,
            before: String::new(),
            why: Text::new(format!("Nạp trước để ký số tại {}", wanted.provider.vi), format!("Paid in advance for signatures at {}", wanted.provider.en)),
            basis: None,
            notice: None,
            payer: wanted.payer.clone(),
            parties: if wanted.office.is_some() { Vec::new() } else { wanted.party.into_iter().collect() },
            refundable: true,
        };
        match s.ask(&asked, s.now()).await {
            Ok(_) => Ok(()),
            Err(ActError::Refused(r)) => Err(r.into()),
            Err(ActError::Store(e)) => Err(e.into()),
        }
    }

    fn address(&self, payment: DueId) -> String {
        format!("/payments/{payment}")
    }
}

/// What is paid is told to whom it was owed: a case, or the account book of signatures.
pub struct Dues {
    pub cases: Engine,
    pub signatures: Ledger,
}

fn told(done: Result<(), Failure>) -> Result<(), NotTold> {
    done.map_err(|failure| match failure {
        Failure::Refused(r) if r.code == "changed-meanwhile" => NotTold::ForNow(r.to_string()),
        Failure::Refused(r) => NotTold::Refused(r),
        Failure::Internal(e) => NotTold::ForNow(format!("{e:#}")),
    })
}

#[async_trait]
impl Cases for Dues {
    async fn settle(&self, due: &Due, credit: &Credit, now: Instant) -> Result<(), NotTold> {
        match due.kind {
            MoneyKind::Signatures => told(self.signatures.topped_up(due.id, credit.amount, &credit.tx, now).await),
            _ => self.cases.settle(due, credit, now).await,
        }
    }
    async fn refunded(&self, due: &Due, key: &str, amount: Dong, reference: &str, reason: &str, now: Instant) -> Result<(), NotTold> {
        match due.kind {
            MoneyKind::Signatures => told(self.signatures.withdrawn(due.id, amount, reference, now).await),
            _ => self.cases.refunded(due, key, amount, reference, reason, now).await,
        }
    }
    async fn waived(&self, due: &Due, reason: &str, now: Instant) -> Result<(), NotTold> {
        match due.kind {
            // Nobody waives what is not owed to them; the amount simply never comes.
            MoneyKind::Signatures => Ok(()),
            _ => self.cases.waived(due, reason, now).await,
        }
    }
}
