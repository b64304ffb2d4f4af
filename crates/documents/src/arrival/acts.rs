//! One function for each change of an incoming document.

use super::{Arrival, ArrivalEvent, Entry, assign, done, enter, refuse, register};
use crate::{
    Documents,
    document::Person,
    INCOMING,
};
use kernel::{Actor, Refusal, id::ArrivalId, time::Date};
use records::{Author, Failure, busy, gone};
use numbering::Series;
use store::CommitError;

impl Documents {
    /// The incoming document, if the actor may see it.
    pub async fn arrival(&self, actor: &Actor, id: ArrivalId) -> Result<Arrival, Failure> {
        let found = records::load::<Arrival>(&self.scope, &id.to_string()).await?;
        found.map(|f| f.state).filter(|a| a.seen_by(actor, self.catalog.signing())).ok_or_else(|| gone().into())
    }

    /// Enters what came from outside, under the next number. The same form sent twice enters it once.
    pub async fn enter(&self, actor: &Actor, entry: &Entry, more: store::Batch) -> Result<Arrival, Failure> {
        let office = actor.office.clone().ok_or_else(gone)?;
        let id = entry.id.to_string();
        let _turn = self.turns.wait(&office).await;
        for _ in records::tries() {
            if let Some(found) = records::load::<Arrival>(&self.scope, &id).await? {
                return if found.state.seen_by(actor, self.catalog.signing()) { Ok(found.state) } else { Err(gone().into()) };
            }
            let by = Author::new(actor, self.now());
            let year = i64::from(by.at.date().year());
            let number = numbering::last(&self.scope, Series { office: &office, year, series: INCOMING }).await? + 1;
            let event = enter(actor, &office, entry, year, number)?;
            let mut batch = self.scope.batch();
            batch.extend(more.clone());
            let after = records::write::<Arrival>(&mut batch, &id, None, &event, &by)?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after.state),
                Err(CommitError::Conflict { label }) if records::again::<Arrival>(&label) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(busy().into())
    }

    /// Gives a delivered document its number in the register.
    pub async fn register(&self, actor: &Actor, id: ArrivalId) -> Result<Arrival, Failure> {
        let known = self.arrival(actor, id).await?;
        let _turn = self.turns.wait(&known.office).await;
        for _ in records::tries() {
            let found = records::load::<Arrival>(&self.scope, &id.to_string()).await?.ok_or_else(gone)?;
            let by = Author::new(actor, self.now());
            let year = i64::from(by.at.date().year());
            let number = numbering::last(&self.scope, Series { office: &found.state.office, year, series: INCOMING }).await? + 1;
            let Some(event) = register(&found.state, actor, self.catalog.signing(), year, number)? else { return Ok(found.state) };
            let mut batch = self.scope.batch();
            let after = records::write(&mut batch, &id.to_string(), Some(&found), &event, &by)?;
            match self.scope.commit(batch).await {
                Ok(()) => return Ok(after.state),
                Err(CommitError::Conflict { label }) if records::again::<Arrival>(&label) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(busy().into())
    }

    async fn change_arrival(&self, actor: &Actor, id: ArrivalId, decide: impl Fn(&Arrival) -> Result<Option<ArrivalEvent>, Refusal>) -> Result<Arrival, Failure> {
        let by = Author::new(actor, self.now());
        records::change::<Arrival>(&self.scope, &id.to_string(), &by, |found| {
            let a = found.filter(|a| a.seen_by(actor, self.catalog.signing())).ok_or_else(gone)?;
            decide(a)
        })
        .await
    }

    pub async fn refuse_arrival(&self, actor: &Actor, id: ArrivalId, why: &str) -> Result<Arrival, Failure> {
        self.change_arrival(actor, id, |a| refuse(a, actor, self.catalog.signing(), why)).await
    }

    pub async fn assign(&self, actor: &Actor, id: ArrivalId, handler: Option<Person>, due: Option<Date>, instruction: &str) -> Result<Arrival, Failure> {
        let today = self.now().date();
        self.change_arrival(actor, id, |a| assign(a, actor, self.catalog.signing(), handler.clone(), due, instruction, today)).await
    }

    pub async fn finish(&self, actor: &Actor, id: ArrivalId, note: &str) -> Result<Arrival, Failure> {
        self.change_arrival(actor, id, |a| done(a, actor, self.catalog.signing(), note)).await
    }
}
