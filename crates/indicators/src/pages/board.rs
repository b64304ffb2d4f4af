//! `/work/board`: what lies on the desks now, by unit and person; every number opens its dossiers.

use super::{Asked, Reach, Room, address, dossiers};
use crate::{
    Indicators,
    fact::Waiting,
    page766::working_days_ahead,
    period::Period,
    views::{self, After, Days, Desk, OnDesk, Whose},
};
use axum::extract::State;
use kernel::{id::OfficeCode, time::midnight};
use serde::Deserialize;
use web::{
    extract::Query,
    figure,
    html::{Html, esc, url_part},
    kit::{self, Column, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

const PAGE: i64 = 50;

/// What the address of a list says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Listed {
    pub unit: String,
    /// Account; `-` for nobody yet.
    pub person: String,
    pub waiting: String,
    /// `late`, `today`, `1`, `2`, `3`, `received`
    pub due: String,
    pub after: String,
}

fn days(room: &Room<'_>) -> Result<Days, PageError> {
    let office = match &room.reach {
        Reach::Office(o) => o.clone(),
        Reach::Province => room.actor.office.as_ref().map_or_else(String::new, |o| o.as_str().to_owned()),
    };
    let calendar = room.state.desk.calendar(&OfficeCode::new(office.as_str()))?;
    working_days_ahead(calendar, room.now).ok_or_else(|| {
        kernel::Refusal::conflict(
            "calendar-year-missing",
            "Lịch làm việc chưa khai báo những ngày tới nên chưa xếp được hồ sơ theo hạn. Quản trị viên cần bổ sung catalog/calendars.",
            "The working calendar does not declare the coming days, so dossiers cannot be sorted by due day. An administrator has to complete catalog/calendars.",
        )
        .into()
    })
}

pub async fn page(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let room = Room::enter(&s, &v)?;
    let days = days(&room)?;
    let whose = room.whose(&asked)?;
    let unit = match &whose {
        Whose::Province => None,
        Whose::Office(o) => Some(o.as_str()),
        _ => return Err(PageError::not_found()),
    };
    let title = room.pick("Bảng điều hành", "Live board");
    let mut main = kit::heading(title, Some(&room.whose_name(&whose, None)));
    main.push(&summary(&room, &days, unit).await?);
    main.push(&super::building(&s, room.lang()).await?);
    match unit {
        None => main.push(&units(&room, &days).await?),
        Some(unit) => main.push(&people(&room, &days, unit).await?),
    }
    let month = Period::month_of(room.now);
    let late = format!("{}&measure=late", address("/work/index/dossiers", &whose, month));
    let text = room.pick("Hồ sơ trễ tháng này, kèm nguyên nhân", "This month's late dossiers with their causes");
    if room.may_open(&whose) {
        main.push(&Html(format!("<p>{}</p>", kit::link(&late, text))));
    }
    Ok(room.page(title, "/work/board", main))
}

fn list(unit: Option<&str>, person: Option<&str>, due: &str, waiting: &str) -> String {
    let part = |name: &str, value: Option<&str>| value.filter(|v| !v.is_empty()).map_or_else(String::new, |v| format!("&{name}={}", url_part(v)));
    let person = person.map(|p| if p.is_empty() { "-" } else { p });
    let all = format!("{}{}{}{}", part("unit", unit), part("person", person), part("due", Some(due)), part("waiting", Some(waiting)));
    format!("/work/board/dossiers?{}", all.trim_start_matches('&'))
}

async fn summary(room: &Room<'_>, days: &Days, unit: Option<&str>) -> Result<Html, PageError> {
    let (kind, prefix) = unit.map_or(("p", String::new()), |u| ("o", format!("{u}|")));
    let board = views::board(&room.state.scope, kind, &prefix, *days).await.map_err(PageError::internal)?;
    let desk = board.into_values().next().unwrap_or_default();
    let received = views::received_on(&room.state.scope, unit, room.now).await.map_err(PageError::internal)?;
    let lang = room.lang();
    let opens = room.may_open(&unit.map_or(Whose::Province, |u| Whose::Office(u.to_owned())));
    let stat = |n: i64, due: &str, waiting: &str, name: &str| {
        let href = list(unit, None, due, waiting);
        format!("<div><dt>{}</dt><dd>{}</dd></div>", esc(name), figure::maybe(n, opens.then_some(href.as_str()), "", lang))
    };
    let [one, two, three] = desk.next;
    let figures = [
        stat(received, "received", "", room.pick("Tiếp nhận hôm nay", "Received today")),
        stat(desk.late, "late", "", room.pick("Đang trễ", "Late now")),
        stat(desk.today, "today", "", room.pick("Đến hạn hôm nay", "Due today")),
        stat(one, "1", "", room.pick("Còn 1 ngày làm việc", "Due in 1 working day")),
        stat(two, "2", "", room.pick("Còn 2 ngày làm việc", "Due in 2 working days")),
        stat(three, "3", "", room.pick("Còn 3 ngày làm việc", "Due in 3 working days")),
        stat(desk.running, "", "", room.pick("Đang giải quyết", "In progress")),
    ];
    let waits: String = Waiting::ALL
        .into_iter()
        .map(|w| stat(desk.waiting.get(w.code()).copied().unwrap_or(0), "", w.code(), dossiers::waiting(Some(w), lang)))
        .collect();
    Ok(Html(format!(
        "<p class=\"muted\">{} {}</p><section aria-labelledby=\"due\"><h2 id=\"due\">{}</h2><dl class=\"stats board\">{}</dl></section>\
         <section aria-labelledby=\"waits\"><h2 id=\"waits\">{}</h2><dl class=\"stats board\">{waits}</dl></section>",
        room.pick("Tính đến", "As of"),
        esc(&when::exact(room.now, lang)),
        room.pick("Theo hạn trả", "By due time"),
        figures.concat(),
        room.pick("Đang chờ ai", "Waiting on whom"),
    )))
}

fn columns(room: &Room<'_>, first: &str) -> Vec<Column> {
    let n = |vi: &'static str, en: &'static str| Column::num(room.pick(vi, en));
    vec![
        Column::text(first),
        n("Đang giải quyết", "In progress"),
        n("Đang trễ", "Late"),
        n("Hôm nay", "Today"),
        n("Còn 1 ngày", "1 day"),
        n("Còn 2 ngày", "2 days"),
        n("Còn 3 ngày", "3 days"),
        n("Chờ người nộp", "Applicant"),
        n("Chờ cơ quan khác", "Agency"),
        n("Chờ thuế", "Tax"),
        n("Chờ ký", "Signer"),
    ]
}

fn desk_row(room: &Room<'_>, name: Html, unit: &str, person: Option<&str>, who: &str, desk: &Desk, opens: bool) -> Vec<Html> {
    let lang = room.lang();
    let cell = |n: i64, due: &str, waiting: &str| {
        let href = list(Some(unit), person, due, waiting);
        figure::maybe(n, opens.then_some(href.as_str()), who, lang)
    };
    let waits = |w: Waiting| cell(desk.waiting.get(w.code()).copied().unwrap_or(0), "", w.code());
    let [one, two, three] = desk.next;
    vec![
        name,
        cell(desk.running, "", ""),
        cell(desk.late, "late", ""),
        cell(desk.today, "today", ""),
        cell(one, "1", ""),
        cell(two, "2", ""),
        cell(three, "3", ""),
        waits(Waiting::Applicant),
        waits(Waiting::Agency),
        waits(Waiting::Tax),
        waits(Waiting::Signer),
    ]
}

fn table(room: &Room<'_>, caption: &str, first: &str, rows: Vec<Vec<Html>>) -> Html {
    let table = kit::table(&Table {
        caption: caption.to_owned(),
        caption_hidden: false,
        columns: columns(room, first),
        rows,
        empty: room.pick("Không có hồ sơ nào đang giải quyết.", "Nothing is in progress.").to_owned(),
    });
    Html(format!("<div class=\"card flush board-table\">{table}</div>"))
}

async fn units(room: &Room<'_>, days: &Days) -> Result<Html, PageError> {
    let board = views::board(&room.state.scope, "o", "", *days).await.map_err(PageError::internal)?;
    let mut sorted: Vec<(String, Desk)> = board.into_iter().filter(|(_, d)| d.running > 0).collect();
    sorted.sort_by_key(|(k, d)| (-d.late, -d.today, k.clone()));
    let row = |(code, desk): &(String, Desk)| {
        let whose = Whose::Office(code.clone());
        let name = room.office_name(code);
        let link = kit::link(&format!("/work/board?of={}", url_part(&super::of(&whose))), &name);
        desk_row(room, link, code, None, &name, desk, room.may_open(&whose))
    };
    Ok(table(room, room.pick("Theo cơ quan", "By unit"), room.pick("Cơ quan", "Unit"), sorted.iter().map(row).collect()))
}

async fn people(room: &Room<'_>, days: &Days, unit: &str) -> Result<Html, PageError> {
    if !room.may_open(&Whose::Office(unit.to_owned())) {
        return Ok(Html::default());
    }
    let board = views::board(&room.state.scope, "u", &format!("{unit}|"), *days).await.map_err(PageError::internal)?;
    let mut sorted: Vec<(String, Desk)> = board.into_iter().filter(|(_, d)| d.running > 0).collect();
    sorted.sort_by_key(|(k, d)| (-d.late, -d.today, k.clone()));
    let mut rows = Vec::new();
    for (key, desk) in &sorted {
        let person = key.rsplit_once('|').map_or("", |(_, p)| p);
        let name = match person {
            "" => room.pick("Chưa giao ai", "Nobody yet").to_owned(),
            account => {
                let sql = "SELECT person_name FROM index_fact WHERE province = $1 AND unit = $2 AND person = $3 AND live = 1 LIMIT 1";
                let found = room.state.scope.one(sql, store::values![unit, account]).await.map_err(PageError::internal)?;
                found.map_or(Ok(None), |r| r.opt_string("person_name")).map_err(PageError::internal)?.unwrap_or_default()
            }
        };
        rows.push(desk_row(room, Html::text(&name), unit, Some(person), &name, desk, true));
    }
    Ok(table(room, room.pick("Theo người xử lý", "By person"), room.pick("Người xử lý", "Person"), rows))
}

pub async fn dossiers(State(s): State<Indicators>, v: Visitor, Query(asked): Query<Listed>) -> Result<Html, PageError> {
    let room = Room::enter(&s, &v)?;
    let unit = Some(asked.unit.clone()).filter(|u| !u.is_empty());
    let whose = unit.clone().map_or(Whose::Province, Whose::Office);
    if !room.may_open(&whose) || unit.as_ref().is_some_and(|u| s.desk.identity().offices().get(u).is_none()) {
        return Err(PageError::not_found());
    }
    let days = days(&room)?;
    let after: Option<After> = asked.after.parse().ok();
    let waiting = match asked.waiting.as_str() {
        "" => None,
        code => Some(Waiting::of(code).ok_or_else(PageError::not_found)?),
    };
    let received = asked.due == "received";
    let due = match asked.due.as_str() {
        "" | "received" => None,
        column => Some(days.range(column).ok_or_else(PageError::not_found)?),
    };
    let mut found = if received {
        let today = midnight(room.now.date());
        views::received_dossiers(&s.scope, unit.as_deref(), today, room.now.plus_seconds(1), after.as_ref(), PAGE + 1).await
    } else {
        let person = Some(asked.person.clone()).filter(|p| !p.is_empty()).map(|p| if p == "-" { String::new() } else { p });
        let q = OnDesk { unit: unit.clone(), person, waiting: waiting.map(Waiting::code), due };
        views::on_desk(&s.scope, &q, after.as_ref(), PAGE + 1).await
    }
    .map_err(PageError::internal)?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let here = list(unit.as_deref(), Some(asked.person.as_str()).filter(|p| !p.is_empty()), &asked.due, &asked.waiting);
    let next = found.last().filter(|_| more).map(|d| format!("{here}&after={}", url_part(&d.place().to_string())));
    let what = match asked.due.as_str() {
        "received" => room.pick("Tiếp nhận hôm nay", "Received today"),
        "late" => room.pick("Đang trễ", "Late now"),
        "today" => room.pick("Đến hạn hôm nay", "Due today"),
        "1" => room.pick("Còn 1 ngày làm việc", "Due in 1 working day"),
        "2" => room.pick("Còn 2 ngày làm việc", "Due in 2 working days"),
        "3" => room.pick("Còn 3 ngày làm việc", "Due in 3 working days"),
        _ => room.pick("Đang giải quyết", "In progress"),
    };
    let title = waiting.map_or_else(|| what.to_owned(), |w| format!("{what} – {} {}", room.pick("chờ", "waiting on"), dossiers::waiting(Some(w), room.lang())));
    let mut main = kit::heading(&title, Some(&room.whose_name(&whose, None)));
    main.push(&kit::link(&format!("/work/board?of={}", url_part(&super::of(&whose))), room.pick("Về bảng điều hành", "Back to the board")));
    main.push(&dossiers::table(&room, &title, &found));
    main.push(&kit::pagination(room.lang(), after.is_some().then_some(here.as_str()), next.as_deref()));
    Ok(room.page(&title, "/work/board", main))
}
