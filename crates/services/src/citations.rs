//! Where a legal basis can be read: answered by whoever keeps the law.

use async_trait::async_trait;
use kernel::{catalog::LegalBasis, time::Date};
use std::collections::HashMap;

#[async_trait]
pub trait Citations: Send + Sync {
    /// Addresses of those that can be opened, as they hold on a day; the others are missing.
    async fn addresses(&self, bases: &[LegalBasis], on: Date) -> anyhow::Result<HashMap<LegalBasis, String>>;
}
