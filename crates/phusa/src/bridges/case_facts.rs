//! The case that an administrator asks a permission about: its facts and nothing of its contents.

use casework::{Desk, desk};
use identity::{CaseFacts, people::Cases};

/// Reads them from the desk.
pub struct CaseFactsOf(pub Desk);

#[async_trait::async_trait]
impl Cases for CaseFactsOf {
    async fn facts(&self, code: &str) -> anyhow::Result<Option<CaseFacts>> {
        let found = self.0.load_code(&code.to_uppercase()).await?;
        Ok(found.map(|f| desk::facts(&f, self.0.scope())))
    }
}
