//! Who can be appointed to a case, and an act that appoints somebody named by personal number.

use super::Desk;
use crate::{Act, Definition, definition::Verb};
use kernel::{
    Instant,
    id::{AccountId, OfficeCode, RoleCode},
};
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeMap};
use store::StoreError;

impl Desk {
    /// Who may be appointed, by role of the definition, where the choice is among holders of a post.
    pub async fn candidates(&self, d: &Definition, office: &OfficeCode, now: Instant) -> Result<BTreeMap<String, Vec<(AccountId, String)>>, StoreError> {
        let mut all = BTreeMap::new();
        for (role, decl) in &d.members {
            if let Some(post) = &decl.post {
                all.insert(role.clone(), self.holders(office, post, now).await?);
            }
        }
        Ok(all)
    }

    async fn holders(&self, office: &OfficeCode, post: &RoleCode, now: Instant) -> Result<Vec<(AccountId, String)>, StoreError> {
        self.in_post(office, post.as_str(), now).await
    }

    /// Whom the act may give the case to or appoint. Somebody from outside is named by personal number, which the journal
    /// does not keep: the account stands in the act instead.
    pub(super) async fn offered<'a>(
        &self,
        d: &Definition,
        act: &'a Act,
        office: &OfficeCode,
        now: Instant,
    ) -> Result<(Cow<'a, Act>, Vec<(AccountId, String)>), StoreError> {
        if act.input.get("assignee").is_some() {
            return Ok((Cow::Borrowed(act), self.colleagues(office, now).await?));
        }
        let appoints = |v: &Verb| if let Verb::Appoint(role) = v { d.members.get(role) } else { None };
        let role = d.acts.get(&act.act).and_then(|a| a.verbs.iter().find_map(appoints));
        let (Some(role), Some(asked)) = (role, act.input.get("member").and_then(Value::as_str)) else {
            return Ok((Cow::Borrowed(act), Vec::new()));
        };
        if let Some(post) = &role.post {
            return Ok((Cow::Borrowed(act), self.holders(office, post, now).await?));
        }
        let directory = self.identity.directory();
        let account = match asked.parse::<AccountId>() {
            Ok(id) => directory.account(id).await?,
            Err(_) => directory.by_personal_number(&kernel::text::clean(asked)).await?,
        };
        let Some(account) = account.filter(|a| a.disabled_at.is_none()) else { return Ok((Cow::Borrowed(act), Vec::new())) };
        let mut act = act.clone();
        act.input["member"] = Value::String(account.id.to_string());
        Ok((Cow::Owned(act), vec![(account.id, account.name)]))
    }
}
