//! The staff's lists: by due instant, to be paid, to be published.

use super::parts::{PAGE, contents_text, desk_page, paged, status_chip};
use crate::{
    Support,
    dossier::Status,
    queue::{self, Place},
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
    html::{Html, esc, url_part},
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
    let waiting = status == Status::Received;
    let urgent = s.urgent_before(s.now());
    let rows = if waiting {
        queue::waiting(&s.scope, urgent, &Place::read(&asked.after).unwrap_or_else(Place::first), PAGE + 1).await
    } else {
        views::by_due(&s.scope, status, &asked.after(), PAGE + 1).await
    }
    .map_err(PageError::internal)?;
    let (shown, mut next) = paged(&rows, &format!("/centre/support?status={}", status.code()), |i| i.due.micros());
    if waiting {
        let last = shown.last().filter(|_| next.is_some());
        let place = last.map(|i| Place { turn: queue::turn(i, urgent), at: i.received_at.micros(), id: i.id.to_string() });
        next = place.map(|p| format!("/centre/support?status={}&after={}", status.code(), url_part(&p.to_string())));
    }
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
    if waiting {
        main.push(&kit::para(v.pick(
            "Thứ tự xét: hồ sơ còn dưới 3 ngày làm việc, rồi hồ sơ thuộc diện ưu tiên, rồi hồ sơ nhận trước (Nghị định 80/2021/NĐ-CP, Điều 4; Nghị định 224/2026/NĐ-CP, Điều 74).",
            "Order: less than 3 working days left, then those with priority, then as received (Decree 80/2021 Art. 4; Decree 224/2026 Art. 74).",
        )));
        main.push(&waiting_table(&s, &v, shown, urgent).await?);
    } else {
        main.push(&item_table(&s, &v, v.pick("Theo hạn trả lời", "By the due time"), shown));
    }
    main.push(&kit::pagination(v.lang, None, next.as_deref()));
    Ok(desk_page(&v, title, main).render().into_response())
}

/// The queue, with why a dossier stands where it stands.
async fn waiting_table(s: &Support, v: &Visitor, items: &[Item], urgent: Instant) -> Result<Html, PageError> {
    let mut why = Vec::new();
    for i in items {
        let reasons = match views::dossier(&s.scope, i.id).await.map_err(PageError::internal)? {
            Some(d) if i.priority => s.why_first(&d),
            _ => Vec::new(),
        };
        let mut words: Vec<String> = reasons.iter().map(|r| r.get(v.lang).to_owned()).collect();
        if queue::turn(i, urgent) == 0 {
            words.insert(0, v.pick("sắp hết hạn", "time runs out").to_owned());
        }
        why.push(if words.is_empty() { v.pick("theo thứ tự nhận", "as received").to_owned() } else { words.join("; ") });
    }
    Ok(table_of(s, v, v.pick("Theo thứ tự xét", "In the order of examination"), items, &why))
}

fn item_table(s: &Support, v: &Visitor, caption: &str, items: &[Item]) -> Html {
    table_of(s, v, caption, items, &[])
}

/// `why`: one reason a row, or none at all.
fn table_of(s: &Support, v: &Visitor, caption: &str, items: &[Item], why: &[String]) -> Html {
    let now = s.now();
    let due = |i: &Item| {
        if i.status != Status::Received {
            return Html::text("–");
        }
        let left = s.calendar.working_seconds(now, i.due).unwrap_or(0);
        let mood = if left <= 0 { Mood::Bad } else if left < 3 * when::WORKING_DAY { Mood::Warn } else { Mood::Good };
        Html(format!("{}<br>{}", when::due_time(i.due, now, v.lang), kit::chip(mood, &when::working_left(left, v.lang))))
    };
    let row = |(n, i): (usize, &Item)| {
        let mut cells = name_cells(s, v, i);
        cells.extend([status_chip(v, i.status), when::at_time(i.received_at, now, v.lang), due(i)]);
        cells.extend(why.get(n).map(|w| Html::text(w)));
        cells
    };
    let mut columns = vec![("Hồ sơ", "Dossier"), ("Nội dung", "Content"), ("Tình trạng", "State"), ("Nhận lúc", "Received"), ("Hạn trả lời", "Answer due")];
    columns.extend((!why.is_empty()).then_some(("Vì sao ở vị trí này", "Why it stands here")));
    kit::table(&Table {
        caption: caption.to_owned(),
        caption_hidden: false,
        columns: columns.iter().map(|(vi, en)| Column::text(v.pick(vi, en))).collect(),
        rows: items.iter().enumerate().map(row).collect(),
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
