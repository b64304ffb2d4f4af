//! `/admin/effects`: what failed, in words, with what to see to; done again one by one or by kind, or given up with a reason.

use crate::{Upkeep, failed::{REASON_MAX, masked}};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use identity::actions::ADMIN_EFFECTS;
use kernel::{Actor, Refusal};
use records::refusal_of;
use serde::Deserialize;
use std::sync::Arc;
use store::effects::Effect;
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc},
    kit::{self, Column, Field, Mood, Table, Weight},
    page::{Area, Shell, Width},
    problem::{Fault, PageError},
    rail,
    routes::Routes,
    visitor::Visitor,
    when,
};

pub const HOME: &str = "/admin/effects";
/// Lines on a page.
const PAGE: u32 = 50;

pub fn routes(r: Routes<Upkeep>) -> Routes<Upkeep> {
    r.get("/admin/effects", ADMIN_EFFECTS, list)
        .post("/admin/effects", ADMIN_EFFECTS, retry_all)
        .get("/admin/effects/{effect}", ADMIN_EFFECTS, one)
        .post("/admin/effects/{effect}", ADMIN_EFFECTS, act)
}

fn actor(v: &Visitor) -> Result<Arc<Actor>, PageError> {
    v.actor.clone().ok_or_else(|| PageError(Fault::sign_in_needed()))
}

fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).area(Area::Admin).width(Width::Wide).nav(rail::of(v))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Below this id.
    below: String,
    /// What was done: `retried`, `given-up`.
    done: String,
    n: String,
}

fn name<'w>(s: &'w Upkeep, v: &Visitor, e: &'w Effect) -> &'w str {
    s.words.of(&e.kind).map_or(e.kind.as_str(), |w| w.name.get(v.lang))
}

fn done(v: &Visitor, q: &Asked) -> Html {
    let n: u32 = q.n.parse().unwrap_or(1);
    match q.done.as_str() {
        "retried" => kit::banner(Mood::Good, &format!("{} {n}", v.pick("Đã đưa vào chạy lại:", "To be done again:")), &Html::default()),
        "given-up" => kit::banner(Mood::Good, v.pick("Đã bỏ qua, lý do ghi vào nhật ký", "Given up; why is in the journal"), &Html::default()),
        _ => Html::default(),
    }
}

async fn list(Shared(s): Shared<Upkeep>, v: Visitor, Query(q): Query<Asked>) -> Result<Html, PageError> {
    let below = q.below.parse().unwrap_or(i64::MAX);
    let counts = s.counts().await.map_err(PageError::internal)?;
    let mut found = s.failed(below, PAGE + 1).await.map_err(PageError::internal)?;
    let more = found.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let now = s.now();
    let row = |e: &Effect| {
        vec![
            Html(format!("<a href=\"{HOME}/{}\">{}</a><br><span class=\"muted\">{}</span>", e.id, esc(name(&s, &v, e)), esc(&e.stream))),
            when::at_time(e.due, now, v.lang),
            Html(when::number(e.attempts, v.lang)),
            Html::text(&masked(e.last_error.as_deref().unwrap_or_default())),
        ]
    };
    let title = v.pick("Việc hệ thống bị lỗi", "What the system could not do");
    let table = kit::records(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Việc, của bản ghi", "What, of which record")), Column::text(v.pick("Lần thử cuối", "Last tried")), Column::num(v.pick("Số lần", "Attempts")), Column::text(v.pick("Lỗi", "Error"))],
        rows: found.iter().map(row).collect(),
        empty: v.pick("Không có việc nào bị lỗi.", "Nothing failed.").to_owned(),
    });
    let next = found.last().filter(|_| more).map(|e| format!("{HOME}?below={}", e.id));
    let state = kit::summary_list(&[
        kit::Line::new(v.pick("Bị lỗi, chờ người xem", "Failed, waiting for a person"), Html(when::number(counts.failed, v.lang))),
        kit::Line::new(v.pick("Đang chờ chạy", "Waiting to be done"), Html(when::number(counts.waiting, v.lang))),
        kit::Line::new(
            v.pick("Chậm quá 10 phút", "More than ten minutes behind"),
            if counts.behind > 0 { kit::chip(Mood::Bad, &when::number(counts.behind, v.lang)) } else { Html(when::number(0, v.lang)) },
        ),
    ]);
    let mut kinds: Vec<&str> = found.iter().map(|e| e.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let again: String = kinds
        .iter()
        .map(|kind| {
            let named = s.words.of(kind).map_or(*kind, |w| w.name.get(v.lang));
            let label = format!("{} {named}", v.pick("Chạy lại tất cả:", "Do again all of:"));
            kit::form(&v, HOME, &Html(format!("{}{}", kit::hidden("kind", kind), kit::Button::new(&label).weight(Weight::Quiet).html()))).0
        })
        .collect();
    let main = Html(format!(
        "{}{}<p>{}</p>{state}{table}{again}{}",
        done(&v, &q),
        kit::heading(title, None),
        v.pick(
            "Việc hệ thống tự làm sau mỗi thao tác (ký, gửi tin, thanh toán…) được thử lại nhiều lần; việc vẫn không xong nằm ở đây.",
            "What the system does by itself after an act (signing, messages, payments…) is tried many times; what could not be done is here.",
        ),
        kit::pagination(v.lang, None, next.as_deref()),
    ));
    Ok(shell(&v, title, main).render())
}

async fn retry_all(Shared(s): Shared<Upkeep>, v: Visitor, f: FormData) -> Result<Response, PageError> {
    let n = s.retry_all(&*actor(&v)?, f.get("kind").unwrap_or_default()).await?;
    Ok(Redirect::to(&format!("{HOME}?done=retried&n={n}")).into_response())
}

async fn found(s: &Upkeep, id: &str) -> Result<Effect, PageError> {
    let id: i64 = id.parse().map_err(|_| PageError::not_found())?;
    match s.one(id).await {
        Ok(e) => Ok(e),
        Err(records::Failure::Refused(_)) => Err(PageError::not_found()),
        Err(e) => Err(e.into()),
    }
}

async fn one(Shared(s): Shared<Upkeep>, v: Visitor, Path(id): Path<String>) -> Result<Html, PageError> {
    let e = found(&s, &id).await?;
    Ok(page(&s, &v, &e, &FormData::default(), None))
}

async fn act(Shared(s): Shared<Upkeep>, v: Visitor, Path(id): Path<String>, f: FormData) -> Result<Response, PageError> {
    let me = actor(&v)?;
    let e = found(&s, &id).await?;
    let (made, word) = match f.get("act") {
        Some("give-up") => (s.give_up(&me, e.id, f.get("reason").unwrap_or_default()).await, "given-up"),
        _ => (s.retry(&me, e.id).await, "retried"),
    };
    match made {
        Ok(()) => Ok(Redirect::to(&format!("{HOME}?done={word}")).into_response()),
        Err(failure) => {
            let refusal = refusal_of(failure)?;
            let status = Fault::from(refusal.clone()).status();
            Ok((status, page(&s, &v, &e, &f, Some(&refusal))).into_response())
        }
    }
}

fn page(s: &Upkeep, v: &Visitor, e: &Effect, typed: &FormData, refusal: Option<&Refusal>) -> Html {
    let title = name(s, v, e);
    let whole = refusal.map(|r| [kernel::refusal::Reason { field: None, message: r.message.clone() }]);
    let reasons = refusal.map_or(&[][..], |r| if r.reasons.is_empty() { whole.as_ref().map_or(&[][..], |w| &w[..]) } else { &r.reasons });
    let facts = kit::summary_list(&[
        kit::Line::new(v.pick("Bản ghi", "Record"), Html(format!("<code>{}</code>", esc(&e.stream)))),
        kit::Line::new(v.pick("Loại việc", "Kind"), Html(format!("<code>{}</code>", esc(&e.kind)))),
        kit::Line::new(v.pick("Lần thử cuối", "Last tried"), when::at_time(e.due, s.now(), v.lang)),
        kit::Line::new(v.pick("Số lần đã thử", "Attempts"), Html(when::number(e.attempts, v.lang))),
        kit::Line::new(v.pick("Lỗi", "Error"), masked(e.last_error.as_deref().unwrap_or_default()).as_str()),
    ]);
    let advice = s.words.of(&e.kind).map_or_else(Html::default, |w| kit::inset(&kit::para(w.advice.get(v.lang))));
    let address = format!("{HOME}/{}", e.id);
    let again = kit::form(v, &address, &Html(format!("{}{}", kit::hidden("act", "retry"), kit::Button::new(v.pick("Chạy lại", "Do it again")).html())));
    let give_up = Html(format!(
        "{}{}{}",
        kit::hidden("act", "give-up"),
        Field::new(v.lang, "reason", v.pick("Lý do bỏ qua", "Why it is given up")).hint(v.pick("Ghi vào nhật ký; việc này sẽ không được làm.", "Goes into the journal; this will not be done.")).value(typed.get("reason").unwrap_or_default().to_owned()).errors(reasons).max_length(REASON_MAX).textarea(2),
        kit::Button::new(v.pick("Bỏ qua việc này", "Give it up")).weight(Weight::Risk).html(),
    ));
    let give_up = kit::details(v.pick("Bỏ qua việc này", "Give it up"), &kit::form(v, &address, &give_up), refusal.is_some());
    let main = Html(format!("{}{}{advice}{facts}{again}{give_up}", kit::error_summary(v.lang, reasons), kit::heading(title, None)));
    shell(v, title, main).error(refusal.is_some()).back(HOME, v.pick("Việc hệ thống bị lỗi", "What the system could not do")).render()
}
