//! What the room of meetings asks: who may be invited, which units there are, and documents.

use async_trait::async_trait;
use identity::{Account, Identity, Office, Post};
use kernel::{
    Actor, Instant,
    id::{AccountId, OfficeCode},
    text::fold,
};
use documents::Documents;
use citizen_care::{
    Care,
    notice::outbox::{Of, Recipient},
};
use meetings::{
    Messengers,
    asks::{Carried, Message},
    notice::{Notice, Whom},
};
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

/// Notices of meetings go out by the channels of the room of care: an official's by their own choice, a guest's to the address given.
pub struct MeetingMessengers {
    pub care: Care,
    pub identity: Arc<Identity>,
}

impl MeetingMessengers {
    /// Under whose choice, to which addresses, and whether there is a page to open.
    async fn recipient(&self, whom: &Whom) -> anyhow::Result<Option<(Recipient, bool)>> {
        match whom {
            Whom::Account { account, .. } => {
                let found = self.identity.directory().account(*account).await?.filter(|a| a.disabled_at.is_none());
                Ok(found.map(|a| {
                    let party = a.party.map_or_else(|| a.id.to_string(), |p| p.to_string());
                    (Recipient { party, phone: a.phone, email: a.email }, true)
                }))
            }
            Whom::Guest { email, .. } if !email.is_empty() => Ok(Some((Recipient { party: email.clone(), phone: None, email: Some(email.clone()) }, false))),
            Whom::Guest { .. } => Ok(None),
        }
    }
}

fn stem(meeting: MeetingId) -> String {
    format!("{meeting}/notice/")
}

#[async_trait]
impl Messengers for MeetingMessengers {
    async fn tell(&self, batch: &mut store::Batch, notice: &Notice, whom: &Whom, now: Instant) -> anyhow::Result<()> {
        let Some((recipient, opens)) = self.recipient(whom).await? else { return Ok(()) };
        let key = format!("{}{}/{}", stem(notice.meeting), notice.version, whom.key());
        let link = format!("{}/work/meetings/{}", self.care.public_url, notice.meeting);
        let subject = format!("{}: {}", notice.kind.text().vi, notice.title);
        let of = Of { key: &key, subject: &subject, said: &notice.said, link: opens.then_some(link.as_str()), office: notice.office.as_str() };
        Ok(self.care.tell_of(batch, &of, &recipient, now).await?)
    }

    async fn carried(&self, meeting: MeetingId) -> anyhow::Result<Vec<Message>> {
        let stem = stem(meeting);
        let message = |s: citizen_care::notice::outbox::Standing| {
            let mut parts = s.key.strip_prefix(&stem)?.split('/');
            let (version, who) = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
            let state = match s.state.as_str() {
                "sent" => Carried::Sent,
                "given_up" => Carried::GivenUp,
                _ => Carried::Waiting,
            };
            Some(Message { version, who, channel: s.channel.name(), address: s.masked, state, at: s.at })
        };
        Ok(self.care.messages(&stem).await?.into_iter().filter_map(message).collect())
    }
}
