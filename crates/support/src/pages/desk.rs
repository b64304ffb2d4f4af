//! The staff's lists: by due instant, to be paid, to be published.

use super::parts::{PAGE, contents_text, desk_page, paged, status_chip};
use crate::{
    Support,
    dossier::Status,
    views::{self, After, Item},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::Instant;
use serde::Deserialize;
use web::{
    extract::Query,
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

/// What the address asks for; what it says wrongly is not asked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    status: String,
    after: String,
}

impl Asked {
    fn after(&self) -> After {
        After::read(&self.after).unwrap_or_else(After::first)
    }
}

pub fn dossier_address(id: crate::dossier::DossierId) -> String {
    format!("/centre/support/dossiers/{id}")
}

fn name_cells(s: &Support, v: &Visitor, i: &Item) -> Vec<Html> {
    let priority = if i.priority { format!(" {}", kit::chip(Mood::Info, v.pick("ưu tiên", "priority"))) } else { String::new() };
    vec![
        Html(format!("<a href=\"{}\">{}</a>{priority}<br>{}", dossier_address(i.id), esc(&i.code), esc(&i.enterprise_name))),
        Html::text(&contents_text(s, v, &i.contents)),
    ]
}

pub async fn list(State(s): State<Support>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let status = Status::of_code(&asked.status).unwrap_or(Status::Received);
    let rows = views::by_due(&s.scope, status, &asked.after(), PAGE + 1).await.map_err(PageError::internal)?;
    let (shown, next) = paged(&rows, &format!("/centre/support?status={}", status.code()), |i| i.due.micros());
    let appeals = views::appeals(&s.scope, 20).await.map_err(PageError::internal)?;
    let title = v.pick("Hồ sơ hỗ trợ", "Support dossiers");
    let links: Vec<Html> = Status::ALL
        .into_iter()
        .map(|x| {
            let current = if x == status { " aria-current=\"page\"" } else { "" };
            Html(format!("<a href=\"/centre/support?status={}\"{current}>{}</a>", x.code(), status_chip(&v, x)))
        })
        .collect();
    let mut main = kit::heading(title, None);
    main.push(&Html(format!("<nav aria-label=\"{}\">{}</nav>", v.pick("Tình trạng", "State"), kit::bullets(&links))));
    if !appeals.is_empty() {
        main.push(&item_table(&s, &v, v.pick("Khiếu nại chờ trả lời", "Appeals waiting"), &appeals));
    }
    main.push(&item_table(&s, &v, v.pick("Theo hạn trả lời", "By the due time"), shown));
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(desk_page(&v, title, main).render().into_response())
}

fn item_table(s: &Support, v: &Visitor, caption: &str, items: &[Item]) -> Html {
    let now = s.now();
    let due = |i: &Item| {
        if i.status != Status::Received {
            return Html::text("–");
        }
        let left = s.calendar.working_seconds(now, i.due).unwrap_or(0);
        let mood = if left <= 0 { Mood::Bad } else if left < 3 * when::WORKING_DAY { Mood::Warn } else { Mood::Good };
        Html(format!("{}<br>{}", when::due_time(i.due, now, v.lang), kit::chip(mood, &when::working_left(left, v.lang))))
    };
    let row = |i: &Item| {
        let mut cells = name_cells(s, v, i);
        cells.extend([status_chip(v, i.status), when::at_time(i.received_at, now, v.lang), due(i)]);
        cells
    };
    kit::table(&Table {
        caption: caption.to_owned(),
        caption_hidden: false,
        columns: [("Hồ sơ", "Dossier"), ("Nội dung", "Content"), ("Tình trạng", "State"), ("Nhận lúc", "Received"), ("Hạn trả lời", "Answer due")]
            .map(|(vi, en)| Column::text(v.pick(vi, en)))
            .to_vec(),
        rows: items.iter().map(row).collect(),
        empty: v.pick("Không có hồ sơ nào.", "There are none.").to_owned(),
    })
}

pub async fn to_publish(State(s): State<Support>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let rows = views::to_publish(&s.scope, &asked.after(), PAGE + 1).await.map_err(PageError::internal)?;
    let (shown, next) = paged(&rows, "/centre/support/publish", |i| i.publish_due.map_or(0, Instant::micros));
    let title = v.pick("Chờ công bố", "To be published");
    let now = s.now();
    let row = |i: &Item| {
        let mut cells = name_cells(&s, &v, i);
        cells.push(i.publish_due.map_or_else(Html::default, |due| when::due_time(due, now, v.lang)));
        let late = i.publish_due.is_some_and(|due| due <= now);
        cells.push(if late { kit::chip(Mood::Bad, v.pick("quá hạn", "overdue")) } else { kit::chip(Mood::Info, v.pick("còn hạn", "in time")) });
        cells
    };
    let table = kit::table(&Table {
        caption: v.pick("Đã phê duyệt, chưa công bố", "Approved and not published").to_owned(),
        caption_hidden: true,
        columns: [("Hồ sơ", "Dossier"), ("Nội dung", "Content"), ("Công bố trước", "Publish by"), ("Hạn", "Time")].map(|(vi, en)| Column::text(v.pick(vi, en))).to_vec(),
        rows: shown.iter().map(row).collect(),
        empty: v.pick("Mọi hồ sơ đã phê duyệt đều đã công bố.", "Everything approved has been published.").to_owned(),
    });
    let basis = super::parts::cited(&v, &s.rules.procedure.publish.legal_basis);
    let main = Html(format!("{}<p>{basis}</p>{table}{}", kit::heading(title, None), kit::pagination(v.lang, None, next.as_deref())));
    Ok(desk_page(&v, title, main).render().into_response())
}

pub async fn to_pay(State(s): State<Support>, v: Visitor, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let rows = views::to_pay(&s.scope, &asked.after(), PAGE + 1).await.map_err(PageError::internal)?;
    let (shown, next) = paged(&rows, "/centre/support/pay", |i| i.decided_at.map_or(0, Instant::micros));
    let title = v.pick("Chờ chi trả", "To be paid");
    let row = |i: &Item| {
        let mut cells = name_cells(&s, &v, i);
        cells.extend([Html::text(&i.amount.to_string()), Html::text(&i.open.to_string()), Html::text(&i.paid.to_string())]);
        cells
    };
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Hồ sơ", "Dossier")),
            Column::text(v.pick("Nội dung", "Content")),
            Column::num(v.pick("Cam kết", "Committed")),
            Column::num(v.pick("Còn phải chi", "Open")),
            Column::num(v.pick("Đã chi", "Paid")),
        ],
        rows: shown.iter().map(row).collect(),
        empty: v.pick("Không còn khoản nào chờ chi.", "Nothing waits to be paid.").to_owned(),
    });
    let main = Html(format!("{}{table}{}", kit::heading(title, None), kit::pagination(v.lang, None, next.as_deref())));
    Ok(desk_page(&v, title, main).render().into_response())
}
