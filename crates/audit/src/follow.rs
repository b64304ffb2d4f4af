//! Follows the journal: one row per entry, by which it is found again.

use crate::{Audit, model::Found, store as tables, views, words};
use ::store::{Batch, Scope, StoreError, consumer::{Consumer, Follow}, journal::Entry};
use kernel::{Instant, id::AccountId};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub struct Followed(pub Audit);

pub fn consumer(room: &Audit) -> Consumer {
    Consumer::new(room.scope.clone(), "audit", Arc::new(Followed(room.clone())))
}

const CASE: &str = "case_";

#[async_trait::async_trait]
impl Follow for Followed {
    async fn follow(&self, scope: &Scope, entries: &[Entry], _now: Instant) -> Result<Batch, StoreError> {
        let mut batch = scope.batch();
        let read: Vec<Value> = entries.iter().map(|e| serde_json::from_str(&e.payload).unwrap_or_default()).collect();
        let codes = codes(scope, &mut batch, entries, &read).await?;
        let mut known: BTreeMap<String, Option<Somebody>> = BTreeMap::new();
        let mut kinds = BTreeSet::new();
        let mut people: BTreeMap<&str, Found> = BTreeMap::new();
        for (entry, payload) in entries.iter().zip(&read) {
            // What names its author is believed; only the others are looked up.
            if payload.pointer("/by/name").is_none() && payload.get("actor_name").is_none() && !known.contains_key(&entry.actor) {
                known.insert(entry.actor.clone(), self.somebody(&entry.actor).await?);
            }
            let somebody = known.get(&entry.actor).and_then(Option::as_ref);
            let (name, office) = who(entry, payload, somebody);
            let case_code = codes.get(entry.stream.as_str()).cloned().or_else(|| mentioned(payload, &codes));
            let row = Found {
                seq: entry.seq,
                at: entry.at,
                kind: entry.kind.clone(),
                stream: entry.stream.clone(),
                version: entry.version,
                account: entry.actor.clone(),
                name,
                office,
                case_code,
            };
            tables::derived(&mut batch, &row);
            if kinds.insert(&entry.kind) {
                tables::kind(&mut batch, &entry.kind);
            }
            if !row.name.is_empty() {
                people.insert(&entry.actor, row);
            }
        }
        for person in people.values() {
            let before = views::person(scope, &person.account).await?;
            if before.is_none_or(|(name, office)| name != person.name || office != person.office) {
                tables::person(&mut batch, person);
            }
        }
        Ok(batch)
    }
}

/// An account's name, and the offices of its posts with their times.
struct Somebody {
    name: String,
    posts: Vec<(Instant, Option<Instant>, String)>,
}

impl Followed {
    async fn somebody(&self, actor: &str) -> Result<Option<Somebody>, StoreError> {
        let Ok(id) = actor.parse::<AccountId>() else { return Ok(None) };
        let directory = self.0.identity.directory();
        let Some(account) = directory.account(id).await? else { return Ok(None) };
        let posts = directory.posts(id).await?.into_iter().map(|p| (p.valid_from, p.valid_to, p.office.to_string())).collect();
        Ok(Some(Somebody { name: account.name, posts }))
    }
}

/// Name and office of who acted: as the entry itself says, otherwise as the directory knows them at that time.
fn who(entry: &Entry, payload: &Value, known: Option<&Somebody>) -> (String, String) {
    let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
    let system = entry.actor.parse::<AccountId>().is_ok_and(|a| a.uuid().is_nil());
    let name = text("/by/name").or_else(|| text("/actor_name")).or_else(|| known.map(|k| k.name.clone()));
    let name = name.unwrap_or_else(|| if system { "Hệ thống".to_owned() } else { String::new() });
    let in_post = |k: &Somebody| k.posts.iter().find(|(from, to, _)| *from <= entry.at && to.is_none_or(|t| t > entry.at)).map(|p| p.2.clone());
    let office = text("/by/office").or_else(|| text("/actor_name").and_then(|_| text("/office"))).or_else(|| known.and_then(in_post));
    (name, office.unwrap_or_default())
}

/// Codes of the cases that these entries are of or speak of, by stream. Codes given in these entries are kept for later ones.
async fn codes(scope: &Scope, batch: &mut Batch, entries: &[Entry], read: &[Value]) -> Result<BTreeMap<String, String>, StoreError> {
    let mut codes = BTreeMap::new();
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for (entry, payload) in entries.iter().zip(read) {
        if entry.stream.starts_with(CASE) {
            let given = payload.pointer("/changes/0/code").and_then(Value::as_str).filter(|_| entry.version == 1);
            match given {
                Some(code) => {
                    tables::stream(batch, &entry.stream, code);
                    codes.insert(entry.stream.clone(), code.to_owned());
                }
                None => {
                    wanted.insert(entry.stream.clone());
                }
            }
        } else {
            words::each_text(payload, &mut |text| {
                if text.starts_with(CASE) && text.len() == CASE.len() + 32 {
                    wanted.insert(text.to_owned());
                }
            });
        }
    }
    wanted.retain(|w| !codes.contains_key(w));
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    codes.extend(views::codes(scope, &wanted).await?);
    Ok(codes)
}

/// The first case that a payload speaks of, by its code or by its id.
fn mentioned(payload: &Value, codes: &BTreeMap<String, String>) -> Option<String> {
    let mut first = None;
    words::each_text(payload, &mut |text| {
        if first.is_none() {
            first = if words::is_case_code(text) { Some(text.to_owned()) } else { codes.get(text).cloned() };
        }
    });
    first
}
