//! `/ioc/wall`: the whole screen, drawn on the server; `/ioc/wall/events` sends the picture again when something was done. The
//! script tells when the server was last heard, and that the picture is stale when it was not.

use super::{PHONE, WALLS, actor, look};
use crate::{
    Ops,
    alert,
    catalog::{Alerts, Feel, Wall},
    directive::{Group, views::Line},
    report::Counts,
    wall::{Picture, Shown, ShownPanel, directives_path},
};
use axum::{
    extract::State as Shared,
    http::{HeaderMap, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures::stream;
use kernel::{Instant, Refusal, id::OfficeCode, text::Lang};
use serde::Deserialize;
use std::{convert::Infallible, sync::Arc, time::Duration};
use web::{
    extract::Query,
    html::{Html, esc, url_part},
    kit::{self, Mood, Shape},
    page::{Area, Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    wall: String,
}

/// Who looks at a wall sees the province.
pub fn may(s: &Ops, v: &Visitor) -> Result<(), PageError> {
    let who = s.who(&*actor(v)?);
    if who.oversees {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "not-the-province",
        "Màn hình điều hành là của lãnh đạo tỉnh, thành phố và người kiểm soát. Việc của cơ quan anh/chị ở trang “Việc cần lãnh đạo xem”.",
        "The wall is for who leads or controls the province. The tasks of your office are on the leader's page.",
    )
    .into())
}

async fn named(s: &Ops, code: &str) -> Result<Wall, PageError> {
    s.wall(code).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)
}

pub async fn show(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>) -> Result<Html, PageError> {
    may(&s, &v)?;
    s.opened(&s.who(&*actor(&v)?)).await;
    let wall = named(&s, &q.wall).await?;
    let lang = v.lang;
    let picture = s.drawn(&wall.code, lang, |p| draw(p, &s.catalog.alerts, lang)).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let title = wall.name.get(lang).to_owned();
    let main = Html(format!(
        "<div class=\"wall\" data-wall=\"/ioc/wall/events?wall={}\" data-stale-seconds=\"{STALE_SECONDS}\">\
         <div class=\"wall-head\"><h1>{}</h1><p class=\"wall-now\"><span data-wall-clock>{}</span> <span class=\"chip info\" data-wall-contact><span aria-hidden=\"true\">●</span> {}</span></p></div>\
         <p class=\"wall-stale\" data-wall-stale hidden role=\"alert\"><span aria-hidden=\"true\">✕</span> <b>{}</b> <span data-wall-since></span></p>\
         <div data-wall-picture aria-live=\"off\">{picture}</div><p class=\"wall-foot\"><a href=\"{PHONE}\">{}</a> · <a href=\"{WALLS}\">{}</a></p></div>",
        esc(&wall.code),
        esc(&title),
        esc(&when::exact(s.now(), lang)),
        lang.pick("tải lúc mở trang", "as the page was opened"),
        lang.pick("SỐ LIỆU CŨ – mất liên lạc với máy chủ", "STALE – no contact with the server"),
        lang.pick("Việc cần lãnh đạo xem", "For the leader"),
        lang.pick("Các màn hình khác", "Other walls"),
    ));
    Ok(Shell::new(&v, &title, main).area(Area::Work).width(Width::Full).render())
}

/// The server is heard at least so often; silence for longer is told on the wall.
const BEAT: Duration = Duration::from_secs(4);
const STALE_SECONDS: u64 = 15;
/// Other nodes' commits and the passing of time are looked for this often.
const POLL: Duration = Duration::from_secs(2);
/// A burst of acts is one picture.
const GATHER: Duration = Duration::from_millis(150);
/// A connection lives so long; the browser asks again, and whether it still may is asked with it.
const LIFE: Duration = Duration::from_secs(600);

struct Watch {
    s: Ops,
    wall: String,
    lang: Lang,
    changes: tokio::sync::watch::Receiver<u64>,
    sent: Option<Arc<str>>,
    heard: tokio::time::Instant,
    began: tokio::time::Instant,
}

impl Watch {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if self.began.elapsed() > LIFE {
                return None;
            }
            self.changes.mark_unchanged();
            let lang = self.lang;
            match self.s.drawn(&self.wall, lang, |p| draw(p, &self.s.catalog.alerts, lang)).await {
                // Taken down: the wall goes stale and says so.
                Ok(None) => return None,
                Ok(Some(picture)) if self.sent.as_ref().is_none_or(|sent| body(sent) != body(&picture)) => {
                    self.sent = Some(picture.clone());
                    self.heard = tokio::time::Instant::now();
                    let event = Event::default().event("picture").data(picture.as_ref());
                    return Some((Ok(event), self));
                }
                Ok(Some(_)) if self.heard.elapsed() >= BEAT => {
                    self.heard = tokio::time::Instant::now();
                    let event = Event::default().event("beat").data(when::exact(self.s.now(), lang));
                    return Some((Ok(event), self));
                }
                // Nothing new, or the database is away: the wall hears nothing and says so by itself.
                Ok(Some(_)) | Err(_) => {}
            }
            if matches!(tokio::time::timeout(POLL, self.changes.changed()).await, Ok(Ok(()))) {
                tokio::time::sleep(GATHER).await;
            }
        }
    }
}

/// A picture without the line that says when it was drawn.
fn body(picture: &str) -> &str {
    picture.split_once("</p>").map_or(picture, |(_, rest)| rest)
}

/// The pictures, one after another; whoever does not listen for events gets the one of now.
pub async fn events(Shared(s): Shared<Ops>, v: Visitor, Query(q): Query<Asked>, headers: HeaderMap) -> Result<Response, PageError> {
    may(&s, &v)?;
    s.opened(&s.who(&*actor(&v)?)).await;
    let wall = named(&s, &q.wall).await?;
    let listens = headers.get(header::ACCEPT).and_then(|a| a.to_str().ok()).is_some_and(|a| a.contains("text/event-stream"));
    if !listens {
        let lang = v.lang;
        let picture = s.drawn(&wall.code, lang, |p| draw(p, &s.catalog.alerts, lang)).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
        return Ok(Html(picture.to_string()).into_response());
    }
    let now = tokio::time::Instant::now();
    let changes = s.scope.db().changes();
    let watch = Watch { s, wall: wall.code, lang: v.lang, changes, sent: None, heard: now, began: now };
    Ok(Sse::new(stream::unfold(watch, Watch::next)).into_response())
}

/// The picture: its first paragraph says when it was drawn.
fn draw(p: &Picture, rules: &Alerts, lang: Lang) -> String {
    let shown = p.panels.iter().filter(|panel| !panel.figures.is_empty());
    let mut pieces: Vec<(usize, String)> = shown.map(|panel| (2 + 2 * panel.figures.len().div_ceil(4), draw_panel(panel, p.now, lang))).collect();
    pieces.push((1 + 2 * p.exceptions.len(), exceptions(p, lang)));
    pieces.push((2 + p.offices.len(), offices(p, lang)));
    pieces.push((1 + 2 * p.alerts.len(), alerts(p, rules, lang)));
    pieces.push((1 + 2 * p.wall.newest, newest(p, lang)));
    pieces.retain(|(_, html)| !html.is_empty());
    let (first, second) = cuts(&pieces.iter().map(|(height, _)| *height).collect::<Vec<_>>());
    let (left, rest) = pieces.split_at(first);
    let (middle, right) = rest.split_at(second.saturating_sub(first));
    let columns: Vec<&[(usize, String)]> = [left, middle, right].into_iter().filter(|c| !c.is_empty()).collect();
    let column = |of: &[(usize, String)]| format!("<div class=\"wall-panels\">{}</div>", of.iter().map(|(_, html)| html.as_str()).collect::<String>());
    format!(
        "<p class=\"wall-asof\">{} {}</p><div class=\"wall-grid of-{}\">{}</div>",
        lang.pick("Số liệu tính đến", "As of"),
        esc(&when::exact(p.now, lang)),
        columns.len(),
        columns.into_iter().map(column).collect::<String>(),
    )
}

/// Where a row of heights is cut into three columns in its order, so that the highest column is as low as it can be.
fn cuts(heights: &[usize]) -> (usize, usize) {
    let high = |from: usize, to: usize| heights.get(from..to).map_or(0, |h| h.iter().sum::<usize>());
    let n = heights.len();
    let all = (0..=n).flat_map(|a| (a..=n).map(move |b| (a, b)));
    let columns = |a: usize, b: usize| [high(0, a), high(a, b), high(b, n)];
    // Of the lowest the most even one.
    all.min_by_key(|(a, b)| (columns(*a, *b).into_iter().max(), columns(*a, *b).iter().map(|c| c * c).sum::<usize>())).unwrap_or((n, n))
}

/// The offices with most overdue: open, overdue, done on time of all done.
fn offices(p: &Picture, lang: Lang) -> String {
    if p.offices.is_empty() {
        return String::new();
    }
    let cell = |code: &OfficeCode, name: &str, c: &Counts, g: Group, mood: &str| {
        let n = c.n(g);
        let class = if n > 0 { mood } else { "" };
        format!("<a class=\"tally{class}\" data-count=\"{n}\" href=\"{}&amp;lead={}\">{}<span class=\"vh\"> {}, {}</span></a>", esc(&directives_path(g)), url_part(code.as_str()), when::number(n, lang), esc(g.text().get(lang)), esc(name))
    };
    let row = |(code, name, c): &(OfficeCode, String, Counts)| {
        let (open, late) = (cell(code, name, c, Group::Open, ""), cell(code, name, c, Group::Overdue, " bad"));
        let (on_time, done) = (cell(code, name, c, Group::DoneOnTime, ""), cell(code, name, c, Group::Done, ""));
        format!("<tr><th scope=\"row\">{}</th><td>{open}</td><td>{late}</td><td>{on_time} <span class=\"frac\">/ {done}</span></td></tr>", esc(name))
    };
    format!(
        "<section class=\"wall-panel wall-offices\"><h2 id=\"wall-offices\">{}</h2><table aria-labelledby=\"wall-offices\"><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>{}</tbody></table></section>",
        lang.pick("Đơn vị chủ trì, nhiều quá hạn xếp trước", "Lead offices, most overdue first"),
        lang.pick("Đơn vị", "Office"),
        lang.pick("Đang làm", "Open"),
        lang.pick("Quá hạn", "Overdue"),
        lang.pick("Đúng hạn / xong", "On time / done"),
        p.offices.iter().map(row).collect::<String>(),
    )
}

fn draw_panel(panel: &ShownPanel, now: Instant, lang: Lang) -> String {
    let age = match panel.as_of {
        None => kit::chip(Mood::Warn, lang.pick("chưa có số liệu", "no data yet")).0,
        Some(_) if panel.is_stale(now) => kit::chip_with(Mood::Bad, Shape::Cross, lang.pick("nguồn cũ", "stale source")).0,
        Some(_) => String::new(),
    };
    let as_of = panel.as_of.map_or_else(String::new, |at| format!("<span class=\"wall-age\">{} {}</span>", lang.pick("nguồn", "source"), esc(&when::at(at, now, lang))));
    let figures: String = panel.figures.iter().map(|f| draw_figure(f, &old(f, panel, now, lang), lang)).collect();
    // The minute of the source would make every picture a new one: it stands in an attribute of its own.
    format!("<section class=\"wall-panel\"><h2>{} {age}</h2><dl>{figures}</dl>{as_of}</section>", esc(panel.panel.name.get(lang)))
}

/// Which figure of a panel is the old one, and how old: the newest beside it must not lend it their age.
fn old(f: &Shown, panel: &ShownPanel, now: Instant, lang: Lang) -> String {
    let Some(told) = f.told.as_ref().filter(|_| f.is_stale(panel.panel.stale_minutes, now)) else { return String::new() };
    format!(" {}", kit::chip_with(Mood::Bad, Shape::Cross, &age(now.seconds_since(told.as_of), lang)))
}

/// The age in its largest unit: a wall is read from afar.
fn age(seconds: i64, lang: Lang) -> String {
    let (n, vi, en) = match seconds {
        86_400.. => (seconds / 86_400, "ngày", "days"),
        3_600.. => (seconds / 3_600, "giờ", "hours"),
        _ => (seconds / 60, "phút", "minutes"),
    };
    let n = when::number(n, lang);
    match lang {
        Lang::Vi => format!("số cũ: {n} {vi} trước"),
        Lang::En => format!("old: {n} {en} ago"),
    }
}

fn draw_figure(f: &Shown, old: &str, lang: Lang) -> String {
    let name = f.figure.name.get(lang);
    let value = match &f.told {
        None => format!("<span class=\"wall-none\">{}</span>", lang.pick("chưa có số liệu", "no data yet")),
        Some(t) => {
            let of = t.of.as_ref().map_or_else(String::new, |of| format!(" <span class=\"frac\">/ <a data-count=\"{}\" href=\"{}\">{}<span class=\"vh\"> {}</span></a></span>", of.n, esc(&of.href), when::number(of.n, lang), lang.pick("tổng số", "in all")));
            let (class, sign) = match f.feel() {
                Feel::Plain => ("", ""),
                Feel::Good => (" good", Shape::Tick.sign()),
                Feel::Warn => (" warn", Shape::Triangle.sign()),
                Feel::Bad => (" bad", Shape::Cross.sign()),
            };
            let sign = if sign.is_empty() { String::new() } else { format!("<span class=\"wall-sign\" aria-hidden=\"true\">{sign}</span> ") };
            let long = if t.written.is_some() { " long" } else { "" };
            let (value, of) = t.written.as_ref().map_or_else(
                || (when::number(t.n, lang), of.clone()),
                |w| (w.value.get(lang).to_owned(), format!(" <span class=\"frac note\">{}</span>", esc(w.note.get(lang)))),
            );
            // What is written otherwise than counted opens how it came about.
            let count = if t.written.is_some() { String::new() } else { format!(" data-count=\"{}\"", t.n) };
            format!("<a class=\"tally{class}{long}\"{count} href=\"{}\">{sign}{}<span class=\"vh\"> {}</span></a>{of}", esc(&t.href), esc(&value), esc(name))
        }
    };
    format!("<div><dt>{}</dt><dd>{value}{old}</dd></div>", esc(name))
}

/// The alerts that call loudest: how bad, where, since when.
fn alerts(p: &Picture, rules: &Alerts, lang: Lang) -> String {
    if p.wall.alerts == 0 {
        return String::new();
    }
    let item = |l: &alert::Line| {
        let found = rules.severity(&l.severity);
        let (mood, shape) = match found.map(|x| x.mood) {
            Some(Feel::Bad) => (Mood::Bad, Shape::Cross),
            Some(Feel::Warn) => (Mood::Warn, Shape::Triangle),
            _ => (Mood::Info, Shape::Dot),
        };
        let taken = if l.state == alert::State::Acknowledged { kit::chip(Mood::Info, l.state.text().get(lang)).0 } else { String::new() };
        format!(
            "<li>{} {taken} <a href=\"{}\">{}</a> <span class=\"frac\">{} · {}</span></li>",
            kit::chip_with(mood, shape, found.map_or(l.severity.as_str(), |x| x.name.get(lang))),
            super::alerts::path_of(l.id),
            esc(&look::short(l.label.get(lang), 60)),
            esc(&l.owner_name),
            esc(&when::at(l.fired, p.now, lang)),
        )
    };
    let none = if p.alerts.is_empty() { format!("<p class=\"none\">{}</p>", lang.pick("Không có cảnh báo.", "No alert.")) } else { String::new() };
    format!("<section class=\"wall-panel wall-list\"><h2>{}</h2>{none}<ol>{}</ol></section>", lang.pick("Cảnh báo", "Alerts"), p.alerts.iter().map(item).collect::<String>())
}

fn exceptions(p: &Picture, lang: Lang) -> String {
    if p.wall.exceptions == 0 {
        return String::new();
    }
    let item = |l: &Line| {
        let standing = look::standing(l.standing(p.now), lang);
        let state = look::workflow(lang, l.workflow);
        format!("<li><a href=\"{}\">{}</a><br>{standing} {state} <span class=\"frac\">{}</span></li>", super::path_of(l.id), esc(&look::short(&l.text, 90)), esc(&l.lead_name))
    };
    let none = if p.exceptions.is_empty() { format!("<p class=\"none\">{}</p>", lang.pick("Không có việc nào.", "Nothing.")) } else { String::new() };
    format!("<section class=\"wall-panel wall-list\"><h2>{}</h2>{none}<ol>{}</ol></section>", lang.pick("Cần lãnh đạo xem", "For the leader"), p.exceptions.iter().map(item).collect::<String>())
}

/// What happened last: acts on directives, and alerts that fired.
fn newest(p: &Picture, lang: Lang) -> String {
    if p.wall.newest == 0 {
        return String::new();
    }
    let item = |at: Instant, chip: &Html, href: &str, text: &str, office: &str| {
        format!(
            "<li><span class=\"wall-time\">{}</span> {chip} <a href=\"{href}\">{}</a> <span class=\"frac\">{}</span></li>",
            esc(&when::at(at, p.now, lang)),
            esc(&look::short(text, 52)),
            esc(office),
        )
    };
    let acts = p.newest.iter().map(|l| (l.changed, item(l.changed, &look::workflow(lang, l.workflow), &super::path_of(l.id), &l.text, &l.lead_name)));
    let call = kit::chip(Mood::Warn, lang.pick("cảnh báo", "alert"));
    let calls = p.fired.iter().map(|l| (l.fired, item(l.fired, &call, &super::alerts::path_of(l.id), l.label.get(lang), &l.owner_name)));
    let mut all: Vec<(Instant, String)> = acts.chain(calls).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let items: String = all.into_iter().take(p.wall.newest).map(|(_, item)| item).collect();
    let none = if items.is_empty() { format!("<p class=\"none\">{}</p>", lang.pick("Chưa có việc nào.", "Nothing yet.")) } else { String::new() };
    format!("<section class=\"wall-panel wall-list\"><h2>{}</h2>{none}<ol>{items}</ol></section>", lang.pick("Mới nhất", "Newest"))
}
