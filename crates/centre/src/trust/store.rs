//! Draws of the random re-check: one journal entry and the state, in one batch.

use super::draw::{Draw, DrawEvent, DrawId};
use kernel::Actor;
use store::{Batch, NewEntry, Scope, StoreError, values};

pub fn write(batch: &mut Batch, after: &Draw, event: &DrawEvent, actor: &Actor) {
    let (stream, version) = (after.id.to_string(), after.version);
    // These types hold no map with keys that are not text and no number that JSON lacks.
    let json = |value: serde_json::Result<String>| value.unwrap_or_default();
    batch.append(NewEntry {
        stream: stream.clone(),
        version,
        kind: event.kind().to_owned(),
        at: after.changed_at,
        actor: actor.account.to_string(),
        on_behalf: None,
        key: None,
        payload: json(serde_json::to_string(event)),
    });
    batch.snapshot(&stream, version - 1, version, "recheck", json(serde_json::to_string(after)));
}

pub async fn load(scope: &Scope, id: DrawId) -> Result<Option<Draw>, StoreError> {
    crate::store::load(scope, &id.to_string()).await
}

/// The newest draws first: their ids begin with the time. A range of the primary key.
pub async fn newest(scope: &Scope, limit: i64) -> Result<Vec<Draw>, StoreError> {
    let sql = "SELECT state FROM snapshot WHERE province = $1 AND stream >= 'draw_' AND stream < 'draw`' ORDER BY stream DESC LIMIT $2";
    scope.query(sql, values![limit]).await?.iter().map(|r| r.json("state")).collect()
}
