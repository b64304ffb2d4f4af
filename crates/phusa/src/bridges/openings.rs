//! Who saw whose data, between the rooms: what the room of public services shows is kept by the room of personal data, which asks
//! the room of base data for the questions it kept.

use async_trait::async_trait;
use casework::Found;
use kernel::{Actor, Instant, Text, id::PartyId};
use privacy::{
    Privacy,
    looks::{Looks, Seen, Told},
    opening::Shown,
};
use registers::Registers;
use services::openings::{Openings, What};
use store::{Scope, StoreError};

/// Keeps openings.
pub struct Kept(pub Privacy);

fn shown(what: What<'_>) -> Shown<'_> {
    let detail = match what {
        What::File(name) => name,
        _ => "",
    };
    Shown { what: what.code(), detail }
}

#[async_trait]
impl Openings for Kept {
    async fn opened(&self, actor: &Actor, found: &Found, what: What<'_>) -> Result<(), StoreError> {
        self.0.opened(actor, found, shown(what)).await
    }
    async fn listed(&self, actor: &Actor, codes: &[&str], what: What<'_>) -> Result<(), StoreError> {
        self.0.listed(actor, codes, shown(what)).await
    }
}

/// Questions put to databases of the State, and entries of the journal that an auditor opened.
pub struct Asked(pub Registers);

#[async_trait]
impl Looks for Asked {
    async fn page(&self, personal_number: &str, before: (Instant, &str), case: Option<&str>, limit: i64) -> Result<Vec<Seen>, StoreError> {
        let told = self.0.looks_told(personal_number, before, case, limit).await?;
        Ok(told
            .into_iter()
            .map(|t| Seen {
                code: t.look.code.unwrap_or(t.look.asked.dossier),
                id: t.look.asked.id,
                at: t.look.asked.at,
                account: t.look.asked.actor,
                name: t.look.asked.actor_name,
                title: String::new(),
                office: t.look.asked.office,
                what: t.database,
                parts: t.fields,
                why: t.look.asked.purpose,
                answer: t.answer,
                emergency: false,
            })
            .collect())
    }
}

/// What a person was told on the portal.
pub struct Portal(pub Scope);

#[async_trait]
impl Told for Portal {
    async fn page(&self, party: PartyId, before: Instant, limit: i64) -> Result<Vec<(Instant, String, Text)>, StoreError> {
        let list = services::notices::page(&self.0, party, before, limit).await?;
        Ok(list.into_iter().map(|n| (n.at, n.code, n.said)).collect())
    }
}
