//! What this room asks of others; the program answers in its bridges.

use crate::{choice::Role, rank::Need};
use async_trait::async_trait;
use kernel::{
    Actor,
    id::{ChoiceId, EnterpriseId},
};
use web::{html::Html, visitor::Visitor};

/// What somebody is to an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The enterprise's name as shown.
    pub name: String,
    pub role: Role,
}

/// An enterprise in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: EnterpriseId,
    pub name: String,
}

/// Kept by the room of enterprises.
#[async_trait]
pub trait Enterprises: Send + Sync + 'static {
    /// What the actor is to the enterprise; `None` when they may not know of it (answered as 404): neither one of its own
    /// members, nor a consultant assigned to it, nor an officer of the centre.
    async fn standing(&self, actor: &Actor, enterprise: EnterpriseId) -> anyhow::Result<Option<Standing>>;
    /// The enterprises whose member the actor is.
    async fn own(&self, actor: &Actor) -> anyhow::Result<Vec<Known>>;
}

/// Kept by the room of assessments.
#[async_trait]
pub trait Needs: Send + Sync + 'static {
    /// What the newest assessment and the register say: size, sector, gaps by type of solution with their size and the next
    /// stage, and whatever else is known. `None` when the enterprise has not been assessed: the owner then states the gaps.
    async fn need(&self, enterprise: EnterpriseId) -> anyhow::Result<Option<Need>>;
}

/// Kept by the room of boards.
#[async_trait]
pub trait BeforeBoards: Send + Sync + 'static {
    /// What boards have before them about a choice, as a card for its page; or nothing.
    async fn card(&self, v: &Visitor, choice: ChoiceId) -> anyhow::Result<Html>;
}
