//! What the director's page reads of other rooms.

use async_trait::async_trait;
use centre::director::{BudgetLine, ProviderLine};
use std::sync::Arc;
use store::Scope;
use support::catalog::Rules;

pub struct Elsewhere {
    pub scope: Scope,
    pub rules: Arc<Rules>,
    pub clock: Arc<dyn Fn() -> kernel::Instant + Send + Sync>,
}

#[async_trait]
impl centre::director::Elsewhere for Elsewhere {
    async fn budget(&self, year: i16) -> anyhow::Result<Vec<BudgetLine>> {
        let totals = support::views::year_totals(&self.scope, year).await?;
        Ok(totals
            .into_iter()
            .map(|t| BudgetLine {
                content: self.rules.content_name(&t.content),
                committed: t.committed.0,
                paid: t.paid.0,
                href: format!("/centre/support/report/{year}"),
            })
            .collect())
    }
    async fn providers(&self) -> anyhow::Result<Vec<ProviderLine>> {
        let now = (self.clock)();
        let year = now.plus_seconds(-365 * 86_400);
        let cards = showroom::scorecards(&self.scope, year, now).await?;
        Ok(cards
            .into_iter()
            .map(|s| ProviderLine { name: s.name, href: format!("/showroom?provider={}", s.provider), listed: s.listed, chosen: s.chosen, references: s.confirmed })
            .collect())
    }
}
