//! The room of the auditor put together: names of acts come from the definitions of cases, the trusted key from the data folder.

use super::Foundations;
use ::audit::{Audit, Inner, check, follow, store::VERIFY};
use kernel::Text;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use store::{consumer::Consumer, effects::Handler, seal};

/// How often it is looked whether the day's verification has been asked for.
const DAILY: Duration = Duration::from_secs(600);

pub fn assemble(f: &Foundations<'_>) -> anyhow::Result<Audit> {
    let keys = f.data.join("keys");
    Ok(Audit(Arc::new(Inner {
        scope: f.scope.clone(),
        clock: f.settings.clock.clone(),
        identity: f.identity.clone(),
        words: f.catalog.rooms.audit.clone(),
        acts: acts(f),
        trusted: seal::Key::open(&keys)?.public(),
        outside: keys,
    })))
}

fn acts(f: &Foundations<'_>) -> BTreeMap<String, Text> {
    let mut acts = BTreeMap::new();
    for d in f.services.desk.rules().definitions.all() {
        acts.extend(d.acts.iter().map(|(code, act)| (format!("{}.{code}", d.kind), act.name.clone())));
    }
    acts
}

pub fn handlers(room: &Audit) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![(VERIFY, Arc::new(check::Verify(room.clone())))]
}

pub fn consumers(room: &Audit) -> Vec<Consumer> {
    vec![follow::consumer(room)]
}

pub fn start_work(room: &Audit) {
    let room = room.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(DAILY).await;
            if let Err(error) = room.ask_daily(room.now()).await {
                tracing::error!("asking for the day's verification of the journal: {error}");
            }
        }
    });
}
