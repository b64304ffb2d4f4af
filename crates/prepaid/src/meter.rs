//! The account book as the keys see it: one signature is held before it is asked for, and settled by the answer.

use crate::{
    Ledger,
    purse::{
        Holder, Purse, PurseEvent,
        decide::{self, About, Short},
        purse_id,
    },
};
use async_trait::async_trait;
use kernel::{Actor, Instant, Refusal};
use records::{Author, Failure};
use signing::{
    Failed,
    meter::{Hold, Meter, Outcome, Payer, Use},
};

/// What is said of an attempt that a new attempt finds unsettled.
const CUT_SHORT: &str = "Lần ký trước bị ngắt giữa chừng, chưa rõ nhà cung cấp đã ký hay chưa";
/// How often a change is begun again while others keep changing the same account.
const ROUNDS: usize = 20;

impl Ledger {
    fn system(&self, at: Instant) -> Author {
        Author::new(&Actor::system(self.scope.province().clone()), at)
    }

    /// Changes an account, patiently: signatures of one agency are made side by side.
    pub(crate) async fn patiently(
        &self,
        id: kernel::id::PurseId,
        by: &Author,
        decide: impl Fn(Option<&Purse>) -> Result<Option<PurseEvent>, Refusal>,
    ) -> Result<Purse, Failure> {
        let mut last = Failure::Refused(records::busy());
        for _ in 0..ROUNDS {
            match records::change::<Purse>(&self.scope, &id.to_string(), by, &decide).await {
                Err(Failure::Refused(r)) if r.code == "changed-meanwhile" => last = Failure::Refused(r),
                done => return done,
            }
        }
        Err(last)
    }

    async fn held(&self, wanted: &Use) -> Result<Hold, Failed> {
        let holder = match &wanted.payer {
            Payer::Office(office) => Holder::Office(office.clone()),
            Payer::Person(account) => Holder::Person(*account),
        };
        let id = purse_id(&wanted.provider, &holder);
        let by = self.system(wanted.at);
        let about = About { reference: &wanted.reference, serial: &wanted.serial, person: wanted.person, at: wanted.at };
        let unpaid = || Failed::Unpaid { provider: self.provider_name(&wanted.provider).vi };
        self.patiently(id, &by, |p| Ok(if p.is_none() { Some(decide::open(&wanted.provider, &holder)) } else { None })).await.map_err(store_failed)?;
        self.patiently(id, &by, |p| Ok(p.and_then(|p| decide::abandoned(p, &wanted.reference, CUT_SHORT)))).await.map_err(store_failed)?;
        // Which line it became is known from the decision that was written.
        let number = std::sync::atomic::AtomicU64::new(0);
        let short = std::sync::OnceLock::new();
        let held = self.patiently(id, &by, |p| {
            let p = p.ok_or_else(records::gone)?;
            match decide::hold(p, &self.catalog, &about) {
                Ok(event) => {
                    number.store(p.next, std::sync::atomic::Ordering::Relaxed);
                    Ok(Some(event))
                }
                Err(why) => {
                    let _ = short.set(why);
                    Err(Refusal::conflict("short", "", ""))
                }
            }
        });
        match (held.await, short.get()) {
            (Ok(_), _) => Ok(Hold { purse: id, number: number.into_inner() }),
            (Err(Failure::Refused(r)), Some(why)) if r.code == "short" => {
                if *why == Short::NoPrice {
                    tracing::error!(provider = %wanted.provider, "no price for a signature on this day: catalog/signing/providers.yaml");
                }
                Err(unpaid())
            }
            (Err(failure), _) => Err(store_failed(failure)),
        }
    }
}

fn store_failed(failure: Failure) -> Failed {
    Failed::Unreachable(format!("prepaid signatures: {failure}"))
}

#[async_trait]
impl Meter for Ledger {
    async fn hold(&self, wanted: &Use) -> Result<Hold, Failed> {
        self.held(wanted).await
    }

    async fn settle(&self, hold: Hold, outcome: Outcome, at: Instant) -> Result<(), Failed> {
        let number = hold.number;
        let event = match outcome {
            Outcome::Signed => PurseEvent::Charged { number },
            Outcome::Unsigned(why) => PurseEvent::Released { number, why },
            Outcome::Unclear(why) => PurseEvent::Doubted { number, why },
        };
        let by = self.system(at);
        self.patiently(hold.purse, &by, |p| Ok(p.and_then(|p| decide::settle(p, number, event.clone())))).await.map_err(store_failed)?;
        Ok(())
    }
}
