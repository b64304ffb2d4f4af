//! The rail of a house's rooms: one list declared at assembly, shown by role. Rooms that do not know of one another stand in
//! one navigation, because none of them holds it.

use crate::{page::NavItem, visitor::Visitor};
use kernel::Text;

/// One place of a rail.
#[derive(Debug, Clone)]
pub struct Place {
    pub href: String,
    pub label: Text,
    /// Who sees it: holders of any of these roles.
    pub roles: Vec<&'static str>,
    /// Further beginnings of addresses that belong to it.
    pub also: Vec<&'static str>,
}

impl Place {
    pub fn new(href: &str, vi: &str, en: &str, roles: &[&'static str]) -> Self {
        Self { href: href.to_owned(), label: Text::new(vi, en), roles: roles.to_vec(), also: Vec::new() }
    }
    #[must_use]
    pub fn also(mut self, beginnings: &[&'static str]) -> Self {
        self.also.extend(beginnings);
        self
    }
    /// How much of an address is this place's: whole parts of the path only.
    fn covers(&self, path: &str) -> Option<usize> {
        let begins = |start: &str| path == start || path.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'));
        std::iter::once(self.href.as_str()).chain(self.also.iter().copied()).filter(|s| begins(s)).map(str::len).max()
    }
}

/// The places the visitor may go to, with the one marked that the page belongs to.
pub fn of(v: &Visitor) -> Vec<NavItem> {
    let path = path_of(v);
    let places: Vec<&Place> = v.site.rail.iter().filter(|p| is_for(v, p)).collect();
    // A page of no place of the list has no part in it.
    let Some(nearest) = places.iter().filter_map(|p| p.covers(path)).max() else { return Vec::new() };
    items(v, &places, Some(nearest))
}

/// The places below an address, for a room whose rail has entries of its own before them. None is marked unless the page is
/// one of them.
pub fn below(v: &Visitor, start: &str) -> Vec<NavItem> {
    let inside = |p: &Place| p.href.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'));
    let places: Vec<&Place> = v.site.rail.iter().filter(|p| is_for(v, p) && inside(p)).collect();
    let nearest = places.iter().filter_map(|p| p.covers(path_of(v))).max();
    items(v, &places, nearest)
}

/// The first of the visitor's places that lies outside an address: the way back into the rooms of the rail.
pub fn outside(v: &Visitor, start: &str) -> Option<NavItem> {
    let place = v.site.rail.iter().find(|p| is_for(v, p) && !p.href.starts_with(start))?;
    Some(NavItem::new(place.href.as_str(), place.label.get(v.lang), false))
}

fn path_of(v: &Visitor) -> &str {
    v.path.split(['?', '#']).next().unwrap_or_default()
}

fn is_for(v: &Visitor, p: &Place) -> bool {
    v.actor.as_ref().is_some_and(|a| p.roles.iter().any(|r| a.has_role(r)))
}

fn items(v: &Visitor, places: &[&Place], nearest: Option<usize>) -> Vec<NavItem> {
    let here = |p: &Place| nearest.is_some() && p.covers(path_of(v)) == nearest;
    places.iter().map(|p| NavItem::new(p.href.as_str(), p.label.get(v.lang), here(p))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Site;
    use kernel::{Actor, id::{ProvinceCode, RoleCode}};
    use std::sync::Arc;

    fn seen(role: &'static str, path: &str) -> Vec<(String, bool)> {
        let rail = vec![
            Place::new("/centre", "Việc hôm nay", "Today", &["officer", "accountant"]),
            Place::new("/centre/boards", "Ban", "Boards", &["officer"]).also(&["/centre/matters"]),
            Place::new("/centre/support", "Hỗ trợ", "Support", &["accountant"]),
            Place::new("/centre/support/pay", "Chi trả", "Pay", &["accountant"]),
        ];
        let actor = Actor { roles: [RoleCode::new(role)].into(), ..Actor::system(ProvinceCode::new("79")) };
        let v = Visitor { actor: Some(Arc::new(actor)), path: path.to_owned(), site: Arc::new(Site { rail, ..Site::default() }), ..Visitor::default() };
        of(&v).into_iter().map(|i| (i.href, i.current)).collect()
    }

    #[test]
    fn a_place_is_shown_to_its_roles_and_the_nearest_is_marked() {
        let at = |h: &str, c: bool| (h.to_owned(), c);
        assert_eq!(seen("officer", "/centre/matters/mat_1?x=1"), [at("/centre", false), at("/centre/boards", true)]);
        assert_eq!(seen("accountant", "/centre/support/pay"), [at("/centre", false), at("/centre/support", false), at("/centre/support/pay", true)]);
        assert_eq!(seen("accountant", "/centre/support/dossiers/1"), [at("/centre", false), at("/centre/support", true), at("/centre/support/pay", false)]);
        assert_eq!(seen("accountant", "/centre/supporters"), [at("/centre", true), at("/centre/support", false), at("/centre/support/pay", false)]);
        assert_eq!(seen("citizen", "/centre"), []);
        assert_eq!(seen("officer", "/showroom"), []);
    }
}
