//! Who did something, as it is kept with the fact.

use kernel::{Actor, id::AccountId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub account: AccountId,
    pub name: String,
    /// The title of the post in which an official acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl From<&Actor> for Person {
    fn from(a: &Actor) -> Self {
        Self { account: a.account, name: a.name.clone(), title: a.title.clone() }
    }
}

/// On which side of the counter somebody stands in this act. Decided where the record is fetched, never by the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Provider,
    Centre,
    /// A client who holds a link.
    Client,
    /// Another room of this program.
    System,
}
