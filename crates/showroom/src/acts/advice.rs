//! Advice made, stored with everything it was made of, and made again.

use super::{TRIES, Written, busy, choices, commit};
use crate::{
    Showroom,
    catalog::RankRules,
    choice::{ChoiceEntry, Context, Fact, decide, evolve},
    ids::{AdviceId, fresh},
    person::Person,
    rank::{Advice, Facts, Need, Shelf, Weights, recommend},
    store::{self as tables, ActError},
    views,
};
use kernel::{Actor, id::ChoiceId, time::Date};
use std::sync::{
    Arc, PoisonError,
    atomic::{AtomicBool, Ordering},
};

/// The shelf of one day and state of the catalogue, with its text as stored.
#[derive(Clone)]
pub struct OnShelf {
    stamp: i64,
    pub shelf: Arc<Shelf>,
    text: Arc<str>,
    sha256: Arc<str>,
    /// The text is stored: the next advice need not send it again.
    stored: Arc<AtomicBool>,
}

/// An advice that was made.
#[derive(Debug, Clone)]
pub struct Made {
    pub id: AdviceId,
    pub advice: Advice,
}

/// An advice that was made again.
#[derive(Debug, Clone)]
pub struct Rerun {
    pub stored: views::StoredAdvice,
    /// The whole of it, with everything that was filtered.
    pub advice: Advice,
    /// The new run has the digest of the old.
    pub same: bool,
}

/// Everything on the shelf today. Read again only when something on it has changed or the day has.
pub async fn shelf(s: &Showroom, on: Date) -> Result<OnShelf, ActError> {
    let stamp = views::shelf_stamp(&s.scope).await?;
    let kept = s.0.shelf.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(kept) = kept.filter(|k| k.stamp == stamp && k.shelf.on == on) {
        return Ok(kept);
    }
    let facts = views::shelf(&s.scope, on).await?;
    let text = tables::json(&facts);
    let made = OnShelf {
        stamp,
        shelf: Arc::new(Shelf::new(&facts, &s.catalog.rules, on)),
        sha256: tables::sha256(&text).into(),
        text: text.into(),
        stored: Arc::default(),
    };
    *s.0.shelf.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
    Ok(made)
}

/// Advice for a need without a choice: nothing is stored.
pub async fn preview(s: &Showroom, need: &Need, weights: &Weights, seed: u64) -> Result<Advice, ActError> {
    let on = s.now().date();
    Ok(recommend(&shelf(s, on).await?.shelf, &s.catalog.rules, need, weights, seed))
}

/// Makes advice for a choice and stores it with need, weights, rules, shelf and seed.
pub async fn advise(s: &Showroom, actor: &Actor, choice: ChoiceId) -> Result<Made, ActError> {
    advise_with(s, actor, choice, uuid::Uuid::new_v4().as_u64_pair().1).await
}

/// [`advise`] with a given seed, for demonstrations and tests.
pub async fn advise_with(s: &Showroom, actor: &Actor, id: ChoiceId, seed: u64) -> Result<Made, ActError> {
    for _ in 0..TRIES {
        let choices::Found { choice, standing, version } = choices::find(s, actor, id).await?;
        let (by, at) = (Person::from(actor), s.now());
        let on_shelf = shelf(s, at.date()).await?;
        let advice = recommend(&on_shelf.shelf, &s.catalog.rules, &choice.need, &choice.weights, seed);
        let made = Made { id: fresh(), advice };
        let fact = Fact::Advised { id: made.id, digest: made.advice.digest(), best: made.advice.shown.first().map(|e| e.solution) };
        decide(&choice, &fact, &Context { at, by: &by, role: standing.role })?;
        let entry = ChoiceEntry { at, by, side: choices::side(standing.role), fact };
        let Some(after) = evolve(Some(choice), &entry) else { return Err(super::missing().into()) };
        let mut batch = s.scope.batch();
        tables::put_choice(&mut batch, version + 1, &entry, &after);
        if !on_shelf.stored.load(Ordering::Acquire) {
            tables::put_input(&mut batch, &on_shelf.sha256, &on_shelf.text);
        }
        let rules = tables::json(&*s.catalog.rules);
        let rules_sha256 = tables::sha256(&rules);
        tables::put_input(&mut batch, &rules_sha256, &rules);
        tables::put_advice(&mut batch, made.id, &after, at, (&on_shelf.sha256, &rules_sha256), &made.advice);
        if let Written::Done = commit(&s.scope, batch).await? {
            on_shelf.stored.store(true, Ordering::Release);
            return Ok(made);
        }
    }
    Err(busy())
}

/// Makes a stored advice again from its stored inputs alone: today's catalogue and shelf play no part.
pub async fn rerun(s: &Showroom, id: AdviceId) -> Result<Option<Rerun>, ActError> {
    let Some(stored) = views::advice(&s.scope, id).await? else { return Ok(None) };
    let rules: RankRules = views::advice_input(&s.scope, &stored.rules).await?;
    let facts: Vec<Facts> = views::advice_input(&s.scope, &stored.shelf).await?;
    let advice = recommend(&Shelf::new(&facts, &rules, stored.on), &rules, &stored.need, &stored.weights, stored.seed);
    let same = advice.digest() == stored.digest;
    Ok(Some(Rerun { stored, advice, same }))
}
