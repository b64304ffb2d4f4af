//! The room's pages: `/ioc/indices`, `/ioc/indicators`, `/ioc/feeds`, `/ioc/periods`. No script is needed for anything.

mod feeds;
mod import;
mod index;
mod indicator;
mod indicators;
mod indices;
mod periods;
mod said;

use crate::{Measures, Period, Who, figures::{Figure, Origin}};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use ::indices::{Exact, Kind};
use identity::actions::{MEASURE_CLOSE, MEASURE_DECLARE, MEASURE_VIEW};
use kernel::{Actor, catalog::LegalBasis};
use std::sync::Arc;
use web::{
    html::{Html, esc},
    kit::{self, Mood},
    page::{Shell, Width},
    problem::{Fault, PageError},
    rail,
    routes::Routes,
    visitor::Visitor,
    when,
};

pub const INDICES: &str = "/ioc/indices";
pub const INDICATORS: &str = "/ioc/indicators";
pub const PERIODS: &str = "/ioc/periods";
pub const FEEDS: &str = "/ioc/feeds";
/// A sheet that is pasted.
const SHEET_LIMIT: usize = 1 << 20;

pub fn routes(r: Routes<Measures>) -> Routes<Measures> {
    r.get("/ioc/indices", MEASURE_VIEW, indices::list)
        .get("/ioc/indices/{index}", MEASURE_VIEW, index::show)
        .post("/ioc/indices/{index}", MEASURE_DECLARE, index::post)
        .get("/ioc/indices/{index}/scores.csv", MEASURE_VIEW, index::sheet)
        .get("/ioc/indicators", MEASURE_VIEW, indicators::list)
        .get("/ioc/indicators/import", MEASURE_DECLARE, import::blank)
        .post("/ioc/indicators/import", MEASURE_DECLARE, import::post)
        .body_limit(SHEET_LIMIT)
        .get("/ioc/indicators/{indicator}", MEASURE_VIEW, indicator::show)
        .post("/ioc/indicators/{indicator}", MEASURE_DECLARE, indicator::post)
        .get("/ioc/indicators/{indicator}/values.csv", MEASURE_VIEW, indicator::sheet)
        .get("/ioc/feeds", MEASURE_VIEW, feeds::list)
        .get("/ioc/feeds/{feed}", MEASURE_VIEW, feeds::show)
        .get("/ioc/feeds/{feed}/{delivery}", MEASURE_VIEW, feeds::one)
        .post_doc("/api/v1/feeds/{feed}", MEASURE_DECLARE, feeds::receive, feeds::doc())
        .body_limit(crate::feed::MOST_BYTES + 1024)
        .get("/ioc/periods", MEASURE_VIEW, periods::list)
        .post("/ioc/periods", MEASURE_CLOSE, periods::post)
        .get("/ioc/periods/{period}/{vintage}", MEASURE_VIEW, periods::show)
        .get("/ioc/periods/{period}/{vintage}/snapshot.json", MEASURE_VIEW, periods::file)
}

/// The signed-in actor; the gate has seen to it that there is one.
fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

/// The page as an address asks for it, and as this reader may see it.
fn reader<'a>(s: &'a Measures, who: &Who) -> crate::figures::Reader<'a> {
    crate::figures::Reader { office: who.office.clone().filter(|_| !who.oversees), ..s.live() }
}

/// The period of an address; this month where it names none.
fn period_of(s: &Measures, text: &str) -> Result<Period, PageError> {
    if text.is_empty() {
        let today = s.now().date();
        return Ok(Period::Month(today.year(), today.month()));
    }
    text.parse().map_err(|()| {
        let why = "Kỳ không đọc được; ghi như 2026-11, 2026-Q4, 2026.";
        PageError::from(kernel::Refusal::invalid("bad-period", why, "The period does not read; write it as 2026-11, 2026-Q4, 2026."))
    })
}

/// A number as people read it.
fn num(x: Exact, v: &Visitor) -> String {
    x.to_i64().map_or_else(|| x.show(v.lang, 2), |n| when::number(n, v.lang))
}

fn percent(x: Exact, v: &Visitor) -> String {
    x.mul(Exact::HUNDRED).map_or_else(|| "–".into(), |p| format!("{}\u{a0}%", p.show(v.lang, 2)))
}

/// How a value came about, in a word.
fn badge(kind: Kind, v: &Visitor) -> Html {
    let mood = match kind {
        Kind::Computed => Mood::Good,
        Kind::Declared => Mood::Warn,
        Kind::External | Kind::Survey => Mood::Info,
    };
    kit::chip(mood, kind.text().get(v.lang))
}

/// A number that opens what it was counted or entered from; one that is no whole number counts no rows.
fn tally(href: &str, n: Exact, text: &str, of: &str) -> Html {
    let count = n.to_i64().map_or_else(String::new, |n| format!(" data-count=\"{n}\""));
    Html(format!("<a class=\"tally\"{count} href=\"{}\">{}<span class=\"vh\"> {}</span></a>", esc(href), esc(text), esc(of)))
}

/// Where the records of a figure's part are: the lists of the source, or what was entered.
fn hrefs(code: &str, f: &Figure) -> (String, String) {
    match &f.origin {
        Origin::Counted(t) => (t.n_href.clone(), t.d_href.clone()),
        Origin::Entered(_) | Origin::Communes(_) => {
            let here = format!("{INDICATORS}/{code}?period={}#values", f.period);
            (here.clone(), here)
        }
    }
}

/// `87,4 % (1.014 / 1.160)`, each number a link to its records; a part larger than its whole has no rate.
fn figure(i: &crate::catalog::Indicator, f: Option<&Figure>, v: &Visitor) -> Html {
    let Some(f) = f else { return Html(format!("<span class=\"muted\">{}</span>", v.pick("chưa có số liệu", "no data yet"))) };
    let (n_href, d_href) = hrefs(&i.code, f);
    let name = i.name.get(v.lang);
    let Some(d) = f.d else {
        let text = if i.is_percent() { format!("{}\u{a0}%", num(f.n, v)) } else { num(f.n, v) };
        return tally(&n_href, f.n, &text, name);
    };
    let (part, whole) = i.fraction.as_ref().map_or(("", ""), |x| (x.numerator.get(v.lang), x.denominator.get(v.lang)));
    let fraction = format!("<span class=\"frac\">({} / {})</span>", tally(&n_href, f.n, &num(f.n, v), part), tally(&d_href, d, &num(d, v), whole));
    let rate = if f.is_mismatched() {
        kit::chip(Mood::Bad, v.pick("khác cơ sở, không lập tỷ lệ", "base mismatch, no rate")).0
    } else {
        let marks = f.n.to_i64().zip(d.to_i64()).map_or_else(String::new, |(n, d)| format!(" data-part=\"{n}\" data-whole=\"{d}\""));
        format!("<b{marks}>{}</b>", f.value().map_or_else(|| "–".into(), |x| percent(x, v)))
    };
    Html(format!("{rate} {fraction}"))
}

/// Sources, with the mark of what nobody has read.
fn sources(v: &Visitor, basis: &[LegalBasis]) -> Html {
    let lines: Vec<Html> = basis
        .iter()
        .map(|b| {
            let note = b.note.as_ref().map_or_else(String::new, |n| format!(" – {}", esc(n)));
            let mark = if b.verified { String::new() } else { format!(" <span class=\"unverified\">{}</span>", v.pick("chưa đối chiếu", "not verified")) };
            Html(format!("{}{note}{mark}", esc(&b.to_string())))
        })
        .collect();
    kit::bullets(&lines)
}

/// The periods a page offers, the newest first.
fn offered(of: Period, many: usize) -> Vec<Period> {
    std::iter::successors(Some(of), |p| Some(p.before())).take(many).collect()
}

fn choose(v: &Visitor, path: &str, current: Period, all: &[Period], more: &Html) -> Html {
    let mut choices: Vec<kit::Choice> = all.iter().map(|p| kit::Choice::new(p.to_string(), p.name().get(v.lang))).collect();
    if !all.contains(&current) {
        choices.insert(0, kit::Choice::new(current.to_string(), current.name().get(v.lang)));
    }
    let body = format!(
        "{}{more}{}",
        kit::Field::new(v.lang, "period", v.pick("Kỳ", "Period")).value(current.to_string()).select(&choices),
        kit::Button::new(v.pick("Xem", "Show")).weight(kit::Weight::Quiet).html()
    );
    Html(format!("<div class=\"no-print\">{}</div>", kit::search_form(path, &Html(body))))
}

/// One cell of a CSV file (RFC 4180); a cell that a spreadsheet would take for a formula is led by an apostrophe.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && Exact::parse(text).is_none() { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn download(name: &str, rows: impl IntoIterator<Item = Vec<String>>) -> Response {
    let lines: Vec<String> = rows.into_iter().map(|r| r.iter().map(|c| cell(c)).collect::<Vec<_>>().join(",")).collect();
    let text = format!("\u{feff}{}\r\n", lines.join("\r\n"));
    send(name, "text/csv; charset=utf-8", text)
}

fn send(name: &str, kind: &'static str, text: String) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).unwrap_or(HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)], text).into_response()
}
