//! The effect: everybody is told in the house, and outside by the channel they chose.

use super::{NOTICE, Notice, rows};
use crate::Meetings;
use std::sync::Arc;
use store::{
    Batch, Scope,
    effects::{Effect, Failed, Handler},
};

struct Tell(Meetings);

#[async_trait::async_trait]
impl Handler for Tell {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        let notice: Notice = effect.read()?;
        let now = self.0.now();
        let mut batch = scope.batch();
        rows::put(&mut batch, &notice, now);
        for whom in &notice.to {
            self.0.messengers.tell(&mut batch, &notice, whom, now).await.map_err(|e| Failed::ForNow(format!("{e:#}")))?;
        }
        Ok(Some(batch))
    }
}

/// What follows an act of this room, by kind of effect.
pub fn handlers(room: &Meetings) -> Vec<(&'static str, Arc<dyn Handler>)> {
    vec![(NOTICE, Arc::new(Tell(room.clone())))]
}
