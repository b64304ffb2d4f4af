//! What the room of meetings asks: who may be invited, which units there are, and documents.

use async_trait::async_trait;
use identity::{Account, Identity, Office, Post};
use kernel::{
    Actor, Instant,
    id::{AccountId, OfficeCode},
    text::fold,
};
use documents::Documents;
use meetings::{Failure, MeetingId, Papers, People, Person, Unit, Units, asks::Link};
use serde_json::Value;
use std::sync::Arc;

/// Most officials that a search answers.
const FOUND_MAX: usize = 40;

/// Officials of the directory, each with the post they act in.
pub struct MeetingPeople(pub Arc<Identity>);

impl MeetingPeople {
    fn person(&self, account: AccountId, name: String, title: String, office: OfficeCode) -> Person {
        let office_name = self.0.offices().get(office.as_str()).map_or_else(|| office.to_string(), |o| o.name.vi.clone());
        Person { account, name, title, office, office_name }
    }
    fn of_post(&self, (account, post): (Account, Post)) -> Person {
        self.person(account.id, account.name, post.title, post.office)
    }
}

#[async_trait]
impl People for MeetingPeople {
    async fn of_office(&self, office: &OfficeCode, at: Instant) -> anyhow::Result<Vec<Person>> {
        let found = self.0.directory().officials_at(Some(office), at).await?;
        Ok(found.into_iter().map(|p| self.of_post(p)).collect())
    }
    async fn search(&self, words: &str, at: Instant) -> anyhow::Result<Vec<Person>> {
        let words = fold(words);
        let words: Vec<&str> = words.split_whitespace().collect();
        let all = self.0.directory().officials_at(None, at).await?;
        let people = all.into_iter().map(|p| self.of_post(p));
        let holds = |p: &Person| {
            let text = format!("{} {} {}", fold(&p.name), fold(&p.title), fold(&p.office_name));
            words.iter().all(|w| text.contains(w))
        };
        Ok(people.filter(holds).take(FOUND_MAX).collect())
    }
    async fn person(&self, account: AccountId, at: Instant) -> anyhow::Result<Option<Person>> {
        let Some(actor) = self.0.directory().actor(account, at).await? else { return Ok(None) };
        let Actor { name, title, office, .. } = actor;
        Ok(office.map(|office| MeetingPeople::person(self, account, name, title.unwrap_or_default(), office)))
    }
}

/// The offices of the province that work today.
pub struct MeetingUnits(pub Arc<Identity>);

impl MeetingUnits {
    fn of(&self, o: &Office) -> Unit {
        let parent = o.parent.as_ref().and_then(|p| self.0.offices().get(p.as_str()).map(|p| p.name.vi.clone()));
        Unit { code: o.code.clone(), name: o.name.clone(), parent, place: o.place.clone() }
    }
    fn is_ours(&self, o: &Office) -> bool {
        let province = self.0.directory().scope().province();
        o.successors.is_empty() && self.0.offices().province_of(o.code.as_str()) == Some(province)
    }
}

impl Units for MeetingUnits {
    fn all(&self) -> Vec<Unit> {
        self.0.offices().iter().filter(|o| self.is_ours(o)).map(|o| self.of(o)).collect()
    }
    fn unit(&self, code: &str) -> Option<Unit> {
        self.0.offices().get(code).filter(|o| self.is_ours(o)).map(|o| self.of(o))
    }
}

/// Documents of meetings begin in the room of documents, written already: they are submitted, numbered and signed there.
pub struct MeetingPapers(pub Documents);

#[async_trait]
impl Papers for MeetingPapers {
    async fn issue(&self, meeting: MeetingId, template: &str, data: Value, office: &OfficeCode, deliver: &[OfficeCode], by: &Actor) -> Result<Link, Failure> {
        let d = self.0.draft_given(by, super::given::id_of(&format!("{meeting}/{template}")), office, deliver, template, data).await?;
        let kind = self.0.catalog.kind(&d.kind).map_or_else(|| d.kind.clone(), |k| k.name.vi.clone());
        Ok(Link { path: format!("/work/documents/{}", d.id), label: kind, file: None })
    }
}
