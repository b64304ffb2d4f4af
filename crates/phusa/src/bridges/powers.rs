//! What the room of powers asks about cases.

use casework::{Desk, desk};
use futures::future::BoxFuture;
use identity::{Subject, actions::CASE_VIEW};
use kernel::{Actor, Text};
use powers::{Cases, KnownCase};
use std::collections::BTreeMap;
use store::StoreError;

/// Answers from the desk.
pub struct CasesForPowers(pub Desk);

impl Cases for CasesForPowers {
    fn find<'a>(&'a self, actor: &'a Actor, code: &'a str) -> BoxFuture<'a, Result<Option<KnownCase>, StoreError>> {
        Box::pin(async move {
            let Some(found) = self.0.load_code(code).await? else { return Ok(None) };
            let facts = desk::facts(&found, self.0.scope());
            let seen = self.0.identity().permits(Some(actor), CASE_VIEW, &Subject::from(facts));
            Ok(Some(KnownCase { id: found.state.id, code: found.state.code.to_string(), seen }))
        })
    }

    fn definitions(&self) -> Vec<(String, Text)> {
        let today = self.0.identity().now().date();
        let in_force = self.0.rules().definitions.in_force(today);
        let by_code: BTreeMap<String, Text> = in_force.map(|d| (d.code.to_string(), d.name.clone())).collect();
        by_code.into_iter().collect()
    }
}
