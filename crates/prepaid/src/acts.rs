//! What people and the room of payments do to an account.

use crate::{
    Ledger, Prepaid, TopUp, pages,
    purse::{Holder, Purse, decide, purse_id},
    views,
};
use kernel::{
    Actor, Dong, Instant, Refusal, Text,
    id::{DueId, PurseId, TrustProviderCode},
};
use records::{Author, Failure};

impl Prepaid {
    /// Asks to pay in: an account is opened with its first payment. Where the money is paid, afterwards.
    pub async fn ask(&self, actor: &Actor, provider: &TrustProviderCode, holder: &Holder, payment: DueId, amount: Dong) -> Result<(), Failure> {
        let known = self.ledger.catalog.provider(provider).ok_or_else(pages::no_such_account)?;
        let by = Author::new(actor, self.ledger.now());
        let id = purse_id(provider, holder);
        self.ledger.patiently(id, &by, |p| Ok(if p.is_none() { Some(decide::open(provider, holder)) } else { None })).await?;
        self.ledger.patiently(id, &by, |p| decide::ask(p.ok_or_else(records::gone)?, known, payment, amount, &actor.name)).await?;
        let name = Text::new(format!("Nạp tiền chữ ký số – {}", known.name.vi), format!("Prepaid signatures – {}", known.name.en));
        let office = match holder {
            Holder::Office(office) => Some(office.clone()),
            Holder::Person(_) => None,
        };
        let payer = office.as_ref().and_then(|o| self.offices.get(o.as_str())).map_or_else(|| actor.name.clone(), |o| o.name.vi.clone());
        self.till.ask(&TopUp { payment, amount, name, provider: known.name.clone(), office, party: actor.party, payer }).await
    }

    /// Says what became of a signature in doubt.
    pub async fn resolve(&self, actor: &Actor, purse: PurseId, number: u64, signed: bool, reason: &str) -> Result<Purse, Failure> {
        let by = Author::new(actor, self.ledger.now());
        self.ledger.patiently(purse, &by, |p| decide::resolve(p.ok_or_else(records::gone)?, number, signed, reason, &actor.name)).await
    }
}

impl Ledger {
    /// A payment that was asked for has come.
    pub async fn topped_up(&self, payment: DueId, amount: Dong, transaction: &str, at: Instant) -> Result<(), Failure> {
        let id = self.purse_of(payment).await?;
        let by = Author::new(&Actor::system(self.scope.province().clone()), at);
        self.patiently(id, &by, |p| decide::top_up(p.ok_or_else(records::gone)?, payment, amount, transaction)).await?;
        Ok(())
    }

    /// A payment was given back.
    pub async fn withdrawn(&self, payment: DueId, amount: Dong, transaction: &str, at: Instant) -> Result<(), Failure> {
        let id = self.purse_of(payment).await?;
        let by = Author::new(&Actor::system(self.scope.province().clone()), at);
        self.patiently(id, &by, |p| decide::withdraw(p.ok_or_else(records::gone)?, payment, amount, transaction)).await?;
        Ok(())
    }

    async fn purse_of(&self, payment: DueId) -> Result<PurseId, Failure> {
        let found = views::purse_of_payment(&self.scope, payment).await?;
        found.ok_or_else(|| Refusal::not_found("Khoản nạp này không thuộc tài khoản chữ ký nào.", "This payment belongs to no account of signatures.").into())
    }
}
