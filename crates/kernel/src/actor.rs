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
    /// What others lend for now. Their roles are among `roles`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lent: Vec<Lent>,
}

/// How a signature stands under the power of somebody else (Decree 30/2020/NĐ-CP, Annex I, part II, point 7). Whoever is
/// charged with a vacant post (“Q.”) holds a post and needs nobody's power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// Ký thay: a deputy in the head's place.
    InPlace,
    /// Thừa lệnh: the head of a unit below, by order.
    ByOrder,
    /// Thừa ủy quyền: under a written authorisation.
    Authorised,
}

impl Capacity {
    pub const ALL: [Self; 3] = [Self::InPlace, Self::ByOrder, Self::Authorised];

    /// The letters before the giver's title: `TUQ.`
    pub const fn letters(self) -> &'static str {
        match self {
            Self::InPlace => "KT.",
            Self::ByOrder => "TL.",
            Self::Authorised => "TUQ.",
        }
    }
    pub const fn code(self) -> &'static str {
        match self {
            Self::InPlace => "in_place",
            Self::ByOrder => "by_order",
            Self::Authorised => "authorised",
        }
    }
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
}

/// `Chủ tịch` for `Phó Chủ tịch`; nothing for whoever is no deputy.
pub fn head_of(title: &str) -> Option<String> {
    let rest = title.strip_prefix("Phó ").or_else(|| title.strip_prefix("phó "))?.trim_start();
    let first = rest.chars().next()?;
    Some(first.to_uppercase().chain(rest.chars().skip(1)).collect())
}

/// A role of somebody else that an account may use for a time, in the office of its own post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lent {
    /// Id of the delegation.
    pub delegation: String,
    pub role: RoleCode,
    pub capacity: Capacity,
    /// Whose power it is; what is assigned to them is open to the taker too.
    pub giver_account: AccountId,
    pub giver: String,
    pub giver_title: String,
    /// The account has no such role of its own: without this it could not act at all.
    pub beyond: bool,
    /// The paper it rests on: `Giấy ủy quyền số 12/GUQ-SXD ngày 20/11/2026`.
    pub document: String,
    /// Codes of the definitions it covers; empty for all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub definitions: BTreeSet<String>,
}

impl Lent {
    pub fn covers(&self, definition: &str) -> bool {
        self.definitions.is_empty() || self.definitions.contains(definition)
    }
}

/// By what right a role is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right<'a> {
    Own,
    Lent(&'a Lent),
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
            lent: Vec::new(),
        }
    }
    /// By what right the account uses a role on a case of this definition; `None` when it may not. One's own comes first.
    pub fn right(&self, role: &str, definition: &str) -> Option<Right<'_>> {
        if !self.has_role(role) {
            return None;
        }
        let mut lent = self.lent.iter().filter(|l| l.beyond && l.role.as_str() == role).peekable();
        if lent.peek().is_none() {
            return Some(Right::Own);
        }
        lent.find(|l| l.covers(definition)).map(Right::Lent)
    }
    /// Stands in for somebody on cases of this definition: what is assigned to them is open to this account too.
    pub fn stands_in(&self, whom: AccountId, definition: &str) -> Option<&Lent> {
        self.lent.iter().find(|l| l.giver_account == whom && l.covers(definition))
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
