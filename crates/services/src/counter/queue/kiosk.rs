//! The public side: big buttons to draw a number, the number with how long it may take, the display of the hall.

use super::{
    rules::{self, State},
    store::{self, Ticket},
};
use crate::counter::{Counter, Entered};
use axum::{
    extract::State as Shared,
    response::{IntoResponse, Redirect, Response},
};
use identity::offices::Office;
use kernel::{Refusal, id::TicketId};
use web::{
    extract::{FormData, Path},
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

/// Seconds after which ticket and display show themselves anew.
const AGAIN: &str = "8";

fn office<'a>(c: &'a Counter, code: &str) -> Result<&'a Office, PageError> {
    c.desk.identity().offices().get(code).filter(|o| !o.accepts.is_empty()).ok_or_else(PageError::not_found)
}

pub async fn page(Shared(c): Entered, v: Visitor, Path(code): Path<String>) -> Result<Html, PageError> {
    let office = office(&c, &code)?;
    let lang = v.lang;
    let rules = &c.rules.queue;
    let priorities: Vec<kit::Choice> = std::iter::once(kit::Choice::new("", v.pick("Không thuộc các trường hợp này", "None of these")))
        .chain(rules.priorities.iter().map(|p| kit::Choice::new(p.code.as_str(), p.name.get(lang))))
        .collect();
    let mut body = Html(format!("<h2>{}</h2>", v.pick("1. Bạn có được ưu tiên không?", "1. Do you have priority?")));
    body.push(&kit::Field::new(lang, "priority", v.pick("Trường hợp ưu tiên", "Priority")).value("").radios(&priorities));
    let buttons: String = rules
        .groups
        .iter()
        .map(|g| format!("<button class=\"kiosk-button\" name=\"group\" value=\"{}\"><b aria-hidden=\"true\">{}</b><span>{}</span></button>", esc(&g.code), esc(&g.code), esc(g.name.get(lang))))
        .collect();
    body.push(&Html(format!("<h2>{}</h2><div class=\"kiosk-groups\">{buttons}</div>", v.pick("2. Bạn cần làm gì? Bấm để lấy số", "2. What do you need? Press to get a number"))));
    let form = kit::form(&v, &format!("/kiosk/{}/tickets", office.code), &body);
    let main = Html(format!("<div class=\"kiosk\"><h1>{}</h1><p>{}</p>{form}</div>", v.pick("Lấy số thứ tự", "Take a number"), esc(office.name.get(lang))));
    Ok(Shell::new(&v, v.pick("Lấy số thứ tự", "Take a number"), main).width(Width::Normal).render())
}

pub async fn draw(Shared(c): Entered, Path(code): Path<String>, form: FormData) -> Result<Redirect, PageError> {
    let office = office(&c, &code)?;
    let rules = &c.rules.queue;
    let group = form.get("group").and_then(|g| rules.group(g));
    let group = group.ok_or_else(|| Refusal::invalid("queue-group", "Bấm một trong các nhóm dịch vụ", "Press one of the groups"))?;
    let priority = form.filled("priority").and_then(|p| rules.priority(p)).map(|p| p.code.as_str());
    let t = store::draw(c.desk.scope(), rules, &office.code, &group.code, priority, c.now()).await?;
    Ok(Redirect::to(&format!("/kiosk/{}/tickets/{}", office.code, t.id)))
}

fn again(page: Html) -> Response {
    ([("refresh", AGAIN)], page).into_response()
}

pub async fn ticket(Shared(c): Entered, v: Visitor, Path((code, ticket)): Path<(String, String)>) -> Result<Response, PageError> {
    let office = office(&c, &code)?;
    let lang = v.lang;
    let id: TicketId = ticket.parse().map_err(|_| PageError::not_found())?;
    let scope = c.desk.scope();
    let found = store::find(scope, office.code.as_str(), id).await.map_err(PageError::internal)?;
    let t = found.ok_or_else(PageError::not_found)?;
    let said = standing(&c, &v, &t).await?;
    let group = c.rules.queue.group(&t.group).map_or(t.group.as_str(), |g| g.name.get(lang));
    let priority = t.priority.as_deref().and_then(|p| c.rules.queue.priority(p)).map_or_else(String::new, |p| format!("<p>{}</p>", esc(p.name.get(lang))));
    let main = Html(format!(
        "<div class=\"kiosk ticket\"><p>{}</p><h1>{} <strong>{}</strong></h1><p>{}</p>{priority}<div role=\"status\">{said}</div>\
         <p class=\"muted\">{} {}</p><p class=\"no-print\"><button type=\"button\" class=\"btn\" data-print hidden>{}</button> {}</p></div>",
        esc(office.name.get(lang)),
        v.pick("Số của bạn", "Your number"),
        esc(&t.label),
        esc(group),
        v.pick("Lấy lúc", "Taken at"),
        web::when::clock(t.taken_at),
        v.pick("In số", "Print"),
        kit::link(&format!("/kiosk/{}", office.code), v.pick("Xong", "Done")),
    ));
    Ok(again(Shell::new(&v, t.label.as_str(), main).width(Width::Narrow).render()))
}

/// Where the ticket stands in words.
async fn standing(c: &Counter, v: &Visitor, t: &Ticket) -> Result<Html, PageError> {
    let (scope, now, rules) = (c.desk.scope(), c.now(), &c.rules.queue);
    if t.day != store::day(now) {
        return Ok(kit::para(v.pick("Số này của ngày khác; hãy lấy số mới.", "This number is of another day; take a new one.")));
    }
    Ok(match t.state {
        State::Called => Html(format!("<p class=\"kiosk-now\">{} <strong>{}</strong></p>", v.pick("Mời đến quầy", "Please come to window"), t.window.unwrap_or_default())),
        State::Done => kit::para(v.pick("Số này đã được phục vụ.", "This number has been served.")),
        State::NoShow => kit::para(v.pick("Đã gọi mà không gặp. Đến quầy bất kỳ để được gọi lại.", "It was called and nobody came. Go to any window to be called again.")),
        State::Waiting => {
            let waiting = store::of_state(scope, &t.office, &t.day, State::Waiting, 1_000).await.map_err(PageError::internal)?;
            let recent = store::recent(scope, &t.office, &t.day, rules.in_a_row).await.map_err(PageError::internal)?;
            let line: Vec<_> = waiting.iter().map(Ticket::waiting).collect();
            let ahead = rules::ahead_of(&line, t.id, &recent, rules.in_a_row).unwrap_or(0);
            let (average, windows) = store::pace(scope, &t.office, now).await.map_err(PageError::internal)?;
            let minutes = rules::minutes(ahead, average.unwrap_or(rules.serving_minutes * 60), windows);
            Html(format!(
                "<p>{} <b>{ahead}</b> · {} <b>{minutes}</b> {}</p>",
                v.pick("Còn trước bạn:", "Ahead of you:"),
                v.pick("chờ khoảng", "about"),
                v.pick("phút", "minutes"),
            ))
        }
    })
}

/// For the hall: what was called last, and how many wait in each group.
pub async fn display(Shared(c): Entered, v: Visitor, Path(code): Path<String>) -> Result<Response, PageError> {
    let office = office(&c, &code)?;
    let (scope, now, lang) = (c.desk.scope(), c.now(), v.lang);
    let day = store::day(now);
    let called = store::of_state(scope, office.code.as_str(), &day, State::Called, 8).await.map_err(PageError::internal)?;
    let waiting = store::of_state(scope, office.code.as_str(), &day, State::Waiting, 1_000).await.map_err(PageError::internal)?;
    let rows = called.iter().map(|t| vec![Html(format!("<strong>{}</strong>", esc(&t.label))), Html::text(&t.window.unwrap_or_default().to_string())]).collect();
    let table = kit::table(&kit::Table {
        caption: v.pick("Đang mời", "Now called").to_owned(),
        caption_hidden: false,
        columns: vec![kit::Column::text(v.pick("Số", "Number")), kit::Column::text(v.pick("Quầy", "Window"))],
        rows,
        empty: v.pick("Chưa gọi số nào.", "Nobody has been called yet.").to_owned(),
    });
    let groups: Vec<Html> = c
        .rules
        .queue
        .groups
        .iter()
        .map(|g| Html(format!("<b>{}</b> {}: {}", esc(&g.code), esc(g.name.get(lang)), waiting.iter().filter(|t| t.group == g.code).count())))
        .collect();
    let main = Html(format!(
        "<div class=\"kiosk display\"><h1>{}</h1><p>{} · {}</p><div aria-live=\"polite\">{table}</div><h2>{}</h2>{}</div>",
        v.pick("Mời đến quầy", "Please come to the window"),
        esc(office.name.get(lang)),
        web::when::clock(now),
        v.pick("Đang chờ", "Waiting"),
        kit::bullets(&groups),
    ));
    Ok(again(Shell::new(&v, v.pick("Bảng gọi số", "Queue display"), main).width(Width::Wide).render()))
}
