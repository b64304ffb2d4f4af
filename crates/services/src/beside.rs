//! What other rooms have to say of a case, shown on its page: the program answers it in its bridges.

use async_trait::async_trait;
use casework::Found;
use web::{html::Html, visitor::Visitor};

#[async_trait]
pub trait Beside: Send + Sync {
    /// Cards for the officials who work on it, or nothing.
    async fn at_work(&self, v: &Visitor, found: &Found) -> anyhow::Result<Html>;
    /// The same for the case's own people.
    async fn at_home(&self, v: &Visitor, found: &Found) -> anyhow::Result<Html>;
}
