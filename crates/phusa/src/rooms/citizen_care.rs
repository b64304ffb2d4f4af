//! The room of care for the citizen put together.

use super::Foundations;
use ::citizen_care::{
    Care, Inner,
    inbox::{Inbox, Told},
    offer::{Allowed, Drafts, Known, People},
    notice::heard::{EFFECT, Hear},
};
use identity::Identity;
use kernel::{Actor, Instant, Refusal, id::PartyId};
use serde_json::Value;
use std::sync::Arc;
use store::{Scope, StoreError, consumer::Consumer, effects::Handler};

/// The portal's own list, which the room of public services keeps.
struct Portal(Scope);

#[async_trait::async_trait]
impl Inbox for Portal {
    async fn page(&self, party: PartyId, before: Instant, limit: i64) -> Result<Vec<Told>, StoreError> {
        let list = services::notices::page(&self.0, party, before, limit).await?;
        Ok(list.into_iter().map(|n| Told { at: n.at, code: n.code, said: n.said }).collect())
    }
    async fn since(&self, party: PartyId, after: Instant, bound: i64) -> Result<i64, StoreError> {
        services::notices::since(&self.0, party, after, bound).await
    }
}

/// Everybody with an account of their own.
struct Citizens(Arc<Identity>);

/// People in one part.
const PART: u32 = 500;

#[async_trait::async_trait]
impl People for Citizens {
    async fn page(&self, after: Option<String>) -> anyhow::Result<(Vec<Known>, Option<String>)> {
        let after = after.map(|a| a.parse()).transpose().map_err(|_| anyhow::anyhow!("not a place in the directory"))?;
        let accounts = self.0.directory().page(after, PART).await?;
        let next = accounts.last().filter(|_| u32::try_from(accounts.len()).is_ok_and(|n| n == PART)).map(|a| a.id.to_string());
        let people = accounts.into_iter().filter(|a| a.disabled_at.is_none() && a.party.is_some());
        let known = people.map(|a| Known { party: a.party, name: a.name, personal_number: a.personal_number, phone: a.phone, email: a.email, birthdate: a.birthdate });
        Ok((known.collect(), next))
    }
}

/// Drafts of the room of public services.
struct Prepared(services::Services);

#[async_trait::async_trait]
impl Drafts for Prepared {
    async fn begin(&self, actor: &Actor, procedure: &str, answers: Value, now: Instant) -> Result<String, casework::DeskError> {
        let definition = self.0.desk.rules().definitions.current(procedure, now.date()).cloned();
        let gone = || Refusal::conflict("not-in-force", format!("Thủ tục {procedure} không còn hiệu lực"), format!("Procedure {procedure} is no longer in force"));
        let definition = definition.ok_or_else(gone)?;
        let draft = services::drafts::create(self.0.desk.scope(), actor, &definition, answers, now).await?;
        Ok(format!("/drafts/{}", draft.id))
    }
}

/// The purpose of `catalog/privacy` under which services are offered.
const OFFERS: &str = "proactive-services";

/// What people said of that purpose.
struct Purposes(::privacy::Privacy);

#[async_trait::async_trait]
impl Allowed for Purposes {
    async fn offers(&self, party: PartyId) -> Result<bool, StoreError> {
        self.0.allows(party, OFFERS).await
    }
}

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Care> {
    Ok(Care(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        desk: f.services.desk.clone(),
        catalog: f.catalog.rooms.citizen_care.clone(),
        carriers: f.settings.outside.carriers.clone(),
        inbox: Arc::new(Portal(f.scope.clone())),
        people: Arc::new(Citizens(f.identity.clone())),
        drafts: Arc::new(Prepared(f.services.clone())),
        allowed: Arc::new(Purposes(f.privacy.clone())),
        public_url: f.settings.public_url.clone(),
    })))
}

pub fn handlers(room: &Care) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![(EFFECT, Arc::new(Hear(room.clone())))]
}

pub fn consumers(room: &Care) -> Vec<Consumer> {
    vec![::citizen_care::complaint::follow::consumer(room), ::citizen_care::offer::follow::consumer(room)]
}

pub fn start_work(room: &Care) {
    room.start_carrying();
    room.start_offering();
}
