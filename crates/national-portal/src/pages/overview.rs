//! How the exchange stands, and the rows behind each figure.

use super::{PAGE, actor, page, status_name};
use crate::NationalPortal;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::Instant;
use serde::Deserialize;
use store::{Row, StoreError, values};
use web::{
    extract::{FormData, Query},
    gate::see_other,
    html::{Html, esc, url_part},
    kit::{self, Column, Line, Mood, Table},
    problem::PageError,
    visitor::Visitor,
    when,
};

#[derive(Default)]
struct Standing {
    waiting: i64,
    failing: i64,
    rejected: i64,
    oldest: Option<Instant>,
    last: Option<Instant>,
}

impl NationalPortal {
    async fn standing(&self) -> Result<Standing, StoreError> {
        let count = async |sql: &str| -> Result<Option<Row>, StoreError> { self.scope.one(sql, values![]).await };
        let mut s = Standing::default();
        if let Some(row) = count("SELECT COUNT(*) AS n, MIN(due) AS oldest FROM national_case WHERE province = $1 AND due IS NOT NULL").await? {
            (s.waiting, s.oldest) = (row.int("n")?, row.opt_instant("oldest")?);
        }
        if let Some(row) = count("SELECT COUNT(*) AS n FROM national_case WHERE province = $1 AND due IS NOT NULL AND attempts > 0").await? {
            s.failing = row.int("n")?;
        }
        if let Some(row) = count("SELECT COUNT(*) AS n FROM national_case WHERE province = $1 AND rejected = 1").await? {
            s.rejected = row.int("n")?;
        }
        if let Some(row) = count("SELECT MAX(sent_at) AS last FROM national_case WHERE province = $1").await? {
            s.last = row.opt_instant("last")?;
        }
        Ok(s)
    }
}

pub async fn show(State(s): State<NationalPortal>, v: Visitor) -> Result<Html, PageError> {
    let standing = s.standing().await.map_err(PageError::internal)?;
    let now = s.now();
    let link = |n: i64, href: &str| Html(format!("<a href=\"{href}\">{}</a>", when::number(n, v.lang)));
    let (mood, word) = match (&s.connection, standing.rejected, standing.failing) {
        (None, ..) => (Mood::Info, v.pick("Chưa kết nối", "Not connected")),
        (_, 0, 0) => (Mood::Good, v.pick("Thông suốt", "Running")),
        (_, 0, _) => (Mood::Warn, v.pick("Đang gửi lại", "Trying again")),
        _ => (Mood::Bad, v.pick("Có hồ sơ bị từ chối", "Some were refused")),
    };
    let mut lines = vec![
        Line::new(v.pick("Tình trạng", "State"), kit::chip(mood, word)),
        Line::new(v.pick("Hồ sơ có tin chưa gửi", "Dossiers with news to tell"), link(standing.waiting, "/work/national/waiting")),
        Line::new(v.pick("Trong đó đang gửi lại sau lỗi", "Of which failed and tried again"), link(standing.failing, "/work/national/waiting")),
        Line::new(v.pick("Bị Cổng từ chối, cần người xem", "Refused by the portal, need a person"), link(standing.rejected, "/work/national/waiting?only=rejected")),
    ];
    if let Some(last) = standing.last {
        lines.push(Line::new(v.pick("Gửi được gần nhất", "Last told"), when::ago_time(last, now, v.lang)));
    }
    if let Some(oldest) = standing.oldest.filter(|o| *o < now) {
        lines.push(Line::new(v.pick("Tin chờ lâu nhất", "Oldest waiting"), when::ago_time(oldest, now, v.lang)));
    }
    let note = if s.connection.is_none() {
        kit::inset(&kit::para(v.pick(
            "Máy chủ này chưa khai báo địa chỉ của Cổng Dịch vụ công quốc gia. Tin được giữ theo thứ tự và gửi khi có kết nối; không hồ sơ nào bị mất.",
            "No address of the national portal is configured. What is to be told is kept in order and sent once there is a connection; nothing is lost.",
        )))
    } else {
        Html::default()
    };
    let title = v.pick("Đồng bộ với Cổng Dịch vụ công quốc gia", "Synchronisation with the national portal");
    let main = Html(format!("{}{note}{}", kit::heading(title, None), kit::summary_list(&lines)));
    Ok(page(&v, title, "overview", main).render())
}

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    only: String,
    #[serde(default)]
    after: String,
}

pub async fn waiting(State(s): State<NationalPortal>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let rejected = asked.only == "rejected";
    let sql = if rejected {
        "SELECT * FROM national_case WHERE province = $1 AND rejected = 1 AND code > $2 ORDER BY code LIMIT $3"
    } else {
        "SELECT * FROM national_case WHERE province = $1 AND (due IS NOT NULL OR rejected = 1) AND code > $2 ORDER BY code LIMIT $3"
    };
    let rows = s.scope.query(sql, values![asked.after.as_str(), PAGE + 1]).await.map_err(PageError::internal)?;
    let more = rows.len() > PAGE as usize;
    let shown = rows.get(..rows.len().min(PAGE as usize)).unwrap_or_default();
    let now = s.now();
    let cells: Vec<Vec<Html>> = shown.iter().map(|r| waiting_row(&v, r, now)).collect::<Result<_, _>>().map_err(PageError::internal)?;
    let title = v.pick("Hồ sơ chưa gửi được đến Cổng", "Dossiers not told to the portal yet");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Hồ sơ", "Dossier")),
            Column::text(v.pick("Trạng thái hiện nay", "Status now")),
            Column::text(v.pick("Cổng đang ghi", "The portal has")),
            Column::num(v.pick("Số lần thử", "Tries")),
            Column::text(v.pick("Lần thử tới", "Next try")),
            Column::text(v.pick("Lý do", "Reason")),
        ],
        rows: cells,
        empty: v.pick("Không còn gì chờ gửi.", "Nothing is waiting.").to_owned(),
    });
    let codes: Vec<String> = shown.iter().filter(|r| r.bool("rejected").unwrap_or(false)).filter_map(|r| r.string("code").ok()).collect();
    let again = if codes.is_empty() { Html::default() } else { resend_form(&v, "/work/national/resend", &codes) };
    let next = more.then(|| shown.last().and_then(|r| r.string("code").ok())).flatten();
    let next = next.map(|c| format!("/work/national/waiting?only={}&after={}", url_part(&asked.only), url_part(&c)));
    let main = Html(format!("{}{again}{table}{}", kit::heading(title, None), kit::pagination(v.lang, None, next.as_deref())));
    Ok(page(&v, title, "waiting", main).render())
}

fn waiting_row(v: &Visitor, r: &Row, now: Instant) -> Result<Vec<Html>, StoreError> {
    let code = r.text("code")?;
    let due = r.opt_instant("due")?.map_or_else(|| Html::text("–"), |d| if d <= now { Html::text(v.pick("ngay", "at once")) } else { when::at_time(d, now, v.lang) });
    let theirs = r.opt_int("sent_status")?.map_or_else(|| v.pick("chưa có", "not there").to_owned(), |n| status_name(n, v.lang));
    Ok(vec![
        kit::link(&format!("/work/cases/{}", url_part(code)), code),
        Html::text(&status_name(r.int("status")?, v.lang)),
        Html::text(&theirs),
        Html::text(&r.int("attempts")?.to_string()),
        due,
        Html::text(r.opt_text("error")?.unwrap_or("")),
    ])
}

/// One button that tells the dossiers named in the form again.
fn resend_form(v: &Visitor, to: &str, codes: &[String]) -> Html {
    let hidden: String = codes.iter().map(|c| kit::hidden("code", c).0).collect();
    kit::form(v, to, &Html(format!("{hidden}{}", again(v, codes.len()))))
}

/// One button that tells again what the address names.
pub fn resend_button(v: &Visitor, to: &str, count: usize) -> Html {
    kit::form(v, to, &again(v, count))
}

fn again(v: &Visitor, count: usize) -> Html {
    kit::button(&match v.lang {
        kernel::text::Lang::Vi => format!("Gửi lại {count} hồ sơ"),
        kernel::text::Lang::En => format!("Send {count} dossiers again"),
    })
}

pub async fn resend(State(s): State<NationalPortal>, v: Visitor, form: FormData) -> Result<Response, PageError> {
    let codes: Vec<String> = form.all("code").into_iter().map(str::to_owned).collect();
    s.resend(&codes, &*actor(&v)?, s.now()).await.map_err(PageError::internal)?;
    Ok(see_other("/work/national/waiting").into_response())
}

pub async fn mirror(State(s): State<NationalPortal>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    let sql = "SELECT * FROM national_mirror WHERE province = $1 AND code > $2 ORDER BY code LIMIT $3";
    let rows = s.scope.query(sql, values![asked.after.as_str(), PAGE + 1]).await.map_err(PageError::internal)?;
    let now = s.now();
    let cell = |r: &Row| -> Result<Vec<Html>, StoreError> {
        Ok(vec![
            Html::text(r.text("code")?),
            Html(format!("{} <span class=\"muted\">{}</span>", esc(r.text("definition_name")?), esc(r.text("definition")?))),
            Html::text(r.text("system")?),
            Html::text(&status_name(r.int("status")?, v.lang)),
            when::at_time(r.instant("at")?, now, v.lang),
            r.opt_instant("due")?.map_or_else(|| Html::text("–"), |d| when::due_time(d, now, v.lang)),
        ])
    };
    let shown = rows.get(..rows.len().min(PAGE as usize)).unwrap_or_default();
    let cells: Vec<Vec<Html>> = shown.iter().map(cell).collect::<Result<_, _>>().map_err(PageError::internal)?;
    let next = (rows.len() > PAGE as usize).then(|| shown.last().and_then(|r| r.string("code").ok())).flatten();
    let next = next.map(|c| format!("/work/national/mirror?after={}", url_part(&c)));
    let title = v.pick("Hồ sơ của hệ thống tập trung", "Dossiers of centralised systems");
    let lead = kit::para(v.pick(
        "Hồ sơ do hệ thống của bộ, ngành giải quyết (Nghị định 224/2026/NĐ-CP, Điều 15). Trang này chỉ để xem; không nhập lại hồ sơ ở đây.",
        "Handled in a ministry's own system (Decree 224/2026 Art. 15). To look at only; nothing is keyed here again.",
    ));
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Mã hồ sơ", "Code"), ("Thủ tục", "Procedure"), ("Hệ thống", "System"), ("Trạng thái", "Status"), ("Lúc", "At"), ("Hẹn trả", "Promised")]
            .iter()
            .map(|(vi, en)| Column::text(v.pick(vi, en)))
            .collect(),
        rows: cells,
        empty: v.pick("Chưa nhận hồ sơ nào từ hệ thống tập trung.", "Nothing has come from centralised systems yet.").to_owned(),
    });
    let main = Html(format!("{}{lead}{table}{}", kit::heading(title, None), kit::pagination(v.lang, None, next.as_deref())));
    Ok(page(&v, title, "mirror", main).render())
}

fn reason_word(v: &Visitor, reason: &str) -> &'static str {
    let (vi, en) = match reason {
        "older" => ("Cũ hơn tin đã có", "Older than what is known"),
        "own-dossier" => ("Nói về hồ sơ do đơn vị mình giải quyết", "Speaks of a dossier of our own"),
        _ => ("Không đọc được", "Cannot be read"),
    };
    v.lang.pick(vi, en)
}

pub async fn parked(State(s): State<NationalPortal>, v: Visitor, Query(asked): Query<Asked>) -> Result<Html, PageError> {
    // Newest first: ids carry their time.
    let before = if asked.after.is_empty() { "msg_z" } else { asked.after.as_str() };
    let sql = "SELECT * FROM national_parked WHERE province = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    let rows = s.scope.query(sql, values![before, PAGE + 1]).await.map_err(PageError::internal)?;
    let now = s.now();
    let shown = rows.get(..rows.len().min(PAGE as usize)).unwrap_or_default();
    let cell = |r: &Row| -> Result<Vec<Html>, StoreError> {
        let body = kit::details(v.pick("Nội dung tin", "The message"), &Html(format!("<p>{}</p>", esc(r.text("body")?))), false);
        Ok(vec![when::at_time(r.instant("at")?, now, v.lang), Html::text(reason_word(&v, r.text("reason")?)), Html::text(r.text("code")?), body])
    };
    let cells: Vec<Vec<Html>> = shown.iter().map(cell).collect::<Result<_, _>>().map_err(PageError::internal)?;
    let next = (rows.len() > PAGE as usize).then(|| shown.last().and_then(|r| r.string("id").ok())).flatten();
    let next = next.map(|c| format!("/work/national/parked?after={}", url_part(&c)));
    let title = v.pick("Tin nhận được nhưng chưa áp dụng", "Messages taken but not applied");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: [("Lúc", "At"), ("Vì sao", "Why"), ("Mã hồ sơ", "Code"), ("Tin", "Message")].iter().map(|(vi, en)| Column::text(v.pick(vi, en))).collect(),
        rows: cells,
        empty: v.pick("Không có tin nào bị để lại.", "No message was left aside.").to_owned(),
    });
    let main = Html(format!("{}{table}{}", kit::heading(title, None), kit::pagination(v.lang, None, next.as_deref())));
    Ok(page(&v, title, "parked", main).render())
}
