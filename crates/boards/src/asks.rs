//! What this room asks of the rest of the house. The program answers in its bridges.

use crate::matching::{FirmFacts, Kept, Need};
use async_trait::async_trait;
use identity::{AccountKind, Directory, roles};
use kernel::{
    Instant,
    id::{AccountId, EnterpriseId, ExpertId},
};
use serde::{Deserialize, Serialize};

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
}

/// A case that an expert still works on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCase {
    pub code: String,
    pub title: String,
    /// Where it is shown to officers.
    pub path: String,
}

/// Engagements, as far as experts are concerned.
#[async_trait]
pub trait Cases: Send + Sync {
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
