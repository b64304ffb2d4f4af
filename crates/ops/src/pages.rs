//! The room's pages: `/ioc` for who leads, `/work/directives`, `/work/explanations` and `/work/alerts` for who works. No script is needed for
//! anything; on the wall it keeps the picture fresh.

mod alerts;
mod figures;
mod give;
mod list;
mod look;
mod phone;
mod post;
mod questions;
mod report;
mod said;
mod series;
mod show;
mod steps;
mod usage;
mod wall;
mod walls;

use crate::{Ops, directive::DirectiveId};
use identity::actions::{ALERT_VIEW, ALERT_WORK, DIRECTIVE_GIVE, DIRECTIVE_VIEW, DIRECTIVE_WORK, IOC_ASK, IOC_LAY, IOC_VIEW, IOC_WALL};
use kernel::Actor;
use std::sync::Arc;
use web::{
    html::{Html, esc},
    kit::{self, Mood},
    page::{Shell, Width},
    problem::{Fault, PageError},
    rail,
    routes::Routes,
    visitor::Visitor,
};

pub const HOME: &str = "/work/directives";
pub const QUESTIONS: &str = "/work/explanations";
pub const ALERTS: &str = "/work/alerts";
pub const FIGURES: &str = "/ioc/figures";
pub const PHONE: &str = "/ioc";
pub const WALL: &str = "/ioc/wall";
pub const WALLS: &str = "/ioc/walls";
pub const SERIES: &str = "/work/directives/series";
pub const USAGE: &str = "/ioc/usage";
/// A request with a file: the file and what travels with it.
const UPLOAD_LIMIT: usize = 48 << 20;
/// Lines on one page of a list.
const PAGE: usize = 50;

pub fn routes(r: Routes<Ops>) -> Routes<Ops> {
    r.get("/work/directives", DIRECTIVE_VIEW, list::show)
        .get("/work/directives/new", DIRECTIVE_GIVE, give::blank)
        .post("/work/directives/new", DIRECTIVE_GIVE, give::create)
        .get("/work/directives/report", DIRECTIVE_VIEW, report::show)
        .get("/work/directives/report.csv", DIRECTIVE_VIEW, report::sheet)
        .get("/work/directives/list.csv", DIRECTIVE_VIEW, report::list_sheet)
        .get("/work/directives/products.csv", DIRECTIVE_VIEW, report::products_sheet)
        .get("/work/directives/series", DIRECTIVE_VIEW, series::list)
        .get("/work/directives/series/{series}", DIRECTIVE_VIEW, series::show)
        .post("/work/directives/series/{series}", DIRECTIVE_GIVE, series::post)
        .get("/work/directives/of-meeting/{meeting}/{conclusion}", DIRECTIVE_VIEW, show::of_meeting)
        .get("/work/directives/{directive}", DIRECTIVE_VIEW, show::show)
        .post("/work/directives/{directive}", DIRECTIVE_WORK, post::act)
        .get("/work/directives/{directive}/edit", DIRECTIVE_GIVE, give::edit)
        .post("/work/directives/{directive}/edit", DIRECTIVE_GIVE, give::save)
        .post("/work/directives/{directive}/files", DIRECTIVE_WORK, post::act_with)
        .body_limit(UPLOAD_LIMIT)
        .get("/work/directives/{directive}/files/{file}", DIRECTIVE_VIEW, post::send)
        .get("/work/explanations", DIRECTIVE_VIEW, questions::list)
        .get("/work/explanations/{question}", DIRECTIVE_VIEW, questions::show)
        .post("/work/explanations/{question}", DIRECTIVE_WORK, questions::post)
        .get("/work/alerts", ALERT_VIEW, alerts::list)
        .get("/work/alerts/list.csv", ALERT_VIEW, alerts::sheet)
        .get("/work/alerts/rules", ALERT_VIEW, alerts::rules)
        .get("/work/alerts/{alert}", ALERT_VIEW, alerts::one::show)
        .post("/work/alerts/{alert}", ALERT_WORK, alerts::one::post)
        .get("/ioc", IOC_VIEW, phone::show)
        .get("/ioc/figures", IOC_VIEW, figures::list)
        .get("/ioc/figures/{figure}", IOC_VIEW, figures::one)
        .get("/ioc/figures/{figure}/course.csv", IOC_VIEW, figures::sheet)
        .get("/ioc/usage", IOC_WALL, usage::show)
        .get("/ioc/usage/{what}", IOC_WALL, usage::list)
        .get("/ioc/ask", IOC_ASK, questions::blank)
        .post("/ioc/ask", IOC_ASK, questions::create)
        .get("/ioc/wall", IOC_WALL, wall::show)
        .get("/ioc/wall/events", IOC_WALL, wall::events)
        .get("/ioc/walls", IOC_WALL, walls::list)
        .post("/ioc/walls", IOC_LAY, walls::create)
        .get("/ioc/walls/{wall}", IOC_LAY, walls::show)
        .post("/ioc/walls/{wall}", IOC_LAY, walls::post)
}

pub(crate) use look::short;

pub fn path_of(id: DirectiveId) -> String {
    format!("{HOME}/{id}")
}

/// The signed-in actor; the gate has seen to it that there is one.
fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

/// "Recorded" after a redirect.
fn done(v: &Visitor, query: &str) -> Html {
    if query.is_empty() { Html::default() } else { kit::banner(Mood::Good, v.pick("Đã ghi nhận", "Recorded"), &Html::default()) }
}

fn paragraphs(text: &str) -> Html {
    Html(text.split('\n').filter(|l| !l.trim().is_empty()).map(|l| format!("<p>{}</p>", esc(l))).collect())
}

/// What is of use on a screen only.
fn off_paper(body: &Html) -> Html {
    Html(format!("<div class=\"no-print\">{body}</div>"))
}
