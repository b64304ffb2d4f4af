//! A conclusion of a meeting becomes a directive: what is sent by the room of meetings, and what is made of it.

use super::{Directive, DirectiveEvent as E, DirectiveId, Due, Order, Origin, Source, decide, store};
use crate::{Author, Ops, UnitRef, Who};
use ::store::{
    Batch, Scope,
    effects::{Effect, Failed, Handler},
};
use async_trait::async_trait;
use kernel::{
    Instant,
    id::{AccountId, OfficeCode},
    time::Date,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The payload of the effect, as the room of meetings writes it; what it adds later is passed by.
#[derive(Debug, Clone, Deserialize)]
pub struct Notice {
    pub meeting: String,
    pub title: String,
    pub office: OfficeCode,
    pub conclusion: u32,
    pub lead: OfficeCode,
    #[serde(default)]
    pub co: Vec<OfficeCode>,
    pub due: Date,
    pub text: String,
    #[serde(default)]
    pub result: String,
    pub by: AccountId,
    pub by_name: String,
    pub at: Instant,
}

impl Notice {
    /// The same conclusion is the same directive, however often its effect runs.
    pub fn id(&self) -> DirectiveId {
        id_of(&self.meeting, self.conclusion)
    }
}

/// The directive of a conclusion of a meeting.
pub fn id_of(meeting: &str, conclusion: u32) -> DirectiveId {
    let digest = Sha256::digest(format!("{meeting}/{conclusion}/directive"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    DirectiveId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Takes a conclusion up. Run twice, there is one directive: its id is made of the conclusion.
pub struct FromMeeting(pub Ops);

#[async_trait]
impl Handler for FromMeeting {
    async fn run(&self, effect: &Effect, scope: &Scope) -> Result<Option<Batch>, Failed> {
        let notice: Notice = effect.read()?;
        if store::exists(scope, notice.id()).await? {
            return Ok(None);
        }
        let s = &self.0;
        let order = order(s, &notice).await?;
        // Whoever directed it is the author, at that instant: the deadline counts from the meeting, not from the outbox.
        let author = Author { account: notice.by, name: notice.by_name.clone(), at: notice.at };
        let who = Who { author, office: Some(notice.office.clone()), leads: true, manages: true, oversees: false };
        let refused = |r: kernel::Refusal| Failed::ForGood(r.message.en);
        let rules = s.catalog.rules(notice.at.date()).map_err(refused)?;
        let calendar = s.units.calendar(&notice.lead).map_err(refused)?;
        let code = store::next_code(scope, notice.at.date().year()).await?;
        let origin = Origin::Meeting { meeting: notice.meeting.clone(), conclusion: notice.conclusion, title: notice.title.clone() };
        let mut batch = scope.batch();
        let stream = notice.id().to_string();
        // Not asked of the form again: what a meeting concluded stands as it is.
        let drafted = E::Drafted { id: notice.id(), code, origin, order: Box::new(order), rules: Box::new(rules.clone()), by: notice.by, name: notice.by_name.clone() };
        let found = records::write::<Directive>(&mut batch, &stream, None, &drafted, &who.author)?;
        let deadline = decide::deadline(&calendar, notice.due, crate::catalog::DayOff::NextWorkingDay).map_err(refused)?;
        let given = E::Given { deadline: Some(deadline), rules: Box::new(rules.clone()), name: notice.by_name.clone() };
        records::write(&mut batch, &stream, Some(&found), &given, &who.author)?;
        Ok(Some(batch))
    }
}

async fn order(s: &Ops, n: &Notice) -> Result<Order, Failed> {
    let unit = |code: &OfficeCode| s.unit_ref(code).unwrap_or_else(|| UnitRef { code: code.clone(), name: code.to_string() });
    let assigner = s.people.person(n.by, n.at).await.map_err(|e| Failed::ForNow(format!("{e:#}")))?;
    let assigner = assigner.unwrap_or_else(|| crate::Person {
        account: n.by,
        name: n.by_name.clone(),
        title: String::new(),
        office: n.office.clone(),
        office_name: unit(&n.office).name,
        role: String::new(),
    });
    Ok(Order {
        text: n.text.clone(),
        product: n.result.clone(),
        target: String::new(),
        urgency: s.catalog.directives.urgencies.first().map(|u| u.code.clone()).unwrap_or_default(),
        limited: false,
        front: String::new(),
        assigner: crate::Person { office: n.office.clone(), ..assigner },
        lead: unit(&n.lead),
        partners: n.co.iter().map(unit).collect(),
        monitor: None,
        source: None::<Source>,
        due: Due::On { day: n.due },
    })
}
