//! The register of breaches: the list with each clock, recording one, and the register as a table to take away.

use super::{PAGE, actor, attachment, newest, place};
use crate::{
    Privacy,
    breach::{Breach, Standing, Typed, store as rows},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Instant, refusal::Reason, text::Lang};
use serde::Deserialize;
use web::{
    extract::{FormData, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    rail,
    visitor::Visitor,
    when,
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    after: String,
}

/// How the clock stands, in colour and words.
pub(super) fn chip(v: &Visitor, b: &Breach, now: Instant) -> Html {
    let left = |seconds: i64| {
        let hours = seconds / 3600;
        match v.lang {
            Lang::Vi => format!("còn {hours} giờ {} phút", (seconds % 3600) / 60),
            Lang::En => format!("{hours} h {} min left", (seconds % 3600) / 60),
        }
    };
    let over = |seconds: i64| match v.lang {
        Lang::Vi => format!("quá hạn {} giờ", seconds / 3600),
        Lang::En => format!("overdue by {} h", seconds / 3600),
    };
    match b.standing(now) {
        Standing::Told { late: false } => kit::chip(Mood::Good, v.pick("đã thông báo đúng hạn", "told in time")),
        Standing::Told { late: true } => kit::chip(Mood::Bad, v.pick("đã thông báo, muộn", "told late")),
        Standing::Open { late: false } => kit::chip(Mood::Warn, &left(b.due.seconds_since(now))),
        Standing::Open { late: true } => kit::chip(Mood::Bad, &over(now.seconds_since(b.due))),
        Standing::NotOwed => kit::chip(Mood::Info, v.pick("không phải thông báo", "no notice owed")),
    }
}

pub(super) fn shell(v: &Visitor, title: &str, main: Html) -> Shell {
    Shell::new(v, title, main).width(Width::Wide).nav(rail::of(v))
}

pub async fn list(State(s): State<Privacy>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let before = place(&asked.after);
    let list = rows::page(&s.scope, (before.0, &before.1), PAGE).await.map_err(PageError::internal)?;
    let now = s.now();
    let full = i64::try_from(list.len()).is_ok_and(|n| n == PAGE);
    let next = list.last().filter(|_| full).map(|b| format!("/admin/breaches?after={}~{}", b.noticed.micros(), b.id));
    let title = v.pick("Sổ vi phạm dữ liệu cá nhân", "Register of personal data breaches");
    let hours = s.catalog.rules.breach.notice_hours;
    let basis = super::home::cited(&v, &s.catalog.rules.breach.legal_basis);
    let lead = match v.lang {
        Lang::Vi => format!("Vụ việc phải thông báo: {hours} giờ kể từ khi phát hiện, tính cả đêm và ngày nghỉ. Căn cứ: {basis}."),
        Lang::En => format!("What must be told: within {hours} hours of noticing, nights and holidays included. Basis: {basis}."),
    };
    let mut main = kit::heading(title, None);
    main.push(&Html(format!("<p class=\"lead\">{}</p>", esc(&lead))));
    main.push(&kit::button_group(&[
        kit::link_button("/admin/breaches/new", v.pick("Ghi vụ việc mới", "Record a breach"), Weight::Main),
        Html(format!("<a href=\"/admin/breaches/register\" download>{}</a>", esc(v.pick("Tải sổ (CSV)", "Download the register (CSV)")))),
    ]));
    let row = |b: &Breach| {
        let state = match (b.closed, b.told) {
            (Some(_), _) => v.pick("đã kết thúc", "closed"),
            (None, Some(_)) => v.pick("đang xử lý, đã báo người bị ảnh hưởng", "open, people were told"),
            (None, None) => v.pick("đang xử lý", "open"),
        };
        vec![
            kit::link(&format!("/admin/breaches/{}", url_part(&b.id)), &b.title),
            when::at_time(b.noticed, now, v.lang),
            when::time(b.due, &when::exact(b.due, v.lang), v.lang),
            chip(&v, b, now),
            Html::text(&when::number(b.people, v.lang)),
            Html::text(state),
        ]
    };
    main.push(&kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Vụ việc", "Breach")),
            Column::text(v.pick("Phát hiện", "Noticed")),
            Column::text(v.pick("Hạn thông báo", "Notice due")),
            Column::text(v.pick("Thông báo", "Notice")),
            Column::num(v.pick("Số người", "People")),
            Column::text(v.pick("Tình trạng", "State")),
        ],
        rows: list.iter().map(row).collect(),
        empty: v.pick("Chưa ghi vụ việc nào.", "No breach is recorded.").to_owned(),
    }));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(shell(&v, title, main).render())
}

pub async fn new(State(s): State<Privacy>, v: Visitor) -> Html {
    let now = s.now();
    let day = now.date();
    let mut form = FormData::default();
    let parts = [("noticed-day", day.day().to_string()), ("noticed-month", day.month().to_string()), ("noticed-year", day.year().to_string()), ("time", when::clock(now))];
    form.0.extend(parts.map(|(n, t)| (n.to_owned(), t)));
    form_page(&s, &v, &form, &[])
}

fn date_values(form: &FormData) -> Vec<String> {
    ["noticed-day", "noticed-month", "noticed-year"].iter().map(|n| form.get(n).unwrap_or_default().to_owned()).collect()
}

fn form_page(s: &Privacy, v: &Visitor, form: &FormData, reasons: &[Reason]) -> Html {
    let lang = v.lang;
    let field = |name: &str, vi: &str, en: &str| Field::new(lang, name, v.pick(vi, en)).errors(reasons).value(form.get(name).unwrap_or_default());
    let categories: Vec<Choice> = s.catalog.rules.breach.categories.iter().map(|c| {
        let choice = Choice::new(&c.code, c.name.get(lang));
        if c.sensitive { choice.hint(v.pick("dữ liệu nhạy cảm", "sensitive data")) } else { choice }
    }).collect();
    let serious = [
        Choice::new("yes", v.pick("Phải thông báo", "It must be told")).hint(v.pick("có thể gây hại cho người bị ảnh hưởng, an ninh, trật tự", "it may harm the people concerned, security or order")),
        Choice::new("no", v.pick("Không phải thông báo", "No notice is owed")).hint(v.pick("ghi lý do trong phần biện pháp", "say why under the measures")),
    ];
    let body = [
        field("title", "Vụ việc, trong một câu", "The breach, in one sentence").max_length(150).input(),
        field("what", "Chuyện gì đã xảy ra, bằng cách nào", "What happened, and how").max_length(4000).textarea(4),
        Field::new(lang, "noticed", v.pick("Ngày phát hiện", "Day it was noticed")).errors(reasons).values(date_values(form)).hint(v.pick("Đồng hồ tính từ lúc phát hiện, không phải lúc ghi.", "The clock counts from noticing, not from recording.")).date(),
        field("time", "Giờ phát hiện", "Time it was noticed").hint(v.pick("Ví dụ 08:30.", "For example 08:30.")).width("w5").max_length(8).input(),
        Field::new(lang, "categories", v.pick("Loại dữ liệu", "Categories of data")).errors(reasons).values(form.all("categories").into_iter().map(str::to_owned).collect()).checkboxes(&categories),
        field("people", "Số người bị ảnh hưởng", "People concerned").numeric().width("w10").max_length(12).hint(v.pick("Ước tính cũng được; chưa biết thì ghi 0.", "An estimate will do; 0 when unknown.")).input(),
        field("serious", "Thông báo cơ quan có thẩm quyền", "Telling the authority").radios(&serious),
        field("measures", "Đã làm gì để ngăn chặn, giảm hại", "What was done to contain it").max_length(4000).textarea(3),
        kit::Button::new(v.pick("Ghi vào sổ", "Record it")).html(),
    ];
    let title = v.pick("Ghi vụ vi phạm dữ liệu cá nhân", "Record a personal data breach");
    let mut main = kit::error_summary(lang, reasons);
    main.push(&kit::heading(title, None));
    main.push(&kit::form(v, "/admin/breaches", &Html::join(&body)));
    Shell::new(v, title, main).width(Width::Narrow).error(!reasons.is_empty()).back("/admin/breaches", v.pick("Sổ vi phạm", "The register")).render()
}

pub async fn record(State(s): State<Privacy>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let actor = actor(&v)?;
    let text = |name: &str| kernel::text::clean(form.get(name).unwrap_or_default()).chars().take(5000).collect::<String>();
    let typed = Typed {
        title: text("title"),
        what: text("what"),
        day: kit::date_answer(&form, "noticed").ok().flatten(),
        time: text("time"),
        categories: form.all("categories").into_iter().filter(|c| !c.is_empty()).map(str::to_owned).collect(),
        people: text("people"),
        serious: match form.get("serious") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        },
        measures: text("measures"),
    };
    match typed.read(&s.catalog.rules.breach, &actor, s.now()) {
        Ok(breach) => {
            s.record_breach(&actor, &breach).await?;
            Ok(Redirect::to(&format!("/admin/breaches/{}", breach.id)).into_response())
        }
        Err(refusal) => Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&s, &v, &form, &refusal.reasons)).into_response()),
    }
}

/// One line; a cell that a spreadsheet would take for a formula is made text.
fn line(cells: &[String]) -> String {
    let cell = |c: &String| {
        let c = if c.starts_with(['=', '+', '@', '-']) { format!("'{c}") } else { c.clone() };
        if c.contains([',', '"', '\n', '\r']) { format!("\"{}\"", c.replace('"', "\"\"")) } else { c }
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

/// Most rows of a downloaded register.
const REGISTER: i64 = 10_000;

pub async fn csv(State(s): State<Privacy>, v: Visitor) -> Result<Response, PageError> {
    let all = rows::page(&s.scope, (newest(), ""), REGISTER).await.map_err(PageError::internal)?;
    let heads = [
        ("Mã", "Id"), ("Vụ việc", "Breach"), ("Phát hiện", "Noticed"), ("Ghi vào sổ", "Recorded"), ("Hạn thông báo", "Notice due"),
        ("Phải thông báo", "Notice owed"), ("Đã thông báo lúc", "Told at"), ("Số văn bản", "Document"), ("Báo người bị ảnh hưởng", "People told"),
        ("Loại dữ liệu", "Categories"), ("Số người", "People"), ("Diễn biến", "What happened"), ("Biện pháp", "Measures"), ("Kết thúc", "Closed"), ("Kết luận", "Conclusion"),
    ];
    // A byte order mark, so that spreadsheets read the Vietnamese letters.
    let mut out = format!("\u{feff}{}", line(&heads.map(|(vi, en)| v.pick(vi, en).to_owned())));
    let at = |x: Option<Instant>| x.map_or_else(String::new, |x| x.to_string());
    for b in &all {
        out.push_str(&line(&[
            b.id.clone(),
            b.title.clone(),
            b.noticed.to_string(),
            b.recorded.to_string(),
            b.due.to_string(),
            v.pick(if b.serious { "có" } else { "không" }, if b.serious { "yes" } else { "no" }).to_owned(),
            at(b.notified),
            b.reference.clone(),
            at(b.told),
            b.categories.join("; "),
            b.people.to_string(),
            b.what.clone(),
            b.measures.clone(),
            at(b.closed),
            b.conclusion.clone(),
        ]));
    }
    Ok(attachment("so-vi-pham-du-lieu.csv", "text/csv; charset=utf-8", out.into_bytes()))
}
