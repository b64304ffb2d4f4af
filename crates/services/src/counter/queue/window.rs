//! A window calls: the next by fair order, the same once more, nobody came, sent on to another group.

use super::{
    rules::{State, Step},
    store::{self, Ticket},
};
use crate::counter::{Entered, Stand};
use axum::{
    extract::State as Shared,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Refusal, Text, id::TicketId, refusal::Reason};
use web::{
    extract::{FormData, Path, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Table, Weight},
    problem::PageError,
    visitor::Visitor,
};

/// Which window, and which groups it serves; kept in the address, so that each screen has its own.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    window: Option<i64>,
    /// Codes of groups, joined by commas; empty: all.
    groups: String,
}

impl Asked {
    fn of(form: &FormData) -> Self {
        let groups = form.all("groups").join(",");
        Self { window: form.get("window").and_then(|w| w.parse().ok()), groups }
    }
    fn list(&self) -> Vec<String> {
        self.groups.split(',').map(str::trim).filter(|g| !g.is_empty()).map(str::to_owned).collect()
    }
    fn address(&self) -> String {
        format!("/work/counter/queue?window={}&groups={}", self.window.unwrap_or(1), url_part(&self.list().join(",")))
    }
    fn hidden(&self) -> Html {
        let mut out = kit::hidden("window", &self.window.unwrap_or(1).to_string());
        out.push(&kit::hidden("groups", &self.list().join(",")));
        out
    }
}

pub async fn page(Shared(c): Entered, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    shown(&stand, &asked, &[]).await
}

async fn shown(stand: &Stand<'_>, asked: &Asked, reasons: &[Reason]) -> Result<Html, PageError> {
    let v = stand.v();
    let c = stand.counter;
    let (scope, office, day) = (c.desk.scope(), stand.office.as_str(), store::day(c.now()));
    let read = async |state, limit| store::of_state(scope, office, &day, state, limit).await.map_err(PageError::internal);
    let (called, waiting, absent) = (read(State::Called, 50).await?, read(State::Waiting, 200).await?, read(State::NoShow, 20).await?);
    let window = asked.window.unwrap_or(1);
    let mut body = Html(format!("{}{}", kit::error_summary(v.lang, reasons), kit::heading(v.pick("Hàng chờ", "Queue"), Some(&stand.room.office_name(office)))));
    body.push(&Html(format!("<p class=\"counter-window\">{} <b>{window}</b> · {} <b>{}</b></p>", v.pick("Quầy", "Window"), v.pick("nhóm", "groups"), esc(if asked.groups.is_empty() { v.pick("tất cả", "all") } else { &asked.groups }))));
    if let Some(mine) = called.iter().find(|t| t.window == Some(window)) {
        body.push(&current(stand, asked, mine));
    }
    let next = kit::Button::new(v.pick("Gọi số tiếp theo", "Call the next number")).key("G").html();
    let next = Html(next.0.replacen("<button ", "<button autofocus ", 1));
    body.push(&kit::form(v, "/work/counter/queue/next", &Html(format!("{}{next}", asked.hidden()))));
    body.push(&line(stand, &waiting));
    body.push(&absentees(stand, asked, &absent));
    body.push(&kit::details(v.pick("Đổi quầy, nhóm dịch vụ", "Change window or groups"), &settings(stand, asked), asked.window.is_none()));
    let public = format!("<p>{} · {}</p>", kit::link(&format!("/kiosk/{office}"), v.pick("Máy lấy số", "Kiosk")), kit::link(&format!("/kiosk/{office}/display"), v.pick("Bảng của sảnh", "Display of the hall")));
    body.push(&Html(public));
    stand.page(v.pick("Hàng chờ", "Queue"), "/queue", &body, !reasons.is_empty()).await
}

fn current(stand: &Stand<'_>, asked: &Asked, t: &Ticket) -> Html {
    let v = stand.v();
    let small = |step: &str, label: &str, weight: Weight, more: &Html| {
        kit::form(v, &format!("/work/counter/queue/{}/{step}", t.id), &Html(format!("{}{more}{}", asked.hidden(), kit::Button::new(label).weight(weight).html())))
    };
    let none = Html::default();
    let groups: Vec<Choice> = stand.counter.rules.queue.groups.iter().filter(|g| g.code != t.group).map(|g| Choice::new(g.code.as_str(), format!("{} · {}", g.code, g.name.get(v.lang)))).collect();
    let to = Field::new(v.lang, "to", v.pick("Chuyển sang nhóm", "Send on to")).select(&groups);
    let search = kit::link_button("/work/counter", v.pick("Nhận hồ sơ của người này", "Take this person's application"), Weight::Quiet);
    let body = Html(format!(
        "<p class=\"counter-called\">{} <strong>{}</strong> <span class=\"muted\">{} {} {} {}</span></p><div class=\"btns\">{}{}{}{search}</div>{}",
        v.pick("Đang phục vụ", "Serving"),
        esc(&t.label),
        v.pick("gọi", "called"),
        t.calls,
        v.pick("lần · lấy số lúc", "times · drawn at"),
        web::when::clock(t.taken_at),
        small("recall", v.pick("Gọi lại", "Call again"), Weight::Quiet, &none),
        small("no-show", v.pick("Không có mặt", "Nobody came"), Weight::Quiet, &none),
        small("finish", v.pick("Xong", "Done"), Weight::Quiet, &none),
        kit::details(v.pick("Chuyển sang quầy khác", "Send on"), &small("transfer", v.pick("Chuyển", "Send on"), Weight::Quiet, &to), false),
    ));
    kit::card("", &body)
}

fn line(stand: &Stand<'_>, waiting: &[Ticket]) -> Html {
    let v = stand.v();
    let rules = &stand.counter.rules.queue;
    let rows = waiting
        .iter()
        .map(|t| {
            let priority = t.priority.as_deref().and_then(|p| rules.priority(p)).map_or("", |p| p.name.get(v.lang));
            vec![Html::text(&t.label), Html::text(rules.group(&t.group).map_or(t.group.as_str(), |g| g.name.get(v.lang))), Html::text(priority), Html::text(&web::when::clock(t.taken_at))]
        })
        .collect();
    kit::table(&Table {
        caption: format!("{} ({})", v.pick("Đang chờ", "Waiting"), waiting.len()),
        caption_hidden: false,
        columns: [v.pick("Số", "Number"), v.pick("Nhóm", "Group"), v.pick("Ưu tiên", "Priority"), v.pick("Lấy số lúc", "Drawn at")].map(Column::text).to_vec(),
        rows,
        empty: v.pick("Không ai đang chờ.", "Nobody is waiting.").to_owned(),
    })
}

fn absentees(stand: &Stand<'_>, asked: &Asked, absent: &[Ticket]) -> Html {
    let v = stand.v();
    if absent.is_empty() {
        return Html::default();
    }
    let items: Vec<Html> = absent
        .iter()
        .map(|t| {
            let label = format!("{} {}", v.pick("Cho chờ lại số", "Let wait again:"), t.label);
            kit::form(v, &format!("/work/counter/queue/{}/back", t.id), &Html(format!("{}{}", asked.hidden(), kit::Button::new(&label).weight(Weight::Quiet).html())))
        })
        .collect();
    kit::details(v.pick("Đã gọi mà không có mặt", "Called, nobody came"), &kit::bullets(&items), false)
}

fn settings(stand: &Stand<'_>, asked: &Asked) -> Html {
    let v = stand.v();
    let rules = &stand.counter.rules.queue;
    let windows: Vec<Choice> = (1..=rules.windows).map(|n| Choice::new(n.to_string(), n.to_string())).collect();
    let groups: Vec<Choice> = std::iter::once(Choice::new("", v.pick("Tất cả các nhóm", "All groups"))).chain(rules.groups.iter().map(|g| Choice::new(g.code.as_str(), format!("{} · {}", g.code, g.name.get(v.lang))))).collect();
    let mut body = Field::new(v.lang, "window", v.pick("Quầy số", "Window")).value(asked.window.unwrap_or(1).to_string()).select(&windows);
    body.push(&Field::new(v.lang, "groups", v.pick("Nhóm dịch vụ", "Group")).optional(true).value(asked.groups.clone()).select(&groups));
    body.push(&kit::Button::new(v.pick("Ngồi quầy này", "Sit here")).weight(Weight::Quiet).html());
    Html(format!("<form method=\"get\" action=\"/work/counter/queue\">{body}</form>"))
}

fn window_of(stand: &Stand<'_>, asked: &Asked) -> Result<i64, Refusal> {
    let most = stand.counter.rules.queue.windows;
    asked.window.filter(|w| (1..=most).contains(w)).ok_or_else(|| Refusal::invalid("window", format!("Chọn quầy từ 1 đến {most}"), format!("Choose a window from 1 to {most}")))
}

pub async fn call(Shared(c): Entered, v: Visitor, form: FormData) -> Result<Redirect, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let asked = Asked::of(&form);
    let window = window_of(&stand, &asked)?;
    store::call_next(c.desk.scope(), &c.rules.queue, stand.room.actor, &stand.office, window, &asked.list(), c.now()).await?;
    Ok(Redirect::to(&asked.address()))
}

pub async fn step(Shared(c): Entered, v: Visitor, Path((ticket, step)): Path<(String, String)>, form: FormData) -> Result<Response, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let asked = Asked::of(&form);
    let window = window_of(&stand, &asked)?;
    let id: TicketId = ticket.parse().map_err(|_| PageError::not_found())?;
    let step = Step::of(&step).ok_or_else(PageError::not_found)?;
    let scope = c.desk.scope();
    let t = store::find(scope, stand.office.as_str(), id).await.map_err(PageError::internal)?.ok_or_else(PageError::not_found)?;
    let group = form.filled("to");
    if step == Step::Transfer && group.is_none_or(|g| c.rules.queue.group(g).is_none()) {
        let reason = Reason { field: Some("to".into()), message: Text::new("Chọn nhóm để chuyển sang", "Choose the group to send on to") };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown(&stand, &asked, &[reason]).await?).into_response());
    }
    match store::step(scope, stand.room.actor, &t, step, window, group.filter(|_| step == Step::Transfer), c.now()).await {
        Ok(()) => Ok(Redirect::to(&asked.address()).into_response()),
        Err(casework::DeskError::Refused(r)) => {
            let reason = Reason { field: None, message: r.message };
            Ok((StatusCode::CONFLICT, shown(&stand, &asked, &[reason]).await?).into_response())
        }
        Err(e) => Err(e.into()),
    }
}
