//! What the pages share: who asks, the navigation of both sides, refusals as reasons.

use crate::Care;
use axum::http::StatusCode;
use kernel::{
    Actor, Refusal,
    catalog::LegalBasis,
    refusal::{Reason, RefusalKind},
};
use std::sync::Arc;
use web::{
    html::{Html, esc},
    kit::{self, Mood},
    page::{Area, NavItem, Shell, Width},
    problem::{Fault, PageError},
    visitor::Visitor,
};

pub fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

/// The office whose records an official sees; nothing where it is the whole province.
pub fn part_of(s: &Care, actor: &Actor) -> Result<Option<String>, PageError> {
    let office = actor.office.as_ref().ok_or_else(|| PageError(Fault::not_permitted()))?;
    let level = s.desk.identity().offices().get(office.as_str()).map(|o| o.level);
    let all = actor.has_role("controller") || (actor.has_role("leader") && level == Some(identity::offices::Level::Province));
    Ok((!all).then(|| office.to_string()))
}

pub fn office_name(s: &Care, v: &Visitor, code: &str) -> String {
    s.desk.identity().offices().get(code).map_or_else(|| code.to_owned(), |o| o.short_name().get(v.lang).to_owned())
}

/// The reasons of a refusal; the refusal itself where it names none.
pub fn reasons(r: &Refusal) -> Vec<Reason> {
    if r.reasons.is_empty() { vec![Reason { field: None, message: r.message.clone() }] } else { r.reasons.clone() }
}

pub fn status(r: &Refusal) -> StatusCode {
    match r.kind {
        RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    }
}

/// A citizen's page of this room.
pub fn own_page(v: &Visitor, title: &str, current: &str, main: Html) -> Shell {
    let item = |code: &str, href: &str, vi: &'static str, en: &'static str| NavItem::new(href, v.lang.pick(vi, en), current == code);
    let nav = vec![
        item("notices", "/my/notices", "Thông báo", "Notices"),
        item("ratings", "/my/ratings", "Đánh giá", "Ratings"),
        item("complaints", "/my/complaints", "Phản ánh, kiến nghị", "Complaints"),
        item("offers", "/my/offers", "Dịch vụ được gợi ý", "Offers"),
    ];
    Shell::new(v, title, main).width(Width::Normal).nav(nav).back("/my", v.lang.pick("Hồ sơ của tôi", "My applications"))
}

/// An official's page of this room, with the places the official's roles open.
pub fn work_page(v: &Visitor, title: &str, current: &str, main: Html) -> Shell {
    let places: [(&str, &str, &str, &str, &[&str]); 4] = [
        ("complaints", "/work/complaints", "Phản ánh, kiến nghị", "Complaints", &["controller", "leader", "head"]),
        ("ratings", "/work/ratings", "Đánh giá", "Ratings", &["controller", "leader", "head"]),
        ("offers", "/work/offers", "Dịch vụ chủ động", "Proactive services", &["one_stop", "controller", "head"]),
        ("unsent", "/work/notices/unsent", "Thông báo không gửi được", "Unsent notices", &["one_stop", "controller"]),
    ];
    let open = |roles: &[&str]| v.actor.as_ref().is_some_and(|a| roles.iter().any(|r| a.has_role(r)));
    let nav = places.iter().filter(|p| open(p.4)).map(|(code, href, vi, en, _)| NavItem::new(*href, v.lang.pick(vi, en), current == *code));
    Shell::new(v, title, main).area(Area::Work).width(Width::Wide).nav(nav.collect())
}

/// Citations, each with a word where nobody has read the source.
pub fn cited(v: &Visitor, all: &[LegalBasis]) -> Html {
    let one = |b: &LegalBasis| {
        let mark = if b.verified { Html::default() } else { Html(format!(" {}", kit::chip(Mood::Warn, v.pick("chưa đối chiếu", "not verified")))) };
        let note = b.note.as_ref().map_or_else(String::new, |n| format!(" <span class=\"muted\">({})</span>", esc(n)));
        Html(format!("{}{note}{mark}", esc(&b.to_string())))
    };
    kit::bullets(&all.iter().map(one).collect::<Vec<_>>())
}

/// The banner after something was done.
pub fn done(v: &Visitor, said: bool, vi: &str, en: &str) -> Html {
    if said { kit::banner(Mood::Good, v.lang.pick(vi, en), &Html::default()) } else { Html::default() }
}

/// `micros~id` of the last row of the page before; the far future where nothing was asked.
pub fn before(text: &str) -> (kernel::Instant, String) {
    let parts = text.split_once('~').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id)));
    match parts {
        Some((at, id)) if !id.chars().any(char::is_control) => (kernel::Instant::from_micros(at), id.to_owned()),
        _ => (kernel::Instant::from_micros(i64::MAX / 4), String::new()),
    }
}

/// A code from an address: what no database would take is not there.
pub fn plain(code: &str) -> Result<&str, PageError> {
    if code.is_empty() || code.len() > 80 || code.chars().any(char::is_control) { Err(PageError::not_found()) } else { Ok(code) }
}
