//! What a decision is about, and the filter that lists by the same rules.

use crate::offices::{Level, Offices};
use kernel::{
    Actor,
    id::{AccountId, OfficeCode, PartyId, ProvinceCode},
};
use std::collections::BTreeSet;

/// The facts of a case that decide who may know of it. Applicant, owner and proxy are different fields of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFacts {
    pub province: ProvinceCode,
    /// The definition's code.
    pub definition: String,
    pub office_received: OfficeCode,
    pub office_decides: Option<OfficeCode>,
    /// The office that helped the applicant to file, when it is not the one that received.
    pub office_helped: Option<OfficeCode>,
    pub applicant: Option<PartyId>,
    pub owner: Option<PartyId>,
    pub proxy: Option<PartyId>,
    pub assignee: Option<AccountId>,
    /// Accounts appointed to the case in whatever role.
    pub members: BTreeSet<AccountId>,
    /// Accounts that opened it in an emergency and may still see it.
    pub emergency: BTreeSet<AccountId>,
    /// Offices with an open request for an opinion.
    pub requested_offices: BTreeSet<OfficeCode>,
    /// As the definition declares it (`citizen`, `enterprise`…).
    pub audience: String,
}

impl CaseFacts {
    /// A case of which only its place is known; the rest is filled in with struct update.
    pub fn at(province: ProvinceCode, definition: &str, office: OfficeCode) -> Self {
        Self {
            province,
            definition: definition.to_owned(),
            office_received: office,
            office_decides: None,
            office_helped: None,
            applicant: None,
            owner: None,
            proxy: None,
            assignee: None,
            members: BTreeSet::new(),
            emergency: BTreeSet::new(),
            requested_offices: BTreeSet::new(),
            audience: "citizen".to_owned(),
        }
    }
}

/// What an action is asked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A room as a whole: a route before any record is looked up.
    Portal,
    Case(Box<CaseFacts>),
}

impl Subject {
    /// What an office had before it was dissolved is a matter of the office that took over.
    pub(crate) fn of_today(&self, offices: &Offices) -> std::borrow::Cow<'_, Self> {
        use std::borrow::Cow;
        let Self::Case(facts) = self else { return Cow::Borrowed(self) };
        let own = [Some(&facts.office_received), facts.office_decides.as_ref(), facts.office_helped.as_ref()];
        let mut all = own.into_iter().flatten().chain(&facts.requested_offices);
        if !all.any(|o| offices.heir(o) != *o) {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Self::from(CaseFacts {
            office_received: offices.heir(&facts.office_received),
            office_decides: facts.office_decides.as_ref().map(|o| offices.heir(o)),
            office_helped: facts.office_helped.as_ref().map(|o| offices.heir(o)),
            requested_offices: facts.requested_offices.iter().map(|o| offices.heir(o)).collect(),
            ..(**facts).clone()
        }))
    }
}

impl From<CaseFacts> for Subject {
    fn from(facts: CaseFacts) -> Self {
        Self::Case(Box::new(facts))
    }
}

/// The roles that work on every case of their office.
pub const OFFICE_ROLES: [&str; 8] =
    ["one_stop", "specialist", "head", "leader", "clerk", "centre_officer", "board_chair", "centre_director"];
/// The roles that work only on the cases they are appointed to.
pub const APPOINTED_ROLES: [&str; 1] = ["consultant"];
/// The roles that answer a request for an opinion.
pub const OPINION_ROLES: [&str; 5] = ["consulted", "specialist", "head", "leader", "clerk"];

/// Which cases a list may contain: the same rules as the policies for `case:view`, as a condition that SQL can carry.
/// A property test holds the two together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaseFilter {
    /// Every case of the province.
    pub all: bool,
    /// Cases received, decided or helped by one of these offices.
    pub offices: Vec<OfficeCode>,
    /// Cases with an open request for an opinion to one of these offices.
    pub requested: Vec<OfficeCode>,
    /// Cases of this party: as applicant, owner or proxy.
    pub party: Option<PartyId>,
    /// Cases this account is appointed to.
    pub member: Option<AccountId>,
}

impl CaseFilter {
    pub fn of(actor: &Actor, offices: &Offices) -> Self {
        let has = |roles: &[&str]| roles.iter().any(|r| actor.has_role(r));
        let level = actor.office.as_ref().and_then(|o| offices.get(o.as_str())).map(|o| o.level);
        let with_old = || actor.office.iter().flat_map(|o| std::iter::once(o.clone()).chain(offices.taken_over_by(o))).collect();
        let own = |wanted: bool| if wanted { with_old() } else { Vec::new() };
        Self {
            all: actor.has_role("system")
                || actor.has_role("controller")
                || (actor.has_role("leader") && level == Some(Level::Province)),
            offices: own(has(&OFFICE_ROLES)),
            requested: own(has(&OPINION_ROLES)),
            party: actor.party.filter(|_| actor.has_role("citizen")),
            member: Some(actor.account),
        }
    }
    /// Nothing can be in the list.
    pub fn is_nothing(&self) -> bool {
        !self.all && self.offices.is_empty() && self.requested.is_empty() && self.party.is_none() && self.member.is_none()
    }
    /// Whether the list contains this case.
    pub fn contains(&self, case: &CaseFacts) -> bool {
        let office = |o: &OfficeCode| self.offices.contains(o);
        self.all
            || office(&case.office_received)
            || case.office_decides.as_ref().is_some_and(office)
            || case.office_helped.as_ref().is_some_and(office)
            || self.requested.iter().any(|o| case.requested_offices.contains(o.as_str()))
            || self.member.is_some_and(|a| case.members.contains(&a))
            || self.party.is_some_and(|p| [case.applicant, case.owner, case.proxy].contains(&Some(p)))
    }
}
