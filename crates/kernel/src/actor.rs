//! Who acts. Applicant, owner, proxy and assistant are four different fields of a case; the actor is who signed in.

use crate::id::{AccountId, OfficeCode, PartyId, ProvinceCode, RoleCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The signed-in account with what it is at this moment, or the system itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub account: AccountId,
    pub province: ProvinceCode,
    /// As shown to people in the timeline.
    pub name: String,
    /// The party this account speaks for (citizens and enterprises).
    pub party: Option<PartyId>,
    /// Identity number as asserted by the identity provider, for citizens.
    pub personal_number: Option<String>,
    pub roles: BTreeSet<RoleCode>,
    /// The office of the post in which an official acts.
    pub office: Option<OfficeCode>,
    /// The title of that post, for documents and the timeline.
    pub title: Option<String>,
}

impl Actor {
    /// The program itself: timers, tacit consent, sealing.
    pub fn system(province: ProvinceCode) -> Self {
        Self {
            account: AccountId::new(uuid::Uuid::nil()),
            province,
            name: "Hệ thống".to_owned(),
            party: None,
            personal_number: None,
            roles: BTreeSet::from([RoleCode::new("system")]),
            office: None,
            title: None,
        }
    }
    pub fn is_system(&self) -> bool {
        self.account.uuid().is_nil()
    }
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.contains(role)
    }
    pub fn is_official(&self) -> bool {
        self.office.is_some()
    }
}
