//! When the system is away: forms with local numbers, printed before, written by hand, keyed once with the real time.

use super::{Entered, Stand, said, store, store::Local};
use axum::extract::State;
use axum::response::Redirect;
use kernel::Refusal;
use serde_json::json;
use web::{
    extract::{FormData, Query},
    html::{Html, esc, url_part},
    kit::{self, Choice, Column, Field, Mood, Table, Weight},
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
};

/// Most forms printed at once.
const MOST: i64 = 50;

pub async fn page(State(c): Entered, v: Visitor) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let lang = v.lang;
    let locals = store::locals(c.desk.scope(), &stand.office, 100).await.map_err(PageError::internal)?;
    let title = v.pick("Khi mất hệ thống", "During an outage");
    let mut body = kit::heading(title, Some(&stand.room.office_name(stand.office.as_str())));
    body.push(&kit::para(v.pick(
        "In sẵn phiếu có số của cơ quan. Khi mất điện hoặc mất kết nối, viết tay lên phiếu, giao liên có số cho người dân; khi có lại, nhập từng phiếu với giờ nhận thật.",
        "Print forms with numbers of your office beforehand. Without power or connection write on them and hand out the numbered part; afterwards key each form with the time it was really received.",
    )));
    body.push(&Html(format!("<p>{} {}</p>", v.pick("Nhập lại trong", "Keyed within"), said(&c.rules.outage, lang))));
    let mut form = Field::new(lang, "how_many", v.pick("Số phiếu", "Forms")).value("10").select(&["5", "10", "20", "50"].map(|n| Choice::new(n, n)));
    form.push(&kit::button(v.pick("Cấp số và in", "Draw numbers and print")));
    body.push(&kit::form(&v, "/work/counter/outage", &form));
    let rows = locals.iter().map(|l| row(&v, l, c.now())).collect();
    body.push(&kit::table(&Table {
        caption: v.pick("Phiếu đã cấp", "Forms printed").to_owned(),
        caption_hidden: false,
        columns: [v.pick("Số phiếu", "Number"), v.pick("In lúc", "Printed"), v.pick("Tình trạng", "State")].map(Column::text).to_vec(),
        rows,
        empty: v.pick("Chưa cấp phiếu nào.", "No form has been printed.").to_owned(),
    }));
    stand.page(title, "/outage", &body, false).await
}

fn row(v: &Visitor, l: &Local, now: kernel::Instant) -> Vec<Html> {
    let state = match (l.keyed_at, l.received_at) {
        (Some(keyed), Some(received)) => {
            let said = format!("{} {} · {} {} · {}", v.pick("nhận", "received"), web::when::exact(received, v.lang), v.pick("nhập", "keyed"), web::when::exact(keyed, v.lang), l.reason.as_deref().unwrap_or_default());
            Html(format!("{} <b class=\"code\">{}</b><br>{}", kit::chip(Mood::Good, v.pick("đã nhập", "keyed")), esc(l.code.as_deref().unwrap_or_default()), esc(&said)))
        }
        _ => Html(format!("<a href=\"/work/counter?local={}\">{}<span class=\"vh\"> {}</span></a>", url_part(&l.number), v.pick("Nhập phiếu này", "Key this form"), esc(&l.number))),
    };
    vec![Html(format!("<b class=\"code\">{}</b>", esc(&l.number))), web::when::at_time(l.printed_at, now, v.lang), state]
}

/// Draws numbers: `H29.161-P261123-001`, never twice.
pub async fn draw(State(c): Entered, v: Visitor, form: FormData) -> Result<Redirect, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let many = form.get("how_many").and_then(|n| n.parse::<i64>().ok()).filter(|n| (1..=MOST).contains(n));
    let many = many.ok_or_else(|| Refusal::invalid("how-many", format!("Chọn từ 1 đến {MOST} phiếu"), format!("Choose from 1 to {MOST} forms")))?;
    let (scope, now) = (c.desk.scope(), c.now());
    let d = now.date();
    let day = format!("{:02}{:02}{:02}", d.year().rem_euclid(100), d.month(), d.day());
    let first = store::last_local(scope, &stand.office, &day).await.map_err(PageError::internal)? + 1;
    let mut batch = scope.batch();
    for serial in first..first + many {
        store::print_local(&mut batch, &stand.office, &day, serial, &format!("{}-P{day}-{serial:03}", stand.office), now);
    }
    let payload = json!({"office": stand.office, "day": day, "from": first, "to": first + many - 1});
    store::entry(&mut batch, &format!("counter-forms/{}/{day}/{first}", stand.office), 1, "counter.forms-printed", now, stand.room.actor, &payload);
    store::commit(scope, batch, || Refusal::conflict("numbers", "Có người vừa cấp số; bấm lại", "Somebody has just drawn numbers; press again")).await?;
    Ok(Redirect::to(&format!("/work/counter/outage/print?day={day}&from={first}&to={}", first + many - 1)))
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Range {
    day: String,
    from: i64,
    to: i64,
}

/// The forms to print: one a page, everything an intake needs.
pub async fn print(State(c): Entered, v: Visitor, Query(asked): Query<Range>) -> Result<Html, PageError> {
    let stand = Stand::enter(&c, &v)?;
    let mut sheets = String::new();
    for serial in (asked.from..=asked.to).take(MOST as usize) {
        let number = format!("{}-P{}-{serial:03}", stand.office, kernel::text::clean(&asked.day));
        if store::find_local(c.desk.scope(), &stand.office, &number).await.map_err(PageError::internal)?.is_some() {
            sheets.push_str(&sheet(&stand, &number));
        }
    }
    if sheets.is_empty() {
        return Err(PageError::not_found());
    }
    let title = v.pick("Phiếu tiếp nhận khi mất hệ thống", "Intake forms for an outage");
    let button = Html(format!("<p class=\"no-print\"><button type=\"button\" class=\"btn\" data-print hidden>{}</button> {}</p>", v.pick("In", "Print"), kit::link_button("/work/counter/outage", v.pick("Xong", "Done"), Weight::Quiet)));
    let main = Html(format!("<h1>{title}</h1>{button}{sheets}"));
    Ok(Shell::new(&v, title, main).width(Width::Normal).render())
}

fn sheet(stand: &Stand<'_>, number: &str) -> String {
    let lines = [
        "Thủ tục (mã, tên)",
        "Họ tên người nộp; số định danh; điện thoại",
        "Chủ hồ sơ (nếu khác); giấy ủy quyền",
        "Nội dung khai cần thiết",
        "Giấy tờ đã xuất trình / đã nhận (số trang)",
        "Giờ, ngày nhận",
        "Người nhận (ký, ghi rõ họ tên)",
    ];
    let rows: String = lines.iter().map(|l| format!("<tr><th scope=\"row\">{l}</th><td></td></tr>")).collect();
    let office = stand.counter.desk.identity().offices().get(stand.office.as_str());
    let phone = office.map(|o| o.phone.clone()).unwrap_or_default();
    let name = stand.room.office_name(stand.office.as_str());
    format!(
        "<section class=\"outage-sheet\"><h2>{number}</h2><p>{name}</p><table><caption class=\"vh\">{number}</caption><tbody>{rows}</tbody></table>\
         <p class=\"outage-stub\"><b>Liên giao người dân · {number}</b><br>{name} · {phone}<br>Đã nhận hồ sơ lúc …… giờ …… ngày …/…/……. Giấy tiếp nhận và hẹn trả (Mẫu 01) được gửi khi hệ thống hoạt động lại; \
         thời hạn tính từ giờ nhận ghi trên.<br>Người nhận (ký): ……………………</p></section>",
        number = esc(number),
        name = esc(&name),
        phone = esc(&phone),
    )
}
