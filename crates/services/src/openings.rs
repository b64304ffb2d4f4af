//! Who was shown somebody's dossier: told to whoever keeps it for the people concerned (Law 91/2025/QH15, Art. 4: the right to know).
//!
//! What keeps it is another room; this one tells it through [`Openings`] after the permission was looked up and before anything is
//! answered. What cannot be kept is not shown.

use crate::Services;
use async_trait::async_trait;
use casework::Found;
use kernel::Actor;
use store::StoreError;

/// What was shown of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What<'a> {
    /// Its page in the working room.
    Page,
    /// One file or document, by the name people know it by.
    File(&'a str),
    /// A line of a search result, with the person's name.
    Search,
    /// A line of a register that was printed or downloaded.
    Export,
    /// The case as a program reads it.
    Api,
}

impl What<'_> {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::File(_) => "file",
            Self::Search => "search",
            Self::Export => "export",
            Self::Api => "api",
        }
    }
}

/// The room that keeps openings.
#[async_trait]
pub trait Openings: Send + Sync {
    /// Somebody who is not one of its people is about to see a case.
    async fn opened(&self, actor: &Actor, found: &Found, what: What<'_>) -> Result<(), StoreError>;
    /// The same of several cases at once, by their codes.
    async fn listed(&self, actor: &Actor, codes: &[&str], what: What<'_>) -> Result<(), StoreError>;
}

impl Services {
    /// Tells that a case is shown; one's own is nobody's business.
    pub(crate) async fn opened(&self, actor: &Actor, found: &Found, what: What<'_>) -> Result<(), StoreError> {
        match &self.openings {
            Some(openings) if !actor.is_system() && !found.state.is_own(actor) => openings.opened(actor, found, what).await,
            _ => Ok(()),
        }
    }

    pub(crate) async fn listed(&self, actor: &Actor, codes: &[&str], what: What<'_>) -> Result<(), StoreError> {
        match &self.openings {
            Some(openings) if !codes.is_empty() => openings.listed(actor, codes, what).await,
            _ => Ok(()),
        }
    }
}
