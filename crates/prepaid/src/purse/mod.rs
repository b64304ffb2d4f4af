//! One account of prepaid signatures: money that came in, signatures held and settled.

pub mod decide;
mod rows;
#[cfg(test)]
mod tests;

use crate::catalog::HolderKind;
use kernel::{
    Dong, Instant,
    id::{AccountId, DueId, OfficeCode, PurseId, TrustProviderCode},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Holder {
    Office(OfficeCode),
    Person(AccountId),
}

impl Holder {
    pub const fn kind(&self) -> HolderKind {
        match self {
            Self::Office(_) => HolderKind::Office,
            Self::Person(_) => HolderKind::Person,
        }
    }
}

/// The id follows from provider and holder, so that two who begin at once begin the same.
pub fn purse_id(provider: &TrustProviderCode, holder: &Holder) -> PurseId {
    let mut hash = Sha256::new();
    let whose = match holder {
        Holder::Office(office) => format!("office/{office}"),
        Holder::Person(account) => account.to_string(),
    };
    for part in ["purse", provider.as_str(), &whose] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    PurseId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// `2026-11`: the month of a day in Việt Nam.
pub fn month_of(at: Instant) -> String {
    let day = at.date();
    format!("{:04}-{:02}", day.year(), day.month())
}

/// A signature that was asked for and is not settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub amount: Dong,
    pub free: bool,
    pub reference: String,
    pub serial: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<AccountId>,
    pub at: Instant,
    /// Why nobody knows whether it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purse {
    pub id: PurseId,
    pub provider: TrustProviderCode,
    pub holder: Holder,
    /// What can still be spent, in đồng.
    pub balance: Dong,
    pub held: BTreeMap<u64, Held>,
    /// Free signatures used by month; months long past are forgotten.
    pub free_used: BTreeMap<String, u32>,
    /// The number of the next line.
    pub next: u64,
    /// Payments that were asked for and have not come.
    pub asked: BTreeMap<DueId, Dong>,
    /// Payments that came in.
    pub paid: BTreeSet<DueId>,
}

/// What happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PurseEvent {
    Opened { id: PurseId, provider: TrustProviderCode, holder: Holder },
    /// Somebody wants to pay in.
    Asked { payment: DueId, amount: Dong, by_name: String },
    ToppedUp { payment: DueId, amount: Dong, transaction: String },
    /// Given back by the room of payments.
    Withdrawn { payment: DueId, amount: Dong, transaction: String },
    Held { number: u64, held: Held },
    Charged { number: u64 },
    Released { number: u64, why: String },
    Doubted { number: u64, why: String },
    /// A person has found out what became of it.
    Settled { number: u64, signed: bool, reason: String, by_name: String },
    /// A settled signature is put right after the provider's statement, by a person who says why.
    Corrected { number: u64, before: Standing, after: Standing, free: bool, held_at: Instant, reason: String, by_name: String },
}

/// How a settled signature stands: charged or given back, at which price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub charged: bool,
    pub amount: Dong,
}

impl Standing {
    /// What it takes from the balance.
    pub const fn cost(self) -> i64 {
        if self.charged { self.amount.0 } else { 0 }
    }
    /// Whether a free signature is one still.
    pub const fn stays_free(self, after: Self) -> bool {
        self.charged && after.charged && after.amount.0 == 0
    }
}

impl records::Record for Purse {
    type Event = PurseEvent;
    const KIND: &'static str = "purse";

    fn evolve(before: Option<Self>, event: &PurseEvent, at: Instant) -> Option<Self> {
        if let (None, PurseEvent::Opened { id, provider, holder }) = (&before, event) {
            let (provider, holder) = (provider.clone(), holder.clone());
            return Some(Self {
                id: *id,
                provider,
                holder,
                balance: Dong(0),
                held: BTreeMap::new(),
                free_used: BTreeMap::new(),
                next: 1,
                asked: BTreeMap::new(),
                paid: BTreeSet::new(),
            });
        }
        let mut p = before?;
        match event {
            PurseEvent::Opened { .. } => return None,
            PurseEvent::Asked { payment, amount, .. } => {
                p.asked.insert(*payment, *amount);
            }
            PurseEvent::ToppedUp { payment, amount, .. } => {
                p.asked.remove(payment);
                p.paid.insert(*payment);
                p.balance.0 += amount.0;
            }
            PurseEvent::Withdrawn { payment, amount, .. } => {
                p.paid.remove(payment);
                p.balance.0 -= amount.0;
            }
            PurseEvent::Held { number, held } => p.hold(*number, held, at),
            PurseEvent::Charged { number } => {
                p.held.remove(number)?;
            }
            PurseEvent::Released { number, .. } => p.give_back(*number)?,
            PurseEvent::Doubted { number, why } => p.held.get_mut(number)?.doubt = Some(why.clone()),
            PurseEvent::Settled { number, signed: false, .. } => p.give_back(*number)?,
            PurseEvent::Settled { number, signed: true, .. } => {
                p.held.remove(number)?;
            }
            PurseEvent::Corrected { before, after, free, held_at, .. } => p.corrected(*before, *after, *free, *held_at),
        }
        Some(p)
    }

    fn rows(batch: &mut store::Batch, before: Option<&Self>, after: &Self, event: &PurseEvent, _: i64, at: Instant) {
        rows::write(batch, before, after, event, at);
    }
}

impl Purse {
    fn hold(&mut self, number: u64, held: &Held, at: Instant) {
        self.balance.0 -= held.amount.0;
        if held.free {
            let month = month_of(held.at);
            *self.free_used.entry(month).or_default() += 1;
            // This month and the one before: a line of a month that was is settled within days.
            let floor = month_of(at.plus_seconds(-62 * 86_400));
            self.free_used.retain(|m, _| *m >= floor);
        }
        self.held.insert(number, held.clone());
        self.next = number + 1;
    }

    fn corrected(&mut self, before: Standing, after: Standing, free: bool, held_at: Instant) {
        self.balance.0 += before.cost() - after.cost();
        if free
            && before.charged
            && !before.stays_free(after)
            && let Some(used) = self.free_used.get_mut(&month_of(held_at))
        {
            *used = used.saturating_sub(1);
        }
    }

    fn give_back(&mut self, number: u64) -> Option<()> {
        let held = self.held.remove(&number)?;
        self.balance.0 += held.amount.0;
        if held.free
            && let Some(used) = self.free_used.get_mut(&month_of(held.at))
        {
            *used = used.saturating_sub(1);
        }
        Some(())
    }

    /// What is kept for signatures that are not settled.
    pub fn kept(&self) -> Dong {
        Dong(self.held.values().map(|h| h.amount.0).sum())
    }
    pub fn doubts(&self) -> impl Iterator<Item = (u64, &Held)> {
        self.held.iter().filter(|(_, h)| h.doubt.is_some()).map(|(n, h)| (*n, h))
    }
}
