//! What the room of meetings asks: who may be invited, which units there are, and documents.

use crate::assembly::Clock;
use anyhow::Context as _;
use async_trait::async_trait;
use identity::{Account, Identity, Office, Post};
use kernel::{
    Actor, Instant, Refusal,
    id::{AccountId, OfficeCode},
    text::fold,
};
use meetings::{MeetingId, Papers, People, Person, Unit, Units, asks::Link, meeting::documents};
use serde_json::Value;
use std::sync::Arc;
use store::{
    Scope,
    files::{Files, MediaType},
};
use typeset::Templates;

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

/// STANDS IN for the room of documents: sets the template and keeps the PDF, without a number and without a signature. The room of
/// documents takes its place behind the same trait.
pub struct MeetingPapers {
    pub scope: Scope,
    pub files: Files,
    pub templates: Templates,
    pub clock: Clock,
}

#[async_trait]
impl Papers for MeetingPapers {
    async fn issue(&self, meeting: MeetingId, template: &str, data: Value, _office: &OfficeCode, _by: &Actor) -> anyhow::Result<Link> {
        let name = match template {
            documents::INVITATION => "giay-moi",
            documents::MINUTES => "bien-ban",
            _ => "thong-bao-ket-luan",
        };
        let (templates, code) = (self.templates.clone(), template.to_owned());
        let set = tokio::task::spawn_blocking(move || templates.render(&code, &data)).await.context("setting a document")?;
        let bytes = set.map_err(Refusal::from)?;
        let mut batch = self.scope.batch();
        let stored = self.files.issue(&mut batch, &format!("{name}-{}.pdf", meeting.uuid().simple()), MediaType::Pdf, bytes.into(), (self.clock)()).await?;
        self.scope.commit(batch).await?;
        Ok(Link { path: String::new(), label: format!("{name}.pdf"), file: Some(stored.id) })
    }
}
