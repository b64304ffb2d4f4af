//! Providers: register, edit, add people.

use super::{TRIES, Written, busy, commit, missing};
use crate::{
    Showroom,
    person::{Person, Side},
    provider::{Profile, Provider, ProviderFact},
    store::{self as tables, ActError, Loaded},
    views,
};
use kernel::{Actor, id::ProviderId};

pub async fn find(s: &Showroom, id: ProviderId) -> Result<Option<Loaded<Provider>>, ActError> {
    Ok(tables::load(&s.scope, &id.to_string()).await?)
}

/// The providers whose member the actor is.
pub async fn own(s: &Showroom, actor: &Actor) -> Result<Vec<Provider>, ActError> {
    let mut all = Vec::new();
    for id in views::providers_of(&s.scope, actor.account).await? {
        all.extend(find(s, id).await?.map(|p| p.state));
    }
    Ok(all)
}

/// The provider if the actor is one of its people; for anybody else it does not exist.
pub async fn owned(s: &Showroom, actor: &Actor, id: ProviderId) -> Result<Provider, ActError> {
    find(s, id).await?.map(|p| p.state).filter(|p| p.has_member(actor.account)).ok_or_else(|| missing().into())
}

/// Registers a provider; the actor is its first member. The same id sent twice is the same provider.
pub async fn register(s: &Showroom, actor: &Actor, id: ProviderId, profile: Profile) -> Result<Provider, ActError> {
    let entry = tables::entry(actor, Side::Provider, s.now(), ProviderFact::Registered { id, profile });
    let Some(after) = Provider::evolve(None, &entry.fact, &entry.by, entry.at) else { return Err(missing().into()) };
    let mut batch = s.scope.batch();
    tables::put_provider(&mut batch, 1, &entry, &after);
    match commit(&s.scope, batch).await? {
        Written::Done => Ok(after),
        Written::Again => owned(s, actor, id).await,
    }
}

pub async fn edit(s: &Showroom, actor: &Actor, id: ProviderId, profile: Profile) -> Result<Provider, ActError> {
    owned(s, actor, id).await?;
    change(s, actor, id, ProviderFact::Edited { profile }).await
}

/// Lets another account work for the provider.
pub async fn add_member(s: &Showroom, actor: &Actor, id: ProviderId, member: Person) -> Result<Provider, ActError> {
    owned(s, actor, id).await?;
    change(s, actor, id, ProviderFact::Joined { member }).await
}

async fn change(s: &Showroom, actor: &Actor, id: ProviderId, fact: ProviderFact) -> Result<Provider, ActError> {
    for _ in 0..TRIES {
        let Some(before) = find(s, id).await? else { return Err(missing().into()) };
        let entry = tables::entry(actor, Side::Provider, s.now(), fact.clone());
        let Some(after) = Provider::evolve(Some(before.state), &entry.fact, &entry.by, entry.at) else { return Err(missing().into()) };
        let mut batch = s.scope.batch();
        tables::put_provider(&mut batch, before.version + 1, &entry, &after);
        if let Written::Done = commit(&s.scope, batch).await? {
            return Ok(after);
        }
    }
    Err(busy())
}
