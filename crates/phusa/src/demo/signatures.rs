//! Prepaid signatures of the demonstration: the seals of two agencies and a citizen's own key are paid by the signature, and the agencies'
//! accounts were topped up once, by transfer.

use crate::assembly::Assembled;
use anyhow::Context as _;
use identity::{Account, Directory, dev_provider::DEMO_ISSUER_KEY};
use kernel::{
    Actor, Dong,
    id::{DueId, OfficeCode, TrustProviderCode},
};
use payments::{
    ledger::{FoundBy, How, decide::Arrived},
    store::By,
};
use prepaid::purse::Holder;
use std::path::Path;

/// Whose seal is at the provider.
const OFFICES: [&str; 2] = ["H29.161", "H29.02"];
/// The citizen with a key of their own.
const CITIZEN: &str = "lan";
const FIRST: Dong = Dong(1_000_000);

fn provider() -> TrustProviderCode {
    TrustProviderCode::new("trial")
}

async fn citizen(directory: &Directory) -> anyhow::Result<Option<Account>> {
    Ok(directory.by_subject(DEMO_ISSUER_KEY, CITIZEN).await?)
}

/// The citizen, as their certificate names them.
pub async fn signer(directory: &Directory) -> anyhow::Result<Option<signing::trial::Person>> {
    let found = citizen(directory).await?;
    Ok(found.map(|a| signing::trial::Person { account: a.id, name: a.name, organisation: "Cá nhân".to_owned() }))
}

/// Which keys are paid for by the signature.
pub async fn price(folder: &Path, directory: &Directory) -> anyhow::Result<()> {
    let people: Vec<_> = citizen(directory).await?.into_iter().map(|a| a.id).collect();
    Ok(signing::trial::priced(folder, &OFFICES.map(OfficeCode::new), &people, &provider())?)
}

/// One payment into each agency's account, asked for and transferred.
pub async fn fill(house: &Assembled) -> anyhow::Result<()> {
    let system = Actor::system(house.scope.province().clone());
    let room = &house.rooms.prepaid;
    let till = &house.rooms.payments;
    for office in OFFICES {
        if room.offices.get(office).is_none() {
            continue;
        }
        let payment = DueId::new(uuid::Uuid::now_v7());
        room.ask(&system, &provider(), &Holder::Office(OfficeCode::new(office)), payment, FIRST).await?;
        let by = By { actor: &system, at: till.now() };
        let due = till.open(payment, by).await?;
        let code = due.open_try().context("no code to pay with")?;
        let arrived = Arrived {
            tx: format!("CKS{}", code.reference),
            amount: FIRST,
            at: till.now(),
            how: How::Bank,
            found_by: FoundBy::Statement,
            reference: code.reference.clone(),
            note: String::new(),
            paper: None,
        };
        till.take(&arrived, by).await?;
        // What the effect of that payment does, so that the first seals need not wait for it; told twice it counts once.
        room.ledger.topped_up(payment, FIRST, &arrived.tx, till.now()).await?;
    }
    Ok(())
}
