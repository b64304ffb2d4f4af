//! One function for each way people change an alert.

use super::{Act, Alert, AlertEvent, AlertId, decide};
use crate::{Failure, Ops, Who};
use kernel::{Actor, Refusal};

impl Ops {
    pub async fn alert_act(&self, actor: &Actor, id: AlertId, act: &Act) -> Result<Alert, Failure> {
        self.on_alert(actor, id, |a, who| decide::decide(&self.catalog.alerts, a, act, who)).await
    }

    /// An alert, if this person may know of it; for anybody else it does not exist.
    pub async fn alert_for(&self, who: &Who, id: AlertId) -> Result<Alert, Failure> {
        let found = records::load::<Alert>(&self.scope, &id.to_string()).await?;
        found.map(|f| f.state).filter(|a| a.sees(who)).ok_or_else(|| records::gone().into())
    }

    /// An explanation was asked for about it. Said twice, it is written once.
    pub async fn alert_asked(&self, actor: &Actor, id: AlertId, question: &str, label: &str) -> Result<Alert, Failure> {
        self.on_alert(actor, id, |a, who| {
            let known = a.asked.iter().any(|m| m.id == question);
            Ok((!known).then(|| AlertEvent::Asked { question: question.to_owned(), label: label.to_owned(), name: who.author.name.clone() }))
        })
        .await
    }

    /// A directive was made of it.
    pub async fn alert_directed(&self, actor: &Actor, id: AlertId, directive: &str, label: &str) -> Result<Alert, Failure> {
        self.on_alert(actor, id, |a, who| {
            let known = a.directed.iter().any(|m| m.id == directive);
            Ok((!known).then(|| AlertEvent::Directed { directive: directive.to_owned(), label: label.to_owned(), name: who.author.name.clone() }))
        })
        .await
    }

    async fn on_alert(&self, actor: &Actor, id: AlertId, decide: impl Fn(&Alert, &Who) -> Result<Option<AlertEvent>, Refusal>) -> Result<Alert, Failure> {
        let who = self.who(actor);
        records::change::<Alert>(&self.scope, &id.to_string(), &who.author, |found| {
            let a = found.filter(|a| a.sees(&who)).ok_or_else(records::gone)?;
            decide(a, &who)
        })
        .await
    }
}
