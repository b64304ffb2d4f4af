//! `/ioc/feeds`: systems that send values by themselves, when they last did, which rows were refused and why; and their door,
//! `POST /api/v1/feeds/{feed}`.

use super::{FEEDS, INDICATORS, actor, shell};
use crate::{
    Measures,
    feed::{self, Delivery, State, Way, catalog::Feed},
};
use axum::{
    body::Bytes,
    extract::State as Shared,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::Instant;
use serde_json::json;
use web::{
    extract::Path,
    figure,
    html::{Html, esc},
    kit::{self, Column, Mood, Table},
    openapi::Doc,
    problem::{ApiError, Fault, PageError},
    visitor::Visitor,
    when,
};

/// Deliveries on a feed's page.
const SHOWN: i64 = 100;

pub fn doc() -> Doc {
    Doc::new("Gửi số liệu của một nguồn", "Send the values of a feed")
        .about(
            "CSV (text/csv) hoặc JSON theo cột đã khai của nguồn. Dòng sai bị từ chối kèm lý do, dòng đúng được ghi; gửi lại đúng tệp đó không ghi thêm gì.",
            "CSV (text/csv) or JSON by the columns declared for the feed. A wrong row is refused with its reason, the others are taken; the same bytes sent again change nothing.",
        )
        .tag("feeds")
        .path("feed", "mã nguồn", "the feed's code")
        .body(json!({"type": "string", "contentMediaType": "text/csv"}), Some(json!("ma_tinh;ky;ma_xa;so_ho_cap_quang;so_ho;van_ban;thoi_diem\n79;2026-Q3;27154;8512;9104;;2026-10-05\n")))
        .answer(201, "Đã nhận; số dòng mới, đính chính, trùng, bị từ chối", "Taken; rows that are new, corrected, the same, refused", json!({"type": "object"}))
        .answer(200, "Tệp này đã nhận trước đó", "These bytes were taken before", json!({"type": "object"}))
        .answer(422, "Cả tệp không đọc được", "The whole does not read", json!({"type": "object"}))
        .answer(429, "Gửi quá nhiều lần trong một giờ", "Too many deliveries in an hour", json!({"type": "object"}))
}

pub async fn receive(Shared(s): Shared<Measures>, v: Visitor, Path(code): Path<String>, headers: HeaderMap, body: Bytes) -> Result<Response, ApiError> {
    let me = v.actor.clone().ok_or_else(|| ApiError(Fault::sign_in_needed()))?;
    let feed = s.feed(&code).ok_or_else(ApiError::not_found)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or_default();
    let (d, repeated) = s.deliver(&me, feed, kind, &body).await.map_err(|f| ApiError(PageError::from(f).0))?;
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, axum::Json(d.told(repeated))).into_response())
}

fn of(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// How a source stands, in a word.
fn age(v: &Visitor, state: &State, now: Instant) -> Html {
    let mut chips = vec![match state.taken_at {
        _ if state.is_old(now) => kit::chip(Mood::Bad, v.pick("nguồn cũ", "stale source")),
        None => kit::chip(Mood::Warn, v.pick("chưa gửi lần nào", "has sent nothing yet")),
        Some(_) => kit::chip(Mood::Good, v.pick("đúng kỳ", "up to date")),
    }];
    if state.last.as_ref().is_some_and(Delivery::has_faults) {
        chips.push(kit::chip(Mood::Warn, v.pick("lần cuối có lỗi", "faults in the last delivery")));
    }
    Html(chips.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
}

pub async fn list(Shared(s): Shared<Measures>, v: Visitor) -> Result<Html, PageError> {
    let now = s.now();
    let states = s.feeds().await.map_err(PageError::internal)?;
    let row = |(f, state): (&Feed, &State)| {
        let last = state.last.as_ref();
        vec![
            Html(format!("<a href=\"{FEEDS}/{}\">{}</a><br><span class=\"muted\">{}</span>", esc(&f.code), esc(f.name.get(v.lang)), esc(f.supplier.get(v.lang)))),
            age(&v, state, now),
            last.map_or_else(|| Html::text("–"), |d| when::at_time(d.at, now, v.lang)),
            last.map_or_else(|| Html::text("–"), |d| counts(&v, d)),
        ]
    };
    let rows = s.catalog.feeds.iter().zip(&states).map(row).collect();
    let title = v.pick("Nguồn gửi số liệu tự động", "Sources that send values");
    let table = kit::table(&Table {
        caption: title.to_owned(),
        caption_hidden: true,
        columns: vec![
            Column::text(v.pick("Nguồn", "Source")),
            Column::text(v.pick("Tình trạng", "State")),
            Column::text(v.pick("Gửi lần cuối", "Last sent")),
            Column::text(v.pick("Lần cuối", "The last delivery")),
        ],
        rows,
        empty: v.pick("Danh mục chưa khai nguồn nào (catalog/indicators/feeds.yaml).", "The catalogue declares no source (catalog/indicators/feeds.yaml).").to_owned(),
    });
    let main = Html(format!("{}{table}", kit::heading(title, None)));
    Ok(shell(&v, title, main).back(INDICATORS, v.pick("Chỉ tiêu", "Indicators")).render())
}

/// `120 dòng: 118 mới, 2 bị từ chối`.
fn counts(v: &Visitor, d: &Delivery) -> Html {
    if !d.unreadable.is_empty() {
        return kit::chip(Mood::Bad, v.pick("không đọc được", "does not read"));
    }
    let n = |n: usize| when::number(of(n), v.lang);
    let refused = if d.refused > 0 { format!(" {}", kit::chip(Mood::Bad, &format!("{} {}", n(d.refused), v.pick("bị từ chối", "refused")))) } else { String::new() };
    Html(format!("{} {}: {} {}, {} {}, {} {}{refused}", n(d.rows), v.pick("dòng", "rows"), n(d.new), v.pick("mới", "new"), n(d.corrected), v.pick("đính chính", "corrected"), n(d.same), v.pick("đã có", "there already")))
}

fn found<'s>(s: &'s Measures, code: &str) -> Result<&'s Feed, PageError> {
    s.feed(code).ok_or_else(PageError::not_found)
}

pub async fn show(Shared(s): Shared<Measures>, v: Visitor, Path(code): Path<String>) -> Result<Html, PageError> {
    let _ = actor(&v)?;
    let f = found(&s, &code)?;
    let now = s.now();
    let all = feed::deliveries(&s.scope, &f.code, SHOWN).await.map_err(PageError::internal)?;
    let state = s.feeds().await.map_err(PageError::internal)?.into_iter().find(|x| x.feed == f.code).ok_or_else(PageError::not_found)?;
    let row = |d: &Delivery| {
        vec![
            Html(format!("<a href=\"{FEEDS}/{}/{}\">{}</a>", esc(&f.code), d.id, esc(&when::exact(d.at, v.lang)))),
            sender(d),
            counts(&v, d),
            Html(format!("<code>{}</code>", esc(d.sha256.get(..16).unwrap_or_default()))),
        ]
    };
    let table = kit::table(&Table {
        caption: v.pick("Các lần gửi, mới nhất ở trên", "Deliveries, the newest first").to_owned(),
        caption_hidden: false,
        columns: vec![Column::text(v.pick("Lúc", "At")), Column::text(v.pick("Bên gửi", "Sent by")), Column::text(v.pick("Kết quả", "What became of it")), Column::text("SHA-256")],
        rows: all.iter().map(row).collect(),
        empty: v.pick("Nguồn này chưa gửi lần nào.", "This source has sent nothing yet.").to_owned(),
    });
    let unverified = if f.verified { Html::default() } else { kit::inset(&kit::para(v.pick("Tên cột của nguồn này chưa đối chiếu với bên gửi.", "The columns of this source were not agreed with who sends."))) };
    let title = f.name.get(v.lang);
    let facts = kit::summary_list(&[
        kit::Line::new(v.pick("Tình trạng", "State"), age(&v, &state, now)),
        kit::Line::new(v.pick("Nơi cung cấp", "Supplied by"), f.supplier.get(v.lang)),
        kit::Line::new(v.pick("Cách gửi", "How it is sent"), ways(&v, f)),
        kit::Line::new(v.pick("Hạn gửi tiếp", "Next due"), state.due.map_or_else(|| Html::text("–"), |due| when::at_time(due, now, v.lang))),
        kit::Line::new(v.pick("Coi là cũ sau", "Stale after"), format!("{} {}", f.stale_after_days, v.pick("ngày", "days")).as_str()),
    ]);
    let main = Html(format!("{}<p>{}</p>{unverified}{facts}{table}{}", kit::heading(title, None), esc(f.about.get(v.lang)), kit::details(v.pick("Cột của nguồn", "The columns of the source"), &mapping(&v, &f.columns), false)));
    Ok(shell(&v, title, main).back(FEEDS, v.pick("Nguồn gửi số liệu tự động", "Sources that send values")).render())
}

/// The doors of a feed.
fn ways(v: &Visitor, f: &Feed) -> Html {
    let mut all = vec![Html(format!("<code>POST /api/v1/feeds/{}</code>", esc(&f.code)))];
    if f.folder {
        all.push(Html(format!("{} <code>feeds/{}</code>", v.pick("Tệp .csv, .json đặt vào thư mục", "Files .csv, .json laid into the folder"), esc(&f.code))));
    }
    if let Some(topic) = &f.topic {
        all.push(Html(format!("{} <code>{}</code>", v.pick("Tin nhắn MQTT, chủ đề", "MQTT messages, topic"), esc(topic))));
    }
    kit::bullets(&all)
}

/// Who sent a delivery, and under which name it came.
fn sender(d: &Delivery) -> Html {
    match &d.way {
        Way::Http => Html::text(&d.name),
        Way::Folder(name) | Way::Message(name) => Html(format!("{}<br><code>{}</code>", esc(&d.name), esc(name))),
    }
}

fn mapping(v: &Visitor, columns: &feed::catalog::Columns) -> Html {
    let rows = columns
        .parts()
        .into_iter()
        .map(|(name, c)| {
            let told = match (&c.value, &c.from) {
                (Some(value), _) => format!("“{}” {}", esc(value), v.pick("ở mọi dòng", "in every row")),
                (None, from) => format!("<code>{}</code>", esc(from.as_deref().unwrap_or_default())),
            };
            let or = c.or.as_ref().map_or_else(String::new, |o| format!("; {} “{}”", v.pick("nếu trống:", "if empty:"), esc(o)));
            vec![Html(format!("<code>{name}</code>")), Html(format!("{told}{or}"))]
        })
        .collect();
    kit::table(&Table { caption: v.pick("Cột của nguồn", "The columns of the source").to_owned(), caption_hidden: true, columns: vec![Column::text(v.pick("Phần", "Part")), Column::text(v.pick("Lấy từ", "Taken from"))], rows, empty: String::new() })
}

pub async fn one(Shared(s): Shared<Measures>, v: Visitor, Path((code, id)): Path<(String, String)>) -> Result<Html, PageError> {
    let f = found(&s, &code)?;
    let id = id.parse().map_err(|_| PageError::not_found())?;
    let d = feed::delivery(&s.scope, id).await.map_err(PageError::internal)?.filter(|d| d.feed == f.code).ok_or_else(PageError::not_found)?;
    let title = format!("{}, {}", f.name.get(v.lang), when::exact(d.at, v.lang));
    let n = |n: usize| Html::text(&when::number(of(n), v.lang));
    let shown = of(d.refused.min(feed::MOST_WRONG));
    let refused = if of(d.refused) > shown { Html(format!("{} ({} {shown})", n(d.refused), v.pick("hiện", "shown:"))) } else { figure::maybe(shown, Some("#wrong"), v.pick("dòng bị từ chối", "rows refused"), v.lang) };
    let facts = kit::summary_list(&[
        kit::Line::new(v.pick("Bên gửi", "Sent by"), sender(&d)),
        kit::Line::new(v.pick("Dung lượng", "Size"), when::size(u64::try_from(d.bytes).unwrap_or(0)).as_str()),
        kit::Line::new("SHA-256", Html(format!("<code>{}</code>", esc(&d.sha256)))),
        kit::Line::new(v.pick("Số dòng", "Rows"), n(d.rows)),
        kit::Line::new(v.pick("Mới", "New"), n(d.new)),
        kit::Line::new(v.pick("Đính chính", "Corrected"), n(d.corrected)),
        kit::Line::new(v.pick("Đã có, không đổi", "There already"), n(d.same)),
        kit::Line::new(v.pick("Bị từ chối", "Refused"), refused),
    ]);
    let rows = d.wrong.iter().map(|w| vec![Html::text(&w.row.to_string()), kit::bullets(&w.reasons.iter().map(|r| Html::text(r.get(v.lang))).collect::<Vec<_>>())]).collect();
    let table = kit::records(&Table {
        caption: v.pick("Dòng bị từ chối", "Rows that were refused").to_owned(),
        caption_hidden: true,
        columns: vec![Column::text(v.pick("Dòng", "Row")), Column::text(v.pick("Vì sao, sửa thế nào", "Why, and what to do"))],
        rows,
        empty: v.pick("Không có dòng nào bị từ chối.", "No row was refused.").to_owned(),
    });
    let unreadable = if d.unreadable.is_empty() { Html::default() } else { kit::inset(&kit::bullets(&d.unreadable.iter().map(|r| Html::text(r.get(v.lang))).collect::<Vec<_>>())) };
    let main = Html(format!(
        "{}{unreadable}{facts}<h2 id=\"wrong\">{}</h2>{table}{}",
        kit::heading(&title, None),
        v.pick("Dòng bị từ chối", "Rows that were refused"),
        kit::details(v.pick("Cột đã dùng khi đọc", "The columns it was read by"), &mapping(&v, &d.mapping), false)
    ));
    Ok(shell(&v, &title, main).back(&format!("{FEEDS}/{code}"), f.name.get(v.lang)).render())
}
