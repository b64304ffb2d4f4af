//! What this room asks of the rest of the house. The program answers in its bridges.

use crate::{
    matching::{FirmFacts, Kept, Need},
    matter::SubjectKind,
};
use async_trait::async_trait;
use identity::{AccountKind, Directory, roles};
use kernel::{
    Actor, Instant, Text,
    id::{AccountId, EnterpriseId, ExpertId},
};
use records::Failure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Somebody who may be given a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub account: AccountId,
    pub name: String,
    /// The title of the post, or the field of an expert.
    pub title: String,
}

/// Accounts and posts.
#[async_trait]
pub trait People: Send + Sync {
    /// Who holds a post of board chair or member at the centre at the instant.
    async fn appointable(&self, at: Instant) -> anyhow::Result<Vec<Person>>;
    /// Whether an account belongs to an official: such a person is no individual consultant (Circular 06/2022 Art. 8.1.a).
    async fn is_official(&self, account: AccountId) -> anyhow::Result<bool>;
    /// Whether the account is there and may still sign in: only then can it be appointed to a case.
    async fn may_sign_in(&self, account: AccountId) -> anyhow::Result<bool>;
}

/// [`People`] over the directory of identity and the office code of the centre.
pub struct DirectoryPeople {
    pub directory: Directory,
    pub office: String,
}

#[async_trait]
impl People for DirectoryPeople {
    async fn appointable(&self, at: Instant) -> anyhow::Result<Vec<Person>> {
        let mut out: Vec<Person> = Vec::new();
        for role in [roles::BOARD_CHAIR, roles::BOARD_MEMBER] {
            for (account, post) in self.directory.holders(&self.office, role, at).await? {
                if !out.iter().any(|p| p.account == account.id) {
                    out.push(Person { account: account.id, name: account.name, title: post.title });
                }
            }
        }
        Ok(out)
    }
    async fn is_official(&self, account: AccountId) -> anyhow::Result<bool> {
        Ok(self.directory.account(account).await?.is_some_and(|a| a.kind == AccountKind::Official))
    }
    async fn may_sign_in(&self, account: AccountId) -> anyhow::Result<bool> {
        Ok(self.directory.account(account).await?.is_some_and(|a| a.disabled_at.is_none()))
    }
}

/// A case that an expert still works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCase {
    pub code: String,
    pub title: String,
    /// Where it is shown to officers.
    pub path: String,
}

/// Somebody who advises or has advised in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adviser {
    pub account: AccountId,
    pub name: String,
}

/// An engagement as one of the enterprises it serves sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    pub code: String,
    pub title: String,
    /// Where its people read it.
    pub path: String,
    /// The enterprise for whom the actor speaks, as ratings are told apart; not its name, and never shown.
    pub client: String,
    /// Far enough to be rated: deployed and accepted, or closed.
    pub ended: bool,
    pub advisers: Vec<Adviser>,
}

/// Engagements, as far as experts are concerned.
#[async_trait]
pub trait Cases: Send + Sync {
    /// `None` when the actor speaks for no enterprise that the case serves.
    async fn served(&self, actor: &Actor, code: &str) -> anyhow::Result<Option<Served>>;
    /// Whether the actor may invite an expert into a case now: of several cases, those that are so.
    async fn invitable(&self, actor: &Actor, cases: &[String]) -> anyhow::Result<BTreeSet<String>>;
    /// Invites somebody, decided as on the case's own page; where the case is shown. What the case refuses is a refusal.
    async fn invite(&self, actor: &Actor, case: &str, account: AccountId) -> anyhow::Result<String>;
    /// What an expert still works on. Empty when nothing is open.
    async fn open_of(&self, expert: ExpertId) -> anyhow::Result<Vec<OpenCase>>;
    /// Engagements that wait for experts, longest waiting first.
    async fn waiting(&self) -> anyhow::Result<Vec<Need>>;
    /// Assignments that stand, with their hours inside the rolling window.
    async fn assigned(&self) -> anyhow::Result<Vec<Kept>>;
}

/// Facts of an enterprise that a conflict can be found in.
#[async_trait]
pub trait Firms: Send + Sync {
    async fn facts(&self, enterprise: EnterpriseId) -> anyhow::Result<Option<FirmFacts>>;
}

/// A thing of another room that a matter is about, as that room knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// As matters about it are found again, however it was typed.
    pub id: String,
    pub title: String,
    /// Where officers read it on this site.
    pub path: String,
    pub enterprise: Option<EnterpriseId>,
    /// Every enterprise it concerns, on the register or not: conflicts of members are looked for in all of them.
    pub firms: Vec<FirmFacts>,
}

/// What matters are about.
#[async_trait]
pub trait Subjects: Send + Sync {
    /// `None` when there is none, or the actor may not know of it. Without an actor the program asks for itself.
    async fn find(&self, actor: Option<&Actor>, kind: SubjectKind, id: &str) -> anyhow::Result<Option<About>>;
}

/// How the document of a decision record stands.
#[derive(Debug, Clone)]
pub struct RecordPaper {
    pub stage: Text,
    /// As cited, once it is signed.
    pub number: Option<String>,
    pub issued: bool,
    /// Where anybody checks it, once it went out.
    pub verify: Option<String>,
    /// Given up or recalled: another one may be made.
    pub ended: bool,
    /// Its page, for a reader who may open it.
    pub path: Option<String>,
}

/// Where decision records become documents: submitted, signed, numbered and sealed.
#[async_trait]
pub trait RecordPapers: Send + Sync {
    /// Begins the document and answers its page. Asked again with the same key it is the same document, unless that one was given up
    /// or recalled.
    async fn draft(&self, key: &str, data: serde_json::Value, by: &Actor) -> Result<String, Failure>;
    /// The latest document of a key.
    async fn paper(&self, key: &str, reader: &Actor) -> Result<Option<RecordPaper>, Failure>;
}
