//! What every page of the working room shares: who is asking, in which office, with which rail of lists.

use super::query::{Ask, COUNT_MAX, Due, Hands, List};
use crate::Services;
use casework::{DeskError, Found, desk, views};
use identity::CaseFilter;
use kernel::{Actor, Instant, id::OfficeCode, text::Lang};
use web::{
    page::{Area, NavItem, Shell, Width},
    problem::{Fault, PageError},
    visitor::Visitor,
};

/// The roles whose work is the work of an office.
const OFFICE_ROLES: [&str; 5] = ["one_stop", "specialist", "head", "leader", "clerk"];
/// The same of a support centre.
const CENTRE_ROLES: [&str; 4] = ["centre_officer", "consultant", "board_chair", "centre_director"];

/// One request of an official.
pub struct Room<'a> {
    pub services: &'a Services,
    pub visitor: &'a Visitor,
    pub actor: &'a Actor,
    pub now: Instant,
}

impl<'a> Room<'a> {
    pub fn enter(services: &'a Services, visitor: &'a Visitor) -> Result<Self, PageError> {
        let actor = visitor.actor.as_deref().ok_or_else(Fault::sign_in_needed)?;
        Ok(Self { services, visitor, actor, now: services.now() })
    }

    pub fn lang(&self) -> Lang {
        self.visitor.lang
    }
    pub fn pick<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        self.visitor.lang.pick(vi, en)
    }
    /// Whether the actor answers for the whole office.
    pub fn leads(&self) -> bool {
        self.actor.office.is_some() && ["head", "leader", "centre_director"].into_iter().any(|r| self.actor.has_role(r))
    }
    /// The roles whose items make up the work of the actor's whole office.
    pub fn office_roles(&self) -> &'static [&'static str] {
        if self.actor.has_role("centre_director") { &CENTRE_ROLES } else { &OFFICE_ROLES }
    }
    pub fn office_name(&self, code: &str) -> String {
        let offices = self.services.desk.identity().offices();
        offices.get(code).map_or_else(|| code.to_owned(), |o| o.short_name().get(self.lang()).to_owned())
    }

    /// A case of this room: permitted with the action, and by the office rather than as one's own application, which
    /// one follows in the citizens' part.
    pub async fn find(&self, code: &str, action: &'static str) -> Result<Found, PageError> {
        let found = self.services.desk.find(self.actor, code, action).await.map_err(fault)?;
        let desk = &self.services.desk;
        let by_office = CaseFilter { party: None, ..desk.identity().case_filter(self.actor) };
        // Beyond the office's cases there are those opened in an emergency; never one's own application.
        let shown = by_office.contains(&desk::facts(&found, desk.scope())) || !found.state.is_own(self.actor);
        if shown { Ok(found) } else { Err(PageError::not_found()) }
    }

    /// The question for one of the actor's own lists.
    pub fn ask<'q>(&self, office: &'q OfficeCode, roles: &'q [&'q str], list: List) -> Ask<'q> {
        Ask {
            office,
            roles,
            list,
            definition: None,
            hands: Hands::Any,
            account: self.actor.account,
            whole: self.leads(),
            due: Due::Any,
            now: self.now,
        }
    }

    /// The page in its shell, with the rail of lists.
    pub async fn page(&self, title: &str, current: &str, main: web::Html) -> Result<Shell, PageError> {
        Ok(Shell::new(self.visitor, title, main).area(Area::Work).width(Width::Wide).nav(self.rail(current).await?))
    }

    async fn rail(&self, current: &str) -> Result<Vec<NavItem>, PageError> {
        let mut items = Vec::new();
        for list in List::ALL {
            let count = views::count(&self.services.desk, self.actor, list.code(), COUNT_MAX).await;
            let count = count.map_err(PageError::internal)?;
            let href = format!("/work?list={}", list.code());
            items.push(NavItem::new(href, list_name(list, self.lang()), current == list.code()).count(count));
        }
        if self.leads() {
            items.push(NavItem::new("/work/received", self.pick("Nhận hôm nay", "Received today"), current == "received"));
        }
        items.push(NavItem::new("/work/procedures", self.pick("Thủ tục", "Procedures"), current == "procedures"));
        if self.actor.office.is_some() && ["one_stop", "controller"].into_iter().any(|r| self.actor.has_role(r)) {
            items.push(NavItem::new("/work/counter", self.pick("Quầy một cửa", "Counter"), current == "counter"));
        }
        items.extend(web::rail::below(self.visitor, "/work"));
        items.extend(web::rail::outside(self.visitor, "/work"));
        Ok(items)
    }
}

pub fn list_name(list: List, lang: Lang) -> &'static str {
    match list {
        List::Todo => lang.pick("Đến hạn trước", "Due first"),
        List::Waiting => lang.pick("Chờ bổ sung", "Waiting for a supplement"),
        List::Opinion => lang.pick("Chờ ý kiến", "Opinions asked of us"),
    }
}

/// A desk's answer as a page: a refusal in its own words, a failure of the store as ours.
pub fn fault(error: DeskError) -> PageError {
    match error {
        DeskError::Refused(refusal) => refusal.into(),
        DeskError::Store(error) => PageError::internal(error),
    }
}
