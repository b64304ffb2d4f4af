//! The one-stop counter: an official types for whoever comes in, and what surrounds that — queue, post, paper, return, outage.
//!
//! # Invariants
//! 1. The citizen stays the applicant; the official is who helped. Applicant, owner, proxy and helper are four fields.
//! 2. Nothing outside the published list can be asked for or taken (Decree 118/2025/NĐ-CP Article 5).
//! 3. A ticket is called by one window, an envelope and a local number become one dossier each.

pub mod catalog;
mod about;
mod begin;
mod bundles;
mod checks;
mod fill;
mod outage;
mod person;
mod post;
mod queue;
mod returns;
mod review;
mod sheets;
mod store;
mod submit;

pub(crate) use about::html as about;

use crate::{Services, citizen::UPLOAD_LIMIT, work::room::Room};
use ::store::Migration;
use axum::extract::State;
use identity::actions::{COUNTER_WORK, PORTAL_READ};
use kernel::{Refusal, id::OfficeCode};
use std::sync::Arc;
use web::{
    html::{Html, esc},
    problem::PageError,
    routes::Routes,
    visitor::Visitor,
};

pub const MIGRATIONS: &[Migration] = &[Migration::same("counter", 1, "counter", include_str!("../../migrations/0002_counter.sql"))];

/// The counter of a province; cheap to clone.
#[derive(Clone)]
pub struct Counter {
    pub services: Services,
    pub rules: Arc<catalog::Rules>,
}

impl std::ops::Deref for Counter {
    type Target = Services;
    fn deref(&self) -> &Services {
        &self.services
    }
}

/// As the program mounts it.
pub fn module(state: Counter) -> web::module::Module {
    let r = Routes::new()
        .get("/work/counter", COUNTER_WORK, begin::home)
        .get("/work/counter/new/{code}", COUNTER_WORK, begin::ask)
        .post("/work/counter/new/{code}", COUNTER_WORK, begin::begin)
        .get("/work/counter/drafts/{id}", COUNTER_WORK, fill::show)
        .post("/work/counter/drafts/{id}", COUNTER_WORK, fill::save)
        .body_limit(UPLOAD_LIMIT)
        .get("/work/counter/drafts/{id}/files/{file}", COUNTER_WORK, fill::open_file)
        .get("/work/counter/drafts/{id}/review", COUNTER_WORK, review::show)
        .post("/work/counter/drafts/{id}/file", COUNTER_WORK, submit::file)
        .post("/work/counter/drafts/{id}/discard", COUNTER_WORK, fill::discard)
        .get("/work/counter/done/{code}", COUNTER_WORK, submit::done)
        .get("/work/counter/bundles", COUNTER_WORK, bundles::list)
        .post("/work/counter/bundles/{id}/hand", COUNTER_WORK, bundles::hand)
        .get("/work/counter/post", COUNTER_WORK, post::list)
        .post("/work/counter/post", COUNTER_WORK, post::arrived)
        .get("/work/counter/return", COUNTER_WORK, returns::list)
        .get("/work/counter/return/{code}", COUNTER_WORK, returns::show)
        .post("/work/counter/return/{code}", COUNTER_WORK, returns::give)
        .post("/work/counter/return/{code}/remind", COUNTER_WORK, returns::remind)
        .get("/work/counter/outage", COUNTER_WORK, outage::page)
        .post("/work/counter/outage", COUNTER_WORK, outage::draw)
        .get("/work/counter/outage/print", COUNTER_WORK, outage::print)
        .get("/work/counter/queue", COUNTER_WORK, queue::window::page)
        .post("/work/counter/queue/next", COUNTER_WORK, queue::window::call)
        .post("/work/counter/queue/{ticket}/{step}", COUNTER_WORK, queue::window::step)
        .get("/kiosk/{office}", PORTAL_READ, queue::kiosk::page)
        .post("/kiosk/{office}/tickets", PORTAL_READ, queue::kiosk::draw)
        .get("/kiosk/{office}/tickets/{ticket}", PORTAL_READ, queue::kiosk::ticket)
        .get("/kiosk/{office}/display", PORTAL_READ, queue::kiosk::display);
    web::module::Module::new("counter", r.finish(state))
}

/// One request at a counter: who works there, and in which office.
pub(crate) struct Stand<'a> {
    pub counter: &'a Counter,
    pub room: Room<'a>,
    pub office: OfficeCode,
}

impl<'a> Stand<'a> {
    pub fn enter(counter: &'a Counter, v: &'a Visitor) -> Result<Self, PageError> {
        let room = Room::enter(&counter.services, v)?;
        let Some(office) = room.actor.office.clone() else {
            return Err(Refusal::forbidden("no-office", "Bạn không giữ vị trí nào trong một cơ quan", "You hold no post in an office").into());
        };
        Ok(Self { counter, room, office })
    }
    pub fn pick<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        self.room.pick(vi, en)
    }
    pub fn v(&self) -> &'a Visitor {
        self.room.visitor
    }

    /// A page of the counter with its tabs; errors first.
    pub async fn page(&self, title: &str, tab: &str, body: &Html, error: bool) -> Result<Html, PageError> {
        let main = Html(format!("{}{body}", self.tabs(tab)));
        Ok(self.room.page(title, "counter", main).await?.error(error).render())
    }

    fn tabs(&self, current: &str) -> Html {
        let tabs = [
            ("", self.pick("Nhận hồ sơ", "Take an application")),
            ("/queue", self.pick("Hàng chờ", "Queue")),
            ("/return", self.pick("Trả kết quả", "Return desk")),
            ("/bundles", self.pick("Túi giấy tờ", "Paper bundles")),
            ("/post", self.pick("Bưu chính", "Post")),
            ("/outage", self.pick("Khi mất hệ thống", "Outage")),
        ];
        let links: String = tabs
            .iter()
            .map(|(path, name)| {
                let here = if *path == current { " aria-current=\"page\"" } else { "" };
                format!("<li><a href=\"/work/counter{path}\"{here}>{}</a></li>", esc(name))
            })
            .collect();
        Html(format!("<nav class=\"counter-tabs\" aria-label=\"{}\"><ul>{links}</ul></nav>", self.pick("Quầy một cửa", "One-stop counter")))
    }
}

/// A span of the catalogue as people read it, with its mark when nobody has compared it with the source.
pub(crate) fn said(w: &catalog::Within, lang: kernel::text::Lang) -> Html {
    let mark = if w.legal_basis.verified { String::new() } else { format!(" <span class=\"muted\">({})</span>", lang.pick("chưa đối chiếu", "not verified")) };
    Html(format!("{} <span class=\"muted\">{}</span>{mark}", esc(w.span.text().get(lang)), esc(&w.legal_basis.to_string())))
}

/// `2026-11-23T08:30` as a browser sends it, in the time of the place.
pub(crate) fn moment(text: &str) -> Option<kernel::Instant> {
    text.trim().replace(' ', "T").parse::<jiff::civil::DateTime>().ok().map(kernel::Instant::local)
}
/// The same for a box of a form.
pub(crate) fn typed_moment(at: kernel::Instant) -> String {
    let t = at.civil();
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", t.year(), t.month(), t.day(), t.hour(), t.minute())
}

pub(crate) type Entered = State<Counter>;
